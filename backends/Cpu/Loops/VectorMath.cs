using System.Linq.Expressions;
using MindDsl.Ir;

namespace MindDsl.Backends.Cpu;

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
