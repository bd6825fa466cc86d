using MindDsl.Backends.Loops;
using MindDsl.Ir;

namespace MindDsl.Backends.Cpu;

/// <summary>
/// Which results of an entry may be written straight to the memory of a donated argument: those after whose computation nothing reads the argument and nothing can
/// fail any more, so that a call that fails leaves every argument as it was.
/// </summary>
internal sealed class InPlace
{
    private readonly Block _block;
    private readonly BlockPlan _plan;
    private readonly Dictionary<Value, int> _defined = [];
    private readonly int _lastFailure = -1;

    /// <summary>Takes note of what a block computes.</summary>
    public InPlace(Block block, BlockPlan plan)
    {
        (_block, _plan) = (block, plan);
        for (int i = 0; i < block.Lets.Count; i++)
        {
            var let = block.Lets[i];
            foreach (var target in let.Targets) _defined[target] = i;
            if (!MayFail(let)) continue;
            // What a virtual tensor computes is computed where the tensor is read.
            _lastFailure = Math.Max(_lastFailure, let.Targets.Where(plan.IsVirtual).Select(plan.LastRead).Append(i).Max());
        }
    }

    /// <summary>True if the result of a donation may be written where its argument is.</summary>
    public bool Allows(Donation donation) =>
        _block.Results[donation.Result] is Value { Type: TensorType { Rank: > 0 } } result
        && _defined.TryGetValue(result, out int at)
        && _lastFailure < at
        && _block.Parameters[donation.Parameter] is var parameter
        && (_plan.LastRead(parameter) < at || (_plan.LastRead(parameter) == at && ReadsOnlyInStep(_block.Lets[at], parameter)));

    /// <summary>True if each element of what a let computes reads the parameter at its own index only.</summary>
    private bool ReadsOnlyInStep(Let let, Value parameter) => let.Expr is Apply { Op: Elementwise or Ir.Convert } apply
        ? apply.Arguments.All(a => a is not Value value || value == parameter || !_plan.IsVirtual(value) || ReadsOnlyInStep(_block.Lets[_defined[value]], parameter))
        : !Reads(let, parameter);

    private bool Reads(Let let, Value parameter)
    {
        bool found = false;
        Scope.Reads(let, v => found |= v == parameter || (_plan.IsVirtual(v) && _defined.TryGetValue(v, out int at) && Reads(_block.Lets[at], parameter)));
        return found;
    }

    private static bool MayFail(Let let) => let.Expr switch
    {
        Call => true,
        Apply { Op: Gather or Ir.Scatter or ArgReduce or Ir.Reduce or Fold } apply => !apply.Arguments[0].Tensor.DType.IsFloat || apply.Op is Gather or Ir.Scatter,
        Apply { Op: Elementwise } apply => apply.Arguments[0].Tensor.DType.IsInteger,
        _ => let.Expr.Blocks.Any(b => b.Lets.Any(MayFail)),
    };
}
