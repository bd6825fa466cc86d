using static MindDsl.Mind;

namespace MindDsl.Examples.GradBench;

/// <summary>
/// llsq: how far a polynomial is from the sign function at n points.
/// <code>
/// tᵢ = -1 + 2 i / (n - 1),   y(x) = ½ Σᵢ (sign tᵢ - Σⱼ xⱼ tᵢʲ)²
/// </code>
/// The polynomial is evaluated at all points at once by Horner's scheme: a loop over the coefficients, from the last to the first, whose state is a vector with a place for each
/// point. The loop is linear in the coefficients, so that its reverse is a loop that keeps nothing of it.
/// </summary>
internal static class LeastSquares
{
    public static Fn<Tensor, double> Distance(int n)
    {
        var points = Fn(() => Build(from i in Axis(n) select -1 + 2 * Val(i) / (n - 1)));
        var polynomial = Fn((Tensor x, Tensor t) => Fold(0 * t, x.Flip(), (p, xj) => p * t + xj));
        return Fn((Tensor x) => Let(points(), t => (double)(t.Sign() - polynomial(x, t)).Square().Sum() / 2));
    }

    public static Problem Problem { get; } = new("llsq", (function, input) =>
    {
        var x = input.Vector("x");
        var distance = Distance(input.Whole("n"));
        var gradient = distance.Grad();
        return function switch
        {
            "primal" => Evaluation.Number(() => distance(x)),
            "gradient" => Evaluation.Elements(() => gradient(x)),
            _ => null,
        };
    });
}
