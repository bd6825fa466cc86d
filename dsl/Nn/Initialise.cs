using MindDsl.Ir;

namespace MindDsl.Nn;

/// <summary>First values of weights, from a key: the same key gives the same values everywhere.</summary>
public static class Initialise
{
    /// <summary>Even over ±√(6 / (in + out)): for tanh and sigmoid (Glorot and Bengio 2010).</summary>
    public static Tensor GlorotUniform(Key key, long inputs, long outputs, long[] shape, DType type = DType.F32) =>
        Even(key, Math.Sqrt(6.0 / (inputs + outputs)), shape, type);

    /// <summary>Normal with variance 2 / (in + out) (Glorot and Bengio 2010).</summary>
    public static Tensor GlorotNormal(Key key, long inputs, long outputs, long[] shape, DType type = DType.F32) =>
        Mind.Normal(key, shape, type) * Math.Sqrt(2.0 / (inputs + outputs));

    /// <summary>Even over ±√(6 / in): for relu (He et al. 2015).</summary>
    public static Tensor HeUniform(Key key, long inputs, long[] shape, DType type = DType.F32) => Even(key, Math.Sqrt(6.0 / inputs), shape, type);

    /// <summary>Normal with variance 2 / in: for relu (He et al. 2015).</summary>
    public static Tensor HeNormal(Key key, long inputs, long[] shape, DType type = DType.F32) => Mind.Normal(key, shape, type) * Math.Sqrt(2.0 / inputs);

    private static Tensor Even(Key key, double bound, long[] shape, DType type) => (2 * Mind.Uniform(key, shape, type) - 1) * bound;
}
