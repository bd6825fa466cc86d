using MindDsl.Backends.Loops;
using MindDsl.Ir;

namespace MindDsl.Backends.Devices;

/// <summary>Roughly what lets cost, and which are small enough, or of a kind, to be part of one kernel.</summary>
/// <param name="limit">The most element operations that one work item does by itself, for each let or iteration of a loop.</param>
internal sealed class Work(double limit)
{
    /// <summary>Iterations of a loop whose number is not known, for the cost of what is around it.</summary>
    private const double UnknownIterations = 16;

    /// <summary>True if an amount of work may be done by one work item.</summary>
    public bool IsSmall(double operations) => operations <= limit;

    /// <summary>True if a let with blocks is done by one kernel: it works on tensors and scalars only, and little in an iteration.</summary>
    public bool IsSerial(Let let) => let.Expr is If or While or Scan or Build && (IsOfScalars(let) || IsSerialLoop(let));

    /// <summary>True if each element of a comprehension is a computation with scalars, so that a work item may do it.</summary>
    public static bool IsOfScalars(Build build) => IsOfScalars(build.Body) && build.Body.Results.All(r => r.Tensor.Rank == 0);

    private static bool IsOfScalars(Block block)
    {
        var plan = new BlockPlan(block);
        return block.Parameters.All(IsScalar) && block.Lets.All(l =>
            l.Targets.All(t => IsScalar(t) || plan.IsVirtual(t)) && IsOfScalars(l));
    }

    /// <summary>True if a let, and all in it, is of scalars that stay in variables.</summary>
    private static bool IsOfScalars(Let let) => let.Expr switch
    {
        Apply => true,
        Undefined => let.Targets.All(IsScalar),
        If => let.Targets.All(IsScalar) && let.Expr.Blocks.All(IsOfScalars),
        While loop => loop.Emissions == 0 && let.Targets.All(IsScalar) && let.Expr.Blocks.All(IsOfScalars),
        Scan scan => scan.Emissions == 0 && scan.Inputs.All(i => i.Type is TensorType { Rank: 1 }) && let.Targets.All(IsScalar) && IsOfScalars(scan.Body),
        _ => false,
    };

    private static bool IsScalar(Value value) => value.Type is TensorType { Rank: 0 };

    private bool IsSerialLoop(Let let) => let.Expr switch
    {
        Build build => IsSerialPart(let, out double cost) && (IsSmall(cost) || IsOfScalars(build)),
        If => IsSerialPart(let, out double cost) && IsSmall(cost),
        _ => let.Expr.Blocks.All(b => IsSerialBlock(b, out double cost) && IsSmall(cost)) && IsSerialPart(let, out _),
    };

    private bool IsSerialBlock(Block block, out double cost)
    {
        cost = 0;
        foreach (var parameter in block.Parameters) if (parameter.Type is not TensorType) return false;
        foreach (var let in block.Lets)
        {
            if (!IsSerialPart(let, out double part)) return false;
            cost += part;
        }
        foreach (var result in block.Results) cost += result.Type is TensorType type ? Size(type) : 0;
        return true;
    }

    private bool IsSerialPart(Let let, out double cost)
    {
        cost = 0;
        if (let.Targets.Any(t => t.Type is not TensorType) || let.Expr.Operands.Any(o => o.Type is not TensorType)) return false;
        switch (let.Expr)
        {
            case Apply apply:
                cost = Cost(apply, let.Targets[0].Tensor);
                return true;
            case Undefined:
                return true;
            case If or While or Scan or Build:
                foreach (var block in let.Expr.Blocks)
                {
                    if (!IsSerialBlock(block, out double part)) return false;
                    cost += part;
                }
                if (let.Expr is While { Emissions: > 0 } or Scan { Emissions: > 0, Stacked: false }) return false;
                cost *= let.Expr switch
                {
                    If => 1,
                    Build build => build.Extents.Aggregate(1.0, (n, e) => n * e.Value),
                    Scan { StackedLength.Value: var length } => length,
                    _ => UnknownIterations,
                };
                return true;
            default:
                return false;
        }
    }

    private static double Cost(Apply apply, TensorType result) => apply.Op switch
    {
        Contract contract => Size(result) * contract.Summed.Distinct().Aggregate(1.0, (n, c) => n * Length(contract, apply, c)),
        Fold fold => Size(result) * fold.Window.Kernel.Aggregate(1.0, (n, k) => n * k),
        _ => Math.Max(Size(result), apply.Arguments.Select(a => apply.Op is Ir.Reduce or ArgReduce or Ir.Scatter ? Size(a.Tensor) : 1).DefaultIfEmpty(1).Max()),
    };

    private static double Length(Contract contract, Apply apply, char letter) =>
        contract.Left.IndexOf(letter, StringComparison.Ordinal) is >= 0 and var at ? apply.Arguments[0].Tensor.Shape[at].Value : 1;

    private static double Size(TensorType type) => Math.Max(type.Shape.Size.Value, 1);
}
