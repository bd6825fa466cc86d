using System.Globalization;

namespace MindDsl;

/// <summary>MIND056x: what goes wrong on CUDA devices.</summary>
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

    /// <summary>MIND0561: NVRTC refuses a program that MindDsl wrote.</summary>
    /// <param name="device">The device.</param>
    /// <param name="line">The number of the first line it complains about, or null.</param>
    /// <param name="text">That line.</param>
    /// <param name="log">What the compiler wrote.</param>
    public static Diagnostic CudaTextRefused(string device, int? line, string? text, string log) => new(
        "MIND0561",
        $"the compiler of {device} refuses a kernel",
        [("log", log)],
        at: line is { } n ? string.Create(CultureInfo.InvariantCulture, $"line {n}    {text}") : null,
        help: "please report it with this text and the program that shows it");

    /// <summary>MIND0562: a device has too little memory for what was asked.</summary>
    /// <param name="device">The device.</param>
    /// <param name="bytes">What was asked for.</param>
    /// <param name="free">What is free.</param>
    /// <param name="total">What there is.</param>
    public static Diagnostic CudaMemoryExhausted(string device, long bytes, long free, long total) => new(
        "MIND0562",
        $"{device} has too little memory",
        [("asked", Bytes(bytes)), ("free", $"{Bytes(free)} of {Bytes(total)}")],
        help: "use smaller batches, or end other programs on the device; the device can be used further");
}
