namespace MindDsl.Ir;

/// <summary>
/// Writes blocks anew through builders, so that operations are simplified and shared on the way, with fresh values and with
/// substitutions. Passes replace single lets by giving a <paramref name="replace"/> function.
/// </summary>
/// <param name="replace">What a let becomes, or null to copy it.</param>
/// <param name="mapType">What a type becomes; the identity when null.</param>
public sealed class BlockCopy(Func<BlockCopy, BlockBuilder, Let, Seq<Atom>?>? replace = null, Func<IrType, IrType>? mapType = null)
{
    private readonly Dictionary<Value, Atom> _substitution = [];

    /// <summary>Sets what a value becomes.</summary>
    public void Substitute(Value value, Atom atom) => _substitution[value] = atom;

    /// <summary>Sets what several values become.</summary>
    public void Substitute(Seq<Value> values, Seq<Atom> atoms)
    {
        for (int i = 0; i < values.Count; i++) _substitution[values[i]] = atoms[i];
    }

    /// <summary>True if it is known what a value becomes.</summary>
    public bool Has(Value value) => _substitution.ContainsKey(value);

    /// <summary>What an operand becomes.</summary>
    public Atom this[Atom atom] => atom is Value value && _substitution.TryGetValue(value, out var other) ? other : atom;

    /// <summary>What operands become.</summary>
    public Seq<Atom> this[Seq<Atom> atoms] => atoms.Map(a => this[a]);

    /// <summary>What a type becomes.</summary>
    public IrType Type(IrType type) => mapType is null ? type : mapType(type);

    /// <summary>Copies the lets of a block whose parameters have been substituted; gives what its results become.</summary>
    public Seq<Atom> Lets(BlockBuilder builder, Block block)
    {
        foreach (var let in block.Lets) Let(builder, let);
        return this[block.Results];
    }

    /// <summary>Copies a block with arguments in the place of its parameters.</summary>
    public Seq<Atom> Inline(BlockBuilder builder, Block block, Seq<Atom> arguments)
    {
        Substitute(block.Parameters, arguments);
        return Lets(builder, block);
    }

    /// <summary>Copies a block as a block, with fresh parameters.</summary>
    public Block Block(BlockBuilder? outer, Block block)
    {
        var builder = outer?.Nested() ?? new BlockBuilder();
        var parameters = block.Parameters.Map(Fresh);
        Substitute(block.Parameters, parameters.Map(Atom (p) => p));
        return builder.Build(parameters, Lets(builder, block));
    }

    /// <summary>A fresh value like another one.</summary>
    public Value Fresh(Value value) => new(Type(value.Type), value.Name, value.Span);

    private void Let(BlockBuilder builder, Let let)
    {
        if (let.Targets.Count > 0 && let.Targets[0].Span is { } span) builder.Span = span;
        var results = replace?.Invoke(this, builder, let) ?? Copy(builder, let);
        Substitute(let.Targets, results);
    }

    /// <summary>Copies a let as it is, or simplified.</summary>
    public Seq<Atom> Copy(BlockBuilder builder, Let let)
    {
        switch (let.Expr)
        {
            case Apply apply:
                return [builder.Apply(apply.Op, this[apply.Arguments].Span)];
            case Undefined undefined:
                return [builder.Undefined(Type(undefined.Type))];
            case If choice when this[choice.Condition] is Literal condition:
                return Lets(builder, condition.Integer != 0 ? choice.Then : choice.Else);
            case Switch choice when builder.Injection(this[choice.Subject]) is { } known:
                return Inline(builder, choice.Cases[known.Case], known.Fields);
        }
        var operands = this[let.Expr.Operands];
        var blocks = let.Expr.Blocks.Map(b => Block(builder, b));
        return RegionRules.Simplify(builder, let.Expr.With(operands, blocks) switch
        {
            Inject inject => inject with { Union = (UnionType)Type(inject.Union) },
            var expr => expr,
        }, let.Targets.Map(t => Type(t.Type)));
    }
}
