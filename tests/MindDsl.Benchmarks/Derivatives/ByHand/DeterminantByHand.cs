namespace MindDsl.Benchmarks.Derivatives.ByHand;

/// <summary>det by expansion along the first row; the derivative by an element is a minor, which is expanded as well.</summary>
internal sealed class DeterminantByHand(double[] m, int l)
{
    public double[] Gradient { get; } = new double[l * l];

    public double Value() => Minor(0, 0, -1);

    public double ValueAndGradient()
    {
        for (int i = 0; i < l; i++)
            for (int j = 0; j < l; j++) Gradient[i * l + j] = ((i + j) % 2 == 0 ? 1 : -1) * Minor(0, 1 << j, i);
        double sum = 0;
        for (int j = 0; j < l; j++) sum += m[j] * Gradient[j];
        return sum;
    }

    private double Minor(int row, int used, int without)
    {
        if (row == without) row++;
        if (row == l) return 1;
        double sum = 0, sign = 1;
        for (int j = 0; j < l; j++)
        {
            if ((used >> j & 1) == 1) continue;
            sum += sign * m[row * l + j] * Minor(row + 1, used | 1 << j, without);
            sign = -sign;
        }
        return sum;
    }
}
