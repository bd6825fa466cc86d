namespace MindDsl.Ir;

/// <summary>
/// A number of the gamma distribution with rate 1 for each concentration: operands are a key and the concentrations. Its derivative by the concentration is that of the quantile,
/// −(∂F/∂a)/(∂F/∂x) at the number that was drawn (implicit reparameterisation: M. Figurnov, S. Mohamed, A. Mnih, 2018), so that it is the same however the number was found.
/// </summary>
public sealed record StandardGamma() : Composite("standard_gamma")
{
    /// <summary>Draws per attempt: two for a normal number, one to accept it.</summary>
    private const long Draws = 3;

    /// <inheritdoc/>
    public override TensorType Infer(Seq<TensorType> operands) => operands[0] == TensorType.Scalar(DType.I64) && operands[1].DType is { IsFloat: true, IsStorage: false }
        ? operands[1]
        : throw new MindDslException(Diagnostics.ElementTypesDoNotFit(Name, Signature.Float, operands));

    /// <inheritdoc/>
    public override Term Define(Seq<Term> operands)
    {
        // G. Marsaglia and W. Tsang, "A simple method for generating gamma variables" (2000), element by element until each has accepted.
        var (key, given) = (operands[0], operands[1].To(DType.F64));
        var wanted = (given > given.Literal(0)).Select(given, given.Literal(1));
        var isSmall = wanted < wanted.Literal(1);
        var d = isSmall.Select(wanted + 1, wanted) - 1.0 / 3;
        var c = 1 / Prelude.Sqrt(9 * d);
        var shape = wanted.Shape;
        var count = shape.Size.Value;
        Term Uniform(Term attempt, long draw)
        {
            var place = attempt.Iota(count).Reshape(shape);
            return Prelude.OpenUniform(ElementwiseOps.RandomBits.On(key.In(attempt), (attempt * Draws + draw) * count + place));
        }
        var state = Matrices.Repeat(
            [wanted.Filled(0), new Term(key.Builder, Literal.Of(false)).BroadcastTo(shape), new Term(key.Builder, Literal.Index(0))],
            s => Prelude.Any(s[1].Apply(ElementwiseOps.Not)),
            s =>
            {
                var normal = Prelude.Sqrt(-2 * Prelude.Log(Uniform(s[2], 0))) * Prelude.Cos(2 * Math.PI * Uniform(s[2], 1));
                var root = 1 + c.In(normal) * normal;
                var v = root * root * root;
                var isPositive = v > v.Literal(0);
                var bound = 0.5 * normal * normal + d.In(normal) * (1 - v + Prelude.Log(isPositive.Select(v, v.Literal(1))));
                // What is not a number is accepted as it is, so that the loop ends.
                var accepts = isPositive & ElementwiseOps.Not.On(bound <= Prelude.Log(Uniform(s[2], 2)));
                accepts = ElementwiseOps.Or.On(accepts, ElementwiseOps.Not.On(ElementwiseOps.IsFinite.On(d.In(normal))));
                return [s[1].Select(s[0], accepts.Select(d.In(normal) * v, s[0])), ElementwiseOps.Or.On(s[1], accepts), s[2] + 1];
            });
        // Below 1 the number for a + 1 times u^(1/a); the counters below 0 belong to keys that are split off.
        var u = Uniform(new Term(key.Builder, Literal.Index(1L << 32)), 0);
        var result = isSmall.Select(state[0] * Prelude.Exp(Prelude.Log(u) / isSmall.Select(wanted, wanted.Literal(1))), state[0]);
        return (given > given.Literal(0)).Select(result, result.Literal(double.NaN)).To(operands[1].DType);
    }

    /// <inheritdoc/>
    public override Term? Push(Rule rule, int operand, Term tangent) => operand == 1 ? tangent * Slope(rule) : null;

    /// <inheritdoc/>
    public override Contribution? Pull(Rule rule, int operand, Term cotangent) => operand == 1 ? cotangent * Slope(rule) : null;

    /// <summary>
    /// With F = xᵃ e⁻ˣ / Γ(a + 1) · S, S = Σ tₙ, tₙ = xⁿ / ((a + 1) … (a + n)): the slope is −(x/a) (S (log x − ψ(a + 1)) + ∂S/∂a), where
    /// ∂tₙ/∂a = −tₙ (1/(a + 1) + … + 1/(a + n)).
    /// </summary>
    private static Term Slope(Rule rule)
    {
        var (a, x) = (rule[1].To(DType.F64), rule.Y.To(DType.F64));
        var none = a.Filled(0);
        var state = Matrices.Repeat(
            [a.Filled(1), none, a.Filled(1), none, a.Literal(0)],
            // Terms grow as long as a + n is less than x.
            s => Prelude.Any((s[0] > 1e-18 * s[2]) & ElementwiseOps.IsFinite.On(s[2])),
            s =>
            {
                var n = s[4] + 1;
                var divisor = a.In(n) + n;
                var (term, harmonic) = (s[0] * (x.In(n) / divisor), s[1] + 1 / divisor);
                return [term, harmonic, s[2] + term, s[3] - term * harmonic, n];
            });
        var isZero = x.EqualTo(x.Literal(0));
        var logarithm = Prelude.Log(isZero.Select(x.Literal(1), x));
        var slope = -(x / a) * (state[2] * (logarithm - Prelude.Digamma(a + 1)) + state[3]);
        return slope.To(rule.Y.DType);
    }
}
