using MindDsl.Ir;

namespace MindDsl.Autodiff;

/// <content>Branches and loops.</content>
internal sealed partial class BlockReversal
{
    /// <summary>
    /// If and Switch: the backward sweep is an If or Switch on the same subject. Residuals of the branches are further results of the forward operation;
    /// residuals of one type share a result, since only one branch runs.
    /// </summary>
    private Let Alternatives(Let let, Atom? subject, Seq<Block> blocks, Func<Seq<Block>, Expr> rebuild)
    {
        var cotangents = let.Targets.Map(t => Take(t));
        if (cotangents.All(c => c is null)) return let;
        // What branches read from outside starts with its cotangent so far, so that what is inside adds to it where it is.
        var outside = new Dictionary<Value, Atom>();
        foreach (var value in isElement ? [] : blocks.SelectMany(b => Scope.FreeValues(b)).Distinct())
            if (ReverseMode.Accumulates(value.Type) && _cotangents.ContainsKey(value) && Take(value) is { } sum) outside[value] = sum;
        var branches = blocks.Map(b => new Branch(this, b, cotangents, outside));
        foreach (var (value, start) in outside) Set(value, start);
        var placed = isElement ? TakePlaced(branches) : [];
        var touched = branches.SelectMany(b => b.Reversal.Touched(b.Bound)).Distinct()
            .Where(v => !outside.TryGetValue(v, out var start) || branches.Any(b => !b.Reversal.IsOnly(v, start))).ToSeq();
        bool split = subject is not null && Activity.IsActive(subject, active);
        if (touched.Count == 0 && placed.Count == 0 && !split) return let;

        var starts = touched.Map(v => Take(v) is var start && outside.ContainsKey(v) ? null : start);
        var types = touched.Map(v => context.Tangent(v.Type)!);
        IEnumerable<IrType> placedTypes = placed.SelectMany(p => p.IndexTypes.Prepend(p.Update));
        var backwardBlocks = branches.Map((branch, tag) =>
        {
            var fields = split ? [branch.Reversal.InjectFields((UnionType)subject!.Type, tag, branch.Block)] : Seq.Repeat<Atom>(null!, 0);
            var results = touched.Map((v, k) => branch.Reversal.Finish(v, starts[k]));
            var updates = placed.SelectMany(p => p.Results(tag, branch.Builder)).ToSeq();
            return RemoveDead.Clean(branch.Builder.Build([], [.. fields, .. results, .. updates]));
        });

        var slots = new List<Value>();
        var kept = new List<Seq<Value>>();
        var finished = new List<Block>();
        for (int i = 0; i < branches.Count; i++)
        {
            var block = backwardBlocks[i];
            var residuals = Residuals.Of(ref block, branches[i].Forward, branches[i].Block.Parameters);
            var copy = new BlockCopy();
            foreach (var (residual, slot) in Place(residuals, slots)) copy.Substitute(residual, slot);
            kept.Add(residuals);
            finished.Add(copy.Block(backward, new(branches[i].Block.Parameters, block.Lets, block.Results)));
        }

        var forward = branches.Map((branch, i) => WithSlots(branch.Forward, kept[i], slots.ToSeq()));
        var bound = backward.Emit(rebuild(finished.ToSeq()), split ? [context.TangentUnion((UnionType)subject!.Type), .. types, .. placedTypes] : [.. types, .. placedTypes]);
        // A branch may also give the subject as it is, so that it is among those touched: what it gets through its fields is added.
        for (int k = 0; k < touched.Count; k++) Set(touched[k], bound[k + (split ? 1 : 0)]);
        if (split) Add(subject!, new Contribution(backward[bound[0]]));
        int next = touched.Count + (split ? 1 : 0);
        foreach (var part in placed)
        {
            int indices = part.IndexTypes.Count();
            Add(part.Target, new Contribution(backward[bound[next]], part.Places, bound.Slice(next + 1, indices).Map(i => (Atom)i)));
            next += 1 + indices;
        }
        return new([.. let.Targets, .. slots], rebuild(forward));
    }

    private sealed class Branch
    {
        public Branch(BlockReversal outer, Block block, Seq<Atom?> cotangents, Dictionary<Value, Atom> outside)
        {
            Block = block;
            Builder = outer.BuilderInside(block);
            Reversal = outer.Inside(Builder);
            foreach (var (value, start) in outside) Reversal.Set(value, start);
            for (int k = 0; k < cotangents.Count; k++) Reversal.Seed(block.Results[k], cotangents[k]);
            Forward = new(block.Parameters, Reversal.Reverse(block.Lets), block.Results);
            Bound = Scope.Bound(Forward);
        }

        public Block Block { get; }

        public BlockBuilder Builder { get; }

        public BlockReversal Reversal { get; }

        public Block Forward { get; }

        public HashSet<Value> Bound { get; }
    }

    private BlockReversal Inside(BlockBuilder builder) => new(context, active, builder, isElement, keeps);

    private BlockBuilder BuilderInside(Block block) => Register(block, backward).Nested();

    /// <summary>The cotangent of a value from outside, added to what it has outside.</summary>
    private Atom Finish(Value value, Atom? start) => _cotangents.Remove(value, out var list)
        ? Sum(value, list, start) ?? context.Zero(backward, value)
        : start ?? context.Zero(backward, value);

    private Value InjectFields(UnionType union, int tag, Block block)
    {
        var fields = block.Parameters.Where(p => context.Tangent(p.Type) is not null).Select(p => Take(p) ?? context.Zero(backward, p)).ToSeq();
        var tangent = context.TangentUnion(union);
        return backward.Emit(new Inject(tangent, tag + 1, fields), [tangent])[0];
    }

    /// <summary>A result for each residual: one of the same type that this branch does not use yet, or a new one.</summary>
    private static IEnumerable<(Value Residual, Value Slot)> Place(Seq<Value> residuals, List<Value> slots)
    {
        var used = new HashSet<Value>();
        foreach (var residual in residuals)
        {
            var slot = slots.Find(s => s.Type == residual.Type && !used.Contains(s));
            if (slot is null) slots.Add(slot = new Value(residual.Type));
            used.Add(slot);
            yield return (residual, slot);
        }
    }

    private static Block WithSlots(Block block, Seq<Value> residuals, Seq<Value> slots)
    {
        var unread = new BlockBuilder();
        var left = residuals.ToList();
        var extra = slots.Map(Atom (slot) =>
        {
            var residual = left.Find(r => r.Type == slot.Type);
            if (residual is not null)
            {
                left.Remove(residual);
                return residual;
            }
            return unread.Undefined(slot.Type);
        });
        return new(block.Parameters, [.. block.Lets, .. unread.Lets], [.. block.Results, .. extra]);
    }

    /// <summary>
    /// While and Scan: the backward sweep is a scan over the same indices in the opposite direction. Its carries are the cotangents of the carries and
    /// of what the body reads from outside; its inputs are the residuals of each iteration; its emissions are the cotangents of the inputs.
    /// </summary>
    private Let Loop(Let let, Block body, int first, Seq<Atom> initial, Seq<Atom> inputs)
    {
        int carries = initial.Count;
        var cotangents = let.Targets.Map(t => Take(t));
        if (cotangents.All(c => c is null)) return let;
        var emitted = Seq.Range(cotangents.Count - carries).Where(k => cotangents[carries + k] is not null).ToSeq();
        var reached = ReachedCarries(body, first, carries, cotangents);

        var builder = Register(body, backward).Nested();
        var reversal = new BlockReversal(context, active, builder, keeps: keeps);
        var carried = reached.Map(k => new Value(context.Tangent(initial[k].Type)!, "ct"));
        var elements = emitted.Map(k => new Value(context.Tangent(body.Results[carries + k].Type)!, "ct"));
        for (int i = 0; i < reached.Count; i++) reversal.Seed(body.Results[reached[i]], carried[i]);
        for (int i = 0; i < emitted.Count; i++) reversal.Seed(body.Results[carries + emitted[i]], elements[i]);
        // What the body reads from outside starts each iteration with its cotangent so far, so that what is inside the body adds to it where it is.
        var outside = Scope.FreeValues(body).Where(v => v.Type is TensorType && active.Contains(v)).ToDictionary(v => v, v => new Value(v.Type));
        foreach (var (value, sum) in outside) reversal.Seed(value, sum);
        var forward = new Block(body.Parameters, reversal.Reverse(body.Lets), body.Results);

        var next = reached.Map(k => reversal.Take(body.Parameters[first + k]) ?? context.Zero(builder, body.Parameters[first + k]));
        var read = Seq.Range(inputs.Count).Where(k => Activity.IsActive(inputs[k], active)).ToSeq();
        var given = read.Map(k => reversal.Take(body.Parameters[first + carries + k]) ?? context.Zero(builder, body.Parameters[first + carries + k]));
        var touched = reversal.Touched(Scope.Bound(forward)).Where(v => !(outside.TryGetValue(v, out var sum) && reversal.IsOnly(v, sum))).ToSeq();
        var sums = touched.Map(v => outside.GetValueOrDefault(v) ?? new Value(context.Tangent(v.Type)!));
        var totals = touched.Map((v, k) => reversal.Finish(v, outside.ContainsKey(v) ? null : sums[k]));
        var sweep = RemoveDead.Clean(builder.Build([], [.. next, .. totals, .. given]));

        var atHand = first == 1 ? [body.Parameters[0], .. body.Parameters.Slice(1 + carries, inputs.Count)] : Seq.Repeat(body.Parameters[0], 0);
        var residuals = Residuals.Of(ref sweep, forward, atHand);
        var index = first == 1 ? body.Parameters[0] : new Value(TensorType.Scalar(DType.I64));
        var reread = first == 1 ? ReadInputs(sweep, body, carries, inputs) : [];
        var (augmented, length, traces) = WithResiduals(let, forward, residuals, reached.Count);

        Seq<Value> parameters = [index, .. carried, .. sums, .. residuals, .. reread.Map(k => body.Parameters[1 + carries + k]), .. elements];
        var copy = new BlockCopy();
        var scan = new Scan(
            length,
            let.Expr is Scan { StackedLength: { } stacked } ? stacked : LengthOf(read.Map(k => inputs[k])),
            let.Expr is not Scan { Reverse: true },
            [.. reached.Map(k => cotangents[k] ?? context.Zero(backward, let.Targets[k])), .. touched.Map(v => Take(v) ?? context.Zero(backward, v))],
            [.. traces, .. reread.Map(k => inputs[k]), .. emitted.Map(k => cotangents[carries + k]!)],
            copy.Block(backward, new(parameters, sweep.Lets, sweep.Results)));
        Seq<IrType> types = [.. carried.Map(c => c.Type), .. sums.Map(s => s.Type), .. read.Map(k => context.Tangent(inputs[k].Type)!)];
        var bound = RegionRules.Simplify(backward, scan, types);
        for (int i = 0; i < touched.Count; i++) Set(touched[i], bound[reached.Count + i]);
        for (int i = 0; i < reached.Count; i++) Add(initial[reached[i]], new Contribution(backward[bound[i]]));
        for (int i = 0; i < read.Count; i++) Add(inputs[read[i]], new Contribution(backward[bound[reached.Count + touched.Count + i]]));
        return augmented;
    }

    /// <summary>The active carries from which a result that has a cotangent is computed, in any number of iterations.</summary>
    private Seq<int> ReachedCarries(Block body, int first, int carries, Seq<Atom?> cotangents)
    {
        var reached = new HashSet<int>(Seq.Range(carries).Where(k => cotangents[k] is not null && active.Contains(body.Parameters[first + k])));
        while (true)
        {
            var wanted = Seq.Range(cotangents.Count).Where(k => k < carries ? reached.Contains(k) : cotangents[k] is not null);
            var sources = Activity.Sources(body, wanted.Select(k => body.Results[k]));
            int before = reached.Count;
            for (int k = 0; k < carries; k++)
                if (active.Contains(body.Parameters[first + k]) && sources.Contains(body.Parameters[first + k])) reached.Add(k);
            if (reached.Count == before) return reached.Order().ToSeq();
        }
    }

    private static Seq<int> ReadInputs(Block sweep, Block body, int carries, Seq<Atom> inputs)
    {
        var free = Scope.FreeValues(sweep);
        return Seq.Range(inputs.Count).Where(k => free.IndexOf(body.Parameters[1 + carries + k]) >= 0).ToSeq();
    }

    private static Dim? LengthOf(Seq<Atom> inputs)
    {
        foreach (var input in inputs) if (input.Type is TensorType tensor) return tensor.Shape[0];
        return null;
    }

    /// <summary>The loop that also emits residuals, its trip count, and the emitted residuals. A While that emits nothing counts its iterations.</summary>
    private (Let Let, Atom Length, Seq<Atom> Traces) WithResiduals(Let let, Block body, Seq<Value> residuals, int reached)
    {
        if (let.Expr is Scan scan)
        {
            var stacks = residuals.Map(r => new Value(r.Type is TensorType tensor && scan.StackedLength is { } n
                ? tensor with { Shape = new([n, .. tensor.Shape.Dims]) }
                : new SequenceType(r.Type)));
            var emitting = new Block(body.Parameters, body.Lets, [.. body.Results, .. residuals]);
            return (new([.. let.Targets, .. stacks], scan with { Body = emitting }), scan.Length, stacks.Map(Atom (s) => s));
        }
        var loop = (While)let.Expr;
        int carries = loop.Initial.Count;
        if (residuals.Count > 0 || loop.Emissions > 0)
        {
            var traces = residuals.Map(r => new Value(new SequenceType(r.Type)));
            var emitting = new Block(body.Parameters, body.Lets, [.. body.Results, .. residuals]);
            var counted = residuals.Count > 0 ? traces[0] : let.Targets[carries];
            var length = backward.Emit(new SequenceLength(counted), [TensorType.Scalar(DType.I64)])[0];
            return (new([.. let.Targets, .. traces], loop with { Body = emitting }), length, traces.Map(Atom (t) => t));
        }
        var (count, test, total) = (new Value(TensorType.Scalar(DType.I64)), new Value(TensorType.Scalar(DType.I64)), new Value(TensorType.Scalar(DType.I64)));
        var after = new Value(TensorType.Scalar(DType.I64));
        var counting = new While(
            [.. loop.Initial, Literal.Index(0)],
            new([.. loop.Condition.Parameters, test], loop.Condition.Lets, loop.Condition.Results),
            new([.. body.Parameters, count], [.. body.Lets, new([after], new Apply(ElementwiseOps.Add, [count, Literal.Index(1)]))], [.. body.Results, after]));
        return (new([.. let.Targets, total], counting), total, []);
    }
}
