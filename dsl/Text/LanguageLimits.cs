namespace MindDsl;

/// <summary>Bounds on programs of a language that a host offers. What exceeds one ends with a designed error.</summary>
public sealed record LanguageLimits
{
    /// <summary>Bounds that no sensible program of a library's own user meets.</summary>
    public static LanguageLimits None { get; } = new()
    {
        TextLength = 16 << 20,
        ProgramSize = 10_000_000,
        Fuel = long.MaxValue,
        Memory = long.MaxValue,
    };

    /// <summary>The most characters of a text.</summary>
    public int TextLength { get; init; } = 10_000;

    /// <summary>The deepest nesting of a text.</summary>
    public int Depth { get; init; } = 128;

    /// <summary>
    /// The most steps of reading, and so operations, of a program: functions count wherever they are used. What inference and derivatives may take is proportional to it.
    /// </summary>
    public int ProgramSize { get; init; } = 20_000;

    /// <summary>The most steps of loops and calls of recursive functions of one run, those of derivatives included.</summary>
    public long Fuel { get; init; } = 10_000_000;

    /// <summary>The most bytes that tensors and the traces of loops may take in one run.</summary>
    public long Memory { get; init; } = 256 << 20;
}
