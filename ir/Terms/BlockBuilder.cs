namespace MindDsl.Ir;

/// <summary>Writes a block: binds operations in order, infers their types, simplifies and shares them as it goes.</summary>
/// <remarks>
/// An operation that was bound before, here or in a block around, is not bound again. Simplification follows <see cref="AlgebraRules"/> and
/// <see cref="MovementRules"/>; so rules of derivatives can be written plainly and still leave nothing to clean up.
/// </remarks>
public sealed class BlockBuilder(BlockBuilder? parent = null)
{
    private readonly List<Let> _lets = [];
    private readonly Dictionary<Apply, Value> _bound = [];
    private readonly Dictionary<int, List<Let>> _structured = [];
    private readonly Dictionary<IrType, Value> _undefined = [];
    private readonly Dictionary<Value, Apply> _definitions = parent is null ? [] : parent._definitions;
    private readonly Dictionary<Value, Inject> _injections = parent is null ? [] : parent._injections;

    /// <summary>Where the operations that are bound from now on come from.</summary>
    public SourceSpan? Span { get; set; } = parent?.Span;

    /// <summary>The lets so far.</summary>
    public IReadOnlyList<Let> Lets => _lets;

    /// <summary>A builder for a block inside the one that this builds.</summary>
    public BlockBuilder Nested() => new(this);

    /// <summary>Binds a primitive operation, or finds the equal one, or a simpler one.</summary>
    /// <exception cref="MindDslException">The operands do not fit the operation.</exception>
    public Atom Apply(Op op, params ReadOnlySpan<Atom> arguments)
    {
        var apply = new Apply(op, Seq.Create(arguments));
        return Simplifier.TrySimplify(this, apply) ?? Bind(apply, null);
    }

    /// <summary>Binds a primitive operation as it is, unless an equal one is in scope.</summary>
    public Value Bind(Apply apply, string? name)
    {
        if (Known(apply) is { } known) return known;
        var value = new Value(apply.Op.Infer(apply.Arguments.Map(a => a.Tensor)), name, Span);
        Add(new([value], apply));
        return value;
    }

    /// <summary>The value of a primitive operation, if it was bound before, here or in a block around.</summary>
    public Value? Known(Apply apply)
    {
        for (var scope = this; scope is not null; scope = scope.Parent)
            if (scope._bound.TryGetValue(apply, out var known)) return known;
        return null;
    }

    /// <summary>Binds an operation with given result types.</summary>
    public Seq<Value> Emit(Expr expr, Seq<IrType> types)
    {
        var targets = types.Map(t => new Value(t, null, Span));
        Add(new(targets, expr));
        return targets;
    }

    /// <summary>Binds an operation with given result types, unless one in scope does the same.</summary>
    public Seq<Value> Share(Expr expr, Seq<IrType> types)
    {
        int hash = BlockEquality.Hash(expr);
        for (var scope = this; scope is not null; scope = scope.Parent)
        {
            if (!scope._structured.TryGetValue(hash, out var alike)) continue;
            foreach (var let in alike)
                if (BlockEquality.Same(let.Expr, expr) && let.Targets.Map(t => t.Type) == types) return let.Targets;
        }
        return Emit(expr, types);
    }

    /// <summary>Something that is never read: a number, or a value of which one of a type in scope serves all.</summary>
    public Atom Undefined(IrType type)
    {
        if (type is TensorType { Rank: 0 } scalar) return Literal.Of(scalar.DType, 0L);
        for (var scope = this; scope is not null; scope = scope.Parent)
            if (scope._undefined.TryGetValue(type, out var known)) return known;
        return _undefined[type] = Emit(new Undefined(type), [type])[0];
    }

    /// <summary>Adds a let as it is.</summary>
    public void Add(Let let)
    {
        Budget.Spend();
        _lets.Add(let);
        if (let.Expr is Apply apply && let.Targets.Count == 1)
        {
            _bound.TryAdd(apply, let.Targets[0]);
            _definitions.TryAdd(let.Targets[0], apply);
        }
        else
        {
            if (let.Expr is Inject inject) _injections.TryAdd(let.Targets[0], inject);
            int hash = BlockEquality.Hash(let.Expr);
            if (!_structured.TryGetValue(hash, out var alike)) _structured[hash] = alike = [];
            alike.Add(let);
        }
    }

    /// <summary>The primitive operation that computes an atom, if this builder or one around it bound it.</summary>
    public Apply? Definition(Atom atom) => atom is Value value && _definitions.TryGetValue(value, out var apply) ? apply : null;

    /// <summary>The case and fields of a union value, if this builder or one around it made it.</summary>
    public Inject? Injection(Atom atom) => atom is Value value && _injections.TryGetValue(value, out var inject) ? inject : null;

    /// <summary>The finished block.</summary>
    public Block Build(Seq<Value> parameters, Seq<Atom> results) => new(parameters, _lets.ToSeq(), results);

    /// <summary>An atom to calculate with.</summary>
    public Term this[Atom atom] => new(this, atom);

    private BlockBuilder? Parent { get; } = parent;
}
