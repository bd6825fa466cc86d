namespace MindDsl.Ir;

/// <remarks>
/// A key is an i64 scalar. Draw i of a key is <c>random_bits(key, i)</c>, i counting in row-major order; the keys that a key splits into are its bits at
/// negative counters. So all backends and any number of threads draw the same.
/// </remarks>
public static partial class Prelude
{
    /// <summary>Numbers evenly spread over 0 ≤ x &lt; 1: the upper 53 (f64) or 24 (f32) bits of each draw, as a fraction.</summary>
    public static Term Uniform(Term key, long[] shape, DType type = DType.F32) => Fraction(Bits(key, shape), type);

    /// <summary>Normally distributed numbers, mean 0 and variance 1 (Box and Muller: draws i and i + n/2 give numbers i and i + n/2).</summary>
    public static Term Normal(Term key, long[] shape, DType type = DType.F32)
    {
        long count = shape.Aggregate(1L, (a, b) => a * b), half = (count + 1) / 2;
        var uniform = Uniform(key, [2, half], type);
        var (u, v) = (At(uniform, Index(key, 0)), At(uniform, Index(key, 1)));
        // 1 − u is never 0.
        var radius = Sqrt(-2 * Log1p(-u));
        var angle = v * (2 * Math.PI);
        var pairs = Concat([radius * Cos(angle), radius * Sin(angle)]);
        return Slice(pairs, 0, 0, count).Reshape(Shape.Of(shape));
    }

    /// <summary>Bools that are true with a probability.</summary>
    public static Term Bernoulli(Term key, double probability, long[] shape)
    {
        var uniform = Uniform(key, shape, DType.F64);
        return uniform < uniform.Literal(probability);
    }

    /// <summary>Independent keys from one, which should not be used again.</summary>
    public static Term[] Split(Term key, int count)
    {
        RequireKey(key);
        return [.. Enumerable.Range(0, count).Select(i => ElementwiseOps.RandomBits.On(key, key.Literal(-1 - i)))];
    }

    /// <summary>An independent key from a key and a number, which may be computed, such as that of a step; 0 and more.</summary>
    public static Term FoldIn(Term key, Term number)
    {
        RequireKey(key);
        return ElementwiseOps.RandomBits.On(key, -1 - number.To(DType.I64));
    }

    /// <summary>x with each element dropped with a probability, the others scaled so that the mean stays.</summary>
    public static Term Dropout(Term x, Term key, double rate)
    {
        if (rate is not (>= 0 and < 1)) throw new MindDslException(Diagnostics.ArgumentOutOfRange("dropout", "rate", Text(rate), "0 and more, less than 1"));
        if (rate == 0) return x;
        var keep = Bernoulli(key, 1 - rate, x.Shape.ToArray());
        return keep.Select(x / (1 - rate), x.Literal(0));
    }

    private static Term Bits(Term key, long[] shape)
    {
        RequireKey(key);
        var counter = Places(key, Shape.Of(shape.Aggregate(1L, (a, b) => a * b)), 0);
        return ElementwiseOps.RandomBits.On(key, counter).Reshape(Shape.Of(shape));
    }

    private static Term Fraction(Term bits, DType type)
    {
        if (!type.IsFloat || type.IsStorage) throw new MindDslException(Diagnostics.ArgumentOutOfRange("uniform", "type", type.Name, "f32 or f64"));
        int digits = type == DType.F64 ? 53 : 24;
        // The shift keeps the sign; the mask clears what it brings in.
        var upper = ElementwiseOps.ShiftRight.On(bits, bits.Literal(64 - digits)) & new Term(bits.Builder, Literal.Index((1L << digits) - 1));
        return upper.To(type) * Math.ScaleB(1, -digits);
    }

    private static string Text(double number) => number.ToString("R", System.Globalization.CultureInfo.InvariantCulture);

    private static Term Index(Term beside, long index) => new(beside.Builder, Literal.Index(index));

    private static void RequireKey(Term key)
    {
        if (key.Type != TensorType.Scalar(DType.I64)) throw new MindDslException(Diagnostics.ElementTypesDoNotFit("a key", Signature.Integer, [key.Type]));
    }
}
