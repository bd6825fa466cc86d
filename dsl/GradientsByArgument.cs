using MindDsl.Quote;

namespace MindDsl;

/// <summary>Gradients with respect to an argument that is named by <see cref="Wrt"/>.</summary>
public static class GradientsByArgument
{
    /// <summary>The gradient with respect to the named argument.</summary>
    public static Fn<A, A> Grad<A, R>(this Fn<A, R> f, WrtArg1 wrt) =>
        (Fn<A, A>)Transformation.Gradient(0).Of(f, typeof(Fn<A, A>));

    /// <inheritdoc cref="Grad{A, R}(Fn{A, R}, WrtArg1)"/>
    public static Fn<A, B, A> Grad<A, B, R>(this Fn<A, B, R> f, WrtArg1 wrt) =>
        (Fn<A, B, A>)Transformation.Gradient(0).Of(f, typeof(Fn<A, B, A>));

    /// <inheritdoc cref="Grad{A, R}(Fn{A, R}, WrtArg1)"/>
    public static Fn<A, B, B> Grad<A, B, R>(this Fn<A, B, R> f, WrtArg2 wrt) =>
        (Fn<A, B, B>)Transformation.Gradient(1).Of(f, typeof(Fn<A, B, B>));

    /// <inheritdoc cref="Grad{A, R}(Fn{A, R}, WrtArg1)"/>
    public static Fn<A, B, C, A> Grad<A, B, C, R>(this Fn<A, B, C, R> f, WrtArg1 wrt) =>
        (Fn<A, B, C, A>)Transformation.Gradient(0).Of(f, typeof(Fn<A, B, C, A>));

    /// <inheritdoc cref="Grad{A, R}(Fn{A, R}, WrtArg1)"/>
    public static Fn<A, B, C, B> Grad<A, B, C, R>(this Fn<A, B, C, R> f, WrtArg2 wrt) =>
        (Fn<A, B, C, B>)Transformation.Gradient(1).Of(f, typeof(Fn<A, B, C, B>));

    /// <inheritdoc cref="Grad{A, R}(Fn{A, R}, WrtArg1)"/>
    public static Fn<A, B, C, C> Grad<A, B, C, R>(this Fn<A, B, C, R> f, WrtArg3 wrt) =>
        (Fn<A, B, C, C>)Transformation.Gradient(2).Of(f, typeof(Fn<A, B, C, C>));

    /// <inheritdoc cref="Grad{A, R}(Fn{A, R}, WrtArg1)"/>
    public static Fn<A, B, C, D, A> Grad<A, B, C, D, R>(this Fn<A, B, C, D, R> f, WrtArg1 wrt) =>
        (Fn<A, B, C, D, A>)Transformation.Gradient(0).Of(f, typeof(Fn<A, B, C, D, A>));

    /// <inheritdoc cref="Grad{A, R}(Fn{A, R}, WrtArg1)"/>
    public static Fn<A, B, C, D, B> Grad<A, B, C, D, R>(this Fn<A, B, C, D, R> f, WrtArg2 wrt) =>
        (Fn<A, B, C, D, B>)Transformation.Gradient(1).Of(f, typeof(Fn<A, B, C, D, B>));

    /// <inheritdoc cref="Grad{A, R}(Fn{A, R}, WrtArg1)"/>
    public static Fn<A, B, C, D, C> Grad<A, B, C, D, R>(this Fn<A, B, C, D, R> f, WrtArg3 wrt) =>
        (Fn<A, B, C, D, C>)Transformation.Gradient(2).Of(f, typeof(Fn<A, B, C, D, C>));

    /// <inheritdoc cref="Grad{A, R}(Fn{A, R}, WrtArg1)"/>
    public static Fn<A, B, C, D, D> Grad<A, B, C, D, R>(this Fn<A, B, C, D, R> f, WrtArg4 wrt) =>
        (Fn<A, B, C, D, D>)Transformation.Gradient(3).Of(f, typeof(Fn<A, B, C, D, D>));

    /// <inheritdoc cref="Grad{A, R}(Fn{A, R}, WrtArg1)"/>
    public static Fn<A, B, C, D, E, A> Grad<A, B, C, D, E, R>(this Fn<A, B, C, D, E, R> f, WrtArg1 wrt) =>
        (Fn<A, B, C, D, E, A>)Transformation.Gradient(0).Of(f, typeof(Fn<A, B, C, D, E, A>));

    /// <inheritdoc cref="Grad{A, R}(Fn{A, R}, WrtArg1)"/>
    public static Fn<A, B, C, D, E, B> Grad<A, B, C, D, E, R>(this Fn<A, B, C, D, E, R> f, WrtArg2 wrt) =>
        (Fn<A, B, C, D, E, B>)Transformation.Gradient(1).Of(f, typeof(Fn<A, B, C, D, E, B>));

    /// <inheritdoc cref="Grad{A, R}(Fn{A, R}, WrtArg1)"/>
    public static Fn<A, B, C, D, E, C> Grad<A, B, C, D, E, R>(this Fn<A, B, C, D, E, R> f, WrtArg3 wrt) =>
        (Fn<A, B, C, D, E, C>)Transformation.Gradient(2).Of(f, typeof(Fn<A, B, C, D, E, C>));

    /// <inheritdoc cref="Grad{A, R}(Fn{A, R}, WrtArg1)"/>
    public static Fn<A, B, C, D, E, D> Grad<A, B, C, D, E, R>(this Fn<A, B, C, D, E, R> f, WrtArg4 wrt) =>
        (Fn<A, B, C, D, E, D>)Transformation.Gradient(3).Of(f, typeof(Fn<A, B, C, D, E, D>));

    /// <inheritdoc cref="Grad{A, R}(Fn{A, R}, WrtArg1)"/>
    public static Fn<A, B, C, D, E, E> Grad<A, B, C, D, E, R>(this Fn<A, B, C, D, E, R> f, WrtArg5 wrt) =>
        (Fn<A, B, C, D, E, E>)Transformation.Gradient(4).Of(f, typeof(Fn<A, B, C, D, E, E>));

    /// <inheritdoc cref="Grad{A, R}(Fn{A, R}, WrtArg1)"/>
    public static Fn<A, B, C, D, E, F, A> Grad<A, B, C, D, E, F, R>(this Fn<A, B, C, D, E, F, R> f, WrtArg1 wrt) =>
        (Fn<A, B, C, D, E, F, A>)Transformation.Gradient(0).Of(f, typeof(Fn<A, B, C, D, E, F, A>));

    /// <inheritdoc cref="Grad{A, R}(Fn{A, R}, WrtArg1)"/>
    public static Fn<A, B, C, D, E, F, B> Grad<A, B, C, D, E, F, R>(this Fn<A, B, C, D, E, F, R> f, WrtArg2 wrt) =>
        (Fn<A, B, C, D, E, F, B>)Transformation.Gradient(1).Of(f, typeof(Fn<A, B, C, D, E, F, B>));

    /// <inheritdoc cref="Grad{A, R}(Fn{A, R}, WrtArg1)"/>
    public static Fn<A, B, C, D, E, F, C> Grad<A, B, C, D, E, F, R>(this Fn<A, B, C, D, E, F, R> f, WrtArg3 wrt) =>
        (Fn<A, B, C, D, E, F, C>)Transformation.Gradient(2).Of(f, typeof(Fn<A, B, C, D, E, F, C>));

    /// <inheritdoc cref="Grad{A, R}(Fn{A, R}, WrtArg1)"/>
    public static Fn<A, B, C, D, E, F, D> Grad<A, B, C, D, E, F, R>(this Fn<A, B, C, D, E, F, R> f, WrtArg4 wrt) =>
        (Fn<A, B, C, D, E, F, D>)Transformation.Gradient(3).Of(f, typeof(Fn<A, B, C, D, E, F, D>));

    /// <inheritdoc cref="Grad{A, R}(Fn{A, R}, WrtArg1)"/>
    public static Fn<A, B, C, D, E, F, E> Grad<A, B, C, D, E, F, R>(this Fn<A, B, C, D, E, F, R> f, WrtArg5 wrt) =>
        (Fn<A, B, C, D, E, F, E>)Transformation.Gradient(4).Of(f, typeof(Fn<A, B, C, D, E, F, E>));

    /// <inheritdoc cref="Grad{A, R}(Fn{A, R}, WrtArg1)"/>
    public static Fn<A, B, C, D, E, F, F> Grad<A, B, C, D, E, F, R>(this Fn<A, B, C, D, E, F, R> f, WrtArg6 wrt) =>
        (Fn<A, B, C, D, E, F, F>)Transformation.Gradient(5).Of(f, typeof(Fn<A, B, C, D, E, F, F>));

    /// <inheritdoc cref="Grad{A, R}(Fn{A, R}, WrtArg1)"/>
    public static Fn<A, B, C, D, E, F, G, A> Grad<A, B, C, D, E, F, G, R>(this Fn<A, B, C, D, E, F, G, R> f, WrtArg1 wrt) =>
        (Fn<A, B, C, D, E, F, G, A>)Transformation.Gradient(0).Of(f, typeof(Fn<A, B, C, D, E, F, G, A>));

    /// <inheritdoc cref="Grad{A, R}(Fn{A, R}, WrtArg1)"/>
    public static Fn<A, B, C, D, E, F, G, B> Grad<A, B, C, D, E, F, G, R>(this Fn<A, B, C, D, E, F, G, R> f, WrtArg2 wrt) =>
        (Fn<A, B, C, D, E, F, G, B>)Transformation.Gradient(1).Of(f, typeof(Fn<A, B, C, D, E, F, G, B>));

    /// <inheritdoc cref="Grad{A, R}(Fn{A, R}, WrtArg1)"/>
    public static Fn<A, B, C, D, E, F, G, C> Grad<A, B, C, D, E, F, G, R>(this Fn<A, B, C, D, E, F, G, R> f, WrtArg3 wrt) =>
        (Fn<A, B, C, D, E, F, G, C>)Transformation.Gradient(2).Of(f, typeof(Fn<A, B, C, D, E, F, G, C>));

    /// <inheritdoc cref="Grad{A, R}(Fn{A, R}, WrtArg1)"/>
    public static Fn<A, B, C, D, E, F, G, D> Grad<A, B, C, D, E, F, G, R>(this Fn<A, B, C, D, E, F, G, R> f, WrtArg4 wrt) =>
        (Fn<A, B, C, D, E, F, G, D>)Transformation.Gradient(3).Of(f, typeof(Fn<A, B, C, D, E, F, G, D>));

    /// <inheritdoc cref="Grad{A, R}(Fn{A, R}, WrtArg1)"/>
    public static Fn<A, B, C, D, E, F, G, E> Grad<A, B, C, D, E, F, G, R>(this Fn<A, B, C, D, E, F, G, R> f, WrtArg5 wrt) =>
        (Fn<A, B, C, D, E, F, G, E>)Transformation.Gradient(4).Of(f, typeof(Fn<A, B, C, D, E, F, G, E>));

    /// <inheritdoc cref="Grad{A, R}(Fn{A, R}, WrtArg1)"/>
    public static Fn<A, B, C, D, E, F, G, F> Grad<A, B, C, D, E, F, G, R>(this Fn<A, B, C, D, E, F, G, R> f, WrtArg6 wrt) =>
        (Fn<A, B, C, D, E, F, G, F>)Transformation.Gradient(5).Of(f, typeof(Fn<A, B, C, D, E, F, G, F>));

    /// <inheritdoc cref="Grad{A, R}(Fn{A, R}, WrtArg1)"/>
    public static Fn<A, B, C, D, E, F, G, G> Grad<A, B, C, D, E, F, G, R>(this Fn<A, B, C, D, E, F, G, R> f, WrtArg7 wrt) =>
        (Fn<A, B, C, D, E, F, G, G>)Transformation.Gradient(6).Of(f, typeof(Fn<A, B, C, D, E, F, G, G>));

    /// <inheritdoc cref="Grad{A, R}(Fn{A, R}, WrtArg1)"/>
    public static Fn<A, B, C, D, E, F, G, H, A> Grad<A, B, C, D, E, F, G, H, R>(this Fn<A, B, C, D, E, F, G, H, R> f, WrtArg1 wrt) =>
        (Fn<A, B, C, D, E, F, G, H, A>)Transformation.Gradient(0).Of(f, typeof(Fn<A, B, C, D, E, F, G, H, A>));

    /// <inheritdoc cref="Grad{A, R}(Fn{A, R}, WrtArg1)"/>
    public static Fn<A, B, C, D, E, F, G, H, B> Grad<A, B, C, D, E, F, G, H, R>(this Fn<A, B, C, D, E, F, G, H, R> f, WrtArg2 wrt) =>
        (Fn<A, B, C, D, E, F, G, H, B>)Transformation.Gradient(1).Of(f, typeof(Fn<A, B, C, D, E, F, G, H, B>));

    /// <inheritdoc cref="Grad{A, R}(Fn{A, R}, WrtArg1)"/>
    public static Fn<A, B, C, D, E, F, G, H, C> Grad<A, B, C, D, E, F, G, H, R>(this Fn<A, B, C, D, E, F, G, H, R> f, WrtArg3 wrt) =>
        (Fn<A, B, C, D, E, F, G, H, C>)Transformation.Gradient(2).Of(f, typeof(Fn<A, B, C, D, E, F, G, H, C>));

    /// <inheritdoc cref="Grad{A, R}(Fn{A, R}, WrtArg1)"/>
    public static Fn<A, B, C, D, E, F, G, H, D> Grad<A, B, C, D, E, F, G, H, R>(this Fn<A, B, C, D, E, F, G, H, R> f, WrtArg4 wrt) =>
        (Fn<A, B, C, D, E, F, G, H, D>)Transformation.Gradient(3).Of(f, typeof(Fn<A, B, C, D, E, F, G, H, D>));

    /// <inheritdoc cref="Grad{A, R}(Fn{A, R}, WrtArg1)"/>
    public static Fn<A, B, C, D, E, F, G, H, E> Grad<A, B, C, D, E, F, G, H, R>(this Fn<A, B, C, D, E, F, G, H, R> f, WrtArg5 wrt) =>
        (Fn<A, B, C, D, E, F, G, H, E>)Transformation.Gradient(4).Of(f, typeof(Fn<A, B, C, D, E, F, G, H, E>));

    /// <inheritdoc cref="Grad{A, R}(Fn{A, R}, WrtArg1)"/>
    public static Fn<A, B, C, D, E, F, G, H, F> Grad<A, B, C, D, E, F, G, H, R>(this Fn<A, B, C, D, E, F, G, H, R> f, WrtArg6 wrt) =>
        (Fn<A, B, C, D, E, F, G, H, F>)Transformation.Gradient(5).Of(f, typeof(Fn<A, B, C, D, E, F, G, H, F>));

    /// <inheritdoc cref="Grad{A, R}(Fn{A, R}, WrtArg1)"/>
    public static Fn<A, B, C, D, E, F, G, H, G> Grad<A, B, C, D, E, F, G, H, R>(this Fn<A, B, C, D, E, F, G, H, R> f, WrtArg7 wrt) =>
        (Fn<A, B, C, D, E, F, G, H, G>)Transformation.Gradient(6).Of(f, typeof(Fn<A, B, C, D, E, F, G, H, G>));

    /// <inheritdoc cref="Grad{A, R}(Fn{A, R}, WrtArg1)"/>
    public static Fn<A, B, C, D, E, F, G, H, H> Grad<A, B, C, D, E, F, G, H, R>(this Fn<A, B, C, D, E, F, G, H, R> f, WrtArg8 wrt) =>
        (Fn<A, B, C, D, E, F, G, H, H>)Transformation.Gradient(7).Of(f, typeof(Fn<A, B, C, D, E, F, G, H, H>));
}
