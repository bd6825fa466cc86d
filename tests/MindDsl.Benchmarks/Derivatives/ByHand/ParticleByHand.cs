namespace MindDsl.Benchmarks.Derivatives.ByHand;

/// <summary>particle: the force and its derivatives written out; the outer derivative by tangents, or back along the flight that was kept.</summary>
internal sealed class ParticleByHand
{
    private const double Dt = 0.1;
    private readonly List<(double X, double Y)> _flight = [];

    public double Solve(double start, bool reverse) =>
        DescentByHand.Minimise(start, w => Math.Pow(Fly(w, keep: false).Crossing, 2), reverse ? SlopeBackward : SlopeForward);

    /// <summary>What a charge at (10, c) does at a point: the force, and its derivatives by the point.</summary>
    private static (double X, double Y, double XX, double XY, double YY) Push(double x, double y, double c)
    {
        double dx = x - 10, dy = y - c, square = dx * dx + dy * dy, cube = 1 / (square * Math.Sqrt(square)), fifth = 3 * cube / square;
        return (dx * cube, dy * cube, cube - fifth * dx * dx, -fifth * dx * dy, cube - fifth * dy * dy);
    }

    private (double Crossing, double X, double Y, double VX, double VY) Fly(double w, bool keep)
    {
        double x = 0, y = 8, vx = 0.75, vy = 0;
        _flight.Clear();
        while (y + Dt * vy > 0)
        {
            if (keep) _flight.Add((x, y));
            double ax = x - 10, ay = y - (10 - w), bx = x - 10, by = y, a = ax * ax + ay * ay, b = bx * bx + by * by;
            double ca = 1 / (a * Math.Sqrt(a)), cb = 1 / (b * Math.Sqrt(b));
            double fx = ax * ca + bx * cb, fy = ay * ca + by * cb;
            (x, y) = (x + Dt * vx, y + Dt * vy);
            (vx, vy) = (vx + Dt * fx, vy + Dt * fy);
        }
        return (x - y / vy * vx, x, y, vx, vy);
    }

    private static double SlopeForward(double w)
    {
        double x = 0, y = 8, vx = 0.75, vy = 0, tx = 0, ty = 0, tvx = 0, tvy = 0;
        while (y + Dt * vy > 0)
        {
            var (a, b) = (Push(x, y, 10 - w), Push(x, y, 0));
            double ux = a.XX * tx + a.XY * (ty + 1) + b.XX * tx + b.XY * ty, uy = a.XY * tx + a.YY * (ty + 1) + b.XY * tx + b.YY * ty;
            (x, y, tx, ty) = (x + Dt * vx, y + Dt * vy, tx + Dt * tvx, ty + Dt * tvy);
            (vx, vy, tvx, tvy) = (vx + Dt * (a.X + b.X), vy + Dt * (a.Y + b.Y), tvx + Dt * ux, tvy + Dt * uy);
        }
        double t = y / vy, crossing = x - t * vx;
        return 2 * crossing * (tx - t * tvx - vx * (ty - t * tvy) / vy);
    }

    private double SlopeBackward(double w)
    {
        var (crossing, _, y, vx, vy) = Fly(w, keep: true);
        double t = y / vy, seed = 2 * crossing, slope = 0;
        double cx = seed, cy = -seed * vx / vy, cvx = -seed * t, cvy = seed * vx * t / vy;
        for (int i = _flight.Count - 1; i >= 0; i--)
        {
            var (px, py) = _flight[i];
            var (a, b) = (Push(px, py, 10 - w), Push(px, py, 0));
            slope += Dt * (a.XY * cvx + a.YY * cvy);
            double nx = cx + Dt * ((a.XX + b.XX) * cvx + (a.XY + b.XY) * cvy), ny = cy + Dt * ((a.XY + b.XY) * cvx + (a.YY + b.YY) * cvy);
            (cvx, cvy) = (cvx + Dt * cx, cvy + Dt * cy);
            (cx, cy) = (nx, ny);
        }
        return slope;
    }
}
