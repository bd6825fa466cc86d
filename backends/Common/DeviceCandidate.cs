using MindDsl.Backends;
using MindDsl.Ir;

namespace MindDsl;

/// <summary>Something that may be a device, as <see cref="Device.Probe"/> found it.</summary>
/// <param name="Kind">The family: <c>cpu</c>, <c>opencl</c>, <c>cuda</c>.</param>
/// <param name="Title">What it calls itself, such as the name of the processor or of the missing driver.</param>
public sealed record DeviceCandidate(string Kind, string Title)
{
    /// <summary>The device, if it can be used.</summary>
    public Device? Device { get; init; }

    /// <summary>Why it cannot be used, one sentence without a full stop; null if it can.</summary>
    public string? Refusal { get; init; }

    /// <summary>The bytes of its memory, if they are known.</summary>
    public long? Memory { get; init; }

    /// <summary>What it can do, in the order of printing.</summary>
    public Seq<(string Label, string Text)> Capabilities { get; init; }

    /// <summary>The native libraries that were looked for, in order, with what came of it.</summary>
    public Seq<LibraryAttempt> Tried { get; init; }

    /// <summary>Whether programs can be compiled for it.</summary>
    public bool IsUsable => Device is not null;
}
