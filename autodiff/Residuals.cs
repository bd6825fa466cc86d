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
        // A let that is computed again may be read by one that was found before it: program order serves both.
        var ordered = forward.Lets.Where(again.Contains).ToSeq();
        backward = new(backward.Parameters, [.. ordered, .. backward.Lets], backward.Results);
        return kept.ToSeq();
    }

    private static bool IsCheap(Apply apply) => apply.Op switch
    {
        Broadcast or Reshape or Permute or Slice or Iota or SizeOf or Ir.Convert => true,
        Gather gather => gather.Axes.All(a => !a.Indexed || a.Axes.Count == 0),
        Elementwise { Signature: Signature.Compare or Signature.Classify } => true,
        _ => false,
    };
}
