using System.Globalization;
using System.Linq.Expressions;
using Xunit;
using static MindDsl.Mind;

namespace MindDsl.Tests.Dsl;

public class ErrorTests
{
    private static double Twice(double x) => 2 * x;

    [Fact]
    public void All_unsupported_constructs_are_reported_at_once_innermost_first()
    {
        var error = Assert.Throws<MindDslException>(() => Fn((double x) => Twice(Twice(x) + Math.BigMul((int)x, 2)) + string.Concat("a", "b").Length));
        Assert.Equal(4, error.Diagnostics.Count);
        Assert.Equal("MIND0102", error.Code);
        Assert.Contains("Twice(x)", error.Diagnostics[0].At!, StringComparison.Ordinal);
        Assert.Contains("BigMul", error.Diagnostics[1].At!, StringComparison.Ordinal);
        Assert.Contains("ErrorTests.cs:15", error.Diagnostics[2].At!, StringComparison.Ordinal);
        Assert.All(error.Diagnostics, d => Assert.NotNull(d.Help));
    }

    [Fact]
    public void Types_and_constructs_that_are_no_data_say_why()
    {
        Assert.Equal("MIND0103", Code(() => Fn((decimal x) => x)));
        Assert.Equal("MIND0103", Code(() => Fn((short x) => x)));
        Assert.Equal("MIND0103", Code(() => Fn((object x) => 1.0)));
        Assert.Equal("MIND0101", Code(() => Fn((Tensor x) => x ?? x)));
        Assert.Equal("MIND0103", Code(() => Fn((double x) => new List<double> { x }.Count)));
        Assert.Equal("MIND0101", Code(() => Fn((Tensor x) => (object)x is Tensor)));
    }

    [Fact]
    public void A_function_that_was_not_quoted_says_how_to_quote_it()
    {
        Fn<double, double> plain = Math.Sin;
        var error = Assert.Throws<MindDslException>(() => plain.Grad());
        Assert.Equal("MIND0104", error.Code);
        Assert.Contains("Mind.Fn(", error.Message, StringComparison.Ordinal);
        Assert.Equal("MIND0104", Code(() => Fn((double x) => plain(x))(1)));
        Func<double, double> twice = Twice;
        Assert.Equal("MIND0104", Code(() => Fn((double x) => twice(x))(1)));
        Fn<double, double> none = null!;
        Assert.Equal("MIND0110", Code(() => Fn((double x) => none(x))(1)));
    }

    [Fact]
    public void A_gradient_of_what_is_no_loss_is_an_error()
    {
        Assert.Equal("MIND0403", Code(() => Fn((Tensor x) => x).Grad()(Tensor.Of(new[] { 1.0, 2 }))));
        Assert.Equal("MIND0403", Code(() => Fn((double x) => (int)x).Grad()(1)));
    }

    [Fact]
    public void A_gradient_with_respect_to_what_is_no_float_names_the_argument()
    {
        var f = Fn((double x, int count) => x * count);
        var error = Assert.Throws<MindDslException>(() => f.Grad(Wrt.Arg2)(1, 2));
        Assert.Equal("MIND0404", error.Code);
        Assert.Contains("count", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_error_names_the_parameters_of_its_own_lambda_when_an_equal_one_was_met_before()
    {
        Assert.Throws<MindDslException>(() => Fn((double x, int first) => x - first).Grad(Wrt.Arg2)(1, 2));
        var error = Assert.Throws<MindDslException>(() => Fn((double x, int second) => x - second).Grad(Wrt.Arg2)(1, 2));
        Assert.Contains("second", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_function_cannot_be_a_result() => Assert.Equal("MIND0117", Code(() => Fn((double x) => (Func<double, double>)(y => x * y))(1)));

    [Fact]
    public void Batches_without_an_axis_or_of_different_lengths_are_errors()
    {
        Assert.Equal("MIND0406", Code(() => Fn((Tensor x) => x).Vmap()(Tensor.Of(1.0))));
        Assert.Equal("MIND0407", Code(() => Fn((double x, double y) => x * y).Vmap()([1, 2], [1])));
    }

    [Fact]
    public void An_error_of_a_run_of_a_quote_that_is_right_leaves_it_usable()
    {
        var f = Fn((Tensor x, Tensor y) => x.Dot(y));
        Assert.Throws<MindDslException>(() => f(Tensor.Of(new[] { 1.0, 2 }), Tensor.Of(new[] { 1.0 })));
        Assert.Equal(5, (double)f(Tensor.Of(new[] { 1.0, 2 }), Tensor.Of(new[] { 1.0, 2 })));
    }

    private static string Code(Func<object?> run) => Assert.Throws<MindDslException>(() => { run(); }).Code;

    [Fact]
    public void Equal_lambdas_at_different_places_have_errors_at_their_own()
    {
        var first = Fn((Tensor x, Tensor y) => x.Dot(y).Sum(null, false) - 17);
        var second = Fn((Tensor x, Tensor y) => x.Dot(y).Sum(null, false) - 17);
        string Place(Fn<Tensor, Tensor, Tensor> f) =>
            Assert.Throws<MindDslException>(() => f(Tensor.Of(new[] { 1.0, 2 }), Tensor.Of(new[] { 1.0, 2, 3 }))).Diagnostics[0].At!;
        string Line(string place) => place.Split("ErrorTests.cs:")[1].Split(':', ' ', ',')[0];
        Assert.Equal(1, int.Parse(Line(Place(second)), CultureInfo.InvariantCulture) - int.Parse(Line(Place(first)), CultureInfo.InvariantCulture));
    }
}
