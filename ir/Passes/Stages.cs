namespace MindDsl.Ir;

/// <summary>A program in two: what depends on its last parameters alone, and the rest, which takes of the first what it needs.</summary>
public static class Stages
{
    /// <summary>
    /// Cuts a module whose first <paramref name="arguments"/> parameters come later than the others. The first program takes the others and results in tensors, which the second one takes
    /// after the arguments. What is no tensor, and what costs nothing to make, is computed in the second one.
    /// </summary>
    public static (Module First, Module Second) Split(Module module, int arguments)
    {
        var body = module.EntryFunction.Body;
        var late = body.Parameters.Slice(0, arguments);
        var known = body.Parameters.Slice(arguments, body.Parameters.Count - arguments);
        var varying = new HashSet<Value>(late);
        var second = new HashSet<Let>();
        var definitions = new Dictionary<Value, Let>();
        foreach (var let in body.Lets)
        {
            bool varies = false;
            Scope.Reads(let, v => varies |= varying.Contains(v));
            foreach (var target in let.Targets) definitions[target] = let;
            if (!varies) continue;
            second.Add(let);
            varying.UnionWith(let.Targets);
        }
        Seq<Value> kept;
        while (true)
        {
            kept = Scope.FreeValues(new(late, body.Lets.Where(second.Contains).ToSeq(), body.Results));
            var again = kept.Where(v => definitions.TryGetValue(v, out var let) && (v.Type is not TensorType || let.Expr is Apply { Op: Broadcast or Iota })).ToArray();
            if (again.Length == 0) break;
            foreach (var value in again) second.Add(definitions[value]);
        }
        return (
            With(module, new(known, body.Lets.Where(l => !l.Targets.Any(varying.Contains)).ToSeq(), kept.Map(Atom (v) => v))),
            With(module, new([.. late, .. kept], body.Lets.Where(second.Contains).ToSeq(), body.Results)));
    }

    private static Module With(Module module, Block body) => RemoveDead.Pass.Run(module.With(new Dictionary<FunctionName, Function>(module.Functions)
    {
        [module.Entry] = module.EntryFunction with { Body = new BlockCopy().Block(null, body) },
    }));
}
