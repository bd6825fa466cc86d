using MindDsl.Backends;
using MindDsl.Ir;
using Xunit;
using static MindDsl.Mind;

namespace MindDsl.Tests.Backends.Conformance;

/// <summary>The CPU backend's kernels of factorisations against the programs that the interpreter runs in their place, on batches and sizes from none.</summary>
public class MatrixConformanceTests
{
    private static readonly long[][] Shapes = [[0, 0], [1, 1], [3, 3], [2, 4, 4], [2, 1, 3, 3], [7, 7], [13, 13]];

    private static readonly Dictionary<string, Fn<Tensor, Tensor>> Functions = new()
    {
        ["inverse"] = Fn((Tensor a) => a.Inverse()),
        ["determinant"] = Fn((Tensor a) => a.Det()),
        ["sign"] = Fn((Tensor a) => a.SlogDet().Sign),
        ["log determinant"] = Fn((Tensor a) => a.SlogDet().LogAbsDet),
        ["solution"] = Fn((Tensor a) => a.Solve(a * a + 1)),
        ["solution of a lower triangle"] = Fn((Tensor a) => a.TriangularSolve(a * a + 1, false, false)),
        ["solution of an upper triangle"] = Fn((Tensor a) => a.TriangularSolve(a * a + 1, true, false)),
        ["solution of a lower triangle with a unit diagonal"] = Fn((Tensor a) => a.TriangularSolve(a * a + 1, false, true)),
        ["solution of an upper triangle with a unit diagonal"] = Fn((Tensor a) => a.TriangularSolve(a * a + 1, true, true)),
        ["cholesky"] = Fn((Tensor a) => a.Cholesky()),
        ["q"] = Fn((Tensor a) => a.Qr().Q),
        ["r"] = Fn((Tensor a) => a.Qr().R),
        ["eigenvalues"] = Fn((Tensor a) => a.Eigvalsh()),
        ["eigenvectors"] = Fn((Tensor a) => a.Eigh().Vectors),
        ["left singular vectors"] = Fn((Tensor a) => a.Svd().U),
        ["singular values"] = Fn((Tensor a) => a.SingularValues()),
        ["right singular vectors"] = Fn((Tensor a) => a.Svd().V),
        ["exponential"] = Fn((Tensor a) => a.Expm()),
    };

    public static TheoryData<string> Names => [.. Functions.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Kernels_give_what_programs_give(string name)
    {
        var f = Functions[name];
        foreach (var type in new[] { DType.F64, DType.F32 })
            foreach (long[] shape in Shapes)
            {
                var a = Positive(shape, type);
                var found = f(a);
                Tensor expected;
                using (Use(new InterpreterBackend())) expected = f(a);
                Assert.Equal(expected.Shape.ToArray(), found.Shape.ToArray());
                var (x, y) = (Numbers(expected), Numbers(found));
                double tolerance = (type == DType.F64 ? 1e-9 : 5e-3) * (1 + x.Select(Math.Abs).DefaultIfEmpty().Max());
                for (int i = 0; i < x.Length; i++)
                    Assert.True(Math.Abs(x[i] - y[i]) <= tolerance, FormattableString.Invariant($"{name} of {type.Name} [{string.Join(", ", shape)}] at {i}: expected {x[i]}, found {y[i]}"));
            }
    }

    private static double[] Numbers(Tensor tensor) => tensor.To(DType.F64).ToArray<double>();

    /// <summary>Symmetric, with eigenvalues from 1 that are apart.</summary>
    private static Tensor Positive(long[] shape, DType type)
    {
        long n = shape[^1], count = shape.Aggregate(1L, (x, y) => x * y);
        var random = new Random((int)(count + n));
        var m = Tensor.From<double>(Enumerable.Range(0, (int)count).Select(_ => random.NextDouble() - 0.5).ToArray(), shape);
        var diagonal = Tensor.Eye(n, DType.F64) * (Tensor.Arange(0, n, 1, DType.F64) + 2);
        return (m.MatMul(m.Transpose()) / Math.Max(n, 1L) + diagonal).To(type);
    }
}
