using MindDsl.Ir;

namespace MindDsl.Backends.Cpu;

/// <summary>
/// How many cycles of one core a contraction should take: a core issues two fused multiply-adds of vectors, two loads of vectors and six instructions in a cycle, and a sum in a register is ready for the next
/// product after four. The other figures were fitted to times of products of many shapes.
/// </summary>
internal static class ContractCost
{
    private const double Latency = 4, PerCall = 40, PerSum = 2, PerReducedSum = 8;
    private const double CopyOfRun = 0.3, CopyOfShortRun = 0.7, CopyTransposed = 0.7, CopyOfElement = 2;
    private const double PutTransposed = 0.7, PutElement = 1.6;
    private const double FarVector = 4, FarRows = 3, Unaligned = 1.3;

    /// <summary>The blocks that fit in registers: rows and vectors of columns.</summary>
    public static (int Rows, int Vectors)[] Blocks { get; } = [.. Fitting()];

    private static IEnumerable<(int, int)> Fitting()
    {
        int registers = VectorWidth.Current?.Bits == 512 ? 32 : 16;
        // Sums, vectors and one element that is spread. With one row each vector is used once, and needs no register.
        for (int vectors = 1; vectors <= 8; vectors++) yield return (Math.Max((registers - 1 - vectors) / vectors, 1), vectors);
    }

    /// <summary>The cycles of a plan.</summary>
    public static double Of(ContractPlan plan)
    {
        var shape = plan.Shape;
        int depth = Math.Max(shape.DepthA.Length, 1), blocks = (depth + plan.DepthBlock - 1) / plan.DepthBlock;
        double one = plan.Form == ContractForm.Inner ? Inner(plan)
            : plan.Form == ContractForm.Packed ? Outer(plan, (shape.ColumnB.Length + plan.Lanes - 1) / plan.Lanes, depth, blocks) + Copies(plan, depth, blocks)
            : plan.Runs.Parts.Sum(p => p.Depths is not { Length: var part } ? Outer(plan, p.Starts.Length, depth, blocks)
                : Outer(plan, p.Starts.Length, part, Math.Max((part + plan.DepthBlock - 1) / plan.DepthBlock, 1)));
        return one * shape.BatchA.Length;
    }

    private static double Outer(ContractPlan plan, int vectors, int depth, int blocks)
    {
        var shape = plan.Shape;
        bool isDirect = plan.Form == ContractForm.Direct;
        double load = isDirect ? Unaligned : 1;
        // What does not stay in the first-level cache comes from the second one each time but the first.
        int rowPanels = (shape.RowA.Length + plan.Rows - 1) / plan.Rows, columnPanels = (vectors + plan.Vectors - 1) / plan.Vectors;
        double farColumns = isDirect && !plan.Runs.AreColumnsNear ? FarVector * (rowPanels - 1) / rowPanels : 0;
        double farRows = !plan.PacksRows && columnPanels > 1 && !plan.Runs.AreRowsNear(plan.Rows) ? FarRows * (columnPanels - 1) / columnPanels : 0;
        double cycles = 0;
        foreach (var (rows, panels) in Parts(shape.RowA.Length, plan.Rows))
            foreach (var (width, times) in Tail(vectors, plan.Vectors))
                cycles += (double)panels * times * (depth * (Step(rows, width, load) + farColumns * width + farRows) + blocks * (PerCall + PerSum * rows * width));
        return cycles;
    }

    /// <summary>Cycles of one step of the depth.</summary>
    private static double Step(int rows, int vectors, double load)
    {
        double sums = rows * vectors / 2.0, loads = (vectors * load + rows + 2) / 2, issue = (rows * vectors + vectors + rows + 5) / 6.0;
        return Math.Max(Math.Max(sums, loads), Math.Max(Latency, issue));
    }

    private static double Copies(ContractPlan plan, int depth, int blocks)
    {
        var shape = plan.Shape;
        int rows = shape.RowA.Length, columns = shape.ColumnB.Length, width = plan.Vectors * plan.Lanes;
        double cycles = (double)depth * columns * Copy(shape, shape.ColumnB, shape.DepthB, Math.Min(width, columns));
        if (plan.PacksRows) cycles += (double)depth * rows * Copy(shape, shape.RowA, shape.DepthA, plan.Rows);
        cycles += (double)rows * plan.ScatteredColumns * (plan.GathersResult ? 1 : blocks) * (Transposes(plan) ? PutTransposed : PutElement);
        return cycles;
    }

    private static bool Transposes(ContractPlan plan) => plan.Rows >= 4 && plan.Shape.Type.Size == 4 && plan.Shape.IsRun(plan.Shape.RowC, 0, plan.Rows);

    private static double Copy(ContractShape shape, long[] lines, long[] depth, int count) =>
        shape.IsRun(lines, 0, Math.Min(count, 8)) ? count >= 8 ? CopyOfRun : CopyOfShortRun
            : count >= 4 && shape.Type.Size == 4 && shape.IsRun(depth, 0, Math.Min(depth.Length, 8)) ? CopyTransposed : CopyOfElement;

    private static double Inner(ContractPlan plan)
    {
        double cycles = 0;
        foreach (var (rows, panels) in Parts(plan.Shape.RowA.Length, plan.Rows))
            foreach (var (columns, times) in Tail(plan.Shape.ColumnB.Length, plan.Vectors))
            {
                double sums = rows * columns / 2.0, loads = (rows + columns) * Unaligned / 2 + 1;
                double step = Math.Max(Math.Max(sums, loads), Latency);
                cycles += (double)panels * times * (plan.Runs.DepthVectors.Length * step + PerCall + PerReducedSum * rows * columns);
            }
        return cycles;
    }

    /// <summary>How often there are panels of how many rows, if they are divided evenly.</summary>
    private static IEnumerable<(int Size, int Count)> Parts(int all, int most)
    {
        if (all == 0) yield break;
        int panels = (all + most - 1) / most, rest = all % panels;
        if (rest > 0) yield return (all / panels + 1, rest);
        yield return (all / panels, panels - rest);
    }

    /// <summary>How often there are panels of how many columns, the last one being smaller.</summary>
    private static IEnumerable<(int Size, int Count)> Tail(int all, int most)
    {
        if (all >= most) yield return (most, all / most);
        if (all % most > 0) yield return (all % most, 1);
    }
}
