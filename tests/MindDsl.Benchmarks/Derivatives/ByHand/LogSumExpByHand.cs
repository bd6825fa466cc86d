namespace MindDsl.Benchmarks.Derivatives.ByHand;

/// <summary>lse: a + log Σ exp (x - a).</summary>
internal sealed class LogSumExpByHand(double[] x)
{
    public double[] Gradient { get; } = new double[x.Length];

    public double Value()
    {
        double a = double.NegativeInfinity, sum = 0;
        foreach (double v in x) a = Math.Max(a, v);
        foreach (double v in x) sum += Math.Exp(v - a);
        return a + Math.Log(sum);
    }

    public double ValueAndGradient()
    {
        double a = double.NegativeInfinity, sum = 0;
        foreach (double v in x) a = Math.Max(a, v);
        for (int i = 0; i < x.Length; i++) sum += Gradient[i] = Math.Exp(x[i] - a);
        double scale = 1 / sum;
        for (int i = 0; i < x.Length; i++) Gradient[i] *= scale;
        return a + Math.Log(sum);
    }
}
