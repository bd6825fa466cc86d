namespace MindDsl.Ir;

public static partial class Prelude
{
    /// <summary>Numbers evenly spread over 0 ≤ x &lt; 1, as many and of the type of the elements of a tensor.</summary>
    public static Term UniformLike(Term key, Term like) => Uniform(key, like.Shape.ToArray(), like.DType);

    /// <summary>Normally distributed numbers, mean 0 and variance 1, as many and of the type of the elements of a tensor.</summary>
    public static Term NormalLike(Term key, Term like) => Normal(key, like.Shape.ToArray(), like.DType);

    /// <summary>
    /// A number of the gamma distribution with rate 1 for each concentration; NaN where that is not positive. It has a derivative by the concentration, which is that of the quantile.
    /// </summary>
    public static Term StandardGamma(Term key, Term concentration)
    {
        RequireKey(key);
        RequireFloat("standard_gamma", concentration);
        return new StandardGamma().On(key, concentration);
    }

    /// <summary>Draws as fractions strictly between 0 and 1, in f64.</summary>
    internal static Term OpenUniform(Term bits) => Fraction(bits, DType.F64) + Math.ScaleB(1, -54);

    /// <summary>The numbers below a count, as i64, in the block of a term.</summary>
    internal static Term Iota(this Term beside, long count) => Places(beside, Shape.Of(count), 0);
}
