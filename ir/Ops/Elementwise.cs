namespace MindDsl.Ir;

/// <summary>Which element types an element-wise operation takes and gives.</summary>
public enum Signature
{
    /// <summary>Numbers of one type, and the same type results.</summary>
    Number,

    /// <summary>Floats of one type, and the same type results.</summary>
    Float,

    /// <summary>Operands of one type, a bool results.</summary>
    Compare,

    /// <summary>Floats, a bool results.</summary>
    Classify,

    /// <summary>Bools, or integers bit by bit.</summary>
    Logic,

    /// <summary>Integers of one type.</summary>
    Integer,

    /// <summary>Any one type, and the same type results.</summary>
    Any,

    /// <summary>A bool and two operands of one type, which results.</summary>
    Select,
}

/// <summary>The product of one operand's partial derivative with <paramref name="t"/>, a tangent or a cotangent.</summary>
public delegate Term? Slope(Rule rule, Term t);

/// <summary><c>y[i] = f(x[i], …)</c>: operands have the shape of the result, or are literals.</summary>
public sealed record Elementwise(string Name, int Arity, Signature Signature) : Op(Name)
{
    /// <summary>One element of the result from one element of each operand.</summary>
    public required Func<Seq<Scalar>, Scalar> Value { get; init; }

    /// <summary>The partial derivatives, one per operand; none for an operation that has no derivative.</summary>
    public required Slope[] Slopes { get; init; }

    /// <summary>Where tests may sample the operands.</summary>
    public Interval[] Domains { get; init; } = [];

    /// <inheritdoc/>
    public override Interval Domain(int operand) => operand < Domains.Length ? Domains[operand] : Interval.Real;

    /// <inheritdoc/>
    public override string Notation => string.Join(',', Enumerable.Repeat("…", Arity)) + "->…";

    /// <inheritdoc/>
    public override TensorType Infer(Seq<TensorType> operands)
    {
        if (operands.Count != Arity) throw new MindDslException(Diagnostics.WrongOperandCount(Name, Arity, operands.Count));
        var shape = Shape.Scalar;
        foreach (var operand in operands.Span)
        {
            if (operand.Rank == 0) continue;
            if (shape.Rank > 0 && operand.Shape != shape) throw new MindDslException(Diagnostics.ShapesDiffer(Name, operands));
            shape = operand.Shape;
        }
        var first = operands[0].DType;
        var last = operands[Arity - 1].DType;
        bool alike = Signature == Signature.Select
            ? first == DType.Bool && operands[1].DType == last
            : operands.All(o => o.DType == first);
        if (Signature is not (Signature.Any or Signature.Select)) Storage.Refuse(Name, operands);
        bool right = alike && Signature switch
        {
            Signature.Number => first != DType.Bool,
            Signature.Float or Signature.Classify => first.IsFloat,
            Signature.Logic => !first.IsFloat,
            Signature.Integer => first.IsInteger,
            Signature.Compare or Signature.Any or Signature.Select => true,
        };
        if (!right) throw new MindDslException(Diagnostics.ElementTypesDoNotFit(Name, Signature, operands));
        return new(Signature is Signature.Compare or Signature.Classify ? DType.Bool : last, shape);
    }

    /// <inheritdoc/>
    public override ElementLaw Law(Seq<TensorType> operands)
    {
        var type = Infer(operands);
        return new ElementLaw.Map(type.Shape.Dims, Value(operands.Map((o, k) => (Scalar)new Scalar.Load(k, Indices(o.Rank), o.DType))));
    }

    /// <inheritdoc/>
    public override Contribution? Pull(Rule rule, int operand, Term cotangent) =>
        operand < Slopes.Length && Slopes[operand](rule, cotangent) is { } term ? term : null;

    /// <inheritdoc/>
    public override Term? Push(Rule rule, int operand, Term tangent) => operand < Slopes.Length ? Slopes[operand](rule, tangent) : null;

    internal static Seq<Scalar> Indices(int rank) => Seq.Range(rank).Map(Scalar (k) => new Scalar.Index(k));

    /// <summary>The operation on terms that broadcast.</summary>
    public Term On(params ReadOnlySpan<Term> operands) => Term.Pointwise(this, operands);

    /// <inheritdoc/>
    public bool Equals(Elementwise? other) => ReferenceEquals(this, other);

    /// <inheritdoc/>
    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);
}

/// <summary>Conversion of each element to another type.</summary>
/// <remarks>
/// Floats to integers truncate and saturate, NaN becomes 0; integers to shorter ones wrap; to bool is "not zero"; to floats of fewer bits the nearest, the even one of two, rounded once.
/// </remarks>
public sealed record Convert(DType To) : Op("convert")
{
    /// <inheritdoc/>
    public override string Attributes => $"<{To.Name}>";

    /// <inheritdoc/>
    public override TensorType Infer(Seq<TensorType> operands) => operands[0] with { DType = To };

    /// <inheritdoc/>
    public override ElementLaw Law(Seq<TensorType> operands) => new ElementLaw.Map(operands[0].Shape.Dims,
        new Scalar.Convert(new Scalar.Load(0, Elementwise.Indices(operands[0].Rank), operands[0].DType), To));

    /// <inheritdoc/>
    public override Contribution? Pull(Rule rule, int operand, Term cotangent) => rule.X.DType.IsFloat ? cotangent.To(rule.X.DType) : null;

    /// <inheritdoc/>
    public override Term? Push(Rule rule, int operand, Term tangent) => To.IsFloat ? tangent.To(To) : null;
}
