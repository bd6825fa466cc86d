using static MindDsl.Mind;

namespace MindDsl.Examples.GradBench;

/// <summary>
/// saddle: the minimum over x of the maximum over y of (x₀² + x₁²) - (y₀² + y₁²), both found by gradient descent. The gradient of the outer problem differentiates the descent that
/// solves the inner one, and so the gradients in it.
/// </summary>
internal static class Saddle
{
    public static Fn<Pair, (Pair X, Pair Y)> Solve(char outer, char inner)
    {
        var square = Fn((Pair p) => p.X * p.X + p.Y * p.Y);
        var f = Fn((Pair x, Pair y) => square(x) - square(y));
        var size = Fn((Pair p) => Math.Sqrt(square(p)));
        var minimise = Descent.Minimiser(Modes.OfPairs(outer), size);
        var innerMinimise = Descent.Minimiser(Modes.OfPairs(inner), size);
        var highest = Fn((Pair x, Pair start) => innerMinimise(Fn((Pair y) => -f(x, y)), start));
        return Fn((Pair start) =>
            Let(minimise(Fn((Pair x) => f(x, highest(x, start))), start), x => ValueTuple.Create(x, highest(x, start))));
    }

    public static Problem Problem { get; } = new("saddle", (function, input) =>
    {
        if (function is not ("rr" or "rf" or "fr" or "ff")) return null;
        double[] start = input.Vector("start").ToArray<double>();
        var solve = Solve(function[0], function[1]);
        return Evaluation.Of(() => solve(new(start[0], start[1])), (json, found) =>
        {
            json.WriteStartArray();
            foreach (double x in (double[])[found.X.X, found.X.Y, found.Y.X, found.Y.Y]) json.WriteNumberValue(x);
            json.WriteEndArray();
        });
    });
}
