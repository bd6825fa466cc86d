using System.Globalization;

namespace MindDsl.Backends.Cuda;

/// <summary>What NVRTC is asked to compile for.</summary>
/// <param name="Option">The option that says so.</param>
/// <param name="IsMachineCode">True for machine code, false for assembly text that the driver compiles.</param>
internal readonly record struct CudaArchitecture(string Option, bool IsMachineCode)
{
    /// <summary>What NVRTC of CUDA 11.0 and 11.1 compiles for, which cannot be asked.</summary>
    private static readonly int[] Oldest = [35, 37, 50, 52, 53, 60, 61, 62, 70, 72, 75, 80];

    /// <summary>
    /// The choice for a device: its own architecture, else the highest below it as a virtual one, which the driver of any newer device can compile; null if
    /// NVRTC has left devices as old as this one behind.
    /// </summary>
    /// <param name="device">The architecture of the device.</param>
    /// <param name="supported">Those NVRTC compiles for; null if it cannot be asked.</param>
    public static CudaArchitecture? Choose(int device, IReadOnlyCollection<int>? supported)
    {
        if (supported?.Contains(device) == true) return new(Text("sm", device), true);
        int below = (supported ?? Oldest).Where(a => a <= device).DefaultIfEmpty(0).Max();
        return below == 0 ? null : new CudaArchitecture(Text("compute", below), false);
    }

    private static string Text(string kind, int architecture) => string.Create(CultureInfo.InvariantCulture, $"--gpu-architecture={kind}_{architecture}");
}
