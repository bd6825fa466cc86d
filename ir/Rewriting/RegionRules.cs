namespace MindDsl.Ir;

/// <summary>Rules of structured operations: what does not change in a loop leaves it, and branches that agree are not branches.</summary>
public static class RegionRules
{
    /// <summary>Binds an operation, or a simpler one; gives its results.</summary>
    public static Seq<Atom> Simplify(BlockBuilder builder, Expr expr, Seq<IrType> types) => LoopInvariants.Hoisted(builder, expr) switch
    {
        If choice => Agreeing(builder, Common(builder, choice), types),
        While loop => Invariant(builder, loop, types),
        Scan { Length: Literal { Integer: > 0 } } scan => Constant(builder, scan.Body, scan.Initial.Count, scan.StackedLength is null ? 0 : 1, types, Invariant(builder, scan, types)),
        Scan scan => Invariant(builder, scan, types),
        Build build when build.Extents.All(e => e is { IsConstant: true, Value: > 0 }) => Constant(builder, build.Body, 0, build.Extents.Count, types, Bind(builder, build, types)),
        var other => Bind(builder, other, types),
    };

    /// <summary>What a loop that runs gives at each index alike: the last carry is that, and what is emitted a broadcast.</summary>
    private static Seq<Atom> Constant(BlockBuilder builder, Block body, int carries, int axes, Seq<IrType> types, Seq<Atom> results)
    {
        var bound = Scope.Bound(body);
        return results.Map((result, k) =>
        {
            if (body.Results[k] is not { Type: TensorType element } atom) return result;
            if (atom is Value value && bound.Contains(value)) return carries == 0 && Whole(body, value, types[k]) is { } whole && !bound.Contains(whole) ? whole : result;
            if (k < carries) return atom;
            return axes > 0 && types[k] is TensorType stack ? builder.Apply(new Broadcast(stack.Shape, Seq.Range(element.Rank).Map(a => a + axes)), atom) : result;
        });
    }

    /// <summary>Binds an operation, or finds the equal one; results that are equal whatever happens are one.</summary>
    private static Seq<Atom> Bind(BlockBuilder builder, Expr expr, Seq<IrType> types)
    {
        var (blocks, first) = expr switch
        {
            While loop => ([loop.Body], loop.Initial.Count),
            Scan scan => ([scan.Body], scan.Initial.Count),
            _ => (expr.Blocks, 0),
        };
        var one = Seq.Range(types.Count).Map(k => k < first || blocks.Count == 0 ? k
            : Seq.Range(k).Skip(first).FirstOrDefault(j => types[j].Equals(types[k]) && blocks.All(b => b.Results[j].Equals(b.Results[k])), k));
        var kept = Seq.Range(types.Count).Where(k => one[k] == k).ToSeq();
        if (kept.Count == types.Count) return builder.Share(expr, types).Map(Atom (v) => v);
        var narrow = expr is While { Condition: var condition, Body: var body } ? [condition, Keep(body, kept)] : blocks.Map(b => Keep(b, kept));
        var bound = builder.Share(expr.With(expr.Operands, narrow), kept.Map(k => types[k]));
        return one.Map(Atom (k) => bound[kept.IndexOf(k)]);
    }

    /// <summary>The tensor of which a block reads the element at its parameters, <c>build i, j → x[i, j] = x</c>.</summary>
    private static Value? Whole(Block body, Value element, IrType type) =>
        body.Lets.FirstOrDefault(l => ReferenceEquals(l.Targets[0], element)) is { Expr: Apply { Op: Gather gather, Arguments: var read } }
        && read[0] is Value whole && whole.Type.Equals(type) && gather == Gather.At(whole.Type is TensorType tensor ? tensor.Rank : 0, body.Parameters.Count)
        && read.Slice(1, read.Count - 1) == body.Parameters.Map(Atom (p) => p) ? whole : null;

    /// <summary>What both branches compute is computed before them.</summary>
    private static If Common(BlockBuilder builder, If choice)
    {
        BlockCopy first = new(), second = new();
        HashSet<Value> left = Scope.Bound(choice.Then), right = Scope.Bound(choice.Else);
        bool found = false;
        for (bool goesOn = true; goesOn; found |= goesOn)
        {
            goesOn = false;
            var other = new Dictionary<Expr, Seq<Value>>();
            foreach (var (expr, targets) in Outside(choice.Else, second, right)) other.TryAdd(expr, targets);
            foreach (var (expr, targets) in Outside(choice.Then, first, left))
            {
                if (!other.TryGetValue(expr, out var same)) continue;
                var atoms = expr is Apply apply ? [builder.Apply(apply.Op, apply.Arguments.Span)] : Bind(builder, expr, targets.Map(t => t.Type));
                first.Substitute(targets, atoms);
                second.Substitute(same, atoms);
                left.ExceptWith(targets);
                right.ExceptWith(same);
                goesOn = true;
            }
        }
        return found ? new(choice.Condition, Rest(builder, choice.Then, first, left), Rest(builder, choice.Else, second, right)) : choice;
    }

    /// <summary>The operations and calls of a block that read nothing which the block binds.</summary>
    private static IEnumerable<(Expr, Seq<Value>)> Outside(Block block, BlockCopy copy, HashSet<Value> bound)
    {
        foreach (var let in block.Lets)
        {
            if (let.Expr is not (Apply or Call) || !bound.Contains(let.Targets[0])) continue;
            var operands = copy[let.Expr.Operands];
            if (!operands.Any(a => a is Value value && bound.Contains(value))) yield return (let.Expr.With(operands, []), let.Targets);
        }
    }

    private static Block Rest(BlockBuilder builder, Block block, BlockCopy copy, HashSet<Value> bound) =>
        copy.Block(builder, new(block.Parameters, block.Lets.Where(l => l.Targets.Any(bound.Contains)).ToSeq(), block.Results));

    /// <summary><c>if c then x else x = x</c>, result by result.</summary>
    private static Seq<Atom> Agreeing(BlockBuilder builder, If choice, Seq<IrType> types)
    {
        var differ = Seq.Range(types.Count).Where(k => !choice.Then.Results[k].Equals(choice.Else.Results[k])).ToSeq();
        if (differ.Count == types.Count) return Bind(builder, choice, types);
        var results = choice.Then.Results.Span.ToArray();
        if (differ.Count > 0)
        {
            var narrow = new If(choice.Condition, Keep(choice.Then, differ), Keep(choice.Else, differ));
            var bound = Bind(builder, narrow, differ.Map(k => types[k]));
            for (int i = 0; i < differ.Count; i++) results[differ[i]] = bound[i];
        }
        return Seq.Create<Atom>(results);
    }

    /// <summary>A carry that the body gives back as it got it is its initial value.</summary>
    private static Seq<Atom> Invariant(BlockBuilder builder, While loop, Seq<IrType> types)
    {
        var varies = Varying(loop.Initial.Count, loop.Body, 0);
        if (varies.Count == loop.Initial.Count) return Bind(builder, loop, types);
        var condition = Drop(loop.Condition, 0, varies, loop.Initial, 0);
        var body = Drop(loop.Body, 0, varies, loop.Initial, loop.Initial.Count);
        return Restore(loop.Initial, varies, types, kept => Bind(builder, new While(varies.Map(k => loop.Initial[k]), condition, body), kept));
    }

    private static Seq<Atom> Invariant(BlockBuilder builder, Scan scan, Seq<IrType> types)
    {
        var varies = Varying(scan.Initial.Count, scan.Body, 1);
        if (varies.Count == scan.Initial.Count) return Bind(builder, scan, types);
        var body = Drop(scan.Body, 1, varies, scan.Initial, scan.Initial.Count);
        return Restore(scan.Initial, varies, types, kept => Bind(builder, scan with { Initial = varies.Map(k => scan.Initial[k]), Body = body }, kept));
    }

    private static Seq<int> Varying(int carries, Block body, int first) =>
        Seq.Range(carries).Where(k => !ReferenceEquals(body.Results[k], body.Parameters[first + k])).ToSeq();

    private static Seq<Atom> Restore(Seq<Atom> initial, Seq<int> varies, Seq<IrType> types, Func<Seq<IrType>, Seq<Atom>> bind)
    {
        var emissions = types.Slice(initial.Count, types.Count - initial.Count);
        var bound = bind([.. varies.Map(k => types[k]), .. emissions]);
        var results = initial.Map((atom, k) => varies.IndexOf(k) is var i and >= 0 ? bound[i] : atom);
        return [.. results, .. bound.Slice(varies.Count, emissions.Count)];
    }

    /// <summary>The block without the carries that do not vary; <paramref name="results"/> is how many of its results are carries.</summary>
    private static Block Drop(Block block, int first, Seq<int> varies, Seq<Atom> initial, int results)
    {
        var copy = new BlockCopy();
        for (int k = 0; k < initial.Count; k++)
            if (varies.IndexOf(k) < 0) copy.Substitute(block.Parameters[first + k], initial[k]);
        var kept = Seq.Range(block.Parameters.Count).Where(p => p < first || p >= first + initial.Count || varies.IndexOf(p - first) >= 0).Select(p => block.Parameters[p]).ToSeq();
        var outcome = Seq.Range(block.Results.Count).Where(r => r >= results || varies.IndexOf(r) >= 0).Select(r => block.Results[r]).ToSeq();
        return copy.Block(null, new Block(kept, block.Lets, outcome));
    }

    private static Block Keep(Block block, Seq<int> results) => new(block.Parameters, block.Lets, results.Map(k => block.Results[k]));
}
