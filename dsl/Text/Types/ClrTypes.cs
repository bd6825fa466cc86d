using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using MindDsl.Ir;
using MindDsl.Structures;

namespace MindDsl.Text.Types;

/// <summary>The types of the language that .NET types are.</summary>
internal static class ClrTypes
{
    private static readonly ConcurrentDictionary<Type, MindType> Known = new();

    /// <summary>The type that a .NET type is: records by the names of their members, arrays of numbers as tensors, other arrays as lists.</summary>
    /// <exception cref="MindDslException">MIND0103: the language cannot hold the type.</exception>
    public static MindType TypeOf(Type clr) => Known.GetOrAdd(clr, Find);

    /// <summary>True of a tuple.</summary>
    public static bool IsTuple(Type clr) => typeof(ITuple).IsAssignableFrom(clr);

    private static MindType Find(Type clr)
    {
        if (Layout.Of(clr).Fault is { } fault) throw new MindDslException(Diagnostics.TypeNotSupported(fault.Type, fault.Reason));
        return OfLayout(clr);
    }

    private static MindType OfLayout(Type clr) => Layout.Of(clr) switch
    {
        Layout.Number number => DataType.Scalar(number.DType),
        Layout.Tensor => new DataType(AnyElement.Instance, UnknownShape.Instance),
        Layout.Array array => new DataType(ElementType.Of(array.DType), ShapeType.OfRank(array.Rank)),
        Layout.List list => new ListType(TypeOf(list.Element)),
        Layout.Function function => ArrowType.Of(
            function.Signature.GetParameters() is { Length: > 0 } parameters ? parameters.Select(p => TypeOf(p.ParameterType)) : [TupleType.Unit],
            TypeOf(function.Signature.ReturnType)),
        Layout.Product product when IsTuple(clr) => new TupleType(product.Members.Map(m => TypeOf(m.Type))),
        Layout.Product product => RecordType.Of(product.Members.Select(m => (m.Name, TypeOf(m.Type))), Structures.Names.IsAnonymous(clr) ? null : clr.Name),
        var other => throw new MindDslException(Diagnostics.TypeNotSupported(clr, (other as Layout.Unsupported)?.Reason ?? "it is no data")),
    };
}
