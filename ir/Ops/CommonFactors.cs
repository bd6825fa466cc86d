namespace MindDsl.Ir;

/// <summary>
/// Sums of products in derivatives: factors that are the same along the summed axes are multiplied with the sum, so that the summands need not be computed. As derivatives are those of
/// real functions, this is for them alone; sums that a user wrote are not rewritten. So (c / y) · y counts as c where y is 0 or infinite, too.
/// </summary>
internal static class CommonFactors
{
    /// <summary>The sum of a term over axes.</summary>
    public static Term Sum(Term term, Seq<int> axes)
    {
        if (axes.Count == 0) return term;
        var builder = term.Builder;
        var kept = Seq.Range(term.Rank).Where(k => axes.IndexOf(k) < 0).ToSeq();
        var shape = new Shape(kept.Map(k => term.Shape[k]));
        if (Same(builder, term.Atom, shape, kept) is { } same && Count(term.Shape, axes) is { } count) return same * count;
        if (builder.Definition(term.Atom) is not { } inner) return term.Sum(axes);
        switch (inner.Op.Name)
        {
            case "neg":
                return -Sum(builder[inner.Arguments[0]], axes);
            case "mul" when Same(builder, inner.Arguments[0], shape, kept) is { } factor && IsWide(inner.Arguments[1], term):
                return Product(factor, Sum(builder[inner.Arguments[1]], axes));
            case "mul" when Same(builder, inner.Arguments[1], shape, kept) is { } factor && IsWide(inner.Arguments[0], term):
                return Product(factor, Sum(builder[inner.Arguments[0]], axes));
            case "div" when Same(builder, inner.Arguments[1], shape, kept) is { } divisor && IsWide(inner.Arguments[0], term):
                return Sum(builder[inner.Arguments[0]], axes) / divisor;
            default:
                return term.Sum(axes);
        }
    }

    /// <summary>x · y, where (c / y) · y is c: what a logarithm of a sum gives back to what was taken out of the summands.</summary>
    private static Term Product(Term factor, Term sum) => factor.Builder.Definition(factor.Atom) switch
    {
        { Op.Name: "div", Arguments: [var dividend, var divisor] } when divisor.Equals(sum.Atom) => factor.Builder[dividend].BroadcastTo(sum.Shape),
        { Op.Name: "mul", Arguments: [var other, var inverse] } when factor.Builder.Definition(inverse) is { Op.Name: "div", Arguments: [Literal one, var divisor] }
            && one.Is(1) && divisor.Equals(sum.Atom) => factor.Builder[other].BroadcastTo(sum.Shape),
        _ => factor * sum,
    };

    private static bool IsWide(Atom operand, Term term) => operand.Tensor.Shape == term.Shape;

    /// <summary>An operand that is the same along all axes but those kept, in the shape of these.</summary>
    private static Term? Same(BlockBuilder builder, Atom operand, Shape shape, Seq<int> kept)
    {
        if (operand is Literal) return builder[operand];
        if (builder.Definition(operand) is not { Op: Broadcast wide } repeated || wide.Axes.Any(a => kept.IndexOf(a) < 0)) return null;
        return builder[repeated.Arguments[0]].Apply(new Broadcast(shape, wide.Axes.Map(a => kept.IndexOf(a))));
    }

    private static double? Count(Shape shape, Seq<int> axes)
    {
        double count = 1;
        foreach (int axis in axes)
        {
            if (!shape[axis].IsConstant) return null;
            count *= shape[axis].Value;
        }
        return count;
    }
}
