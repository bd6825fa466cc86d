namespace MindDsl.Benchmarks.Derivatives.ByHand;

/// <summary>lstm: reverse mode by hand; what the backward sweep needs is kept for each character and layer.</summary>
internal sealed class LongShortTermMemoryByHand(int layers, int bits, double[] main, double[] extra, double[] state, double[] text)
{
    private readonly int _steps = text.Length / bits - 1;
    private readonly double[] _kept = new double[(text.Length / bits - 1) * layers * 8 * bits];
    private readonly double[] _tops = new double[(text.Length / bits - 1) * bits];
    private readonly double[] _sums = new double[text.Length / bits - 1];
    private readonly double[] _hidden = new double[layers * bits];
    private readonly double[] _cell = new double[layers * bits];
    private readonly double[] _v = new double[bits];
    private readonly double[] _dHidden = new double[layers * bits];
    private readonly double[] _dCell = new double[layers * bits];

    public double[] Main { get; } = new double[main.Length];

    public double[] Extra { get; } = new double[extra.Length];

    public double Value() => Forward(keep: false);

    public double ValueAndGradient()
    {
        double value = Forward(keep: true);
        Backward();
        return value;
    }

    private static double Sigmoid(double a) => 1 / (1 + Math.Exp(-a));

    private double Forward(bool keep)
    {
        for (int i = 0; i < layers; i++)
        {
            Array.Copy(state, 2 * i * bits, _hidden, i * bits, bits);
            Array.Copy(state, (2 * i + 1) * bits, _cell, i * bits, bits);
        }
        double total = 0;
        for (int t = 0; t < _steps; t++)
        {
            for (int j = 0; j < bits; j++) _v[j] = text[t * bits + j] * extra[j];
            for (int i = 0; i < layers; i++)
            {
                int w = 8 * i * bits, b = w + 4 * bits, at = (t * layers + i) * 8 * bits;
                for (int j = 0; j < bits; j++)
                {
                    double hidden = _hidden[i * bits + j], cell = _cell[i * bits + j], v = _v[j];
                    double forget = Sigmoid(v * main[w + j] + main[b + j]);
                    double ingate = Sigmoid(hidden * main[w + bits + j] + main[b + bits + j]);
                    double outgate = Sigmoid(v * main[w + 2 * bits + j] + main[b + 2 * bits + j]);
                    double change = Math.Tanh(hidden * main[w + 3 * bits + j] + main[b + 3 * bits + j]);
                    double next = cell * forget + ingate * change, squashed = Math.Tanh(next);
                    _cell[i * bits + j] = next;
                    _hidden[i * bits + j] = _v[j] = outgate * squashed;
                    if (!keep) continue;
                    int place = at + 8 * j;
                    _kept[place] = hidden;
                    _kept[place + 1] = cell;
                    _kept[place + 2] = v;
                    _kept[place + 3] = forget;
                    _kept[place + 4] = ingate;
                    _kept[place + 5] = outgate;
                    _kept[place + 6] = change;
                    _kept[place + 7] = squashed;
                }
            }
            double sum = 2;
            for (int j = 0; j < bits; j++)
            {
                if (keep) _tops[t * bits + j] = _v[j];
                _v[j] = _v[j] * extra[bits + j] + extra[2 * bits + j];
                sum += Math.Exp(_v[j]);
            }
            if (keep) _sums[t] = sum;
            double z = Math.Log(sum);
            for (int j = 0; j < bits; j++) total += text[(t + 1) * bits + j] * (_v[j] - z);
        }
        return -total / (bits * _steps);
    }

    private void Backward()
    {
        Array.Clear(Main);
        Array.Clear(Extra);
        Array.Clear(_dHidden);
        Array.Clear(_dCell);
        double scale = -1.0 / (bits * _steps);
        for (int t = _steps - 1; t >= 0; t--)
        {
            double ones = 0;
            for (int j = 0; j < bits; j++) ones += text[(t + 1) * bits + j];
            for (int j = 0; j < bits; j++)
            {
                double top = _tops[t * bits + j], y = top * extra[bits + j] + extra[2 * bits + j];
                double dy = scale * (text[(t + 1) * bits + j] - ones * Math.Exp(y) / _sums[t]);
                Extra[bits + j] += dy * top;
                Extra[2 * bits + j] += dy;
                _v[j] = dy * extra[bits + j];
            }
            for (int i = layers - 1; i >= 0; i--)
            {
                int w = 8 * i * bits, b = w + 4 * bits, at = (t * layers + i) * 8 * bits;
                for (int j = 0; j < bits; j++)
                {
                    int place = at + 8 * j;
                    double hidden = _kept[place], cell = _kept[place + 1], v = _kept[place + 2], forget = _kept[place + 3];
                    double ingate = _kept[place + 4], outgate = _kept[place + 5], change = _kept[place + 6], squashed = _kept[place + 7];
                    double dHidden = _dHidden[i * bits + j] + _v[j];
                    double dCell = _dCell[i * bits + j] + dHidden * outgate * (1 - squashed * squashed);
                    double dForget = dCell * cell * forget * (1 - forget), dIngate = dCell * change * ingate * (1 - ingate);
                    double dOutgate = dHidden * squashed * outgate * (1 - outgate), dChange = dCell * ingate * (1 - change * change);
                    Main[w + j] += dForget * v;
                    Main[w + bits + j] += dIngate * hidden;
                    Main[w + 2 * bits + j] += dOutgate * v;
                    Main[w + 3 * bits + j] += dChange * hidden;
                    Main[b + j] += dForget;
                    Main[b + bits + j] += dIngate;
                    Main[b + 2 * bits + j] += dOutgate;
                    Main[b + 3 * bits + j] += dChange;
                    _dCell[i * bits + j] = dCell * forget;
                    _dHidden[i * bits + j] = dIngate * main[w + bits + j] + dChange * main[w + 3 * bits + j];
                    _v[j] = dForget * main[w + j] + dOutgate * main[w + 2 * bits + j];
                }
            }
            for (int j = 0; j < bits; j++) Extra[j] += _v[j] * text[t * bits + j];
        }
    }
}
