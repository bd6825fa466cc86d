using MindDsl.Ir;

namespace MindDsl;

/// <summary>MIND054x: devices that are chosen.</summary>
public static partial class Diagnostics
{
    /// <summary>MIND0540: no device has a name.</summary>
    /// <param name="name">The name.</param>
    /// <param name="reason">What is wrong with it.</param>
    /// <param name="families">The names of families.</param>
    public static Diagnostic NoSuchDevice(string name, string reason, Seq<string> families) => new(
        "MIND0540",
        $"there is no device {name}",
        [("reason", reason), ("families", string.Join(", ", families))],
        help: "write a family, or a family and a number: cuda, opencl:1; the program examples/Doctor lists what is there");

    /// <summary>MIND0541: a device cannot be used here.</summary>
    /// <param name="device">The device.</param>
    /// <param name="reason">Why, one sentence without a full stop.</param>
    /// <param name="tried">The libraries that were looked for, with what the loader said.</param>
    /// <param name="help">What may help.</param>
    public static Diagnostic DeviceUnusable(string device, string reason, IEnumerable<(string Name, string Outcome)> tried, string help) => new(
        "MIND0541",
        $"the device {device} cannot be used here",
        [("reason", reason), .. tried.Select(t => ("tried", $"{t.Name}: {t.Outcome}"))],
        help: help);
}
