using MindDsl.Ir;
using MindDsl.Structures;

namespace MindDsl.Quote;

/// <content>Taylor mode.</content>
internal sealed partial class Reader
{
    /// <summary>Arguments, then the coefficients x₁ … xₖ of each along a new first axis, give the value and its coefficients y₁ … yₖ.</summary>
    private Product ReadTaylor(TransformedValue function, Seq<AbstractValue> arguments)
    {
        int n = arguments.Count / 2;
        var (name, result, given) = AsModuleFunction(function.Inner, arguments.Slice(0, n));
        var series = new List<Seq<Atom>>();
        int order = 0;
        for (int i = 0; i < n; i++)
        {
            var (flat, rows) = (Flatten(given[i]), Flatten(Settle(arguments[n + i])));
            for (int k = 0; k < flat.Count; k++)
            {
                if (!flat[k].Type.IsDifferentiable) continue;
                var expected = flat[k].Tensor;
                bool fits = rows.Count == flat.Count && rows[k].Tensor is { Rank: > 0 } type && type.DType == expected.DType && type.Rank == expected.Rank + 1
                    && type.Shape[0] is { IsConstant: true } && new Shape(type.Shape.Dims.Slice(1, expected.Rank)) == expected.Shape;
                int length = fits ? (int)rows[k].Tensor.Shape[0].Value : 0;
                if (!fits || length == 0 || (order > 0 && length != order))
                    throw new MindDslException(Diagnostics.TangentDiffers("series of coefficients", $"{expected} with a first axis of {(order > 0 ? order : "k")}", rows.Count == flat.Count ? rows[k].Type.ToString() : "another structure"));
                order = length;
                series.Add(Seq.Range(order).Map(j => ElementOf(rows[k], Literal.Index(j))));
            }
        }
        if (order == 0) throw new MindDslException(Diagnostics.NoFloatInArgument("x", "nothing that has a series"));
        var atoms = Flatten(result);
        var outputs = Coefficients(name, given, series, atoms, order);
        int at = atoms.Count;
        var stacked = Structured(result, function.ResultType.GetGenericArguments()[1], (leaf, type) =>
        {
            if (!leaf.Type.IsDifferentiable) return new Absent(type);
            var stack = StackAtoms(Seq.Range(order).Map(j => (Atom)outputs[at + j]));
            at += order;
            return Block(stack, type);
        });
        return new Product(function.ResultType, [Rebuild(result, outputs.Take(atoms.Count).ToList()), stacked]);
    }

    private Seq<Value> Coefficients(FunctionName name, Seq<AbstractValue> given, List<Seq<Atom>> series, List<Atom> atoms, int order)
    {
        var wanted = atoms.Select(a => a.Type.IsDifferentiable).ToSeq();
        var derivative = new Differentiate(DerivativeKind.Forward, name, Active(given, _ => true), wanted,
            [.. given.SelectMany(a => Flatten(a)), .. series.SelectMany(s => s)])
        { Order = order };
        return _builder.Emit(derivative, [.. atoms.Select(a => a.Type), .. atoms.Where((_, k) => wanted[k]).SelectMany(a => Enumerable.Repeat(a.Type, order))]);
    }

    /// <summary>The value and the derivatives of a function of one number, up to an order.</summary>
    private Leaf ReadDerivatives(TransformedValue function, Seq<AbstractValue> arguments)
    {
        int order = function.Transformation.Order;
        var type = Layout.Of(function.ResultType) is Layout.Array ? function.ResultType : typeof(Tensor);
        var (name, result, given) = AsModuleFunction(function.Inner, arguments);
        var loss = LossOf(result);
        var atoms = Flatten(result);
        if (order == 0) return new Leaf(StackAtoms([ValueOf(name, given, atoms)]), type);
        var unit = Seq.Range(order).Map(Atom (k) => Literal.Of(loss.DType, k == 0 ? 1.0 : 0.0));
        var outputs = Coefficients(name, given, [unit], atoms, order);
        double factorial = 1;
        return new Leaf(StackAtoms(outputs.Map((c, k) => k < 2 ? (Atom)c : (_builder[c] * (factorial *= k)).Atom)), type);
    }

    private Value ValueOf(FunctionName name, Seq<AbstractValue> given, List<Atom> atoms) =>
        _builder.Emit(new Call(name, given.SelectMany(a => Flatten(a)).ToSeq()), atoms.Select(a => a.Type).ToSeq())[0];
}
