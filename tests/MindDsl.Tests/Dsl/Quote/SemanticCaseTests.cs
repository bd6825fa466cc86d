using Xunit;
using static MindDsl.Mind;

namespace MindDsl.Tests.Dsl.Quote;

/// <summary>Cases of the semantics of differentiation, with results that follow from mathematics.</summary>
public class SemanticCaseTests
{
    private static void Close(double expected, double found) => Assert.Equal(expected, found, 1e-9 * (1 + Math.Abs(expected)));

    [Fact]
    public void An_inner_derivative_does_not_see_the_outer_perturbation()
    {
        var f = Fn((double x) => x * Fn((double y) => x + y).Grad()(1.0));
        Close(1, f.Grad()(1.0));
        var g = Fn((double x) => x * Fn((double y) => x * y).Grad()(2.0));
        Close(2, g.Grad()(1.0));
    }

    [Fact]
    public void Derivatives_of_exp_stay_exp()
    {
        var f = Fn((double x) => Math.Exp(x));
        Close(Math.Exp(4), f.Grad()(4));
        Close(Math.Exp(4), f.Grad().Grad()(4));
        Close(Math.Exp(4), f.Grad().Grad().Grad()(4));
    }

    [Fact]
    public void A_constant_has_derivative_zero_and_the_identity_one()
    {
        Close(0, Fn((double x) => 3.0).Grad()(2));
        Close(1, Fn((double x) => x).Grad()(2));
        Close(0, Fn((double x) => x).Grad().Grad()(2));
    }

    [Fact]
    public void A_function_given_to_a_function_receives_what_it_captured()
    {
        var f = Fn((double a, double b) => Let<Func<double, double>, double>(x => x * b, g => g(a) * g(a + 10) + g(b) * g(b + 10)));
        var (da, db) = f.GradAll()(4, 5);
        double Value(double a, double b) => a * b * (a + 10) * b + b * b * (b + 10) * b;
        Close((Value(4 + 1e-5, 5) - Value(4 - 1e-5, 5)) / 2e-5, Math.Round(da, 6));
        Assert.Equal((Value(4, 5 + 1e-5) - Value(4, 5 - 1e-5)) / 2e-5, db, 1e-3);
    }

    [Fact]
    public void Recursion_has_a_derivative()
    {
        Fn<double, int, double> power = null!;
        power = Fn((double x, int n) => n == 0 ? 1 : x * power(x, n - 1));
        Close(12, power.Grad()(2, 3));
        Close(12, power.Grad().Grad()(2, 3));
    }

    [Theory]
    [InlineData(2, 1024)]
    [InlineData(3, 17496)]
    [InlineData(4, 256)]
    [InlineData(5, 500)]
    [InlineData(11, 22)]
    [InlineData(101, 1)]
    public void A_loop_on_run_time_data_has_the_derivative_of_the_iterations_it_ran(double x, double expected)
    {
        var f = Fn((double r) => While(r, s => s < 100, s => s * s));
        Close(expected, f.Grad()(x));
    }

    [Fact]
    public void A_changed_capture_is_used_without_compiling_anew()
    {
        double k = 2;
        var f = Fn((double x) => k * x);
        var df = f.Grad();
        Close(2, df(1));
        int compiled = Compilation.CompiledHere;
        k = 5;
        Close(5, df(1));
        Close(10, f(2));
        Assert.InRange(Compilation.CompiledHere - compiled, 0, 1);
    }

    [Fact]
    public void Kinks_follow_the_conventions()
    {
        Close(0, Fn((double x) => Math.Abs(x)).Grad()(0));
        Close(1, Fn((double x) => Math.Max(x, x)).Grad()(3));
        var (dx, dy) = Fn((double x, double y) => Math.Max(x, y)).GradAll()(2, 2);
        Close(0.5, dx);
        Close(0.5, dy);
        Assert.Equal(double.PositiveInfinity, Fn((double x) => Math.Sqrt(x)).Grad()(0));
        Close(0, Fn((double x) => x > 0 ? Math.Log(x) : 0).Grad()(0));
    }

    [Fact]
    public void A_stopped_gradient_is_a_constant()
    {
        var f = Fn((double x) => Math.Sin(x) * Math.Cos(StopGradient(x)));
        Close(Math.Cos(0.7) * Math.Cos(0.7), f.Grad()(0.7));
    }

    [Fact]
    public void Repeated_and_overlapping_places_add_up()
    {
        var squares = Fn((double[] v) => Enumerable.Range(0, 3).Select(i => v[i] * v[i + 1]).Sum());
        Assert.Equal([2.0, 4.0, 6.0, 3.0], squares.Grad()([1, 2, 3, 4]));
        var places = Tensor.Of(new long[] { 0, 0 });
        var twice = Fn((Tensor x) => x.Take(places, 0).Sum(null, false));
        Assert.Equal([2.0, 0.0], twice.Grad()(new double[] { 1, 2 }).ToArray<double>());
    }

    [Fact]
    public void Unused_arguments_have_zeros_and_integers_are_refused()
    {
        Close(0, Fn((double x, double y) => x).Grad(Wrt.Arg2)(1, 2));
        var error = Assert.Throws<MindDslException>(() => Fn((int n, double x) => n * x).Grad()(1, 2));
        Assert.Contains("n", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_delegate_that_was_not_quoted_is_refused_with_the_remedy()
    {
        Fn<double, double> plain = x => x * x;
        var error = Assert.Throws<MindDslException>(() => plain.Grad());
        Assert.Contains("Fn", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Vmap_is_the_loop_of_the_function_and_of_its_gradient()
    {
        var f = Fn((double x) => While(x, s => s < 100, s => s * s));
        double[] xs = [2, 3, 11];
        Assert.Equal(xs.Select(x => f(x)), f.Vmap()(xs));
        Assert.Equal([1024.0, 17496.0, 22.0], f.Grad().Vmap()(xs));
    }

    [Fact]
    public void Forward_and_reverse_mode_agree()
    {
        var f = Fn((double x, double y) => x * Math.Sin(y) + Math.Exp(x / y));
        var (value, tangent) = f.Jvp()(0.7, 1.3, 0.3, -0.2);
        var (again, (dx, dy)) = f.Vjp()(0.7, 1.3, 1.0);
        Assert.Equal(value, again);
        Close(tangent, 0.3 * dx - 0.2 * dy);
    }

    [Fact]
    public void Comprehensions_are_matrix_products()
    {
        var f = Fn((Tensor a, Tensor b) => Build(from i in Axis(2) from j in Axis(2) select Sum(from k in Axis(3) select a[i, k] * b[k, j])).Sum(null, false));
        Tensor a = new double[,] { { 1, 2, 3 }, { 4, 5, 6 } }, b = new double[,] { { 1, 0 }, { 2, 1 }, { 0, 3 } };
        Close(a.Dot(b).Sum(null, false).Item<double>(), f(a, b).Item<double>());
        Assert.Equal([1.0, 3, 3, 1, 3, 3], f.Grad()(a, b).ToArray<double>());
    }
}
