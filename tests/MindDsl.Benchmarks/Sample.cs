using MindDsl.Nn;
using static MindDsl.Mind;

namespace MindDsl.Benchmarks;

/// <summary>Inputs and first weights from fixed keys.</summary>
internal static class Sample
{
    private static ulong s_next;

    private static Key Next() => new(++s_next);

    /// <summary>Standard normal f32.</summary>
    public static Tensor Normal(params long[] shape) => Mind.Normal(Next(), shape);

    /// <summary>Even over ±bound.</summary>
    public static Tensor Even(double bound, params long[] shape) => (2 * Uniform(Next(), shape) - 1) * bound;

    /// <summary>Class numbers.</summary>
    public static Tensor Classes(int count, params long[] shape) => (Uniform(Next(), shape) * count).To(Ir.DType.I64).Minimum(count - 1);

    /// <summary>A dense layer, even over ±1/√inputs.</summary>
    public static Dense Dense(long inputs, long outputs) => new(Even(1 / Math.Sqrt(inputs), inputs, outputs), Even(1 / Math.Sqrt(inputs), outputs));

    /// <summary>A convolution, even over ±1/√(inputs · kernel²).</summary>
    public static Convolution Convolution(long inputs, long outputs, long kernel)
    {
        double bound = 1 / Math.Sqrt(inputs * kernel * kernel);
        return new(Even(bound, outputs, inputs, kernel, kernel), Even(bound, outputs));
    }
}
