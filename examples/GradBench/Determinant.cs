using static MindDsl.Mind;

namespace MindDsl.Examples.GradBench;

/// <summary>
/// det: a determinant by expansion along the first row, recursively, with about l! multiplications.
/// <code>
/// det M = Σⱼ (-1)ʲ M₀ⱼ det (M without row 0 and column j)
/// </code>
/// Columns are marked as used by the bits of a whole number instead of being removed.
/// </summary>
internal static class Determinant
{
    public static Fn<double[,], double> Expansion()
    {
        Fn<double[,], int, int, double> minor = null!;
        minor = Fn((double[,] m, int row, int used) => Iterate(m.GetLength(1), new { Sum = 0.0, Sign = 1.0 }, (s, j) =>
            (used >> j & 1) == 1
                ? s
                : new { Sum = s.Sum + s.Sign * m[row, j] * (row + 1 == m.GetLength(0) ? 1 : minor(m, row + 1, used | 1 << j)), Sign = -s.Sign }).Sum);
        return Fn((double[,] m) => minor(m, 0, 0));
    }

    private static readonly Fn<double[,], double> Det = Expansion();

    private static readonly Fn<double[,], double[,]> Gradient = Det.Grad();

    public static Problem Problem { get; } = new("det", (function, input) =>
    {
        int l = input.Whole("ell");
        double[,] m = new double[l, l];
        Buffer.BlockCopy(input.Vector("A").ToArray<double>(), 0, m, 0, l * l * sizeof(double));
        return function switch
        {
            "primal" => Evaluation.Number(() => Det(m)),
            "gradient" => Evaluation.Of(() => Gradient(m), (json, g) =>
            {
                json.WriteStartArray();
                foreach (double x in g) json.WriteNumberValue(x);
                json.WriteEndArray();
            }),
            _ => null,
        };
    });
}
