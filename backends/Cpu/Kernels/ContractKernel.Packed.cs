using System.Numerics;
using System.Runtime.CompilerServices;
using MindDsl.Ir;

namespace MindDsl.Backends.Cpu;

/// <content>Products from copies.</content>
internal sealed unsafe partial class ContractKernel
{
    private const long ColumnBytes = 3 * 1024 * 1024, RowBytes = 192 * 1024;

    /// <summary>Bytes that each thread copies panels to.</summary>
    public long ScratchBytes
    {
        get
        {
            if (_plan.Form != ContractForm.Packed) return 0;
            long columnBytes = (long)_plan.DepthBlock * _plan.Vectors * _plan.Lanes * _size, rowBytes = (long)_plan.DepthBlock * _plan.Rows * _size;
            return Math.Clamp(ColumnBytes / columnBytes, 1, Math.Max(_columnPanels, 1)) * columnBytes + (_plan.PacksRows ? Math.Clamp(RowBytes / rowBytes, 1, Math.Max(_rowPanels, 1)) * rowBytes : 0);
        }
    }

    /// <summary>
    /// Panels of columns in the third-level cache, one of them in the first; panels of rows in the second-level cache. Rows that are not copied are near, and panels of columns pass them.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Packed<TBits, T>(long a, long b, long c, int i0, int i1, int j0, int j1)
        where TBits : unmanaged
        where T : unmanaged, INumber<T>
    {
        var (plan, shape, tables) = (_plan, _shape, _packed!);
        int width = plan.Vectors * plan.Lanes, depthLength = shape.DepthA.Length;
        long columnBytes = (long)plan.DepthBlock * width * _size, rowBytes = (long)plan.DepthBlock * plan.Rows * _size, blockBytes = (long)plan.Rows * width * _size;
        int columnPanels = (int)Math.Clamp(ColumnBytes / columnBytes, 1, Math.Max(j1 - j0, 1)), rowPanels = (int)Math.Clamp(RowBytes / rowBytes, 1, Math.Max(i1 - i0, 1));
        long packedB = Packing<TBits>.Memory(0, columnPanels * columnBytes), packedA = plan.PacksRows ? Packing<TBits>.Memory(1, rowPanels * rowBytes) : 0;
        // Blocks whose places are scattered: one, or all of them until they are summed.
        long gathered = Packing<TBits>.Memory(2, plan.GathersResult ? (long)_rowPanels * _columnPanels * blockBytes : blockBytes);
        long rowA = Address(shape.RowA), depthA = Address(shape.DepthA), depthB = Address(shape.DepthB), columnB = Address(shape.ColumnB);
        for (int from = j0; from < j1; from += columnPanels)
        {
            int to = Math.Min(from + columnPanels, j1);
            for (int k = 0, number = 0; k < depthLength; k += plan.DepthBlock, number++)
            {
                int depth = Math.Min(plan.DepthBlock, depthLength - k);
                bool isLast = k + depth == depthLength;
                for (int j = from; j < to; j++)
                    Packing<TBits>.Pack(b, (long*)(columnB + 8L * j * width), Math.Min(width, shape.ColumnB.Length - j * width), width,
                        (long*)depthB + k, depth, tables.IsRunB[j], tables.IsDepthRunB[number], packedB + (j - from) * columnBytes);
                for (int first = i0; first < i1; first += rowPanels)
                {
                    int last = Math.Min(first + rowPanels, i1);
                    if (!plan.PacksRows)
                    {
                        for (int i = first; i < last; i++)
                            for (int j = from; j < to; j++) Multiply(i, j, a, rowA + 8L * RowStart(i), depthA + 8L * k);
                        continue;
                    }
                    for (int i = first; i < last; i++)
                        Packing<TBits>.Pack(a, (long*)rowA + RowStart(i), RowStart(i + 1) - RowStart(i), plan.Rows, (long*)depthA + k, depth, tables.IsRunA[i], tables.IsDepthRunA[number],
                            packedA + (i - first) * rowBytes);
                    for (int j = from; j < to; j++)
                        for (int i = first; i < last; i++) Multiply(i, j, packedA + (i - first) * rowBytes, Address(tables.RowA), Address(tables.DepthA));
                }

                [MethodImpl(MethodImplOptions.AggressiveOptimization)]
                void Multiply(int i, int j, long panelA, long rowsAt, long depthAt)
                {
                    int row = RowStart(i), rows = RowStart(i + 1) - row, columns = Math.Min(width, shape.ColumnB.Length - j * width);
                    long panelB = packedB + (j - from) * columnBytes, placesC = Address(tables.ColumnC);
                    if (tables.IsRunC[j])
                    {
                        Block(rows, plan.Vectors)(panelA, panelB, c + shape.ColumnC[j * width], rowsAt, Address(shape.RowC) + 8L * row, placesC, placesC, depthAt, Address(tables.DepthB), depth, k);
                        return;
                    }
                    long block = plan.GathersResult ? gathered + ((long)i * _columnPanels + j) * blockBytes : gathered;
                    Block(rows, (columns + plan.Lanes - 1) / plan.Lanes)(
                        panelA, panelB, block, rowsAt, Address(tables.RowC), placesC, placesC, depthAt, Address(tables.DepthB), depth, plan.GathersResult ? k : 0);
                    if (plan.GathersResult && !isLast) return;
                    Packing<T>.Put((T*)block, c, (long*)Address(shape.RowC) + row, (long*)Address(shape.ColumnC) + j * width, rows, columns, width, k > 0 && !plan.GathersResult);
                }
            }
        }
    }

    /// <summary>Places in the copies, and what can be copied in runs.</summary>
    private sealed class PackedTables(ContractPlan plan, int columnPanels, int[] rowStarts, IEnumerable<(int Start, int Count)> depthBlocks)
    {
        private readonly int _width = plan.Vectors * plan.Lanes;

        public long[] DepthA { get; } = Steps(plan.DepthBlock, plan.Rows * plan.Shape.Type.Size);

        public long[] RowA { get; } = Steps(plan.Rows, plan.Shape.Type.Size);

        public long[] DepthB { get; } = Steps(plan.DepthBlock, plan.Vectors * plan.Lanes * plan.Shape.Type.Size);

        public long[] ColumnC { get; } = Steps(plan.Vectors, plan.Lanes * plan.Shape.Type.Size);

        public long[] RowC { get; } = Steps(plan.Rows, plan.Vectors * plan.Lanes * plan.Shape.Type.Size);

        public bool[] IsRunA { get; } = [.. Enumerable.Range(0, rowStarts.Length - 1).Select(p => plan.Shape.IsRun(plan.Shape.RowA, rowStarts[p], rowStarts[p + 1] - rowStarts[p]))];

        public bool[] IsDepthRunA { get; } = [.. depthBlocks.Select(k => plan.Shape.IsRun(plan.Shape.DepthA, k.Start, k.Count))];

        public bool[] IsDepthRunB { get; } = [.. depthBlocks.Select(k => plan.Shape.IsRun(plan.Shape.DepthB, k.Start, k.Count))];

        public bool[] IsRunB => field ??= [.. Panels(plan.Shape.ColumnB).Select(p => p.IsRun)];

        public bool[] IsRunC => field ??= [.. Panels(plan.Shape.ColumnC).Select(p => p.IsRun && p.Count == _width)];

        private IEnumerable<(bool IsRun, int Count)> Panels(long[] columns) => Enumerable.Range(0, columnPanels).Select(p =>
        {
            int count = Math.Min(_width, columns.Length - p * _width);
            return (plan.Shape.IsRun(columns, p * _width, count), count);
        });

        private static long[] Steps(int count, long step) => Pinned(Enumerable.Range(0, count).Select(i => i * step));
    }
}
