namespace MindDsl.Benchmarks.Derivatives.ByHand;

/// <summary>gmm, without the terms of the prior that are constant; matrices by rows, l below the diagonal column by column.</summary>
internal sealed class GaussianMixtureByHand(int n, int d, int k, int m, double gamma, double[] alpha, double[] mu, double[] q, double[] l, double[] x)
{
    private readonly double[] _t = new double[k * d * d];
    private readonly double[] _dt = new double[k * d * d];
    private readonly double[] _beta = new double[k];
    private readonly double[] _v = new double[k * d];
    private readonly double[] _s = new double[k];

    public double[] Alpha { get; } = new double[k];

    public double[] Mu { get; } = new double[k * d];

    public double[] Q { get; } = new double[k * d];

    public double[] L { get; } = new double[k * d * (d - 1) / 2];

    public double Value()
    {
        Unpack();
        double sum = Prior();
        for (int i = 0; i < n; i++) sum += Likelihood(i);
        return sum - n * LogSum(alpha);
    }

    public double ValueAndGradient()
    {
        Unpack();
        Array.Clear(Alpha);
        Array.Clear(Mu);
        Array.Clear(Q);
        Array.Clear(_dt);
        double sum = Prior();
        for (int i = 0; i < n; i++)
        {
            double lse = Likelihood(i);
            sum += lse;
            for (int c = 0; c < k; c++)
            {
                double w = Math.Exp(_beta[c] - lse);
                Alpha[c] += w;
                for (int a = 0; a < d; a++)
                {
                    double wv = w * _v[c * d + a];
                    int row = (c * d + a) * d;
                    for (int b = 0; b <= a; b++)
                    {
                        Mu[c * d + b] += wv * _t[row + b];
                        _dt[row + b] -= wv * (x[i * d + b] - mu[c * d + b]);
                    }
                }
            }
        }
        double total = LogSum(alpha);
        for (int c = 0; c < k; c++)
        {
            double weights = Alpha[c];
            Alpha[c] -= n * Math.Exp(alpha[c] - total);
            int place = c * d * (d - 1) / 2;
            for (int b = 0; b < d; b++)
            {
                double e = _t[(c * d + b) * d + b];
                Q[c * d + b] = weights + m + e * (_dt[(c * d + b) * d + b] - gamma * gamma * e);
                for (int a = b + 1; a < d; a++, place++) L[place] = _dt[(c * d + a) * d + b] - gamma * gamma * l[place];
            }
        }
        return sum - n * total;
    }

    private void Unpack()
    {
        for (int c = 0; c < k; c++)
        {
            int place = c * d * (d - 1) / 2;
            _s[c] = 0;
            for (int b = 0; b < d; b++)
            {
                _s[c] += q[c * d + b];
                _t[(c * d + b) * d + b] = Math.Exp(q[c * d + b]);
                for (int a = b + 1; a < d; a++) _t[(c * d + a) * d + b] = l[place++];
            }
        }
    }

    private double Prior()
    {
        double sum = 0;
        for (int c = 0; c < k; c++) sum += m * _s[c];
        double squares = 0;
        foreach (double e in _t) squares += e * e;
        return sum - gamma * gamma / 2 * squares;
    }

    private double Likelihood(int i)
    {
        for (int c = 0; c < k; c++)
        {
            double square = 0;
            for (int a = 0; a < d; a++)
            {
                double v = 0;
                int row = (c * d + a) * d;
                for (int b = 0; b <= a; b++) v += _t[row + b] * (x[i * d + b] - mu[c * d + b]);
                _v[c * d + a] = v;
                square += v * v;
            }
            _beta[c] = alpha[c] + _s[c] - square / 2;
        }
        return LogSum(_beta);
    }

    private static double LogSum(double[] x)
    {
        double a = double.NegativeInfinity, sum = 0;
        foreach (double v in x) a = Math.Max(a, v);
        foreach (double v in x) sum += Math.Exp(v - a);
        return a + Math.Log(sum);
    }
}
