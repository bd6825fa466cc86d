using System.Linq.Expressions;
using MindDsl.Backends.Loops;
using MindDsl.Ir;

namespace MindDsl.Backends.Cpu;

/// <content>
/// Branches that give a tensor back as they got it, or changed: the result lies where the tensor does, if nothing reads the tensor after the branch. So a loop that changes a tensor in some
/// of its iterations does nothing with it in the others.
/// </content>
internal sealed partial class FunctionEmitter
{
    /// <summary>Values from outside of the branch that is written, which nothing reads after it.</summary>
    private HashSet<Value> _spent = [];

    /// <summary>True if a value is not read after a let, and its memory may be used again.</summary>
    private bool IsSpent(Value value, BlockPlan plan, int at) =>
        (plan.Binds(value) || _spent.Contains(value)) && plan.LastRead(value) <= at && MayOverwrite(value) && _values.ContainsKey(value);

    /// <summary>For each result of branches the tensor in whose memory it lies, or null.</summary>
    private Value?[] Kept(Let let, Seq<Block> branches, BlockPlan plan, int at)
    {
        var kept = new Value?[let.Targets.Count];
        for (int k = 0; k < kept.Length; k++)
        {
            if (let.Targets[k].Type is not TensorType { Rank: > 0 } || _wanted.ContainsKey(let.Targets[k])) continue;
            foreach (var branch in branches)
            {
                if (branch.Results[k] is not Value value || !IsSpent(value, plan, at) || kept.Contains(value)) continue;
                if (branches.All(b => Seq.Range(kept.Length).All(j => j == k || !b.Results[j].Equals(value)))) kept[k] = value;
            }
        }
        return kept;
    }

    /// <summary>Writes branches, whose results are moved to receivers.</summary>
    private Expression[] Receivers(Let let, Value?[] kept)
    {
        var receivers = new Expression[let.Targets.Count];
        for (int k = 0; k < receivers.Length; k++)
        {
            var target = let.Targets[k];
            receivers[k] = kept[k] is { } value ? _values[value] : target.Type is TensorType { Rank: > 0 } ? Place(target) : _values[target] = Variable(TypeOf(target.Type));
        }
        return receivers;
    }

    /// <summary>Says that results of branches lie where tensors did that nobody reads any more.</summary>
    private void TakeOver(Let let, Value?[] kept, BlockPlan plan)
    {
        for (int k = 0; k < kept.Length; k++)
        {
            if (kept[k] is not { } value) continue;
            if (plan.Binds(value)) TakeOver(value, let.Targets[k], _values[value]);
            else TakeOverOutside(let.Targets[k], _values[value]);
        }
    }

    /// <summary>A value in memory that belongs to a value from outside of the branch.</summary>
    private Expression TakeOverOutside(Value target, Expression place)
    {
        _overwritable.Add(target);
        return _values[target] = place;
    }

    /// <summary>Lets a tensor that a function changes for a branch be changed where it is.</summary>
    private void WantChanged(Block block, Atom result, Value kept, Expression receiver)
    {
        if (result is not Value value || block.Lets.FirstOrDefault(l => l.Targets.IndexOf(value) >= 0) is not { Expr: Call call } let) return;
        if (block.Lets.Count(l => Reads(l, kept)) == 1 && call.Arguments.Count(a => a.Equals(kept)) == 1
            && program.MayShare(call.Function, let.Targets.IndexOf(value), call.Arguments.IndexOf(kept))) _wanted.TryAdd(value, receiver);
    }

    /// <summary>True if a let reads a value, in its operands or blocks.</summary>
    public static bool Reads(Let let, Value value)
    {
        bool found = false;
        Scope.Reads(let, v => found |= v == value);
        return found;
    }
}
