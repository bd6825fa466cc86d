namespace MindDsl.Ir;

/// <summary>How many elements become one.</summary>
public enum Monoid
{
    /// <summary>The sum; 0 of nothing.</summary>
    Sum,

    /// <summary>The product; 1 of nothing.</summary>
    Product,

    /// <summary>The largest; −∞ of nothing; NaN if one is NaN. Of bools: any.</summary>
    Max,

    /// <summary>The smallest; +∞ of nothing; NaN if one is NaN. Of bools: all.</summary>
    Min,

    /// <summary>The first place (i64) of the largest; NaN counts as the largest.</summary>
    ArgMax,

    /// <summary>The first place (i64) of the smallest; NaN counts as the smallest.</summary>
    ArgMin,
}

/// <summary>
/// The meaning of an operation on tensors, element by element, from which shapes of loops, the interpreter and every
/// backend's code follow.
/// </summary>
public abstract record ElementLaw
{
    private protected ElementLaw() { }

    /// <summary><c>y[i] = body(i)</c>.</summary>
    public sealed record Map(Seq<Dim> Space, Scalar Body) : ElementLaw;

    /// <summary>
    /// <c>y[i] = ⊕ over r of body(i, r)</c>, in the order of the reduced indices, last index fastest. With ArgMax and ArgMin the reduced space has one axis.
    /// </summary>
    public sealed record Reduce(Seq<Dim> Space, Seq<Dim> Reduced, Monoid Monoid, Scalar Body) : ElementLaw;

    /// <summary>
    /// <c>y = operand 0</c>, then for every index i of the space, last index fastest: <c>y[target(i)] += body(i)</c>, or <c>= body(i)</c> when <c>Overwrite</c>. A target
    /// for which <c>Guard</c> is false is passed over.
    /// </summary>
    public sealed record Scatter(Seq<Dim> Space, Seq<Scalar> Target, Scalar? Guard, bool Overwrite, Scalar Body) : ElementLaw;
}
