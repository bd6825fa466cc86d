using MindDsl.Ir;

namespace MindDsl.Autodiff;

/// <summary>What a backward block reads of the forward block that it belongs to.</summary>
internal static class Residuals
{
    /// <summary>
    /// The values bound in the forward block that the backward block reads. What costs no more to make again than to keep (a movement of what is at hand, an element of
    /// a tensor from outside) is computed again in the backward block instead.
    /// </summary>
    /// <param name="backward">The backward block; becomes one that computes again what is cheap.</param>
    /// <param name="forward">The forward block.</param>
    /// <param name="atHand">Values of the forward block that the backward block has anyway.</param>
    public static Seq<Value> Of(ref Block backward, Block forward, Seq<Value> atHand)
    {
        var bound = Scope.Bound(forward);
        var definitions = new Dictionary<Value, Let>();
        foreach (var let in forward.Lets) foreach (var target in let.Targets) definitions[target] = let;
        var kept = new List<Value>(Scope.FreeValues(backward).Where(v => bound.Contains(v) && atHand.IndexOf(v) < 0));
        var again = new List<Let>();
        for (bool changed = true; changed;)
        {
            changed = false;
            foreach (var value in kept.ToArray())
            {
                if (!definitions.TryGetValue(value, out var let) || let.Expr is not Apply apply || !IsCheap(apply)) continue;
                bool available = apply.Arguments.All(a => a is not Value v || !bound.Contains(v) || atHand.IndexOf(v) >= 0 || (kept.Contains(v) && v != value)
                    || again.Any(l => l.Targets[0] == v));
                if (!available) continue;
                kept.Remove(value);
                again.Add(let);
                changed = true;
            }
        }
        foreach (var value in kept.ToArray())
        {
            var chain = new List<Let>();
            if (!(Remake(value, chain) || Reread(value, chain))) continue;
            kept.Remove(value);
            again.AddRange(chain);
        }
        // A let that is computed again may be read by one that was found before it: program order serves both.
        var ordered = forward.Lets.Where(again.Contains).ToSeq();
        backward = new(backward.Parameters, [.. ordered, .. backward.Lets], backward.Results);
        return kept.ToSeq();

        // A number that a few quick operations on numbers make of what is at hand, or from outside.
        bool Remake(Value value, List<Let> chain)
        {
            if (!bound.Contains(value) || atHand.IndexOf(value) >= 0 || again.Any(l => l.Targets[0] == value) || chain.Any(l => l.Targets[0] == value)) return true;
            if (value.Type is not TensorType { Rank: 0 } || !definitions.TryGetValue(value, out var let) || let.Expr is not Apply apply || !IsCheap(apply)) return false;
            if (apply.Arguments.Any(a => a is Value { Type: TensorType { Rank: > 0 } }) || chain.Count == LongestChain) return false;
            chain.Add(let);
            return apply.Arguments.All(a => a is not Value operand || Remake(operand, chain));
        }

        // A part of a tensor that is there, at a place that a few such operations make.
        bool Reread(Value value, List<Let> chain)
        {
            chain.Clear();
            if (!definitions.TryGetValue(value, out var let) || let.Expr is not Apply { Op: Gather, Arguments: [Value whole, ..] } apply || !IsCheap(apply)) return false;
            chain.Add(let);
            return (!bound.Contains(whole) || atHand.IndexOf(whole) >= 0) && apply.Arguments.Skip(1).All(a => a is not Value place || Remake(place, chain));
        }
    }

    /// <summary>Operations on numbers that are done again rather than one result be kept.</summary>
    private const int LongestChain = 6;

    /// <summary>Moves what a backward block computes of the forward block alone, the slopes, to the forward block: it then runs once, however often the backward one does.</summary>
    public static void Advance(ref Block forward, ref Block backward, IEnumerable<Value> seeds)
    {
        var linear = new HashSet<Value>(seeds);
        var (first, second) = (new List<Let>(forward.Lets), new List<Let>());
        foreach (var let in backward.Lets)
        {
            bool depends = false;
            Scope.Reads(let, v => depends |= linear.Contains(v));
            (depends ? second : first).Add(let);
            if (depends) linear.UnionWith(let.Targets);
        }
        forward = new(forward.Parameters, first.ToSeq(), forward.Results);
        backward = new(backward.Parameters, second.ToSeq(), backward.Results);
    }

    /// <summary>
    /// The values that the backward block keeps under a policy: parameters of the forward block, and what the policy chooses. All else that it reads is computed again in
    /// the backward block, from parameters under another name, so that it is not shared with what the forward block computed.
    /// </summary>
    public static Seq<Value> Under(CheckpointPolicy policy, ref Block backward, Block forward)
    {
        var bound = Scope.Bound(forward);
        var definitions = new Dictionary<Value, Let>();
        foreach (var let in forward.Lets) foreach (var target in let.Targets) definitions[target] = let;
        var chosen = Chosen(policy, backward, forward, definitions);
        var kept = new List<Value>();
        var again = new HashSet<Let>();
        var seen = new HashSet<Value>();
        var waiting = new Stack<Value>(Scope.FreeValues(backward).Where(bound.Contains));
        while (waiting.TryPop(out var value))
        {
            if (!seen.Add(value)) continue;
            if (!definitions.TryGetValue(value, out var let) || chosen.Contains(value)) kept.Add(value);
            else if (again.Add(let))
                Scope.Reads(let, v =>
                {
                    if (bound.Contains(v)) waiting.Push(v);
                });
        }
        var builder = new BlockBuilder();
        var copy = new BlockCopy();
        Seq<Let> repeated = [.. forward.Lets.Where(again.Contains), .. backward.Lets];
        foreach (var value in Renamed(kept, repeated)) copy.Substitute(value, builder.Apply(new Tag(Tag.Again), value));
        var results = copy.Lets(builder, new Block([], repeated, backward.Results));
        backward = builder.Build(backward.Parameters, results);
        return kept.ToSeq();
    }

    /// <summary>
    /// The values that get another name. A tensor keeps its own, and is not copied, where all that reads it reads something renamed, too, or runs with the index of a loop, as elements that a loop reads do.
    /// </summary>
    private static IEnumerable<Value> Renamed(List<Value> kept, Seq<Let> lets)
    {
        var own = kept.Where(v => v.Type is TensorType { Rank: > 0 }).ToHashSet();
        while (own.Count > 0)
        {
            int before = own.Count;
            Walk(lets, own.ToDictionary(v => v, Seq<Value> (v) => [v]));
            if (own.Count == before) break;
        }
        return kept.Where(v => v.Type is TensorType && !own.Contains(v));

        // What reads nothing but values with their own names would be shared with the forward block.
        void Walk(Seq<Let> block, Dictionary<Value, Seq<Value>> sources)
        {
            foreach (var let in block)
            {
                var reads = new List<Value>();
                Scope.Reads(let, reads.Add);
                if (reads.Count > 0 && reads.All(sources.ContainsKey))
                {
                    Seq<Value> all = [.. reads.SelectMany(r => sources[r]).Distinct()];
                    if (let.Expr is Apply { Op: Movement or Broadcast }) sources[let.Targets[0]] = all;
                    else own.ExceptWith(all);
                }
                else foreach (var inner in let.Expr.Blocks) Walk(inner.Lets, sources);
            }
        }
    }

    private static HashSet<Value> Chosen(CheckpointPolicy policy, Block backward, Block forward, Dictionary<Value, Let> definitions)
    {
        var chosen = new HashSet<Value>();
        foreach (var (value, let) in definitions)
            if (let.Expr is Apply { Op: var op } && ((policy.Products && op is Contract) || (op is Tag tag && policy.Names.Contains(tag.Label)))) chosen.Add(value);
        long left = policy.Bytes;
        if (left <= 0) return chosen;
        var read = Scope.FreeValues(backward).ToHashSet();
        foreach (var (value, let) in definitions.Where(d => read.Contains(d.Key) && !chosen.Contains(d.Key)).OrderByDescending(d => Cost(d.Value) / (double)Math.Max(1, Bytes(d.Key))).ToArray())
        {
            long bytes = Bytes(value);
            if (bytes > left) continue;
            left -= bytes;
            chosen.Add(value);
        }
        return chosen;
    }

    private static long Bytes(Value value) => value.Type is TensorType { Shape.Size: { IsConstant: true } size } tensor ? size.Value * tensor.DType.Size : long.MaxValue;

    /// <summary>About what it costs to compute a let again.</summary>
    private static double Cost(Let let)
    {
        if (let.Expr is not Apply apply || let.Targets[0].Type is not TensorType { Shape.Size: { IsConstant: true } size }) return 1e12;
        double elements = size.Value;
        if (apply.Op is not Contract contract) return apply.Op is Elementwise { Slopes.Length: > 0, Signature: Signature.Float } ? 20 * elements : elements;
        var left = apply.Arguments[0].Tensor.Shape;
        for (int k = 0; k < left.Rank; k++) if (!contract.Result.Contains(contract.Left[k]) && left[k].IsConstant) elements *= left[k].Value;
        return 2 * elements;
    }

    /// <summary>Operations that cost no more than to write their result and to read it.</summary>
    private static readonly HashSet<Elementwise> Quick =
    [
        ElementwiseOps.Neg, ElementwiseOps.Add, ElementwiseOps.Sub, ElementwiseOps.Mul, ElementwiseOps.Max, ElementwiseOps.Min, ElementwiseOps.Abs, ElementwiseOps.Sign,
        ElementwiseOps.Select, ElementwiseOps.And, ElementwiseOps.Or, ElementwiseOps.Not, ElementwiseOps.StopGradient, ElementwiseOps.ShiftLeft, ElementwiseOps.ShiftRight,
    ];

    private static bool IsCheap(Apply apply) => apply.Op switch
    {
        Broadcast or Reshape or Permute or Slice or Iota or SizeOf or Ir.Convert => true,
        Gather gather => gather.Axes.All(a => !a.Indexed || a.Axes.Count == 0),
        Elementwise { Signature: Signature.Compare or Signature.Classify } => true,
        Elementwise elementwise => Quick.Contains(elementwise),
        _ => false,
    };
}
