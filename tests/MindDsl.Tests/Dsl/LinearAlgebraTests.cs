using MindDsl.Ir;
using Xunit;
using static MindDsl.Mind;

namespace MindDsl.Tests.Dsl;

/// <summary>The laws of linear algebra on random matrices, and what is said of singular ones.</summary>
public class LinearAlgebraTests
{
    private static readonly long[][] Shapes = [[1, 1], [2, 2], [3, 3], [2, 4, 4], [2, 3, 5, 5], [8, 8], [19, 19], [40, 40]];

    public static TheoryData<int, DType> Squares
    {
        get
        {
            var data = new TheoryData<int, DType>();
            for (int k = 0; k < Shapes.Length; k++)
                foreach (var type in new[] { DType.F64, DType.F32 }) data.Add(k, type);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Squares))]
    public void Inverse_and_solve_undo_the_product(int shape, DType type)
    {
        var a = Random(Shapes[shape], type, 1);
        var b = Random([.. Shapes[shape][..^1], 3], type, 2);
        double size = Shapes[shape][^1] * 40;
        Close(Unit(a), a.MatMul(a.Inverse()), size);
        Close(b, a.MatMul(a.Solve(b)), size);
        Close(a.Inverse().MatMul(b), a.Solve(b), size * 10);
        Close(b, a.Tril(0).MatMul((a.Tril(0) + 2 * Unit(a)).TriangularSolve(b)) + 2 * (a.Tril(0) + 2 * Unit(a)).TriangularSolve(b), 1e5);
    }

    [Theory]
    [MemberData(nameof(Squares))]
    public void Determinants_multiply_and_their_logarithms_add(int shape, DType type)
    {
        var (a, b) = (Random(Shapes[shape], type, 3), Random(Shapes[shape], type, 4));
        var (sa, la) = a.SlogDet();
        var (sb, lb) = b.SlogDet();
        var (s, l) = a.MatMul(b).SlogDet();
        Close(sa * sb, s, 1);
        Close(la + lb, l, 1000);
        if (Shapes[shape][^1] > 10) return;
        Close(a.Det() * b.Det(), a.MatMul(b).Det(), 4000);
        Close(sa * la.Exp(), a.Det(), 4000);
        Close(a.Det(), a.Transpose().Det(), 4000);
    }

    [Theory]
    [MemberData(nameof(Squares))]
    public void Factors_have_their_forms_and_multiply_to_the_matrix(int shape, DType type)
    {
        var a = Random(Shapes[shape], type, 5);
        double size = Shapes[shape][^1] * 20;
        var positive = a.MatMul(a.Transpose()) + Unit(a);
        var l = positive.Cholesky();
        Close(positive, l.MatMul(l.Transpose()), size);
        Assert.Equal(l.ToDoubles(), l.Tril(0).ToDoubles());
        Assert.All(l.Diagonal(0).ToDoubles(), d => Assert.True(d > 0));

        foreach (var matrix in new[] { a, Random([.. Shapes[shape][..^2], Shapes[shape][^1] + 3, Shapes[shape][^1]], type, 6), Random([.. Shapes[shape][..^1], Shapes[shape][^1] + 2], type, 7) })
        {
            var (q, r) = matrix.Qr();
            Close(matrix, q.MatMul(r), size);
            Close(Unit(q.Transpose().MatMul(q)), q.Transpose().MatMul(q), size);
            Assert.Equal(r.ToDoubles(), r.Triu(0).ToDoubles());
            Assert.All(r.Diagonal(0).ToDoubles(), d => Assert.True(d >= 0));

            var (u, s, v) = matrix.Svd();
            Close(matrix, (u * Row(s)).MatMul(v.Transpose()), size);
            Close(Unit(u.Transpose().MatMul(u)), u.Transpose().MatMul(u), size);
            Close(Unit(v.Transpose().MatMul(v)), v.Transpose().MatMul(v), size);
            Assert.All(s.ToDoubles(), d => Assert.True(d >= 0));
            Descending(s);
        }
    }

    [Theory]
    [MemberData(nameof(Squares))]
    public void Eigenvectors_are_orthonormal_and_scaled_by_their_values(int shape, DType type)
    {
        var a = Random(Shapes[shape], type, 8);
        var symmetric = (a + a.Transpose()) * 0.5;
        var (values, vectors) = a.Eigh();
        double size = Shapes[shape][^1] * 20;
        Close(symmetric.MatMul(vectors), vectors * Row(values), size);
        Close(Unit(a), vectors.Transpose().MatMul(vectors), size);
        Descending(-1 * values);
        Close(symmetric.Trace(), values.Sum(new[] { -1 }, false), size);
        Close(values, a.Eigvalsh(), 1);
    }

    [Theory]
    [MemberData(nameof(Squares))]
    public void Exponentials_are_inverse_to_those_of_the_negative_and_square_to_those_of_the_double(int shape, DType type)
    {
        var a = Random(Shapes[shape], type, 9) * (2.0 / Shapes[shape][^1]);
        Close(Unit(a), a.Expm().MatMul((-1 * a).Expm()), 2000);
        Close((2 * a).Expm(), a.Expm().MatMul(a.Expm()), 5000);
        Close(a.Trace().Exp(), a.Expm().Det(), 20000);
    }

    [Fact]
    public void Known_values_come_out()
    {
        var a = Tensor.Of(new[,] { { 2.0, 1 }, { 1, 2 } });
        Assert.Equal(3, a.Det().Item<double>(), 1e-14);
        Near([1, 3], a.Eigvalsh(), 1e-14);
        double half = Math.Sqrt(0.5);
        Near([half, half, -half, half], a.Eigh().Vectors, 1e-14);
        Near([3, 1], a.SingularValues(), 1e-14);
        Near([Math.Sqrt(2), 0, half, Math.Sqrt(1.5)], a.Cholesky(), 1e-14);
        var rotation = Tensor.Of(new[,] { { 0.0, -Math.PI / 3 }, { Math.PI / 3, 0 } });
        Near([0.5, -Math.Sqrt(0.75), Math.Sqrt(0.75), 0.5], rotation.Expm(), 1e-14);
        var large = Tensor.Of(new[,] { { -30.0, 0 }, { 0, 40 } });
        Near([1, 1], large.Expm().Diagonal(0) / Tensor.Of(new[] { Math.Exp(-30), Math.Exp(40) }), 1e-12);
        Near([1, 1, 0, 1], Tensor.Of(new[,] { { 0.0, 1 }, { 0, 0 } }).Expm(), 1e-15);
    }

    [Fact]
    public void The_derivative_of_the_determinant_is_exact_at_singular_matrices()
    {
        var gradient = Fn((Tensor x) => x.Det()).Grad();
        // Rank 2 of 3, with the zero pivot at the end, in the middle and in front; rank 1; a singular diagonal.
        foreach (var matrix in new double[][,]
        {
            new[,] { { 1.0, 2, 3 }, { 4, 5, 6 }, { 7, 8, 9 } },
            new[,] { { 2.0, 4, 1 }, { 1, 2, 5 }, { 3, 6, 2 } },
            new[,] { { 0.0, 1, 2 }, { 0, 3, 4 }, { 0, 5, 7 } },
            new[,] { { 1.0, 2, 3 }, { 2, 4, 6 }, { 3, 6, 9 } },
            new[,] { { 2.0, 0, 0 }, { 0, 0, 0 }, { 0, 0, 3 } },
            new[,] { { 1.0, 2, 1 }, { 0, 3, 4 }, { 5, 1, 2 } },
        })
        {
            Near([.. Cofactors(matrix)], gradient(Tensor.Of(matrix)), 1e-12);
        }
    }

    [Fact]
    public void Singular_matrices_are_answered_as_the_page_says()
    {
        var singular = Tensor.Of(new[,] { { 1.0, 2 }, { 2, 4 } });
        Assert.Equal(0, singular.Det().Item<double>());
        var (sign, log) = singular.SlogDet();
        Assert.Equal((0, double.NegativeInfinity), (sign.Item<double>(), log.Item<double>()));
        Assert.All(singular.Inverse().ToArray<double>(), x => Assert.False(double.IsFinite(x)));
        Assert.All(singular.Solve(Tensor.Of(new[] { 1.0, 1 })).ToArray<double>(), x => Assert.False(double.IsFinite(x)));
        Assert.Contains(Tensor.Of(new[,] { { 1.0, 2 }, { 2, 1 } }).Cholesky().ToArray<double>(), double.IsNaN);

        // Vectors are orthonormal whatever the rank; derivatives at a singular value of 0 are 0.
        var low = Tensor.Of(new[,] { { 1.0, 2, 3 }, { 2, 4, 6 }, { 0, 0, 0 }, { -1, -2, -3 } });
        var (u, s, v) = low.Svd();
        Close(Unit(v), u.Transpose().MatMul(u), 100);
        Close(Unit(v), v.Transpose().MatMul(v), 100);
        Near([Math.Sqrt(84), 0, 0], s, 1e-13);
        Close(low, (u * Row(s)).MatMul(v.Transpose()), 100);
        var (q, r) = low.Qr();
        Close(Unit(v), q.Transpose().MatMul(q), 100);
        Close(low, q.MatMul(r), 100);
        var nuclear = Fn((Tensor x) => x.SingularValues().Sum(null, false)).Grad();
        Assert.All(nuclear(Tensor.Zeros(DType.F64, 2, 2)).ToArray<double>(), x => Assert.Equal(0, x));
    }

    [Fact]
    public void Sums_over_the_spectrum_have_derivatives_where_eigenvalues_are_equal()
    {
        // tr A³ = Σ λ³, with the gradient 3 A².
        var cubes = Fn((Tensor x) => (x.Eigvalsh() * x.Eigvalsh() * x.Eigvalsh()).Sum(null, false)).Grad();
        Near([12, 0, 0, 12], cubes(Tensor.Of(new[,] { { 2.0, 0 }, { 0, 2 } })), 1e-12);
    }

    [Fact]
    public void NaN_and_infinity_end_the_iterations()
    {
        var nan = Tensor.Of(new[,] { { double.NaN, 1 }, { 1, 2 } });
        var infinite = Tensor.Of(new[,] { { double.PositiveInfinity, 1 }, { 1, 2 } });
        foreach (var x in new[] { nan, infinite })
        {
            Assert.Contains(x.Eigh().Values.ToArray<double>(), d => !double.IsFinite(d));
            Assert.Contains(x.SingularValues().ToArray<double>(), d => !double.IsFinite(d));
            Assert.Contains(x.Expm().ToArray<double>(), d => !double.IsFinite(d));
            Assert.Contains(x.Inverse().ToArray<double>(), d => !double.IsFinite(d) || d == 0);
        }
    }

    [Fact]
    public void Quotes_batches_and_shapes_that_do_not_fit()
    {
        var solve = Fn((Tensor a, Tensor b) => a.Solve(b).Sum(null, false));
        var (a, b) = (Random([3, 4, 4], DType.F64, 11), Random([3, 4], DType.F64, 12));
        var lanes = solve.Vmap()(a, b);
        for (int i = 0; i < 3; i++) Assert.Equal(solve(a[i], b[i]).Item<double>(), lanes.ToArray<double>()[i], 1e-10);
        var gradients = solve.Grad().Vmap()(a, b);
        Near([.. solve.Grad()(a[1], b[1]).ToArray<double>()], gradients[1], 1e-9);
        var logdet = Fn((Tensor x) => x.SlogDet().LogAbsDet);
        Near([.. a[0].Inverse().Transpose().ToArray<double>()], logdet.Grad()(a[0]), 1e-9);
        Assert.Equal("MIND0221", Assert.Throws<MindDslException>(() => Random([2, 3], DType.F64, 1).Inverse()).Code);
        Assert.Equal("MIND0221", Assert.Throws<MindDslException>(() => a.Solve(Random([2, 4, 1], DType.F64, 1))).Code);
        Assert.Equal("MIND0221", Assert.Throws<MindDslException>(() => Tensor.Of(new[] { 1, 2 }).Qr()).Code);
    }

    private static IEnumerable<double> Cofactors(double[,] a)
    {
        for (int i = 0; i < 3; i++)
            for (int j = 0; j < 3; j++)
            {
                int[] r = [.. Enumerable.Range(0, 3).Where(k => k != i)], c = [.. Enumerable.Range(0, 3).Where(k => k != j)];
                yield return ((i + j) % 2 == 0 ? 1 : -1) * (a[r[0], c[0]] * a[r[1], c[1]] - a[r[0], c[1]] * a[r[1], c[0]]);
            }
    }

    private static Tensor Random(long[] shape, DType type, int seed) => Normal(new Key((ulong)seed), shape, type);

    private static Tensor Unit(Tensor like) => Tensor.Eye(like.Shape[^1], like.DType) + 0 * Tensor.Zeros(like.DType, [.. like.Shape]);

    private static Tensor Row(Tensor x) => x.ExpandDims(-2);

    private static void Descending(Tensor x)
    {
        double[] values = x.ToDoubles();
        int n = (int)x.Shape[^1];
        for (int i = 0; i + 1 < values.Length; i++) if ((i + 1) % n != 0) Assert.True(values[i] >= values[i + 1]);
    }

    /// <summary>Equal to within so many roundings of the largest element.</summary>
    private static void Close(Tensor expected, Tensor found, double roundings)
    {
        double[] x = expected.ToDoubles(), y = found.ToDoubles();
        Assert.Equal(expected.Shape.ToArray(), found.Shape.ToArray());
        double epsilon = expected.DType == DType.F32 ? 1.2e-7 : 2.3e-16, scale = Math.Max(1, Math.Max(x.Max(Math.Abs), y.Max(Math.Abs)));
        for (int i = 0; i < x.Length; i++)
            Assert.True(Math.Abs(x[i] - y[i]) <= roundings * epsilon * scale, $"element {i}: {y[i]} instead of {x[i]}, {Math.Abs(x[i] - y[i]) / epsilon / scale} roundings");
    }

    private static void Near(double[] expected, Tensor found, double tolerance)
    {
        double[] y = found.ToArray<double>();
        Assert.Equal(expected.Length, y.Length);
        for (int i = 0; i < y.Length; i++) Assert.True(Math.Abs(expected[i] - y[i]) <= tolerance, $"element {i}: {y[i]} instead of {expected[i]}");
    }
}

file static class Elements
{
    public static double[] ToDoubles(this Tensor x) => x.To(DType.F64).ToArray<double>();
}
