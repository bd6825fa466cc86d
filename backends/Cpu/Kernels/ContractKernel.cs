using System.Linq.Expressions;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MindDsl.Ir;

namespace MindDsl.Backends.Cpu;

/// <summary>Runs a <see cref="ContractPlan"/>: blocks of the result in registers, panels in the caches, batches or panels over threads.</summary>
/// <remarks>Sums run over blocks of the depth in order, with fused multiply-add; the order depends on the shapes and the vector width alone.</remarks>
internal sealed unsafe class ContractKernel
{
    private const double Parallel = 1 << 17;
    private const long ColumnBytes = 3 * 1024 * 1024, RowBytes = 192 * 1024;
    private const int InnerDepth = 1024;

    private readonly ContractPlan _plan;
    private readonly NestMethod _part;
    private readonly BlockKernel?[] _blocks;
    private readonly int _rowPanels, _columnPanels, _columnsPerPanel, _size;
    private readonly long[] _vectorB = [], _vectorC = [], _packedA = [], _packedRows = [], _packedB = [], _packedColumns = [], _blockRows = [];
    private readonly (long[] A, long[] B)[] _chunks = [];
    private readonly long[] _masks = [];
    private readonly bool[] _isRunB = [], _isRunC = [], _isDepthRun = [];
    private readonly bool _isDepthRunA, _isRunA;
    private readonly int[] _rowStarts;

    public ContractKernel(Contract op, Seq<TensorType> operands, AxisPlaces left, AxisPlaces right)
    {
        var plan = _plan = new(op, operands, left, right);
        _part = Part;
        _size = plan.Type.Size;
        _blocks = new BlockKernel?[(plan.Block.Rows + 1) * (plan.Block.Columns + 1)];
        _rowPanels = (plan.RowA.Length + plan.Block.Rows - 1) / plan.Block.Rows;
        _rowStarts = [.. Enumerable.Range(0, _rowPanels + 1).Select(p => (int)((long)plan.RowA.Length * p / Math.Max(_rowPanels, 1)))];
        int lanes = plan.Lanes, width = plan.Vectors * lanes;
        switch (plan.Form)
        {
            case ContractForm.Direct:
                _columnsPerPanel = plan.Vectors;
                _columnPanels = (plan.VectorStarts.Length + plan.Vectors - 1) / plan.Vectors;
                _vectorB = Pinned(plan.VectorStarts.Select(s => plan.ColumnB[s]));
                _vectorC = Pinned(plan.VectorStarts.Select(s => plan.ColumnC[s]));
                break;
            case ContractForm.Packed:
                _columnsPerPanel = width;
                _columnPanels = (plan.ColumnB.Length + width - 1) / width;
                _packedB = Pinned(Enumerable.Range(0, plan.DepthBlock).Select(k => (long)k * width * _size));
                _packedColumns = Pinned(Enumerable.Range(0, plan.Vectors).Select(v => (long)v * lanes * _size));
                _packedA = Pinned(Enumerable.Range(0, plan.DepthBlock).Select(k => (long)k * plan.Rows * _size));
                _packedRows = Pinned(Enumerable.Range(0, plan.Rows).Select(r => (long)r * _size));
                _blockRows = Pinned(Enumerable.Range(0, plan.Rows).Select(r => (long)r * width * _size));
                _isRunB = [.. Enumerable.Range(0, _columnPanels).Select(p => plan.IsRun(plan.ColumnB, p * width, Math.Min(width, plan.ColumnB.Length - p * width)))];
                _isRunC = [.. Enumerable.Range(0, _columnPanels).Select(p => (p + 1) * width <= plan.ColumnC.Length && plan.IsRun(plan.ColumnC, p * width, width))];
                _isDepthRun = [.. DepthBlocks().Select(k => plan.IsRun(plan.DepthB, k.Start, k.Count))];
                _isDepthRunA = DepthBlocks().All(k => plan.IsRun(plan.DepthA, k.Start, k.Count));
                _isRunA = plan.IsRun(plan.RowA, 0, plan.RowA.Length);
                break;
            case ContractForm.Inner:
                _columnsPerPanel = plan.Block.Columns;
                _columnPanels = (plan.ColumnB.Length + plan.Block.Columns - 1) / plan.Block.Columns;
                int words = lanes * _size / 8;
                _masks = Pinned(Enumerable.Range(0, 2 * words).Select(i => i < words ? 0 : -1L));
                _chunks = [.. plan.DepthVectors.Chunk(InnerDepth / lanes).Select(Chunk)];
                break;
        }
    }

    /// <summary>How the contraction is done.</summary>
    public ContractPlan Plan => _plan;

    /// <summary>True if threads divide the work.</summary>
    public bool IsDivided => _plan.Work > Parallel;

    /// <summary>Bytes that each thread copies panels to.</summary>
    public long ScratchBytes
    {
        get
        {
            if (_plan.Form != ContractForm.Packed) return 0;
            long columnBytes = (long)_plan.DepthBlock * _columnsPerPanel * _size, rowBytes = (long)_plan.DepthBlock * _plan.Rows * _size;
            return Math.Clamp(ColumnBytes / columnBytes, 1, Math.Max(_columnPanels, 1)) * columnBytes + (_plan.PacksRows ? Math.Clamp(RowBytes / rowBytes, 1, Math.Max(_rowPanels, 1)) * rowBytes : 0);
        }
    }

    /// <summary>A call of the kernel with addresses.</summary>
    public Expression Call(Expression a, Expression b, Expression c) => Expression.Call(Expression.Constant(this), nameof(Run), null, a, b, c);

    /// <summary>Computes the contraction of tensors at addresses.</summary>
    public void Run(long a, long b, long c)
    {
        if (_plan.IsSwapped) (a, b) = (b, a);
        long* frame = stackalloc long[3] { a + _plan.StartA, b + _plan.StartB, c };
        if (IsDivided) WorkSplitter.Run(_part, (long)frame, Units);
        else Part((long)frame, 0, Units);
    }

    /// <summary>What threads divide: batches if there are some, else panels of columns or of rows, whichever are more.</summary>
    public long Units => DividesBatches ? _plan.BatchA.Length : Math.Max(_rowPanels, _columnPanels);

    private bool DividesBatches => _plan.BatchA.Length >= 4;

    private void Part(long frame, long begin, long end)
    {
        long* at = (long*)frame;
        var plan = _plan;
        bool batches = DividesBatches, columns = !batches && _columnPanels >= _rowPanels;
        var (n0, n1) = batches ? ((int)begin, (int)end) : (0, plan.BatchA.Length);
        var (i0, i1) = batches || columns ? (0, _rowPanels) : ((int)begin, (int)end);
        var (j0, j1) = columns ? ((int)begin, (int)end) : (0, _columnPanels);
        for (int n = n0; n < n1; n++)
        {
            long a = at[0] + plan.BatchA[n], b = at[1] + plan.BatchB[n], c = at[2] + plan.BatchC[n];
            if (plan.DepthA.Length == 0) Clear(c, i0, i1, j0, j1);
            else if (plan.Form == ContractForm.Direct) Direct(a, b, c, i0, i1, j0, j1);
            else if (plan.Form == ContractForm.Inner) Inner(a, b, c, i0, i1, j0, j1);
            else if (_size == 4) Packed<int>(a, b, c, i0, i1, j0, j1);
            else Packed<long>(a, b, c, i0, i1, j0, j1);
        }
    }

    private IEnumerable<(int Start, int Count)> DepthBlocks()
    {
        for (int k = 0; k < _plan.DepthA.Length; k += _plan.DepthBlock) yield return (k, Math.Min(_plan.DepthBlock, _plan.DepthA.Length - k));
    }

    /// <summary>The first row of a panel: panels have equally many rows, or one less.</summary>
    private int RowStart(int panel) => _rowStarts[panel];

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Direct(long a, long b, long c, int i0, int i1, int j0, int j1)
    {
        var plan = _plan;
        long rowA = Address(plan.RowA), rowC = Address(plan.RowC), vectorB = Address(_vectorB), vectorC = Address(_vectorC);
        long depthA = Address(plan.DepthA), depthB = Address(plan.DepthB);
        for (int k = 0; k < plan.DepthA.Length; k += plan.DepthBlock)
        {
            long depth = Math.Min(plan.DepthBlock, plan.DepthA.Length - k);
            for (int j = j0; j < j1; j++)
            {
                int vector = j * plan.Vectors, vectors = Math.Min(plan.Vectors, plan.VectorStarts.Length - vector);
                for (int i = i0; i < i1; i++)
                {
                    int row = RowStart(i), rows = RowStart(i + 1) - row;
                    Block(rows, vectors)(a, b, c, rowA + 8L * row, rowC + 8L * row, vectorB + 8L * vector, vectorC + 8L * vector, depthA + 8L * k, depthB + 8L * k, depth, k);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Inner(long a, long b, long c, int i0, int i1, int j0, int j1)
    {
        var plan = _plan;
        long rowA = Address(plan.RowA), rowC = Address(plan.RowC), columnB = Address(plan.ColumnB), columnC = Address(plan.ColumnC);
        for (int k = 0; k < _chunks.Length; k++)
        {
            var (depthA, depthB) = (Address(_chunks[k].A), Address(_chunks[k].B));
            long depth = _chunks[k].A.Length;
            for (int j = j0; j < j1; j++)
            {
                int column = j * plan.Block.Columns, columns = Math.Min(plan.Block.Columns, plan.ColumnB.Length - column);
                for (int i = i0; i < i1; i++)
                {
                    int row = RowStart(i), rows = RowStart(i + 1) - row;
                    Block(rows, columns)(a, b, c, rowA + 8L * row, rowC + 8L * row, columnB + 8L * column, columnC + 8L * column, depthA, depthB, depth, k);
                }
            }
        }
    }

    /// <summary>Panels of columns in the third-level cache, one of them in the first; panels of rows in the second-level cache.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Packed<T>(long a, long b, long c, int i0, int i1, int j0, int j1) where T : unmanaged
    {
        var plan = _plan;
        int width = _columnsPerPanel, lanes = plan.Lanes;
        long columnBytes = (long)plan.DepthBlock * width * _size, rowBytes = (long)plan.DepthBlock * plan.Rows * _size;
        int columnPanels = (int)Math.Clamp(ColumnBytes / columnBytes, 1, Math.Max(j1 - j0, 1)), rowPanels = (int)Math.Clamp(RowBytes / rowBytes, 1, Math.Max(i1 - i0, 1));
        long packedB = Packing<T>.Memory(0, columnPanels * columnBytes), packedA = plan.PacksRows ? Packing<T>.Memory(1, rowPanels * rowBytes) : 0;
        long* block = stackalloc long[width * plan.Rows * _size / 8];
        long rowA = Address(plan.RowA), rowC = Address(plan.RowC), columnB = Address(plan.ColumnB), columnC = Address(plan.ColumnC);
        long depthA = Address(plan.DepthA), depthB = Address(plan.DepthB);
        long placesA = Address(_packedA), placesB = Address(_packedB), rowPlaces = Address(_packedRows), columnPlaces = Address(_packedColumns), blockRows = Address(_blockRows);
        for (int from = j0; from < j1; from += columnPanels)
        {
            int to = Math.Min(from + columnPanels, j1);
            for (int k = 0, number = 0; k < plan.DepthA.Length; k += plan.DepthBlock, number++)
            {
                int depth = Math.Min(plan.DepthBlock, plan.DepthA.Length - k);
                for (int j = from; j < to; j++)
                    Packing<T>.Pack(b, (long*)(columnB + 8L * j * width), Math.Min(width, plan.ColumnB.Length - j * width), width,
                        (long*)depthB + k, depth, _isRunB[j], _isDepthRun[number], packedB + (j - from) * columnBytes);
                for (int first = i0; first < i1; first += rowPanels)
                {
                    int last = Math.Min(first + rowPanels, i1);
                    for (int i = first; plan.PacksRows && i < last; i++)
                        Packing<T>.Pack(a, (long*)rowA + RowStart(i), RowStart(i + 1) - RowStart(i), plan.Rows, (long*)depthA + k, depth, _isRunA, _isDepthRunA,
                            packedA + (i - first) * rowBytes);
                    for (int j = from; j < to; j++)
                    {
                        int columns = Math.Min(width, plan.ColumnB.Length - j * width);
                        long panelB = packedB + (j - from) * columnBytes;
                        for (int i = first; i < last; i++)
                        {
                            int row = RowStart(i), rows = RowStart(i + 1) - row;
                            long panelA = a, rowsAt = rowA + 8L * row, depthAt = depthA + 8L * k;
                            if (plan.PacksRows) (panelA, rowsAt, depthAt) = (packedA + (i - first) * rowBytes, rowPlaces, placesA);
                            if (_isRunC[j])
                            {
                                Block(rows, plan.Vectors)(panelA, panelB, c + plan.ColumnC[j * width], rowsAt, rowC + 8L * row, columnPlaces, columnPlaces, depthAt, placesB, depth, k);
                                continue;
                            }
                            Block(rows, (columns + lanes - 1) / lanes)(panelA, panelB, (long)block, rowsAt, blockRows, columnPlaces, columnPlaces, depthAt, placesB, depth, 0);
                            if (_size == 4) Packing<float>.Put((float*)block, c, (long*)rowC + row, (long*)columnC + j * width, rows, columns, width, k > 0);
                            else Packing<double>.Put((double*)block, c, (long*)rowC + row, (long*)columnC + j * width, rows, columns, width, k > 0);
                        }
                    }
                }
            }
        }
    }

    private void Clear(long c, int i0, int i1, int j0, int j1)
    {
        int columns = _plan.ColumnC.Length, panels = Math.Max(_columnPanels, 1);
        for (int i = RowStart(i0); i < RowStart(i1); i++)
            for (int j = (int)((long)columns * j0 / panels); j < (int)((long)columns * j1 / panels); j++)
                NativeMemory.Clear((void*)(c + _plan.RowC[i] + _plan.ColumnC[j]), (nuint)_size);
    }

    /// <summary>The loop for a block, generated when it is first needed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private BlockKernel Block(int rows, int columns) => _blocks[rows * (_plan.Block.Columns + 1) + columns] ?? Generate(rows, columns);

    private BlockKernel Generate(int rows, int columns) => _blocks[rows * (_plan.Block.Columns + 1) + columns] =
        _plan.Form == ContractForm.Inner ? KernelGenerator.Inner(_plan.Type, rows, columns) : KernelGenerator.Outer(_plan.Type, rows, columns);

    private (long[] A, long[] B) Chunk((int Start, int Count)[] vectors)
    {
        var full = vectors.Where(v => v.Count == _plan.Lanes).ToArray();
        var part = vectors.Where(v => v.Count < _plan.Lanes).ToArray();
        return (Pinned(full.Select(v => _plan.DepthA[v.Start])), Pinned(
        [
            .. full.Select(v => _plan.DepthB[v.Start]), part.Length,
            .. part.SelectMany(v => new[] { _plan.DepthA[v.Start], _plan.DepthB[v.Start], Address(_masks) + v.Count * _size }),
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
