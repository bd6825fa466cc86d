using Xunit;
using static MindDsl.Mind;

namespace MindDsl.Tests.Dsl.Calculus;

/// <summary>Derivatives that users give.</summary>
public class RuleTests
{
    private static void Close(double expected, double found) => Assert.Equal(expected, found, 1e-10 * (1 + Math.Abs(expected)));

    private static void Refused(string code, Action use)
    {
        var error = Assert.Throws<MindDslException>(use);
        Assert.Contains(error.Diagnostics, d => d.Code == code);
    }

    [Fact]
    public void A_forward_rule_that_is_not_linear_is_refused_when_it_is_given() =>
        Refused("MIND0411", () => Fn((double x) => x * x).CustomJvp((x, t) => ValueTuple.Create(x * x, 2 * x * t * t)));

    [Fact]
    public void A_forward_rule_with_a_constant_in_its_tangent_is_refused() =>
        Refused("MIND0411", () => Fn((double x) => x * x * x).CustomJvp((x, t) => ValueTuple.Create(x * x * x, 3 * x * x * t + 1)));

    [Fact]
    public void A_forward_rule_with_another_value_is_refused() =>
        Refused("MIND0412", () => Fn((double x) => Math.Sin(x)).CustomJvp((x, t) => ValueTuple.Create(Math.Cos(x), Math.Cos(x) * t)));

    [Fact]
    public void A_rule_of_tensors_is_checked_when_shapes_are_known()
    {
        var f = Fn((Tensor x) => x * x).CustomJvp((x, t) => ValueTuple.Create(x * x, 2 * x * t.Exp()));
        var loss = Fn((Tensor x) => f(x).Sum(null, false));
        Refused("MIND0411", () => loss.Grad()(new double[] { 1, 2 }));
    }

    [Fact]
    public void A_rule_of_another_shape_is_refused()
    {
        var f = Fn((Tensor x) => x * x).CustomVjp((x, y, ct) => ct.Sum(null, false));
        var loss = Fn((Tensor x) => f(x).Sum(null, false));
        Refused("MIND0405", () => loss.Grad()(new double[] { 1, 2 }));
    }

    [Fact]
    public void A_right_rule_is_used_in_both_modes()
    {
        int scale = 1;
        var f = Fn((double x, int n) => x * x * n).CustomJvp((x, n, dx, dn) => ValueTuple.Create(x * x * n, 2 * x * n * dx * scale));
        Close(24, f.Grad()(3, 4));
        Close(24, f.Jvp()(3, 4, 1, 0).Tangent);
    }

    [Fact]
    public void A_reverse_rule_may_be_any_function_of_the_cotangent()
    {
        var shifted = Fn((double x) => x).CustomVjp((x, y, ct) => ct + Math.Sqrt(5));
        Close(3.23606797749979, shifted.Grad()(0.3));
        var clipped = Fn((double x) => x).CustomVjp((x, y, ct) => Math.Min(ct, 1));
        Close(1, Fn((double x) => 10 * clipped(x)).Grad()(2));
    }
}
