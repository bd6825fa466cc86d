using MindDsl.Quote;

namespace MindDsl;

/// <summary>Gradients of quoted functions, outside of quotes and inside.</summary>
/// <remarks>The function has one number as its result (a loss), or a pair of a loss and what else is to be known of the run.</remarks>
public static class GradientsOfFirstArgument
{
    /// <summary>The gradient with respect to the first argument.</summary>
    /// <exception cref="MindDslException">MIND0110: the function was not quoted.</exception>
    public static Fn<A, A> Grad<A, R>(this Fn<A, R> f) => (Fn<A, A>)Transformation.Gradient(0).Of(f, typeof(Fn<A, A>));

    /// <inheritdoc cref="Grad{A, R}(Fn{A, R})"/>
    public static Fn<A, B, A> Grad<A, B, R>(this Fn<A, B, R> f) => (Fn<A, B, A>)Transformation.Gradient(0).Of(f, typeof(Fn<A, B, A>));

    /// <inheritdoc cref="Grad{A, R}(Fn{A, R})"/>
    public static Fn<A, B, C, A> Grad<A, B, C, R>(this Fn<A, B, C, R> f) => (Fn<A, B, C, A>)Transformation.Gradient(0).Of(f, typeof(Fn<A, B, C, A>));

    /// <inheritdoc cref="Grad{A, R}(Fn{A, R})"/>
    public static Fn<A, B, C, D, A> Grad<A, B, C, D, R>(this Fn<A, B, C, D, R> f) => (Fn<A, B, C, D, A>)Transformation.Gradient(0).Of(f, typeof(Fn<A, B, C, D, A>));

    /// <inheritdoc cref="Grad{A, R}(Fn{A, R})"/>
    public static Fn<A, B, C, D, E, A> Grad<A, B, C, D, E, R>(this Fn<A, B, C, D, E, R> f) => (Fn<A, B, C, D, E, A>)Transformation.Gradient(0).Of(f, typeof(Fn<A, B, C, D, E, A>));

    /// <inheritdoc cref="Grad{A, R}(Fn{A, R})"/>
    public static Fn<A, B, C, D, E, F, A> Grad<A, B, C, D, E, F, R>(this Fn<A, B, C, D, E, F, R> f) => (Fn<A, B, C, D, E, F, A>)Transformation.Gradient(0).Of(f, typeof(Fn<A, B, C, D, E, F, A>));

    /// <inheritdoc cref="Grad{A, R}(Fn{A, R})"/>
    public static Fn<A, B, C, D, E, F, G, A> Grad<A, B, C, D, E, F, G, R>(this Fn<A, B, C, D, E, F, G, R> f) => (Fn<A, B, C, D, E, F, G, A>)Transformation.Gradient(0).Of(f, typeof(Fn<A, B, C, D, E, F, G, A>));

    /// <inheritdoc cref="Grad{A, R}(Fn{A, R})"/>
    public static Fn<A, B, C, D, E, F, G, H, A> Grad<A, B, C, D, E, F, G, H, R>(this Fn<A, B, C, D, E, F, G, H, R> f) => (Fn<A, B, C, D, E, F, G, H, A>)Transformation.Gradient(0).Of(f, typeof(Fn<A, B, C, D, E, F, G, H, A>));

    /// <summary>The gradient of a loss with respect to the first argument, and what else the function results in.</summary>
    public static Fn<A, (A Grad, X Aux)> Grad<A, R, X>(this Fn<A, (R, X)> f) =>
        (Fn<A, (A Grad, X Aux)>)Transformation.Gradient(0, aux: true).Of(f, typeof(Fn<A, (A Grad, X Aux)>));

    /// <inheritdoc cref="Grad{A, R, X}(Fn{A, ValueTuple{R, X}})"/>
    public static Fn<A, B, (A Grad, X Aux)> Grad<A, B, R, X>(this Fn<A, B, (R, X)> f) =>
        (Fn<A, B, (A Grad, X Aux)>)Transformation.Gradient(0, aux: true).Of(f, typeof(Fn<A, B, (A Grad, X Aux)>));

    /// <inheritdoc cref="Grad{A, R, X}(Fn{A, ValueTuple{R, X}})"/>
    public static Fn<A, B, C, (A Grad, X Aux)> Grad<A, B, C, R, X>(this Fn<A, B, C, (R, X)> f) =>
        (Fn<A, B, C, (A Grad, X Aux)>)Transformation.Gradient(0, aux: true).Of(f, typeof(Fn<A, B, C, (A Grad, X Aux)>));

    /// <inheritdoc cref="Grad{A, R, X}(Fn{A, ValueTuple{R, X}})"/>
    public static Fn<A, B, C, D, (A Grad, X Aux)> Grad<A, B, C, D, R, X>(this Fn<A, B, C, D, (R, X)> f) =>
        (Fn<A, B, C, D, (A Grad, X Aux)>)Transformation.Gradient(0, aux: true).Of(f, typeof(Fn<A, B, C, D, (A Grad, X Aux)>));

    /// <inheritdoc cref="Grad{A, R, X}(Fn{A, ValueTuple{R, X}})"/>
    public static Fn<A, B, C, D, E, (A Grad, X Aux)> Grad<A, B, C, D, E, R, X>(this Fn<A, B, C, D, E, (R, X)> f) =>
        (Fn<A, B, C, D, E, (A Grad, X Aux)>)Transformation.Gradient(0, aux: true).Of(f, typeof(Fn<A, B, C, D, E, (A Grad, X Aux)>));

    /// <inheritdoc cref="Grad{A, R, X}(Fn{A, ValueTuple{R, X}})"/>
    public static Fn<A, B, C, D, E, F, (A Grad, X Aux)> Grad<A, B, C, D, E, F, R, X>(this Fn<A, B, C, D, E, F, (R, X)> f) =>
        (Fn<A, B, C, D, E, F, (A Grad, X Aux)>)Transformation.Gradient(0, aux: true).Of(f, typeof(Fn<A, B, C, D, E, F, (A Grad, X Aux)>));

    /// <inheritdoc cref="Grad{A, R, X}(Fn{A, ValueTuple{R, X}})"/>
    public static Fn<A, B, C, D, E, F, G, (A Grad, X Aux)> Grad<A, B, C, D, E, F, G, R, X>(this Fn<A, B, C, D, E, F, G, (R, X)> f) =>
        (Fn<A, B, C, D, E, F, G, (A Grad, X Aux)>)Transformation.Gradient(0, aux: true).Of(f, typeof(Fn<A, B, C, D, E, F, G, (A Grad, X Aux)>));

    /// <inheritdoc cref="Grad{A, R, X}(Fn{A, ValueTuple{R, X}})"/>
    public static Fn<A, B, C, D, E, F, G, H, (A Grad, X Aux)> Grad<A, B, C, D, E, F, G, H, R, X>(this Fn<A, B, C, D, E, F, G, H, (R, X)> f) =>
        (Fn<A, B, C, D, E, F, G, H, (A Grad, X Aux)>)Transformation.Gradient(0, aux: true).Of(f, typeof(Fn<A, B, C, D, E, F, G, H, (A Grad, X Aux)>));
}
