using MindDsl.Backends.Loops;
using MindDsl.Ir;

namespace MindDsl.Backends.Cpu;

/// <summary>
/// Any contraction of floats as a batch of matrix products. Letters of both operands and the result are batches, letters of one operand and the result are rows or columns, letters of both
/// operands alone are the depth. Tables of byte offsets stand for strides, so that every order of axes, and every view of a tensor, is treated alike.
/// </summary>
/// <param name="Type">The type of the elements.</param>
/// <param name="StartA">The first element of the left operand.</param>
/// <param name="StartB">The first element of the right operand.</param>
/// <param name="BatchA">Batches in the left operand.</param>
/// <param name="BatchB">Batches in the right operand.</param>
/// <param name="BatchC">Batches in the result.</param>
/// <param name="RowA">Rows in the left operand.</param>
/// <param name="RowC">Rows in the result.</param>
/// <param name="ColumnB">Columns in the right operand.</param>
/// <param name="ColumnC">Columns in the result.</param>
/// <param name="DepthA">The depth in the left operand.</param>
/// <param name="DepthB">The depth in the right operand.</param>
internal sealed record ContractShape(
    DType Type, long StartA, long StartB, long[] BatchA, long[] BatchB, long[] BatchC, long[] RowA, long[] RowC, long[] ColumnB, long[] ColumnC, long[] DepthA, long[] DepthB)
{
    /// <summary>Sums over products of fewer than all: those within bounds.</summary>
    public Seq<ContractBound> Bounds { get; init; } = [];

    /// <summary>The shape of a contraction of tensors whose elements are where they are.</summary>
    public static ContractShape Of(Contract op, Seq<TensorType> operands, AxisPlaces left, AxisPlaces right, Layout? layout = null)
    {
        var type = operands[0].DType;
        string batch = string.Concat(op.Result.Where(c => op.Left.Contains(c) && op.Right.Contains(c)));
        string rows = string.Concat(op.Result.Where(c => op.Left.Contains(c) && !op.Right.Contains(c)));
        string columns = string.Concat(op.Result.Where(c => !op.Left.Contains(c)));
        var result = AxisPlaces.Of(op.Infer(operands).Shape, layout);
        // What is in blocks is gone through in the order of memory: the number of the block first, the place in it last.
        (char, int)? inResult = layout is null ? null : (op.Result[layout.Axis], layout.Block);
        var inDepth = left.IsInBlocks ? Blocked(op.Summed, op.Left, left) : right.IsInBlocks ? Blocked(op.Summed, op.Right, right) : null;
        long[] Along(string letters, string axes, AxisPlaces places, int size) =>
            Table(letters, c => axes.Contains(c) ? places.Axes[axes.IndexOf(c)] : new long[op.Length(c, operands).Value], size, letters == op.Summed ? inDepth : inResult);
        long[] A(string letters) => Along(letters, op.Left, left, type.Size);
        long[] B(string letters) => Along(letters, op.Right, right, type.Size);
        long[] C(string letters) => Along(letters, op.Result, result, type.Size);
        ContractBound Bound(PlaceBound bound, string axes)
        {
            long[] depths = Along(op.Summed, axes, bound.Coordinate, 1);
            for (int k = 0; k < depths.Length; k++) depths[k] += bound.Coordinate.Start;
            return new(Along(batch, axes, bound.Coordinate, 1), Along(rows, axes, bound.Coordinate, 1), Along(columns, axes, bound.Coordinate, 1), depths, bound.Length);
        }
        return new(type, left.Start * type.Size, right.Start * type.Size, A(batch), B(batch), C(batch), A(rows), C(rows), B(columns), C(columns), A(op.Summed), B(op.Summed))
        {
            Bounds = [.. left.Bounds.Map(bound => Bound(bound, op.Left)), .. right.Bounds.Map(bound => Bound(bound, op.Right))],
        };
    }

    /// <summary>True if bounds are those of columns and depths, as a kernel can keep to them.</summary>
    public bool HasBoundColumns => Bounds.All(b => b.Rows.All(x => x == 0) && b.Batches.All(x => x == 0));

    /// <summary>The same with the operands exchanged: rows are columns.</summary>
    public ContractShape Exchanged => new(Type, StartB, StartA, BatchB, BatchA, BatchC, ColumnB, ColumnC, RowA, RowC, DepthB, DepthA)
    {
        Bounds = Bounds.Map(b => b with { Rows = b.Columns, Columns = b.Rows }),
    };

    /// <summary>The same, with tables that generated code can read by their addresses.</summary>
    public ContractShape Pinned()
    {
        return this with
        {
            BatchA = Copy(BatchA),
            BatchB = Copy(BatchB),
            BatchC = Copy(BatchC),
            RowA = Copy(RowA),
            RowC = Copy(RowC),
            ColumnB = Copy(ColumnB),
            ColumnC = Copy(ColumnC),
            DepthA = Copy(DepthA),
            DepthB = Copy(DepthB),
        };

        static long[] Copy(long[] table)
        {
            var pinned = GC.AllocateUninitializedArray<long>(table.Length, pinned: true);
            table.CopyTo(pinned, 0);
            return pinned;
        }
    }

    /// <summary>Multiply-adds.</summary>
    public double Work => (double)BatchA.Length * RowA.Length * ColumnB.Length * Math.Max(DepthA.Length, 1);

    /// <summary>True if places follow one another in memory.</summary>
    public bool IsRun(long[] table, int start, int count)
    {
        for (int i = 1; i < count; i++) if (table[start + i] - table[start + i - 1] != Type.Size) return false;
        return true;
    }

    /// <summary>The end of the run that begins at a place of one table and of another.</summary>
    public int RunEnd(long[] table, long[] other, int start)
    {
        int end = start + 1;
        while (end < table.Length && table[end] - table[end - 1] == Type.Size && other[end] - other[end - 1] == Type.Size) end++;
        return end;
    }

    /// <summary>For every index of the letters, last fastest, the sum of the entries of their tables, times a factor. A letter in blocks counts as two: the number of the block first, the place in it last.</summary>
    private static long[] Table(string letters, Func<char, long[]> axis, int factor, (char Letter, int Block)? inBlocks)
    {
        long[] product = [0];
        foreach (char c in letters) if (c != inBlocks?.Letter) product = AxisPlaces.Product(product, axis(c));
        if (inBlocks is var (letter, block) && letters.Contains(letter))
        {
            long[] table = axis(letter);
            var all = new long[table.Length * product.Length];
            for (int number = 0, at = 0; number < table.Length; number += block)
                foreach (long place in product)
                    for (int k = 0; k < block; k++) all[at++] = table[number + k] + place;
            product = all;
        }
        for (int k = 0; k < product.Length; k++) product[k] *= factor;
        return product;
    }

    /// <summary>The letter whose places follow one another in runs, and the length of these.</summary>
    private static (char Letter, int Block)? Blocked(string letters, string axes, AxisPlaces places)
    {
        foreach (char c in letters)
        {
            long[] table = places.Axes[axes.IndexOf(c)];
            int run = 1;
            while (run < table.Length && table[run] - table[run - 1] == 1) run++;
            if (run > 1 && run < table.Length && table.Length % run == 0) return (c, run);
        }
        return null;
    }
}

/// <summary>What must hold for a product to be summed: the sum of the coordinates of its batch, row, column and depth is at least 0 and less than a length.</summary>
internal sealed record ContractBound(long[] Batches, long[] Rows, long[] Columns, long[] Depths, long Length);
