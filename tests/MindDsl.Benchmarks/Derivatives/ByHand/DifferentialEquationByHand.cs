namespace MindDsl.Benchmarks.Derivatives.ByHand;

/// <summary>ode: the steps of Runge and Kutta, and back through them; y is kept for each step, the slopes are computed again.</summary>
internal sealed class DifferentialEquationByHand(double[] x, int steps)
{
    private readonly double[] _y = new double[x.Length * (steps + 1)];
    private readonly double[][] _k = [new double[x.Length], new double[x.Length], new double[x.Length], new double[x.Length]];
    private readonly double[][] _at = [new double[x.Length], new double[x.Length], new double[x.Length], new double[x.Length]];
    private readonly double[] _dk = new double[x.Length];
    private readonly double[] _dAt = new double[x.Length];
    private readonly double[] _dy = new double[x.Length];
    private readonly double[] _sum = new double[x.Length];

    public double[] Gradient { get; } = new double[x.Length];

    public double Value()
    {
        Array.Clear(_y, 0, x.Length);
        for (int s = 0; s < steps; s++) Step(_y.AsSpan(s * x.Length, x.Length), _y.AsSpan((s + 1) * x.Length, x.Length));
        return _y[^1];
    }

    public double ValueAndGradient()
    {
        double value = Value(), h = 2.0 / steps;
        int n = x.Length;
        Array.Clear(Gradient);
        Array.Clear(_dy);
        _dy[n - 1] = 1;
        for (int s = steps - 1; s >= 0; s--)
        {
            Step(_y.AsSpan(s * n, n), default);
            Array.Copy(_dy, _sum, n);
            Array.Clear(_dAt);
            for (int stage = 3; stage >= 0; stage--)
            {
                double weight = stage is 0 or 3 ? h / 6 : h / 3, inner = stage == 2 ? h : h / 2;
                for (int i = 0; i < n; i++) _dk[i] = weight * _dy[i] + (stage == 3 ? 0 : inner * _dAt[i]);
                Gradient[0] += _dk[0];
                for (int i = 1; i < n; i++)
                {
                    Gradient[i] += _dk[i] * _at[stage][i - 1];
                    _dAt[i - 1] = _dk[i] * x[i];
                }
                _dAt[n - 1] = 0;
                for (int i = 0; i < n; i++) _sum[i] += _dAt[i];
            }
            Array.Copy(_sum, _dy, n);
        }
        return value;
    }

    private void Step(ReadOnlySpan<double> y, Span<double> next)
    {
        double h = 2.0 / steps;
        int n = x.Length;
        for (int stage = 0; stage < 4; stage++)
        {
            double inner = stage == 3 ? h : h / 2;
            double[] at = _at[stage], k = _k[stage];
            if (stage == 0) y.CopyTo(at);
            else
            {
                double[] last = _k[stage - 1];
                for (int i = 0; i < n; i++) at[i] = y[i] + inner * last[i];
            }
            k[0] = x[0];
            for (int i = 1; i < n; i++) k[i] = x[i] * at[i - 1];
        }
        for (int i = 0; i < next.Length; i++) next[i] = y[i] + h * (_k[0][i] + 2 * _k[1][i] + 2 * _k[2][i] + _k[3][i]) / 6;
    }
}
