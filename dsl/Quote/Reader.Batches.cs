using MindDsl.Ir;
using MindDsl.Structures;

namespace MindDsl.Quote;

internal sealed partial class Reader
{
    /// <summary>
    /// A batched function is a comprehension over the lanes, whose body is the call of one lane. So all that a function may hold means in a lane what it means in a call:
    /// loops end one by one, recursion has its own depth, keys their own streams.
    /// </summary>
    private AbstractValue ReadBatch(TransformedValue function, Seq<AbstractValue> arguments)
    {
        var (axes, outAxis) = (function.Transformation.Axes, function.Transformation.OutAxis);
        if (axes.Count > 0 && axes.Count != arguments.Count) throw new MindDslException(Diagnostics.BatchAxesDiffer(axes.Count, arguments.Count));
        Dim? length = null;
        var settled = arguments.Map((argument, k) =>
        {
            if (Force(argument) is FunctionValue f) return f;
            var value = Settle(argument);
            return (axes.Count == 0 ? 0 : axes[k]) is { } axis ? Rebuild(value, Flatten(value).Select(atom => LanesFirst(atom, axis, ref length)).ToList()) : value;
        });
        if (length is null) throw new MindDslException(Diagnostics.BatchWithoutAxis(TensorType.Scalar(DType.F64)));
        var parameters = DelegateTypeOf(function.Inner) is { } type ? new Layout.Function(type).Signature.GetParameters() : null;
        var (index, builder, result) = PerIndex(length, i => Settle(Apply(function.Inner, settled.Map((value, k) =>
        {
            if (value is FunctionValue || (axes.Count > 0 && axes[k] is null)) return value;
            return AsType(Rebuild(value, Flatten(value).Select(t => ElementOf(t, i)).ToList()), parameters?[k].ParameterType);
        }))));
        var stacked = AsType(Stacked([length], [index], builder, result), function.ResultType);
        return outAxis == 0 ? stacked : Rebuild(stacked, Flatten(stacked).Select(a => Prelude.MoveAxis(_builder[a], 0, outAxis).Atom).ToList());
    }

    /// <summary>A tensor with the axis of the lanes as its first one; all have one length along it.</summary>
    private Atom LanesFirst(Atom atom, int axis, ref Dim? length)
    {
        if (atom.Type is not TensorType type) throw new MindDslException(Diagnostics.BatchOfFunctions());
        if (type.Rank == 0) throw new MindDslException(Diagnostics.BatchWithoutAxis(type));
        var moved = axis == 0 ? _builder[atom] : Prelude.MoveAxis(_builder[atom], axis, 0);
        length ??= moved.Shape[0];
        return length == moved.Shape[0] ? moved.Atom : throw new MindDslException(Diagnostics.BatchLengthsDiffer(length, moved.Type));
    }

    /// <summary>A value in the structure of a .NET type: an element of a batch of numbers is a number, one of arrays in a tuple is a record, if the function takes one.</summary>
    private static AbstractValue AsType(AbstractValue value, Type? type) => value switch
    {
        Leaf { Clr.IsArray: true, Type.Rank: 0 } leaf when type is null => new Leaf(leaf.Atom, leaf.Clr.GetElementType()!),
        Leaf leaf when type is not null && leaf.Clr != typeof(Tensor) && Layout.Of(type) is Layout.Number or Layout.Array => new Leaf(leaf.Atom, type),
        Product product when type is not null && Layout.Of(type) is Layout.Product layout && layout.Members.Count == product.Members.Count =>
            new Product(type, product.Members.Map((m, k) => AsType(m, layout.Members[k].Type))),
        Product { Clr.IsArray: true } list when type is not null && Layout.Of(type) is Layout.List items => new Product(type, list.Members.Map(m => AsType(m, items.Element))),
        _ => value,
    };
}
