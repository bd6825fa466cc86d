namespace MindDsl.Ir;

/// <summary>A function of numbers whose derivatives are known to any order, to be taken of a symmetric matrix.</summary>
public enum SpectralKind
{
    /// <summary>The exponential.</summary>
    Exp,

    /// <summary>The natural logarithm.</summary>
    Log,

    /// <summary>A power.</summary>
    Pow,
}

/// <summary>
/// A function f of symmetric matrices, V f(Λ) Vᵀ, and its derivatives, given A and its eigenvectors V and then any number of matrices E₁ … Eₘ: with Ē = Vᵀ E V the sum over i₀ … iₘ of
/// f[λᵢ₀, …, λᵢₘ] v(i₀) Ē₁(i₀, i₁) ⋯ Ēₘ(iₘ₋₁, iₘ) v(iₘ)ᵀ, where f[…] are the divided differences (Daleckii and Krein, 1965). A further derivative puts its matrix between two of the others, and the transpose turns the
/// chain round, so that all derivatives are of this form. Divided differences have limits where eigenvalues are equal; nothing is divided by a distance that is 0.
/// </summary>
/// <param name="Kind">The function.</param>
/// <param name="Power">The exponent of a power.</param>
public sealed record SpectralFunction(SpectralKind Kind, double Power = 0) : Composite("spectral_function")
{
    /// <inheritdoc/>
    public override string Attributes => Kind == SpectralKind.Pow ? $"<power, {Literal.Of(DType.F64, Power)}>" : Kind == SpectralKind.Exp ? "<exponential>" : "<logarithm>";

    /// <inheritdoc/>
    public override TensorType Infer(Seq<TensorType> operands)
    {
        var a = Matrices.RequireSquare(Name, operands[0]);
        return operands.All(o => o.Equals(a)) ? a : throw new MindDslException(Diagnostics.ShapesDoNotFit(Name, "all are square matrices of one type", ("A", a), ("V", operands[1])));
    }

    /// <inheritdoc/>
    public override Term Define(Seq<Term> operands)
    {
        var (a, v, chain) = (operands[0], operands[1], operands.Count - 2);
        var values = new ValuesOfVectors().On(v, a, v);
        if (chain == 0) return (v * Derivative(values, 0).AsRow()).Times(v.T());
        int batch = a.Rank - 2;
        Shape Along(params ReadOnlySpan<int> axes)
        {
            var lengths = new Dim[batch + chain + 1];
            for (int k = 0; k < lengths.Length; k++) lengths[k] = k < batch ? a.Shape[k] : axes.Contains(k - batch) ? a.Rows() : 1;
            return new(Seq.Create<Dim>(lengths));
        }
        var full = Along([.. Enumerable.Range(0, chain + 1)]);
        Term Spread(Term x, Shape along)
        {
            var kept = Seq.Range(along.Rank).Where(k => k < batch || along[k] == full[k]).ToSeq();
            return x.Apply(new Broadcast(full, kept));
        }
        var product = Divided([.. Enumerable.Range(0, chain + 1).Select(k => Spread(values, Along(k)))]);
        for (int k = 0; k < chain; k++) product *= Spread(v.T().Times(operands[2 + k]).Times(v), Along(k, k + 1));
        var sum = chain == 1 ? product : product.Sum([.. Enumerable.Range(1, chain - 1).Select(k => batch + k)]);
        return v.Times(sum).Times(v.T());
    }

    /// <inheritdoc/>
    public override Term? Push(Rule rule, int operand, Term tangent)
    {
        if (operand == 1) return null;
        var (chain, own) = (Chain(rule), Seq.Range(2).Map(k => rule[k]));
        if (operand > 1) return On([.. own, .. chain.With(operand - 2, tangent)]);
        Term? sum = null;
        for (int k = 0; k <= chain.Count; k++)
        {
            var part = On([.. own, .. chain.Slice(0, k), tangent, .. chain.Slice(k, chain.Count - k)]);
            sum = sum is { } so ? so + part : part;
        }
        return sum;
    }

    /// <inheritdoc/>
    public override Contribution? Pull(Rule rule, int operand, Term cotangent)
    {
        if (operand == 1) return null;
        var (chain, own) = (Chain(rule), Seq.Range(2).Map(k => rule[k]));
        // The chain as a ring, in which the cotangent closes it, cut where the operand is.
        Term Cut(int before, int after) => On([.. own, .. chain.Slice(after, chain.Count - after), cotangent.T(), .. chain.Slice(0, before)]).T();
        if (operand > 1) return Cut(operand - 2, operand - 1);
        var sum = Cut(0, 0);
        for (int k = 1; k <= chain.Count; k++) sum += Cut(k, k);
        return sum;
    }

    private static Seq<Term> Chain(Rule rule) => Seq.Range(rule.Operands.Count - 2).Map(k => rule[k + 2]);

    /// <summary>
    /// The divided difference of some points, which are brought in ascending order so that the first and the last are farthest apart. Those of points that are nearly equal are the derivative at their mean: where the
    /// distance is the (j + 2)th root of the rounding, the error of either is no larger than its square.
    /// </summary>
    private Term Divided(Term[] points)
    {
        for (int round = 0; round < points.Length; round++)
            for (int k = round % 2; k + 1 < points.Length; k += 2)
                (points[k], points[k + 1]) = (Prelude.Minimum(points[k], points[k + 1]), Prelude.Maximum(points[k], points[k + 1]));
        var table = points.Select(p => Derivative(p, 0)).ToArray();
        double factorial = 1;
        for (int j = 1; j < points.Length; j++)
        {
            factorial *= j;
            double near = Math.Pow(Spectra.Epsilon(points[0]), 1.0 / (j + 2));
            for (int i = 0; i + j < points.Length; i++)
            {
                var mean = points[i];
                for (int k = 1; k <= j; k++) mean += points[i + k];
                mean /= mean.Literal(j + 1);
                var distance = points[i + j] - points[i];
                var isNear = distance <= (Kind == SpectralKind.Exp ? mean.Filled(near) : near * Prelude.Abs(mean));
                table[i] = isNear.Select(Derivative(mean, j) / mean.Literal(factorial), (table[i + 1] - table[i]) / isNear.Select(distance.Literal(1), distance));
            }
        }
        return table[0];
    }

    private Term Derivative(Term x, int order)
    {
        if (Kind == SpectralKind.Exp) return ElementwiseOps.Exp.On(x);
        if (Kind == SpectralKind.Log && order == 0) return ElementwiseOps.Log.On(x);
        // The derivatives of the logarithm are those of x⁻¹.
        var (factor, power, count) = Kind == SpectralKind.Log ? (1.0, -1.0, order - 1) : (1.0, Power, order);
        for (int k = 0; k < count; k++) factor *= power--;
        return factor == 0 ? x.Filled(0) : power == 0 ? x.Filled(factor) : factor * ElementwiseOps.Pow.On(x, x.Literal(power));
    }
}
