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
        long[] A(string letters) => Bytes(letters, op.Left, left, type);
        long[] B(string letters) => Bytes(letters, op.Right, right, type);
        long[] C(string letters) => Bytes(letters, op.Result, result, type);
        ContractBound Bound(PlaceBound bound, string axes)
        {
            long[] Along(string letters, long start = 0) => letters.Aggregate(new[] { start }, (t, c) =>
                AxisPlaces.Product(t, axes.Contains(c) ? bound.Coordinate.Axes[axes.IndexOf(c)] : new long[op.Length(c, operands).Value]));
            return new(Along(batch), Along(rows), Along(columns), Along(op.Summed, bound.Coordinate.Start), bound.Length);
        }
        var shape = new ContractShape(
            type, left.Start * type.Size, right.Start * type.Size, A(batch), B(batch), C(batch), A(rows), C(rows), B(columns), C(columns), A(op.Summed), B(op.Summed))
        {
            Bounds = [.. left.Bounds.Map(bound => Bound(bound, op.Left)), .. right.Bounds.Map(bound => Bound(bound, op.Right))],
        };
        return left.IsInBlocks || right.IsInBlocks || layout is not null ? shape.InOrder(left.IsInBlocks) : shape;
    }

    /// <summary>True if bounds are those of columns and depths, as a kernel can keep to them.</summary>
    public bool HasBoundColumns => Bounds.All(b => b.Rows.All(x => x == 0) && b.Batches.All(x => x == 0));

    /// <summary>The same, whose tables follow the order of memory: that of the result, and along the depth that of one operand.</summary>
    private ContractShape InOrder(bool ofLeft)
    {
        int[] batch = Order(BatchC), row = Order(RowC), column = Order(ColumnC), depth = Order(ofLeft ? DepthA : DepthB);
        return new(
            Type, StartA, StartB, Sorted(BatchA, batch), Sorted(BatchB, batch), Sorted(BatchC, batch), Sorted(RowA, row), Sorted(RowC, row), Sorted(ColumnB, column), Sorted(ColumnC, column),
            Sorted(DepthA, depth), Sorted(DepthB, depth))
        {
            Bounds = Bounds.Map(b => new ContractBound(Sorted(b.Batches, batch), Sorted(b.Rows, row), Sorted(b.Columns, column), Sorted(b.Depths, depth), b.Length)),
        };

        static int[] Order(long[] table) => [.. Enumerable.Range(0, table.Length).OrderBy(k => table[k])];
    }

    private static long[] Sorted(long[] table, int[] order) => Pinned(order.Select(k => table[k]));

    /// <summary>The same with the operands exchanged: rows are columns.</summary>
    public ContractShape Exchanged => new(Type, StartB, StartA, BatchB, BatchA, BatchC, ColumnB, ColumnC, RowA, RowC, DepthB, DepthA)
    {
        Bounds = Bounds.Map(b => b with { Rows = b.Columns, Columns = b.Rows }),
    };

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

    /// <summary>For every index of the letters, last fastest, the offset of the element in bytes.</summary>
    private static long[] Bytes(string letters, string axes, AxisPlaces places, DType type) =>
        Pinned(letters.Aggregate((long[])[0], (t, c) => AxisPlaces.Product(t, places.Axes[axes.IndexOf(c)])).Select(place => place * type.Size));

    /// <summary>A table that generated code reads by its address.</summary>
    private static long[] Pinned(IEnumerable<long> offsets)
    {
        long[] table = [.. offsets];
        var pinned = GC.AllocateUninitializedArray<long>(table.Length, pinned: true);
        table.CopyTo(pinned, 0);
        return pinned;
    }
}

/// <summary>What must hold for a product to be summed: the sum of the coordinates of its batch, row, column and depth is at least 0 and less than a length.</summary>
internal sealed record ContractBound(long[] Batches, long[] Rows, long[] Columns, long[] Depths, long Length);
