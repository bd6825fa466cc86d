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
/// A way to compute a contraction: which operand's rows are spread over vectors, what is copied, which block of the result is held in registers. Of all ways the one is taken that should take the fewest
/// cycles; that depends on the shapes, the places and the vector width alone.
/// </summary>
internal sealed class ContractPlan
{
    /// <summary>Bytes of copies of all columns that stay in the second-level cache while rows pass.</summary>
    public const long StationaryBytes = 192 * 1024;

    private const int PackedDepth = 256;

    private ContractPlan(ContractShape shape, ContractRuns runs, bool isSwapped, ContractForm form, (int Rows, int Vectors) block, bool packsRows = false)
    {
        (Shape, Runs, IsSwapped, Form) = (shape, runs, isSwapped, form);
        int rows = shape.RowA.Length, panels = Math.Max((rows + block.Rows - 1) / block.Rows, 1);
        Rows = Math.Max((rows + panels - 1) / panels, 1);
        Vectors = block.Vectors;
        int columns = shape.ColumnB.Length, depth = shape.DepthA.Length, size = shape.Type.Size;
        DepthBlock = BlockOf(depth, form == ContractForm.Direct && runs.Overlaps ? int.MaxValue : PackedDepth);
        if (form != ContractForm.Packed) return;

        int width = Vectors * Lanes, columnPanels = (columns + width - 1) / width;
        PacksRows = packsRows;
        if (!PacksRows && (long)columnPanels * width * depth * size <= StationaryBytes) DepthBlock = Math.Max(depth, 1);
        ScatteredColumns = runs.ScatteredColumns(width);
        GathersResult = ScatteredColumns > 0 && DepthBlock < depth && (long)rows * columnPanels * width * size <= StationaryBytes;
    }

    /// <summary>The way that should take the fewest cycles.</summary>
    public static ContractPlan Choose(ContractShape shape) => Find(shape)!;

    /// <summary>The way that should take the fewest cycles; null if there is none that keeps to the bounds.</summary>
    public static ContractPlan? Find(ContractShape shape) => Ways(shape).MinBy(plan => plan.Cycles);

    /// <summary>All ways to compute a contraction.</summary>
    public static IEnumerable<ContractPlan> Ways(ContractShape shape) => Ways(shape, false).Concat(Ways(shape.Exchanged, true));

    private static IEnumerable<ContractPlan> Ways(ContractShape shape, bool isSwapped)
    {
        if (!shape.HasBoundColumns) yield break;
        var runs = new ContractRuns(shape, VectorWidth.Current!.Lanes(shape.Type));
        if (shape.Bounds.Count > 0)
        {
            if (!runs.Overlaps && runs.VectorStarts.Length > 0 && runs.Parts.Count > 0)
                foreach (var block in ContractCost.Blocks) yield return new(shape, runs, isSwapped, ContractForm.Direct, block);
            yield break;
        }
        foreach (var block in ContractCost.Blocks)
        {
            yield return new(shape, runs, isSwapped, ContractForm.Packed, block);
            yield return new(shape, runs, isSwapped, ContractForm.Packed, block, packsRows: true);
            if (runs.VectorStarts.Length > 0) yield return new(shape, runs, isSwapped, ContractForm.Direct, block);
        }
        if (runs.DepthVectors.Length > 0) yield return new(shape, runs, isSwapped, ContractForm.Inner, (3, 4));
    }

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Form}{(IsSwapped ? " exchanged" : "")} {Rows}x{Vectors} depth {DepthBlock}{(PacksRows ? " rows packed" : "")}{(GathersResult ? " gathered" : "")}";

    /// <summary>What is multiplied, the operands exchanged if <see cref="IsSwapped"/>.</summary>
    public ContractShape Shape { get; }

    /// <summary>True if the operands are exchanged.</summary>
    public bool IsSwapped { get; }

    /// <summary>How the innermost loops go.</summary>
    public ContractForm Form { get; }

    /// <summary>What the places allow.</summary>
    public ContractRuns Runs { get; }

    /// <summary>Elements per vector.</summary>
    public int Lanes => VectorWidth.Current!.Lanes(Shape.Type);

    /// <summary>Rows of a panel; the last ones may have one less.</summary>
    public int Rows { get; }

    /// <summary>Vectors of columns of a panel, or columns with <see cref="ContractForm.Inner"/>.</summary>
    public int Vectors { get; }

    /// <summary>How much of the depth is summed in registers.</summary>
    public int DepthBlock { get; }

    /// <summary>True if panels of rows are copied.</summary>
    public bool PacksRows { get; }

    /// <summary>True if such blocks are summed in memory of the thread and put in their places when all is summed.</summary>
    public bool GathersResult { get; }

    /// <summary>Columns whose blocks are computed elsewhere, as they do not follow one another in the result or are fewer than a panel has.</summary>
    public int ScatteredColumns { get; }

    /// <summary>The part of all products that are summed.</summary>
    public double Share => Runs.Parts.All(p => p.Depths is null) ? 1
        : Runs.Parts.Sum(p => (double)p.Starts.Length * p.Depths!.Length) / Math.Max((double)Runs.VectorStarts.Length * Shape.DepthA.Length, 1);

    /// <summary>The cycles of one core that this should take.</summary>
    public double Cycles => ContractCost.Of(this);

    private static int BlockOf(int depth, int most)
    {
        if (depth <= most) return Math.Max(depth, 1);
        int blocks = (depth + most - 1) / most;
        return (depth + blocks - 1) / blocks;
    }
}
