namespace MindDsl.Ir;

/// <summary>Removes what nobody reads: lets, and single results, carries, emissions and inputs of structured operations.</summary>
public static class RemoveDead
{
    /// <summary>The pass.</summary>
    public static readonly Pass Pass = new("remove-dead", "every binding is read", module =>
    {
        var functions = new Dictionary<FunctionName, Function>();
        var waiting = new Stack<FunctionName>([module.Entry]);
        while (waiting.TryPop(out var name))
        {
            if (functions.ContainsKey(name)) continue;
            var function = module.Functions[name];
            functions[name] = function = function with { Body = Clean(function.Body) };
            foreach (var called in Scope.Functions(function.Body)) waiting.Push(called);
            foreach (var companion in function.Companions) waiting.Push(companion);
        }
        return module.With(functions);
    });

    /// <summary>A block without what nobody reads.</summary>
    public static Block Clean(Block block)
    {
        var live = new HashSet<Value>();
        foreach (var result in block.Results) Mark(live, result);
        var lets = new List<Let>();
        for (int i = block.Lets.Count - 1; i >= 0; i--)
        {
            var let = block.Lets[i];
            if (!let.Targets.Any(live.Contains)) continue;
            let = Narrow(let, live);
            Scope.Reads(let, v => live.Add(v));
            lets.Add(let);
        }
        lets.Reverse();
        return new(block.Parameters, lets.ToSeq(), block.Results);
    }

    private static void Mark(HashSet<Value> live, Atom atom)
    {
        if (atom is Value value) live.Add(value);
    }

    private static Let Narrow(Let let, HashSet<Value> live)
    {
        var kept = Seq.Range(let.Targets.Count).Where(k => live.Contains(let.Targets[k])).ToSeq();
        switch (let.Expr)
        {
            case If or Switch or Build:
                var blocks = let.Expr.Blocks.Map(b => Clean(new(b.Parameters, b.Lets, kept.Map(k => b.Results[k]))));
                return new(kept.Map(k => let.Targets[k]), let.Expr.With(let.Expr.Operands, blocks));
            case While loop:
                var needed = Needed(kept, loop.Initial.Count, loop.Body, 0, ReadParameters(loop.Condition));
                var results = Results(kept, needed, loop.Initial.Count);
                return new(results.Map(k => let.Targets[k]), new While(
                    needed.Map(k => loop.Initial[k]),
                    Clean(new(needed.Map(k => loop.Condition.Parameters[k]), loop.Condition.Lets, loop.Condition.Results)),
                    Clean(new(needed.Map(k => loop.Body.Parameters[k]), loop.Body.Lets, results.Map(k => loop.Body.Results[k])))));
            case Scan scan:
                return Narrow(let, scan, kept);
            default:
                return let;
        }
    }

    private static Let Narrow(Let let, Scan scan, Seq<int> kept)
    {
        int carries = scan.Initial.Count;
        var needed = Needed(kept, carries, scan.Body, 1, []);
        var results = Results(kept, needed, carries);
        var body = Clean(new(scan.Body.Parameters, scan.Body.Lets, results.Map(k => scan.Body.Results[k])));
        var read = Scope.FreeValues(Bare(body));
        var inputs = Seq.Range(scan.Inputs.Count).Where(k => read.IndexOf(body.Parameters[1 + carries + k]) >= 0).ToSeq();
        Seq<Value> parameters =
        [
            body.Parameters[0], .. needed.Map(k => body.Parameters[1 + k]), .. inputs.Map(k => body.Parameters[1 + carries + k]),
        ];
        return new(results.Map(k => let.Targets[k]), scan with
        {
            Initial = needed.Map(k => scan.Initial[k]),
            Inputs = inputs.Map(k => scan.Inputs[k]),
            Body = new(parameters, body.Lets, body.Results),
        });
    }

    /// <summary>The block without parameters, so that they count as free.</summary>
    private static Block Bare(Block block) => new([], block.Lets, block.Results);

    /// <summary>The carries that a result that is read depends on, in any number of iterations.</summary>
    private static Seq<int> Needed(Seq<int> kept, int carries, Block body, int first, Seq<int> readByCondition)
    {
        var needed = new HashSet<int>([.. kept.Where(k => k < carries), .. readByCondition]);
        while (true)
        {
            var results = Results(kept, needed.Order().ToSeq(), carries);
            var read = Scope.FreeValues(Bare(Clean(new(body.Parameters, body.Lets, results.Map(k => body.Results[k])))));
            int before = needed.Count;
            for (int k = 0; k < carries; k++) if (read.IndexOf(body.Parameters[first + k]) >= 0) needed.Add(k);
            if (needed.Count == before) return needed.Order().ToSeq();
        }
    }

    private static Seq<int> ReadParameters(Block block)
    {
        var read = Scope.FreeValues(Bare(block));
        return Seq.Range(block.Parameters.Count).Where(k => read.IndexOf(block.Parameters[k]) >= 0).ToSeq();
    }

    private static Seq<int> Results(Seq<int> kept, Seq<int> needed, int carries) => [.. needed, .. kept.Where(k => k >= carries)];
}
