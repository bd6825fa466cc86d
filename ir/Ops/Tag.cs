namespace MindDsl.Ir;

/// <summary>The identity, with a name: a policy of checkpoints can name what is kept, and a value that is computed again is not taken for the one that was computed before.</summary>
public sealed record Tag(string Label) : Op("tag")
{
    /// <summary>The name of what the backward sweep reads anew, so that what it computes of it is not shared with the forward sweep.</summary>
    public const string Again = "again";

    /// <inheritdoc/>
    public override string Attributes => $"<{Identifier.Quoted(Label)}>";

    /// <inheritdoc/>
    public override TensorType Infer(Seq<TensorType> operands) => operands[0];

    /// <inheritdoc/>
    public override ElementLaw Law(Seq<TensorType> operands) =>
        new ElementLaw.Map(operands[0].Shape.Dims, new Scalar.Load(0, Elementwise.Indices(operands[0].Rank), operands[0].DType));

    /// <inheritdoc/>
    public override Contribution? Pull(Rule rule, int operand, Term cotangent) => cotangent;

    /// <inheritdoc/>
    public override Term? Push(Rule rule, int operand, Term tangent) => tangent;
}
