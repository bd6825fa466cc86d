using MindDsl.Ir;
using MindDsl.Quote;

namespace MindDsl;

/// <summary>All partial derivatives of quoted functions.</summary>
/// <remarks>
/// A part of a Jacobian has the axes of the result and then those of the argument, as a number, an array of as many axes, or a tensor. Where the argument or the result is a structure, so is the Jacobian:
/// a structure of results, each of which is a structure of arguments. One of the two has to be a single number, array or tensor, or the type of the Jacobian has to be given.
/// </remarks>
public static class Jacobians
{
    private static Transformation Of(TransformationKind kind) => Transformation.Of(kind);

    /// <summary>All partial derivatives with respect to the first argument, a column at a time, by forward mode; right where there are few arguments (JAX: jacfwd).</summary>
    /// <exception cref="MindDslException">MIND0110: the function was not quoted.</exception>
    public static Fn<double[], double[,]> JacFwd(this Fn<double[], double[]> f) =>
        (Fn<double[], double[,]>)Of(TransformationKind.JacobianForward).Of(f, typeof(Fn<double[], double[,]>));

    /// <inheritdoc cref="JacFwd(Fn{double[], double[]})"/>
    public static Fn<double, double[]> JacFwd(this Fn<double, double[]> f) =>
        (Fn<double, double[]>)Of(TransformationKind.JacobianForward).Of(f, typeof(Fn<double, double[]>));

    /// <inheritdoc cref="JacFwd(Fn{double[], double[]})"/>
    public static Fn<double[], double[]> JacFwd(this Fn<double[], double> f) =>
        (Fn<double[], double[]>)Of(TransformationKind.JacobianForward).Of(f, typeof(Fn<double[], double[]>));

    /// <inheritdoc cref="JacFwd(Fn{double[], double[]})"/>
    public static Fn<double, double> JacFwd(this Fn<double, double> f) =>
        (Fn<double, double>)Of(TransformationKind.JacobianForward).Of(f, typeof(Fn<double, double>));

    /// <inheritdoc cref="JacFwd(Fn{double[], double[]})"/>
    public static Fn<double[,], double[,,]> JacFwd(this Fn<double[,], double[]> f) =>
        (Fn<double[,], double[,,]>)Of(TransformationKind.JacobianForward).Of(f, typeof(Fn<double[,], double[,,]>));

    /// <inheritdoc cref="JacFwd(Fn{double[], double[]})"/>
    public static Fn<float[], float[,]> JacFwd(this Fn<float[], float[]> f) =>
        (Fn<float[], float[,]>)Of(TransformationKind.JacobianForward).Of(f, typeof(Fn<float[], float[,]>));

    /// <inheritdoc cref="JacFwd(Fn{double[], double[]})"/>
    public static Fn<float, float[]> JacFwd(this Fn<float, float[]> f) =>
        (Fn<float, float[]>)Of(TransformationKind.JacobianForward).Of(f, typeof(Fn<float, float[]>));

    /// <inheritdoc cref="JacFwd(Fn{double[], double[]})"/>
    public static Fn<float[], float[]> JacFwd(this Fn<float[], float> f) =>
        (Fn<float[], float[]>)Of(TransformationKind.JacobianForward).Of(f, typeof(Fn<float[], float[]>));

    /// <inheritdoc cref="JacFwd(Fn{double[], double[]})"/>
    public static Fn<float, float> JacFwd(this Fn<float, float> f) =>
        (Fn<float, float>)Of(TransformationKind.JacobianForward).Of(f, typeof(Fn<float, float>));

    /// <inheritdoc cref="JacFwd(Fn{double[], double[]})"/>
    public static Fn<float[,], float[,,]> JacFwd(this Fn<float[,], float[]> f) =>
        (Fn<float[,], float[,,]>)Of(TransformationKind.JacobianForward).Of(f, typeof(Fn<float[,], float[,,]>));

    /// <inheritdoc cref="JacFwd(Fn{double[], double[]})"/>
    public static Fn<A, A> JacFwd<A>(this Fn<A, Tensor> f) =>
        (Fn<A, A>)Of(TransformationKind.JacobianForward).Of(f, typeof(Fn<A, A>));

    /// <inheritdoc cref="JacFwd(Fn{double[], double[]})"/>
    public static Fn<A, B, A> JacFwd<A, B>(this Fn<A, B, Tensor> f) =>
        (Fn<A, B, A>)Of(TransformationKind.JacobianForward).Of(f, typeof(Fn<A, B, A>));

    /// <inheritdoc cref="JacFwd(Fn{double[], double[]})"/>
    public static Fn<A, B, C, A> JacFwd<A, B, C>(this Fn<A, B, C, Tensor> f) =>
        (Fn<A, B, C, A>)Of(TransformationKind.JacobianForward).Of(f, typeof(Fn<A, B, C, A>));

    /// <inheritdoc cref="JacFwd(Fn{double[], double[]})"/>
    public static Fn<double[], B, double[,]> JacFwd<B>(this Fn<double[], B, double[]> f) =>
        (Fn<double[], B, double[,]>)Of(TransformationKind.JacobianForward).Of(f, typeof(Fn<double[], B, double[,]>));

    /// <inheritdoc cref="JacFwd(Fn{double[], double[]})"/>
    public static Fn<float[], B, float[,]> JacFwd<B>(this Fn<float[], B, float[]> f) =>
        (Fn<float[], B, float[,]>)Of(TransformationKind.JacobianForward).Of(f, typeof(Fn<float[], B, float[,]>));

    /// <summary>All partial derivatives with respect to the argument, a column at a time, by forward mode; right where there are few arguments (JAX: jacfwd), as a value of a given type: the structure of the result, in which each leaf is a structure of the argument.</summary>
    /// <exception cref="MindDslException">MIND0110: the function was not quoted.</exception>
    public static Fn<A, J> JacFwd<A, R, J>(this Fn<A, R> f) =>
        (Fn<A, J>)Of(TransformationKind.JacobianForward).Of(f, typeof(Fn<A, J>));

    /// <inheritdoc cref="JacFwd{A, R, J}(Fn{A, R})"/>
    public static Fn<A, B, J> JacFwd<A, B, R, J>(this Fn<A, B, R> f) =>
        (Fn<A, B, J>)Of(TransformationKind.JacobianForward).Of(f, typeof(Fn<A, B, J>));

    /// <summary>All partial derivatives with respect to the first argument, a row at a time, by reverse mode; right where there are few results (JAX: jacrev).</summary>
    /// <exception cref="MindDslException">MIND0110: the function was not quoted.</exception>
    public static Fn<double[], double[,]> JacRev(this Fn<double[], double[]> f) =>
        (Fn<double[], double[,]>)Of(TransformationKind.JacobianReverse).Of(f, typeof(Fn<double[], double[,]>));

    /// <inheritdoc cref="JacRev(Fn{double[], double[]})"/>
    public static Fn<double, double[]> JacRev(this Fn<double, double[]> f) =>
        (Fn<double, double[]>)Of(TransformationKind.JacobianReverse).Of(f, typeof(Fn<double, double[]>));

    /// <inheritdoc cref="JacRev(Fn{double[], double[]})"/>
    public static Fn<double[], double[]> JacRev(this Fn<double[], double> f) =>
        (Fn<double[], double[]>)Of(TransformationKind.JacobianReverse).Of(f, typeof(Fn<double[], double[]>));

    /// <inheritdoc cref="JacRev(Fn{double[], double[]})"/>
    public static Fn<double, double> JacRev(this Fn<double, double> f) =>
        (Fn<double, double>)Of(TransformationKind.JacobianReverse).Of(f, typeof(Fn<double, double>));

    /// <inheritdoc cref="JacRev(Fn{double[], double[]})"/>
    public static Fn<double[,], double[,,]> JacRev(this Fn<double[,], double[]> f) =>
        (Fn<double[,], double[,,]>)Of(TransformationKind.JacobianReverse).Of(f, typeof(Fn<double[,], double[,,]>));

    /// <inheritdoc cref="JacRev(Fn{double[], double[]})"/>
    public static Fn<float[], float[,]> JacRev(this Fn<float[], float[]> f) =>
        (Fn<float[], float[,]>)Of(TransformationKind.JacobianReverse).Of(f, typeof(Fn<float[], float[,]>));

    /// <inheritdoc cref="JacRev(Fn{double[], double[]})"/>
    public static Fn<float, float[]> JacRev(this Fn<float, float[]> f) =>
        (Fn<float, float[]>)Of(TransformationKind.JacobianReverse).Of(f, typeof(Fn<float, float[]>));

    /// <inheritdoc cref="JacRev(Fn{double[], double[]})"/>
    public static Fn<float[], float[]> JacRev(this Fn<float[], float> f) =>
        (Fn<float[], float[]>)Of(TransformationKind.JacobianReverse).Of(f, typeof(Fn<float[], float[]>));

    /// <inheritdoc cref="JacRev(Fn{double[], double[]})"/>
    public static Fn<float, float> JacRev(this Fn<float, float> f) =>
        (Fn<float, float>)Of(TransformationKind.JacobianReverse).Of(f, typeof(Fn<float, float>));

    /// <inheritdoc cref="JacRev(Fn{double[], double[]})"/>
    public static Fn<float[,], float[,,]> JacRev(this Fn<float[,], float[]> f) =>
        (Fn<float[,], float[,,]>)Of(TransformationKind.JacobianReverse).Of(f, typeof(Fn<float[,], float[,,]>));

    /// <inheritdoc cref="JacRev(Fn{double[], double[]})"/>
    public static Fn<A, A> JacRev<A>(this Fn<A, Tensor> f) =>
        (Fn<A, A>)Of(TransformationKind.JacobianReverse).Of(f, typeof(Fn<A, A>));

    /// <inheritdoc cref="JacRev(Fn{double[], double[]})"/>
    public static Fn<A, B, A> JacRev<A, B>(this Fn<A, B, Tensor> f) =>
        (Fn<A, B, A>)Of(TransformationKind.JacobianReverse).Of(f, typeof(Fn<A, B, A>));

    /// <inheritdoc cref="JacRev(Fn{double[], double[]})"/>
    public static Fn<A, B, C, A> JacRev<A, B, C>(this Fn<A, B, C, Tensor> f) =>
        (Fn<A, B, C, A>)Of(TransformationKind.JacobianReverse).Of(f, typeof(Fn<A, B, C, A>));

    /// <inheritdoc cref="JacRev(Fn{double[], double[]})"/>
    public static Fn<double[], B, double[,]> JacRev<B>(this Fn<double[], B, double[]> f) =>
        (Fn<double[], B, double[,]>)Of(TransformationKind.JacobianReverse).Of(f, typeof(Fn<double[], B, double[,]>));

    /// <inheritdoc cref="JacRev(Fn{double[], double[]})"/>
    public static Fn<float[], B, float[,]> JacRev<B>(this Fn<float[], B, float[]> f) =>
        (Fn<float[], B, float[,]>)Of(TransformationKind.JacobianReverse).Of(f, typeof(Fn<float[], B, float[,]>));

    /// <summary>All partial derivatives with respect to the argument, a row at a time, by reverse mode; right where there are few results (JAX: jacrev), as a value of a given type: the structure of the result, in which each leaf is a structure of the argument.</summary>
    /// <exception cref="MindDslException">MIND0110: the function was not quoted.</exception>
    public static Fn<A, J> JacRev<A, R, J>(this Fn<A, R> f) =>
        (Fn<A, J>)Of(TransformationKind.JacobianReverse).Of(f, typeof(Fn<A, J>));

    /// <inheritdoc cref="JacRev{A, R, J}(Fn{A, R})"/>
    public static Fn<A, B, J> JacRev<A, B, R, J>(this Fn<A, B, R> f) =>
        (Fn<A, B, J>)Of(TransformationKind.JacobianReverse).Of(f, typeof(Fn<A, B, J>));

    /// <summary>All partial derivatives with respect to the first argument, in the mode that is cheaper for the sizes.</summary>
    /// <exception cref="MindDslException">MIND0110: the function was not quoted.</exception>
    public static Fn<double[], double[,]> Jacobian(this Fn<double[], double[]> f) =>
        (Fn<double[], double[,]>)Of(TransformationKind.Jacobian).Of(f, typeof(Fn<double[], double[,]>));

    /// <inheritdoc cref="Jacobian(Fn{double[], double[]})"/>
    public static Fn<double, double[]> Jacobian(this Fn<double, double[]> f) =>
        (Fn<double, double[]>)Of(TransformationKind.Jacobian).Of(f, typeof(Fn<double, double[]>));

    /// <inheritdoc cref="Jacobian(Fn{double[], double[]})"/>
    public static Fn<double[], double[]> Jacobian(this Fn<double[], double> f) =>
        (Fn<double[], double[]>)Of(TransformationKind.Jacobian).Of(f, typeof(Fn<double[], double[]>));

    /// <inheritdoc cref="Jacobian(Fn{double[], double[]})"/>
    public static Fn<double, double> Jacobian(this Fn<double, double> f) =>
        (Fn<double, double>)Of(TransformationKind.Jacobian).Of(f, typeof(Fn<double, double>));

    /// <inheritdoc cref="Jacobian(Fn{double[], double[]})"/>
    public static Fn<double[,], double[,,]> Jacobian(this Fn<double[,], double[]> f) =>
        (Fn<double[,], double[,,]>)Of(TransformationKind.Jacobian).Of(f, typeof(Fn<double[,], double[,,]>));

    /// <inheritdoc cref="Jacobian(Fn{double[], double[]})"/>
    public static Fn<float[], float[,]> Jacobian(this Fn<float[], float[]> f) =>
        (Fn<float[], float[,]>)Of(TransformationKind.Jacobian).Of(f, typeof(Fn<float[], float[,]>));

    /// <inheritdoc cref="Jacobian(Fn{double[], double[]})"/>
    public static Fn<float, float[]> Jacobian(this Fn<float, float[]> f) =>
        (Fn<float, float[]>)Of(TransformationKind.Jacobian).Of(f, typeof(Fn<float, float[]>));

    /// <inheritdoc cref="Jacobian(Fn{double[], double[]})"/>
    public static Fn<float[], float[]> Jacobian(this Fn<float[], float> f) =>
        (Fn<float[], float[]>)Of(TransformationKind.Jacobian).Of(f, typeof(Fn<float[], float[]>));

    /// <inheritdoc cref="Jacobian(Fn{double[], double[]})"/>
    public static Fn<float, float> Jacobian(this Fn<float, float> f) =>
        (Fn<float, float>)Of(TransformationKind.Jacobian).Of(f, typeof(Fn<float, float>));

    /// <inheritdoc cref="Jacobian(Fn{double[], double[]})"/>
    public static Fn<float[,], float[,,]> Jacobian(this Fn<float[,], float[]> f) =>
        (Fn<float[,], float[,,]>)Of(TransformationKind.Jacobian).Of(f, typeof(Fn<float[,], float[,,]>));

    /// <inheritdoc cref="Jacobian(Fn{double[], double[]})"/>
    public static Fn<A, A> Jacobian<A>(this Fn<A, Tensor> f) =>
        (Fn<A, A>)Of(TransformationKind.Jacobian).Of(f, typeof(Fn<A, A>));

    /// <inheritdoc cref="Jacobian(Fn{double[], double[]})"/>
    public static Fn<A, B, A> Jacobian<A, B>(this Fn<A, B, Tensor> f) =>
        (Fn<A, B, A>)Of(TransformationKind.Jacobian).Of(f, typeof(Fn<A, B, A>));

    /// <inheritdoc cref="Jacobian(Fn{double[], double[]})"/>
    public static Fn<A, B, C, A> Jacobian<A, B, C>(this Fn<A, B, C, Tensor> f) =>
        (Fn<A, B, C, A>)Of(TransformationKind.Jacobian).Of(f, typeof(Fn<A, B, C, A>));

    /// <inheritdoc cref="Jacobian(Fn{double[], double[]})"/>
    public static Fn<double[], B, double[,]> Jacobian<B>(this Fn<double[], B, double[]> f) =>
        (Fn<double[], B, double[,]>)Of(TransformationKind.Jacobian).Of(f, typeof(Fn<double[], B, double[,]>));

    /// <inheritdoc cref="Jacobian(Fn{double[], double[]})"/>
    public static Fn<float[], B, float[,]> Jacobian<B>(this Fn<float[], B, float[]> f) =>
        (Fn<float[], B, float[,]>)Of(TransformationKind.Jacobian).Of(f, typeof(Fn<float[], B, float[,]>));

    /// <summary>All partial derivatives with respect to the argument, in the mode that is cheaper for the sizes, as a value of a given type: the structure of the result, in which each leaf is a structure of the argument.</summary>
    /// <exception cref="MindDslException">MIND0110: the function was not quoted.</exception>
    public static Fn<A, J> Jacobian<A, R, J>(this Fn<A, R> f) =>
        (Fn<A, J>)Of(TransformationKind.Jacobian).Of(f, typeof(Fn<A, J>));

    /// <inheritdoc cref="Jacobian{A, R, J}(Fn{A, R})"/>
    public static Fn<A, B, J> Jacobian<A, B, R, J>(this Fn<A, B, R> f) =>
        (Fn<A, B, J>)Of(TransformationKind.Jacobian).Of(f, typeof(Fn<A, B, J>));
}
