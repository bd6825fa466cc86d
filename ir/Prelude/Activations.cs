namespace MindDsl.Ir;

/// <summary>How GELU is computed.</summary>
public enum GeluForm
{
    /// <summary>By the error function.</summary>
    Exact,

    /// <summary>By the hyperbolic tangent.</summary>
    Tanh,
}

public static partial class Prelude
{
    /// <summary>max(x, 0); derivative 0 at 0.</summary>
    public static Term Relu(Term x) => (x <= x.Literal(0)).Select(x.Literal(0), x);

    /// <summary>x limited to 0…6.</summary>
    public static Term Relu6(Term x) => Clamp(x, 0, 6);

    /// <summary>x where it is positive, slope · x elsewhere.</summary>
    public static Term LeakyRelu(Term x, double slope = 0.01) => Positive(x).Select(x, x * slope);

    /// <summary>x where it is positive, slope · x elsewhere; one slope, or one for each place along axis 1.</summary>
    public static Term PRelu(Term x, Term slopes)
    {
        var wide = slopes.Rank == 1 && x.Rank > 2 ? slopes.Reshape(new([slopes.Shape[0], .. Seq.Repeat(Dim.Of(1), x.Rank - 2)])) : slopes;
        return Positive(x).Select(x, x * wide);
    }

    /// <summary>x where it is positive, alpha (exp x − 1) elsewhere.</summary>
    public static Term Elu(Term x, double alpha = 1) => Positive(x).Select(x, alpha * Expm1(Negative(x)));

    /// <summary>x where it is positive, alpha (exp(x / alpha) − 1) elsewhere.</summary>
    public static Term Celu(Term x, double alpha = 1) => Positive(x).Select(x, alpha * Expm1(Negative(x) / alpha));

    /// <summary>The scaled ELU that keeps mean 0 and variance 1.</summary>
    public static Term Selu(Term x)
    {
        const double alpha = 1.6732632423543772848170429916717, scale = 1.0507009873554804934193349852946;
        return scale * Elu(x, alpha);
    }

    /// <summary>x Φ(x), Φ the normal distribution.</summary>
    public static Term Gelu(Term x, GeluForm form = GeluForm.Exact) => form == GeluForm.Exact
        ? 0.5 * x * Erfc(x * -0.70710678118654752440)
        : 0.5 * x * (1 + Tanh(0.79788456080286535588 * (x + 0.044715 * (x * x * x))));

    /// <summary>x σ(x).</summary>
    public static Term Silu(Term x) => x * Sigmoid(x);

    /// <summary>x tanh(softplus x).</summary>
    public static Term Mish(Term x) => x * Tanh(Softplus(x));

    /// <summary>clamp(x + 3, 0, 6) / 6.</summary>
    public static Term HardSigmoid(Term x) => Clamp(x + 3, 0, 6) / 6;

    /// <summary>x times <see cref="HardSigmoid"/>.</summary>
    public static Term HardSwish(Term x) => x * HardSigmoid(x);

    /// <summary>x / (1 + |x|).</summary>
    public static Term Softsign(Term x) => x / (1 + Abs(x));

    /// <summary>x − tanh x.</summary>
    public static Term TanhShrink(Term x) => x - Tanh(x);

    /// <summary>The first half along an axis times σ of the second.</summary>
    public static Term Glu(Term x, int axis = -1)
    {
        int k = Axis("glu", axis, x);
        long length = x.Shape[k].Value;
        if (length % 2 != 0) throw new MindDslException(Diagnostics.ArgumentOutOfRange("glu", "axis", $"{Text(k)} of {x.Type}", "an axis of even length"));
        return Part(x, k, 0, length / 2, 1) * Sigmoid(Part(x, k, length / 2, length / 2, 1));
    }

    private static Term Positive(Term x) => x > x.Literal(0);

    /// <summary>x where it is not positive, 0 elsewhere, so that exp of it cannot overflow.</summary>
    private static Term Negative(Term x) => Positive(x).Select(x.Literal(0), x);
}
