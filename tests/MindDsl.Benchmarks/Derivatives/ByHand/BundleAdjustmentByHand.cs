namespace MindDsl.Benchmarks.Derivatives.ByHand;

/// <summary>ba: the errors, and the Jacobian in compressed rows; the derivative by the rotation is that of Rodrigues' formula, written out.</summary>
internal sealed class BundleAdjustmentByHand(int n, int m, int p, double[] cameras, double[] points, double[] weights, double[] features)
{
    private readonly double[] _dz = new double[9];

    public double[] Errors { get; } = new double[3 * p];

    public int[] Rows { get; } = new int[3 * p + 1];

    public int[] Columns { get; } = new int[31 * p];

    public double[] Values { get; } = new double[31 * p];

    public void Objective()
    {
        for (int i = 0; i < p; i++)
        {
            int c = i % n * 11, q = i % m * 3;
            var (zx, zy, zz) = Rotated(c, points[q] - cameras[c + 3], points[q + 1] - cameras[c + 4], points[q + 2] - cameras[c + 5]);
            double x = zx / zz, y = zy / zz, rho = x * x + y * y, s = 1 + cameras[c + 9] * rho + cameras[c + 10] * rho * rho;
            Errors[2 * i] = weights[i] * (cameras[c + 6] * s * x + cameras[c + 7] - features[2 * i]);
            Errors[2 * i + 1] = weights[i] * (cameras[c + 6] * s * y + cameras[c + 8] - features[2 * i + 1]);
            Errors[2 * p + i] = 1 - weights[i] * weights[i];
        }
    }

    public void Jacobian()
    {
        for (int i = 0; i < p; i++)
        {
            int c = i % n * 11, q = i % m * 3, at = 30 * i;
            double yx = points[q] - cameras[c + 3], yy = points[q + 1] - cameras[c + 4], yz = points[q + 2] - cameras[c + 5];
            var (zx, zy, zz) = Rotated(c, yx, yy, yz);
            double f = cameras[c + 6], k1 = cameras[c + 9], k2 = cameras[c + 10], w = weights[i];
            double x = zx / zz, y = zy / zz, rho = x * x + y * y, s = 1 + k1 * rho + k2 * rho * rho, ds = k1 + 2 * k2 * rho;
            double xx = w * f * (s + 2 * ds * x * x), xy = w * f * 2 * ds * x * y, yyy = w * f * (s + 2 * ds * y * y);
            RotationDerivatives(c, yx, yy, yz);
            for (int j = 0; j < 3; j++)
            {
                double ax = (_dz[j] - x * _dz[6 + j]) / zz, ay = (_dz[3 + j] - y * _dz[6 + j]) / zz;
                Values[at + j] = xx * ax + xy * ay;
                Values[at + 15 + j] = xy * ax + yyy * ay;
            }
            RotationMatrix(c);
            for (int j = 0; j < 3; j++)
            {
                double ax = (_dz[j] - x * _dz[6 + j]) / zz, ay = (_dz[3 + j] - y * _dz[6 + j]) / zz, ex = xx * ax + xy * ay, ey = xy * ax + yyy * ay;
                (Values[at + 3 + j], Values[at + 18 + j], Values[at + 11 + j], Values[at + 26 + j]) = (-ex, -ey, ex, ey);
            }
            (Values[at + 6], Values[at + 21]) = (w * s * x, w * s * y);
            (Values[at + 7], Values[at + 22], Values[at + 8], Values[at + 23]) = (w, 0, 0, w);
            (Values[at + 9], Values[at + 24]) = (w * f * rho * x, w * f * rho * y);
            (Values[at + 10], Values[at + 25]) = (w * f * rho * rho * x, w * f * rho * rho * y);
            (Values[at + 14], Values[at + 29]) = (f * s * x + cameras[c + 7] - features[2 * i], f * s * y + cameras[c + 8] - features[2 * i + 1]);
            Values[30 * p + i] = -2 * w;
            for (int e = 0; e < 2; e++)
            {
                Rows[2 * i + e] = at + 15 * e;
                for (int j = 0; j < 11; j++) Columns[at + 15 * e + j] = c + j;
                for (int j = 0; j < 3; j++) Columns[at + 15 * e + 11 + j] = 11 * n + q + j;
                Columns[at + 15 * e + 14] = 11 * n + 3 * m + i;
            }
            Rows[2 * p + i] = 30 * p + i;
            Columns[30 * p + i] = 11 * n + 3 * m + i;
        }
        Rows[3 * p] = 31 * p;
    }

    private (double X, double Y, double Z) Rotated(int c, double x, double y, double z)
    {
        double rx = cameras[c], ry = cameras[c + 1], rz = cameras[c + 2], square = rx * rx + ry * ry + rz * rz;
        if (square == 0) return (x + ry * z - rz * y, y + rz * x - rx * z, z + rx * y - ry * x);
        double angle = Math.Sqrt(square), cos = Math.Cos(angle), sin = Math.Sin(angle);
        (rx, ry, rz) = (rx / angle, ry / angle, rz / angle);
        double along = (rx * x + ry * y + rz * z) * (1 - cos);
        return (x * cos + (ry * z - rz * y) * sin + rx * along, y * cos + (rz * x - rx * z) * sin + ry * along, z * cos + (rx * y - ry * x) * sin + rz * along);
    }

    /// <summary>The derivatives of the rotated point by the point: the rotation itself, by rows.</summary>
    private void RotationMatrix(int c)
    {
        for (int j = 0; j < 3; j++) (_dz[j], _dz[3 + j], _dz[6 + j]) = Rotated(c, j == 0 ? 1 : 0, j == 1 ? 1 : 0, j == 2 ? 1 : 0);
    }

    private void RotationDerivatives(int c, double x, double y, double z)
    {
        double rx = cameras[c], ry = cameras[c + 1], rz = cameras[c + 2], square = rx * rx + ry * ry + rz * rz;
        Span<double> r = [rx, ry, rz];
        if (square == 0)
        {
            (_dz[0], _dz[3], _dz[6], _dz[1], _dz[4], _dz[7], _dz[2], _dz[5], _dz[8]) = (0, -z, y, z, 0, -x, -y, x, 0);
            return;
        }
        double angle = Math.Sqrt(square), cos = Math.Cos(angle), sin = Math.Sin(angle);
        double a = sin / angle, b = (1 - cos) / square, da = (cos - a) / square, db = (a - 2 * b) / square, dot = rx * x + ry * y + rz * z;
        Span<double> v = [x, y, z], cross = [ry * z - rz * y, rz * x - rx * z, rx * y - ry * x];
        Span<double> turned = [0, -z, y, z, 0, -x, -y, x, 0];
        for (int j = 0; j < 3; j++)
            for (int i = 0; i < 3; i++)
                _dz[3 * i + j] = -a * r[j] * v[i] + da * r[j] * cross[i] + a * turned[3 * j + i] + db * r[j] * dot * r[i] + b * (v[j] * r[i] + (i == j ? dot : 0));
    }
}
