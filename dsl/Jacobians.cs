using MindDsl.Ir;
using MindDsl.Quote;

namespace MindDsl;

/// <summary>All partial derivatives of quoted functions, derivatives of second and of any order, and functions of which reverse mode keeps little.</summary>
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

    /// <summary>
    /// Taylor mode: arguments x₀, then the coefficients x₁ … xₖ of a curve x₀ + x₁t + x₂t² + … along a new first axis, give the value and the coefficients y₁ … yₖ of the function along the
    /// curve. The order k is the length of that axis; the cost grows with k² and not with 2ᵏ as that of nested derivatives does (JAX: jet, whose coefficients are k! times these).
    /// </summary>
    public static Fn<A, A, (R Value, R Series)> Jet<A, R>(this Fn<A, R> f) =>
        (Fn<A, A, (R Value, R Series)>)new Transformation(TransformationKind.Taylor).Of(f, typeof(Fn<A, A, (R Value, R Series)>));

    /// <inheritdoc cref="Jet{A, R}(Fn{A, R})"/>
    public static Fn<A, B, A, B, (R Value, R Series)> Jet<A, B, R>(this Fn<A, B, R> f) =>
        (Fn<A, B, A, B, (R Value, R Series)>)new Transformation(TransformationKind.Taylor).Of(f, typeof(Fn<A, B, A, B, (R Value, R Series)>));

    /// <inheritdoc cref="Jet{A, R}(Fn{A, R})"/>
    public static Fn<double, double[], (double Value, double[] Series)> Jet(this Fn<double, double> f) =>
        (Fn<double, double[], (double Value, double[] Series)>)new Transformation(TransformationKind.Taylor).Of(f, typeof(Fn<double, double[], (double Value, double[] Series)>));

    /// <inheritdoc cref="Jet{A, R}(Fn{A, R})"/>
    public static Fn<double, double[], (double[] Value, double[,] Series)> Jet(this Fn<double, double[]> f) =>
        (Fn<double, double[], (double[] Value, double[,] Series)>)new Transformation(TransformationKind.Taylor).Of(f, typeof(Fn<double, double[], (double[] Value, double[,] Series)>));

    /// <inheritdoc cref="Jet{A, R}(Fn{A, R})"/>
    public static Fn<double[], double[,], (double Value, double[] Series)> Jet(this Fn<double[], double> f) =>
        (Fn<double[], double[,], (double Value, double[] Series)>)new Transformation(TransformationKind.Taylor).Of(f, typeof(Fn<double[], double[,], (double Value, double[] Series)>));

    /// <inheritdoc cref="Jet{A, R}(Fn{A, R})"/>
    public static Fn<double[], double[,], (double[] Value, double[,] Series)> Jet(this Fn<double[], double[]> f) =>
        (Fn<double[], double[,], (double[] Value, double[,] Series)>)new Transformation(TransformationKind.Taylor).Of(f, typeof(Fn<double[], double[,], (double[] Value, double[,] Series)>));

    /// <inheritdoc cref="Jet{A, R}(Fn{A, R})"/>
    public static Fn<double, double, double[], double[], (double Value, double[] Series)> Jet(this Fn<double, double, double> f) =>
        (Fn<double, double, double[], double[], (double Value, double[] Series)>)new Transformation(TransformationKind.Taylor).Of(f, typeof(Fn<double, double, double[], double[], (double Value, double[] Series)>));

    /// <inheritdoc cref="Jet{A, R}(Fn{A, R})"/>
    public static Fn<float, float[], (float Value, float[] Series)> Jet(this Fn<float, float> f) =>
        (Fn<float, float[], (float Value, float[] Series)>)new Transformation(TransformationKind.Taylor).Of(f, typeof(Fn<float, float[], (float Value, float[] Series)>));

    /// <inheritdoc cref="Jet{A, R}(Fn{A, R})"/>
    public static Fn<float, float[], (float[] Value, float[,] Series)> Jet(this Fn<float, float[]> f) =>
        (Fn<float, float[], (float[] Value, float[,] Series)>)new Transformation(TransformationKind.Taylor).Of(f, typeof(Fn<float, float[], (float[] Value, float[,] Series)>));

    /// <inheritdoc cref="Jet{A, R}(Fn{A, R})"/>
    public static Fn<float[], float[,], (float Value, float[] Series)> Jet(this Fn<float[], float> f) =>
        (Fn<float[], float[,], (float Value, float[] Series)>)new Transformation(TransformationKind.Taylor).Of(f, typeof(Fn<float[], float[,], (float Value, float[] Series)>));

    /// <inheritdoc cref="Jet{A, R}(Fn{A, R})"/>
    public static Fn<float[], float[,], (float[] Value, float[,] Series)> Jet(this Fn<float[], float[]> f) =>
        (Fn<float[], float[,], (float[] Value, float[,] Series)>)new Transformation(TransformationKind.Taylor).Of(f, typeof(Fn<float[], float[,], (float[] Value, float[,] Series)>));

    /// <inheritdoc cref="Jet{A, R}(Fn{A, R})"/>
    public static Fn<float, float, float[], float[], (float Value, float[] Series)> Jet(this Fn<float, float, float> f) =>
        (Fn<float, float, float[], float[], (float Value, float[] Series)>)new Transformation(TransformationKind.Taylor).Of(f, typeof(Fn<float, float, float[], float[], (float Value, float[] Series)>));

    /// <summary>f(x), f′(x), f″(x), … up to an order, by Taylor mode.</summary>
    public static Fn<double, double[]> Derivatives(this Fn<double, double> f, int order) =>
        (Fn<double, double[]>)Transformation.DerivativesUpTo(order).Of(f, typeof(Fn<double, double[]>));

    /// <inheritdoc cref="Derivatives(Fn{double, double}, int)"/>
    public static Fn<float, float[]> Derivatives(this Fn<float, float> f, int order) =>
        (Fn<float, float[]>)Transformation.DerivativesUpTo(order).Of(f, typeof(Fn<float, float[]>));

    /// <summary>The same function, of which reverse mode keeps the arguments only: the backward sweep computes the rest again (JAX: checkpoint, remat).</summary>
    public static Fn<A, R> Checkpoint<A, R>(this Fn<A, R> f) => f.Checkpoint(Keep.Nothing);

    /// <summary>The same function, of which reverse mode keeps what the policy says and computes the rest again.</summary>
    public static Fn<A, R> Checkpoint<A, R>(this Fn<A, R> f, CheckpointPolicy policy) =>
        (Fn<A, R>)(new Transformation(TransformationKind.Checkpoint) { Policy = policy }).Of(f, typeof(Fn<A, R>));

    /// <inheritdoc cref="Checkpoint{A, R}(Fn{A, R})"/>
    public static Fn<A, B, R> Checkpoint<A, B, R>(this Fn<A, B, R> f) => f.Checkpoint(Keep.Nothing);

    /// <inheritdoc cref="Checkpoint{A, R}(Fn{A, R}, CheckpointPolicy)"/>
    public static Fn<A, B, R> Checkpoint<A, B, R>(this Fn<A, B, R> f, CheckpointPolicy policy) =>
        (Fn<A, B, R>)(new Transformation(TransformationKind.Checkpoint) { Policy = policy }).Of(f, typeof(Fn<A, B, R>));

    /// <inheritdoc cref="Checkpoint{A, R}(Fn{A, R})"/>
    public static Fn<A, B, C, R> Checkpoint<A, B, C, R>(this Fn<A, B, C, R> f) => f.Checkpoint(Keep.Nothing);

    /// <inheritdoc cref="Checkpoint{A, R}(Fn{A, R}, CheckpointPolicy)"/>
    public static Fn<A, B, C, R> Checkpoint<A, B, C, R>(this Fn<A, B, C, R> f, CheckpointPolicy policy) =>
        (Fn<A, B, C, R>)(new Transformation(TransformationKind.Checkpoint) { Policy = policy }).Of(f, typeof(Fn<A, B, C, R>));

    /// <inheritdoc cref="Checkpoint{A, R}(Fn{A, R})"/>
    public static Fn<A, B, C, D, R> Checkpoint<A, B, C, D, R>(this Fn<A, B, C, D, R> f) => f.Checkpoint(Keep.Nothing);

    /// <inheritdoc cref="Checkpoint{A, R}(Fn{A, R}, CheckpointPolicy)"/>
    public static Fn<A, B, C, D, R> Checkpoint<A, B, C, D, R>(this Fn<A, B, C, D, R> f, CheckpointPolicy policy) =>
        (Fn<A, B, C, D, R>)(new Transformation(TransformationKind.Checkpoint) { Policy = policy }).Of(f, typeof(Fn<A, B, C, D, R>));

    /// <inheritdoc cref="Checkpoint{A, R}(Fn{A, R})"/>
    public static Fn<A, B, C, D, E, R> Checkpoint<A, B, C, D, E, R>(this Fn<A, B, C, D, E, R> f) => f.Checkpoint(Keep.Nothing);

    /// <inheritdoc cref="Checkpoint{A, R}(Fn{A, R}, CheckpointPolicy)"/>
    public static Fn<A, B, C, D, E, R> Checkpoint<A, B, C, D, E, R>(this Fn<A, B, C, D, E, R> f, CheckpointPolicy policy) =>
        (Fn<A, B, C, D, E, R>)(new Transformation(TransformationKind.Checkpoint) { Policy = policy }).Of(f, typeof(Fn<A, B, C, D, E, R>));
}
