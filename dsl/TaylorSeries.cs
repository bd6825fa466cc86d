using MindDsl.Ir;
using MindDsl.Quote;

namespace MindDsl;

/// <summary>Derivatives of any order of quoted functions at once, by Taylor mode.</summary>
public static class TaylorSeries
{
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
}
