namespace MindDsl.Ir;

/// <summary>The right-hand side of a let: one operation on operands, with the blocks that it owns.</summary>
/// <remarks>The set is closed. Blocks may read every value in scope around them (lexical scope).</remarks>
public abstract record Expr
{
    private protected Expr() { }

    /// <summary>The operands, in order.</summary>
    public abstract Seq<Atom> Operands { get; }

    /// <summary>The blocks, in order.</summary>
    public virtual Seq<Block> Blocks => [];

    /// <summary>The same operation on other operands and blocks, of the same numbers.</summary>
    public abstract Expr With(Seq<Atom> operands, Seq<Block> blocks);
}

/// <summary>A primitive operation on tensors; one result.</summary>
public sealed record Apply(Op Op, Seq<Atom> Arguments) : Expr
{
    /// <inheritdoc/>
    public override Seq<Atom> Operands => Arguments;

    /// <inheritdoc/>
    public override Expr With(Seq<Atom> operands, Seq<Block> blocks) => this with { Arguments = operands };
}

/// <summary>A call of a function of the module; as many results as the function has.</summary>
public sealed record Call(FunctionName Function, Seq<Atom> Arguments) : Expr
{
    /// <inheritdoc/>
    public override Seq<Atom> Operands => Arguments;

    /// <inheritdoc/>
    public override Expr With(Seq<Atom> operands, Seq<Block> blocks) => this with { Arguments = operands };
}

/// <summary>A function value: a function of the module whose first parameters are already given. Its type is that of the rest.</summary>
public sealed record MakeClosure(FunctionName Function, Seq<Atom> Captured) : Expr
{
    /// <inheritdoc/>
    public override Seq<Atom> Operands => Captured;

    /// <inheritdoc/>
    public override Expr With(Seq<Atom> operands, Seq<Block> blocks) => this with { Captured = operands };
}

/// <summary>A call of a function value.</summary>
public sealed record Invoke(Atom Closure, Seq<Atom> Arguments) : Expr
{
    /// <inheritdoc/>
    public override Seq<Atom> Operands => [Closure, .. Arguments];

    /// <inheritdoc/>
    public override Expr With(Seq<Atom> operands, Seq<Block> blocks) => new Invoke(operands[0], operands.Slice(1, operands.Count - 1));
}

/// <summary>One of two blocks without parameters, chosen by a bool scalar; the other one is not run.</summary>
public sealed record If(Atom Condition, Block Then, Block Else) : Expr
{
    /// <inheritdoc/>
    public override Seq<Atom> Operands => [Condition];

    /// <inheritdoc/>
    public override Seq<Block> Blocks => [Then, Else];

    /// <inheritdoc/>
    public override Expr With(Seq<Atom> operands, Seq<Block> blocks) => new If(operands[0], blocks[0], blocks[1]);
}

/// <summary>
/// Repeats <c>Body</c> while <c>Condition</c> holds. Both have the carries as parameters; the body results in the new
/// carries and then the emissions, each of which becomes a sequence with one element per iteration.
/// Results: the last carries, then the sequences.
/// </summary>
public sealed record While(Seq<Atom> Initial, Block Condition, Block Body) : Expr
{
    /// <summary>How many values the body emits per iteration.</summary>
    public int Emissions => Body.Results.Count - Initial.Count;

    /// <inheritdoc/>
    public override Seq<Atom> Operands => Initial;

    /// <inheritdoc/>
    public override Seq<Block> Blocks => [Condition, Body];

    /// <inheritdoc/>
    public override Expr With(Seq<Atom> operands, Seq<Block> blocks) => new While(operands, blocks[0], blocks[1]);
}

/// <summary>
/// Runs <c>Body</c> for each index below <c>Length</c> (i64), upwards, or downwards if <c>Reverse</c>. Body parameters: the index (i64),
/// the carries, one element of each of <c>Inputs</c> (a tensor is read along its first axis, or a sequence; at the index).
/// Body results: the new carries, then the emissions, each put at the index: in a tensor with <c>Length</c> as its first axis
/// if <c>Stacked</c> and it is a tensor, else in a sequence. Results: the last carries, then the emitted tensors or sequences.
/// </summary>
/// <remarks><c>Stacked</c> needs a length that the type can state: <c>StackedLength</c>, which <c>Length</c> always equals.</remarks>
public sealed record Scan(Atom Length, Dim? StackedLength, bool Reverse, Seq<Atom> Initial, Seq<Atom> Inputs, Block Body) : Expr
{
    /// <summary>True if emissions are put into tensors.</summary>
    public bool Stacked => StackedLength is not null;

    /// <summary>How many values the body emits per iteration.</summary>
    public int Emissions => Body.Results.Count - Initial.Count;

    /// <inheritdoc/>
    public override Seq<Atom> Operands => [Length, .. Initial, .. Inputs];

    /// <inheritdoc/>
    public override Seq<Block> Blocks => [Body];

    /// <inheritdoc/>
    public override Expr With(Seq<Atom> operands, Seq<Block> blocks) => this with
    {
        Length = operands[0],
        Initial = operands.Slice(1, Initial.Count),
        Inputs = operands.Slice(1 + Initial.Count, Inputs.Count),
        Body = blocks[0],
    };
}

/// <summary>
/// An index comprehension: for every index tuple below <c>Extents</c>, in any order, the results of <c>Body</c> (tensors), whose parameters are the
/// indices (i64). Each result becomes a tensor with the extents as its first axes. <c>vmap</c> of any function is a build, too.
/// </summary>
public sealed record Build(Seq<Dim> Extents, Block Body) : Expr
{
    /// <inheritdoc/>
    public override Seq<Atom> Operands => [];

    /// <inheritdoc/>
    public override Seq<Block> Blocks => [Body];

    /// <inheritdoc/>
    public override Expr With(Seq<Atom> operands, Seq<Block> blocks) => this with { Body = blocks[0] };
}

/// <summary>A value of a union: a case and its fields.</summary>
public sealed record Inject(UnionType Union, int Case, Seq<Atom> Fields) : Expr
{
    /// <inheritdoc/>
    public override Seq<Atom> Operands => Fields;

    /// <inheritdoc/>
    public override Expr With(Seq<Atom> operands, Seq<Block> blocks) => this with { Fields = operands };
}

/// <summary>The block of the case that a union value has; its parameters are the fields of the case.</summary>
public sealed record Switch(Atom Subject, Seq<Block> Cases) : Expr
{
    /// <inheritdoc/>
    public override Seq<Atom> Operands => [Subject];

    /// <inheritdoc/>
    public override Seq<Block> Blocks => Cases;

    /// <inheritdoc/>
    public override Expr With(Seq<Atom> operands, Seq<Block> blocks) => new Switch(operands[0], blocks);
}

/// <summary>The number of elements of a sequence, as i64.</summary>
public sealed record SequenceLength(Atom Sequence) : Expr
{
    /// <inheritdoc/>
    public override Seq<Atom> Operands => [Sequence];

    /// <inheritdoc/>
    public override Expr With(Seq<Atom> operands, Seq<Block> blocks) => new SequenceLength(operands[0]);
}

/// <summary>
/// A value of the given type that is never read: what a branch not taken leaves in the place of the other branch's residual.
/// </summary>
public sealed record Undefined(IrType Type) : Expr
{
    /// <inheritdoc/>
    public override Seq<Atom> Operands => [];

    /// <inheritdoc/>
    public override Expr With(Seq<Atom> operands, Seq<Block> blocks) => this;
}

/// <summary>What a <see cref="Differentiate"/> computes.</summary>
public enum DerivativeKind
{
    /// <summary>Arguments, then a tangent for each active parameter → results, then a tangent for each wanted result.</summary>
    Forward,

    /// <summary>Arguments, then a cotangent for each wanted result → results, then a cotangent for each active parameter.</summary>
    Reverse,
}

/// <summary>Which part of a derivative is computed. The parts together are the whole, and the primal part runs once for any number of linear parts.</summary>
public enum DerivativePart
{
    /// <summary>Results and derivatives at once.</summary>
    Whole,

    /// <summary>Arguments → results, then a value that holds what the linear part needs of this run.</summary>
    Primal,

    /// <summary>That value, then tangents or cotangents → derivatives: a linear function of the tangents or cotangents.</summary>
    Linear,
}

/// <summary>
/// A derivative of a function of the module, still to be expanded: <c>Active</c> marks the parameters with respect to which it is
/// taken, <c>Wanted</c> the results that have a tangent or cotangent. Replaced, innermost first, by the pass that expands derivatives.
/// </summary>
public sealed record Differentiate(DerivativeKind Kind, FunctionName Function, Seq<bool> Active, Seq<bool> Wanted, Seq<Atom> Arguments) : Expr
{
    /// <summary>The part that is computed.</summary>
    public DerivativePart Part { get; init; }

    /// <summary>The union that holds what is kept between the parts; null for the whole.</summary>
    public UnionType? Residuals { get; init; }

    /// <summary>
    /// Forward only: the number of Taylor coefficients after the value. With order k each active parameter is given k coefficients x₁ … xₖ of a curve
    /// x₀ + x₁t + …, and each wanted result has k.
    /// </summary>
    public int Order { get; init; } = 1;

    /// <inheritdoc/>
    public override Seq<Atom> Operands => Arguments;

    /// <inheritdoc/>
    public override Expr With(Seq<Atom> operands, Seq<Block> blocks) => this with { Arguments = operands };
}
