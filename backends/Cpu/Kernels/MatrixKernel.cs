using System.Numerics;
using System.Runtime.InteropServices;
using MindDsl.Ir;

namespace MindDsl.Backends.Cpu;

/// <summary>A composite operation on matrices, done matrix by matrix in place of its program; batches are divided among threads.</summary>
internal sealed unsafe class MatrixKernel
{
    private const double WorkForThreads = 1 << 18;

    [ThreadStatic]
    private static nint s_scratch;

    [ThreadStatic]
    private static long s_scratchBytes;

    private readonly Composite _op;
    private readonly DType _type;
    private readonly long _batch = 1;
    private readonly int _rows, _columns, _width;
    private readonly NestMethod _part;

    public MatrixKernel(Composite op, Seq<TensorType> operands)
    {
        var a = operands[0];
        (_op, _type) = (op, a.DType);
        for (int k = 0; k < a.Rank - 2; k++) _batch *= a.Shape[k].Value;
        (_rows, _columns) = ((int)a.Shape[a.Rank - 2].Value, (int)a.Shape[a.Rank - 1].Value);
        _width = operands.Count > 1 ? (int)operands[1].Shape[a.Rank - 1].Value : 0;
        _part = _type == DType.F32 ? Part<float> : Part<double>;
    }

    /// <summary>True of the operations that have a kernel.</summary>
    public static bool Has(Apply apply) => apply.Op is Cholesky or TriangularSolve or Lu or Orthonormal or Eigenvectors or SingularVectors;

    /// <summary>Computes the operation on tensors at addresses; the second operand of an operation with one is not read.</summary>
    public void Run(long a, long b, long result)
    {
        long* frame = stackalloc long[3] { a, b, result };
        double work = (double)_batch * _rows * _columns * Math.Max(_columns, _width);
        if (work > WorkForThreads) WorkSplitter.Run(_part, (long)frame, _batch);
        else _part((long)frame, 0, _batch);
    }

    private void Part<T>(long frame, long begin, long end)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T* a = (T*)((long*)frame)[0], b = (T*)((long*)frame)[1], result = (T*)((long*)frame)[2];
        long size = (long)_rows * _columns;
        for (long n = begin; n < end; n++)
        {
            T* x = a + n * size;
            switch (_op)
            {
                case Cholesky:
                    Factors<T>.Cholesky(x, result + n * size, _rows);
                    break;
                case TriangularSolve solve:
                    long length = (long)_rows * _width;
                    Factors<T>.Solve(x, b + n * length, result + n * length, _rows, _width, solve.Upper, solve.Unit);
                    break;
                case Lu:
                    Factors<T>.Lu(x, result + n * (size + _rows), _rows);
                    break;
                case Orthonormal:
                    Reflections<T>.Orthonormal(x, result + n * size, _rows, _columns, Scratch<T>(Reflections<T>.ScratchOf(_rows, _columns)));
                    break;
                case Eigenvectors:
                    Spectrum<T>.Eigenvectors(x, result + n * size, _rows, Scratch<T>(Spectrum<T>.ScratchOfEigenvectors(_rows)));
                    break;
                default:
                    Spectrum<T>.SingularVectors(x, result + n * (size + (long)_columns * _columns), _rows, _columns, Scratch<T>(Spectrum<T>.ScratchOfSingularVectors(_rows, _columns)));
                    break;
            }
        }
    }

    /// <summary>Memory to work in, which stays with the thread.</summary>
    private static T* Scratch<T>(long count)
        where T : unmanaged
    {
        long bytes = count * sizeof(T);
        if (bytes > s_scratchBytes)
        {
            HostMemory.Free(s_scratch);
            s_scratch = HostMemory.Allocate(bytes);
            s_scratchBytes = bytes;
        }
        return (T*)s_scratch;
    }
}
