using MindDsl.Backends.Loops;
using MindDsl.Ir;

namespace MindDsl.Backends.Devices;

/// <content>Products of matrices that the library of the device computes.</content>
internal sealed partial class DevicePlanner
{
    /// <summary>Results of lets that were computed with an earlier one.</summary>
    private readonly HashSet<Value> _done = [];

    /// <summary>Gives a product of matrices to the library of the device, if there is one; a vector that is added to its rows goes with it.</summary>
    private bool TryMultiply(Value target, Contract contract, Seq<Atom> factors)
    {
        var types = factors.Map(a => a.Tensor);
        if (!_hasProducts || _inKernel || target.Tensor.Rank == 0 || ProductPlan.Of(contract, types) is not { } plan) return false;
        var product = plan.Product;
        if (_work.IsSmall((double)product.Batch * product.Rows * product.Columns * product.Inner)) return false;
        var places = factors.Map(PlaceOf);
        var (left, right) = plan.IsSwapped ? (places[1], places[0]) : (places[0], places[1]);
        var apply = new Apply(contract, factors);
        if (plan.IsLastAxis && Bias(target) is var (addition, rows, vector))
        {
            var sum = addition.Targets[0];
            var (bias, to) = (PlaceOf(vector), PlaceFor(sum));
            // Without the library the product is computed first, and the vector added where it is.
            var kernels = Apart(() =>
            {
                Sum(target, apply, to);
                _values[target] = new Location.Stored(to);
                _virtual.TryAdd(rows.Targets[0], Nests.Element(rows, 0));
                Run(NestBuilder.Map(sum.Tensor, this, Nests.Element(addition, 0)), to);
            });
            Add(new ProductStep(product, left, right, to, bias, kernels));
            _done.Add(sum);
            return true;
        }
        var place = PlaceFor(target);
        Add(new ProductStep(product, left, right, place, null, Apart(() => Sum(target, apply, place))));
        return true;
    }

    /// <summary>The let that adds a vector in memory to each row of a product that nothing else reads, and the one that repeats the vector.</summary>
    private (Let Addition, Let Rows, Value Vector)? Bias(Value product)
    {
        var (plan, at) = _current;
        var lets = plan.Block.Lets;
        if (product.Tensor.DType != DType.F32 || plan.Reads(product) != 1) return null;
        var reader = lets.Skip(at + 1).FirstOrDefault(l => l.Expr.Operands.IndexOf(product) >= 0);
        if (reader?.Expr is not Apply { Op: Elementwise { Name: "add" } } addition) return null;
        int side = addition.Arguments.IndexOf(product);
        if (side < 0 || addition.Arguments[1 - side] is not Value { Type: TensorType } added) return null;
        foreach (var let in lets)
        {
            if (let.Targets[0] != added) continue;
            return let.Expr is Apply { Op: Broadcast broadcast } repeated && plan.IsVirtual(added) && broadcast.Axes.Count == 1 && broadcast.Axes[0] == product.Tensor.Rank - 1
                && repeated.Arguments[0] is Value { Type: TensorType { Rank: 1 } } vector && _values.GetValueOrDefault(vector) is Location.Stored
                ? (reader, let, vector)
                : null;
        }
        return null;
    }
}
