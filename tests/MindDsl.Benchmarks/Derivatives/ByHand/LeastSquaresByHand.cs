namespace MindDsl.Benchmarks.Derivatives.ByHand;

/// <summary>llsq: ½ Σᵢ (sign tᵢ - Σⱼ xⱼ tᵢʲ)².</summary>
internal sealed class LeastSquaresByHand(double[] x, int n)
{
    public double[] Gradient { get; } = new double[x.Length];

    public double Value()
    {
        double sum = 0;
        for (int i = 0; i < n; i++)
        {
            double t = -1 + 2.0 * i / (n - 1), p = 0;
            for (int j = x.Length - 1; j >= 0; j--) p = p * t + x[j];
            double r = Math.Sign(t) - p;
            sum += r * r;
        }
        return sum / 2;
    }

    public double ValueAndGradient()
    {
        Array.Clear(Gradient);
        double sum = 0;
        for (int i = 0; i < n; i++)
        {
            double t = -1 + 2.0 * i / (n - 1), p = 0;
            for (int j = x.Length - 1; j >= 0; j--) p = p * t + x[j];
            double r = Math.Sign(t) - p;
            sum += r * r;
            for (int j = 0; j < Gradient.Length; j++)
            {
                Gradient[j] -= r;
                r *= t;
            }
        }
        return sum / 2;
    }
}
