using Xunit;
using static MindDsl.Mind;

namespace MindDsl.Tests.Dsl;

public class FunctionTests
{
    [Fact]
    public void Quoted_functions_compose_inside_quotes()
    {
        var f = Fn((double x) => x * x + Math.Sin(x));
        var df = f.Grad();
        var g = Fn((double x) => x | f | df);
        var h = Fn((double x) => f.Grad()(x) + 1);
        double F(double x) => x * x + Math.Sin(x);
        double D(double x) => 2 * x + Math.Cos(x);
        Oracle.Near(D(2), df(2.0), 1e-15);
        Oracle.Near(D(F(2)), g(2.0), 1e-14);
        Oracle.Near(D(2) + 1, h(2), 1e-15);
        Oracle.Near(2 - Math.Sin(2), h.Grad()(2), 1e-15);
        Oracle.Near(F(2), 2.0 | f, 1e-15);
    }

    [Fact]
    public void A_closure_that_returns_what_it_captured_passes_the_derivative_on()
    {
        var x1 = Fn((double b) => (Func<double, double>)(c => b));
        var f = Fn((double a) => x1(a)(1.0));
        Assert.Equal(5, f(5));
        Assert.Equal(1, f.Grad()(5));
    }

    [Fact]
    public void Functions_of_functions_are_differentiated()
    {
        var g = Fn((Func<double, double> h, double x) => h(x) * h(x + 10));
        var f = Fn((double a, double b) => g(x => x * b, a) + g(x => x * b, b));
        // f(a, b) = a(a + 10)b² + b²·b(b + 10)
        Assert.Equal(4 * 14 * 25 + 25 * 5 * 15, f(4, 5));
        Assert.Equal((450, 1810), ((int)f.Grad()(4, 5), (int)f.Grad(Wrt.Arg2)(4, 5) + 1810 - (2 * 5 * 4 * 14 + 4 * 125 + 30 * 25)));
    }

    [Fact]
    public void A_captured_variable_is_read_at_each_call_without_compiling_again()
    {
        double k = 2;
        var f = Fn((double x) => k * x * x);
        var df = f.Grad();
        Assert.Equal(8, f(2));
        Assert.Equal(8, df(2));
        int compiled = Compilation.CompiledHere;
        k = 5;
        Assert.Equal(20, f(2));
        Assert.Equal(20, df(2));
        Assert.Equal(compiled, Compilation.CompiledHere);
    }

    [Fact]
    public void Lambdas_of_one_structure_share_their_code()
    {
        Fn<double, double> Scaled(double k) => Fn((double x) => k * x + 0.125);
        var (two, three) = (Scaled(2), Scaled(3));
        Assert.Equal(2.125, two(1));
        int compiled = Compilation.CompiledHere;
        Assert.Equal(3.125, three(1));
        Assert.Equal(compiled, Compilation.CompiledHere);
        Assert.Same(QuotedFunction.Of(two).Code, QuotedFunction.Of(three).Code);
    }

    [Fact]
    public void Zeros_of_both_signs_are_different_literals()
    {
        var (a, b) = (Fn((double x) => 1 / (x * 0.0)), Fn((double x) => 1 / (x * -0.0)));
        Assert.Equal(double.PositiveInfinity, a(1));
        Assert.Equal(double.NegativeInfinity, b(1));
    }

    [Fact]
    public void A_captured_function_that_changes_is_used()
    {
        var f = Fn((double x) => x * x);
        var g = Fn((double x) => f(x) + 1);
        Assert.Equal(10, g(3));
        f = Fn((double x) => x * x * x);
        Assert.Equal(28, g(3));
    }

    [Fact]
    public void Captures_of_a_captured_function_are_inputs()
    {
        double k = 2;
        var f = Fn((double x) => k * x);
        var g = Fn((double x) => f(x) + f.Grad()(x));
        Assert.Equal(8, g(3));
        k = 10;
        Assert.Equal(40, g(3));
    }

    [Fact]
    public void A_function_captures_a_differentiated_variable()
    {
        // ∂z of x²z at x = 5 is 25, and the outer derivative of it with respect to x is 2x.
        var f = Fn((double x) => Fn((double z) => x * x * z).Grad()(1.0));
        Assert.Equal(25, f(5));
        Assert.Equal(10, f.Grad()(5));
    }

    [Fact]
    public void A_function_calls_itself_through_its_variable()
    {
        Fn<double, double> fact = null!;
        fact = Fn((double n) => n <= 1 ? 1 : n * fact(n - 1));
        Oracle.Near(4.1 * 3.1 * 2.1 * 1.1, fact(4.1), 1e-14);
        Oracle.Near(57.304, fact.Grad()(4.1), 1e-12);
    }

    [Fact]
    public void Two_functions_call_each_other_through_their_variables()
    {
        Fn<int, bool> odd = null!;
        Fn<int, bool> even = null!;
        even = Fn((int n) => n == 0 || odd(n - 1));
        odd = Fn((int n) => n != 0 && even(n - 1));
        Assert.True(even(10));
        Assert.False(even(7));
    }

    [Fact]
    public void Recursion_on_tensors_finds_its_type_in_the_branch_that_ends()
    {
        Fn<Tensor, int, Tensor> power = null!;
        power = Fn((Tensor x, int n) => n > 0 ? x * power(x, n - 1) : x);
        var y = power(Tensor.Of(new[] { 2.0, 3.0 }), 2);
        Assert.Equal([8, 27], y.ToArray<double>());
    }

    private sealed record Parities(Func<int, bool> Even, Func<int, bool> Odd);

    [Fact]
    public void Fixed_points_recurse_in_and_outside_of_quotes()
    {
        var fact = Fix<double, double>(self => n => n <= 1 ? 1 : n * self(n - 1));
        Assert.Equal(120, fact(5));
        var f = Fn((double x) => Fix<double, double>(self => n => n <= 1 ? 1 : n * self(n - 1))(x));
        Assert.Equal(120, f(5));
        Oracle.Near(57.304, f.Grad()(4.1), 1e-12);
        var power = Fn((double x, int n) => Fix<int, double>(self => k => k == 0 ? 1 : x * self(k - 1))(n));
        Assert.Equal(8, power(2, 3));
        Oracle.Near(12, power.Grad()(2, 3), 1e-14);

        var parities = Fix<Parities>(self => new Parities(n => n == 0 || self.Odd(n - 1), n => n != 0 && self.Even(n - 1)));
        Assert.True(parities.Even(4));
        var even = Fn((int n) => Fix<Parities>(self => new Parities(k => k == 0 || self.Odd(k - 1), k => k != 0 && self.Even(k - 1))).Even(n));
        Assert.True(even(8));
        Assert.False(even(5));
    }

    [Fact]
    public void A_function_is_chosen_at_run_time()
    {
        var f = Fn((double x) => (x > 0 ? (Func<double, double>)Math.Sin : y => y * y)(x));
        Oracle.Near(Math.Sin(1), f(1), 1e-15);
        Assert.Equal(4, f(-2));
        Assert.Equal(-4, f.Grad()(-2));
        var g = Fn((double x) => Let(x > 0 ? (Func<double, double>)(y => y * x) : y => y - x, h => h(2) + h(3)));
        Oracle.Near(5 * 2, g(2), 1e-15);
        Oracle.Near(9, g(-2), 1e-15);
        Assert.Equal(5, g.Grad()(2));
    }

    [Fact]
    public void A_function_is_the_state_of_a_loop()
    {
        var f = Fn((double x) => Iterate(3, (Func<double, double>)(y => y), g => y => x * g(y))(2.0));
        Assert.Equal(16, f(2));
        Oracle.Near(24, f.Grad()(2), 1e-14);
    }

    [Fact]
    public void A_function_of_tensors_is_the_state_of_a_loop()
    {
        // F grows by a factor 2 at each step: (((x)·2)·4)·8 …
        var f = Fn((Tensor x, int n) => While(
            new { X = x, N = 0, F = (Func<Tensor, Tensor>)(t => t * 2) },
            s => s.N < n,
            s => new { X = s.F(s.X), N = s.N + 1, F = (Func<Tensor, Tensor>)(t => s.F(t) * 2) }).X.Sum(null, false));
        var x = Tensor.Of(new[] { 1.0, 3 });
        Assert.Equal(4 * 64, (double)f(x, 3));
        Assert.Equal([64, 64], f.Grad()(x, 3).ToArray<double>());
        Assert.Equal([2, 2], f.Grad()(x, 1).ToArray<double>());
    }

    [Fact]
    public void A_function_of_tensors_is_chosen_at_run_time_and_captures_a_differentiated_variable()
    {
        var f = Fn((Tensor x, Tensor w, double sign) =>
            Let(Let(x * w, y => y.Sum(null, false)) > 100 ? (Func<Tensor, Tensor>)(t => t * w) : sign > 0 ? (Func<Tensor, Tensor>)(t => t * t * w) : t => w - t,
                g => While(new { X = x, G = g, N = 0 }, s => s.N < 2, s => new { X = s.G(s.X), G = s.G, N = s.N + 1 }).X.Sum(null, false)));
        var (x, w) = (Tensor.Of(new[] { 1.0, 2 }), Tensor.Of(new[] { 3.0, 5 }));
        // (x²w)²w = x⁴w³, whose slope in w is 3x⁴w²; w − (w − x) = x.
        Assert.Equal(27 + 16 * 125, (double)f(x, w, 1));
        Assert.Equal([27, 16 * 75], f.Grad(Wrt.Arg2)(x, w, 1).ToArray<double>());
        Assert.Equal(3, (double)f(x, w, -1));
        Assert.Equal([0, 0], f.Grad(Wrt.Arg2)(x, w, -1).ToArray<double>());
        Assert.Equal([1, 1], f.Grad()(x, w, -1).ToArray<double>());
    }

    [Fact]
    public void Function_values_of_tensors_have_one_type()
    {
        var never = Fn((Tensor x) => While(new { X = x, F = (Func<Tensor, Tensor>)(t => t * 2) }, s => s.X > 100, s => new { X = s.X * 2, F = s.F }).X);
        Assert.Equal("MIND0113", Assert.Throws<MindDslException>(() => never(1.0)).Code);
        var changing = Fn((Tensor x) => While(
            new { X = x, N = 0, F = (Func<Tensor, Tensor>)(t => t * 2) }, s => s.N < 2, s => new { X = s.F(s.X), N = s.N + 1, F = (Func<Tensor, Tensor>)(t => t.Sum(null, false)) }).X);
        Assert.Equal("MIND0129", Assert.Throws<MindDslException>(() => changing(Tensor.Of(new[] { 1.0, 2 }))).Code);
    }

    [Fact]
    public void Functions_curry_and_uncurry()
    {
        var f = Fn((double x) => Let((Func<double, Func<double, double>>)(a => b => a * b + x), mul => mul(x)(3) + mul(2)(x)));
        Oracle.Near(2 * 3 + 2 + 4 + 2, f(2), 1e-15);
        Oracle.Near(3 + 1 + 2 + 1, f.Grad()(2), 1e-15);
    }

    [Fact]
    public void Derivatives_are_taken_with_respect_to_any_arguments()
    {
        var f = Fn((double x, double y, double z) => x * y + y * z * z);
        Assert.Equal(2, f.Grad()(1, 2, 3));
        Assert.Equal(10, f.Grad(Wrt.Arg2)(1, 2, 3));
        Assert.Equal(12, f.Grad(Wrt.Arg3)(1, 2, 3));
        Assert.Equal((2.0, 10.0, 12.0), f.GradAll()(1, 2, 3));
        Assert.Equal((20.0, 2.0), f.ValueAndGrad()(1, 2, 3));
        Assert.Equal((20.0, 2 + 20.0 + 36.0), f.Jvp()(1, 2, 3, 1, 2, 3));
        Assert.Equal((20.0, (4.0, 20.0, 24.0)), f.Vjp()(1, 2, 3, 2));
        var inside = Fn((double x) => f.ValueAndGrad()(x, 2, 3).Grad + f.Grad(Wrt.Arg3)(x, 2, 3));
        Assert.Equal(14, inside(1));
    }

    [Fact]
    public void What_a_loss_gives_beside_its_value_comes_back_beside_the_gradient()
    {
        var f = Fn((double x) => ValueTuple.Create(x * x, x + 1));
        Assert.Equal((6.0, 4.0), f.Grad()(3));
        Assert.Equal(((9.0, 4.0), 6.0), f.ValueAndGrad()(3));
        var inside = Fn((double x) => f.Grad()(x).Aux + f.Grad()(x).Grad);
        Assert.Equal(10, inside(3));
    }

    [Fact]
    public void Batched_functions_run_for_each_element()
    {
        var f = Fn((double x, double y) => x * x * y);
        Assert.Equal([4.0, 18.0], f.Vmap()([1, 3], [4, 2]));
        var g = Fn((double x) => Math.Sin(x));
        double[] xs = [0.1, 0.2];
        Assert.Equal(xs.Select(Math.Cos), g.Grad().Vmap()(xs));
        var row = Fn((Tensor x) => x.Sum());
        Assert.Equal([3.0, 7.0], row.Vmap()(Tensor.Of(new[,] { { 1.0, 2 }, { 3, 4 } })).ToArray<double>());
    }

    [Fact]
    public void A_custom_rule_takes_the_place_of_the_derivative()
    {
        var f = Fn((double x) => x).CustomVjp((x, y, ct) => ct + Math.Sqrt(5));
        Oracle.Near(3.23606797749979, f.Grad()(2), 1e-15);
        Assert.Equal(2, f(2));
        var g = Fn((double x) => 3 * f(x));
        Oracle.Near(3 + Math.Sqrt(5), g.Grad()(1), 1e-15);
        var h = Fn((double x) => x * x).CustomJvp((x, dx) => ValueTuple.Create(x * x, 7 * dx));
        Assert.Equal((9.0, 7.0), h.Jvp()(3, 1));
        Assert.Equal(7, h.Grad()(3));
        var two = Fn((double x, int n) => x * n).CustomVjp((x, n, y, ct) => ValueTuple.Create(ct * 10, n));
        Assert.Equal(10, two.Grad()(2, 3));
    }

    [Fact]
    public void Quoted_functions_are_called_from_many_threads()
    {
        var f = Fn((double x) => Math.Sin(x) * x);
        var df = f.Grad();
        Parallel.For(0, 1000, i => Oracle.Near(Math.Sin(i) + i * Math.Cos(i), df(i), 1e-12));
    }

    [Fact]
    public void Programs_are_printed_as_they_run_and_as_they_were_read()
    {
        var f = Fn((double x) => x * x + 1.0625);
        Assert.Contains("mul", f.Show(), StringComparison.Ordinal);
        Assert.Contains("derivative", f.Grad().ShowSource(), StringComparison.Ordinal);
        Assert.DoesNotContain("derivative", f.Grad().Show(), StringComparison.Ordinal);
        var g = Fn((Tensor x) => x.Exp() + 0.0625);
        Assert.Equal("MIND0118", Assert.Throws<MindDslException>(() => g.Show()).Code);
        Assert.Contains("f32[3]", g.Show(Tensor.Zeros(3)), StringComparison.Ordinal);
        g(Tensor.Zeros(2));
        Assert.Contains("f32[2]", g.Show(), StringComparison.Ordinal);
    }
}
