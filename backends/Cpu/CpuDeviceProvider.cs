using System.Globalization;
using System.Runtime.InteropServices;
using MindDsl.Backends;
using MindDsl.Backends.Cpu;
using MindDsl.Ir;

[assembly: DeviceProvider<CpuDeviceProvider>]

namespace MindDsl.Backends.Cpu;

/// <summary>The family of the one processor.</summary>
public sealed class CpuDeviceProvider : IDeviceProvider
{
    /// <inheritdoc/>
    public string Kind => "cpu";

    /// <inheritdoc/>
    public bool IsSingle => true;

    /// <inheritdoc/>
    public Seq<DeviceCandidate> Probe() =>
    [
        new(Kind, Processor())
        {
            Device = Device.Of(this),
            Memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
            Capabilities =
            [
                ("threads", WorkSplitter.Threads.ToString(CultureInfo.InvariantCulture)),
                ("vectors", VectorWidth.Current is { } width ? string.Create(CultureInfo.InvariantCulture, $"{width.Bits} bits") : "none"),
                ("types", "f32, f64, i32, i64, bool"),
            ],
        },
    ];

    /// <inheritdoc/>
    public IBackend Open(int index) => new CpuBackend();

    private static string Processor()
    {
        string architecture = RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();
        try
        {
            string? model = OperatingSystem.IsLinux() ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal)) : null;
            return model is null ? architecture : model[(model.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return architecture;
        }
    }
}
