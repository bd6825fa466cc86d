using MindDsl.Ir;

namespace MindDsl.Text;

/// <summary>What was read from a text, or what is wrong with it.</summary>
/// <param name="Value">What was read; null if there are errors.</param>
/// <param name="Source">The text.</param>
/// <param name="Errors">All errors, in the order of the text.</param>
internal sealed record Parsed<T>(T? Value, SourceText Source, Seq<Diagnostic> Errors)
    where T : class
{
    /// <summary>The comments of the text; the abstract syntax has none.</summary>
    public IReadOnlyList<TextSpan> Comments { get; init; } = [];

    /// <summary>What was read.</summary>
    /// <exception cref="MindDslException">MIND07xx: all errors of the text.</exception>
    public T OrThrow() => Value ?? throw new MindDslException(Errors);
}

/// <summary>Bounds on a text, which hold before anything is allocated in proportion to it.</summary>
/// <param name="Length">The most characters.</param>
/// <param name="Depth">The deepest nesting.</param>
/// <param name="Errors">After this many errors reading stops.</param>
internal sealed record TextLimits(int Length = 16 << 20, int Depth = 256, int Errors = 20)
{
    /// <summary>The bounds where nothing else is said.</summary>
    public static readonly TextLimits Default = new();
}
