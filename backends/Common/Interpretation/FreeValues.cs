using MindDsl.Ir;

namespace MindDsl.Backends.Interpretation;

/// <summary>For each function the values of functions around it that it, or a function it mentions, reads. Closed functions have none.</summary>
internal static class FreeValues
{
    public static IReadOnlyDictionary<FunctionName, IReadOnlyList<Value>> Of(Module module)
    {
        var uses = module.Functions.ToDictionary(f => f.Key, f => new Uses(f.Value.Body));
        for (bool grown = true; grown;)
        {
            grown = false;
            foreach (var use in uses.Values)
                foreach (var mentioned in use.Mentioned)
                    if (uses.TryGetValue(mentioned, out var other))
                        foreach (var value in other.Free.ToArray())
                            grown |= !use.Bound.Contains(value) && use.Free.Add(value);
        }
        return uses.ToDictionary(u => u.Key, IReadOnlyList<Value> (u) => [.. u.Value.Free]);
    }

    private sealed class Uses
    {
        public Uses(Block body)
        {
            Visit(body);
            Free.ExceptWith(Bound);
        }

        public HashSet<Value> Bound { get; } = new(ReferenceEqualityComparer.Instance);

        public HashSet<Value> Free { get; } = new(ReferenceEqualityComparer.Instance);

        public HashSet<FunctionName> Mentioned { get; } = [];

        private void Visit(Block block)
        {
            Bound.UnionWith(block.Parameters);
            foreach (var let in block.Lets)
            {
                Read(let.Expr.Operands);
                if (let.Expr is Call call) Mentioned.Add(call.Function);
                if (let.Expr is MakeClosure closure) Mentioned.Add(closure.Function);
                foreach (var inner in let.Expr.Blocks) Visit(inner);
                Bound.UnionWith(let.Targets);
            }
            Read(block.Results);
        }

        private void Read(Seq<Atom> atoms)
        {
            foreach (var atom in atoms)
                if (atom is Value value) Free.Add(value);
        }
    }
}
