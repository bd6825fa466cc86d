namespace MindDsl.Ir;

/// <summary>Functions that the base library lacks, in f64, to a few units in the last place wherever they are well conditioned.</summary>
/// <remarks>
/// Equation numbers A&amp;S are those of M. Abramowitz and I. Stegun, "Handbook of Mathematical Functions" (1964). The functions of the gamma family are
/// in <see cref="GammaFunctions"/>.
/// </remarks>
public static class SpecialFunctions
{
    private const double TwoOverRootPi = 1.1283791670955126;

    /// <summary>Past this erfc is less than half of the smallest number.</summary>
    private const double ErfcUnderflow = 27.3;

    /// <summary>(−1)ⁿ / (n! (2n + 1)), the Maclaurin coefficients of erf(x)·√π/(2x) in x² (A&amp;S 7.1.5).</summary>
    private static readonly double[] ErfSeries = MakeErfSeries(20);

    /// <summary>
    /// Chebyshev coefficients of (x + 1)·exp(x²)·erfc(x) in (x − 3)/(x + 3) on [0, ∞) (the transformation of J. Schonfelder, "Chebyshev expansions
    /// for the error and related functions", Math. Comp. 32 (1978)), computed with 50 digits.
    /// </summary>
    private static readonly double[] ErfcChebyshev =
    [
        1.5074253489495968212, -0.22415380799909320498, 0.033311418699360436342, 0.0047292022031601972889,
        -0.0046675840285747551217, 0.0015054589918591580606, -0.00026627940185075776875, 0.00001487337202881344605,
        4.6080561306514574756e-6, -9.6768022924061364467e-7, -4.5804960221250771046e-8, 3.4038358406645661016e-8,
        -2.5183402321363753396e-10, -1.1966477481246857439e-9, 3.1644331341059917281e-11, 4.6321164315224656145e-11,
        -8.0790237728415023165e-13, -1.9623983381122843085e-12, -3.4008985531041419957e-14, 8.654949127746540766e-14,
        6.5471471592290334758e-15, -3.6838636129200996324e-15, -6.0613187263120084914e-16, 1.3273121984901985228e-16,
        4.3939552352609762322e-17,
    ];

    /// <summary>exp(x) − 1 without cancellation.</summary>
    /// <remarks>W. Kahan's quotient: N. Higham, "Accuracy and Stability of Numerical Algorithms" (2002), section 1.14.1.</remarks>
    public static double Expm1(double x)
    {
        double y = Math.Exp(x);
        if (!(Math.Abs(x) < 1)) return y - 1;
        return y == 1 ? x : (y - 1) * x / Math.Log(y);
    }

    /// <summary>log(1 + x) without cancellation.</summary>
    /// <remarks>W. Kahan's quotient: D. Goldberg, "What every computer scientist should know about floating-point arithmetic" (1991), theorem 4.</remarks>
    public static double Log1p(double x)
    {
        double y = 1 + x;
        if (!(Math.Abs(x) < 1)) return Math.Log(y);
        return y == 1 ? x : x * Math.Log(y) / (y - 1);
    }

    /// <summary>The error function 2/√π ∫₀ˣ exp(−t²) dt.</summary>
    public static double Erf(double x)
    {
        if (double.IsNaN(x)) return x;
        double a = Math.Abs(x);
        if (a > 1) return Math.CopySign(1 - Erfc(a), x);
        double square = x * x;
        double sum = 0;
        for (int n = ErfSeries.Length - 1; n >= 0; n--) sum = sum * square + ErfSeries[n];
        return TwoOverRootPi * (x * sum);
    }

    /// <summary>1 − erf(x) without cancellation, down to the smallest numbers.</summary>
    public static double Erfc(double x)
    {
        if (double.IsNaN(x)) return x;
        if (x < 0.5) return 1 - Erf(x);
        if (x > ErfcUnderflow) return 0;
        // Clenshaw's recurrence.
        double t = (x - 3) / (x + 3), b1 = 0, b2 = 0;
        for (int k = ErfcChebyshev.Length - 1; k > 0; k--) (b1, b2) = (2 * t * b1 - b2 + ErfcChebyshev[k], b1);
        double scaled = (t * b1 - b2 + ErfcChebyshev[0] / 2) / (x + 1);
        // exp(−x²) with an error of one rounding, not x² of them: the square of the upper half is exact. Its root is taken twice so
        // that no factor but the last product is subnormal.
        double high = BitConverter.Int64BitsToDouble(BitConverter.DoubleToInt64Bits(x) & ~0xFFFFFFFFL);
        double root = Math.Exp(-high * high / 2);
        return root * (scaled * Math.Exp(-(x - high) * (x + high))) * root;
    }

    /// <summary>log |Γ(x)|; +∞ at the poles.</summary>
    public static double Lgamma(double x) => GammaFunctions.LogGamma(x);

    /// <summary>The derivative of log Γ; ∓∞ at ±0, NaN at the negative whole numbers.</summary>
    public static double Digamma(double x) => GammaFunctions.Digamma(x);

    /// <summary>The n-th derivative of the digamma function; NaN for a negative n.</summary>
    public static double Polygamma(int n, double x) => GammaFunctions.Polygamma(n, x);

    private static double[] MakeErfSeries(int count)
    {
        var series = new double[count];
        double factorial = 1;
        for (int n = 0; n < count; n++)
        {
            if (n > 0) factorial *= -n;
            series[n] = 1 / (factorial * (2 * n + 1));
        }
        return series;
    }
}
