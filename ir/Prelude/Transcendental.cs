using Ops = MindDsl.Ir.ElementwiseOps;

namespace MindDsl.Ir;

public static partial class Prelude
{
#pragma warning disable CS1591 // The names are those of mathematics.
    public static Term Exp(Term x) => Ops.Exp.On(x);
    public static Term Expm1(Term x) => Ops.Expm1.On(x);
    public static Term Log(Term x) => Ops.Log.On(x);
    public static Term Log1p(Term x) => Ops.Log1p.On(x);
    public static Term Sqrt(Term x) => Ops.Sqrt.On(x);
    public static Term Sin(Term x) => Ops.Sin.On(x);
    public static Term Cos(Term x) => Ops.Cos.On(x);
    public static Term Tan(Term x) => Ops.Tan.On(x);
    public static Term Asin(Term x) => Ops.Asin.On(x);
    public static Term Acos(Term x) => Ops.Acos.On(x);
    public static Term Atan(Term x) => Ops.Atan.On(x);
    public static Term Sinh(Term x) => Ops.Sinh.On(x);
    public static Term Cosh(Term x) => Ops.Cosh.On(x);
    public static Term Tanh(Term x) => Ops.Tanh.On(x);
    public static Term Asinh(Term x) => Ops.Asinh.On(x);
    public static Term Acosh(Term x) => Ops.Acosh.On(x);
    public static Term Atanh(Term x) => Ops.Atanh.On(x);
    public static Term Erf(Term x) => Ops.Erf.On(x);
    public static Term Erfc(Term x) => Ops.Erfc.On(x);
    public static Term Digamma(Term x) => Ops.Digamma.On(x);
    public static Term Sigmoid(Term x) => Ops.Sigmoid.On(x);
#pragma warning restore CS1591

    /// <summary>log |Γ(x)|.</summary>
    public static Term Lgamma(Term x) => Ops.Lgamma.On(x);

    /// <summary>The n-th derivative of digamma.</summary>
    public static Term Polygamma(Term x, int n) => n < 0
        ? throw new MindDslException(Diagnostics.ArgumentOutOfRange("polygamma", "n", Text(n), "0 and more"))
        : n == 0 ? Digamma(x) : Ops.Polygamma.On(x.Literal(n), x);

    /// <summary>2 to the power x.</summary>
    public static Term Exp2(Term x) => Ops.Pow.On(x.Literal(2), x);

    /// <summary>The logarithm to the base 2.</summary>
    public static Term Log2(Term x) => Log(x) / 0.69314718055994530942;

    /// <summary>The logarithm to the base 10.</summary>
    public static Term Log10(Term x) => Log(x) / 2.3025850929940456840;

    /// <summary>1 / √x.</summary>
    public static Term Rsqrt(Term x) => Reciprocal(Sqrt(x));

    /// <summary>The angle of the point (x, y), from −π to π.</summary>
    public static Term Atan2(Term y, Term x) => Ops.Atan2.On(y, x);

    /// <summary>log(1 + exp(βx)) / β, without overflow.</summary>
    public static Term Softplus(Term x, double beta = 1)
    {
        if (beta != 1) return Softplus(x * beta) / beta;
        // −|x| by a choice and not by abs, so that all derivatives are right at 0 as well.
        var positive = x > x.Literal(0);
        return Log1p(Exp(positive.Select(-x, x))) + positive.Select(x, x.Literal(0));
    }

    /// <summary>log σ(x), without overflow.</summary>
    public static Term LogSigmoid(Term x) => -Softplus(-x);

    /// <summary>log(exp x + exp y), without overflow.</summary>
    public static Term LogAddExp(Term x, Term y)
    {
        var larger = y < x;
        var (high, low) = (larger.Select(x, y), larger.Select(y, x));
        var equalInfinities = high.EqualTo(low) & Not(Ops.IsFinite.On(high));
        var difference = equalInfinities.Select(high.Literal(0), low - high);
        return equalInfinities.Select(StopGradient(high), high + Log1p(Exp(difference)));
    }

    /// <summary>√(x² + y²), without overflow; derivative 0 at the origin.</summary>
    public static Term Hypot(Term x, Term y)
    {
        // The value does not depend on the scale, so its derivative through the scale is 0.
        var largest = StopGradient(Ops.Max.On(Abs(x), Abs(y)));
        var usable = Ops.IsFinite.On(largest) & Not(IsZero(largest));
        var scale = usable.Select(largest, largest.Literal(1));
        var (a, b) = (x / scale, y / scale);
        return scale * RootFlatAtZero(a * a + b * b);
    }

    private static string Text(long number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
