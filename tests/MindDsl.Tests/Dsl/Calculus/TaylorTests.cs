using Xunit;
using static MindDsl.Mind;

namespace MindDsl.Tests.Dsl.Calculus;

/// <summary>Taylor mode against known series and against nested derivatives.</summary>
public class TaylorTests
{
    private static void Close(double expected, double found, double tolerance = 1e-9) => Assert.Equal(expected, found, tolerance * (1 + Math.Abs(expected)));

    public static TheoryData<string> Names => [.. Functions.Keys];

    private static readonly Dictionary<string, (Fn<double, double> F, double At)> Functions = new()
    {
        ["exp"] = (Fn((double x) => Math.Exp(x)), 0.3),
        ["log"] = (Fn((double x) => Math.Log(x)), 1.3),
        ["sin"] = (Fn((double x) => Math.Sin(x)), 0.3),
        ["cos"] = (Fn((double x) => Math.Cos(x)), 0.3),
        ["tan"] = (Fn((double x) => Math.Tan(x)), 0.3),
        ["tanh"] = (Fn((double x) => Math.Tanh(x)), 0.3),
        ["asin"] = (Fn((double x) => Math.Asin(x)), 0.3),
        ["acos"] = (Fn((double x) => Math.Acos(x)), 0.3),
        ["atan"] = (Fn((double x) => Math.Atan(x)), 0.3),
        ["sqrt"] = (Fn((double x) => Math.Sqrt(x)), 1.3),
        ["pow"] = (Fn((double x) => Math.Pow(x, 2.5)), 1.3),
        ["power of x"] = (Fn((double x) => Math.Pow(2.5, x)), 1.3),
        ["x to the x"] = (Fn((double x) => Math.Pow(x, x)), 1.3),
        ["quotient"] = (Fn((double x) => (1 + x * x) / (2 + Math.Sin(x))), 0.3),
        ["atan2"] = (Fn((double x) => Math.Atan2(x * x, 1 + x)), 0.4),
        ["absolute value"] = (Fn((double x) => Math.Abs(x) * x), -0.4),
        ["larger"] = (Fn((double x) => Math.Max(x * x, x)), 0.4),
        ["branch"] = (Fn((double x) => x > 0 ? Math.Sin(x) * x : Math.Exp(x)), 0.4),
        ["loop"] = (Fn((double x) => While(x, s => s < 100, s => s * s + x)), 1.6),
        ["fold"] = (Fn((double x) => Enumerable.Range(0, 5).Select(i => Math.Sin(i * x)).Sum()), 0.4),
        ["scan"] = (Fn((double x) => Iterate(4, x, s => Math.Sin(s) + x * s)), 0.4),
        ["recursion"] = (Fn((double x) => Fix<double, int, double>(self => (y, n) => n == 0 ? Math.Sin(y) : y * self(y + 0.1, n - 1))(x, 3)), 0.4),
        ["closure"] = (Fn((double x) => Let<Func<double, double>, double>(y => Math.Sin(y) * x, g => g(g(x)))), 0.4),
        ["gradient"] = (Fn((double x) => Fn((double y) => Math.Sin(y) * y * y).Grad()(x * x)), 0.4),
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void Derivatives_by_taylor_mode_are_those_of_nested_forward_mode(string name)
    {
        var (f, at) = Functions[name];
        var found = f.Derivatives(4)(at);
        Fn<double, double> D(Fn<double, double> g) => Fn((double x) => g.Jvp()(x, 1.0).Tangent);
        var g = f;
        for (int order = 0; order <= 4; order++)
        {
            Close(g(at), found[order]);
            if (order < 4) g = D(g);
        }
    }

    [Fact]
    public void Derivatives_of_high_order_are_known()
    {
        Assert.All(Fn((double x) => Math.Exp(x)).Derivatives(7)(4), d => Close(54.598150033144236, d));
        double[] wave = [0, 1, 0, -1, 0, 1, 0, -1, 0, 1];
        var sine = Fn((double x) => Math.Sin(x)).Derivatives(9)(0);
        for (int k = 0; k < wave.Length; k++) Close(wave[k], sine[k]);
        // 1 / (1 − x) at 0: k!.
        var geometric = Fn((double x) => 1 / (1 - x)).Derivatives(10)(0);
        double factorial = 1;
        for (int k = 0; k <= 10; k++) Close(k == 0 ? 1 : factorial *= k, geometric[k]);
    }

    [Fact]
    public void A_jet_follows_a_curve()
    {
        // sin(t + t²) = t + t² − t³/6 − t⁴/2 + …
        var (value, series) = Fn((double x) => Math.Sin(x)).Jet()(0, [1, 1, 0, 0]);
        Close(0, value);
        double[] expected = [1, 1, -1.0 / 6, -0.5];
        for (int k = 0; k < 4; k++) Close(expected[k], series[k]);
    }

    [Fact]
    public void A_jet_of_tensors_has_a_first_axis_of_coefficients()
    {
        var f = Fn((Tensor x) => x.Dot(x));
        Tensor x = new double[] { 1, 2 }, series = new double[,] { { 3, 1 }, { 0, 5 } };
        var (value, found) = f.Jet()(x, series);
        Close(5, value.Item<double>());
        // |x + vt + wt²|² = |x|² + 2x·v t + (|v|² + 2x·w) t².
        Assert.Equal([2.0 * (3 + 2), 10 + 2 * 10], found.ToArray<double>());
    }

    [Fact]
    public void A_jet_has_derivatives_and_rules_of_users_hold_in_it()
    {
        var cube = Fn((double x) => x * x * x).CustomJvp((x, t) => ValueTuple.Create(x * x * x, 3 * x * x * t));
        var found = Fn((double x) => cube(x) * x).Derivatives(5)(2);
        double[] expected = [16, 32, 48, 48, 24, 0];
        for (int k = 0; k <= 5; k++) Close(expected[k], found[k]);
        var third = Fn((double x) => Fn((double y) => Math.Sin(y) * y).Derivatives(3)(x)[3]);
        // (x sin x)⁗ = −4 cos x + x sin x.
        Close(-4 * Math.Cos(0.7) + 0.7 * Math.Sin(0.7), third.Grad()(0.7));
    }
}
