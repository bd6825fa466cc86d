using MindDsl.Structures;
using static MindDsl.Mind;

namespace MindDsl;

/// <summary>
/// The derivative of a function at a point, as a function: it may be called many times, from many threads. The function runs once, and what the derivative needs of that run is kept; outside of a quote a second time, for
/// the value. What the function captures is read then, too, so that the derivative stays that at the point.
/// </summary>
public static class Linearizations
{
    /// <summary>The value at a point, and the linear function from tangents of the argument to tangents of the value (JAX: linearize).</summary>
    /// <exception cref="MindDslException">MIND0110: the function was not quoted.</exception>
    public static (R Value, Fn<A, R> Tangent) Linearize<A, R>(this Fn<A, R> f, A a) => (f(a), Kept(Fn((A da) => f.Linearize(a).Tangent(da)), frame => Structure<A>.Write(a, frame)));

    /// <inheritdoc cref="Linearize{A, R}(Fn{A, R}, A)"/>
    public static (R Value, Fn<A, B, R> Tangent) Linearize<A, B, R>(this Fn<A, B, R> f, A a, B b) => (f(a, b), Kept(Fn((A da, B db) => f.Linearize(a, b).Tangent(da, db)), frame =>
    {
        Structure<A>.Write(a, frame);
        Structure<B>.Write(b, frame);
    }));

    /// <inheritdoc cref="Linearize{A, R}(Fn{A, R}, A)"/>
    public static (R Value, Fn<A, B, C, R> Tangent) Linearize<A, B, C, R>(this Fn<A, B, C, R> f, A a, B b, C c) => (f(a, b, c), Kept(Fn((A da, B db, C dc) => f.Linearize(a, b, c).Tangent(da, db, dc)), frame =>
    {
        Structure<A>.Write(a, frame);
        Structure<B>.Write(b, frame);
        Structure<C>.Write(c, frame);
    }));

    /// <summary>The value at a point, and the linear function from cotangents of the value to cotangents of the argument (JAX: vjp).</summary>
    /// <exception cref="MindDslException">MIND0110: the function was not quoted.</exception>
    public static (R Value, Fn<R, A> Pullback) Vjp<A, R>(this Fn<A, R> f, A a)
    {
        var value = f(a);
        return (value, Kept(Fn((R dr) => f.Vjp(a).Pullback(dr)), frame => Structure<R>.Write(value, frame)));
    }

    /// <inheritdoc cref="Vjp{A, R}(Fn{A, R}, A)"/>
    public static (R Value, Fn<R, (A, B)> Pullback) Vjp<A, B, R>(this Fn<A, B, R> f, A a, B b)
    {
        var value = f(a, b);
        return (value, Kept(Fn((R dr) => f.Vjp(a, b).Pullback(dr)), frame => Structure<R>.Write(value, frame)));
    }

    /// <inheritdoc cref="Vjp{A, R}(Fn{A, R}, A)"/>
    public static (R Value, Fn<R, (A, B, C)> Pullback) Vjp<A, B, C, R>(this Fn<A, B, C, R> f, A a, B b, C c)
    {
        var value = f(a, b, c);
        return (value, Kept(Fn((R dr) => f.Vjp(a, b, c).Pullback(dr)), frame => Structure<R>.Write(value, frame)));
    }

    private static F Kept<F>(F function, Action<CallFrame> like) where F : Delegate => (F)Stage.Of(function, like);
}
