namespace MindDsl.Benchmarks.Derivatives.ByHand;

/// <summary>The gradient descent of particle and saddle.</summary>
internal static class DescentByHand
{
    private const double Near = 1e-5;

    /// <summary>A minimum by one coordinate.</summary>
    public static double Minimise(double x, Func<double, double> f, Func<double, double> gradient)
    {
        var (value, slope, eta, steps) = (f(x), gradient(x), Near, 0);
        while (Math.Abs(slope) > Near)
        {
            if (steps == 10) (eta, steps) = (2 * eta, 0);
            double next = x - eta * slope;
            if (Math.Abs(x - next) <= Near) break;
            double found = f(next);
            if (found < value) (x, value, slope, steps) = (next, found, gradient(next), steps + 1);
            else (eta, steps) = (eta / 2, 0);
        }
        return x;
    }

    /// <summary>A minimum by two coordinates.</summary>
    public static (double X, double Y) Minimise((double X, double Y) x, Func<(double X, double Y), double> f, Func<(double X, double Y), (double X, double Y)> gradient)
    {
        var (value, slope, eta, steps) = (f(x), gradient(x), Near, 0);
        while (Size(slope) > Near)
        {
            if (steps == 10) (eta, steps) = (2 * eta, 0);
            var next = (X: x.X - eta * slope.X, Y: x.Y - eta * slope.Y);
            if (Size((x.X - next.X, x.Y - next.Y)) <= Near) break;
            double found = f(next);
            if (found < value) (x, value, slope, steps) = (next, found, gradient(next), steps + 1);
            else (eta, steps) = (eta / 2, 0);
        }
        return x;
    }

    private static double Size((double X, double Y) p) => Math.Sqrt(p.X * p.X + p.Y * p.Y);
}
