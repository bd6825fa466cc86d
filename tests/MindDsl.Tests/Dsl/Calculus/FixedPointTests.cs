using Xunit;
using static MindDsl.Mind;

namespace MindDsl.Tests.Dsl.Calculus;

/// <summary>Derivatives of solutions of equations.</summary>
public class FixedPointTests
{
    private static void Close(double expected, double found, double tolerance = 1e-9) => Assert.Equal(expected, found, tolerance * (1 + Math.Abs(expected)));

    /// <summary>√a by Heron's method, whose derivatives are those of √a whatever the start.</summary>
    private static readonly Fn<double, double> Root = Fn((double a) => FixedPoint(1.0, x => 0.5 * (x + a / x), 1e-14, 100));

    [Fact]
    public void The_derivative_of_a_fixed_point_is_that_of_the_equation()
    {
        Close(Math.Sqrt(2), Root(2));
        Close(0.5 / Math.Sqrt(2), Root.Grad()(2));
        Close(0.5 / Math.Sqrt(2), Root.Jvp()(2, 1.0).Tangent);
    }

    [Fact]
    public void Fixed_points_have_derivatives_of_any_order_in_any_mode()
    {
        double second = -0.25 * Math.Pow(2, -1.5), third = 0.375 * Math.Pow(2, -2.5);
        Close(second, Root.Grad().Grad()(2), 1e-8);
        var forward = Fn((double a) => Root.Jvp()(a, 1.0).Tangent);
        Close(second, forward.Grad()(2), 1e-8);
        Close(second, Fn((double a) => Root.Grad().Jvp()(a, 1.0).Tangent)(2), 1e-8);
        Close(second, Fn((double a) => forward.Jvp()(a, 1.0).Tangent)(2), 1e-8);
        Close(third, Root.Grad().Grad().Grad()(2), 1e-7);
        var series = Root.Derivatives(3)(2);
        Close(0.5 / Math.Sqrt(2), series[1], 1e-8);
        Close(second, series[2], 1e-8);
        Close(third, series[3], 1e-7);
    }

    [Fact]
    public void A_system_converges_slowly_and_has_the_derivative_of_its_solution()
    {
        // x = A·x + b with ‖A‖ < 1: x = (1 − A)⁻¹ b.
        Tensor a = new double[,] { { 0.5, 0.2 }, { -0.1, 0.7 } }, b = new double[] { 1, 2 };
        var solve = Fn((Tensor m, Tensor c) => FixedPoint(c, x => m.Dot(x) + c, 1e-14, 10_000));
        double det = 0.5 * 0.3 + 0.2 * 0.1;
        double[] x = [(0.3 * 1 + 0.2 * 2) / det, (-0.1 * 1 + 0.5 * 2) / det];
        var found = solve(a, b).ToArray<double>();
        Close(x[0], found[0]);
        Close(x[1], found[1]);
        var loss = Fn((Tensor m, Tensor c) => solve(m, c).Sum(null, false));
        var (dm, dc) = loss.GradAll()(a, b);
        // w = (1 − A)⁻ᵀ·1; b̄ = w, Ā = w xᵀ.
        double[] w = [(0.3 - 0.1) / det, (0.2 + 0.5) / det];
        Close(w[0], dc.ToArray<double>()[0]);
        Close(w[1], dc.ToArray<double>()[1]);
        Close(w[1] * x[0], dm.ToArray<double>()[2]);
        Close(w[0] * x[1], dm.ToArray<double>()[1]);
        Tensor forward = Fn((Tensor c) => solve(a, c)).JacFwd()(b), reverse = Fn((Tensor c) => solve(a, c)).JacRev()(b);
        double[] inverse = [0.3 / det, 0.2 / det, -0.1 / det, 0.5 / det];
        for (int k = 0; k < 4; k++)
        {
            Close(inverse[k], forward.ToArray<double>()[k]);
            Close(inverse[k], reverse.ToArray<double>()[k]);
        }
    }

    [Fact]
    public void Outside_of_a_quote_the_steps_are_taken_by_dotnet() => Close(Math.Sqrt(3), FixedPoint(1.0, x => 0.5 * (x + 3 / x), 1e-14));

    [Fact]
    public void A_fixed_point_of_integers_is_refused()
    {
        var f = Fn((double a) => FixedPoint(new { X = a, N = 0 }, s => new { X = s.X / 2, N = s.N }, 1e-12, 10).X);
        var error = Assert.Throws<MindDslException>(() => f(1));
        Assert.Contains(error.Diagnostics, d => d.Code == "MIND0410");
    }
}
