namespace MindDsl.Data;

/// <summary>A small sheet of paper: for each pixel, how much of it the ink covers.</summary>
internal sealed class DigitCanvas(int rows, int columns)
{
    private readonly double[] ink = new double[rows * columns];

    /// <summary>Draws a line whose width goes from one to another; its edges are smooth.</summary>
    public void Line(DrawnPoint from, DrawnPoint to, double widthFrom, double widthTo)
    {
        var reach = Math.Max(widthFrom, widthTo) / 2 + 1;
        var (dx, dy) = (to.X - from.X, to.Y - from.Y);
        var squared = dx * dx + dy * dy;
        Visit(Math.Min(from.X, to.X), Math.Max(from.X, to.X), Math.Min(from.Y, to.Y), Math.Max(from.Y, to.Y), reach, (x, y, covered) =>
        {
            var along = squared > 0 ? Math.Clamp(((x - from.X) * dx + (y - from.Y) * dy) / squared, 0, 1) : 0;
            var distance = Distance(x - from.X - along * dx, y - from.Y - along * dy);
            return Math.Max(covered, Covered(distance, widthFrom + along * (widthTo - widthFrom)));
        });
    }

    /// <summary>Rubs out some of the ink in a disc.</summary>
    public void Rub(DrawnPoint centre, double width, double strength) =>
        Visit(centre.X, centre.X, centre.Y, centre.Y, width / 2 + 1, (x, y, covered) =>
            covered * (1 - strength * Covered(Distance(x - centre.X, y - centre.Y), width)));

    /// <summary>The pixels as bytes: the ink of the given darkness, and noise everywhere.</summary>
    public void Develop(Span<byte> pixels, double darkness, double noise, RandomSequence random)
    {
        for (var i = 0; i < ink.Length; i++)
            pixels[i] = (byte)(255 * Math.Clamp(darkness * ink[i] + noise * random.Bell(), 0, 1) + 0.5);
    }

    private static double Distance(double x, double y) => Math.Sqrt(x * x + y * y);

    private static double Covered(double distance, double width) => Math.Clamp(width / 2 - distance + 0.5, 0, 1);

    private void Visit(double left, double right, double top, double bottom, double reach, Func<double, double, double, double> change)
    {
        var (first, last) = (Math.Max((int)(left - reach), 0), Math.Min((int)(right + reach), columns - 1));
        for (var row = Math.Max((int)(top - reach), 0); row <= Math.Min((int)(bottom + reach), rows - 1); row++)
        {
            for (var column = first; column <= last; column++)
            {
                ref var pixel = ref ink[row * columns + column];
                pixel = change(column + 0.5, row + 0.5, pixel);
            }
        }
    }
}
