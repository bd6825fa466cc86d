namespace MindDsl.Ir;

/// <summary>
/// An operand together with the block that operations on it are bound in, so that formulas over the IR read like mathematics. Operands of
/// different shapes broadcast by NumPy's rule, and a .NET number takes the element type of the term beside it.
/// </summary>
public readonly struct Term(BlockBuilder builder, Atom atom)
{
    /// <summary>The block.</summary>
    public BlockBuilder Builder { get; } = builder;

    /// <summary>The operand.</summary>
    public Atom Atom { get; } = atom;

    /// <summary>The type.</summary>
    public TensorType Type => Atom.Tensor;

    /// <summary>The shape.</summary>
    public Shape Shape => Type.Shape;

    /// <summary>The element type.</summary>
    public DType DType => Type.DType;

    /// <summary>The number of axes.</summary>
    public int Rank => Type.Rank;

    /// <summary>A literal of this term's element type.</summary>
    public Term Literal(double value) => new(Builder, Ir.Literal.Of(DType, value));

    /// <summary>This term's shape filled with a number.</summary>
    public Term Filled(double value) => Literal(value).BroadcastTo(Shape);

    /// <summary>The result of a unary operation.</summary>
    public Term Apply(Op op) => new(Builder, Builder.Apply(op, Atom));

    /// <summary>The result of an operation whose operands broadcast.</summary>
    public static Term Pointwise(Op op, params ReadOnlySpan<Term> operands)
    {
        var shape = Shape.Scalar;
        foreach (var operand in operands)
            shape = Shape.Broadcast(shape, operand.Shape)
                ?? throw new MindDslException(Diagnostics.ShapesDoNotBroadcast(op.Name, shape, operand.Type));
        var atoms = new Atom[operands.Length];
        for (int i = 0; i < atoms.Length; i++)
            atoms[i] = operands[i].Atom is Literal ? operands[i].Atom : operands[i].BroadcastTo(shape).Atom;
        var result = new Term(operands[0].Builder, operands[0].Builder.Apply(op, atoms));
        return result.BroadcastTo(shape);
    }

    /// <summary>This term repeated along new axes and axes of length 1 (NumPy: broadcast_to).</summary>
    /// <exception cref="MindDslException">MIND0202: the shape cannot be reached.</exception>
    public Term BroadcastTo(Shape shape)
    {
        if (Shape == shape) return this;
        int added = shape.Rank - Rank;
        if (added < 0) throw new MindDslException(Diagnostics.ShapesDoNotBroadcast("broadcast", shape, Type));
        var kept = new List<int>();
        var dims = new List<Dim>();
        for (int k = 0; k < Rank; k++)
        {
            if (Shape[k] == shape[k + added]) (kept, dims).Append(k + added, Shape[k]);
            else if (Shape[k] != Dim.Of(1)) throw new MindDslException(Diagnostics.ShapesDoNotBroadcast("broadcast", shape, Type));
        }
        var narrow = dims.Count == Rank ? this : Apply(new Reshape(new(dims.ToSeq())));
        return narrow.Apply(new Broadcast(shape, kept.ToSeq()));
    }

    /// <summary>The sum over axes, which disappear.</summary>
    public Term Sum(Seq<int> axes) => axes.Count == 0 ? this : Apply(new Reduce(Monoid.Sum, axes));

    /// <summary>The sum of all elements.</summary>
    public Term Sum() => Sum(Seq.Range(Rank));

    /// <summary>The elements in another shape, in the same order.</summary>
    public Term Reshape(Shape shape) => Shape == shape ? this : Apply(new Reshape(shape));

    /// <summary>The axes in another order: axis k of the result is axis <c>axes[k]</c> of this.</summary>
    public Term Permute(Seq<int> axes) => Apply(new Permute(axes));

    /// <summary>Converted to another element type.</summary>
    public Term To(DType type) => type == DType ? this : Apply(new Convert(type));

    /// <summary>The negative.</summary>
    public static Term operator -(Term x) => x.Apply(ElementwiseOps.Neg);

    /// <summary>The sum.</summary>
    public static Term operator +(Term x, Term y) => Pointwise(ElementwiseOps.Add, x, y);

    /// <summary>The difference.</summary>
    public static Term operator -(Term x, Term y) => Pointwise(ElementwiseOps.Sub, x, y);

    /// <summary>The product.</summary>
    public static Term operator *(Term x, Term y) => Pointwise(ElementwiseOps.Mul, x, y);

    /// <summary>The quotient.</summary>
    public static Term operator /(Term x, Term y) => Pointwise(ElementwiseOps.Div, x, y);

    /// <summary>The sum with a number.</summary>
    public static Term operator +(Term x, double y) => x + x.Literal(y);

    /// <summary>The difference from a number.</summary>
    public static Term operator -(Term x, double y) => x - x.Literal(y);

    /// <summary>The product with a number.</summary>
    public static Term operator *(Term x, double y) => x * x.Literal(y);

    /// <summary>The quotient by a number.</summary>
    public static Term operator /(Term x, double y) => x / x.Literal(y);

    /// <summary>The sum with a number.</summary>
    public static Term operator +(double x, Term y) => y.Literal(x) + y;

    /// <summary>The difference from a number.</summary>
    public static Term operator -(double x, Term y) => y.Literal(x) - y;

    /// <summary>The product with a number.</summary>
    public static Term operator *(double x, Term y) => y.Literal(x) * y;

    /// <summary>The quotient of a number.</summary>
    public static Term operator /(double x, Term y) => y.Literal(x) / y;

    /// <summary>Less than, element by element.</summary>
    public static Term operator <(Term x, Term y) => Pointwise(ElementwiseOps.Lt, x, y);

    /// <summary>Greater than, element by element.</summary>
    public static Term operator >(Term x, Term y) => Pointwise(ElementwiseOps.Lt, y, x);

    /// <summary>At most, element by element.</summary>
    public static Term operator <=(Term x, Term y) => Pointwise(ElementwiseOps.Le, x, y);

    /// <summary>At least, element by element.</summary>
    public static Term operator >=(Term x, Term y) => Pointwise(ElementwiseOps.Le, y, x);

    /// <summary>Both hold.</summary>
    public static Term operator &(Term x, Term y) => Pointwise(ElementwiseOps.And, x, y);

    /// <summary>Equal, element by element.</summary>
    public Term EqualTo(Term other) => Pointwise(ElementwiseOps.Eq, this, other);

    /// <summary>This condition's choice between two terms.</summary>
    public Term Select(Term then, Term otherwise) => Pointwise(ElementwiseOps.Select, this, then, otherwise);
}

internal static class PairOfLists
{
    public static void Append<A, B>(this (List<A> First, List<B> Second) lists, A a, B b)
    {
        lists.First.Add(a);
        lists.Second.Add(b);
    }
}
