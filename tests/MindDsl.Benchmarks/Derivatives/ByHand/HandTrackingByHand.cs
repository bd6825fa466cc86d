namespace MindDsl.Benchmarks.Derivatives.ByHand;

/// <summary>ht, simple: the Jacobian by tangents; an angle moves the bones from its own outwards only.</summary>
internal sealed class HandTrackingByHand(
    int[] parents, long[] firstAngle, long[] secondAngle, double[] relatives, double[] inverses, double[] positions, double[] weights, long[] places, double[] points, double[] theta)
{
    private const int Columns = 26;
    private readonly int _bones = parents.Length;
    private readonly int _vertices = positions.Length / 4;
    private readonly double[] _relative = new double[parents.Length * 16];
    private readonly double[] _absolute = new double[parents.Length * 16];
    private readonly double[] _transform = new double[parents.Length * 16];
    private readonly double[] _dRelative = new double[parents.Length * 16];
    private readonly double[] _dAbsolute = new double[parents.Length * 16];
    private readonly double[][] _dTransforms = [.. Enumerable.Range(0, Columns).Select(_ => new double[parents.Length * 16])];
    private readonly List<int>[] _moved = [.. Enumerable.Range(0, Columns).Select(_ => new List<int>())];
    private readonly double[] _skin = new double[positions.Length / 4 * 3];
    private readonly double[] _dSkin = new double[positions.Length / 4 * 3 * Columns];
    private readonly double[] _turn = new double[9];
    private readonly double[][] _dTurn = [new double[9], new double[9], new double[9]];
    private readonly double[] _matrix = new double[16];

    public double[] Errors { get; } = new double[places.Length * 3];

    public double[] Derivatives { get; } = new double[places.Length * 3 * Columns];

    public void Objective()
    {
        Pose();
        Rotate();
        Skin();
        for (int i = 0; i < Errors.Length; i++) Errors[i] = points[i] - _skin[places[i / 3] * 3 + i % 3];
    }

    public void Jacobian()
    {
        Pose();
        Rotate();
        for (int k = 6; k < Columns; k++) PoseTangent(k);
        Skin();
        SkinTangents();
        for (int i = 0; i < Errors.Length; i++)
        {
            int at = (int)places[i / 3] * 3 + i % 3;
            Errors[i] = points[i] - _skin[at];
            for (int k = 0; k < Columns; k++) Derivatives[i * Columns + k] = -_dSkin[at * Columns + k];
        }
    }

    /// <summary>Rz(b) Rx(a), or its derivative by a or by b.</summary>
    private void Turn(double a, double b, int derivative)
    {
        double ca = Math.Cos(a), sa = Math.Sin(a), cb = Math.Cos(b), sb = Math.Sin(b);
        ReadOnlySpan<double> m = derivative switch
        {
            0 => [cb, -sb * ca, sb * sa, 0, sb, cb * ca, -cb * sa, 0, 0, sa, ca, 0, 0, 0, 0, 1],
            1 => [0, sb * sa, sb * ca, 0, 0, -cb * sa, -cb * ca, 0, 0, ca, -sa, 0, 0, 0, 0, 0],
            _ => [-sb, -cb * ca, cb * sa, 0, cb, -sb * ca, sb * sa, 0, 0, 0, 0, 0, 0, 0, 0, 0],
        };
        m.CopyTo(_matrix);
    }

    private double Angle(long index) => index < Columns ? theta[index] : 0;

    private static void Multiply(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> c, bool add = false)
    {
        for (int i = 0; i < 4; i++)
            for (int j = 0; j < 4; j++)
            {
                double sum = add ? c[4 * i + j] : 0;
                for (int k = 0; k < 4; k++) sum += a[4 * i + k] * b[4 * k + j];
                c[4 * i + j] = sum;
            }
    }

    private static Span<double> Bone(double[] matrices, int b) => matrices.AsSpan(16 * b, 16);

    private void Pose()
    {
        for (int b = 0; b < _bones; b++)
        {
            Turn(Angle(firstAngle[b]), Angle(secondAngle[b]), 0);
            Multiply(Bone(relatives, b), _matrix, Bone(_relative, b));
            if (parents[b] < 0) Bone(_relative, b).CopyTo(Bone(_absolute, b));
            else Multiply(Bone(_absolute, parents[b]), Bone(_relative, b), Bone(_absolute, b));
            Multiply(Bone(_absolute, b), Bone(inverses, b), Bone(_transform, b));
        }
    }

    private void PoseTangent(int k)
    {
        _moved[k].Clear();
        for (int b = 0; b < _bones; b++)
        {
            bool own = firstAngle[b] == k || secondAngle[b] == k, above = parents[b] >= 0 && _moved[k].Contains(parents[b]);
            if (!own && !above) continue;
            _moved[k].Add(b);
            if (above) Multiply(Bone(_dAbsolute, parents[b]), Bone(_relative, b), Bone(_dAbsolute, b));
            if (own)
            {
                Turn(Angle(firstAngle[b]), Angle(secondAngle[b]), firstAngle[b] == k ? 1 : 2);
                Multiply(Bone(relatives, b), _matrix, Bone(_dRelative, b));
                if (parents[b] < 0) Bone(_dRelative, b).CopyTo(Bone(_dAbsolute, b));
                else Multiply(Bone(_absolute, parents[b]), Bone(_dRelative, b), Bone(_dAbsolute, b), above);
            }
            Multiply(Bone(_dAbsolute, b), Bone(inverses, b), Bone(_dTransforms[k], b));
        }
    }

    /// <summary>Rodrigues' formula in the form R = cos φ + sin φ / φ [g] + (1 - cos φ) / φ² g gᵀ, and its derivatives.</summary>
    private void Rotate()
    {
        double x = theta[0], y = theta[1], z = theta[2], square = x * x + y * y + z * z, phi = Math.Sqrt(square);
        if (phi < 1e-4)
        {
            ((double[])[1, 0, 0, 0, 1, 0, 0, 0, 1]).CopyTo(_turn, 0);
            foreach (double[] d in _dTurn) Array.Clear(d);
            return;
        }
        double cos = Math.Cos(phi), a = Math.Sin(phi) / phi, b = (1 - cos) / square, da = (cos - a) / square, db = (a - 2 * b) / square;
        ReadOnlySpan<double> g = [x, y, z], cross = [0, -z, y, z, 0, -x, -y, x, 0];
        for (int i = 0; i < 3; i++)
            for (int j = 0; j < 3; j++)
            {
                double unit = i == j ? 1 : 0, skew = cross[3 * i + j];
                _turn[3 * i + j] = cos * unit + a * skew + b * g[i] * g[j];
                for (int k = 0; k < 3; k++)
                {
                    int sign = i == j || k == i || k == j ? 0 : (j - i + 3) % 3 == 1 ? -1 : 1;
                    _dTurn[k][3 * i + j] = -a * g[k] * unit + da * g[k] * skew + a * sign + db * g[k] * g[i] * g[j] + b * ((i == k ? g[j] : 0) + (j == k ? g[i] : 0));
                }
            }
    }

    private void Skin()
    {
        for (int v = 0; v < _vertices; v++)
        {
            var (x, y, z) = Posed(v, _transform, null);
            for (int i = 0; i < 3; i++) _skin[3 * v + i] = _turn[3 * i] * x + _turn[3 * i + 1] * y + _turn[3 * i + 2] * z + theta[3 + i];
        }
    }

    private void SkinTangents()
    {
        for (int v = 0; v < _vertices; v++)
        {
            var (x, y, z) = Posed(v, _transform, null);
            for (int k = 0; k < Columns; k++)
            {
                double[] turn = _turn;
                var (dx, dy, dz) = (x, y, z);
                if (k < 3) turn = _dTurn[k];
                else if (k >= 6) (dx, dy, dz) = Posed(v, _dTransforms[k], _moved[k]);
                for (int i = 0; i < 3; i++)
                    _dSkin[(3 * v + i) * Columns + k] = k is >= 3 and < 6 ? (i == k - 3 ? 1 : 0) : turn[3 * i] * dx + turn[3 * i + 1] * dy + turn[3 * i + 2] * dz;
            }
        }
    }

    private (double X, double Y, double Z) Posed(int v, double[] transforms, List<int>? bones)
    {
        double x = 0, y = 0, z = 0;
        double px = positions[4 * v], py = positions[4 * v + 1], pz = positions[4 * v + 2], pw = positions[4 * v + 3];
        int count = bones?.Count ?? _bones;
        for (int n = 0; n < count; n++)
        {
            int b = bones?[n] ?? n, at = 16 * b;
            double w = weights[v * _bones + b];
            x += w * (transforms[at] * px + transforms[at + 1] * py + transforms[at + 2] * pz + transforms[at + 3] * pw);
            y += w * (transforms[at + 4] * px + transforms[at + 5] * py + transforms[at + 6] * pz + transforms[at + 7] * pw);
            z += w * (transforms[at + 8] * px + transforms[at + 9] * py + transforms[at + 10] * pz + transforms[at + 11] * pw);
        }
        return (x, y, z);
    }
}
