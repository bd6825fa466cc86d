using MindDsl.Backends;
using MindDsl.Ir;
using MindDsl.Tests.Autodiff;
using Xunit;
using static MindDsl.Mind;

namespace MindDsl.Tests.Dsl.Calculus;

/// <summary>Seeds of Jacobians are worked on in chunks that share the run of the function.</summary>
public class SeedChunkTests
{
    /// <summary>Numbers of seeds around the widths of chunks: fewer than one, several, with and without lanes left over.</summary>
    public static TheoryData<int> Sizes => [1, 127, 256, 257, 259, 384, 401];

    private static double[] Point(int n) => [.. Enumerable.Range(0, n).Select(i => Math.Sin(i + 1) / 2)];

    private static void Close(double[,] expected, double[,] found)
    {
        Assert.Equal((expected.GetLength(0), expected.GetLength(1)), (found.GetLength(0), found.GetLength(1)));
        foreach (var (e, f) in expected.Cast<double>().Zip(found.Cast<double>())) Assert.Equal(e, f, 1e-12 * (1 + Math.Abs(e)));
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Jacobians_of_any_number_of_seeds_are_the_partial_derivatives(int n)
    {
        // yᵢ = exp(xᵢ)·s with s = Σ xⱼ²: ∂yᵢ/∂xⱼ = [i = j]·exp(xᵢ)·s + 2·exp(xᵢ)·xⱼ.
        var f = Fn((double[] x) => Let(x.Select(v => v * v).Sum(), s => x.Select(v => Math.Exp(v) * s).ToArray()));
        double[] x = Point(n);
        double sum = x.Sum(v => v * v);
        double[,] expected = new double[n, n];
        for (int i = 0; i < n; i++) for (int j = 0; j < n; j++) expected[i, j] = Math.Exp(x[i]) * ((i == j ? sum : 0) + 2 * x[j]);
        Close(expected, f.JacFwd()(x));
        Close(expected, f.JacRev()(x));
        Close(expected, f.Jacobian()(x));
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Hessians_of_any_number_of_seeds_are_the_second_derivatives(int n)
    {
        // s²  with s = Σ xⱼ²: ∂²/∂xᵢ∂xⱼ = 4·s·[i = j] + 8·xᵢ·xⱼ.
        var f = Fn((double[] x) => Let(x.Select(v => v * v).Sum(), s => s * s));
        double[] x = Point(n);
        double sum = x.Sum(v => v * v);
        double[,] expected = new double[n, n];
        for (int i = 0; i < n; i++) for (int j = 0; j < n; j++) expected[i, j] = (i == j ? 4 * sum : 0) + 8 * x[i] * x[j];
        Close(expected, f.Hessian()(x));
        double[] diagonal = f.HessianDiagonal()(x);
        for (int i = 0; i < n; i++) Assert.Equal(expected[i, i], diagonal[i], 1e-12);
    }

    [Fact]
    public void Places_of_several_axes_are_numbered_in_their_order()
    {
        // y = A·B with A of 19 × 17 and B of 17 × 2: ∂y_ik/∂a_jl = [i = j]·b_lk.
        Tensor a = Fn((Key key) => Normal(key, new long[] { 19, 17 }, DType.F64))(new Key(1)), b = Fn((Key key) => Normal(key, new long[] { 17, 2 }, DType.F64))(new Key(2));
        var f = Fn((Tensor m) => m.Dot(b));
        double[] given = b.ToArray<double>();
        foreach (var jacobian in new[] { f.JacFwd()(a), f.JacRev()(a) })
        {
            Assert.Equal([19L, 2, 19, 17], jacobian.Shape.ToArray());
            double[] found = jacobian.ToArray<double>();
            for (int i = 0; i < 19; i++)
                for (int k = 0; k < 2; k++)
                    for (int j = 0; j < 19; j++)
                        for (int l = 0; l < 17; l++)
                            Assert.Equal(i == j ? given[(l * 2) + k] : 0, found[(((((i * 2) + k) * 19) + j) * 17) + l], 1e-12);
        }
    }

    [Fact]
    public void Jacobians_in_chunks_have_derivatives_and_batches()
    {
        // The trace of the Jacobian of x³ is Σ 3x², its gradient 6x.
        var trace = Fn((Tensor x) => x * x * x).JacFwd();
        var sum = Fn((Tensor x) => trace(x).Diagonal(0).Sum(null, false));
        double[] x = Point(260);
        Assert.All(x.Zip(sum.Grad()(Tensor.Of(x)).ToArray<double>()), p => Assert.Equal(6 * p.First, p.Second, 1e-12));
        Assert.All(x.Zip(sum.Jvp()(Tensor.Of(x), Tensor.Full(1, DType.F64, 260)).Tangent.ToArray<double>()), p => Assert.Equal(6 * x.Sum(), p.Second, 1e-9));
        Tensor two = Stack(new[] { Tensor.Of(x), Tensor.Of(x) * 2.0 });
        double[] lanes = trace.Vmap()(two).ToArray<double>();
        for (int i = 0; i < 260; i++)
        {
            Assert.Equal(3 * x[i] * x[i], lanes[(i * 260) + i], 1e-12);
            Assert.Equal(12 * x[i] * x[i], lanes[(260 * 260) + (i * 260) + i], 1e-12);
        }
    }

    private static TensorBuffer Numbers(params long[] shape) => Derivatives.Of([.. Enumerable.Range(0, (int)shape.Aggregate(1L, (a, b) => a * b)).Select(i => Math.Sin(i) / 8)], shape);

    [Fact]
    public void The_function_runs_once_for_all_chunks()
    {
        var f = Fn((Tensor w, Tensor x) => w.Dot(x.Sin()).Tanh());
        Tensor Weights(int n) => Tensor.Full(0.01, DType.F64, n, n);
        foreach (int n in new[] { 64, 512 })
        {
            foreach (var jacobian in new[] { Fn((Tensor w, Tensor x) => Fn((Tensor y) => f(w, y)).JacFwd()(x)), Fn((Tensor w, Tensor x) => Fn((Tensor y) => f(w, y)).JacRev()(x)) })
            {
                // A lane takes a product with the matrix and two products of vectors; sin, cos and tanh are outside.
                var module = Counted.Program(jacobian, Weights(n), Tensor.Full(0.1, DType.F64, n));
                long operations = Counted.Run(module, Numbers(n, n), Numbers(n)).Operations;
                long lanes = n * ((2L * n * n) + (4L * n)), once = (2L * n * n) + (100L * n);
                Assert.InRange(operations, lanes / 4, lanes + once + (n * n * 8L));
            }
        }
    }

    [Fact]
    public void Memory_beyond_arguments_and_results_does_not_grow_with_the_number_of_seeds()
    {
        // 64 steps in between, each with a vector for every lane.
        var f = Fn((Tensor x) => Let(x.Reshape(-1, 64).Sum(new[] { 0 }, false), s => Iterate(32, s, h => (h.Dot(Tensor.Full(0.1, DType.F64, 64, 64)) + s).Tanh())));
        long Working(int n)
        {
            // Results are put in the order of their axes from one buffer of their size.
            var memory = f.JacFwd().Explain(Tensor.Zeros(DType.F64, [n])).Memory;
            return memory.Working - (2 * memory.Results);
        }
        var (small, large) = (Working(512), Working(4096));
        Assert.True(large <= 2 * small, $"{small} bytes for 512 seeds, {large} for 4096");
    }
}
