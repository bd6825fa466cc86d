namespace MindDsl.Data;

/// <summary>
/// Digits that the program draws itself, for machines without MNIST: strokes as a hand makes them, each time a little different in form,
/// size, slant, place and width, with faint spots, stray marks and noise.
/// </summary>
public static class DrawnDigits
{
    private const int Side = 28;
    private const int DigitKinds = 10;

    // Keeps the numbers that draw images apart from those that other users of the same seed see.
    private const ulong Purpose = 0x6469676974730001;

    /// <summary>
    /// Draws digits, 28 by 28 pixels each, all ten equally often. They depend on the seed only and are the same on every machine; asking
    /// for more of them adds to them and doesn't change the others.
    /// </summary>
    /// <param name="train">How many to learn from; not negative.</param>
    /// <param name="test">How many to test with; not negative.</param>
    /// <param name="seed">Chooses the drawings.</param>
    /// <exception cref="MindDslException">MIND0630: a count is negative, or too large for one array.</exception>
    public static DigitData Create(int train, int test, ulong seed) => new(
        Draw(train, nameof(train), seed, 0),
        Draw(test, nameof(test), seed, 1),
        FormattableString.Invariant($"digits drawn by the program from seed {seed}, not MNIST"));

    private static DigitSet Draw(int count, string parameter, ulong seed, ulong half)
    {
        var most = Array.MaxLength / (Side * Side);
        if (count < 0 || count > most)
            throw new MindDslException(Diagnostics.DataArgument("DrawnDigits.Create", parameter, $"0 to {most}", count));

        var pixels = new byte[count * Side * Side];
        var labels = new byte[count];
        var own = seed ^ Purpose;
        Parallel.For(0, count, i =>
        {
            labels[i] = (byte)Shuffle.Permutation(DigitKinds, own + half, i / DigitKinds)[i % DigitKinds];
            var random = new RandomSequence(CounterRandom.Stream(own, ((half + 1) << 32) + (ulong)i));
            Draw(labels[i], pixels.AsSpan(i * Side * Side, Side * Side), random);
        });
        return new(count, Side, Side, pixels, labels);
    }

    private static void Draw(int digit, Span<byte> pixels, RandomSequence random)
    {
        var ways = DigitStrokes.Ways[digit];
        var way = ways[random.Below((uint)ways.Length)];
        var place = Placement.Next(random);
        var width = random.Between(1.4, 3.4);
        var unsteadiness = random.Between(0.01, 0.045);

        var canvas = new DigitCanvas(Side, Side);
        foreach (var stroke in way) DrawStroke(canvas, place, DigitStrokes.Curve(stroke, unsteadiness, random), width, random);
        Soil(canvas, place, random);
        canvas.Develop(pixels, random.Between(0.7, 1.1), random.Between(0, 0.09), random);
    }

    private static void DrawStroke(DigitCanvas canvas, Placement place, DrawnPoint[] curve, double width, RandomSequence random)
    {
        // The pressure of the pen changes from the beginning to the end of a stroke.
        var (begin, end) = (width * random.Between(0.75, 1.2), width * random.Between(0.75, 1.2));
        for (var i = 0; i + 1 < curve.Length; i++)
        {
            var (here, next) = (i / (curve.Length - 1.0), (i + 1) / (curve.Length - 1.0));
            canvas.Line(place.Of(curve[i]), place.Of(curve[i + 1]), begin + here * (end - begin), begin + next * (end - begin));
        }
    }

    private static void Soil(DigitCanvas canvas, Placement place, RandomSequence random)
    {
        for (var spots = random.Below(3); spots > 0; spots--)
            canvas.Rub(place.Of(new(random.Unit(), random.Unit())), random.Between(1, 4), random.Between(0.4, 1));
        if (random.Below(3) > 0) return;
        var mark = new DrawnPoint(random.Between(0, Side), random.Between(0, Side));
        canvas.Line(mark, mark + new DrawnPoint(2.5 * random.Bell(), 2.5 * random.Bell()), 1, random.Between(1, 2));
    }

    /// <summary>Where the square of the strokes lies on the canvas: turned, slanted, stretched and moved.</summary>
    private readonly record struct Placement(DrawnPoint Centre, DrawnPoint AxisX, DrawnPoint AxisY)
    {
        public DrawnPoint Of(DrawnPoint point) => Centre + (point.X - 0.5) * AxisX + (point.Y - 0.5) * AxisY;

        public static Placement Next(RandomSequence random)
        {
            // Sine and cosine by the tangent of half the angle: unlike the functions, divisions are the same everywhere.
            var half = 0.07 * random.Bell();
            var (sin, cos) = (2 * half / (1 + half * half), (1 - half * half) / (1 + half * half));
            var height = random.Between(15, 21);
            var width = height * random.Between(0.55, 0.95);
            var slant = 0.14 * random.Bell();
            return new(
                new(Side / 2.0 + 1.1 * random.Bell(), Side / 2.0 + 1.1 * random.Bell()),
                width * new DrawnPoint(cos, sin),
                height * new DrawnPoint(-sin - slant * cos, cos - slant * sin));
        }
    }
}
