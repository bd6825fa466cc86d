using System.Text;

namespace MindDsl.Examples.Repl;

/// <summary>Cuts a script into entries: one begins at the start of a line, and indented lines belong to the one before them.</summary>
internal static class Entries
{
    private static readonly string[] Continuations = ["and ", "in ", "else", "elif ", "then ", "with ", "when ", "do ", "over ", "from ", ")", "]", "}", "|"];

    /// <summary>The entries of a script, each as soon as its end is known.</summary>
    public static IEnumerable<string> Of(TextReader reader)
    {
        var entry = new StringBuilder();
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith("//", StringComparison.Ordinal)) continue;
            if (entry.Length > 0 && Begins(line))
            {
                if (Taken() is { } before) yield return before;
            }
            bool ends = line.EndsWith(";;", StringComparison.Ordinal);
            entry.Append(ends ? line[..^2] : line).Append('\n');
            if (ends || line.StartsWith(':'))
                if (Taken() is { } whole) yield return whole;
        }
        if (Taken() is { } last) yield return last;

        string? Taken()
        {
            string text = entry.ToString().TrimEnd();
            entry.Clear();
            return text.Length == 0 ? null : text;
        }
    }

    private static bool Begins(string line) =>
        line.Length > 0 && !char.IsWhiteSpace(line[0]) && !Array.Exists(Continuations, c => line.StartsWith(c, StringComparison.Ordinal) || line == c.TrimEnd());
}
