using System.Linq.Expressions;
using MindDsl.Tests.FSharp;
using Xunit;
using static MindDsl.Mind;

namespace MindDsl.Tests.Dsl.Quote;

/// <summary>Lambdas that the F# compiler made trees of, against the same trees run by .NET and against differences.</summary>
public class FSharpTests
{
    private static readonly Dictionary<string, Expression<Func<double, double>>> Trees = new()
    {
        ["methods"] = Lambdas.methods,
        ["functions"] = Lambdas.functions,
        ["names"] = Lambdas.names,
        ["branches"] = Lambdas.branches,
        ["captured"] = Lambdas.captured,
        ["inner"] = Lambdas.inner,
        ["loop"] = Lambdas.loop,
    };

    public static TheoryData<string> Names => [.. Trees.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Lambdas_of_fsharp_have_their_values_and_derivatives(string name)
    {
        var (quoted, native) = (Fn(Trees[name]), Trees[name].Compile());
        var slope = quoted.Grad();
        foreach (double x in new[] { 0.3, 1.7, 4.2, -0.8, 6 })
        {
            Assert.Equal(native(x), quoted(x), 1e-12 * (1 + Math.Abs(native(x))));
            double difference = (native(x + 1e-6) - native(x - 1e-6)) / 2e-6;
            Assert.Equal(difference, slope(x), 1e-5 * (1 + Math.Abs(difference)));
        }
    }

    [Fact]
    public void Numbers_of_32_bits_and_arrays_are_read_too()
    {
        var single = Fn(Lambdas.single);
        Assert.Equal(MathF.Tanh(0.7f) * MathF.Log(0.7f * 0.7f + 1), single(0.7f), 1e-6f);
        // Σ xᵢ·xᵢ² and the fold that halves; their gradient is 3xᵢ² and 2^(i − 3), of x₀ also 2⁻⁴ as the first state.
        var arrays = Fn(Lambdas.arrays);
        double[] x = [1, 2, -1, 3];
        Assert.Equal(1 + 8 - 1 + 27 + (((((1 * 0.5) + 1) * 0.5 + 2) * 0.5 - 1) * 0.5 + 3), arrays(x), 1e-12);
        double[] gradient = arrays.Grad()(x);
        double[] expected = [3 + 0.125 + 0.0625, 12 + 0.25, 3 + 0.5, 27 + 1];
        for (int i = 0; i < 4; i++) Assert.Equal(expected[i], gradient[i], 1e-12);
    }
}
