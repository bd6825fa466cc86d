using MindDsl.Ir;
using Xunit;
using static MindDsl.Tests.Autodiff.Derivatives;

namespace MindDsl.Tests.Autodiff;

public class DerivativeTests
{
    public static TheoryData<string> Programs => [.. SamplePrograms.All.Keys];

    /// <summary>Orders one to three by both modes, in turn, each against central differences of the one before.</summary>
    [Theory]
    [MemberData(nameof(Programs))]
    public void Derivatives_of_order_one_to_three_agree_with_differences(string name)
    {
        Pipeline.Verify = true;
        var (program, arguments) = SamplePrograms.All[name]();
        foreach (int modes in Enumerable.Range(0, 8))
        {
            var module = Prepare(program);
            for (int order = 0; order < 3; order++)
            {
                var derived = Directional(module, (modes >> order & 1) != 0 ? DerivativeKind.Reverse : DerivativeKind.Forward);
                double expected = Difference(module, 1e-3, arguments);
                double found = Run(derived, arguments);
                Assert.True(Math.Abs(found - expected) <= 1e-7 * (1 + Math.Abs(expected)),
                    $"{name}, modes {modes}, order {order + 1}: expected {expected:R}, found {found:R}");
                module = derived;
            }
        }
    }
}
