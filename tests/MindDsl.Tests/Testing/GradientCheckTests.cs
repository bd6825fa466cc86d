using FsCheck;
using FsCheck.Fluent;
using MindDsl.Ir;
using Xunit;
using static MindDsl.Mind;

namespace MindDsl.Tests.Testing;

/// <summary>The checks for users: right derivatives pass, wrong ones are found and named.</summary>
public class GradientCheckTests
{
    private sealed record Layer(Tensor W, double Scale, int Count);

    private sealed record Network(Layer[] Layers, double[] Bias);

    private static readonly CheckOptions Few = new() { Points = 3 };

    [Fact]
    public void Right_derivatives_pass()
    {
        Gradients.Check(Fn((double x) => x * x + Math.Sin(x)), Few);
        Gradients.Check(Fn((double x, double[] v) => v.Select(y => Math.Exp(x * y / 9)).Sum()), Few);
        Gradients.Check(Fn((double[] v, int n) => Iterate(n, 1.0, s => s * v[n - 1] + v[0])), Few);
        Gradients.Check(Fn((Tensor x, Tensor y) => x.Tanh() * y / 3), Few);
        Gradients.CheckAt(Fn((Tensor x, Tensor w) => x.Dot(w).Softmax(1)), Tensor.Of(new[,] { { 1.0, 2 } }), Tensor.Of(new[,] { { 0.5, -1 }, { 2, 0.25 } }), Few);
        Gradients.Check(Fn((double a, double b, double c) => ValueTuple.Create(a * b, b / (4 + c), a)), Few);
        Gradients.Check(Fn((double a, double b, double c, double d) => a * b * c * d), Few);
    }

    [Fact]
    public void Records_lists_and_arrays_are_checked_leaf_by_leaf()
    {
        var network = new Network([new(Tensor.Of(new[] { 0.5, 1 }), 2, 3), new(Tensor.Of(new[] { -0.25, 1 }), 1, 1)], [0.5]);
        Gradients.CheckAt(Fn((Network n, Tensor x) => n.Layers.Aggregate(x, (v, l) => (l.W * v * l.Scale).Tanh()).Sum() + n.Bias[0]), network, Tensor.Of(new[] { 1.0, 2 }), Few);
    }

    [Fact]
    public void A_right_rule_passes_and_a_wrong_one_is_named_with_argument_element_and_step()
    {
        var square = Fn((Tensor x, double a) => x * x * a);
        Gradients.Check(square.CustomVjp((x, a, y, g) => ValueTuple.Create(2 * a * x * g, (double)(x * x * g).Sum())), Few);
        var wrong = square.CustomVjp((x, a, y, g) => ValueTuple.Create(2 * a * x * g, 1.01 * (double)(x * x * g).Sum()));
        var error = Assert.Throws<CheckException>(() => Gradients.Check(wrong, Few));
        Assert.Contains(" by a is wrong in reverse mode", error.Message, StringComparison.Ordinal);
        foreach (string fact in new[] { "expected", "got", "step", "x[0] = ", "a = " }) Assert.Contains(fact, error.Message, StringComparison.Ordinal);

        var elsewhere = square.CustomVjp((x, a, y, g) => ValueTuple.Create(2 * a * x * g + Tensor.Of(new[] { 0, 0.01, 0 }), (double)(x * x * g).Sum()));
        Assert.Contains(" by x[1] is wrong in reverse mode", Assert.Throws<CheckException>(() => Gradients.Check(elsewhere, Few)).Message, StringComparison.Ordinal);

        var forward = Fn((double x) => x * x).CustomJvp((x, t) => ValueTuple.Create(x * x, 3 * x * t));
        string message = Assert.Throws<CheckException>(() => Gradients.Check(forward, Few)).Message;
        Assert.Contains("the derivative of the result by x is wrong in forward mode", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_rule_that_is_right_once_but_has_a_wrong_derivative_is_found_by_symmetry()
    {
        // The cotangents of x and y depend on what is not differentiated: ∂²/∂x∂y differs from ∂²/∂y∂x.
        var f = Fn((double x, double y) => x * x * y).CustomVjp((x, y, r, g) => ValueTuple.Create(2 * x * StopGradient(y) * g, x * x * g));
        string message = Assert.Throws<CheckException>(() => Gradients.Check(f, Few)).Message;
        Assert.Contains("not symmetric", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Kinks_are_avoided()
    {
        Gradients.Check(Fn((Tensor x) => x.Relu() + x.Abs() + x.Maximum(0.5).Floor()), Few);
        Gradients.CheckAt(Fn((double x) => Math.Abs(x)), 0.0, Few);
        Gradients.CheckAt(Fn((double x, double y) => Math.Max(x, y)), 1.0, 1.0, Few);
        string message = Assert.Throws<CheckException>(() => Gradients.Check(Fn((double x) => Math.Abs(x)), Gen.Constant(0.0))).Message;
        Assert.Contains("kink", message, StringComparison.Ordinal);
        message = Assert.Throws<CheckException>(() => Gradients.Check(Fn((double x) => Math.Log(x)), Gen.Constant(-1.0))).Message;
        Assert.Contains("not finite", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Arguments_outside_of_the_domain_are_passed_over() => Gradients.Check(Fn((double x) => Math.Sqrt(x) * Math.Log(x)), new() { Points = 10 });

    [Fact]
    public void Single_precision_is_checked_as_far_as_it_goes()
    {
        Gradients.Check(Fn((float x) => x * x), Few);
        var wrong = Fn((float x) => x * x).CustomVjp((x, y, g) => 2.2f * x * g);
        Assert.Throws<CheckException>(() => Gradients.Check(wrong, Few));
    }

    [Fact]
    public void Generated_numbers_are_away_from_kinks_and_differ()
    {
        double[] numbers = Generate.Numbers().Sample(500, new Rnd(7), 30);
        Assert.All(numbers, x => Assert.True(Math.Abs(2 * x - Math.Round(2 * x)) >= 0.0399 && Math.Abs(x) < 3, $"{x}"));
        Assert.True(numbers.Distinct().Count() > 400);
        Assert.All(Generate.Shapes(2, 3).Sample(100, new Rnd(7), 30), s => Assert.True(s.Length <= 2 && s.All(n => n is >= 1 and <= 3)));
        Assert.All(Generate.PositiveNumbers().Sample(100, new Rnd(7), 30), x => Assert.True(x > 0));
        Assert.Equal([2, 3], Generate.Tensors(2, 3).Sample(1, new Rnd(7), 30)[0].Shape.ToArray());
    }

    [Fact]
    public void Backends_agree()
    {
        MindDsl.Testing.Backends.Agree(Fn((Tensor x, double a) => (x * a).Softmax(0)), Few);
        MindDsl.Testing.Backends.Agree(Fn((double[] v) => v.Select(x => x * x).Sum()), Few);
        MindDsl.Testing.Backends.Agree(Fn((double x, int n, Tensor t) => Iterate(n, t, s => s * x)), Few);
    }

    [Fact]
    public void A_law_that_fails_names_the_smallest_program()
    {
        RandomProgram.Check(p => Assert.True(double.IsFinite(p.Run())), Few);
        var error = Assert.Throws<CheckException>(() => RandomProgram.Check(
            p => Assert.DoesNotContain(" tanh ", Printer.Print(p.Module), StringComparison.Ordinal), new() { Points = 20 }));
        Assert.Single(error.Message.Split("let main")[1].Split('\n'), l => l.Contains(" tanh ", StringComparison.Ordinal));
        Assert.True(error.Message.Split("let main")[1].Split("\nfor")[0].Split('\n').Length <= 7, error.Message);
        Assert.Contains("f64[2, 3]: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Smaller_programs_are_well_typed() => RandomProgram.Check(p =>
    {
        foreach (var smaller in p.Smaller())
        {
            Verifier.Check(smaller.Module, Level.Source, "the shrinker");
            Assert.True(double.IsFinite(smaller.Run()));
        }
    }, new() { Points = 15 }, smooth: false);
}
