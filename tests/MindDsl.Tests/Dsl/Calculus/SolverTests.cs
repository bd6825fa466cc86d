using Xunit;
using static MindDsl.Mind;

namespace MindDsl.Tests.Dsl.Calculus;

/// <summary>Roots of equations and solutions of linear systems that are given as products.</summary>
public class SolverTests
{
    private static void Close(double expected, double found, double tolerance = 1e-8) => Assert.Equal(expected, found, tolerance * (1 + Math.Abs(expected)));

    [Fact]
    public void A_root_has_the_derivatives_of_its_equation()
    {
        var root = Fn((double a) => Root(1.5, x => x * x * x - a));
        Close(Math.Cbrt(5), root(5));
        Close(Math.Pow(5, -2.0 / 3) / 3, root.Grad()(5));
        Close(-2.0 / 9 * Math.Pow(5, -5.0 / 3), root.Grad().Grad()(5));
        Close(-2.0 / 9 * Math.Pow(5, -5.0 / 3), Fn((double a) => root.Jvp()(a, 1.0).Tangent).Jvp()(5, 1.0).Tangent);
    }

    [Fact]
    public void A_system_of_equations_is_solved_by_newtons_method()
    {
        // x₀² + x₁² = p, x₀ = x₁: x = √(p/2).
        Tensor start = new double[] { 1, 2 };
        var solve = Fn((Tensor p) => Root(start, x => Stack(new[] { x[0] * x[0] + x[1] * x[1] - p, x[0] - x[1] })));
        Tensor p = 8.0;
        Assert.All(solve(p).ToArray<double>(), x => Close(2, x));
        Assert.All(solve.JacRev()(p).ToArray<double>(), d => Close(0.125, d));
        Assert.All(solve.JacFwd()(p).ToArray<double>(), d => Close(0.125, d));
    }

    [Fact]
    public void A_linear_system_is_given_by_its_product()
    {
        var solve = Fn((Tensor a, Tensor b) => LinearSolve(x => a.Dot(x) + 2 * x, b));
        Tensor a = new double[,] { { 1, 1 }, { 0, 2 } }, b = new double[] { 5, 8 };
        // (A + 2)x = b: [[3, 1], [0, 4]].
        var x = solve(a, b).ToArray<double>();
        Close(1, x[0]);
        Close(2, x[1]);
        var loss = Fn((Tensor m, Tensor c) => solve(m, c).Sum(null, false));
        var (dm, dc) = loss.GradAll()(a, b);
        // w = (A + 2)⁻ᵀ·1 = (1/3, 1/6); b̄ = w, Ā = −w xᵀ.
        Close(1.0 / 3, dc.ToArray<double>()[0]);
        Close(1.0 / 6, dc.ToArray<double>()[1]);
        Close(-2.0 / 3, dm.ToArray<double>()[1]);
        Close(-1.0 / 6, dm.ToArray<double>()[2]);
    }

    [Fact]
    public void Outside_of_a_quote_there_is_no_derivative_of_a_lambda() =>
        Assert.Contains(Assert.Throws<MindDslException>(() => Root(1.0, x => x * x - 2)).Diagnostics, d => d.Code == "MIND0414");
}
