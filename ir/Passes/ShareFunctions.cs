namespace MindDsl.Ir;

/// <summary>Equal functions become one, so that equal parts of a program are differentiated and compiled once.</summary>
public static class ShareFunctions
{
    /// <summary>The pass.</summary>
    public static readonly Pass Pass = new("share-functions", "no two functions are equal", Run);

    private static Module Run(Module module)
    {
        // Where two functions become one, functions that call them may become equal.
        while (true)
        {
            var shared = Equal(module);
            if (shared.Count == 0) return module;
            var copy = (Block block) => new BlockCopy((copy, builder, let) => let.Expr switch
            {
                Call call when shared.TryGetValue(call.Function, out var one) => Bind(copy, builder, let, call with { Function = one }),
                MakeClosure closure when shared.TryGetValue(closure.Function, out var one) => Bind(copy, builder, let, closure with { Function = one }),
                Differentiate derivative when shared.TryGetValue(derivative.Function, out var one) => Bind(copy, builder, let, derivative with { Function = one }),
                _ => null,
            }).Block(null, block);
            module = module.With(module.Functions.Where(f => !shared.ContainsKey(f.Key)).ToDictionary(f => f.Key, f => f.Value with
            {
                Body = copy(f.Value.Body),
                Rule = f.Value.Rule is { } rule ? rule with { Rule = One(rule.Rule) } : null,
                FixedPoint = f.Value.FixedPoint is { } point ? point with { Step = One(point.Step) } : null,
                LinearSolve = f.Value.LinearSolve is { } system ? new(One(system.Product), One(system.Transposed)) : null,
            }));
            FunctionName One(FunctionName name) => shared.GetValueOrDefault(name, name);
        }
    }

    private static Seq<Atom> Bind(BlockCopy copy, BlockBuilder builder, Let let, Expr expr) => copy.Copy(builder, let with { Expr = expr });

    /// <summary>For each function that equals one before it, that one.</summary>
    private static Dictionary<FunctionName, FunctionName> Equal(Module module)
    {
        var shared = new Dictionary<FunctionName, FunctionName>();
        foreach (var group in module.Functions.Values.Where(f => f.Name != module.Entry).GroupBy(f => BlockEquality.Hash(f.Body)))
        {
            var kept = new List<Function>();
            foreach (var function in group)
            {
                if (kept.Find(k => BlockEquality.Same(function, k)) is { } one) shared[function.Name] = one.Name;
                else kept.Add(function);
            }
        }
        return shared;
    }
}
