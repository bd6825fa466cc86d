using Xunit;
using static MindDsl.Mind;

namespace MindDsl.Tests.Dsl.Calculus;

/// <summary>Jacobians and second derivatives against formulas.</summary>
public class JacobianTests
{
    private static readonly Fn<double[], double[]> Curve = Fn((double[] x) => new[] { x[0] * Math.Sin(x[1]), x[1] * x[2], Math.Exp(x[0] * x[2]) });

    private static double[,] CurveJacobian(double[] x) => new[,]
    {
        { Math.Sin(x[1]), x[0] * Math.Cos(x[1]), 0 },
        { 0, x[2], x[1] },
        { x[2] * Math.Exp(x[0] * x[2]), 0, x[0] * Math.Exp(x[0] * x[2]) },
    };

    private sealed record Point(Tensor A, Tensor B);

    private sealed record Pair(double X, double Y);

    private sealed record Square(Pair X, Pair Y);

    private sealed record Two(double Sum, double[] Product);

    private sealed record TwoByPair(Pair Sum, Columns Product);

    private sealed record Columns(double[] X, double[] Y);

    private static void Close(double[,] expected, double[,] found)
    {
        Assert.Equal(expected.GetLength(0), found.GetLength(0));
        Assert.Equal(expected.GetLength(1), found.GetLength(1));
        for (int i = 0; i < expected.GetLength(0); i++)
            for (int j = 0; j < expected.GetLength(1); j++) Assert.Equal(expected[i, j], found[i, j], 1e-12);
    }

    [Fact]
    public void Jacobians_of_both_modes_are_the_partial_derivatives()
    {
        double[] x = [0.7, -0.4, 1.3];
        Close(CurveJacobian(x), Curve.JacFwd()(x));
        Close(CurveJacobian(x), Curve.JacRev()(x));
        Close(CurveJacobian(x), Curve.Jacobian()(x));
    }

    [Fact]
    public void Jacobians_nest_in_quotes_and_have_derivatives()
    {
        var trace = Fn((double[] x) => Let(Curve.JacFwd()(x), j => j[0, 0] + j[1, 1] + j[2, 2]));
        double[] x = [0.7, -0.4, 1.3];
        double e = Math.Exp(x[0] * x[2]);
        double[] expected = [e + x[0] * x[2] * e, Math.Cos(x[1]), 1 + x[0] * x[0] * e];
        foreach (var gradient in new[] { trace.Grad()(x), trace.JacFwd()(x), trace.JacRev()(x), Fn((double[] y) => Let(Curve.JacRev()(y), j => j[0, 0] + j[1, 1] + j[2, 2])).Grad()(x) })
            for (int i = 0; i < 3; i++) Assert.Equal(expected[i], gradient[i], 1e-12);
    }

    [Fact]
    public void Jacobians_pass_through_loops_on_run_time_data()
    {
        // xₙ₊₁ = xₙ² · y until it is 100 or more, elementwise on both arguments.
        var f = Fn((double[] v) => Let(While(new { X = v[0], N = 0 }, s => s.X < 100, s => new { X = s.X * s.X * v[1], N = s.N + 1 }), s => new[] { s.X, v[0] * v[1] }));
        double[] v = [2, 1.5];
        // x₃ = x⁸y⁷: 2⁸·1.5⁷ = 4374 after 3 steps (6, 54, 4374).
        Close(new[,] { { 8 * 4374 / 2.0, 7 * 4374 / 1.5 }, { 1.5, 2 } }, f.JacFwd()(v));
        Close(new[,] { { 8 * 4374 / 2.0, 7 * 4374 / 1.5 }, { 1.5, 2 } }, f.JacRev()(v));
    }

    [Fact]
    public void Result_axes_come_before_argument_axes()
    {
        var outer = Fn((Tensor x) => x.Dot(x.Transpose()));
        Tensor x = new double[,] { { 1, 2, 3 }, { 4, 5, 6 } };
        foreach (var j in new[] { outer.JacFwd()(x), outer.JacRev()(x) })
        {
            Assert.Equal([2L, 2, 2, 3], j.Shape.ToArray());
            var values = j.ToArray<double>();
            double At(int i, int k, int a, int b) => values[((i * 2 + k) * 2 + a) * 3 + b];
            // ∂(Σ_b x_ib·x_kb)/∂x_ab = [i=a]·x_kb + [k=a]·x_ib.
            for (int i = 0; i < 2; i++)
                for (int k = 0; k < 2; k++)
                    for (int a = 0; a < 2; a++)
                        for (int b = 0; b < 3; b++)
                            Assert.Equal((i == a ? 3 * k + b + 1 : 0) + (k == a ? 3 * i + b + 1 : 0), At(i, k, a, b), 1e-12);
        }
    }

    [Fact]
    public void A_tree_of_parameters_gives_a_tree_of_blocks()
    {
        var f = Fn((Point p) => p.A.Dot(p.B));
        Tensor a = new double[,] { { 1, 2 }, { 3, 4 }, { 5, 6 } }, b = new double[] { 7, 8 };
        var j = f.Jacobian()(new(a, b));
        Assert.Equal([3L, 3, 2], j.A.Shape.ToArray());
        Assert.Equal([3L, 2], j.B.Shape.ToArray());
        Assert.Equal(a.ToArray<double>(), j.B.ToArray<double>());
        Assert.Equal([7.0, 8, 0, 0, 0, 0, 0, 0, 7, 8, 0, 0, 0, 0, 0, 0, 7, 8], j.A.ToArray<double>());
    }

    [Fact]
    public void A_tree_of_results_by_a_tree_of_arguments_has_the_type_that_is_asked_for()
    {
        var f = Fn((Pair p) => new Two(p.X + p.Y * p.Y, new[] { p.X * p.Y, p.X }));
        var j = f.Jacobian<Pair, Two, TwoByPair>()(new(3, 5));
        Assert.Equal(new Pair(1, 10), j.Sum);
        Assert.Equal([5.0, 1], j.Product.X);
        Assert.Equal([3.0, 0], j.Product.Y);
        var h = Fn((Pair p) => p.X * p.X * p.Y).Hessian<Pair, double, Square>()(new(3, 5));
        Assert.Equal(new Square(new(10, 6), new(6, 0)), h);
    }

    [Fact]
    public void A_type_that_does_not_fit_the_derivative_is_refused()
    {
        var f = Fn((Pair p) => new Two(p.X, new[] { p.Y }));
        var error = Assert.Throws<MindDslException>(() => f.Jacobian<Pair, Two, Square>()(new(1, 2)));
        Assert.Contains(error.Diagnostics, d => d.Code == "MIND0409");
    }

    [Fact]
    public void The_hessian_is_the_matrix_of_second_derivatives()
    {
        var f = Fn((double[] x) => x[0] * x[0] * x[1] + Math.Sin(x[1] * x[2]));
        double[] x = [0.7, -0.4, 1.3];
        double c = Math.Cos(x[1] * x[2]), s = Math.Sin(x[1] * x[2]);
        double[,] expected = { { 2 * x[1], 2 * x[0], 0 }, { 2 * x[0], -x[2] * x[2] * s, c - x[1] * x[2] * s }, { 0, c - x[1] * x[2] * s, -x[1] * x[1] * s } };
        Close(expected, f.Hessian()(x));
        var diagonal = f.HessianDiagonal()(x);
        double[] v = [0.3, -1.1, 0.6];
        var product = f.Hvp()(x, v);
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(expected[i, i], diagonal[i], 1e-12);
            Assert.Equal(expected[i, 0] * v[0] + expected[i, 1] * v[1] + expected[i, 2] * v[2], product[i], 1e-12);
        }
    }

    [Fact]
    public void Arrays_of_several_axes_are_arguments_and_derivatives()
    {
        var f = Fn((double[,] m) => new[] { m[0, 0] * m[1, 1], m[0, 1] });
        var j = f.JacRev()(new double[,] { { 1, 2 }, { 3, 4 } });
        Assert.Equal(4, j[0, 0, 0]);
        Assert.Equal(1, j[0, 1, 1]);
        Assert.Equal(1, j[1, 0, 1]);
        var h = Fn((double[,] m) => m[0, 0] * m[1, 1] * m[1, 1]).Hessian()(new double[,] { { 1, 2 }, { 3, 4 } });
        Assert.Equal(8, h[0, 0, 1, 1]);
        Assert.Equal(8, h[1, 1, 0, 0]);
        Assert.Equal(2, h[1, 1, 1, 1]);
    }

    [Fact]
    public void A_loop_that_replaces_elements_has_a_diagonal_jacobian()
    {
        Tensor units = new double[,] { { 1, 0, 0 }, { 0, 1, 0 }, { 0, 0, 1 } }, x = new double[] { 1, 3, 5 };
        var f = Fn((Tensor v) => Fold(v, units, (w, e) => w + e * (w * w - w)));
        Assert.Equal([2.0, 0, 0, 0, 6, 0, 0, 0, 10], f.JacFwd()(x).ToArray<double>());
        Assert.Equal([2.0, 0, 0, 0, 6, 0, 0, 0, 10], f.JacRev()(x).ToArray<double>());
    }

    [Fact]
    public void Vmap_of_a_jacobian_is_a_jacobian_for_each()
    {
        var f = Fn((Tensor x) => x * x.Sum(null, false));
        Tensor xs = new double[,] { { 1, 2 }, { 3, 4 } };
        Assert.Equal([3.0 + 1, 1, 2, 3 + 2, 7 + 3, 3, 4, 7 + 4], f.JacFwd().Vmap()(xs).ToArray<double>());
    }
}
