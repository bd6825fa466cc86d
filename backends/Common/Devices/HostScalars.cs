using MindDsl.Ir;

namespace MindDsl.Backends.Devices;

/// <summary>
/// Which scalars the host computes itself: those that follow by exact arithmetic from scalar arguments and loop counts, so that loops they decide need not wait for the device.
/// </summary>
internal sealed class HostScalars
{
    private readonly HashSet<Value> _found = [];
    private readonly Func<Let, bool> _isInKernel;
    private bool _changed;

    /// <param name="entry">The body of the program.</param>
    /// <param name="isInKernel">True of lets that become part of one kernel, with the blocks in them.</param>
    /// <param name="knowsArguments">True if the host knows the scalar arguments.</param>
    public HostScalars(Block entry, Func<Let, bool> isInKernel, bool knowsArguments = true)
    {
        _isInKernel = isInKernel;
        Assume(entry);
        foreach (var parameter in entry.Parameters)
        {
            if (!IsScalar(parameter)) continue;
            if (knowsArguments) _found.Add(parameter);
            else _found.Remove(parameter);
        }
        do
        {
            _changed = false;
            Check(entry);
        }
        while (_changed);
    }

    /// <summary>True if the host knows a scalar.</summary>
    public bool Contains(Atom atom) => atom is Literal || (atom is Value value && _found.Contains(value));

    private static bool IsScalar(Value value) => value.Type is TensorType { Rank: 0 };

    /// <summary>Everything that may be known, to begin with.</summary>
    private void Assume(Block block)
    {
        foreach (var parameter in block.Parameters) if (IsScalar(parameter)) _found.Add(parameter);
        foreach (var let in block.Lets)
        {
            if (let.Expr is Apply apply ? !IsExact(apply) : _isInKernel(let) || let.Expr is Undefined) continue;
            foreach (var target in let.Targets) if (IsScalar(target)) _found.Add(target);
            foreach (var inner in let.Expr.Blocks) Assume(inner);
        }
    }

    private static bool IsExact(Apply apply) => apply.Arguments.All(a => a.Tensor.Rank == 0) && (apply.Op is Ir.Convert or SizeOf or Reshape
        || (apply.Op is Elementwise op && (op.Signature is Signature.Compare or Signature.Select or Signature.Logic or Signature.Integer || apply.Arguments.All(a => !a.Tensor.DType.IsFloat)
            || op.Name is "add" or "sub" or "mul" or "div" or "neg" or "abs" or "max" or "min")));

    private void Check(Block block)
    {
        foreach (var let in block.Lets)
        {
            switch (let.Expr)
            {
                case Apply apply:
                    Keep(let.Targets[0], apply.Arguments.All(Contains));
                    break;
                case If choice:
                    Check(choice.Then);
                    Check(choice.Else);
                    for (int k = 0; k < let.Targets.Count; k++) Keep(let.Targets[k], Contains(choice.Then.Results[k]) && Contains(choice.Else.Results[k]));
                    break;
                case Switch choice:
                    foreach (var block2 in choice.Cases)
                    {
                        foreach (var field in block2.Parameters) Keep(field, false);
                        Check(block2);
                    }
                    for (int k = 0; k < let.Targets.Count; k++) Keep(let.Targets[k], choice.Cases.All(c => Contains(c.Results[k])));
                    break;
                case While loop:
                    Check(loop.Condition);
                    Check(loop.Body);
                    for (int k = 0; k < loop.Initial.Count; k++)
                        Same([let.Targets[k], loop.Condition.Parameters[k], loop.Body.Parameters[k]], Contains(loop.Initial[k]) && Contains(loop.Body.Results[k]));
                    break;
                case Scan scan:
                    Check(scan.Body);
                    for (int k = 0; k < scan.Initial.Count; k++)
                        Same([let.Targets[k], scan.Body.Parameters[1 + k]], Contains(scan.Initial[k]) && Contains(scan.Body.Results[k]));
                    for (int k = 1 + scan.Initial.Count; k < scan.Body.Parameters.Count; k++) Keep(scan.Body.Parameters[k], false);
                    break;
                case Build build:
                    foreach (var target in let.Targets) Keep(target, false);
                    Check(build.Body);
                    break;
            }
        }
    }

    private void Same(Value[] values, bool known)
    {
        known &= values.All(_found.Contains);
        foreach (var value in values) Keep(value, known);
    }

    private void Keep(Value value, bool known)
    {
        if (!known && _found.Remove(value)) _changed = true;
    }
}
