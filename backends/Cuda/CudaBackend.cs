using MindDsl.Ir;

namespace MindDsl.Backends.Cuda;

/// <summary>Compiles programs for a device of NVIDIA.</summary>
public sealed class CudaBackend : IBackend
{
    private readonly CudaDevice _device;
    private readonly CudaOptions _options;

    private CudaBackend(CudaDevice device, CudaOptions options) => (_device, _options) = (device, options);

    /// <inheritdoc/>
    public string Name => "cuda";

    internal static CudaBackend Open(CudaPlatform platform, int index, CudaOptions options) => new(CudaDevice.Open(platform, index), options);

    /// <inheritdoc/>
    public IExecutable Compile(Module module, Seq<Donation> donations = default) => throw new MindDslException(Diagnostics.Internal($"{_device.Limits.Device} {_options}"));
}
