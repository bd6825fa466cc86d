namespace MindDsl.Ir;

/// <summary>Binds the results of one operation.</summary>
public sealed record Let(Seq<Value> Targets, Expr Expr);

/// <summary>Parameters, lets in order, and results: straight-line code in let-normal form.</summary>
public sealed class Block(Seq<Value> parameters, Seq<Let> lets, Seq<Atom> results)
{
    /// <summary>The parameters.</summary>
    public Seq<Value> Parameters { get; } = parameters;

    /// <summary>The lets, each of which may read the parameters, earlier targets, and what is in scope around the block.</summary>
    public Seq<Let> Lets { get; } = lets;

    /// <summary>The results.</summary>
    public Seq<Atom> Results { get; } = results;
}

/// <summary>The name of a function of a module; two names are the same only if they are the same object.</summary>
public sealed class FunctionName(string text)
{
    /// <summary>The name as the user knows it; printing makes it unique.</summary>
    public string Text { get; } = text;

    /// <inheritdoc/>
    public override string ToString() => Text;
}

/// <summary>A user's own derivative of a function; it replaces the derivative of its body.</summary>
/// <param name="Kind">Which mode the rule is for; the other mode follows by transposition, where that is possible.</param>
/// <param name="Rule">
/// Forward: the function (arguments, a tangent for each float argument) → (results, a tangent for each float result).
/// Reverse: the function (arguments, results, a cotangent for each float result) → a cotangent for each float argument.
/// </param>
public sealed record CustomRule(DerivativeKind Kind, FunctionName Rule);

/// <summary>
/// The function results in the x with x = step(θ, x), where its parameters are those of the step: θ, then where x starts. Its derivative solves the derivative of the equation.
/// </summary>
/// <param name="Step">The step: (θ, x) → x.</param>
/// <param name="Tolerance">Steps are taken until ‖Δx‖ ≤ tolerance · (1 + ‖x‖).</param>
/// <param name="MostSteps">The largest number of steps.</param>
public sealed record FixedPointRule(FunctionName Step, double Tolerance, long MostSteps);

/// <summary>
/// The function results in the x with product(θ, x) = b, where its parameters are θ and then b, and the product is linear in x. Its derivative is found by the function itself and by the transposed one, so
/// with the same solver: ẋ solves product(θ, ẋ) = ḃ − (∂product/∂θ)·θ̇.
/// </summary>
/// <param name="Product">The product: (θ, x) → b.</param>
/// <param name="Transposed">The solution of the transposed system, with the same parameters; its transposed function is this one.</param>
public sealed record LinearSolveRule(FunctionName Product, FunctionName Transposed);

/// <summary>What reverse mode keeps of a function between the forward and the backward sweep.</summary>
/// <param name="Products">True: the results of contractions.</param>
/// <param name="Names">The values tagged with these names.</param>
/// <param name="Bytes">Values up to this many bytes together, those first that are dearest to compute again for their size.</param>
public sealed record CheckpointPolicy(bool Products = false, Seq<string> Names = default, long Bytes = 0);

/// <summary>A function of a module.</summary>
/// <remarks>Before functions are lifted the body may read values of the functions around it; afterwards it is closed.</remarks>
public sealed record Function(FunctionName Name, Block Body, CustomRule? Rule = null)
{
    /// <summary>If given, the results are a fixed point, and their derivative is that of the equation that they solve.</summary>
    public FixedPointRule? FixedPoint { get; init; }

    /// <summary>If given, the results solve a linear system, and so does their derivative.</summary>
    public LinearSolveRule? LinearSolve { get; init; }

    /// <summary>If given, reverse mode keeps of a call no more than this allows and computes the rest again.</summary>
    public CheckpointPolicy? Checkpoint { get; init; }

    /// <summary>The functions that say how this one is differentiated.</summary>
    public Seq<FunctionName> Companions =>
    [
        .. Rule is { } rule ? [rule.Rule] : (Seq<FunctionName>)[], .. FixedPoint is { } point ? [point.Step] : (Seq<FunctionName>)[],
        .. LinearSolve is { } system ? [system.Product, system.Transposed] : (Seq<FunctionName>)[],
    ];

    /// <summary>True if it is differentiated otherwise than by its body.</summary>
    public bool HasRule => Rule is not null || FixedPoint is not null || LinearSolve is not null;

    /// <summary>The types of the parameters.</summary>
    public Seq<IrType> ParameterTypes => Body.Parameters.Map(p => p.Type);

    /// <summary>The types of the results.</summary>
    public Seq<IrType> ResultTypes => Body.Results.Map(r => r.Type);
}

/// <summary>A whole program: its functions, the one that is called from outside, and the unions that occur.</summary>
public sealed class Module(
    FunctionName entry,
    IReadOnlyDictionary<FunctionName, Function> functions,
    IReadOnlyDictionary<UnionType, UnionDefinition>? unions = null)
{
    /// <summary>The function that is called from outside.</summary>
    public FunctionName Entry { get; } = entry;

    /// <summary>All functions, the entry among them.</summary>
    public IReadOnlyDictionary<FunctionName, Function> Functions { get; } = functions;

    /// <summary>All unions.</summary>
    public IReadOnlyDictionary<UnionType, UnionDefinition> Unions { get; } = unions ?? new Dictionary<UnionType, UnionDefinition>();

    /// <summary>The function that is called from outside.</summary>
    public Function EntryFunction => Functions[Entry];

    /// <summary>This module with other functions.</summary>
    public Module With(IReadOnlyDictionary<FunctionName, Function> functions, IReadOnlyDictionary<UnionType, UnionDefinition>? unions = null) =>
        new(Entry, functions, unions ?? Unions);

    /// <summary>This module with each function's body replaced.</summary>
    public Module MapBodies(Func<Function, Block> transform) => With(
        Functions.ToDictionary(f => f.Key, f => f.Value with { Body = transform(f.Value) }));
}
