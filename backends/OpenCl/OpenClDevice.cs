using MindDsl.Backends.Devices;
using Silk.NET.OpenCL;

namespace MindDsl.Backends.OpenCl;

/// <summary>A device that a platform of OpenCL has.</summary>
/// <param name="Handle">The driver's name for it.</param>
/// <param name="Platform">The name of its platform.</param>
/// <param name="Version">The version of OpenCL.</param>
/// <param name="Limits">What it has room for.</param>
/// <param name="RoundsDivision">True if it can round quotients and roots of f32 correctly.</param>
/// <param name="Driver">The version of its driver.</param>
internal sealed record OpenClDevice(nint Handle, string Platform, string Version, DeviceLimits Limits, bool RoundsDivision, string Driver)
{
    private const long CorrectlyRoundedDivision = 1 << 7;

    /// <summary>All devices of all platforms, in the order of the drivers.</summary>
    public static List<OpenClDevice> All(ClApi api)
    {
        var found = new List<OpenClDevice>();
        foreach (nint platform in api.Platforms())
        {
            string name = api.PlatformText(platform, PlatformInfo.Name);
            foreach (nint device in api.Devices(platform)) found.Add(Of(api, device, name));
        }
        return found;
    }

    private static OpenClDevice Of(ClApi api, nint device, string platform) => new(
        device, platform, api.Text(device, DeviceInfo.Version),
        new(api.Text(device, DeviceInfo.Name),
            (int)Math.Clamp(api.Number(device, DeviceInfo.MaxWorkGroupSize), 1, 1024),
            api.Number(device, DeviceInfo.LocalMemSize),
            api.Number(device, DeviceInfo.GlobalMemSize),
            api.Number(device, DeviceInfo.MaxMemAllocSize),
            (int)api.Number(device, DeviceInfo.MaxComputeUnits),
            api.Number(device, DeviceInfo.DoubleFPConfig) != 0),
        (api.Number(device, DeviceInfo.SingleFPConfig) & CorrectlyRoundedDivision) != 0,
        api.Text(device, DeviceInfo.DriverVersion));
}
