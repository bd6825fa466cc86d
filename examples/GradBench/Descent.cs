using static MindDsl.Mind;

namespace MindDsl.Examples.GradBench;

/// <summary>Two coordinates.</summary>
internal sealed record Pair(double X, double Y);

/// <summary>The gradient of a function that is given to a function, in one mode or the other.</summary>
/// <remarks>Forward mode takes a pass for each coordinate, with the tangent 1 there.</remarks>
internal static class Modes
{
    public static Fn<Fn<Pair, double>, Pair, Pair> OfPairs(char mode) => mode == 'r'
        ? Fn((Fn<Pair, double> f, Pair x) => f.Grad()(x))
        : Fn((Fn<Pair, double> f, Pair x) => new Pair(f.Jvp()(x, new Pair(1, 0)).Tangent, f.Jvp()(x, new Pair(0, 1)).Tangent));

    public static Fn<Fn<double, double>, double, double> OfNumbers(char mode) => mode == 'r'
        ? Fn((Fn<double, double> f, double x) => f.Grad()(x))
        : Fn((Fn<double, double> f, double x) => f.Jvp()(x, 1).Tangent);
}

/// <summary>
/// The gradient descent of particle and saddle, written in the language, so that it is differentiated like everything else. The rate doubles after ten steps that each made the
/// function smaller, and is halved at a step that did not; whoever moves less than 1e-5 has arrived.
/// </summary>
internal static class Descent
{
    private const double Near = 1e-5;

    private sealed record State<P>(P X, double Value, P Slope, double Rate, int Steps);

    /// <summary>The function that finds a minimum of a function from a start.</summary>
    /// <param name="gradient">The gradient of a function, by a mode.</param>
    /// <param name="size">The Euclidean norm.</param>
    public static Fn<Fn<P, double>, P, P> Minimiser<P>(Fn<Fn<P, double>, P, P> gradient, Fn<P, double> size)
    {
        var rate = Fn((State<P> s) => s.Steps == 10 ? 2 * s.Rate : s.Rate);
        var moved = Fn((State<P> s, double eta) => Tree.Map((x, g) => x - eta * g, s.X, s.Slope));
        return Fn((Fn<P, double> f, P start) => While(new State<P>(start, f(start), gradient(f, start), Near, 0),
            s => size(s.Slope) > Near && size(Tree.Map((x, y) => x - y, s.X, moved(s, rate(s)))) > Near,
            s => Let(rate(s), eta => Let(moved(s, eta), x => Let(f(x), value => value < s.Value
                ? new State<P>(x, value, gradient(f, x), eta, (s.Steps == 10 ? 0 : s.Steps) + 1)
                : new State<P>(s.X, s.Value, s.Slope, eta / 2, 0))))).X);
    }
}
