using Xunit;
using static MindDsl.Mind;

namespace MindDsl.Tests.Dsl;

public class ScalarTests
{
    private static readonly double[] Some = [-2.5, -1, -0.3, 0.4, 1, 2.7];
    private static readonly double[] Positive = [0.2, 0.7, 1.3, 2.9];

    [Fact]
    public void Arithmetic_of_double_is_that_of_CSharp()
    {
        Oracle.AgreeWithGradient(x => x * x + 3 * x - 2 / (x + 5), Some);
        Oracle.AgreeWithGradient(x => -x + +x * 0.5 - x % 10, Some);
        Oracle.Agree(x => x % 0.7, Some);
        Oracle.Agree(x => 1 / x, 0, -0.0, double.NaN, double.PositiveInfinity);
    }

    [Fact]
    public void Functions_of_Math_have_their_values_and_gradients()
    {
        Oracle.AgreeWithGradient(x => Math.Sin(x) + Math.Cos(x) * Math.Tan(x / 3), Some);
        Oracle.AgreeWithGradient(x => Math.Asin(x / 3) + Math.Acos(x / 3) * 2 + Math.Atan(x), Some);
        Oracle.AgreeWithGradient(x => Math.Sinh(x) + Math.Cosh(x) + Math.Tanh(x) + Math.Asinh(x), Some);
        Oracle.AgreeWithGradient(x => Math.Exp(x) + Math.Log(x) + Math.Log10(x) + Math.Log2(x) + Math.Sqrt(x), Positive);
        Oracle.AgreeWithGradient(x => Math.Log(x, 3) + Math.Cbrt(x) + Math.Pow(x, 2.5) + Math.Pow(1.5, x), Positive);
        Oracle.AgreeWithGradient(x => Math.Acosh(x + 1) + Math.Atanh(x / 4) + Math.Atan2(x, 2), Positive);
        Oracle.AgreeWithGradient(x => Math.Abs(x) + Math.Max(x, 0.1) + Math.Min(x, 0.2) + Math.Clamp(x, -2, 2), Some);
        Oracle.Agree(x => Math.Floor(x) + Math.Ceiling(x) + Math.Truncate(x) + Math.Round(x) + Math.Sign(x), Some);
        Oracle.Agree(x => Math.Round(x), 0.5, 1.5, 2.5, -0.5);
        Oracle.Agree(x => double.IsNaN(x) || double.IsInfinity(x) || double.IsFinite(x), 1, double.NaN, double.NegativeInfinity);
        Oracle.Agree(x => double.Hypot(x, 2) + double.Exp2(x) + double.Lerp(1, 2, x), Some);
    }

    [Fact]
    public void Whole_numbers_wrap_and_divide_as_in_CSharp()
    {
        Oracle.Agree((int a, int b) => a / b + a % b, (7, 2), (-7, 2), (7, -2), (-7, -2));
        Oracle.Agree((int a, int b) => a * b + a - b, (int.MaxValue, 2), (int.MinValue, -1), (3, 4));
        Oracle.Agree((int a, int b) => (a & b) | (a ^ ~b), (12, 10), (-1, 7));
        Oracle.Agree((int a, int b) => (a << b) + (a >> b), (5, 2), (-5, 33), (1, 31));
        Oracle.Agree((long a, long b) => a * b / 3 + a % 5, (long.MaxValue, 3), (-17, 4));
        Oracle.Agree((long a, int b) => (a << b) ^ (a >> b), (5L, 2), (-5L, 65));
        Oracle.Agree((int a, int b) => Math.Max(a, b) - Math.Min(a, b) + Math.Abs(a), (3, -4), (-3, 9));
    }

    [Fact]
    public void An_integer_division_by_zero_is_an_error()
    {
        var f = Fn((int a, int b) => a / b);
        Assert.Equal("MIND0301", Assert.Throws<MindDslException>(() => f(1, 0)).Code);
    }

    [Fact]
    public void Conversions_are_those_of_CSharp()
    {
        Oracle.Agree(x => (int)x + (long)(x * 3) * 0.5, Some);
        Oracle.Agree((int i, float f) => i * f / 2, (3, 0.1f), (-7, 2.5f));
        Oracle.Agree((int i, double d) => i / 2 + d, (7, 0.25));
        Oracle.Agree((float a, float b) => MathF.Sin(a) * b + a, (0.3f, 2f));
        Oracle.Agree((double a, double b) => (float)a * b, (0.1, 3));
        Oracle.Agree(x => checked((int)x * 2), 1, 2);
    }

    [Fact]
    public void Comparisons_and_logic_are_those_of_CSharp()
    {
        Oracle.Agree((double a, double b) => a < b && a > -b || a >= 2 * b && !(a == b), (1, 2), (3, 1), (-3, 1), (2, 2), (double.NaN, 1));
        Oracle.Agree((double a, double b) => a != b ? a <= b : a >= b, (1, 2), (2, 1), (2, 2), (double.NaN, 0));
        Oracle.Agree((bool a, bool b) => a & b | a ^ b, (true, false), (true, true), (false, false));
        Oracle.Agree((bool a, bool b) => a == b, (true, false), (true, true));
    }

    [Fact]
    public void A_second_operand_of_logic_is_computed_only_where_it_is_needed() =>
        Oracle.Agree((int a, int b) => b != 0 && a / b > 1 || b == 0, (4, 0), (4, 1), (1, 4));

    [Fact]
    public void A_branch_that_is_not_taken_leaves_no_trace_in_the_gradient()
    {
        Oracle.AgreeWithGradient(x => x > 0 ? Math.Log(x) * x : x * x, Some);
        var f = Fn((double x) => x > 0 ? Math.Log(x) : 0).Grad();
        Assert.Equal(0, f(0));
        Oracle.AgreeWithGradient(x => x < -1 ? x : x < 1 ? x * x : x < 2 ? Math.Sin(x) : 3 * x, -2, 0.5, 1.5, 3);
    }

    [Fact]
    public void Gradients_nest_without_confusion()
    {
        var f = Fn((double x) => x * Fn((double y) => x + y).Grad()(1.0));
        Assert.Equal(1, f.Grad()(1));
        var g = Fn((double x) => x * Fn((double y) => x * y).Grad()(2.0));
        Assert.Equal(2, g.Grad()(1));
        var exp = Fn((double x) => Math.Exp(x));
        Oracle.Near(Math.Exp(4), exp.Grad().Grad().Grad()(4), 1e-14);
        Assert.Equal(-0.0, Fn((double x) => Math.Sin(x)).Grad().Grad()(0));
    }

    [Fact]
    public void A_constant_has_gradient_zero_and_the_identity_one()
    {
        Assert.Equal(0, Fn((double x) => 3.0).Grad()(2));
        Assert.Equal(1, Fn((double x) => x).Grad()(2));
        Assert.Equal(0, Fn((double x) => x).Grad().Grad()(2));
    }

    [Fact]
    public void Kinks_have_the_derivatives_of_the_conventions()
    {
        Assert.Equal(0, Fn((double x) => Math.Abs(x)).Grad()(0));
        Assert.Equal(1, Fn((double x) => Math.Max(x, x)).Grad()(2));
        Assert.Equal(0.5, Fn((double x) => Math.Max(x, 2)).Grad()(2));
        Assert.Equal(1, Fn((double x) => Math.Clamp(x, -1, 1)).Grad()(1));
        Assert.Equal(double.PositiveInfinity, Fn((double x) => Math.Sqrt(x)).Grad()(0));
        Assert.Equal(0, Fn((double x) => Math.Pow(x, 0)).Grad()(0));
    }

    [Fact]
    public void A_stopped_gradient_is_a_constant()
    {
        var f = Fn((double x) => Math.Sin(x) * Math.Cos(StopGradient(x)));
        Oracle.Near(Math.Cos(0.7) * Math.Cos(0.7), f.Grad()(0.7), 1e-15);
        Oracle.Near(-Math.Sin(0.7) * Math.Cos(0.7), f.Grad().Grad()(0.7), 1e-15);
    }

    [Fact]
    public void A_deep_expression_is_read()
    {
        var x = System.Linq.Expressions.Expression.Parameter(typeof(double), "x");
        System.Linq.Expressions.Expression sum = x;
        for (int i = 0; i < 3000; i++) sum = System.Linq.Expressions.Expression.Add(sum, x);
        var f = Fn(System.Linq.Expressions.Expression.Lambda<Func<double, double>>(sum, x));
        Assert.Equal(3001, f(1));
    }
}
