using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MindDsl.Ir;

namespace MindDsl.Backends.Cpu;

/// <summary>
/// Any contraction of floats as a blocked matrix product. Letters of both operands and the result are batches, letters of one operand and the result are
/// rows or columns, letters of both operands alone are summed over. Tables of offsets stand for strides, so that every order of axes is packed alike.
/// </summary>
/// <remarks>Sums run over blocks of the summed index in order, with fused multiply-add; the order depends on the shapes alone.</remarks>
internal sealed unsafe class ContractKernel<T> where T : unmanaged, INumber<T>
{
    private const int Rows = 6;
    private const int RowBlock = 96;
    private const int DepthBlock = 256;
    private const int ColumnBlock = 480;
    private static readonly int Lanes = Vector<T>.Count;
    private static readonly int Columns = 2 * Lanes;

    [ThreadStatic]
    private static nint s_packed;

    private readonly long[] _batchA, _batchB, _batchC, _rowA, _rowC, _columnB, _columnC, _depthA, _depthB;
    private readonly bool _swapped;
    private readonly NestMethod _part;

    public ContractKernel(Contract op, Seq<TensorType> operands)
    {
        // Vectors run along the columns: the last axis of the result is to be one of them.
        _swapped = op.Result.Length > 0 && !op.Right.Contains(op.Result[^1]);
        if (_swapped) (op, operands) = (op.Swapped, [operands[1], operands[0]]);
        string batch = string.Concat(op.Result.Where(c => op.Left.Contains(c) && op.Right.Contains(c)));
        string rows = string.Concat(op.Result.Where(c => op.Left.Contains(c) && !op.Right.Contains(c)));
        string columns = string.Concat(op.Result.Where(c => !op.Left.Contains(c)));
        string depth = op.Summed;
        var result = op.Infer(operands).Shape;
        long[] Table(string letters, string axes, Shape shape) => Offsets(letters, axes, shape, c => op.Length(c, operands).Value);
        (_batchA, _batchB, _batchC) = (Table(batch, op.Left, operands[0].Shape), Table(batch, op.Right, operands[1].Shape), Table(batch, op.Result, result));
        (_rowA, _rowC) = (Table(rows, op.Left, operands[0].Shape), Table(rows, op.Result, result));
        (_columnB, _columnC) = (Table(columns, op.Right, operands[1].Shape), Table(columns, op.Result, result));
        (_depthA, _depthB) = (Table(depth, op.Left, operands[0].Shape), Table(depth, op.Right, operands[1].Shape));
        _part = Part;
    }

    /// <summary>Computes the contraction of tensors at addresses.</summary>
    public void Run(long a, long b, long c)
    {
        if (_swapped) (a, b) = (b, a);
        long* frame = stackalloc long[3] { a, b, c };
        double work = (double)_batchA.Length * _rowA.Length * _columnB.Length * Math.Max(_depthA.Length, 1);
        if (work > 1 << 17) WorkSplitter.Run(_part, (long)frame, Units);
        else Part((long)frame, 0, Units);
    }

    private long RowPanels => (_rowA.Length + Rows - 1) / Rows;

    private long ColumnPanels => (_columnB.Length + Columns - 1) / Columns;

    /// <summary>What threads divide: batches if there are some, else panels of columns or of rows, whichever are more.</summary>
    private long Units => _batchA.Length >= 4 ? _batchA.Length : Math.Max(RowPanels, ColumnPanels);

    private void Part(long frame, long begin, long end)
    {
        T* a = (T*)((long*)frame)[0], b = (T*)((long*)frame)[1], c = (T*)((long*)frame)[2];
        int rows = _rowA.Length, columns = _columnB.Length;
        if (_batchA.Length >= 4)
        {
            for (long n = begin; n < end; n++) Product(a + _batchA[n], b + _batchB[n], c + _batchC[n], 0, rows, 0, columns);
            return;
        }
        for (int n = 0; n < _batchA.Length; n++)
        {
            T* x = a + _batchA[n], y = b + _batchB[n], z = c + _batchC[n];
            if (ColumnPanels >= RowPanels) Product(x, y, z, 0, rows, (int)begin * Columns, (int)Math.Min(end * Columns, columns));
            else Product(x, y, z, (int)begin * Rows, (int)Math.Min(end * Rows, rows), 0, columns);
        }
    }

    private void Product(T* a, T* b, T* c, int row0, int row1, int column0, int column1)
    {
        int depth = _depthA.Length;
        if (depth == 0)
        {
            for (int i = row0; i < row1; i++)
                for (int j = column0; j < column1; j++) c[_rowC[i] + _columnC[j]] = T.Zero;
            return;
        }
        if (s_packed == 0) s_packed = (nint)NativeMemory.AlignedAlloc((nuint)((ColumnBlock + RowBlock + 2 * 64) * DepthBlock * sizeof(T)), 64);
        T* packedB = (T*)s_packed;
        T* packedA = packedB + (ColumnBlock + 64) * DepthBlock;
        int width = ColumnBlock / Columns * Columns;
        for (int j0 = column0; j0 < column1; j0 += width)
        {
            int j1 = Math.Min(j0 + width, column1);
            for (int k0 = 0; k0 < depth; k0 += DepthBlock)
            {
                int kn = Math.Min(DepthBlock, depth - k0);
                PackB(b, packedB, j0, j1, k0, kn);
                for (int i0 = row0; i0 < row1; i0 += RowBlock)
                {
                    int i1 = Math.Min(i0 + RowBlock, row1);
                    PackA(a, packedA, i0, i1, k0, kn);
                    for (int j = j0; j < j1; j += Columns)
                        for (int i = i0; i < i1; i += Rows)
                            Panel(packedA + (long)(i - i0) * kn, packedB + (long)(j - j0) * kn, c, i, Math.Min(Rows, i1 - i), j, Math.Min(Columns, j1 - j), kn, k0 == 0);
                }
            }
        }
    }

    private void PackA(T* a, T* to, int i0, int i1, int k0, int kn)
    {
        for (int i = i0; i < i1; i += Rows, to += (long)Rows * kn)
        {
            for (int r = 0; r < Rows; r++)
            {
                T* target = to + r;
                if (i + r >= i1)
                {
                    for (int k = 0; k < kn; k++, target += Rows) *target = T.Zero;
                    continue;
                }
                T* row = a + _rowA[i + r];
                for (int k = 0; k < kn; k++, target += Rows) *target = row[_depthA[k0 + k]];
            }
        }
    }

    private void PackB(T* b, T* to, int j0, int j1, int k0, int kn)
    {
        for (int j = j0; j < j1; j += Columns)
        {
            int columns = Math.Min(Columns, j1 - j);
            bool run = columns == Columns && _columnB[j + Columns - 1] - _columnB[j] == Columns - 1;
            for (int k = 0; k < kn; k++, to += Columns)
            {
                T* row = b + _depthB[k0 + k];
                if (run)
                {
                    T* source = row + _columnB[j];
                    Vector.Store(Vector.Load(source), to);
                    Vector.Store(Vector.Load(source + Lanes), to + Lanes);
                    continue;
                }
                for (int n = 0; n < columns; n++) to[n] = row[_columnB[j + n]];
                for (int n = columns; n < Columns; n++) to[n] = T.Zero;
            }
        }
    }

    private void Panel(T* a, T* b, T* c, int i, int rows, int j, int columns, int depth, bool first)
    {
        Vector<T> s00 = default, s01 = default, s10 = default, s11 = default, s20 = default, s21 = default;
        Vector<T> s30 = default, s31 = default, s40 = default, s41 = default, s50 = default, s51 = default;
        for (int k = 0; k < depth; k++)
        {
            var (b0, b1) = (Vector.Load(b), Vector.Load(b + Lanes));
            var x = new Vector<T>(a[0]);
            s00 = Fma(x, b0, s00);
            s01 = Fma(x, b1, s01);
            x = new Vector<T>(a[1]);
            s10 = Fma(x, b0, s10);
            s11 = Fma(x, b1, s11);
            x = new Vector<T>(a[2]);
            s20 = Fma(x, b0, s20);
            s21 = Fma(x, b1, s21);
            x = new Vector<T>(a[3]);
            s30 = Fma(x, b0, s30);
            s31 = Fma(x, b1, s31);
            x = new Vector<T>(a[4]);
            s40 = Fma(x, b0, s40);
            s41 = Fma(x, b1, s41);
            x = new Vector<T>(a[5]);
            s50 = Fma(x, b0, s50);
            s51 = Fma(x, b1, s51);
            a += Rows;
            b += Columns;
        }
        Put(c, i, j, columns, s00, s01, first);
        if (rows > 1) Put(c, i + 1, j, columns, s10, s11, first);
        if (rows > 2) Put(c, i + 2, j, columns, s20, s21, first);
        if (rows > 3) Put(c, i + 3, j, columns, s30, s31, first);
        if (rows > 4) Put(c, i + 4, j, columns, s40, s41, first);
        if (rows > 5) Put(c, i + 5, j, columns, s50, s51, first);
    }

    private void Put(T* c, int i, int j, int columns, Vector<T> left, Vector<T> right, bool first)
    {
        T* row = c + _rowC[i];
        if (columns == Columns && _columnC[j + Columns - 1] - _columnC[j] == Columns - 1)
        {
            T* at = row + _columnC[j];
            Vector.Store(first ? left : Vector.Load(at) + left, at);
            Vector.Store(first ? right : Vector.Load(at + Lanes) + right, at + Lanes);
            return;
        }
        for (int n = 0; n < columns; n++)
        {
            var value = n < Lanes ? left[n] : right[n - Lanes];
            T* at = row + _columnC[j + n];
            *at = first ? value : *at + value;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<T> Fma(Vector<T> x, Vector<T> y, Vector<T> z) => typeof(T) == typeof(float)
        ? Vector.FusedMultiplyAdd(x.As<T, float>(), y.As<T, float>(), z.As<T, float>()).As<float, T>()
        : Vector.FusedMultiplyAdd(x.As<T, double>(), y.As<T, double>(), z.As<T, double>()).As<double, T>();

    /// <summary>For every index of the letters, last fastest, the offset of the element in a tensor with the axes.</summary>
    private static long[] Offsets(string letters, string axes, Shape shape, Func<char, long> length)
    {
        long size = 1;
        foreach (char c in letters) size *= length(c);
        var offsets = new long[size];
        for (long i = 0; i < size; i++)
        {
            long rest = i;
            for (int k = letters.Length - 1; k >= 0; k--)
            {
                offsets[i] += rest % length(letters[k]) * Stride(axes.IndexOf(letters[k]), shape);
                rest /= length(letters[k]);
            }
        }
        return offsets;
    }

    private static long Stride(int axis, Shape shape)
    {
        long stride = 1;
        for (int k = axis + 1; k < shape.Rank; k++) stride *= shape[k].Value;
        return stride;
    }
}
