using MindDsl.Ir;

namespace MindDsl.Autodiff;

/// <content>Index comprehensions.</content>
internal sealed partial class BlockReversal
{
    /// <summary>
    /// The backward sweep of a comprehension is a comprehension over the same indices: it computes the body again and gives, for each summand of a
    /// cotangent of what the body reads from outside, one tensor over all indices. A summand that belongs to places φ(i) is summed over the indices that φ lacks and put in
    /// its place: by a permutation where φ is one, else by a scatter. So a comprehension that is a contraction has comprehensions that are contractions as derivatives.
    /// </summary>
    private Let Comprehension(Let let, Ir.Build build)
    {
        var cotangents = let.Targets.Map(t => Take(t));
        if (cotangents.All(c => c is null)) return let;
        int rank = build.Extents.Count;
        var copied = new BlockCopy();
        var indices = build.Body.Parameters.Map(copied.Fresh);
        copied.Substitute(build.Body.Parameters, indices.Map(Atom (i) => i));
        // The body is computed again for its cotangents, so it must not share active values with what is around it: the sweep may have passed those.
        var primal = new BlockBuilder();
        var results = copied.Lets(primal, build.Body);
        var block = new Block(indices, primal.Lets.ToSeq(), results);
        Activity.Propagate(block, active);

        var builder = primal.Nested();
        var reversal = new BlockReversal(context, active, builder, isElement: true, keeps);
        for (int k = 0; k < cotangents.Count; k++)
        {
            if (cotangents[k] is not { } cotangent) continue;
            var element = builder.Apply(Gather.At(cotangent.Tensor.Rank, rank), [cotangent, .. indices]);
            reversal.Seed(results[k], element);
        }
        var lets = reversal.Reverse(block.Lets);
        var bound = Scope.Bound(new Block(indices, lets, []));
        foreach (var let2 in builder.Lets) bound.UnionWith(let2.Targets);

        var outputs = new List<Atom>();
        var lifts = new List<(Value Value, int Output, Gather? Places, Seq<PlaceIndex> Indices)>();
        foreach (var value in reversal.Touched(bound).ToArray())
        {
            reversal._cotangents.Remove(value, out var summands);
            foreach (var summand in summands!)
            {
                int output = outputs.Count;
                outputs.Add(summand.Value.Atom);
                Gather? places = null;
                var lifted = new List<PlaceIndex>();
                if (summand.Scatter is { } gather) places = Lift(gather, summand.Indices, indices, bound, outputs, lifted);
                lifts.Add((value, output, places, lifted.ToSeq()));
            }
        }
        if (outputs.Count == 0) return let;

        var body = RemoveDead.Clean(new(indices, [.. lets, .. builder.Lets], outputs.ToSeq()));
        if (keeps) (let, body) = Kept(let, build, new(indices, lets, results), RemoveDead.Clean(new([], builder.Lets.ToSeq(), outputs.ToSeq())), body, cotangents.OfType<Value>());
        var types = outputs.Select(IrType (o) => o.Tensor with { Shape = new([.. build.Extents, .. o.Tensor.Shape.Dims]) }).ToSeq();
        var stacks = backward.Emit(build with { Body = new BlockCopy().Block(backward, body) }, types);
        foreach (var lift in lifts) Add(lift.Value, Settle(lift.Value, stacks, rank, lift.Output, lift.Places, lift.Indices));
        return let;
    }

    /// <summary>The comprehension that also gives what its backward sweep reads, and the body of that sweep, which reads it; if all of it are tensors.</summary>
    private static (Let Forward, Block Backward) Kept(Let let, Ir.Build build, Block forward, Block sweep, Block whole, IEnumerable<Value> seeds)
    {
        Residuals.Advance(ref forward, ref sweep, seeds);
        var residuals = Residuals.Of(ref sweep, forward, forward.Parameters);
        if (residuals.Any(r => r.Type is not TensorType)) return (let, whole);
        int rank = build.Extents.Count;
        var stacks = residuals.Map(r => new Value(new TensorType(r.Tensor.DType, new([.. build.Extents, .. r.Tensor.Shape.Dims]))));
        var builder = new BlockBuilder();
        var copy = new BlockCopy();
        for (int k = 0; k < residuals.Count; k++)
            copy.Substitute(residuals[k], builder.Apply(Gather.At(stacks[k].Tensor.Rank, rank), [stacks[k], .. forward.Parameters]));
        var results = copy.Lets(builder, sweep);
        var augmented = build with { Body = new(forward.Parameters, forward.Lets, [.. forward.Results, .. residuals]) };
        return (new([.. let.Targets, .. stacks], augmented), builder.Build(forward.Parameters, results));
    }

    /// <summary>
    /// A comprehension whose body reads sequences or unions from outside, which have no element for each index, as a loop; null if it reads none. The axes after the first one
    /// are a comprehension inside.
    /// </summary>
    private Scan? Steps(Ir.Build build)
    {
        if (!build.Extents[0].IsConstant || Scope.FreeValues(build.Body).All(v => v.Type is TensorType || !active.Contains(v))) return null;
        var body = build.Body;
        if (build.Extents.Count > 1)
        {
            var rest = build.Extents.Slice(1, build.Extents.Count - 1);
            var inner = new Block(body.Parameters.Slice(1, rest.Count), body.Lets, body.Results);
            var targets = body.Results.Map(r => new Value(r.Tensor with { Shape = new([.. rest, .. r.Tensor.Shape.Dims]) }));
            body = new([body.Parameters[0]], [new Let(targets, new Ir.Build(rest, inner))], targets.Map(Atom (t) => t));
        }
        Activity.Propagate(body, active);
        return new(Literal.Index(build.Extents[0].Constant), build.Extents[0], false, [], [], body);
    }

    /// <summary>The places of a summand in terms of all indices of the comprehension, which become its first axes.</summary>
    private static Gather Lift(
        Gather gather, Seq<Atom> operands, Seq<Value> indices, HashSet<Value> bound, List<Atom> outputs, List<PlaceIndex> lifted)
    {
        int rank = indices.Count, next = 0;
        var used = new HashSet<int>();
        var axes = gather.Axes.Map(axis =>
        {
            if (!axis.Indexed) return GatherAxis.Along(axis.Axes[0] + rank);
            var operand = operands[next++];
            int own = operand is Value value ? indices.IndexOf(value) : -1;
            if (own >= 0 && used.Add(own)) return GatherAxis.Along(own);
            bool built = operand is Value inside && bound.Contains(inside);
            if (built) outputs.Add(operand);
            lifted.Add(built ? new(null, outputs.Count - 1) : new(operand, -1));
            var shifted = axis.Axes.Map(a => a + rank);
            return GatherAxis.From(built ? [.. Seq.Range(rank), .. shifted] : shifted);
        });
        return new(axes, gather.ResultRank + rank);
    }

    /// <summary>An index operand of a place: a value from outside, or else the output of the comprehension with a number.</summary>
    private readonly record struct PlaceIndex(Atom? Captured, int Output);

    private Contribution Settle(Value value, Seq<Value> stacks, int rank, int output, Gather? places, Seq<PlaceIndex> lifted)
    {
        var stack = backward[stacks[output]];
        if (places is null) return stack.Widely(s => s.Sum(Seq.Range(rank)));
        var operands = lifted.Map(l => l.Captured ?? stacks[l.Output]);
        // Axes that no place depends on are summed over first.
        var named = places.Axes.SelectMany(a => a.Axes).ToHashSet();
        var lacking = Seq.Range(places.ResultRank).Where(a => !named.Contains(a)).ToSeq();
        if (lacking.Count > 0)
        {
            stack = stack.Widely(s => s.Sum(lacking));
            places = new(places.Axes.Map(a => a with { Axes = a.Axes.Map(k => k - lacking.Count(l => l < k)) }), places.ResultRank - lacking.Count);
        }
        return new(stack, places, operands);
    }
}
