using System.Text;

namespace MindDsl.Text.Printing;

/// <summary>A text that can be laid out in several ways (Wadler's documents): groups stand on one line if they fit, else all their breaks are lines.</summary>
internal abstract class Doc
{
    private Doc(bool breaks) => Breaks = breaks;

    /// <summary>The empty text.</summary>
    public static readonly Doc Empty = new Words("");

    /// <summary>A space, or a new line.</summary>
    public static readonly Doc Line = new Break(" ", false);

    /// <summary>Nothing, or a new line.</summary>
    public static readonly Doc SoftLine = new Break("", false);

    /// <summary>A new line.</summary>
    public static readonly Doc HardLine = new Break("", true);

    /// <summary>True if there is a line end in it however it is laid out.</summary>
    private bool Breaks { get; }

    /// <summary>A text as it is.</summary>
    public static implicit operator Doc(string text) => new Words(text);

    /// <summary>One after the other.</summary>
    public static Doc operator +(Doc first, Doc second) => new Sequence([first, second]);

    /// <summary>All, one after the other.</summary>
    public static Doc Of(params Doc[] parts) => new Sequence(parts);

    /// <summary>With something between them.</summary>
    public static Doc Join(Doc separator, IEnumerable<Doc> parts)
    {
        var joined = new List<Doc>();
        foreach (var part in parts)
        {
            if (joined.Count > 0) joined.Add(separator);
            joined.Add(part);
        }
        return new Sequence([.. joined]);
    }

    /// <summary>On one line if it fits.</summary>
    public static Doc Group(Doc inner) => new Grouped(inner);

    /// <summary>New lines in it start further to the right.</summary>
    public static Doc Nest(Doc inner) => new Nested(inner);

    /// <summary>Lays it out.</summary>
    /// <param name="width">Where lines should end.</param>
    /// <param name="step">By how much inner lines are indented.</param>
    public string Render(int width, int step)
    {
        var text = new StringBuilder();
        var stack = new Stack<(int Indent, bool Flat, Doc Doc)>();
        stack.Push((0, false, this));
        int column = 0;
        while (stack.TryPop(out var item))
        {
            switch (item.Doc)
            {
                case Words words:
                    text.Append(words.Text);
                    column += words.Text.Length;
                    break;
                case Break line when item.Flat && !line.IsHard:
                    text.Append(line.Flat);
                    column += line.Flat.Length;
                    break;
                case Break:
                    // No line ends with spaces.
                    while (text.Length > 0 && text[^1] == ' ') text.Length--;
                    text.Append('\n').Append(' ', item.Indent);
                    column = item.Indent;
                    break;
                case Sequence sequence:
                    for (int i = sequence.Parts.Length - 1; i >= 0; i--) stack.Push((item.Indent, item.Flat, sequence.Parts[i]));
                    break;
                case Nested nested:
                    stack.Push((item.Indent + step, item.Flat, nested.Inner));
                    break;
                case Grouped group:
                    stack.Push((item.Indent, item.Flat || (!group.Breaks && Fits(group.Inner, width - column, stack)), group.Inner));
                    break;
            }
        }
        return text.ToString();
    }

    /// <summary>True if a document on one line, and what follows up to the next line end, is short enough.</summary>
    private static bool Fits(Doc doc, int room, Stack<(int Indent, bool Flat, Doc Doc)> rest)
    {
        var inner = new Stack<(bool Flat, Doc Doc)>();
        inner.Push((true, doc));
        using var behind = ((IEnumerable<(int Indent, bool Flat, Doc Doc)>)rest).GetEnumerator();
        while (room >= 0)
        {
            if (!inner.TryPop(out var item))
            {
                if (!behind.MoveNext()) return true;
                item = (behind.Current.Flat, behind.Current.Doc);
            }
            switch (item.Doc)
            {
                case Words words: room -= words.Text.Length; break;
                case Break line when item.Flat && !line.IsHard: room -= line.Flat.Length; break;
                case Break: return true;
                case Sequence sequence:
                    for (int i = sequence.Parts.Length - 1; i >= 0; i--) inner.Push((item.Flat, sequence.Parts[i]));
                    break;
                case Nested nested: inner.Push((item.Flat, nested.Inner)); break;
                case Grouped group: inner.Push((item.Flat, group.Inner)); break;
            }
        }
        return false;
    }

    private sealed class Words(string text) : Doc(false)
    {
        public string Text { get; } = text;
    }

    private sealed class Break(string flat, bool isHard) : Doc(isHard)
    {
        public string Flat { get; } = flat;

        public bool IsHard { get; } = isHard;
    }

    private sealed class Sequence(Doc[] parts) : Doc(Array.Exists(parts, p => p.Breaks))
    {
        public Doc[] Parts { get; } = parts;
    }

    private sealed class Nested(Doc inner) : Doc(inner.Breaks)
    {
        public Doc Inner { get; } = inner;
    }

    private sealed class Grouped(Doc inner) : Doc(inner.Breaks)
    {
        public Doc Inner { get; } = inner;
    }
}
