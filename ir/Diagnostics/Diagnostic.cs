using System.Text;

namespace MindDsl;

/// <summary>A message to the user of MindDsl: what is wrong, the facts that show it, where it is and what helps.</summary>
/// <remarks>The texts are made by the methods of <see cref="Diagnostics"/> only, so that they can be reviewed in one place.</remarks>
public sealed record Diagnostic
{
    private const int SmallestLabelWidth = 4;

    /// <summary>Makes a diagnostic.</summary>
    /// <param name="code">The stable code, <c>MIND</c> and four digits.</param>
    /// <param name="statement">One sentence that says what is wrong, without a full stop.</param>
    /// <param name="facts">The facts that show it: short labels (<c>left</c>, <c>file</c>) and texts, in the order of printing.</param>
    /// <param name="at">The place in the source, as text, or null when there is none.</param>
    /// <param name="help">What the user can do, or null when nothing is known to help.</param>
    public Diagnostic(
        string code, string statement, IReadOnlyList<(string Label, string Text)>? facts = null, string? at = null, string? help = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(code);
        ArgumentException.ThrowIfNullOrEmpty(statement);
        Code = code;
        Statement = statement;
        Facts = facts ?? [];
        At = at;
        Help = help;
    }

    /// <summary>The stable code, <c>MIND</c> and four digits; docs/errors.md explains each.</summary>
    public string Code { get; init; }

    /// <summary>One sentence that says what is wrong, without a full stop.</summary>
    public string Statement { get; init; }

    /// <summary>The facts that show it: short labels (<c>left</c>, <c>file</c>) and texts, in the order of printing.</summary>
    public IReadOnlyList<(string Label, string Text)> Facts { get; init; }

    /// <summary>The place in the source, as text, or null when there is none.</summary>
    public string? At { get; init; }

    /// <summary>What the user can do, or null when nothing is known to help.</summary>
    public string? Help { get; init; }

    /// <summary>The diagnostic as the user reads it: the code and the statement, then one indented line per fact.</summary>
    public override string ToString()
    {
        var lines = new List<(string Label, string Text)>(Facts);
        if (At is not null) lines.Add(("at", At));
        if (Help is not null) lines.Add(("help", Help));
        var width = lines.Aggregate(SmallestLabelWidth, (widest, line) => Math.Max(widest, line.Label.Length));

        var text = new StringBuilder().Append(Code).Append(' ').Append(Statement);
        foreach (var line in lines)
        {
            text.Append("\n  ").Append(line.Label.PadRight(width)).Append("  ");
            // A text of several lines keeps its column, so that a printed program stays readable.
            text.Append(line.Text.ReplaceLineEndings("\n" + new string(' ', width + 4)));
        }
        return text.ToString();
    }

    /// <summary>Two diagnostics are equal when they print the same.</summary>
    /// <param name="other">The diagnostic to compare with.</param>
    public bool Equals(Diagnostic? other) =>
        other is not null && Code == other.Code && Statement == other.Statement && At == other.At && Help == other.Help
        && Facts.SequenceEqual(other.Facts);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Code, Statement, At, Help, Facts.Count);
}
