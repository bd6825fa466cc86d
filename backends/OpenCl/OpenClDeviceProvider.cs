using System.Globalization;
using MindDsl.Backends;
using MindDsl.Backends.Devices;
using MindDsl.Backends.OpenCl;
using MindDsl.Ir;

[assembly: DeviceProvider<OpenClDeviceProvider>]

namespace MindDsl.Backends.OpenCl;

/// <summary>The family of the devices of OpenCL.</summary>
public sealed class OpenClDeviceProvider : IDeviceProvider
{
    private const string NoLoader = "the library of OpenCL is not installed";
    private const string NoDevice = "no driver of OpenCL has a device";

    /// <inheritdoc/>
    public string Kind => "opencl";

    /// <inheritdoc/>
    public Seq<DeviceCandidate> Probe()
    {
        var (api, reason) = ClApi.Load();
        if (api is null) return [new(Kind, "OpenCL") { Refusal = NoLoader, Tried = [new("OpenCL", reason!)] }];
        var devices = OpenClDevice.All(api);
        if (devices.Count == 0) return [new(Kind, "OpenCL") { Refusal = NoDevice }];
        return devices.Select((d, index) => new DeviceCandidate(Kind, d.Limits.Device)
        {
            Device = Device.Of(this, index),
            Memory = d.Limits.MemoryBytes,
            Capabilities =
            [
                ("platform", d.Platform),
                ("version", d.Version),
                ("units", d.Limits.ComputeUnits.ToString(CultureInfo.InvariantCulture)),
                ("types", d.Limits.HasF64 ? "f32, f64, i32, i64, bool; f16, bf16, u8 stored" : "f32, i32, i64, bool; f16, bf16, u8 stored"),
            ],
        }).ToSeq();
    }

    /// <inheritdoc/>
    public IBackend Open(int index) => Open(index, null, ProgramCache.OfUser);

    /// <summary>A backend whose work items do so much by themselves before work is divided.</summary>
    internal static OpenClBackend Open(int index, double? serialWork, ProgramCache? cache = null)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"opencl:{index}");
        var (api, reason) = ClApi.Load();
        if (api is null)
            throw new MindDslException(Diagnostics.DeviceUnusable(name, NoLoader, [("OpenCL", reason!)], "install the loader, such as ocl-icd-libopencl1, and a driver, such as pocl-opencl-icd"));
        var devices = OpenClDevice.All(api);
        return index < devices.Count
            ? new(devices[index], api, serialWork, cache)
            : throw new MindDslException(Diagnostics.DeviceUnusable(name,
                devices.Count == 0 ? NoDevice : string.Create(CultureInfo.InvariantCulture, $"there are {devices.Count} devices of OpenCL"), [], "install a driver of OpenCL, such as pocl-opencl-icd for the processor, or choose another number"));
    }
}
