namespace MindDsl.Ir;

/// <summary>The place in a program that a value comes from: file, line and source text, as far as they are known.</summary>
public sealed record SourceSpan(string? File, int Line, string Text)
{
    /// <inheritdoc/>
    public override string ToString() =>
        File is null ? Text : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Path.GetFileName(File)}:{Line}  {Text}");
}
