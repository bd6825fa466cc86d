using System.Linq.Expressions;
using System.Reflection;
using MindDsl.Ir;

namespace MindDsl.Backends.Cpu;

/// <summary>Scalars of the IR as .NET expressions.</summary>
internal static class Clr
{
    private const BindingFlags Static = BindingFlags.Public | BindingFlags.Static;

    /// <summary>The type that the value of an element has in code: what is only stored is an f32 that it can hold.</summary>
    public static DType Lane(DType type) => type.IsStorage ? DType.F32 : type;

    /// <summary>The .NET type of the value of an element.</summary>
    public static Type Type(DType type) => Lane(type) switch
    {
        DType.Bool => typeof(bool),
        DType.I32 => typeof(int),
        DType.I64 => typeof(long),
        DType.F32 => typeof(float),
        DType.F64 => typeof(double),
        _ => throw new MindDslException(Diagnostics.Internal($"values of {type.Name}")),
    };

    /// <summary>A constant.</summary>
    public static ConstantExpression Constant(Literal literal) => literal.DType switch
    {
        DType.Bool => Expression.Constant(literal.Integer != 0),
        DType.I32 => Expression.Constant((int)literal.Integer),
        DType.I64 => Expression.Constant(literal.Integer),
        DType.F32 => Expression.Constant((float)literal.Number),
        DType.F64 => Expression.Constant(literal.Number),
        DType.U8 => Expression.Constant((float)literal.Integer),
        DType.F16 or DType.BF16 => Expression.Constant((float)literal.Number),
    };

    /// <summary>An i64 constant.</summary>
    public static ConstantExpression Constant(long value) => Expression.Constant(value);

    /// <summary>A load from an address.</summary>
    public static Expression Load(DType type, Expression address) =>
        type.IsStorage ? Stored("Load" + type, address) : Call(nameof(Elements.Load), Type(type), address);

    /// <summary>A store to an address.</summary>
    public static Expression Store(DType type, Expression address, Expression value) =>
        type.IsStorage ? Stored("Store" + type, address, value) : Call(nameof(Elements.Store), Type(type), address, value);

    /// <summary>A method of <see cref="StoredElements"/>.</summary>
    private static MethodCallExpression Stored(string name, params Expression[] arguments) =>
        Expression.Call(typeof(StoredElements).GetMethod(name, Static, Array.ConvertAll(arguments, a => a.Type))!, arguments);

    /// <summary>An address some bytes after another.</summary>
    public static Expression Offset(Expression address, long bytes) => bytes == 0 ? address : Expression.Add(address, Constant(bytes));

    /// <summary>A generic method of <see cref="Elements"/>.</summary>
    public static Expression Call(string name, Type element, params Expression[] arguments) =>
        Expression.Call(typeof(Elements).GetMethod(name, Static)!.MakeGenericMethod(element), arguments);

    /// <summary>A method of <see cref="Elements"/> by name and argument types.</summary>
    public static Expression Call(string name, params Expression[] arguments) =>
        Expression.Call(typeof(Elements).GetMethod(name, Static, Array.ConvertAll(arguments, a => a.Type))!, arguments);

    /// <summary>The meaning of an intrinsic, as <see cref="ScalarMath"/> says it.</summary>
    public static Expression Function(Intrinsic f, DType type, params Expression[] x)
    {
        switch (f)
        {
            case Intrinsic.Neg: return Expression.Negate(x[0]);
            case Intrinsic.Add: return Expression.Add(x[0], x[1]);
            case Intrinsic.Sub: return Expression.Subtract(x[0], x[1]);
            case Intrinsic.Mul: return Expression.Multiply(x[0], x[1]);
            case Intrinsic.Div: return type.IsFloat ? Expression.Divide(x[0], x[1]) : Call(nameof(Elements.Divide), x);
            case Intrinsic.Rem: return type.IsFloat ? Expression.Modulo(x[0], x[1]) : Call(nameof(Elements.Remainder), x);
            case Intrinsic.Lt when type != DType.Bool: return Expression.LessThan(x[0], x[1]);
            case Intrinsic.Le when type != DType.Bool: return Expression.LessThanOrEqual(x[0], x[1]);
            case Intrinsic.Lt or Intrinsic.Le: return Function(f, DType.I32, x.Select(b => (Expression)Expression.Condition(b, Expression.Constant(1), Expression.Constant(0))).ToArray());
            case Intrinsic.Eq: return Expression.Equal(x[0], x[1]);
            case Intrinsic.Ne: return Expression.NotEqual(x[0], x[1]);
            case Intrinsic.And: return Expression.And(x[0], x[1]);
            case Intrinsic.Or: return Expression.Or(x[0], x[1]);
            case Intrinsic.Xor: return Expression.ExclusiveOr(x[0], x[1]);
            case Intrinsic.ShiftLeft: return Call(nameof(Elements.ShiftLeft), x);
            case Intrinsic.ShiftRight: return Call(nameof(Elements.ShiftRight), x);
            case Intrinsic.Not: return type == DType.Bool ? Expression.Not(x[0]) : Expression.OnesComplement(x[0]);
            case Intrinsic.IsNan: return Expression.NotEqual(x[0], x[0]);
            case Intrinsic.IsFinite: return Expression.Call(Type(type).GetMethod(nameof(double.IsFinite), [Type(type)])!, x[0]);
            case Intrinsic.Sign when type.IsFloat: return Call(nameof(Elements.Sign), x);
            case Intrinsic.Exp or Intrinsic.Log or Intrinsic.Sin or Intrinsic.Cos or Intrinsic.Tanh or Intrinsic.Sqrt or Intrinsic.Abs when type == DType.F64:
                return Expression.Call(typeof(Math).GetMethod(f.ToString(), [typeof(double)])!, x[0]);
            case Intrinsic.Sqrt when type == DType.F32:
                return Expression.Call(typeof(MathF).GetMethod(nameof(MathF.Sqrt), [typeof(float)])!, x[0]);
            case Intrinsic.Max or Intrinsic.Min when type != DType.Bool:
                return Expression.Call(typeof(Math).GetMethod(f.ToString(), [x[0].Type, x[1].Type])!, x);
            default:
                return Call(nameof(Elements.Function), Expression.Constant((int)f), x[0], x.Length > 1 ? x[1] : x[0]);
        }
    }

    /// <summary>A conversion between element types, as <c>convert</c> says it.</summary>
    public static Expression Convert(Expression x, DType from, DType to)
    {
        if (from == to) return x;
        if (to.IsStorage && from != DType.Bool && !(from == DType.U8 && to.IsFloat)) return Stored("To" + to, from == DType.I32 ? Expression.Convert(x, typeof(long)) : x);
        if (to == DType.Bool) return Expression.NotEqual(x, Constant(Literal.Of(from, 0L)));
        if (from == DType.Bool) return Expression.Condition(x, Constant(Literal.Of(to, 1L)), Constant(Literal.Of(to, 0L)));
        if (from.IsFloat && to == DType.I32) return Call(nameof(Elements.ToI32), Expression.Convert(x, typeof(double)));
        if (from.IsFloat && to == DType.I64) return Call(nameof(Elements.ToI64), Expression.Convert(x, typeof(double)));
        return Expression.Convert(x, Type(to));
    }
}
