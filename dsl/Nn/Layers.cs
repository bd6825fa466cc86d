using MindDsl.Ir;

namespace MindDsl.Nn;

/// <summary>The parameters of a dense layer: <c>x.Dot(W) + B</c>.</summary>
/// <param name="W">Weights [in, out].</param>
/// <param name="B">Bias [out].</param>
public sealed record Dense(Tensor W, Tensor B)
{
    /// <summary>A layer for relu (He's normal weights, no bias).</summary>
    public static Dense Create(Key key, long inputs, long outputs, DType type = DType.F32) =>
        new(Initialise.HeNormal(key, inputs, [inputs, outputs], type), Tensor.Zeros(type, outputs));
}

/// <summary>The parameters of a convolution over images: <c>Conv2D(x, W, B)</c>.</summary>
/// <param name="W">Weights [out, in, height, width].</param>
/// <param name="B">Bias [out].</param>
public sealed record Convolution(Tensor W, Tensor B)
{
    /// <summary>A layer with square kernels for relu (He's normal weights, no bias).</summary>
    public static Convolution Create(Key key, long inputs, long outputs, int kernel, DType type = DType.F32) =>
        new(Initialise.HeNormal(key, inputs * kernel * kernel, [outputs, inputs, kernel, kernel], type), Tensor.Zeros(type, outputs));
}
