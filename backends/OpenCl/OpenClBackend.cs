using MindDsl.Backends.Devices;
using MindDsl.Ir;

namespace MindDsl.Backends.OpenCl;

/// <summary>Compiles programs for a device of OpenCL.</summary>
public sealed class OpenClBackend : IBackend
{
    private readonly DeviceBackend _device;

    internal OpenClBackend(OpenClDevice device, ClApi api, double? serialWork = null, ProgramCache? cache = null) => _device = new(new OpenClQueue(api, device, cache), serialWork);

    /// <summary>A backend for a device, by its number among all devices of all platforms.</summary>
    /// <exception cref="MindDslException">MIND0541: there is no OpenCL here, or no such device.</exception>
    public static OpenClBackend Open(int index = 0) => OpenClDeviceProvider.Open(index, null, ProgramCache.OfUser);

    /// <inheritdoc/>
    public string Name => "opencl";

    /// <summary>Bytes of the device that arguments and results have, besides the memory of programs.</summary>
    internal long PooledBytes => _device.PooledBytes;

    /// <inheritdoc/>
    public IExecutable Compile(Module module, Seq<Donation> donations = default) => _device.Compile(module);
}
