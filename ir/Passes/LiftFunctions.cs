namespace MindDsl.Ir;

/// <summary>Closes functions: what a function reads of the functions around it becomes its first parameters (lambda lifting).</summary>
public static class LiftFunctions
{
    /// <summary>The pass.</summary>
    public static readonly Pass Pass = new("lift-functions", "functions read only their parameters", Run, Level.Closed);

    private static Module Run(Module module)
    {
        var captured = Captured(module);
        if (captured.Values.All(c => c.Count == 0)) return module;
        return module.With(module.Functions.ToDictionary(f => f.Key, f => Lift(f.Value, captured, module)));
    }

    /// <summary>For each function the values that it, or a function that it names, reads from outside: a least fixed point.</summary>
    private static Dictionary<FunctionName, Seq<Value>> Captured(Module module)
    {
        var captured = module.Functions.ToDictionary(f => f.Key, f => Scope.FreeValues(f.Value.Body));
        var bound = module.Functions.ToDictionary(f => f.Key, f => AllBound(f.Value.Body, []));
        for (bool changed = true; changed;)
        {
            changed = false;
            foreach (var (name, function) in module.Functions)
            {
                var named = Scope.Functions(function.Body).Concat(function.Companions);
                var more = named.SelectMany(n => captured[n]).Where(v => !bound[name].Contains(v)).Distinct().Except(captured[name]).ToSeq();
                if (more.Count == 0) continue;
                captured[name] = [.. captured[name], .. more];
                changed = true;
            }
            // A function and its rule are called with the same captured values.
            foreach (var function in module.Functions.Values)
                foreach (var companion in function.Companions)
                {
                    if (captured[companion] == captured[function.Name]) continue;
                    var union = captured[function.Name].Union(captured[companion]).ToSeq();
                    changed |= union.Count != captured[companion].Count || union.Count != captured[function.Name].Count;
                    captured[function.Name] = captured[companion] = union;
                }
        }
        return captured;
    }

    private static HashSet<Value> AllBound(Block block, HashSet<Value> bound)
    {
        bound.UnionWith(block.Parameters);
        foreach (var let in block.Lets)
        {
            bound.UnionWith(let.Targets);
            foreach (var inner in let.Expr.Blocks) AllBound(inner, bound);
        }
        return bound;
    }

    private static Function Lift(Function function, Dictionary<FunctionName, Seq<Value>> captured, Module module)
    {
        var copy = new BlockCopy((copy, builder, let) =>
        {
            if (Scope.Named(let.Expr) is not { } name || captured[name].Count == 0) return null;
            var extra = captured[name].Map(v => copy[v]);
            Expr lifted = let.Expr switch
            {
                Call call => call with { Arguments = [.. extra, .. copy[call.Arguments]] },
                MakeClosure closure => closure with { Captured = [.. extra, .. copy[closure.Captured]] },
                Differentiate { Part: DerivativePart.Linear } d => d with { Active = [.. extra.Map(_ => false), .. d.Active], Arguments = copy[d.Arguments] },
                Differentiate d => d with { Active = [.. extra.Map(_ => false), .. d.Active], Arguments = [.. extra, .. copy[d.Arguments]] },
                var other => throw new MindDslException(Diagnostics.Internal($"{other.GetType().Name} names a function")),
            };
            return builder.Emit(lifted, let.Targets.Map(t => t.Type)).Map(Atom (v) => v);
        });
        var outside = captured[function.Name];
        var parameters = outside.Map(copy.Fresh);
        copy.Substitute(outside, parameters.Map(Atom (p) => p));
        var body = copy.Block(null, function.Body);
        var results = body.Results;
        if (module.Functions.Values.FirstOrDefault(f => f.Rule?.Rule == function.Name)?.Rule is { Kind: DerivativeKind.Reverse })
            return WithoutCapturedCotangents(function, parameters, body);
        return function with { Body = new([.. parameters, .. body.Parameters], body.Lets, results) };
    }

    /// <summary>A user's reverse rule says nothing of captured values: their cotangent is zero.</summary>
    private static Function WithoutCapturedCotangents(Function rule, Seq<Value> captured, Block body)
    {
        var builder = new BlockBuilder();
        var results = new BlockCopy().Inline(builder, body, body.Parameters.Map(Atom (p) => p));
        var zeros = captured.Where(c => c.Type.IsDifferentiable).Select(c => builder[Literal.Of(((TensorType)c.Type).DType, 0.0)].BroadcastTo(((TensorType)c.Type).Shape).Atom);
        return rule with { Body = builder.Build([.. captured, .. body.Parameters], [.. zeros, .. results]) };
    }
}
