using System.Collections.Frozen;

namespace MindDsl.Ir;

/// <summary>Names as the textual language writes them.</summary>
public static class Identifier
{
    /// <summary>The words of the language, which are no names.</summary>
    public static FrozenSet<string> Keywords { get; } = new[]
    {
        "true", "false", "nan", "inf", "nanf", "inff", "nanf16", "inff16", "nanbf16", "infbf16", "let", "rec", "and", "in", "type", "of", "with", "if", "then", "elif", "else", "fun", "while", "when", "do",
        "scan", "from", "over", "match", "open", "module", "for", "_",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>True if a name needs no marks: letters, digits, underscores and primes, no digit or prime first, no word of the language.</summary>
    public static bool IsPlain(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.Length == 0 || !(char.IsLetter(name[0]) || name[0] == '_') || Keywords.Contains(name)) return false;
        foreach (char c in name)
            if (!char.IsLetterOrDigit(c) && c is not ('_' or '\'')) return false;
        return true;
    }

    /// <summary>A text as it is written in quotation marks.</summary>
    public static string Quoted(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return "\"" + text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)
            .Replace("\n", "\\n", StringComparison.Ordinal).Replace("\r", "\\r", StringComparison.Ordinal).Replace("\t", "\\t", StringComparison.Ordinal) + "\"";
    }

    /// <summary>A name as it is written: as it is, or between double backquotes (F#), without what cannot stand there.</summary>
    public static string Written(string name) => IsPlain(name)
        ? name
        : "``" + (name.Length == 0 ? "_" : name.Replace('`', '\'').ReplaceLineEndings(" ").Replace('\r', ' ').Replace('\n', ' ')) + "``";
}
