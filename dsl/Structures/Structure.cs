using System.Linq.Expressions;
using System.Reflection;
using MindDsl.Ir;

namespace MindDsl.Structures;

/// <summary>Takes values of a type apart into the leaves of a call, and makes them of the leaves of its result; by compiled code, without boxing.</summary>
internal static class Structure<T>
{
    /// <summary>Adds the leaves of a value to a frame.</summary>
    public static readonly Action<T, CallFrame> Write = StructureCode.Writer<T>();

    /// <summary>True if all leaves are tensors.</summary>
    public static readonly bool HoldsOnlyTensors = Layout.Of(typeof(T)).HoldsOnlyTensors;

    /// <summary>Makes a value of the next leaves of the result.</summary>
    public static readonly Func<CallFrame, T> Read = StructureCode.Reader<T>();
}

/// <summary>Writes the code of <see cref="Structure{T}"/>.</summary>
internal static class StructureCode
{
    private static readonly MethodInfo WriteList = ((Action<int[], CallFrame>)WriteListOf).Method.GetGenericMethodDefinition();
    private static readonly MethodInfo ReadList = ((Func<CallFrame, int[]>)ReadListOf<int>).Method.GetGenericMethodDefinition();

    /// <summary>The code that takes a value apart.</summary>
    public static Action<T, CallFrame> Writer<T>()
    {
        if (typeof(T) == typeof(double)) return (Action<T, CallFrame>)(object)(Action<double, CallFrame>)(static (x, f) => f.Add(x));
        if (Layout.Of(typeof(T)).Fault is { } fault) return (_, _) => throw new MindDslException(Diagnostics.TypeNotSupported(fault.Type, fault.Reason));
        var value = Expression.Parameter(typeof(T), "value");
        var frame = Expression.Parameter(typeof(CallFrame), "frame");
        return Expression.Lambda<Action<T, CallFrame>>(Write(value, frame), value, frame).Compile();
    }

    /// <summary>The code that adds the leaves of the value of an expression to a frame.</summary>
    public static Expression Write(Expression value, Expression frame) => Layout.Of(value.Type) switch
    {
        Layout.Number { Type: var t } when t == typeof(Ix) => Call(frame, nameof(CallFrame.Add), Expression.Convert(value, typeof(long))),
        Layout.Number or Layout.Tensor => Call(frame, nameof(CallFrame.Add), value),
        Layout.Function => Call(frame, nameof(CallFrame.Add), Expression.Convert(value, typeof(Delegate))),
        Layout.Array { Jagged: true } rows => Expression.Call(frame, nameof(CallFrame.AddRows), [rows.Element], value, Expression.Constant(rows.DType)),
        Layout.Array array => Call(frame, nameof(CallFrame.Add), Expression.Convert(value, typeof(Array)), Expression.Constant(array.DType)),
        Layout.List list => Expression.Call(WriteList.MakeGenericMethod(list.Element), value, frame),
        Layout.Product product => WriteMembers(product, value, frame),
        var other => Expression.Throw(Expression.New(typeof(MindDslException).GetConstructor([typeof(Diagnostic), typeof(Exception)])!,
            Expression.Constant(Diagnostics.TypeNotSupported(other.Type, "it is not data")), Expression.Constant(null, typeof(Exception)))),
    };

    /// <summary>The code that makes a value.</summary>
    public static Func<CallFrame, T> Reader<T>()
    {
        if (typeof(T) == typeof(double)) return (Func<CallFrame, T>)(object)(Func<CallFrame, double>)(static f => f.NextDouble());
        if (Layout.Of(typeof(T)).Fault is { } fault) return _ => throw new MindDslException(Diagnostics.TypeNotSupported(fault.Type, fault.Reason));
        if (Layout.Of(typeof(T)).HoldsFunctions) return _ => throw new MindDslException(Diagnostics.ResultIsFunction(typeof(T)));
        var frame = Expression.Parameter(typeof(CallFrame), "frame");
        return Expression.Lambda<Func<CallFrame, T>>(Read(typeof(T), frame), frame).Compile();
    }

    private static Expression Read(Type type, Expression frame) => Layout.Of(type) switch
    {
        Layout.Number { Type: var t } when t == typeof(Ix) => Expression.Convert(Call(frame, nameof(CallFrame.NextLong)), typeof(Ix)),
        Layout.Number { Type: var t } when t == typeof(Key) => Call(frame, nameof(CallFrame.NextKey)),
        Layout.Number { DType: DType.F64 } => Call(frame, nameof(CallFrame.NextDouble)),
        Layout.Number { DType: DType.F32 } => Call(frame, nameof(CallFrame.NextFloat)),
        Layout.Number { DType: DType.I32 } => Call(frame, nameof(CallFrame.NextInt)),
        Layout.Number { DType: DType.I64 } => Call(frame, nameof(CallFrame.NextLong)),
        Layout.Number { DType: DType.U8 } => Call(frame, nameof(CallFrame.NextByte)),
        Layout.Number { DType: DType.F16 } => Call(frame, nameof(CallFrame.NextHalf)),
        Layout.Number { DType: DType.BF16 } => Call(frame, nameof(CallFrame.NextBFloat16)),
        Layout.Number => Call(frame, nameof(CallFrame.NextBool)),
        Layout.Tensor => Call(frame, nameof(CallFrame.NextTensor)),
        Layout.Array { Jagged: true } rows => Expression.Call(frame, nameof(CallFrame.NextRows), [rows.Element]),
        Layout.Array { Rank: 2 } matrix => Expression.Call(frame, nameof(CallFrame.NextMatrix), [matrix.Element]),
        Layout.Array { Rank: 1 } array => Expression.Call(frame, nameof(CallFrame.NextArray), [array.Element]),
        Layout.Array array => Expression.Convert(Expression.Call(frame, nameof(CallFrame.NextAxes), [array.Element]), array.Type),
        Layout.List list => Expression.Call(ReadList.MakeGenericMethod(list.Element), frame),
        Layout.Product product => Expression.New(product.Constructor, product.Members.Select(m => Read(m.Type, frame))),
        _ => Expression.Throw(Expression.New(typeof(MindDslException).GetConstructor([typeof(Diagnostic), typeof(Exception)])!,
            Expression.Constant(Diagnostics.TypeNotSupported(type, "it cannot be the result of a quoted function")), Expression.Constant(null, typeof(Exception))), type),
    };

    private static Expression WriteMembers(Layout.Product product, Expression value, Expression frame)
    {
        var copy = Expression.Variable(product.Type, "copy");
        var code = new List<Expression> { Expression.Assign(copy, value) };
        if (!product.Type.IsValueType)
            code.Add(Expression.Call(typeof(StructureCode), nameof(RequireValue), null, copy, Expression.Constant(Names.Of(product.Type))));
        foreach (var member in product.Members) code.Add(Write(Expression.MakeMemberAccess(copy, member.Info), frame));
        return Expression.Block(typeof(void), [copy], code);
    }

    private static Expression Call(Expression frame, string method, params Expression[] arguments) => Expression.Call(frame,
        typeof(CallFrame).GetMethod(method, [.. arguments.Select(a => a.Type)])!, arguments);

    private static void RequireValue(object? value, string type)
    {
        if (value is null) throw new MindDslException(Diagnostics.ArgumentIsNull(type));
    }

    private static void WriteListOf<T>(T[] list, CallFrame frame)
    {
        frame.BeginList(list);
        foreach (var element in list) Structure<T>.Write(element, frame);
    }

    private static T[] ReadListOf<T>(CallFrame frame)
    {
        var list = new T[frame.NextLength()];
        for (int i = 0; i < list.Length; i++) list[i] = Structure<T>.Read(frame);
        return list;
    }
}
