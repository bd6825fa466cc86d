using System.Globalization;

namespace MindDsl;

/// <summary>MIND055x: programs on devices.</summary>
public static partial class Diagnostics
{
    /// <summary>The code of a device without enough memory.</summary>
    public const string DeviceMemoryExhaustedCode = "MIND0550";

    /// <summary>MIND0550: a device has no memory left for a program.</summary>
    /// <param name="exhausted">What is known without the program.</param>
    /// <param name="peak">The bytes that the program needs at a time.</param>
    /// <param name="largest">Its largest buffers.</param>
    public static Diagnostic WithPlan(Diagnostic exhausted, long peak, IEnumerable<(string Holds, long Bytes)> largest) => exhausted with
    {
        Facts =
        [
            .. exhausted.Facts, ("program", peak.ToString("N0", CultureInfo.InvariantCulture) + " bytes at a time"),
            .. largest.Select(b => ("buffer", $"{b.Bytes.ToString("N0", CultureInfo.InvariantCulture)} bytes for {b.Holds}")),
        ],
    };

    /// <summary>MIND0550: a device has no memory left.</summary>
    /// <param name="device">The device.</param>
    /// <param name="function">What was called, or null.</param>
    /// <param name="wanted">The bytes that were wanted, or null.</param>
    /// <param name="largest">The bytes of the largest piece that the device gives, or null.</param>
    public static Diagnostic DeviceMemoryExhausted(string device, string? function, long? wanted, long? largest)
    {
        var facts = new List<(string, string)> { ("device", device) };
        if (function is not null) facts.Add(("call", function));
        if (wanted is { } bytes) facts.Add(("wanted", bytes.ToString("N0", CultureInfo.InvariantCulture) + " bytes"));
        if (largest is { } most) facts.Add(("largest", most.ToString("N0", CultureInfo.InvariantCulture) + " bytes"));
        return new(DeviceMemoryExhaustedCode, "the device has too little memory", facts, help: "make batches smaller, or let Checkpoint keep less for the derivative");
    }

    /// <summary>MIND0551: the compiler of a device refuses kernels.</summary>
    public static Diagnostic KernelsRefused(string device, IReadOnlyList<(string Label, string Text)> facts) => new(
        "MIND0551", "the compiler of the device refuses a kernel", [("device", device), .. facts],
        help: "this is a mistake in MindDsl or in the driver; report it with this message, and run the program on the CPU");

    /// <summary>MIND0552: a device cannot run a program.</summary>
    public static Diagnostic RefusedByDevice(string device, string what, string where, string help) => new(
        "MIND0552", "the device cannot run this program", [("device", device), ("holds", what), ("where", where)], help: help);

    /// <summary>MIND0553: a call of a driver failed.</summary>
    public static Diagnostic DriverFailed(string function, int code, string name) => new(
        "MIND0553", "a call of the driver of the device failed",
        [("call", function), ("code", string.Create(CultureInfo.InvariantCulture, $"{code} ({name})"))]);
}
