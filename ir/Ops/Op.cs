namespace MindDsl.Ir;

/// <summary>An interval of the real line, ends included: where tests may sample an operand.</summary>
public readonly record struct Interval(double Low, double High)
{
    /// <summary>A stretch around zero, wide enough for most functions.</summary>
    public static readonly Interval Real = new(-3, 3);

    /// <summary>Positive numbers away from zero.</summary>
    public static readonly Interval Positive = new(0.1, 4);
}

/// <summary>A primitive operation on tensors. Everything the compiler knows about it is said here.</summary>
/// <remarks>
/// An operation without attributes is a value of its family; one with attributes is a record whose parameters are the attributes,
/// so equal attributes mean equal operations. Shape errors are reported by <see cref="Infer"/>.
/// </remarks>
public abstract record Op(string Name)
{
    /// <summary>The type of the result.</summary>
    /// <exception cref="MindDslException">The operands do not fit; the code says how.</exception>
    public abstract TensorType Infer(Seq<TensorType> operands);

    /// <summary>The meaning, element by element, for operands of these types.</summary>
    public abstract ElementLaw Law(Seq<TensorType> operands);

    /// <summary>
    /// The cotangent that reaches operand <paramref name="operand"/> when the result's is <paramref name="cotangent"/>; null if there is none.
    /// Indexing operations answer with <see cref="Contribution"/>s that need no dense zeros.
    /// </summary>
    public abstract Contribution? Pull(Rule rule, int operand, Term cotangent);

    /// <summary>The tangent of the result that comes from operand <paramref name="operand"/>; null if there is none.</summary>
    public abstract Term? Push(Rule rule, int operand, Term tangent);

    /// <summary>The same operation with named sizes in its attributes replaced by numbers.</summary>
    public virtual Op Bind(IReadOnlyDictionary<string, long> sizes) => this;

    /// <summary>The index law as text (<c>ij,jk->ik</c>), for printing and for planning; empty where none is written.</summary>
    public virtual string Notation => "";

    /// <summary>Attributes as they print after the name, e.g. <c>(axis = 1)</c>; empty when there are none.</summary>
    public virtual string Attributes => "";

    /// <summary>Where tests may sample operand <paramref name="operand"/>: defined and smooth there.</summary>
    public virtual Interval Domain(int operand) => Interval.Real;

    /// <inheritdoc/>
    public sealed override string ToString() => Name + Attributes;
}

/// <summary>What a derivative rule reads: the operands, the result, and the block it writes to.</summary>
public readonly struct Rule(BlockBuilder builder, Seq<Atom> operands, Atom result)
{
    /// <summary>The block that the rule writes to.</summary>
    public BlockBuilder Builder { get; } = builder;

    /// <summary>The operands as atoms.</summary>
    public Seq<Atom> Operands { get; } = operands;

    /// <summary>The result.</summary>
    public Term Y => new(Builder, result);

    /// <summary>An operand.</summary>
    public Term this[int operand] => new(Builder, Operands[operand]);

    /// <summary>The first operand.</summary>
    public Term X => this[0];

    /// <summary>The types of the operands.</summary>
    public Seq<TensorType> Types => Operands.Map(o => o.Tensor);
}

/// <summary>
/// One summand of a cotangent. Dense: <c>Scatter</c> is null and <c>Value</c> has the shape of the operand. Else <c>Value</c> is to be added at the places
/// from which <c>Scatter</c>, a gather with these indices, reads: zeros are never made for it.
/// </summary>
public readonly record struct Contribution(Term Value, Gather? Scatter = null, Seq<Atom> Indices = default)
{
    /// <summary>The place in the source of the operation that it comes from.</summary>
    public SourceSpan? Span { get; init; }

    /// <summary>A dense summand.</summary>
    public static implicit operator Contribution(Term value) => new(value);
}
