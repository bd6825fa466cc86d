using MindDsl.Ir;
using MindDsl.Quote;

namespace MindDsl;

/// <summary>All second partial derivatives of quoted functions, their products with directions, and their diagonals.</summary>
public static class SecondDerivatives
{
    private static Transformation Of(TransformationKind kind) => Transformation.Of(kind);

    /// <summary>All second partial derivatives of a loss with respect to the first argument: the gradient, forward, in all directions.</summary>
    /// <exception cref="MindDslException">MIND0110: the function was not quoted.</exception>
    public static Fn<double[], double[,]> Hessian(this Fn<double[], double> f) =>
        (Fn<double[], double[,]>)Of(TransformationKind.Hessian).Of(f, typeof(Fn<double[], double[,]>));

    /// <inheritdoc cref="Hessian(Fn{double[], double})"/>
    public static Fn<double, double> Hessian(this Fn<double, double> f) =>
        (Fn<double, double>)Of(TransformationKind.Hessian).Of(f, typeof(Fn<double, double>));

    /// <inheritdoc cref="Hessian(Fn{double[], double})"/>
    public static Fn<double[,], double[,,,]> Hessian(this Fn<double[,], double> f) =>
        (Fn<double[,], double[,,,]>)Of(TransformationKind.Hessian).Of(f, typeof(Fn<double[,], double[,,,]>));

    /// <inheritdoc cref="Hessian(Fn{double[], double})"/>
    public static Fn<double[], B, double[,]> Hessian<B>(this Fn<double[], B, double> f) =>
        (Fn<double[], B, double[,]>)Of(TransformationKind.Hessian).Of(f, typeof(Fn<double[], B, double[,]>));

    /// <inheritdoc cref="Hessian(Fn{double[], double})"/>
    public static Fn<float[], float[,]> Hessian(this Fn<float[], float> f) =>
        (Fn<float[], float[,]>)Of(TransformationKind.Hessian).Of(f, typeof(Fn<float[], float[,]>));

    /// <inheritdoc cref="Hessian(Fn{double[], double})"/>
    public static Fn<float, float> Hessian(this Fn<float, float> f) =>
        (Fn<float, float>)Of(TransformationKind.Hessian).Of(f, typeof(Fn<float, float>));

    /// <inheritdoc cref="Hessian(Fn{double[], double})"/>
    public static Fn<float[,], float[,,,]> Hessian(this Fn<float[,], float> f) =>
        (Fn<float[,], float[,,,]>)Of(TransformationKind.Hessian).Of(f, typeof(Fn<float[,], float[,,,]>));

    /// <inheritdoc cref="Hessian(Fn{double[], double})"/>
    public static Fn<float[], B, float[,]> Hessian<B>(this Fn<float[], B, float> f) =>
        (Fn<float[], B, float[,]>)Of(TransformationKind.Hessian).Of(f, typeof(Fn<float[], B, float[,]>));

    /// <inheritdoc cref="Hessian(Fn{double[], double})"/>
    public static Fn<Tensor, Tensor> Hessian<R>(this Fn<Tensor, R> f) =>
        (Fn<Tensor, Tensor>)Of(TransformationKind.Hessian).Of(f, typeof(Fn<Tensor, Tensor>));

    /// <inheritdoc cref="Hessian(Fn{double[], double})"/>
    public static Fn<Tensor, B, Tensor> Hessian<B, R>(this Fn<Tensor, B, R> f) =>
        (Fn<Tensor, B, Tensor>)Of(TransformationKind.Hessian).Of(f, typeof(Fn<Tensor, B, Tensor>));

    /// <summary>All second partial derivatives of a loss as a value of a given type: the structure of the argument, in which each leaf is such a structure.</summary>
    /// <exception cref="MindDslException">MIND0110: the function was not quoted.</exception>
    public static Fn<A, J> Hessian<A, R, J>(this Fn<A, R> f) =>
        (Fn<A, J>)Of(TransformationKind.Hessian).Of(f, typeof(Fn<A, J>));

    /// <summary>Arguments, then a direction in the structure of the first one, give the second derivative along it: forward over reverse, the matrix is never formed.</summary>
    /// <exception cref="MindDslException">MIND0110: the function was not quoted.</exception>
    public static Fn<A, A, A> Hvp<A, R>(this Fn<A, R> f) =>
        (Fn<A, A, A>)Of(TransformationKind.HessianProduct).Of(f, typeof(Fn<A, A, A>));

    /// <inheritdoc cref="Hvp{A, R}(Fn{A, R})"/>
    public static Fn<A, B, A, A> Hvp<A, B, R>(this Fn<A, B, R> f) =>
        (Fn<A, B, A, A>)Of(TransformationKind.HessianProduct).Of(f, typeof(Fn<A, B, A, A>));

    /// <inheritdoc cref="Hvp{A, R}(Fn{A, R})"/>
    public static Fn<A, B, C, A, A> Hvp<A, B, C, R>(this Fn<A, B, C, R> f) =>
        (Fn<A, B, C, A, A>)Of(TransformationKind.HessianProduct).Of(f, typeof(Fn<A, B, C, A, A>));

    /// <inheritdoc cref="Hvp{A, R}(Fn{A, R})"/>
    public static Fn<A, B, C, D, A, A> Hvp<A, B, C, D, R>(this Fn<A, B, C, D, R> f) =>
        (Fn<A, B, C, D, A, A>)Of(TransformationKind.HessianProduct).Of(f, typeof(Fn<A, B, C, D, A, A>));

    /// <summary>∂²f/∂xᵢ² for each element of the first argument, in its structure.</summary>
    /// <exception cref="MindDslException">MIND0110: the function was not quoted.</exception>
    public static Fn<A, A> HessianDiagonal<A, R>(this Fn<A, R> f) =>
        (Fn<A, A>)Of(TransformationKind.HessianDiagonal).Of(f, typeof(Fn<A, A>));

    /// <inheritdoc cref="HessianDiagonal{A, R}(Fn{A, R})"/>
    public static Fn<A, B, A> HessianDiagonal<A, B, R>(this Fn<A, B, R> f) =>
        (Fn<A, B, A>)Of(TransformationKind.HessianDiagonal).Of(f, typeof(Fn<A, B, A>));

    /// <inheritdoc cref="HessianDiagonal{A, R}(Fn{A, R})"/>
    public static Fn<A, B, C, A> HessianDiagonal<A, B, C, R>(this Fn<A, B, C, R> f) =>
        (Fn<A, B, C, A>)Of(TransformationKind.HessianDiagonal).Of(f, typeof(Fn<A, B, C, A>));

    /// <inheritdoc cref="HessianDiagonal{A, R}(Fn{A, R})"/>
    public static Fn<A, B, C, D, A> HessianDiagonal<A, B, C, D, R>(this Fn<A, B, C, D, R> f) =>
        (Fn<A, B, C, D, A>)Of(TransformationKind.HessianDiagonal).Of(f, typeof(Fn<A, B, C, D, A>));
}
