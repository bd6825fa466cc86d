using MindDsl.Quote;

namespace MindDsl;

/// <summary>Quoted functions on batches: many calls as one (JAX: vmap).</summary>
/// <remarks>
/// Each lane is a call of its own: a loop ends when its own condition says so, a recursion is as deep as it has to be, a key that is mapped draws a stream of its
/// own. A function without arguments has nothing to map.
/// </remarks>
public static class Batching
{
    /// <summary>The function for each element of the first axis of all arguments at once; the results have a new first axis.</summary>
    public static Fn<A, R> Vmap<A, R>(this Fn<A, R> f) => (Fn<A, R>)Transformation.Batch.Of(f, typeof(Fn<A, R>));

    /// <inheritdoc cref="Vmap{A, R}(Fn{A, R})"/>
    public static Fn<A, B, R> Vmap<A, B, R>(this Fn<A, B, R> f) => (Fn<A, B, R>)Transformation.Batch.Of(f, typeof(Fn<A, B, R>));

    /// <inheritdoc cref="Vmap{A, R}(Fn{A, R})"/>
    public static Fn<A, B, C, R> Vmap<A, B, C, R>(this Fn<A, B, C, R> f) => (Fn<A, B, C, R>)Transformation.Batch.Of(f, typeof(Fn<A, B, C, R>));

    /// <inheritdoc cref="Vmap{A, R}(Fn{A, R})"/>
    public static Fn<A, B, C, D, R> Vmap<A, B, C, D, R>(this Fn<A, B, C, D, R> f) => (Fn<A, B, C, D, R>)Transformation.Batch.Of(f, typeof(Fn<A, B, C, D, R>));

    /// <inheritdoc cref="Vmap{A, R}(Fn{A, R})"/>
    public static Fn<A, B, C, D, E, R> Vmap<A, B, C, D, E, R>(this Fn<A, B, C, D, E, R> f) => (Fn<A, B, C, D, E, R>)Transformation.Batch.Of(f, typeof(Fn<A, B, C, D, E, R>));

    /// <inheritdoc cref="Vmap{A, R}(Fn{A, R})"/>
    public static Fn<A, B, C, D, E, F, R> Vmap<A, B, C, D, E, F, R>(this Fn<A, B, C, D, E, F, R> f) => (Fn<A, B, C, D, E, F, R>)Transformation.Batch.Of(f, typeof(Fn<A, B, C, D, E, F, R>));

    /// <inheritdoc cref="Vmap{A, R}(Fn{A, R})"/>
    public static Fn<A, B, C, D, E, F, G, R> Vmap<A, B, C, D, E, F, G, R>(this Fn<A, B, C, D, E, F, G, R> f) => (Fn<A, B, C, D, E, F, G, R>)Transformation.Batch.Of(f, typeof(Fn<A, B, C, D, E, F, G, R>));

    /// <inheritdoc cref="Vmap{A, R}(Fn{A, R})"/>
    public static Fn<A, B, C, D, E, F, G, H, R> Vmap<A, B, C, D, E, F, G, H, R>(this Fn<A, B, C, D, E, F, G, H, R> f) => (Fn<A, B, C, D, E, F, G, H, R>)Transformation.Batch.Of(f, typeof(Fn<A, B, C, D, E, F, G, H, R>));

    /// <summary>The function for each place along an axis of each argument.</summary>
    /// <param name="f">The function.</param>
    /// <param name="axes">For each argument the axis along which its leaves are taken apart; null for one that all lanes share.</param>
    /// <param name="outAxis">The axis of the results that counts the lanes.</param>
    public static Fn<A, R> Vmap<A, R>(this Fn<A, R> f, int?[] axes, int outAxis = 0) => (Fn<A, R>)Transformation.BatchAlong(axes, outAxis).Of(f, typeof(Fn<A, R>));

    /// <inheritdoc cref="Vmap{A, R}(Fn{A, R}, int?[], int)"/>
    public static Fn<A, B, R> Vmap<A, B, R>(this Fn<A, B, R> f, int?[] axes, int outAxis = 0) =>
        (Fn<A, B, R>)Transformation.BatchAlong(axes, outAxis).Of(f, typeof(Fn<A, B, R>));

    /// <inheritdoc cref="Vmap{A, R}(Fn{A, R}, int?[], int)"/>
    public static Fn<A, B, C, R> Vmap<A, B, C, R>(this Fn<A, B, C, R> f, int?[] axes, int outAxis = 0) =>
        (Fn<A, B, C, R>)Transformation.BatchAlong(axes, outAxis).Of(f, typeof(Fn<A, B, C, R>));

    /// <inheritdoc cref="Vmap{A, R}(Fn{A, R}, int?[], int)"/>
    public static Fn<A, B, C, D, R> Vmap<A, B, C, D, R>(this Fn<A, B, C, D, R> f, int?[] axes, int outAxis = 0) =>
        (Fn<A, B, C, D, R>)Transformation.BatchAlong(axes, outAxis).Of(f, typeof(Fn<A, B, C, D, R>));

    /// <inheritdoc cref="Vmap{A, R}(Fn{A, R}, int?[], int)"/>
    public static Fn<A, B, C, D, E, R> Vmap<A, B, C, D, E, R>(this Fn<A, B, C, D, E, R> f, int?[] axes, int outAxis = 0) =>
        (Fn<A, B, C, D, E, R>)Transformation.BatchAlong(axes, outAxis).Of(f, typeof(Fn<A, B, C, D, E, R>));

    /// <inheritdoc cref="Vmap{A, R}(Fn{A, R}, int?[], int)"/>
    public static Fn<A, B, C, D, E, F, R> Vmap<A, B, C, D, E, F, R>(this Fn<A, B, C, D, E, F, R> f, int?[] axes, int outAxis = 0) =>
        (Fn<A, B, C, D, E, F, R>)Transformation.BatchAlong(axes, outAxis).Of(f, typeof(Fn<A, B, C, D, E, F, R>));

    /// <inheritdoc cref="Vmap{A, R}(Fn{A, R}, int?[], int)"/>
    public static Fn<A, B, C, D, E, F, G, R> Vmap<A, B, C, D, E, F, G, R>(this Fn<A, B, C, D, E, F, G, R> f, int?[] axes, int outAxis = 0) =>
        (Fn<A, B, C, D, E, F, G, R>)Transformation.BatchAlong(axes, outAxis).Of(f, typeof(Fn<A, B, C, D, E, F, G, R>));

    /// <inheritdoc cref="Vmap{A, R}(Fn{A, R}, int?[], int)"/>
    public static Fn<A, B, C, D, E, F, G, H, R> Vmap<A, B, C, D, E, F, G, H, R>(this Fn<A, B, C, D, E, F, G, H, R> f, int?[] axes, int outAxis = 0) =>
        (Fn<A, B, C, D, E, F, G, H, R>)Transformation.BatchAlong(axes, outAxis).Of(f, typeof(Fn<A, B, C, D, E, F, G, H, R>));

    /// <summary>
    /// The function for each place along an axis of each argument, as a function of the type F: arguments that are .NET numbers or keys become arrays where they are mapped,
    /// <c>f.Vmap&lt;Fn&lt;double[], double, double[]&gt;&gt;(new int?[] { 0, null })</c>.
    /// </summary>
    /// <typeparam name="F">The type of the result, with the number of arguments of f.</typeparam>
    /// <param name="f">The function.</param>
    /// <param name="axes">For each argument the axis along which its leaves are taken apart; null for one that all lanes share.</param>
    /// <param name="outAxis">The axis of the results that counts the lanes.</param>
    public static F Vmap<F>(this Delegate f, int?[] axes, int outAxis = 0) where F : Delegate => (F)Transformation.BatchAlong(axes, outAxis).Of(f, typeof(F));

    /// <summary>The function for each key; every lane draws numbers of its own.</summary>
    public static Fn<Key[], R> Vmap<R>(this Fn<Key, R> f) => (Fn<Key[], R>)Transformation.Batch.Of(f, typeof(Fn<Key[], R>));

    /// <inheritdoc cref="Vmap{R}(Fn{Key, R})"/>
    public static Fn<Key[], B, R> Vmap<B, R>(this Fn<Key, B, R> f) => (Fn<Key[], B, R>)Transformation.Batch.Of(f, typeof(Fn<Key[], B, R>));

    /// <inheritdoc cref="Vmap{R}(Fn{Key, R})"/>
    public static Fn<A, Key[], R> Vmap<A, R>(this Fn<A, Key, R> f) => (Fn<A, Key[], R>)Transformation.Batch.Of(f, typeof(Fn<A, Key[], R>));

    /// <inheritdoc cref="Vmap{A, R}(Fn{A, R})"/>
    public static Fn<double[], double[]> Vmap(this Fn<double, double> f) => (Fn<double[], double[]>)Transformation.Batch.Of(f, typeof(Fn<double[], double[]>));

    /// <inheritdoc cref="Vmap{A, R}(Fn{A, R})"/>
    public static Fn<float[], float[]> Vmap(this Fn<float, float> f) => (Fn<float[], float[]>)Transformation.Batch.Of(f, typeof(Fn<float[], float[]>));

    /// <inheritdoc cref="Vmap{A, R}(Fn{A, R})"/>
    public static Fn<double[], double[], double[]> Vmap(
        this Fn<double, double, double> f) =>
        (Fn<double[], double[], double[]>)Transformation.Batch.Of(f, typeof(Fn<double[], double[], double[]>));

    /// <inheritdoc cref="Vmap{A, R}(Fn{A, R})"/>
    public static Fn<float[], float[], float[]> Vmap(
        this Fn<float, float, float> f) =>
        (Fn<float[], float[], float[]>)Transformation.Batch.Of(f, typeof(Fn<float[], float[], float[]>));

    /// <inheritdoc cref="Vmap{A, R}(Fn{A, R})"/>
    public static Fn<double[], double[], double[], double[]> Vmap(
        this Fn<double, double, double, double> f) =>
        (Fn<double[], double[], double[], double[]>)Transformation.Batch.Of(f, typeof(Fn<double[], double[], double[], double[]>));

    /// <inheritdoc cref="Vmap{A, R}(Fn{A, R})"/>
    public static Fn<float[], float[], float[], float[]> Vmap(
        this Fn<float, float, float, float> f) =>
        (Fn<float[], float[], float[], float[]>)Transformation.Batch.Of(f, typeof(Fn<float[], float[], float[], float[]>));

    /// <inheritdoc cref="Vmap{A, R}(Fn{A, R})"/>
    public static Fn<double[], double[], double[], double[], double[]> Vmap(
        this Fn<double, double, double, double, double> f) =>
        (Fn<double[], double[], double[], double[], double[]>)Transformation.Batch.Of(f, typeof(Fn<double[], double[], double[], double[], double[]>));

    /// <inheritdoc cref="Vmap{A, R}(Fn{A, R})"/>
    public static Fn<float[], float[], float[], float[], float[]> Vmap(
        this Fn<float, float, float, float, float> f) =>
        (Fn<float[], float[], float[], float[], float[]>)Transformation.Batch.Of(f, typeof(Fn<float[], float[], float[], float[], float[]>));

    /// <inheritdoc cref="Vmap{A, R}(Fn{A, R})"/>
    public static Fn<double[], double[], double[], double[], double[], double[]> Vmap(
        this Fn<double, double, double, double, double, double> f) =>
        (Fn<double[], double[], double[], double[], double[], double[]>)Transformation.Batch.Of(f, typeof(Fn<double[], double[], double[], double[], double[], double[]>));

    /// <inheritdoc cref="Vmap{A, R}(Fn{A, R})"/>
    public static Fn<float[], float[], float[], float[], float[], float[]> Vmap(
        this Fn<float, float, float, float, float, float> f) =>
        (Fn<float[], float[], float[], float[], float[], float[]>)Transformation.Batch.Of(f, typeof(Fn<float[], float[], float[], float[], float[], float[]>));

    /// <inheritdoc cref="Vmap{A, R}(Fn{A, R})"/>
    public static Fn<double[], double[], double[], double[], double[], double[], double[]> Vmap(
        this Fn<double, double, double, double, double, double, double> f) =>
        (Fn<double[], double[], double[], double[], double[], double[], double[]>)Transformation.Batch.Of(f, typeof(Fn<double[], double[], double[], double[], double[], double[], double[]>));

    /// <inheritdoc cref="Vmap{A, R}(Fn{A, R})"/>
    public static Fn<float[], float[], float[], float[], float[], float[], float[]> Vmap(
        this Fn<float, float, float, float, float, float, float> f) =>
        (Fn<float[], float[], float[], float[], float[], float[], float[]>)Transformation.Batch.Of(f, typeof(Fn<float[], float[], float[], float[], float[], float[], float[]>));

    /// <inheritdoc cref="Vmap{A, R}(Fn{A, R})"/>
    public static Fn<double[], double[], double[], double[], double[], double[], double[], double[]> Vmap(
        this Fn<double, double, double, double, double, double, double, double> f) =>
        (Fn<double[], double[], double[], double[], double[], double[], double[], double[]>)Transformation.Batch.Of(f, typeof(Fn<double[], double[], double[], double[], double[], double[], double[], double[]>));

    /// <inheritdoc cref="Vmap{A, R}(Fn{A, R})"/>
    public static Fn<float[], float[], float[], float[], float[], float[], float[], float[]> Vmap(
        this Fn<float, float, float, float, float, float, float, float> f) =>
        (Fn<float[], float[], float[], float[], float[], float[], float[], float[]>)Transformation.Batch.Of(f, typeof(Fn<float[], float[], float[], float[], float[], float[], float[], float[]>));

    /// <inheritdoc cref="Vmap{A, R}(Fn{A, R})"/>
    public static Fn<double[], double[], double[], double[], double[], double[], double[], double[], double[]> Vmap(
        this Fn<double, double, double, double, double, double, double, double, double> f) =>
        (Fn<double[], double[], double[], double[], double[], double[], double[], double[], double[]>)Transformation.Batch.Of(f, typeof(Fn<double[], double[], double[], double[], double[], double[], double[], double[], double[]>));

    /// <inheritdoc cref="Vmap{A, R}(Fn{A, R})"/>
    public static Fn<float[], float[], float[], float[], float[], float[], float[], float[], float[]> Vmap(
        this Fn<float, float, float, float, float, float, float, float, float> f) =>
        (Fn<float[], float[], float[], float[], float[], float[], float[], float[], float[]>)Transformation.Batch.Of(f, typeof(Fn<float[], float[], float[], float[], float[], float[], float[], float[], float[]>));
}
