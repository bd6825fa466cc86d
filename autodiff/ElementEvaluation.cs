using MindDsl.Ir;

namespace MindDsl.Autodiff;

/// <summary>Evaluates the law of an operation on what is known of its operands.</summary>
internal sealed class ElementEvaluation(Seq<Dependencies> operands, Seq<TensorType> types)
{
    private long[] _index = [], _reduced = [];

    /// <summary>What is known of the result.</summary>
    public Dependencies Run(ElementLaw law, TensorType result) => law switch
    {
        ElementLaw.Map map => new(Each(map.Space, i => At(i, [], map.Body)).ToArray()),
        ElementLaw.Reduce reduce => new(Each(reduce.Space, i => Reduced(reduce, i, result.DType)).ToArray()),
        ElementLaw.Scatter scatter => Scattered(scatter, result),
        _ => throw new MindDslException(Diagnostics.Internal($"the law {law.GetType().Name} in a pattern of dependencies")),
    };

    private static IEnumerable<T> Each<T>(Seq<Dim> space, Func<long[], T> make)
    {
        long places = 1;
        foreach (var length in space) places *= length.Value;
        for (long place = 0; place < places; place++)
        {
            long[] index = new long[space.Count];
            long rest = place;
            for (int k = index.Length - 1; k >= 0; k--) (rest, index[k]) = (rest / space[k].Value, rest % space[k].Value);
            yield return make(index);
        }
    }

    private Dependency At(long[] index, long[] reduced, Scalar body)
    {
        (_index, _reduced) = (index, reduced);
        return Of(body);
    }

    private Dependency Reduced(ElementLaw.Reduce law, long[] index, DType type)
    {
        ulong[]? set = null;
        double? value = law.Monoid switch { Monoid.Sum => 0, Monoid.Product => 1, _ => null };
        bool isFirst = true;
        foreach (var element in Each(law.Reduced, r => At(index, r, law.Body)))
        {
            if (law.Monoid is not (Monoid.ArgMax or Monoid.ArgMin)) set = BitSet.Union(set, element.Set);
            value = law.Monoid switch
            {
                Monoid.Sum => value + element.Value,
                Monoid.Product => value * element.Value,
                Monoid.Max => isFirst ? element.Value : Math.Max(value!.Value, element.Value),
                Monoid.Min => isFirst ? element.Value : Math.Min(value!.Value, element.Value),
                _ => double.NaN,
            };
            isFirst = false;
        }
        return new(type.IsFloat ? set : null, value ?? double.NaN);
    }

    private Dependencies Scattered(ElementLaw.Scatter law, TensorType result)
    {
        var elements = (Dependency[])operands[0].Elements.Clone();
        foreach (var (place, guard, update) in Each(law.Space, i => (Place(law.Target.Map(t => At(i, [], t)), result), law.Guard is null ? new(null, 1) : At(i, [], law.Guard), At(i, [], law.Body))))
        {
            if (guard is { IsKnown: true, Value: 0 }) continue;
            if (place is { } at) elements[at] = Updated(elements[at], update, guard.IsKnown);
            else for (int k = 0; k < elements.Length; k++) elements[k] = Updated(elements[k], update, isSure: false);
        }
        return new(elements);

        Dependency Updated(Dependency old, Dependency update, bool isSure)
        {
            if (law.Overwrite) return isSure ? update : old.Or(update);
            return new(BitSet.Union(old.Set, update.Set), isSure ? old.Value + update.Value : double.NaN);
        }
    }

    /// <summary>The number of the element at indices; null if they are not known, or out of range.</summary>
    private static long? Place(Seq<Dependency> indices, TensorType type)
    {
        long place = 0;
        for (int k = 0; k < indices.Count; k++)
        {
            if (!indices[k].IsKnown || indices[k].Value < 0 || indices[k].Value >= type.Shape[k].Value) return null;
            place = (place * type.Shape[k].Value) + (long)indices[k].Value;
        }
        return place;
    }

    private Dependency Of(Scalar scalar)
    {
        switch (scalar)
        {
            case Scalar.Index index:
                return new(null, index.Reduced ? _reduced[index.Axis] : _index[index.Axis]);
            case Scalar.Constant { Value: var literal }:
                return new(null, literal.DType.IsFloat ? literal.Number : literal.Integer);
            case Scalar.Size size:
                return new(null, size.Dim.Value);
            case Scalar.Load load:
                return Place(load.Indices.Map(Of), types[load.Operand]) is { } place ? operands[load.Operand].Elements[place] : new(operands[load.Operand].All);
            case Scalar.Select select:
                return Of(select.Condition) is { IsKnown: true } known ? Of(known.Value != 0 ? select.Then : select.Else) : Of(select.Then).Or(Of(select.Else));
            case Scalar.Convert { Type: var type } convert:
                var operand = Of(convert.Operand);
                return new(type.IsFloat ? operand.Set : null, type == DType.Bool && operand.IsKnown ? (operand.Value != 0 ? 1 : 0) : type.IsFloat ? operand.Value : Math.Truncate(operand.Value));
            case Scalar.Compute compute:
                return Of(compute, compute.Operands.Map(Of));
            default:
                throw new MindDslException(Diagnostics.Internal($"{scalar.GetType().Name} in a pattern of dependencies"));
        }
    }

    private static Dependency Of(Scalar.Compute compute, Seq<Dependency> x)
    {
        double value = Value(compute, x);
        bool isFlat = compute.Intrinsic is Intrinsic.Sign or Intrinsic.Floor or Intrinsic.Ceil or Intrinsic.Round or Intrinsic.Truncate || !compute.Type.IsFloat;
        if (isFlat || !double.IsNaN(value)) return new(null, value);
        ulong[]? set = null;
        foreach (var operand in x) set = BitSet.Union(set, operand.Set);
        return new(set);
    }

    /// <summary>The value of a function, if it is known.</summary>
    private static double Value(Scalar.Compute compute, Seq<Dependency> x)
    {
        if (compute.Intrinsic == Intrinsic.Mul && x.Any(d => d is { IsKnown: true, Value: 0 })) return 0;
        if (!x.All(d => d.IsKnown)) return double.NaN;
        double a = x[0].Value, b = x.Count > 1 ? x[1].Value : 0;
        bool isFloat = compute.Operands[0].DType.IsFloat;
        return compute.Intrinsic switch
        {
            Intrinsic.Neg => -a,
            Intrinsic.Abs => Math.Abs(a),
            Intrinsic.Add => a + b,
            Intrinsic.Sub => a - b,
            Intrinsic.Mul => a * b,
            Intrinsic.Div => isFloat ? a / b : b == 0 ? double.NaN : Math.Truncate(a / b),
            Intrinsic.Rem => b == 0 ? double.NaN : a % b,
            Intrinsic.Max => Math.Max(a, b),
            Intrinsic.Min => Math.Min(a, b),
            Intrinsic.Lt => a < b ? 1 : 0,
            Intrinsic.Le => a <= b ? 1 : 0,
            Intrinsic.Eq => a == b ? 1 : 0,
            Intrinsic.Ne => a != b ? 1 : 0,
            Intrinsic.And when compute.Type == DType.Bool => a * b,
            Intrinsic.Or when compute.Type == DType.Bool => Math.Max(a, b),
            Intrinsic.Not when compute.Type == DType.Bool => 1 - a,
            _ => double.NaN,
        };
    }
}
