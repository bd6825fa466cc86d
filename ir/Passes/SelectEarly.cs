namespace MindDsl.Ir;

/// <summary>
/// Where only some places of an axis are read of a tensor, it is computed for these places alone: <c>gather i (a · b) = (gather i a) · b</c>, through all operations back to what is read elsewhere too.
/// </summary>
/// <remarks>
/// It is done where a contraction or a reduction gets shorter; maps are computed where they are read anyway. It runs after derivatives were taken, so that tangents of what nobody reads are
/// not computed either.
/// </remarks>
public static class SelectEarly
{
    /// <summary>The pass.</summary>
    public static readonly Pass Pass = new("select-early", "no contraction computes places of which a gather or slice after it reads none", module => module.MapBodies(f =>
    {
        var plans = new Dictionary<Let, Reach>(ReferenceEqualityComparer.Instance);
        Plan(f.Body, plans);
        return plans.Count == 0 ? f.Body : RemoveDead.Clean(new BlockCopy(new Writer(plans).Replace).Block(null, f.Body));
    }));

    /// <summary>A selection and all that is computed for its places only, in program order.</summary>
    private sealed record Reach(Selection Selection, List<(Let Let, int Axis)> Lets);

    private static void Plan(Block block, Dictionary<Let, Reach> plans)
    {
        var ends = new Dictionary<Selection, List<(Let Let, int Axis)>>();
        foreach (var let in block.Lets)
        {
            foreach (var inner in let.Expr.Blocks.Span) Plan(inner, plans);
            if (let.Expr is not Apply apply || Selection.Of(apply) is not { } found) continue;
            if (!ends.TryGetValue(found.Selection, out var list)) ends[found.Selection] = list = [];
            list.Add((let, found.Axis));
        }
        if (ends.Count == 0) return;
        var users = Users(block);
        foreach (var (selection, list) in ends) Plan(block, users, selection, list, plans);
    }

    /// <summary>The lets of a block by the values that they read; a result of the block is read by nothing that could be selected.</summary>
    private static Dictionary<Value, List<Let?>> Users(Block block)
    {
        var users = new Dictionary<Value, List<Let?>>();
        void Note(Value value, Let? user)
        {
            if (!users.TryGetValue(value, out var list)) users[value] = list = [];
            list.Add(user);
        }
        foreach (var let in block.Lets) Scope.Reads(let, v => Note(v, let));
        foreach (var result in block.Results) if (result is Value value) Note(value, null);
        return users;
    }

    /// <summary>Adds what a selection reaches, from its ends upwards, if that makes work less.</summary>
    private static void Plan(Block block, Dictionary<Value, List<Let?>> users, Selection selection, List<(Let Let, int Axis)> ends, Dictionary<Let, Reach> plans)
    {
        var found = new HashSet<Let>(ReferenceEqualityComparer.Instance);
        var wanted = new Dictionary<Value, int>();
        void Want(Atom atom, int axis)
        {
            if (axis < 0 || atom is not Value value) return;
            wanted[value] = wanted.TryGetValue(value, out int other) && other != axis ? -1 : axis;
        }
        foreach (var (let, axis) in ends)
        {
            found.Add(let);
            Want(let.Expr.Operands[0], axis);
        }
        var reach = new Reach(selection, []);
        bool pays = false, reads = selection.Index is null;
        for (int i = block.Lets.Count - 1; i >= 0; i--)
        {
            var let = block.Lets[i];
            if (let.Expr is not Apply apply || !wanted.TryGetValue(let.Targets[0], out int axis) || axis < 0 || found.Contains(let)) continue;
            if (!users[let.Targets[0]].All(u => u is not null && found.Contains(u)) || SelectionRules.Pulled(apply, selection, axis) is not { } pulled) continue;
            found.Add(let);
            reach.Lets.Add((let, axis));
            pays |= apply.Op is Contract or Reduce or ArgReduce;
            for (int k = 0; k < apply.Arguments.Count; k++) Want(apply.Arguments[k], pulled.Axes[k]);
        }
        // A place that is out of range has to be found somewhere.
        reads |= reach.Lets.Any(r => SelectionRules.Pulled((Apply)r.Let.Expr, selection, r.Axis)!.Value.Axes.Where((axis, k) => axis >= 0 && !IsReached(r.Let.Expr.Operands[k])).Any());
        if (!pays || !reads) return;
        reach.Lets.Reverse();
        bool IsReached(Atom atom) => reach.Lets.Any(r => r.Let.Targets[0] == atom);
        foreach (var (let, _) in ends) plans.TryAdd(let, reach);
    }

    /// <summary>Writes what selections reach where they end, since the places may not be known before.</summary>
    private sealed class Writer(Dictionary<Let, Reach> plans)
    {
        private readonly Dictionary<(Selection, Value), Atom> _selected = [];

        public Seq<Atom>? Replace(BlockCopy copy, BlockBuilder builder, Let let)
        {
            if (!plans.TryGetValue(let, out var reach)) return null;
            var selection = reach.Selection;
            foreach (var (before, axis) in reach.Lets)
            {
                var target = before.Targets[0];
                if (_selected.ContainsKey((selection, target)) || !copy.Has(target)) continue;
                var apply = (Apply)before.Expr;
                var (op, axes) = SelectionRules.Pulled(apply, selection, axis)!.Value;
                var operands = apply.Arguments.Map((a, k) =>
                    axes[k] < 0 ? copy[a] : a is Value value && _selected.TryGetValue((selection, value), out var known) ? known : selection.Read(copy, builder, a, axes[k]));
                _selected[(selection, target)] = builder.Apply(op, operands.Span);
            }
            return _selected.TryGetValue((selection, (Value)let.Expr.Operands[0]), out var places) ? [builder[places].Reshape(let.Targets[0].Tensor.Shape).Atom] : null;
        }
    }
}
