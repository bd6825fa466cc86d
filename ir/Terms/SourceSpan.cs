namespace MindDsl.Ir;

/// <summary>The place in a program that a value comes from: file, line and source text, as far as they are known.</summary>
public sealed record SourceSpan(string? File, int Line, string Text)
{
    /// <summary>Draws the place as messages show it, where the source can be shown; null if it cannot.</summary>
    public Func<string>? Picture { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Picture is { } picture
        ? picture()
        : File is null ? Text : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Path.GetFileName(File)}:{Line}  {Text}");

    /// <summary>Two places are the same if their files, lines and texts are.</summary>
    public bool Equals(SourceSpan? other) => other is not null && File == other.File && Line == other.Line && Text == other.Text;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(File, Line, Text);
}
