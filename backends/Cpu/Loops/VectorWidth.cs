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
    public int Lanes(DType type) => Bits / 8 / type.Size;

    /// <summary>The vector type.</summary>
    public Type Of(DType type) => _vector.MakeGenericType(Clr.Type(type));

    /// <summary>All lanes alike.</summary>
    public Expression Broadcast(Expression scalar) => Call("Create", scalar.Type, [scalar]);

    /// <summary>A load from an address.</summary>
    public Expression Load(DType type, Expression address) =>
        Expression.Call(typeof(VectorMemory).GetMethod("Load" + Bits.ToString(System.Globalization.CultureInfo.InvariantCulture), Static)!.MakeGenericMethod(Clr.Type(type)), address);

    /// <summary>A store to an address.</summary>
    public Expression Store(DType type, Expression address, Expression value) =>
        Expression.Call(typeof(VectorMemory).GetMethod("Store" + Bits.ToString(System.Globalization.CultureInfo.InvariantCulture), Static)!.MakeGenericMethod(Clr.Type(type)), address, value);

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
            case Intrinsic.Exp: return Call("Exp", element, x);
            case Intrinsic.Log: return Call("Log", element, x);
            case Intrinsic.Sin: return Call("Sin", element, x);
            case Intrinsic.Cos: return Call("Cos", element, x);
            case Intrinsic.Lt: return Call("LessThan", element, x);
            case Intrinsic.Le: return Call("LessThanOrEqual", element, x);
            case Intrinsic.Eq: return Call("Equals", element, x);
            case Intrinsic.Ne: return Expression.Not(Call("Equals", element, x));
            case Intrinsic.And: return Expression.And(x[0], x[1]);
            case Intrinsic.Or: return Expression.Or(x[0], x[1]);
            case Intrinsic.Not: return Expression.Not(x[0]);
            case Intrinsic.Tanh: return VectorTanh.Of(this, type, x[0]);
            default: return null;
        }
    }

    /// <summary>a·b + c, rounded once.</summary>
    public Expression MultiplyAdd(Expression a, Expression b, Expression c) => Call("FusedMultiplyAdd", a.Type.GetGenericArguments()[0], [a, b, c]);

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

/// <summary>Loads and stores of vectors at addresses, as calls that the just-in-time compiler turns into single instructions.</summary>
internal static unsafe class VectorMemory
{
#pragma warning disable CS1591
    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Load512<T>(long address) where T : unmanaged => Vector512.Load((T*)address);

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Load256<T>(long address) where T : unmanaged => Vector256.Load((T*)address);

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Load128<T>(long address) where T : unmanaged => Vector128.Load((T*)address);

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.AggressiveInlining)]
    public static void Store512<T>(long address, Vector512<T> value) where T : unmanaged => value.Store((T*)address);

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.AggressiveInlining)]
    public static void Store256<T>(long address, Vector256<T> value) where T : unmanaged => value.Store((T*)address);

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.AggressiveInlining)]
    public static void Store128<T>(long address, Vector128<T> value) where T : unmanaged => value.Store((T*)address);
#pragma warning restore CS1591
}

/// <summary>
/// tanh of vectors: below 0.625 the rational approximation of Cephes (Moshier), x + x³·P(x²)/Q(x²), above (1 − e)/(1 + e) with e = exp(−2|x|). Relative
/// error a few units in the last place.
/// </summary>
internal static class VectorTanh
{
    private static readonly double[] P = [-9.64399179425052238628e-1, -9.92877231001918586564e1, -1.61468768441708447952e3];
    private static readonly double[] Q = [1.12811678491632931402e2, 2.23548839060100448583e3, 4.84406305325125486048e3];

    /// <summary>The expression; its operand is evaluated once.</summary>
    public static Expression Of(VectorWidth width, DType type, Expression operand)
    {
        Expression C(double value) => width.Broadcast(Clr.Constant(Literal.Of(type, value)));
        var (x, size, z, e) = (Expression.Variable(operand.Type), Expression.Variable(operand.Type), Expression.Variable(operand.Type), Expression.Variable(operand.Type));
        var p = width.MultiplyAdd(width.MultiplyAdd(C(P[0]), z, C(P[1])), z, C(P[2]));
        var q = width.MultiplyAdd(width.MultiplyAdd(Expression.Add(z, C(Q[0])), z, C(Q[1])), z, C(Q[2]));
        var near = Expression.Add(x, Expression.Multiply(Expression.Multiply(x, z), Expression.Divide(p, q)));
        var far = Expression.Divide(Expression.Subtract(C(1), e), Expression.Add(C(1), e));
        var signed = width.Select(width.Function(Intrinsic.Lt, type, x, C(0))!, Expression.Negate(far), far);
        return Expression.Block([x, size, z, e],
            Expression.Assign(x, operand),
            Expression.Assign(size, width.Function(Intrinsic.Abs, type, x)!),
            Expression.Assign(z, Expression.Multiply(x, x)),
            Expression.Assign(e, width.Function(Intrinsic.Exp, type, Expression.Multiply(C(-2), size))!),
            width.Select(width.Function(Intrinsic.Lt, type, size, C(0.625))!, near, signed));
    }
}
