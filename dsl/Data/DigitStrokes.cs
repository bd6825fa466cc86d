namespace MindDsl.Data;

/// <summary>A point of a drawing; x goes to the right and y down.</summary>
internal readonly record struct DrawnPoint(double X, double Y)
{
    public static DrawnPoint operator +(DrawnPoint a, DrawnPoint b) => new(a.X + b.X, a.Y + b.Y);

    public static DrawnPoint operator *(double k, DrawnPoint a) => new(k * a.X, k * a.Y);
}

/// <summary>
/// How people write digits: for each digit some ways to write it, for each way its strokes, for each stroke the points that a smooth curve
/// goes through, in a square of side 1. A point that stands twice makes a corner.
/// </summary>
internal static class DigitStrokes
{
    private const int StepsBetweenPoints = 6;

    /// <summary>The ways to write each digit; a stroke is a list of x and y in hundredths.</summary>
    public static readonly int[][][][] Ways =
    [
        [
            [[50, 0, 85, 18, 94, 50, 84, 84, 50, 100, 16, 84, 6, 50, 15, 18, 50, 0]],
            [[62, 4, 35, 2, 16, 30, 14, 68, 36, 98, 66, 96, 84, 66, 84, 28, 62, 4, 45, 8]],
        ],
        [
            [[50, 0, 50, 50, 50, 100]],
            [[28, 24, 55, 0, 55, 0, 55, 50, 55, 100]],
            [[30, 20, 52, 0, 52, 0, 52, 50, 52, 98], [25, 100, 52, 99, 80, 100]],
        ],
        [
            [[12, 26, 30, 4, 64, 3, 82, 26, 62, 60, 10, 99, 10, 99, 50, 98, 92, 97]],
            [[14, 18, 42, 0, 80, 16, 74, 46, 40, 82, 16, 96, 10, 82, 30, 78, 60, 94, 94, 94]],
        ],
        [
            [[14, 10, 48, 0, 80, 20, 66, 42, 38, 48, 38, 48, 74, 58, 86, 80, 52, 100, 10, 88]],
            [[12, 3, 45, 3, 84, 3, 84, 3, 42, 42, 42, 42, 80, 54, 86, 80, 50, 100, 10, 90]],
        ],
        [
            [[22, 4, 17, 30, 12, 56, 12, 56, 50, 55, 90, 52], [76, 0, 73, 50, 70, 100]],
            [[64, 100, 66, 50, 68, 0, 68, 0, 38, 34, 8, 66, 8, 66, 50, 66, 94, 65]],
            [[15, 4, 18, 40, 46, 55, 80, 36], [83, 2, 78, 50, 72, 100]],
        ],
        [
            [[86, 2, 55, 2, 26, 3, 26, 3, 20, 46, 20, 46, 58, 40, 88, 64, 66, 96, 12, 92]],
            [[30, 5, 22, 46, 22, 46, 62, 45, 86, 72, 52, 100, 10, 90], [30, 3, 60, 2, 88, 0]],
        ],
        [
            [[76, 2, 36, 20, 12, 60, 26, 95, 66, 98, 86, 72, 60, 50, 30, 58, 14, 76]],
            [[60, 0, 30, 35, 15, 70, 36, 100, 76, 90, 76, 60, 46, 52, 18, 72]],
        ],
        [
            [[10, 5, 50, 4, 90, 3, 90, 3, 66, 50, 46, 100]],
            [[10, 5, 50, 4, 88, 3, 88, 3, 66, 50, 44, 100], [32, 52, 56, 50, 82, 48]],
            [[10, 16, 14, 3, 14, 3, 50, 5, 88, 5, 88, 5, 58, 48, 44, 100]],
        ],
        [
            [[76, 14, 45, 0, 20, 20, 46, 46, 82, 72, 50, 100, 16, 75, 50, 46, 80, 20, 70, 6]],
            [[50, 2, 78, 22, 50, 47, 22, 22, 50, 2], [50, 47, 88, 74, 50, 100, 12, 74, 50, 47]],
        ],
        [
            [[84, 22, 52, 2, 18, 22, 40, 50, 82, 24, 82, 24, 78, 60, 66, 100]],
            [[80, 12, 45, 0, 15, 28, 45, 54, 80, 24, 80, 24, 82, 66, 44, 100, 15, 90]],
        ],
    ];

    /// <summary>A hand's version of a stroke: its points moved a little, and joined by a Catmull-Rom curve.</summary>
    public static DrawnPoint[] Curve(int[] stroke, double unsteadiness, RandomSequence random)
    {
        var points = new DrawnPoint[stroke.Length / 2];
        for (var i = 0; i < points.Length; i++)
        {
            var corner = i > 0 && stroke[2 * i] == stroke[2 * i - 2] && stroke[2 * i + 1] == stroke[2 * i - 1];
            points[i] = corner
                ? points[i - 1]
                : new(stroke[2 * i] / 100.0 + unsteadiness * random.Bell(), stroke[2 * i + 1] / 100.0 + unsteadiness * random.Bell());
        }

        var curve = new List<DrawnPoint> { points[0] };
        for (var i = 0; i + 1 < points.Length; i++)
        {
            if (points[i] == points[i + 1]) continue;
            var (before, after) = (points[Math.Max(i - 1, 0)], points[Math.Min(i + 2, points.Length - 1)]);
            for (var step = 1; step <= StepsBetweenPoints; step++)
                curve.Add(Between(before, points[i], points[i + 1], after, step / (double)StepsBetweenPoints));
        }
        return [.. curve];
    }

    private static DrawnPoint Between(DrawnPoint before, DrawnPoint from, DrawnPoint to, DrawnPoint after, double t)
    {
        var (squared, cubed) = (t * t, t * t * t);
        return 0.5 * ((2 * squared - cubed - t) * before + (2 - 5 * squared + 3 * cubed) * from
            + (t + 4 * squared - 3 * cubed) * to + (cubed - squared) * after);
    }
}
