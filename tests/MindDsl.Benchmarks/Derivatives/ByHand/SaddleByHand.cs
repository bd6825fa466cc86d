namespace MindDsl.Benchmarks.Derivatives.ByHand;

/// <summary>saddle: the outer gradient by tangents of the inner descent, or in reverse, where what went through the inner descent is zero.</summary>
internal static class SaddleByHand
{
    private const double Near = 1e-5;

    public static ((double X, double Y) X, (double X, double Y) Y) Solve((double X, double Y) start, bool reverse)
    {
        var x = DescentByHand.Minimise(start, p => Square(p) - Square(Highest(start)), reverse ? p => Backward(p, start) : p => Forward(p, start));
        return (x, Highest(start));
    }

    private static double Square((double X, double Y) p) => p.X * p.X + p.Y * p.Y;

    private static (double X, double Y) Highest((double X, double Y) start) => DescentByHand.Minimise(start, Square, p => (2 * p.X, 2 * p.Y));

    private static (double, double) Backward((double X, double Y) x, (double X, double Y) start)
    {
        Highest(start);
        return (2 * x.X, 2 * x.Y);
    }

    /// <summary>A descent for each coordinate, with the tangents of all that is computed.</summary>
    private static (double, double) Forward((double X, double Y) x, (double X, double Y) start) => (Tangent(2 * x.X, start), Tangent(2 * x.Y, start));

    private static double Tangent(double direct, (double X, double Y) start)
    {
        var (y, value, eta, steps) = (start, Square(start), Near, 0);
        double tx = 0, ty = 0;
        while (2 * Math.Sqrt(Square(y)) > Near)
        {
            if (steps == 10) (eta, steps) = (2 * eta, 0);
            var next = (X: y.X - eta * (2 * y.X), Y: y.Y - eta * (2 * y.Y));
            if (Math.Sqrt(Square((y.X - next.X, y.Y - next.Y))) <= Near) break;
            double found = Square(next);
            if (found < value) (y, value, tx, ty, steps) = (next, found, tx - eta * (2 * tx), ty - eta * (2 * ty), steps + 1);
            else (eta, steps) = (eta / 2, 0);
        }
        return direct - 2 * y.X * tx - 2 * y.Y * ty;
    }
}
