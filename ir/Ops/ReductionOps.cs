namespace MindDsl.Ir;

/// <summary>Elements combined along axes, which disappear.</summary>
public sealed record Reduce(Monoid Monoid, Seq<int> Axes) : Op(NameOf(Monoid))
{
    /// <inheritdoc/>
    public override string Attributes => $"<{Axes}>";

    /// <inheritdoc/>
    public override TensorType Infer(Seq<TensorType> operands)
    {
        var (axes, operand) = (Axes, operands[0]);
        if (axes.Any(a => a < 0 || a >= operand.Rank) || axes.Distinct().Count() != axes.Count)
            throw new MindDslException(Diagnostics.AxesDoNotFit(Name, axes, operand));
        Storage.Refuse(Name, operands);
        if (operand.DType == DType.Bool && Monoid is Monoid.Sum or Monoid.Product)
            throw new MindDslException(Diagnostics.ElementTypesDoNotFit(Name, Signature.Number, operands));
        if (Monoid is Monoid.Max or Monoid.Min && operand.DType.IsInteger && axes.Any(a => operand.Shape[a] == Dim.Of(0)))
            throw new MindDslException(Diagnostics.EmptyReduction(Name, operand));
        var kept = Kept(operand.Rank);
        return operand with { Shape = new(kept.Map(k => operand.Shape[k])) };
    }

    /// <inheritdoc/>
    public override ElementLaw Law(Seq<TensorType> operands)
    {
        var (operand, axes, kept) = (operands[0], Axes, Kept(operands[0].Rank));
        var load = new Scalar.Load(0, Seq.Range(operand.Rank).Map(Scalar (k) =>
            axes.IndexOf(k) is var r and >= 0 ? new Scalar.Index(r, Reduced: true) : new Scalar.Index(kept.IndexOf(k))), operand.DType);
        return new ElementLaw.Reduce(kept.Map(k => operand.Shape[k]), axes.Map(a => operand.Shape[a]), Monoid, load);
    }

    /// <inheritdoc/>
    public override Contribution? Pull(Rule rule, int operand, Term cotangent)
    {
        if (Monoid == Monoid.Sum) return Spread(cotangent, rule.X.Shape);
        if (Monoid == Monoid.Product) return Spread(cotangent, rule.X.Shape) * Products.OfOthers(rule.X, Axes);
        var ties = Ties(rule);
        return Spread(cotangent / ties.Sum(Axes), rule.X.Shape) * ties;
    }

    /// <inheritdoc/>
    public override Term? Push(Rule rule, int operand, Term tangent)
    {
        if (Monoid == Monoid.Sum) return tangent.Apply(this);
        if (Monoid == Monoid.Product) return (tangent * Products.OfOthers(rule.X, Axes)).Sum(Axes);
        var ties = Ties(rule);
        return (tangent * ties).Sum(Axes) / ties.Sum(Axes);
    }

    /// <summary>A value of the result's shape repeated along the reduced axes.</summary>
    public Term Spread(Term term, Shape shape) => term.Apply(new Broadcast(shape, Kept(shape.Rank)));

    private Seq<int> Kept(int rank)
    {
        var axes = Axes;
        return Seq.Range(rank).Where(k => axes.IndexOf(k) < 0).ToSeq();
    }

    /// <summary>1 for each element that is the largest, or the smallest: what ties shares the derivative.</summary>
    private Term Ties(Rule rule) => rule.X.EqualTo(Spread(rule.Y, rule.X.Shape)).To(rule.X.DType);

    private static string NameOf(Monoid monoid) => monoid switch
    {
        Monoid.Sum => "sum",
        Monoid.Product => "prod",
        Monoid.Max => "reduce_max",
        Monoid.Min => "reduce_min",
        Monoid.ArgMax => "argmax",
        Monoid.ArgMin => "argmin",
    };
}

/// <summary>The place (i64) of the largest or smallest element along an axis, which disappears; the first of equals.</summary>
public sealed record ArgReduce(Monoid Monoid, int Axis) : Op(Monoid == Monoid.ArgMax ? "argmax" : "argmin")
{
    /// <inheritdoc/>
    public override string Attributes => $"<{Axis}>";

    /// <inheritdoc/>
    public override TensorType Infer(Seq<TensorType> operands)
    {
        var (operand, axis) = (operands[0], Axis);
        Storage.Refuse(Name, operands);
        if (axis < 0 || axis >= operand.Rank) throw new MindDslException(Diagnostics.AxesDoNotFit(Name, [axis], operand));
        if (operand.Shape[axis] == Dim.Of(0)) throw new MindDslException(Diagnostics.EmptyReduction(Name, operand));
        return new(DType.I64, new(operand.Shape.Dims.Where((_, k) => k != axis).ToSeq()));
    }

    /// <inheritdoc/>
    public override ElementLaw Law(Seq<TensorType> operands)
    {
        var (operand, axis) = (operands[0], Axis);
        return new ElementLaw.Reduce(Infer(operands).Shape.Dims, [operand.Shape[axis]], Monoid, new Scalar.Load(0, Seq.Range(operand.Rank).Map(
            Scalar (k) => k == axis ? new Scalar.Index(0, Reduced: true) : new Scalar.Index(k < axis ? k : k - 1)), operand.DType));
    }

    /// <inheritdoc/>
    public override Contribution? Pull(Rule rule, int operand, Term cotangent) => null;

    /// <inheritdoc/>
    public override Term? Push(Rule rule, int operand, Term tangent) => null;
}

/// <summary>The products that the derivative of a product needs.</summary>
internal static class Products
{
    /// <summary>
    /// For each element the product of all others along the axes. The axes are flattened to one of length n, and neighbours are multiplied in pairs
    /// in log₂ n rounds: the product of the others is the partner times the product of the other pairs.
    /// </summary>
    public static Term OfOthers(Term x, Seq<int> axes)
    {
        var kept = Seq.Range(x.Rank).Where(k => axes.IndexOf(k) < 0).ToSeq();
        Seq<int> order = [.. kept, .. axes];
        var moved = x.Permute(order);
        var outer = kept.Map(k => x.Shape[k]);
        var length = new Shape(axes.Map(a => x.Shape[a])).Size;
        var result = AlongLast(moved.Reshape(new([.. outer, length])));
        return result.Reshape(moved.Shape).Permute(new Permute(order).Inverse);
    }

    private static Term AlongLast(Term x)
    {
        int last = x.Rank - 1;
        long n = x.Shape[last].Value;
        if (n <= 1) return x.Filled(1);
        var outer = x.Shape.Dims.Slice(0, last);
        var even = n % 2 == 0 ? x : Extend(x, 0, 1, 1);
        long pairs = (n + 1) / 2;
        var grid = even.Reshape(new([.. outer, pairs, 2]));
        var partner = grid.Apply(new Flip([last + 1]));
        var product = grid.Apply(new Reduce(Monoid.Product, [last + 1]));
        var others = AlongLast(product).Apply(new Broadcast(grid.Shape, Seq.Range(last + 1)));
        var result = (partner * others).Reshape(even.Shape);
        return n % 2 == 0 ? result : result.Apply(new Slice(Seq.Repeat(Dim.Of(0), x.Rank), x.Shape.Dims, Seq.Repeat(1, x.Rank)));
    }

    private static Term Extend(Term x, long low, long high, double fill)
    {
        var none = Seq.Repeat(Dim.Of(0), x.Rank);
        return x.Apply(new Pad(none.With(x.Rank - 1, low), none.With(x.Rank - 1, high), Seq.Repeat(0, x.Rank), fill));
    }
}
