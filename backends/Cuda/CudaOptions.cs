namespace MindDsl.Backends.Cuda;

/// <summary>How programs are compiled for a device of NVIDIA.</summary>
public sealed record CudaOptions
{
    /// <summary>Sums of f32 are of factors in f32.</summary>
    public static CudaOptions Default { get; } = new();

    /// <summary>Whether the factors of products of matrices in f32 may be rounded to 10 bits of fraction, which newer devices multiply several times as fast.</summary>
    public bool Tf32 { get; init; }
}
