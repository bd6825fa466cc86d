using Xunit;
using static MindDsl.Mind;

namespace MindDsl.Tests.Dsl;

public class ControlFlowTests
{
    [Fact]
    public void A_while_with_anonymous_state_is_that_of_CSharp()
    {
        Oracle.AgreeWithGradient(x => While(new { X = x, N = 0 }, s => s.N < 10, s => new { X = s.X * 0.5 + Math.Sin(s.X), N = s.N + 1 }).X, 0.3, 1.2);
        Oracle.Agree((double x, int n) => While(new { X = x, N = 0 }, s => s.N < n, s => new { X = s.X * x, N = s.N + 1 }).X, (2, 3), (1.5, 0));
    }

    [Theory]
    [InlineData(2, 1024)]
    [InlineData(3, 17496)]
    [InlineData(4, 256)]
    [InlineData(5, 500)]
    [InlineData(11, 22)]
    [InlineData(101, 1)]
    public void A_while_whose_length_depends_on_the_data_is_reversed(double x, double expected) =>
        Assert.Equal(expected, Fn((double x) => While(x, r => r < 100, r => r * r)).Grad()(x));

    [Fact]
    public void A_while_over_several_variables_is_reversed()
    {
        var f = Fn((double x, double y, double z) => While(new { X = x, R = 0.0 }, s => s.X > -0.1, s => new { X = s.X - z, R = s.R + y }).R);
        Assert.Equal((0.0, 3.0, 0.0), f.GradAll()(4, 5, 2));
    }

    [Fact]
    public void A_fixed_number_of_steps_is_iterated()
    {
        Oracle.AgreeWithGradient(x => Iterate(5, x, s => s * s * 0.3 + 1), 0.4, 1.1);
        Oracle.AgreeWithGradient(x => Iterate(4, x, (s, i) => s * (i + 1) + Math.Sin(s)), 0.4, 1.1);
        Oracle.Agree((double x, int n) => Iterate(n, x, s => s * x), (2, 5), (3, 0), (3, -1));
        Assert.Equal(80, Fn((double x, int n) => Iterate(n, 1.0, s => s * x)).Grad()(2, 5));
    }

    [Fact]
    public void Conditions_and_names_as_functions_are_those_of_CSharp()
    {
        Oracle.AgreeWithGradient(x => If(x > 0, () => x * x, () => -x), -1, 2);
        Oracle.AgreeWithGradient(x => Let(x * x, s => s + s * s), -1, 2);
    }

    [Fact]
    public void Folds_and_scans_are_those_of_CSharp()
    {
        Oracle.Agree((double[] xs, double a) => Fold(a, xs, (s, x) => s * 0.5 + x), ([1, 2, 3], 4), ([7], 1));
        Oracle.Agree((double[] xs, double a) => Scan(a, xs, (s, x) => ValueTuple.Create(s + x, s * x)).State, ([1, 2, 3], 4));
        Oracle.Agree((double[] xs, double a) => Scan(a, xs, (s, x) => ValueTuple.Create(s + x, s * x)).Outputs, ([1, 2, 3], 4));
        var fold = Fn((double[] xs, double a) => Fold(a, xs, (s, x) => s * x));
        Assert.Equal([24.0, 12, 8], fold.Grad()([1, 2, 3], 4));
        Assert.Equal(6, fold.Grad(Wrt.Arg2)([1, 2, 3], 4));
    }

    [Fact]
    public void Tensors_are_scanned_along_their_first_axis()
    {
        var f = Fn((Tensor h, Tensor xs) => Scan(h, xs, (s, x) => ValueTuple.Create((s + x).Tanh(), s * 2)));
        var (h, xs) = (Tensor.Of(new[] { 0.1, 0.2 }), Tensor.Of(new[,] { { 1.0, 2 }, { 3, 4 }, { 5, 6 } }));
        var (state, outputs) = f(h, xs);
        var (expected, stacked) = Scan(h, xs, (s, x) => ((s + x).Tanh(), s * 2));
        Assert.Equal(expected.ToArray<double>(), state.ToArray<double>());
        Assert.Equal(stacked.ToArray<double>(), outputs.ToArray<double>());
        Assert.Equal([3, 2], outputs.Shape.ToArray());
    }

    [Fact]
    public void Loops_nest_and_read_what_is_around_them()
    {
        Oracle.AgreeWithGradient(x => Iterate(3, x, s => s + Iterate(2, s, t => t * x * 0.5) + x), 0.7, 1.3);
        Oracle.AgreeWithGradient(x => While(x, s => s < 10, s => s > 3 ? s * 2 : s * s + 1), 0.7, 2.3);
    }

    [Fact]
    public void A_state_that_changes_its_type_is_an_error_with_both_types()
    {
        var f = Fn((Tensor x) => While(new { X = x, N = 0 }, s => s.N < 3, s => new { X = s.X.Sum(), N = s.N + 1 }).X);
        var error = Assert.Throws<MindDslException>(() => f(Tensor.Of(new[] { 1.0, 2 })));
        Assert.Equal("MIND0109", error.Code);
        Assert.Contains("s.X", error.Message, StringComparison.Ordinal);
        Assert.Contains("f64[2]", error.Message, StringComparison.Ordinal);
        Assert.Contains("While(", error.Message, StringComparison.Ordinal);
        Assert.Contains("ControlFlowTests.cs:", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_condition_with_several_elements_names_Where()
    {
        var f = Fn((Tensor x) => x > 0 ? x : -x);
        Assert.Equal(3, (double)f(-3.0));
        var error = Assert.Throws<MindDslException>(() => f(Tensor.Of(new[] { 1.0, 2 })));
        Assert.Equal("MIND0106", error.Code);
        Assert.Contains("Where(", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Branches_of_different_shapes_are_an_error() =>
        Assert.Equal("MIND0108", Assert.Throws<MindDslException>(() => Fn((Tensor x) => x.Sum() > 0 ? x : x.Sum())(Tensor.Of(new[] { 1.0, 2 }))).Code);

    [Fact]
    public void A_recursion_without_end_is_an_error()
    {
        Fn<Tensor, Tensor> f = null!;
        f = Fn((Tensor x) => f(x) + 1);
        Assert.Equal("MIND0111", Assert.Throws<MindDslException>(() => f(1.0)).Code);
    }
}
