using System.Linq.Expressions;
using System.Reflection;
using System.Runtime.Intrinsics;
using MindDsl.Ir;

namespace MindDsl.Backends.Cpu;

/// <summary>The widest vectors that this machine computes with, and how expression trees say operations on them.</summary>
internal sealed class VectorWidth
{
    private const BindingFlags Static = BindingFlags.Public | BindingFlags.Static;
    private readonly Type _operations;
    private readonly Type _vector;

    private VectorWidth(int bits, Type operations, Type vector) => (Bits, _operations, _vector) = (bits, operations, vector);

    /// <summary>
    /// The width in use; null if the machine has no vectors, or they are switched off. <c>MINDDSL_VECTOR_BITS</c> asks for another one, which is slow but right
    /// where the machine does not have it.
    /// </summary>
    public static VectorWidth? Current { get; } = Environment.GetEnvironmentVariable("MINDDSL_VECTOR_BITS") switch
    {
        "512" => new(512, typeof(Vector512), typeof(Vector512<>)),
        "256" => new(256, typeof(Vector256), typeof(Vector256<>)),
        "128" => new(128, typeof(Vector128), typeof(Vector128<>)),
        "0" => null,
        _ => Vector512.IsHardwareAccelerated ? new(512, typeof(Vector512), typeof(Vector512<>))
            : Vector256.IsHardwareAccelerated ? new(256, typeof(Vector256), typeof(Vector256<>))
            : Vector128.IsHardwareAccelerated ? new(128, typeof(Vector128), typeof(Vector128<>))
            : null,
    };

    /// <summary>Bits per vector.</summary>
    public int Bits { get; }

    /// <summary>Elements per vector.</summary>
    public int Lanes(DType type) => Bits / 8 / Clr.Lane(type).Size;

    /// <summary>The vector type.</summary>
    public Type Of(DType type) => _vector.MakeGenericType(Clr.Type(type));

    /// <summary>All lanes alike.</summary>
    public Expression Broadcast(Expression scalar) => Call("Create", scalar.Type, [scalar]);

    /// <summary>A load from an address.</summary>
    public Expression Load(DType type, Expression address) =>
        type.IsStorage ? Stored("Load", type, address) : Memory("Load", type, address);

    /// <summary>A load of elements that lie a few elements apart.</summary>
    public Expression LoadSteps(DType type, Expression address, long step) =>
        type.IsStorage ? Stored("LoadSteps", type, address, Clr.Constant(step)) : Memory("LoadSteps", type, address, Clr.Constant(step));

    /// <summary>A store of elements a few elements apart.</summary>
    public Expression StoreSteps(DType type, Expression address, long step, Expression value) =>
        type.IsStorage ? Stored("StoreSteps", type, address, Clr.Constant(step), value) : Memory("StoreSteps", type, address, Clr.Constant(step), value);

    /// <summary>A comparison of i64 in memory with one number, as a mask for lanes of a type.</summary>
    public Expression WholeMask(DType type, Intrinsic comparison, Expression address, Expression number) =>
        Memory("WholeMask", type, address, number, Expression.Constant((int)comparison));

    /// <summary>Bools in memory, as a mask for lanes of a type.</summary>
    public Expression TruthMask(DType type, Expression address) => Memory("TruthMask", type, address);

    private MethodCallExpression Memory(string name, DType type, params Expression[] arguments) => Expression.Call(
        typeof(VectorMemory).GetMethod(name + Bits.ToString(System.Globalization.CultureInfo.InvariantCulture), Static)!.MakeGenericMethod(Clr.Type(type)), arguments);

    /// <summary>Stores whole numbers, held as floats, as i64.</summary>
    public Expression StoreWhole(DType type, Expression address, Expression value) =>
        Memory("StoreWhole", type, address, value);

    /// <summary>A store to an address.</summary>
    public Expression Store(DType type, Expression address, Expression value) =>
        type.IsStorage ? Stored("Store", type, address, value) : Memory("Store", type, address, value);

    /// <summary>Vectors of f32 as a type that is stored holds them.</summary>
    public Expression Round(DType type, Expression value) => Stored("To", type, value);

    private MethodCallExpression Stored(string name, DType type, params Expression[] arguments) => Expression.Call(
        typeof(StoredVectors).GetMethod(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{name}{type}x{Bits}"), Static)!, arguments);

    /// <summary>One element of a vector.</summary>
    public Expression Lane(Expression vector, int lane) => Call("GetElement", vector.Type.GetGenericArguments()[0], [vector, Expression.Constant(lane)]);

    /// <summary>A choice lane by lane.</summary>
    public Expression Select(Expression mask, Expression then, Expression otherwise) =>
        Call("ConditionalSelect", then.Type.GetGenericArguments()[0], [mask, then, otherwise]);

    /// <summary>A function of vectors, or null if there is no vector form of it. Comparisons give masks.</summary>
    public Expression? Function(Intrinsic f, DType type, params Expression[] x)
    {
        var element = Clr.Type(type);
        bool isFloat = type.IsFloat;
        switch (f)
        {
            case Intrinsic.Neg: return Expression.Negate(x[0]);
            case Intrinsic.Add: return Expression.Add(x[0], x[1]);
            case Intrinsic.Sub: return Expression.Subtract(x[0], x[1]);
            case Intrinsic.Mul when isFloat || type == DType.I32: return Expression.Multiply(x[0], x[1]);
            case Intrinsic.Div when isFloat: return Expression.Divide(x[0], x[1]);
            case Intrinsic.Abs when isFloat: return Call("Abs", element, x);
            case Intrinsic.Sqrt: return Call("Sqrt", element, x);
            case Intrinsic.Max: return Call("Max", element, x);
            case Intrinsic.Min: return Call("Min", element, x);
            case Intrinsic.Floor: return Call("Floor", element, x);
            case Intrinsic.Ceil: return Call("Ceiling", element, x);
            case Intrinsic.Sin: return Call("Sin", element, x);
            case Intrinsic.Cos: return Call("Cos", element, x);
            case Intrinsic.Lt: return Call("LessThan", element, x);
            case Intrinsic.Le: return Call("LessThanOrEqual", element, x);
            case Intrinsic.Eq: return Call("Equals", element, x);
            case Intrinsic.Ne: return Expression.Not(Call("Equals", element, x));
            case Intrinsic.And: return Expression.And(x[0], x[1]);
            case Intrinsic.Or: return Expression.Or(x[0], x[1]);
            case Intrinsic.Not: return Expression.Not(x[0]);
            case Intrinsic.IsNan: return Expression.Not(Call("Equals", element, [x[0], x[0]]));
            case Intrinsic.IsFinite: return Call("LessThan", element, [Call("Abs", element, x), Broadcast(Clr.Constant(Literal.Of(type, double.PositiveInfinity)))]);
            default: return VectorMath.Of(this, f, type, x[0]);
        }
    }

    /// <summary>True if each lane is less than that of another vector.</summary>
    public Expression AllLess(DType type, Expression a, Expression b) => Call("LessThanAll", Clr.Type(type), [a, b]);

    /// <summary>a·b + c, rounded once.</summary>
    public Expression MultiplyAdd(Expression a, Expression b, Expression c) => Call("FusedMultiplyAdd", a.Type.GetGenericArguments()[0], [a, b, c]);

    /// <summary>The bits of floats as integers of their size.</summary>
    public Expression AsInteger(DType type, Expression x) => Call(type == DType.F32 ? "AsInt32" : "AsInt64", Clr.Type(type), [x]);

    /// <summary>Integers as the bits of floats of their size.</summary>
    public Expression AsFloat(DType type, Expression x) => Call(type == DType.F32 ? "AsSingle" : "AsDouble", type == DType.F32 ? typeof(int) : typeof(long), [x]);

    /// <summary>Integers as floats of their size.</summary>
    public Expression FromInteger(DType type, Expression x) => Call(type == DType.F32 ? "ConvertToSingle" : "ConvertToDouble", Clr.Type(type), [x]);

    /// <summary>The bits moved up.</summary>
    public Expression ShiftLeft(Expression x, int count) => Call("ShiftLeft", x.Type.GetGenericArguments()[0], [x, Expression.Constant(count)]);

    /// <summary>The bits moved down, the sign staying.</summary>
    public Expression ShiftRight(Expression x, int count) => Call("ShiftRightArithmetic", x.Type.GetGenericArguments()[0], [x, Expression.Constant(count)]);

    /// <summary>The sum of all lanes, in an order that depends on the width alone.</summary>
    public Expression Sum(Expression vector) => Call("Sum", vector.Type.GetGenericArguments()[0], [vector]);

    private MethodCallExpression Call(string name, Type element, Expression[] arguments)
    {
        var vector = _vector.MakeGenericType(element);
        foreach (var method in _operations.GetMethods(Static))
        {
            if (method.Name != name || method.GetParameters().Length != arguments.Length) continue;
            var candidate = method;
            if (method.IsGenericMethodDefinition)
            {
                if (method.GetGenericArguments().Length != 1) continue;
                candidate = method.MakeGenericMethod(element);
            }
            var parameters = candidate.GetParameters();
            bool fits = true;
            for (int i = 0; i < arguments.Length; i++) fits &= parameters[i].ParameterType == arguments[i].Type;
            if (fits) return Expression.Call(candidate, arguments);
        }
        throw new MindDslException(Diagnostics.Internal($"there is no {name} of {vector}"));
    }
}
