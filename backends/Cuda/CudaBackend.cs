using MindDsl.Backends.Devices;
using MindDsl.Ir;

namespace MindDsl.Backends.Cuda;

/// <summary>Compiles programs for a device of NVIDIA.</summary>
public sealed class CudaBackend : IBackend
{
    private readonly DeviceBackend _device;

    private CudaBackend(CudaDevice device, CudaOptions options, double? serialWork) => _device = new(new CudaQueue(device, options), serialWork);

    /// <summary>A backend for a device, with options; <c>Device.Cuda(index).Backend</c> is the one without.</summary>
    /// <exception cref="MindDslException">MIND0541: the device cannot be used here.</exception>
    public static CudaBackend Open(int index = 0, CudaOptions? options = null) => Open(new CudaPlatform(), index, options ?? CudaOptions.Default);

    /// <summary>A backend whose work items do so much by themselves before work is divided.</summary>
    internal static CudaBackend Open(CudaPlatform platform, int index, CudaOptions options, double? serialWork = null) => new(CudaDevice.Open(platform, index), options, serialWork);

    /// <inheritdoc/>
    public string Name => "cuda";

    /// <inheritdoc/>
    public IExecutable Compile(Module module, Seq<Donation> donations = default) => _device.Compile(module);
}
