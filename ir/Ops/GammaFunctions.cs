namespace MindDsl.Ir;

/// <summary>log |Γ| and its derivatives.</summary>
/// <remarks>
/// One plan for all: a series near the zeros, Stirling's asymptotic series far out on the right, the recurrence Γ(x + 1) = x Γ(x) between
/// them, and the reflection Γ(x) Γ(1 − x) = π / sin πx on the left (A&amp;S 6.1.15, 6.1.17).
/// </remarks>
internal static class GammaFunctions
{
    private const double EulerGamma = 0.57721566490153286061;
    private const double HalfLogTwoPi = 0.91893853320467274178;

    /// <summary>From here on the asymptotic series reach full precision.</summary>
    private const double Far = 12;

    /// <summary>The positive zero of the digamma function is the sum of these two.</summary>
    private const double DigammaZero = 1.4616321449683622;
    private const double DigammaZeroRest = 9.5499954299656977e-17;

    /// <summary>The Bernoulli numbers B₂, B₄, … (A&amp;S 23.2, table 23.2).</summary>
    private static readonly double[] Bernoulli =
    [
        1.0 / 6, -1.0 / 30, 1.0 / 42, -1.0 / 30, 5.0 / 66, -691.0 / 2730, 7.0 / 6, -3617.0 / 510, 43867.0 / 798, -174611.0 / 330, 854513.0 / 138,
    ];

    /// <summary>The coefficients of log Γ(2 + z): 1 − γ, then (−1)ᵏ (ζ(k) − 1)/k for k = 2, 3, … (A&amp;S 6.1.33).</summary>
    private static readonly double[] LogGammaSeries =
    [
        1 - EulerGamma, .. Enumerable.Range(2, 27).Select(k => (k % 2 == 0 ? 1 : -1) * Math.Pow(2, -k) * ScaledZeta(k, 2) / k),
    ];

    /// <summary>The Taylor coefficients of the digamma function at its positive zero: ψ⁽ᵏ⁾/k!, k = 1, 2, ….</summary>
    private static readonly double[] DigammaSeries =
        [.. Enumerable.Range(1, 24).Select(k => (k % 2 == 0 ? -1 : 1) * Math.Pow(DigammaZero, -k - 1) * ScaledZeta(k + 1, DigammaZero))];

    public static double LogGamma(double x)
    {
        if (double.IsInfinity(x)) return double.PositiveInfinity;
        if (x <= -0.5)
        {
            double sine = Math.Abs(SinPi(x));
            return sine == 0 ? double.PositiveInfinity : Math.Log(Math.PI / sine) - LogGamma(1 - x);
        }
        if (x < 0.5) return AroundTwo(x) - SpecialFunctions.Log1p(x) - Math.Log(Math.Abs(x));
        if (x < 1.5) return AroundTwo(x - 1) - SpecialFunctions.Log1p(x - 1);
        if (x >= Far) return Stirling(x);
        double product = 1;
        for (; x > 2.5; product *= x) x -= 1;
        return AroundTwo(x - 2) + Math.Log(product);
    }

    public static double Digamma(double x)
    {
        if (x == 0) return -1 / x;
        if (x < 0)
        {
            double fraction = x - Math.Round(x);
            return fraction == 0 || double.IsInfinity(x) ? double.NaN : Digamma(1 - x) - Math.PI / Math.Tan(Math.PI * fraction);
        }
        double distance = x - DigammaZero - DigammaZeroRest;
        if (Math.Abs(distance) < 0.25) return distance * Polynomial(DigammaSeries, distance);
        double steps = 0;
        for (; x < Far; x++) steps += 1 / x;
        // A&S 6.3.18.
        double series = 0, square = 1 / (x * x);
        for (int k = Bernoulli.Length; k > 0; k--) series = (series + Bernoulli[k - 1] / (2 * k)) * square;
        return Math.Log(x) - 0.5 / x - series - steps;
    }

    public static double Polygamma(int n, double x)
    {
        if (n == 0) return Digamma(x);
        if (n < 0 || double.IsNaN(x) || double.IsNegativeInfinity(x)) return double.NaN;
        bool odd = n % 2 != 0;
        if (x <= 0)
        {
            double fraction = x - Math.Round(x);
            if (fraction == 0) return odd ? double.PositiveInfinity : x == 0 ? -1 / x : double.NaN;
            // A&S 6.4.7: ψ⁽ⁿ⁾(1 − x) + (−1)ⁿ⁺¹ ψ⁽ⁿ⁾(x) = (−1)ⁿ π dⁿ/dxⁿ cot πx.
            double slope = CotangentDerivative(n, 1 / Math.Tan(Math.PI * fraction));
            return odd ? -slope - Polygamma(n, 1 - x) : Polygamma(n, 1 - x) - slope;
        }
        if (double.IsInfinity(x)) return 0;
        // A&S 6.4.10: (−1)ⁿ⁺¹ n! ζ(n + 1, x), as n!/xⁿ⁺¹ times the scaled zeta function.
        double scale = 1 / x;
        for (int k = 1; k <= n; k++) scale *= k / x;
        double value = scale * ScaledZeta(n + 1, x);
        return odd ? value : -value;
    }

    /// <summary>xˢ ζ(s, x) = Σₖ (x/(x + k))ˢ for a whole s ≥ 2 and x &gt; 0, by the sum formula of Euler and Maclaurin (A&amp;S 23.1.30).</summary>
    private static double ScaledZeta(int s, double x)
    {
        double sum = 0, y = x;
        for (; y < Far + s; y++) sum += Math.Pow(x / y, s);
        double tail = 0, square = 1 / (y * y);
        // The k-th term is B₂ₖ/(2k)! · s (s+1) … (s+2k−2) · y^(1−2k); the products are nested.
        for (int k = Bernoulli.Length; k > 0; k--)
        {
            double next = k == Bernoulli.Length ? 0 : (s + 2.0 * k - 1) * (s + 2.0 * k) / ((2.0 * k + 1) * (2.0 * k + 2)) * square * tail;
            tail = Bernoulli[k - 1] + next;
        }
        tail *= s / (2 * y);
        return sum + Math.Pow(x / y, s) * (y / (s - 1) + 0.5 + tail);
    }

    /// <summary>log Γ(2 + z) for |z| ≤ ½.</summary>
    private static double AroundTwo(double z) => z * Polynomial(LogGammaSeries, z);

    /// <summary>A&amp;S 6.1.40.</summary>
    private static double Stirling(double x)
    {
        double series = 0, square = 1 / (x * x);
        for (int k = Bernoulli.Length; k > 0; k--) series = series * square + Bernoulli[k - 1] / (2 * k * (2 * k - 1));
        return (x - 0.5) * (Math.Log(x) - 1) + (HalfLogTwoPi - 0.5 + series / x);
    }

    private static double Polynomial(double[] coefficients, double x)
    {
        double sum = 0;
        for (int k = coefficients.Length - 1; k >= 0; k--) sum = sum * x + coefficients[k];
        return sum;
    }

    /// <summary>sin πx, exact at whole numbers.</summary>
    private static double SinPi(double x)
    {
        double nearest = Math.Round(x);
        double sine = Math.Sin(Math.PI * (x - nearest));
        return Math.IEEERemainder(nearest, 2) == 0 ? sine : -sine;
    }

    /// <summary>π dⁿ/dxⁿ cot πx as a polynomial in c = cot πx, whose derivative is −π (1 + c²).</summary>
    private static double CotangentDerivative(int n, double c)
    {
        var polynomial = new double[n + 2];
        polynomial[1] = Math.PI;
        for (int step = 1; step <= n; step++)
        {
            var next = new double[n + 2];
            for (int k = 1; k <= step; k++)
            {
                next[k - 1] -= Math.PI * k * polynomial[k];
                next[k + 1] -= Math.PI * k * polynomial[k];
            }
            polynomial = next;
        }
        return Polynomial(polynomial, c);
    }
}
