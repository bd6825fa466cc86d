using MindDsl.Ir;

namespace MindDsl.Backends.Cpu;

/// <summary>How the innermost loops of a contraction go through the operands.</summary>
internal enum ContractForm
{
    /// <summary>Vectors along the columns, read where they are.</summary>
    Direct,

    /// <summary>Vectors along the columns, from a copy.</summary>
    Packed,

    /// <summary>Vectors along the depth of both operands.</summary>
    Inner,
}

/// <summary>
/// Any contraction of floats as a batch of matrix products. Letters of both operands and the result are batches, letters of one operand and the result are rows or columns, letters of both
/// operands alone are the depth. Tables of byte offsets stand for strides, so that every order of axes, and every view of a tensor, is treated alike.
/// </summary>
internal sealed class ContractPlan
{
    /// <summary>Rows of a block in registers.</summary>
    public const int MostRows = 6;

    /// <summary>Bytes of the first-level cache that a panel of columns may take.</summary>
    private const long Cache = 24 * 1024;

    private const int CacheLine = 64, CacheSets = 64, CacheWays = 6, Page = 4096, Pages = 48;
    private const int PackedDepth = 256;

    public ContractPlan(Contract op, Seq<TensorType> operands, AxisPlaces left, AxisPlaces right)
    {
        Type = operands[0].DType;
        Lanes = VectorWidth.Current!.Lanes(Type);
        // Vectors run along the columns: the last axis of the result is to be one of them.
        IsSwapped = op.Result.Length > 0 && !op.Right.Contains(op.Result[^1]);
        if (IsSwapped) (op, operands, left, right) = (op.Swapped, [operands[1], operands[0]], right, left);
        string batch = string.Concat(op.Result.Where(c => op.Left.Contains(c) && op.Right.Contains(c)));
        string rows = string.Concat(op.Result.Where(c => op.Left.Contains(c) && !op.Right.Contains(c)));
        string columns = string.Concat(op.Result.Where(c => !op.Left.Contains(c)));
        var result = AxisPlaces.Of(op.Infer(operands).Shape);
        (BatchA, BatchB, BatchC) = (Bytes(batch, op.Left, left), Bytes(batch, op.Right, right), Bytes(batch, op.Result, result));
        (RowA, RowC) = (Bytes(rows, op.Left, left), Bytes(rows, op.Result, result));
        (ColumnB, ColumnC) = (Bytes(columns, op.Right, right), Bytes(columns, op.Result, result));
        (DepthA, DepthB) = (Bytes(op.Summed, op.Left, left), Bytes(op.Summed, op.Right, right));
        (StartA, StartB) = (left.Start * Type.Size, right.Start * Type.Size);

        int panels = Math.Max((RowA.Length + MostRows - 1) / MostRows, 1);
        Rows = Math.Max((RowA.Length + panels - 1) / panels, 1);
        Vectors = VectorsFor(Rows);
        Form = Choose(panels);
        if (Form != ContractForm.Inner) Block = (Rows, Vectors);
        DepthBlock = BlockOf(DepthA.Length, Form == ContractForm.Direct && Overlaps ? int.MaxValue : PackedDepth);
        PacksRows = Form == ContractForm.Packed && ColumnB.Length > 3 * Vectors * Lanes;
    }

    public DType Type { get; }

    public int Lanes { get; }

    public ContractForm Form { get; }

    /// <summary>True if the operands are exchanged.</summary>
    public bool IsSwapped { get; }

    public long StartA { get; }

    public long StartB { get; }

    public long[] BatchA { get; }

    public long[] BatchB { get; }

    public long[] BatchC { get; }

    public long[] RowA { get; }

    public long[] RowC { get; }

    public long[] ColumnB { get; }

    public long[] ColumnC { get; }

    public long[] DepthA { get; }

    public long[] DepthB { get; }

    /// <summary>Rows of a panel; the last ones may have one less.</summary>
    public int Rows { get; }

    /// <summary>Vectors of columns of a panel.</summary>
    public int Vectors { get; }

    /// <summary>Rows and vectors, or rows and columns, of a block in registers.</summary>
    public (int Rows, int Columns) Block { get; } = (3, 4);

    /// <summary>How much of the depth is summed in registers.</summary>
    public int DepthBlock { get; }

    /// <summary>True if panels of rows are copied.</summary>
    public bool PacksRows { get; }

    /// <summary>The first columns of the vectors of the direct form; the last vector of a run may overlap the one before.</summary>
    public int[] VectorStarts { get; private set; } = [];

    /// <summary>True if some columns are computed twice.</summary>
    public bool Overlaps { get; private set; }

    /// <summary>The depths that vectors of the inner form start at, and how many of their elements count: the last ones.</summary>
    public (int Start, int Count)[] DepthVectors { get; private set; } = [];

    /// <summary>Multiply-adds.</summary>
    public double Work => (double)BatchA.Length * RowA.Length * ColumnB.Length * Math.Max(DepthA.Length, 1);

    /// <summary>True if places follow one another in memory.</summary>
    public bool IsRun(long[] table, int start, int count)
    {
        for (int i = 1; i < count; i++) if (table[start + i] - table[start + i - 1] != Type.Size) return false;
        return true;
    }

    private static int VectorsFor(int rows) => VectorWidth.Current!.Bits == 512
        ? rows switch { 1 => 8, 2 => 8, 3 => 6, 4 => 6, _ => 4 }
        : rows switch { 1 => 8, 2 => 4, 3 => 4, 4 => 3, _ => 2 };

    private static int BlockOf(int depth, int most)
    {
        if (depth <= most) return Math.Max(depth, 1);
        int blocks = (depth + most - 1) / most;
        return (depth + blocks - 1) / blocks;
    }

    private ContractForm Choose(int panels)
    {
        bool vectors = FindVectors();
        if (vectors && (panels <= 3 || IsNear(ColumnB.AsSpan(VectorStarts[0], Lanes), DepthB))) return ContractForm.Direct;
        if (vectors) return ContractForm.Packed;
        bool inner = FindDepthVectors();
        return inner && (DepthA.Length >= 512 || RowA.Length <= 12 || ColumnB.Length < Lanes) ? ContractForm.Inner : ContractForm.Packed;
    }

    /// <summary>Divides the columns in vectors that lie together in the operand and in the result.</summary>
    private bool FindVectors()
    {
        var starts = new List<int>();
        for (int start = 0; start < ColumnB.Length;)
        {
            int end = start + 1;
            while (end < ColumnB.Length && ColumnB[end] - ColumnB[end - 1] == Type.Size && ColumnC[end] - ColumnC[end - 1] == Type.Size) end++;
            if (end - start < Lanes) return false;
            int at = start;
            for (; at + Lanes <= end; at += Lanes) starts.Add(at);
            if (at < end)
            {
                starts.Add(end - Lanes);
                Overlaps = true;
            }
            start = end;
        }
        VectorStarts = [.. starts];
        return starts.Count > 0;
    }

    /// <summary>Divides the depth in vectors that lie together in both operands.</summary>
    private bool FindDepthVectors()
    {
        var vectors = new List<(int, int)>();
        for (int start = 0; start < DepthA.Length;)
        {
            int end = start + 1;
            while (end < DepthA.Length && DepthA[end] - DepthA[end - 1] == Type.Size && DepthB[end] - DepthB[end - 1] == Type.Size) end++;
            if (end - start < Lanes) return false;
            for (int at = start; at < end; at += Lanes) vectors.Add(at + Lanes <= end ? (at, Lanes) : (end - Lanes, end - at));
            start = end;
        }
        DepthVectors = [.. vectors];
        return vectors.Count > 0;
    }

    /// <summary>True if what a panel reads over the depth stays in the first-level cache and its pages in the buffer of translations.</summary>
    private bool IsNear(ReadOnlySpan<long> lines, long[] depth)
    {
        var (seen, pages, sets) = (new HashSet<long>(), new HashSet<long>(), new int[CacheSets]);
        foreach (long k in depth.AsSpan(0, Math.Min(depth.Length, PackedDepth)))
            foreach (long line in lines)
            {
                long place = line + k;
                if (!seen.Add(place / CacheLine)) continue;
                pages.Add(place / Page);
                if (++sets[(place / CacheLine) & (CacheSets - 1)] > CacheWays) return false;
            }
        return pages.Count <= Pages && seen.Count * CacheLine <= Cache;
    }

    /// <summary>For every index of the letters, last fastest, the offset of the element in bytes.</summary>
    private long[] Bytes(string letters, string axes, AxisPlaces places)
    {
        var table = Array.ConvertAll(letters.Aggregate((long[])[0], (t, c) => AxisPlaces.Product(t, places.Axes[axes.IndexOf(c)])), place => place * Type.Size);
        var pinned = GC.AllocateUninitializedArray<long>(table.Length, pinned: true);
        table.CopyTo(pinned, 0);
        return pinned;
    }
}
