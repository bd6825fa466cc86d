using MindDsl.Quote;

namespace MindDsl;

/// <summary>A value together with gradients, and the gradients of all arguments.</summary>
public static class ValuesAndGradients
{
    /// <summary>The value, and the gradient with respect to the first argument. The value may be a pair of a loss and what else is to be known.</summary>
    public static Fn<A, (R Value, A Grad)> ValueAndGrad<A, R>(this Fn<A, R> f) =>
        (Fn<A, (R Value, A Grad)>)Transformation.ValueAndGradient(0).Of(f, typeof(Fn<A, (R Value, A Grad)>));

    /// <inheritdoc cref="ValueAndGrad{A, R}(Fn{A, R})"/>
    public static Fn<A, B, (R Value, A Grad)> ValueAndGrad<A, B, R>(this Fn<A, B, R> f) =>
        (Fn<A, B, (R Value, A Grad)>)Transformation.ValueAndGradient(0).Of(f, typeof(Fn<A, B, (R Value, A Grad)>));

    /// <inheritdoc cref="ValueAndGrad{A, R}(Fn{A, R})"/>
    public static Fn<A, B, C, (R Value, A Grad)> ValueAndGrad<A, B, C, R>(this Fn<A, B, C, R> f) =>
        (Fn<A, B, C, (R Value, A Grad)>)Transformation.ValueAndGradient(0).Of(f, typeof(Fn<A, B, C, (R Value, A Grad)>));

    /// <inheritdoc cref="ValueAndGrad{A, R}(Fn{A, R})"/>
    public static Fn<A, B, C, D, (R Value, A Grad)> ValueAndGrad<A, B, C, D, R>(this Fn<A, B, C, D, R> f) =>
        (Fn<A, B, C, D, (R Value, A Grad)>)Transformation.ValueAndGradient(0).Of(f, typeof(Fn<A, B, C, D, (R Value, A Grad)>));

    /// <inheritdoc cref="ValueAndGrad{A, R}(Fn{A, R})"/>
    public static Fn<A, B, C, D, E, (R Value, A Grad)> ValueAndGrad<A, B, C, D, E, R>(this Fn<A, B, C, D, E, R> f) =>
        (Fn<A, B, C, D, E, (R Value, A Grad)>)Transformation.ValueAndGradient(0).Of(f, typeof(Fn<A, B, C, D, E, (R Value, A Grad)>));

    /// <inheritdoc cref="ValueAndGrad{A, R}(Fn{A, R})"/>
    public static Fn<A, B, C, D, E, F, (R Value, A Grad)> ValueAndGrad<A, B, C, D, E, F, R>(this Fn<A, B, C, D, E, F, R> f) =>
        (Fn<A, B, C, D, E, F, (R Value, A Grad)>)Transformation.ValueAndGradient(0).Of(f, typeof(Fn<A, B, C, D, E, F, (R Value, A Grad)>));

    /// <inheritdoc cref="ValueAndGrad{A, R}(Fn{A, R})"/>
    public static Fn<A, B, C, D, E, F, G, (R Value, A Grad)> ValueAndGrad<A, B, C, D, E, F, G, R>(this Fn<A, B, C, D, E, F, G, R> f) =>
        (Fn<A, B, C, D, E, F, G, (R Value, A Grad)>)Transformation.ValueAndGradient(0).Of(f, typeof(Fn<A, B, C, D, E, F, G, (R Value, A Grad)>));

    /// <inheritdoc cref="ValueAndGrad{A, R}(Fn{A, R})"/>
    public static Fn<A, B, C, D, E, F, G, H, (R Value, A Grad)> ValueAndGrad<A, B, C, D, E, F, G, H, R>(this Fn<A, B, C, D, E, F, G, H, R> f) =>
        (Fn<A, B, C, D, E, F, G, H, (R Value, A Grad)>)Transformation.ValueAndGradient(0).Of(f, typeof(Fn<A, B, C, D, E, F, G, H, (R Value, A Grad)>));

    /// <summary>The gradients with respect to all arguments, each of which has a float.</summary>
    public static Fn<A, A> GradAll<A, R>(this Fn<A, R> f) =>
        (Fn<A, A>)Transformation.Gradient(0).Of(f, typeof(Fn<A, A>));

    /// <inheritdoc cref="GradAll{A, R}(Fn{A, R})"/>
    public static Fn<A, B, (A, B)> GradAll<A, B, R>(this Fn<A, B, R> f) =>
        (Fn<A, B, (A, B)>)Transformation.AllGradients.Of(f, typeof(Fn<A, B, (A, B)>));

    /// <inheritdoc cref="GradAll{A, R}(Fn{A, R})"/>
    public static Fn<A, B, C, (A, B, C)> GradAll<A, B, C, R>(this Fn<A, B, C, R> f) =>
        (Fn<A, B, C, (A, B, C)>)Transformation.AllGradients.Of(f, typeof(Fn<A, B, C, (A, B, C)>));

    /// <inheritdoc cref="GradAll{A, R}(Fn{A, R})"/>
    public static Fn<A, B, C, D, (A, B, C, D)> GradAll<A, B, C, D, R>(this Fn<A, B, C, D, R> f) =>
        (Fn<A, B, C, D, (A, B, C, D)>)Transformation.AllGradients.Of(f, typeof(Fn<A, B, C, D, (A, B, C, D)>));

    /// <inheritdoc cref="GradAll{A, R}(Fn{A, R})"/>
    public static Fn<A, B, C, D, E, (A, B, C, D, E)> GradAll<A, B, C, D, E, R>(this Fn<A, B, C, D, E, R> f) =>
        (Fn<A, B, C, D, E, (A, B, C, D, E)>)Transformation.AllGradients.Of(f, typeof(Fn<A, B, C, D, E, (A, B, C, D, E)>));

    /// <inheritdoc cref="GradAll{A, R}(Fn{A, R})"/>
    public static Fn<A, B, C, D, E, F, (A, B, C, D, E, F)> GradAll<A, B, C, D, E, F, R>(this Fn<A, B, C, D, E, F, R> f) =>
        (Fn<A, B, C, D, E, F, (A, B, C, D, E, F)>)Transformation.AllGradients.Of(f, typeof(Fn<A, B, C, D, E, F, (A, B, C, D, E, F)>));

    /// <inheritdoc cref="GradAll{A, R}(Fn{A, R})"/>
    public static Fn<A, B, C, D, E, F, G, (A, B, C, D, E, F, G)> GradAll<A, B, C, D, E, F, G, R>(this Fn<A, B, C, D, E, F, G, R> f) =>
        (Fn<A, B, C, D, E, F, G, (A, B, C, D, E, F, G)>)Transformation.AllGradients.Of(f, typeof(Fn<A, B, C, D, E, F, G, (A, B, C, D, E, F, G)>));

    /// <inheritdoc cref="GradAll{A, R}(Fn{A, R})"/>
    public static Fn<A, B, C, D, E, F, G, H, (A, B, C, D, E, F, G, H)> GradAll<A, B, C, D, E, F, G, H, R>(this Fn<A, B, C, D, E, F, G, H, R> f) =>
        (Fn<A, B, C, D, E, F, G, H, (A, B, C, D, E, F, G, H)>)Transformation.AllGradients.Of(f, typeof(Fn<A, B, C, D, E, F, G, H, (A, B, C, D, E, F, G, H)>));
}
