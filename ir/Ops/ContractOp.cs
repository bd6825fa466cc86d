namespace MindDsl.Ir;

/// <summary>
/// A contraction of two operands by an index law (einsum): every letter names an axis, a letter that the result lacks is summed over.
/// Letters are distinct within an operand, and each letter of an operand occurs in the other operand or in the result.
/// </summary>
/// <remarks>
/// Matrix product: <c>ij,jk->ik</c>. f32 is summed in f32, f64 in f64, in a fixed order, with fused multiply-add. f16 and bf16 are summed in f32, which the result is.
/// </remarks>
public sealed record Contract(string Left, string Right, string Result) : Op("contract")
{
    /// <inheritdoc/>
    public override string Notation => $"{Left},{Right}->{Result}";

    /// <inheritdoc/>
    public override string Attributes => $"<\"{Notation}\">";

    /// <summary>The letters that are summed over, in the order of the left operand.</summary>
    public string Summed => string.Concat(Left.Where(c => !Result.Contains(c)));

    /// <summary>The same contraction with the operands exchanged.</summary>
    public Contract Swapped => new(Right, Left, Result);

    /// <summary>True if letters are distinct where they have to be, and each stands in at least two places.</summary>
    private bool IsLaw => IsDistinct(Left) && IsDistinct(Right) && IsDistinct(Result)
        && Left.All(c => Right.Contains(c) || Result.Contains(c)) && Right.All(c => Left.Contains(c) || Result.Contains(c)) && Result.All(c => Left.Contains(c) || Right.Contains(c));

    /// <inheritdoc/>
    public override TensorType Infer(Seq<TensorType> operands)
    {
        var (x, y) = (operands[0], operands[1]);
        if (!x.DType.IsFloat) Storage.Refuse(Name, operands);
        if (x.DType != y.DType || x.DType == DType.Bool) throw new MindDslException(Diagnostics.ElementTypesDoNotFit(Name, Signature.Number, operands));
        if (x.Rank != Left.Length || y.Rank != Right.Length || !IsLaw) throw new MindDslException(Diagnostics.AxesDoNotContract(this, operands));
        foreach (char c in Left)
            if (Right.Contains(c) && x.Shape[Left.IndexOf(c)] != y.Shape[Right.IndexOf(c)])
                throw new MindDslException(Diagnostics.AxesDoNotContract(this, operands));
        return new(x.DType.Wide, new(Result.Select(c => Length(c, operands)).ToSeq()));
    }

    private static bool IsDistinct(string letters)
    {
        for (int k = 1; k < letters.Length; k++) if (letters.IndexOf(letters[k]) < k) return false;
        return true;
    }

    /// <summary>The length of the axis that a letter names.</summary>
    public Dim Length(char letter, Seq<TensorType> operands) => Left.Contains(letter)
        ? operands[0].Shape[Left.IndexOf(letter)]
        : operands[1].Shape[Right.IndexOf(letter)];

    /// <inheritdoc/>
    public override ElementLaw Law(Seq<TensorType> operands)
    {
        string summed = Summed;
        Scalar Index(char c) => Result.Contains(c) ? new Scalar.Index(Result.IndexOf(c)) : new Scalar.Index(summed.IndexOf(c), Reduced: true);
        Scalar Load(int k, string letters)
        {
            var load = new Scalar.Load(k, letters.Select(Index).ToSeq(), operands[k].DType);
            return load.DType.IsStorage ? new Scalar.Convert(load, load.DType.Wide) : load;
        }
        return new ElementLaw.Reduce(Infer(operands).Shape.Dims, summed.Select(c => Length(c, operands)).ToSeq(), Monoid.Sum,
            Load(0, Left) * Load(1, Right));
    }

    /// <inheritdoc/>
    public override Contribution? Pull(Rule rule, int operand, Term cotangent)
    {
        // The cotangent of a product of stored factors is f32; rounded to them, small ones would be lost before they are summed.
        var other = rule[1 - operand].To(cotangent.DType).Atom;
        var pulled = operand == 0
            ? rule.Builder.Apply(new Contract(Result, Right, Left), cotangent.Atom, other)
            : rule.Builder.Apply(new Contract(Left, Result, Right), other, cotangent.Atom);
        return new Term(rule.Builder, pulled).To(rule.Types[operand].DType);
    }

    /// <inheritdoc/>
    public override Term? Push(Rule rule, int operand, Term tangent) =>
        new Term(rule.Builder, rule.Builder.Apply(this, rule.Operands.With(operand, tangent.Atom).Span));
}
