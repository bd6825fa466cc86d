using FsCheck;
using FsCheck.Fluent;
using MindDsl;
using MindDsl.Testing;
using Xunit;
using static MindDsl.Mind;

namespace GradientChecking;

/// <summary>How to test functions of one's own and their derivatives; docs/gradient-checking.md shows this code.</summary>
public sealed class FilterTests
{
    #region CheckFirst
    [Fact]
    public void The_derivatives_of_swish_are_right()
    {
        var swish = Fn((Tensor x) => x * x.Sigmoid());
        Gradients.Check(swish);                             // at random tensors
    }
    #endregion

    #region CheckModel
    /// <summary>A filter of one pole.</summary>
    public sealed record Filter(double Pole, double[] Gains, Tensor Bias);

    [Fact]
    public void The_derivatives_of_a_filter_are_right()
    {
        var output = Fn((Filter p, double[] signal) => Fold(p.Bias, signal, (y, x) => p.Pole * y + p.Gains[0] * x).Tanh() * p.Gains[1]);
        Gradients.CheckAt(output, new Filter(0.5, [1, 2], Tensor.Of(new[] { 0.1, 0.2 })), [1, -1, 0.5]);
    }
    #endregion

    #region CheckRule
    [Fact]
    public void A_wrong_rule_is_found()
    {
        var area = Fn((double radius, double height) => radius * radius * height)
            .CustomVjp((radius, height, y, g) => ValueTuple.Create(2 * radius * height * g, radius * g));       // radius² was meant

        var error = Assert.Throws<CheckException>(() => Gradients.Check(area));
        Assert.StartsWith("the derivative of the result by height is wrong in reverse mode", error.Message, StringComparison.Ordinal);
    }
    #endregion

    #region CheckGenerator
    [Fact]
    public void Arguments_may_come_from_a_generator()
    {
        var entropy = Fn((Tensor p) => -(p * p.Log()).Sum());
        var probabilities = Generate.Tensors(4).Select(x => x.Softmax(0));
        Gradients.Check(entropy, probabilities, new CheckOptions { Points = 20 });
    }
    #endregion

    #region CheckProperty
    [Fact]
    public void Softmax_does_not_change_when_a_number_is_added()
    {
        var arguments = from x in Generate.Tensors(5) from c in Generate.Numbers() select (x, c);
        Prop.ForAll(Arb.From(arguments), t =>
            (t.x + t.c).Softmax(0).ToArray<double>().Zip(t.x.Softmax(0).ToArray<double>(), (a, b) => Math.Abs(a - b)).Max() < 1e-12)
            .QuickCheckThrowOnFailure();
    }
    #endregion

    #region CheckBackends
    [Fact]
    public void The_backends_agree()
    {
        Backends.Agree(Fn((Tensor x, double[] w) => Iterate(3, x, s => (s * w[0]).Sin()) / (1 + x.Square())));
    }
    #endregion

    #region CheckPrograms
    [Fact]
    public void Every_program_gives_a_number()
    {
        RandomProgram.Check(p => Assert.InRange(p.Run(), -100, 100), new CheckOptions { Points = 50 });
    }
    #endregion
}
