using FsCheck;
using FsCheck.Fluent;
using MindDsl.Backends;
using MindDsl.Ir;
using MindDsl.Tests.Autodiff;
using Xunit;

namespace MindDsl.Tests.Properties;

/// <summary>Laws of derivatives and passes on random programs.</summary>
public class DerivativeLaws
{
    /// <summary>A program by seed and size; sizes shrink.</summary>
    internal static Arbitrary<(int Seed, int Size)> Programs(int largest) => Arb.From(
        from seed in Gen.Choose(0, int.MaxValue - 1)
        from size in Gen.Choose(1, largest)
        select (seed, size),
        p => Enumerable.Range(1, p.Item2 - 1).Select(size => (p.Item1, size)));

    internal static void Check<T>(Arbitrary<T> arbitrary, Action<T> law, int count) =>
        Prop.ForAll(arbitrary, law).Check(Config.QuickThrowOnFailure.WithMaxTest(count));

    internal static TensorBuffer[] Arguments(int seed) => ProgramGenerator.Arguments(seed);

    [Fact]
    public void Passes_before_differentiation_keep_the_meaning() => Check(Programs(12), p =>
    {
        Pipeline.Verify = true;
        var program = new ProgramGenerator(p.Seed, smooth: false).Make(p.Size);
        var arguments = Arguments(p.Seed);
        double expected = Derivatives.Run(program, arguments);
        var module = program;
        foreach (var pass in new[] { LiftFunctions.Pass, Simplify.Pass, Inline.Early, Defunctionalize.Pass, Simplify.Pass, RemoveDead.Pass, Inline.Late })
        {
            module = pass.Run(module);
            Assert.Equal(expected, Derivatives.Run(module, arguments), 1e-12);
        }
    }, 150);

    [Fact]
    public void Reverse_mode_is_the_transpose_of_forward_mode() => Check(Programs(10), p =>
    {
        var module = Derivatives.Prepare(new ProgramGenerator(p.Seed, smooth: false).Make(p.Size));
        var arguments = Arguments(p.Seed);
        double forward = Derivatives.Run(Derivatives.Directional(module, DerivativeKind.Forward), arguments);
        double reverse = Derivatives.Run(Derivatives.Directional(module, DerivativeKind.Reverse), arguments);
        Assert.True(Math.Abs(forward - reverse) <= 1e-10 * (1 + Math.Abs(forward)), $"forward {forward:R}, reverse {reverse:R}");
    }, 150);

    [Fact]
    public void Forward_mode_agrees_with_central_differences() => Check(Programs(10), p =>
    {
        var module = Derivatives.Prepare(new ProgramGenerator(p.Seed, smooth: true).Make(p.Size));
        var arguments = Arguments(p.Seed);
        double found = Derivatives.Run(Derivatives.Directional(module, DerivativeKind.Forward), arguments);
        AgreesWithDifferences(module, arguments, found, 1e-6, "forward mode");
    }, 150);

    [Fact]
    public void Three_derivatives_in_any_modes_stay_right() => Check(Programs(6), p =>
    {
        var module = Derivatives.Prepare(new ProgramGenerator(p.Seed, smooth: true).Make(p.Size));
        var arguments = Arguments(p.Seed);
        for (int order = 0; order < 3; order++)
        {
            var derived = Derivatives.Directional(module, (p.Seed >> order & 1) != 0 ? DerivativeKind.Reverse : DerivativeKind.Forward);
            AgreesWithDifferences(module, arguments, Derivatives.Run(derived, arguments), 1e-5, $"order {order + 1}");
            module = derived;
        }
    }, 60);

    /// <summary>Some step of a sweep must show the derivative: where the program bends much only a short one does.</summary>
    private static void AgreesWithDifferences(Module module, TensorBuffer[] arguments, double found, double tolerance, string what)
    {
        double[] differences = [.. new[] { 1e-3, 3e-4, 1e-4 }.Select(step => Derivatives.Difference(module, step, arguments))];
        Assert.True(differences.Any(d => Math.Abs(found - d) <= tolerance * (1 + Math.Abs(d))), $"{what}: differences {string.Join(", ", differences)}, found {found:R}");
    }
}
