using static MindDsl.Mind;

namespace MindDsl.Examples.GradBench;

/// <summary>
/// lse: a smooth maximum, with the largest element taken out so that nothing overflows.
/// <code>
/// a = max x,   LSE(x) = a + log Σᵢ exp (xᵢ - a)
/// </code>
/// </summary>
internal static class LogSumExp
{
    public static Fn<Tensor, double> SmoothMaximum { get; } =
        Fn((Tensor x) => Let(x.Max(), a => (double)(a + (x - a).Exp().Sum().Log())));

    private static readonly Fn<Tensor, Tensor> Gradient = SmoothMaximum.Grad();

    public static Problem Problem { get; } = new("lse", (function, input) =>
    {
        var x = input.Vector("x");
        return function switch
        {
            "primal" => Evaluation.Number(() => SmoothMaximum(x)),
            "gradient" => Evaluation.Elements(() => Gradient(x)),
            _ => null,
        };
    });
}
