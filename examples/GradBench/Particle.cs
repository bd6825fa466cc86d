using static MindDsl.Mind;

namespace MindDsl.Examples.GradBench;

/// <summary>
/// particle: a particle is pushed by the field of two charges, one of which can be moved, until it crosses the horizontal axis; where must the charge be for it to cross at 0? The
/// force is the gradient of the potential, the search needs the gradient of the whole flight: derivatives nest, in any combination of modes.
/// </summary>
internal static class Particle
{
    private const double Dt = 0.1;

    private sealed record Flight(Pair X, Pair V);

    /// <summary>Where the charge is put, from a start; the modes are those of the outer and of the inner derivative.</summary>
    public static Fn<double, double> Solve(char outer, char inner)
    {
        var force = Modes.OfPairs(inner);
        var inverse = Fn((double x, double y) => 1 / Math.Sqrt(x * x + y * y));
        var crossing = Fn((double w) => Let(
            While(new Flight(new Pair(0, 8), new Pair(0.75, 0)),
                s => s.X.Y + Dt * s.V.Y > 0,
                s => Let(force(Fn((Pair z) => inverse(z.X - 10, z.Y - (10 - w)) + inverse(z.X - 10, z.Y)), s.X), slope => new Flight(
                    new Pair(s.X.X + Dt * s.V.X, s.X.Y + Dt * s.V.Y),
                    new Pair(s.V.X - Dt * slope.X, s.V.Y - Dt * slope.Y)))),
            s => s.X.X - s.X.Y / s.V.Y * s.V.X));
        var minimiser = Descent.Minimiser(Modes.OfNumbers(outer), Fn((double x) => Math.Abs(x)));
        return Fn((double start) => minimiser(Fn((double w) => Let(crossing(w), x => x * x)), start));
    }

    public static Problem Problem { get; } = new("particle", (function, input) =>
    {
        if (function is not ("rr" or "rf" or "fr" or "ff")) return null;
        double start = input.Number("w");
        var solve = Solve(function[0], function[1]);
        return Evaluation.Number(() => solve(start));
    });
}
