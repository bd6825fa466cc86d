namespace MindDsl.Ir;

/// <summary>
/// Turns function values into data: a function type becomes a union with a case for each closure of that type in the program, whose fields are what the closure
/// captured; calling one becomes a switch over the cases (Reynolds, Definitional interpreters, 1972).
/// </summary>
public static class Defunctionalize
{
    /// <summary>The pass.</summary>
    public static readonly Pass Pass = new("defunctionalize", "no function values; closures are unions", Run, Level.FirstOrder);

    private static Module Run(Module module)
    {
        var sites = new Dictionary<FunctionType, List<FunctionName>>();
        foreach (var function in module.Functions.Values) Collect(module, function.Body, sites);
        var types = new Dictionary<FunctionType, UnionType>();
        foreach (var type in sites.Keys) types[type] = new UnionType("closure" + (types.Count == 0 ? "" : types.Count.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        if (types.Count == 0) return module;

        IrType Data(IrType type) => type switch
        {
            FunctionType f => types[f],
            SequenceType s => new SequenceType(Data(s.Element)),
            _ => type,
        };

        var unions = new Dictionary<UnionType, UnionDefinition>(module.Unions);
        foreach (var (type, union) in types)
            unions[union] = new(union, sites[type].Select(name => new UnionCase(name.Text, CapturedTypes(module, name, type).Map(Data))).ToSeq());
        return new(module.Entry, module.Functions.ToDictionary(f => f.Key, f =>
            f.Value with { Body = new BlockCopy(Replace, Data).Block(null, f.Value.Body) }), unions);

        Seq<Atom>? Replace(BlockCopy copy, BlockBuilder builder, Let let)
        {
            switch (let.Expr)
            {
                case MakeClosure closure:
                    var type = (FunctionType)let.Targets[0].Type;
                    return [builder.Emit(new Inject(types[type], sites[type].IndexOf(closure.Function), copy[closure.Captured]), [types[type]])[0]];
                case Invoke invoke:
                    var called = (FunctionType)invoke.Closure.Type;
                    var results = let.Targets.Map(t => Data(t.Type));
                    var cases = sites[called].Select(name =>
                    {
                        var inner = builder.Nested();
                        var fields = CapturedTypes(module, name, called).Map(t => new Value(Data(t)));
                        return inner.Build(fields, inner.Emit(new Call(name, [.. fields, .. copy[invoke.Arguments]]), results).Map(Atom (v) => v));
                    });
                    return builder.Emit(new Switch(copy[invoke.Closure], cases.ToSeq()), results).Map(Atom (v) => v);
                default:
                    return null;
            }
        }
    }

    private static Seq<IrType> CapturedTypes(Module module, FunctionName name, FunctionType type)
    {
        var all = module.Functions[name].ParameterTypes;
        return all.Slice(0, all.Count - type.Parameters.Count);
    }

    /// <summary>Finds every function type that occurs, and the closures of each.</summary>
    private static void Collect(Module module, Block block, Dictionary<FunctionType, List<FunctionName>> sites)
    {
        foreach (var parameter in block.Parameters) Note(parameter.Type);
        foreach (var let in block.Lets)
        {
            foreach (var target in let.Targets) Note(target.Type);
            if (let.Expr is MakeClosure closure && let.Targets[0].Type is FunctionType type && !sites[type].Contains(closure.Function))
                sites[type].Add(closure.Function);
            if (let.Expr is MakeClosure made)
                foreach (var captured in CapturedTypes(module, made.Function, (FunctionType)let.Targets[0].Type)) Note(captured);
            foreach (var inner in let.Expr.Blocks) Collect(module, inner, sites);
        }

        void Note(IrType type)
        {
            if (type is SequenceType sequence) Note(sequence.Element);
            if (type is not FunctionType f || !sites.TryAdd(f, [])) return;
            foreach (var part in f.Parameters) Note(part);
            foreach (var part in f.Results) Note(part);
        }
    }
}
