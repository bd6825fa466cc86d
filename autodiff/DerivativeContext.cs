using MindDsl.Ir;

namespace MindDsl.Autodiff;

/// <summary>
/// The program that derivatives are added to: its functions, each derivative once, the tangent types of unions, and zeros and sums of
/// cotangents of every type.
/// </summary>
internal sealed class DerivativeContext(Module module)
{
    private readonly Dictionary<(DerivativeKind, FunctionName, Seq<bool>, Seq<bool>), FunctionName> _derivatives = [];
    private readonly Dictionary<(FunctionName, Seq<bool>, Seq<bool>, bool, bool), SplitFunction> _splits = [];
    private readonly Dictionary<(DerivativeKind, FunctionName, Seq<bool>, Seq<bool>), Linearization> _halves = [];
    private readonly Dictionary<(FunctionName, Seq<bool>, Seq<bool>, int), FunctionName> _taylor = [];
    private readonly Dictionary<(FunctionName, Seq<bool>), FunctionName> _pulls = [];
    private readonly Dictionary<UnionType, FunctionName> _sums = [];
    private readonly Dictionary<FunctionName, bool> _recursive = [];

    /// <summary>All functions so far.</summary>
    public Dictionary<FunctionName, Function> Functions { get; } = new(module.Functions);

    /// <summary>All unions so far.</summary>
    public Dictionary<UnionType, UnionDefinition> Unions { get; } = new(module.Unions);

    /// <summary>The derivative of a function, made at the first request; parameters and results as <see cref="Differentiate"/> says.</summary>
    public FunctionName Derive(DerivativeKind kind, FunctionName function, Seq<bool> active, Seq<bool> wanted)
    {
        var key = (kind, function, active, wanted);
        if (_derivatives.TryGetValue(key, out var known)) return known;
        var name = new FunctionName((kind == DerivativeKind.Forward ? "jvp_" : "vjp_") + function.Text);
        _derivatives[key] = name;
        bool forward = kind == DerivativeKind.Forward;
        var body = !forward ? ReverseMode.Joint(this, Functions[function], active, wanted)
            : Functions[function].FixedPoint is { } point ? FixedPoints.Forward(this, Functions[function], point, active, wanted)
            : Functions[function].LinearSolve is { } system ? LinearSystems.Forward(this, Functions[function], system, active, wanted)
            : new ForwardMode(this).Transform(Functions[function], active, wanted);
        Functions[name] = new(name, RemoveDead.Clean(body)) { Checkpoint = forward ? Functions[function].Checkpoint : null };
        return name;
    }

    /// <summary>The Taylor coefficients of a function up to an order; parameters and results as <see cref="Differentiate"/> says.</summary>
    public FunctionName Taylor(FunctionName function, Seq<bool> active, Seq<bool> wanted, int order)
    {
        if (order == 1) return Derive(DerivativeKind.Forward, function, active, wanted);
        var key = (function, active, wanted, order);
        if (_taylor.TryGetValue(key, out var known)) return known;
        var name = _taylor[key] = new FunctionName("jet_" + function.Text);
        Functions[name] = new(name, RemoveDead.Clean(new TaylorMode(this, order).Transform(Functions[function], active, wanted)));
        return name;
    }

    /// <summary>The derivative of the solution of an equation with respect to the active parameters: (arguments, results, a cotangent for each result) → cotangents.</summary>
    public FunctionName PullOf(FunctionName function, Seq<bool> active)
    {
        if (_pulls.TryGetValue((function, active), out var known)) return known;
        var name = _pulls[(function, active)] = new FunctionName("pull_" + function.Text);
        var solution = Functions[function];
        Define(name, solution.FixedPoint is { } point ? FixedPoints.Reverse(this, solution, point, active) : LinearSystems.Reverse(this, solution, solution.LinearSolve!, active));
        return name;
    }

    /// <summary>The function that takes the place of a function's forward derivative, if there is one: a user's rule, or the derivative of an equation.</summary>
    public ForwardRule? RuleOf(FunctionName function, Seq<bool> active, Seq<bool> wanted) => Functions[function] switch
    {
        { Rule.Kind: DerivativeKind.Reverse } => throw new MindDslException(Diagnostics.OnlyReverseRule(function.Text)),
        { Rule: { } rule } => new(rule.Rule, Functions[function].ParameterTypes.Map(t => Tangent(t) is not null)),
        { FixedPoint: not null } or { LinearSolve: not null } => new(Derive(DerivativeKind.Forward, function, active, wanted), active),
        _ => null,
    };

    /// <summary>
    /// The forward and backward halves of a function, made at the first request; the backward one <paramref name="keeps"/> what it reads if it runs more than once, and
    /// <paramref name="accumulates"/> if it takes cotangents so far and adds to them.
    /// </summary>
    public SplitFunction Split(FunctionName function, Seq<bool> active, Seq<bool> wanted, bool keeps, bool accumulates = false)
    {
        var key = (function, active, wanted, keeps, accumulates);
        if (_splits.TryGetValue(key, out var known))
        {
            known.NoteUse(this);
            return known;
        }
        var split = new SplitFunction(function);
        _splits[key] = split;
        ReverseMode.Split(this, split, Functions[function], active, wanted, keeps, accumulates);
        return split;
    }

    /// <summary>True if a function calls itself, by whatever way. In each activation its backward half adds to the cotangents of tensors that all activations read.</summary>
    public bool IsRecursive(FunctionName function)
    {
        if (_recursive.TryGetValue(function, out bool known)) return known;
        var seen = new HashSet<FunctionName>();
        var waiting = new Stack<FunctionName>(Scope.Functions(Functions[function].Body));
        while (waiting.TryPop(out var called))
            if (seen.Add(called)) foreach (var next in Scope.Functions(Functions[called].Body)) waiting.Push(next);
        return _recursive[function] = seen.Contains(function);
    }

    /// <summary>A derivative in its primal and its linear part, made at the first request.</summary>
    public Linearization Halves(DerivativeKind kind, FunctionName function, Seq<bool> active, Seq<bool> wanted)
    {
        var key = (kind, function, active, wanted);
        if (_halves.TryGetValue(key, out var known)) return known;
        return _halves[key] = kind == DerivativeKind.Forward
            ? Linearization.Forward(this, function, active, wanted)
            : Linearization.Reverse(this, function, active, wanted);
    }

    /// <summary>Adds a function, or replaces it.</summary>
    public void Define(FunctionName name, Block body) => Functions[name] = new(name, new BlockCopy().Block(null, RemoveDead.Clean(body)));

    /// <summary>The type of tangents and cotangents of a type; null if it has none.</summary>
    public IrType? Tangent(IrType type) => type switch
    {
        TensorType { DType.IsFloat: true } => type,
        SequenceType sequence => Tangent(sequence.Element) is { } element ? new SequenceType(element) : null,
        UnionType union => TangentUnion(union),
        _ => null,
    };

    /// <summary>
    /// The union of tangents: case 0 is zero whatever the tag, case k + 1 holds the tangents of the fields of case k that have one.
    /// </summary>
    public UnionType TangentUnion(UnionType union)
    {
        var tangent = new UnionType("d_" + union.Name);
        if (Unions.ContainsKey(tangent)) return tangent;
        Unions[tangent] = new(tangent, []);
        var cases = Unions[union].Cases.Map(c => new UnionCase(c.Name, c.Fields.Select(Tangent).OfType<IrType>().ToSeq()));
        Unions[tangent] = new(tangent, [new UnionCase("zero", []), .. cases]);
        return tangent;
    }

    /// <summary>The zero tangent of a value; it has the value's shape, length or tag.</summary>
    public Atom Zero(BlockBuilder builder, Atom primal)
    {
        switch (primal.Type)
        {
            case TensorType tensor:
                return builder[Literal.Of(tensor.DType, 0.0)].BroadcastTo(tensor.Shape).Atom;
            case UnionType union:
                return builder.Emit(new Inject(TangentUnion(union), 0, []), [TangentUnion(union)])[0];
            case SequenceType sequence:
                var element = new Value(sequence.Element);
                var inner = builder.Nested();
                var body = inner.Build([new Value(TensorType.Scalar(DType.I64)), element], [Zero(inner, element)]);
                return Each(builder, [primal], body, new SequenceType(Tangent(sequence.Element)!));
            default:
                throw new MindDslException(Diagnostics.Internal($"a zero tangent of {primal.Type}"));
        }
    }

    /// <summary>The sum of two cotangents of one value.</summary>
    public Atom Plus(BlockBuilder builder, Atom x, Atom y)
    {
        switch (x.Type)
        {
            case TensorType:
                return builder[x].Plus(builder[y]).Atom;
            case UnionType union:
                return builder.Emit(new Call(Sum(union), [x, y]), [union])[0];
            case SequenceType sequence:
                var (a, b) = (new Value(sequence.Element), new Value(sequence.Element));
                var inner = builder.Nested();
                return Each(builder, [x, y], inner.Build([new Value(TensorType.Scalar(DType.I64)), a, b], [Plus(inner, a, b)]), sequence);
            default:
                throw new MindDslException(Diagnostics.Internal($"a sum of cotangents of {x.Type}"));
        }
    }

    /// <summary>The tangents of the differentiable fields of a case, from the tangent of the union value; zeros where that is zero.</summary>
    public Seq<Atom> Unpack(BlockBuilder builder, Atom tangent, int tag, Seq<Atom> fields)
    {
        var union = (UnionType)tangent.Type;
        var differentiable = fields.Where(f => Tangent(f.Type) is not null).ToSeq();
        var types = differentiable.Map(f => Tangent(f.Type)!);
        if (types.Count == 0) return [];
        var unread = Unions[union].Cases.Count > 2 ? types.Map(builder.Undefined) : [];
        var cases = Unions[union].Cases.Map((c, k) =>
        {
            var inner = builder.Nested();
            var parameters = c.Fields.Map(t => new Value(t));
            var results = k == tag + 1 ? parameters.Map(Atom (p) => p)
                : k == 0 ? differentiable.Map(f => Zero(inner, f))
                : unread;
            return inner.Build(parameters, results);
        });
        return builder.Emit(new Switch(tangent, cases), types).Map(Atom (v) => v);
    }

    private FunctionName Sum(UnionType union)
    {
        if (_sums.TryGetValue(union, out var known)) return known;
        var name = _sums[union] = new FunctionName("add_" + union.Name);
        var (x, y) = (new Value(union), new Value(union));
        var builder = new BlockBuilder();
        var cases = Unions[union].Cases;
        var unread = cases.Count > 2 ? builder.Undefined(union) : null;
        var outer = cases.Map((c, k) =>
        {
            var inner = builder.Nested();
            var left = c.Fields.Map(t => new Value(t));
            if (k == 0) return inner.Build(left, [y]);
            var matched = cases.Map((d, m) =>
            {
                var deep = inner.Nested();
                var right = d.Fields.Map(t => new Value(t));
                Atom result = m == 0 ? x
                    : m == k ? deep.Emit(new Inject(union, k, left.Map((l, i) => Plus(deep, l, right[i]))), [union])[0]
                    : unread!;
                return deep.Build(right, [result]);
            });
            return inner.Build(left, inner.Emit(new Switch(y, matched), [union]).Map(Atom (v) => v));
        });
        var result = builder.Emit(new Switch(x, outer), [union]);
        Functions[name] = new(name, builder.Build([x, y], [result[0]]));
        return name;
    }

    private static Value Each(BlockBuilder builder, Seq<Atom> sequences, Block body, SequenceType type)
    {
        var length = builder.Emit(new SequenceLength(sequences[0]), [TensorType.Scalar(DType.I64)])[0];
        return builder.Emit(new Scan(length, null, false, [], sequences, body), [type])[0];
    }
}

/// <summary>A function that gives the forward derivative of another one.</summary>
/// <param name="Function">(arguments, a tangent for each parameter of <paramref name="Tangents"/>) → (results, a tangent for each result that has one).</param>
/// <param name="Tangents">The parameters whose tangents it takes.</param>
internal sealed record ForwardRule(FunctionName Function, Seq<bool> Tangents)
{
    /// <summary>The places of the parameters whose tangents it takes.</summary>
    public Seq<int> Takes => Seq.Range(Tangents.Count).Where(k => Tangents[k]).ToSeq();
}

/// <summary>A function in two halves: the forward one also gives residuals, which the backward one takes before the cotangents.</summary>
internal sealed class SplitFunction(FunctionName function)
{
    /// <summary>(arguments) → (results, residuals).</summary>
    public FunctionName Forward { get; } = new("fwd_" + function.Text);

    /// <summary>(residuals, cotangents of the wanted results) → cotangents of the active parameters.</summary>
    public FunctionName Backward { get; } = new("bwd_" + function.Text);

    /// <summary>The union that holds the residuals, if the function calls itself while it is split; its type then has to be known before its fields.</summary>
    public UnionType? Boxed { get; private set; }

    /// <summary>The types of the residuals; null until the function is split.</summary>
    public Seq<IrType>? ResidualTypes { get; set; }

    /// <summary>The parameters that the backward half takes before the residuals.</summary>
    public Seq<int> Given { get; set; } = [];

    /// <summary>What callers see of the residuals.</summary>
    public Seq<IrType> CallerTypes => Boxed is { } box ? [box] : ResidualTypes!.Value;

    /// <summary>Notes a call; a call before the split is finished is a recursive one.</summary>
    public void NoteUse(DerivativeContext context)
    {
        if (ResidualTypes is not null || Boxed is not null) return;
        Boxed = new UnionType($"residual_{function.Text}_{context.Unions.Count}");
        context.Unions[Boxed] = new(Boxed, []);
    }
}
