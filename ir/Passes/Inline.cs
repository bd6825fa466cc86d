namespace MindDsl.Ir;

/// <summary>Puts the bodies of functions where they are called.</summary>
public static class Inline
{
    /// <summary>Functions up to this size are inlined wherever they are called; larger ones where they are called once.</summary>
    public const int SmallFunction = 16;

    /// <summary>Before differentiation: small functions and those that are called once, so that the rest is differentiated once.</summary>
    public static readonly Pass Early = new("inline-early", "no small function and none that is called once is called",
        module => Run(module, (function, calls) => calls == 1 || Scope.Size(function.Body) <= SmallFunction));

    /// <summary>
    /// Functions on tensors that are called at least so often stay functions: a hundred equal layers are compiled once and not a hundred times, and the code stays in the cache of the processor. Of fewer calls
    /// the code that is joined with what is around it runs faster.
    /// </summary>
    public const int ManyCalls = 64;

    /// <summary>Before code is generated: all that are neither recursive nor called very often.</summary>
    public static readonly Pass Late = new("inline", "only functions that are recursive, or on tensors and called very often, are called", module =>
    {
        var inLanes = CallGraph.InBuilds(module);
        return Run(module, (function, calls) => calls < ManyCalls || Scope.Size(function.Body) <= SmallFunction || inLanes.Contains(function.Name) || !IsOnTensors(function.Body), keepRules: false);
    });

    /// <summary>For backends without functions: all that are not recursive.</summary>
    public static readonly Pass All = new("inline-all", "only recursive functions are called", module => Run(module, (_, _) => true, keepRules: false));

    private static bool IsOnTensors(Block block) => block.Lets.Any(l => l.Targets.Any(t => t.Type is TensorType { Rank: > 0 }));

    private static Module Run(Module module, Func<Function, int, bool> wanted, bool keepRules = true)
    {
        var calls = new Dictionary<FunctionName, int>();
        foreach (var function in module.Functions.Values)
            foreach (var name in Scope.Functions(function.Body)) calls[name] = calls.GetValueOrDefault(name) + 1;
        var recursive = CallGraph.Recursive(module);
        var done = new Dictionary<FunctionName, Function>();

        Function Inlined(FunctionName name)
        {
            if (done.TryGetValue(name, out var known)) return known;
            var function = module.Functions[name];
            if (recursive.Contains(name)) done[name] = function;
            var copy = new BlockCopy((copy, builder, let) => let.Expr is Call call && IsWanted(call.Function)
                ? new BlockCopy().Inline(builder, Inlined(call.Function).Body, copy[call.Arguments])
                : null);
            return done[name] = function with { Body = copy.Block(null, function.Body) };
        }

        bool IsWanted(FunctionName name) => !recursive.Contains(name) && (!keepRules || module.Functions[name] is { HasRule: false, Checkpoint: null })
            && wanted(module.Functions[name], calls.GetValueOrDefault(name));

        foreach (var name in module.Functions.Keys) Inlined(name);
        return RemoveDead.Pass.Run(module.With(done));
    }
}

/// <summary>Which functions can reach themselves, and which are reached from comprehensions.</summary>
public static class CallGraph
{
    /// <summary>The functions that are called in the body of a comprehension, directly or through others.</summary>
    public static HashSet<FunctionName> InBuilds(Module module)
    {
        var found = new HashSet<FunctionName>();
        var waiting = new Stack<FunctionName>(module.Functions.Values.SelectMany(f => Inside(f.Body)));
        while (waiting.TryPop(out var name))
            if (found.Add(name)) foreach (var next in Scope.Functions(module.Functions[name].Body)) waiting.Push(next);
        return found;

        static IEnumerable<FunctionName> Inside(Block block) =>
            block.Lets.SelectMany(l => l.Expr is Build build ? Scope.Functions(build.Body) : l.Expr.Blocks.SelectMany(Inside));
    }

    /// <summary>The functions that call themselves, directly or through others.</summary>
    public static HashSet<FunctionName> Recursive(Module module)
    {
        var edges = module.Functions.ToDictionary(f => f.Key, f => Scope.Functions(f.Value.Body).Distinct().ToArray());
        var recursive = new HashSet<FunctionName>();
        foreach (var start in edges.Keys)
        {
            var seen = new HashSet<FunctionName>();
            var waiting = new Stack<FunctionName>(edges[start]);
            while (waiting.TryPop(out var name))
            {
                if (name == start)
                {
                    recursive.Add(start);
                    break;
                }
                if (seen.Add(name)) foreach (var next in edges[name]) waiting.Push(next);
            }
        }
        return recursive;
    }
}
