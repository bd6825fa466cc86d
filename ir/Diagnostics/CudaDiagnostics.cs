using System.Globalization;

namespace MindDsl;

/// <summary>MIND0560: what goes wrong on CUDA devices.</summary>
public static partial class Diagnostics
{
    /// <summary>MIND0560: a call of a library of CUDA failed.</summary>
    /// <param name="device">The device.</param>
    /// <param name="call">The entry point.</param>
    /// <param name="status">The name of its status.</param>
    /// <param name="number">The number of its status.</param>
    /// <param name="meaning">What the status means.</param>
    /// <param name="help">One thing to try.</param>
    /// <param name="log">What the library wrote, or null.</param>
    public static Diagnostic CudaCallFailed(string device, string call, string status, int number, string meaning, string help, string? log = null) => new(
        "MIND0560",
        $"{call} failed on {device}: {meaning}",
        [("status", string.Create(CultureInfo.InvariantCulture, $"{status} ({number})")), .. log is { Length: > 0 } ? [("log", log)] : Array.Empty<(string, string)>()],
        help: help);
}
