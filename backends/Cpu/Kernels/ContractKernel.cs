using System.Linq.Expressions;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MindDsl.Ir;

namespace MindDsl.Backends.Cpu;

/// <summary>Runs a <see cref="ContractPlan"/>: blocks of the result in registers, panels in the caches, batches or panels over threads.</summary>
/// <remarks>Sums run over blocks of the depth in order, with fused multiply-add; the order depends on the shapes, the places and the vector width alone.</remarks>
internal sealed unsafe partial class ContractKernel
{
    private const double Parallel = 1 << 17;
    private const int InnerDepth = 1024;
    private const long TogetherBytes = 16 * 1024;

    private readonly ContractPlan _plan;
    private readonly ContractShape _shape;
    private readonly NestMethod _part;
    private readonly BlockKernel?[] _blocks;
    private readonly int _rowPanels, _columnPanels, _blockColumns, _size;
    private readonly long[] _vectorB = [], _vectorC = [];
    private readonly (long[] A, long[] B)[] _chunks = [];
    private readonly long[] _masks = [];
    private readonly int[] _rowStarts;
    private readonly PackedTables? _packed;
    private readonly (int Vector, int Vectors, long[] DepthA, long[] DepthB)[]? _bounded;

    public ContractKernel(ContractPlan plan)
    {
        _plan = plan;
        var shape = _shape = plan.Shape.Pinned();
        _part = Part;
        _size = shape.Type.Size;
        _blockColumns = plan.Vectors + 1;
        _blocks = new BlockKernel?[(plan.Rows + 1) * _blockColumns];
        _rowPanels = (shape.RowA.Length + plan.Rows - 1) / plan.Rows;
        _rowStarts = [.. Enumerable.Range(0, _rowPanels + 1).Select(p => (int)((long)shape.RowA.Length * p / Math.Max(_rowPanels, 1)))];
        int lanes = plan.Lanes, columns = shape.ColumnB.Length;
        switch (plan.Form)
        {
            case ContractForm.Direct:
                int[] starts = [.. plan.Runs.Parts.SelectMany(p => p.Starts)];
                _columnPanels = plan.Runs.Parts.Sum(p => (p.Starts.Length + plan.Vectors - 1) / plan.Vectors);
                _vectorB = Pinned(starts.Select(s => shape.ColumnB[s]));
                _vectorC = Pinned(starts.Select(s => shape.ColumnC[s]));
                if (shape.Bounds.Count > 0) _bounded = Panels(plan.Runs.Parts);
                break;
            case ContractForm.Packed:
                _columnPanels = (columns + plan.Vectors * lanes - 1) / (plan.Vectors * lanes);
                _packed = new(plan, _columnPanels, _rowStarts, DepthBlocks());
                break;
            case ContractForm.Inner:
                _columnPanels = (columns + plan.Vectors - 1) / plan.Vectors;
                int words = lanes * _size / 8;
                _masks = Pinned(Enumerable.Range(0, 2 * words).Select(i => i < words ? 0 : -1L));
                _chunks = [.. plan.Runs.DepthVectors.Chunk(InnerDepth / lanes).Select(Chunk)];
                break;
        }
    }

    /// <summary>How the contraction is done.</summary>
    public ContractPlan Plan => _plan;

    /// <summary>True if threads divide the work.</summary>
    public bool IsDivided => _shape.Work * _plan.Share > Parallel;

    /// <summary>A call of the kernel with addresses.</summary>
    public Expression Call(Expression a, Expression b, Expression c) => Expression.Call(Expression.Constant(this), nameof(Run), null, a, b, c);

    /// <summary>Computes the contraction of tensors at addresses.</summary>
    public void Run(long a, long b, long c)
    {
        if (_plan.IsSwapped) (a, b) = (b, a);
        long* frame = stackalloc long[3] { a + _shape.StartA, b + _shape.StartB, c };
        if (IsDivided) WorkSplitter.Run(_part, (long)frame, Units);
        else Part((long)frame, 0, Units);
    }

    /// <summary>What threads divide: batches if there are some, else panels of columns or of rows, whichever are more.</summary>
    public long Units => DividesBatches ? _shape.BatchA.Length : Math.Max(_rowPanels, _columnPanels);

    private bool DividesBatches => _shape.BatchA.Length >= 4;

    private void Part(long frame, long begin, long end)
    {
        long* at = (long*)frame;
        var plan = _plan;
        bool batches = DividesBatches, columns = !batches && _columnPanels >= _rowPanels;
        var (n0, n1) = batches ? ((int)begin, (int)end) : (0, _shape.BatchA.Length);
        var (i0, i1) = batches || columns ? (0, _rowPanels) : ((int)begin, (int)end);
        var (j0, j1) = columns ? ((int)begin, (int)end) : (0, _columnPanels);
        for (int n = n0; n < n1; n++)
        {
            long a = at[0] + _shape.BatchA[n], b = at[1] + _shape.BatchB[n], c = at[2] + _shape.BatchC[n];
            if (_shape.DepthA.Length == 0) Clear(c, i0, i1, j0, j1);
            else if (_bounded is not null) Bounded(a, b, c, i0, i1, j0, j1);
            else if (plan.Form == ContractForm.Direct) Direct(a, b, c, i0, i1, j0, j1);
            else if (plan.Form == ContractForm.Inner) Inner(a, b, c, i0, i1, j0, j1);
            else if (_size == 4) Packed<int, float>(a, b, c, i0, i1, j0, j1);
            else Packed<long, double>(a, b, c, i0, i1, j0, j1);
        }
    }

    private IEnumerable<(int Start, int Count)> DepthBlocks()
    {
        for (int k = 0; k < _shape.DepthA.Length; k += _plan.DepthBlock) yield return (k, Math.Min(_plan.DepthBlock, _shape.DepthA.Length - k));
    }

    /// <summary>The first row of a panel: panels have equally many rows, or one less.</summary>
    private int RowStart(int panel) => _rowStarts[panel];

    /// <summary>Rows pass panels of columns that stay together in the first-level cache, so that the result is written along its rows as far as that goes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Direct(long a, long b, long c, int i0, int i1, int j0, int j1)
    {
        var (plan, all) = (_plan, _plan.Runs.VectorStarts.Length);
        long rowA = Address(_shape.RowA), rowC = Address(_shape.RowC), vectorB = Address(_vectorB), vectorC = Address(_vectorC);
        long depthA = Address(_shape.DepthA), depthB = Address(_shape.DepthB);
        int together = (int)Math.Clamp(TogetherBytes / ((long)plan.DepthBlock * plan.Vectors * plan.Lanes * _size), 1, Math.Max(j1 - j0, 1));
        for (int k = 0; k < _shape.DepthA.Length; k += plan.DepthBlock)
        {
            long depth = Math.Min(plan.DepthBlock, _shape.DepthA.Length - k);
            for (int from = j0; from < j1; from += together)
                for (int i = i0; i < i1; i++)
                {
                    int row = RowStart(i), rows = RowStart(i + 1) - row;
                    for (int j = from; j < Math.Min(from + together, j1); j++)
                    {
                        int vector = j * plan.Vectors, vectors = Math.Min(plan.Vectors, all - vector);
                        Block(rows, vectors)(a, b, c, rowA + 8L * row, rowC + 8L * row, vectorB + 8L * vector, vectorC + 8L * vector, depthA + 8L * k, depthB + 8L * k, depth, k);
                    }
                }
        }
    }

    /// <summary>The same with depths that differ from panel to panel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Bounded(long a, long b, long c, int i0, int i1, int j0, int j1)
    {
        long rowA = Address(_shape.RowA), rowC = Address(_shape.RowC), vectorB = Address(_vectorB), vectorC = Address(_vectorC);
        for (int j = j0; j < j1; j++)
        {
            var (vector, vectors, tableA, tableB) = _bounded![j];
            int k = 0;
            do
            {
                long depth = Math.Min(_plan.DepthBlock, tableA.Length - k);
                for (int i = i0; i < i1; i++)
                {
                    int row = RowStart(i), rows = RowStart(i + 1) - row;
                    Block(rows, vectors)(
                        a, b, c, rowA + 8L * row, rowC + 8L * row, vectorB + 8L * vector, vectorC + 8L * vector, Address(tableA) + 8L * k, Address(tableB) + 8L * k, depth, k);
                }
                k += _plan.DepthBlock;
            }
            while (k < tableA.Length);
        }
    }

    /// <summary>Panels of vectors for which the same depths are summed, with these, in the order of the result.</summary>
    private (int, int, long[], long[])[] Panels(IEnumerable<VectorPart> parts)
    {
        var panels = new List<(int Vector, int, long[], long[])>();
        int vector = 0;
        foreach (var part in parts)
        {
            var (depthA, depthB) = (Pinned(part.Depths!.Select(k => _shape.DepthA[k])), Pinned(part.Depths!.Select(k => _shape.DepthB[k])));
            for (int first = 0; first < part.Starts.Length; first += _plan.Vectors) panels.Add((vector + first, Math.Min(_plan.Vectors, part.Starts.Length - first), depthA, depthB));
            vector += part.Starts.Length;
        }
        return [.. panels.OrderBy(p => _vectorC[p.Vector])];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Inner(long a, long b, long c, int i0, int i1, int j0, int j1)
    {
        var plan = _plan;
        long rowA = Address(_shape.RowA), rowC = Address(_shape.RowC), columnB = Address(_shape.ColumnB), columnC = Address(_shape.ColumnC);
        for (int k = 0; k < _chunks.Length; k++)
        {
            var (depthA, depthB) = (Address(_chunks[k].A), Address(_chunks[k].B));
            long depth = _chunks[k].A.Length;
            for (int j = j0; j < j1; j++)
            {
                int column = j * plan.Vectors, columns = Math.Min(plan.Vectors, _shape.ColumnB.Length - column);
                for (int i = i0; i < i1; i++)
                {
                    int row = RowStart(i), rows = RowStart(i + 1) - row;
                    Block(rows, columns)(a, b, c, rowA + 8L * row, rowC + 8L * row, columnB + 8L * column, columnC + 8L * column, depthA, depthB, depth, k);
                }
            }
        }
    }

    private void Clear(long c, int i0, int i1, int j0, int j1)
    {
        int columns = _shape.ColumnC.Length, panels = Math.Max(_columnPanels, 1);
        for (int i = RowStart(i0); i < RowStart(i1); i++)
            for (int j = (int)((long)columns * j0 / panels); j < (int)((long)columns * j1 / panels); j++)
                NativeMemory.Clear((void*)(c + _shape.RowC[i] + _shape.ColumnC[j]), (nuint)_size);
    }

    /// <summary>The loop for a block, generated when it is first needed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private BlockKernel Block(int rows, int columns) => _blocks[rows * _blockColumns + columns] ?? Generate(rows, columns);

    private BlockKernel Generate(int rows, int columns) => _blocks[rows * _blockColumns + columns] =
        _plan.Form == ContractForm.Inner ? KernelGenerator.Inner(_shape.Type, rows, columns) : KernelGenerator.Outer(_shape.Type, rows, columns);

    private (long[] A, long[] B) Chunk((int Start, int Count)[] vectors)
    {
        var full = vectors.Where(v => v.Count == _plan.Lanes).ToArray();
        var part = vectors.Where(v => v.Count < _plan.Lanes).ToArray();
        return (Pinned(full.Select(v => _shape.DepthA[v.Start])), Pinned(
        [
            .. full.Select(v => _shape.DepthB[v.Start]), part.Length,
            .. part.SelectMany(v => new[] { _shape.DepthA[v.Start], _shape.DepthB[v.Start], Address(_masks) + v.Count * _size }),
        ]));
    }

    private static long[] Pinned(IEnumerable<long> table)
    {
        long[] values = [.. table];
        var pinned = GC.AllocateUninitializedArray<long>(values.Length, pinned: true);
        values.CopyTo(pinned, 0);
        return pinned;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long Address(long[] pinned) => (long)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(pinned));
}
