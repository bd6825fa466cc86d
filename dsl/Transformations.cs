using MindDsl.Quote;

namespace MindDsl;

/// <summary>Directional derivatives in both modes of quoted functions.</summary>
public static class Transformations
{
    /// <summary>Forward mode: arguments, then a tangent for each, give the value and its tangent (JAX: jvp). Tangents of what is not a float are passed over.</summary>
    public static Fn<A, A, (R Value, R Tangent)> Jvp<A, R>(this Fn<A, R> f) =>
        (Fn<A, A, (R Value, R Tangent)>)Transformation.Forward.Of(f, typeof(Fn<A, A, (R Value, R Tangent)>));

    /// <inheritdoc cref="Jvp{A, R}(Fn{A, R})"/>
    public static Fn<A, B, A, B, (R Value, R Tangent)> Jvp<A, B, R>(this Fn<A, B, R> f) =>
        (Fn<A, B, A, B, (R Value, R Tangent)>)Transformation.Forward.Of(f, typeof(Fn<A, B, A, B, (R Value, R Tangent)>));

    /// <inheritdoc cref="Jvp{A, R}(Fn{A, R})"/>
    public static Fn<A, B, C, A, B, C, (R Value, R Tangent)> Jvp<A, B, C, R>(this Fn<A, B, C, R> f) =>
        (Fn<A, B, C, A, B, C, (R Value, R Tangent)>)Transformation.Forward.Of(f, typeof(Fn<A, B, C, A, B, C, (R Value, R Tangent)>));

    /// <inheritdoc cref="Jvp{A, R}(Fn{A, R})"/>
    public static Fn<A, B, C, D, A, B, C, D, (R Value, R Tangent)> Jvp<A, B, C, D, R>(this Fn<A, B, C, D, R> f) =>
        (Fn<A, B, C, D, A, B, C, D, (R Value, R Tangent)>)Transformation.Forward.Of(f, typeof(Fn<A, B, C, D, A, B, C, D, (R Value, R Tangent)>));

    /// <summary>Reverse mode: arguments, then a cotangent of the value, give the value and the cotangents of the arguments (JAX: vjp).</summary>
    public static Fn<A, R, (R Value, A Cotangent)> Vjp<A, R>(this Fn<A, R> f) =>
        (Fn<A, R, (R Value, A Cotangent)>)Transformation.Reverse.Of(f, typeof(Fn<A, R, (R Value, A Cotangent)>));

    /// <inheritdoc cref="Vjp{A, R}(Fn{A, R})"/>
    public static Fn<A, B, R, (R Value, (A, B) Cotangent)> Vjp<A, B, R>(this Fn<A, B, R> f) =>
        (Fn<A, B, R, (R Value, (A, B) Cotangent)>)Transformation.Reverse.Of(f, typeof(Fn<A, B, R, (R Value, (A, B) Cotangent)>));

    /// <inheritdoc cref="Vjp{A, R}(Fn{A, R})"/>
    public static Fn<A, B, C, R, (R Value, (A, B, C) Cotangent)> Vjp<A, B, C, R>(this Fn<A, B, C, R> f) =>
        (Fn<A, B, C, R, (R Value, (A, B, C) Cotangent)>)Transformation.Reverse.Of(f, typeof(Fn<A, B, C, R, (R Value, (A, B, C) Cotangent)>));

    /// <inheritdoc cref="Vjp{A, R}(Fn{A, R})"/>
    public static Fn<A, B, C, D, R, (R Value, (A, B, C, D) Cotangent)> Vjp<A, B, C, D, R>(this Fn<A, B, C, D, R> f) =>
        (Fn<A, B, C, D, R, (R Value, (A, B, C, D) Cotangent)>)Transformation.Reverse.Of(f, typeof(Fn<A, B, C, D, R, (R Value, (A, B, C, D) Cotangent)>));

    /// <inheritdoc cref="Vjp{A, R}(Fn{A, R})"/>
    public static Fn<A, B, C, D, E, R, (R Value, (A, B, C, D, E) Cotangent)> Vjp<A, B, C, D, E, R>(this Fn<A, B, C, D, E, R> f) =>
        (Fn<A, B, C, D, E, R, (R Value, (A, B, C, D, E) Cotangent)>)Transformation.Reverse.Of(f, typeof(Fn<A, B, C, D, E, R, (R Value, (A, B, C, D, E) Cotangent)>));

    /// <inheritdoc cref="Vjp{A, R}(Fn{A, R})"/>
    public static Fn<A, B, C, D, E, F, R, (R Value, (A, B, C, D, E, F) Cotangent)> Vjp<A, B, C, D, E, F, R>(this Fn<A, B, C, D, E, F, R> f) =>
        (Fn<A, B, C, D, E, F, R, (R Value, (A, B, C, D, E, F) Cotangent)>)Transformation.Reverse.Of(f, typeof(Fn<A, B, C, D, E, F, R, (R Value, (A, B, C, D, E, F) Cotangent)>));

    /// <inheritdoc cref="Vjp{A, R}(Fn{A, R})"/>
    public static Fn<A, B, C, D, E, F, G, R, (R Value, (A, B, C, D, E, F, G) Cotangent)> Vjp<A, B, C, D, E, F, G, R>(this Fn<A, B, C, D, E, F, G, R> f) =>
        (Fn<A, B, C, D, E, F, G, R, (R Value, (A, B, C, D, E, F, G) Cotangent)>)Transformation.Reverse.Of(f, typeof(Fn<A, B, C, D, E, F, G, R, (R Value, (A, B, C, D, E, F, G) Cotangent)>));
}
