using System.Globalization;
using System.Text;

namespace MindDsl.Text;

/// <summary>A stretch of a text: where it starts and how many characters it has.</summary>
internal readonly record struct TextSpan(int Start, int Length)
{
    /// <summary>The place after the last character.</summary>
    public int End => Start + Length;

    /// <summary>The stretch from the start of one to the end of another.</summary>
    public static TextSpan Between(TextSpan first, TextSpan last) => new(first.Start, Math.Max(0, last.End - first.Start));
}

/// <summary>A place as people count: line and column from 1.</summary>
internal readonly record struct LinePosition(int Line, int Column);

/// <summary>A program as text, with the name that messages give it.</summary>
/// <param name="text">The text.</param>
/// <param name="name">The file, or another name of the text; null if it has none.</param>
internal sealed class SourceText(string text, string? name = null)
{
    private const int Tab = 4;
    private const int WidestLine = 120;
    private int[]? _lines;

    /// <summary>The text.</summary>
    public string Text { get; } = text;

    /// <summary>The file, or another name of the text.</summary>
    public string? Name { get; } = name;

    /// <summary>The characters of a stretch.</summary>
    public ReadOnlySpan<char> this[TextSpan span]
    {
        get
        {
            int start = Math.Min(span.Start, Text.Length);
            return Text.AsSpan(start, Math.Min(span.Length, Text.Length - start));
        }
    }

    /// <summary>The line and column of a character.</summary>
    public LinePosition Position(int offset)
    {
        var starts = Starts();
        offset = Math.Clamp(offset, 0, Text.Length);
        int line = Array.BinarySearch(starts, offset);
        if (line < 0) line = ~line - 1;
        return new(line + 1, offset - starts[line] + 1);
    }

    /// <summary>A line, counted from 1, without its end.</summary>
    public string Line(int line)
    {
        var starts = Starts();
        int start = starts[line - 1];
        int end = line < starts.Length ? starts[line] : Text.Length;
        return Text[start..end].TrimEnd('\r', '\n');
    }

    /// <summary>What the IR keeps of a place: file, line and the text of the stretch, shortened to one line.</summary>
    public Ir.SourceSpan Span(TextSpan span)
    {
        var text = this[span];
        int end = text.IndexOfAny('\r', '\n');
        int line = Position(span.Start).Line;
        string shown = end < 0 ? text.ToString() : text[..end].ToString() + " …";
        // Where there is no file to name, the text says the line.
        return new(Name, line, Name is null ? string.Create(CultureInfo.InvariantCulture, $"line {line}  {shown}") : shown) { Picture = () => Picture(span) };
    }

    /// <summary>The place as a message shows it: name, line and column, then the line with a caret under each character of the stretch.</summary>
    public string Picture(TextSpan span)
    {
        var (number, column) = Position(span.Start);
        string line = Line(number);
        int start = Math.Min(column - 1, line.Length);
        int length = Math.Clamp(span.Length, 1, Math.Max(1, line.Length - start));
        // A long line is cut around the place.
        int from = start + Math.Min(length, WidestLine / 2) > WidestLine ? start - WidestLine / 2 : 0;
        string shown = line[from..Math.Min(line.Length, from + WidestLine)];
        var picture = new StringBuilder(Name is null
            ? string.Create(CultureInfo.InvariantCulture, $"line {number}, column {column}\n")
            : string.Create(CultureInfo.InvariantCulture, $"{Name}:{number}:{column}\n"));
        if (from > 0) picture.Append('…');
        picture.Append(Expanded(shown)).Append('\n');
        if (from > 0) picture.Append(' ');
        picture.Append(' ', Expanded(line[from..start]).Length).Append('^', Math.Min(length, Math.Max(1, shown.Length - (start - from))));
        return picture.ToString();
    }

    private static string Expanded(string text) => text.Replace("\t", new string(' ', Tab), StringComparison.Ordinal);

    private int[] Starts()
    {
        if (_lines is { } known) return known;
        var starts = new List<int> { 0 };
        for (int i = 0; i < Text.Length; i++)
            if (Text[i] == '\n' || (Text[i] == '\r' && (i + 1 == Text.Length || Text[i + 1] != '\n'))) starts.Add(i + 1);
        return _lines = [.. starts];
    }
}
