using System.Text.RegularExpressions;

namespace MindDsl.Backends.Devices;

/// <summary>What a compiler of a device said.</summary>
internal static partial class BuildLog
{
    private const int MostErrors = 3;

    /// <summary>The errors of a log, each with the line of the source that it is about; the log if it cannot be read.</summary>
    public static IReadOnlyList<(string Label, string Text)> Facts(string log, string source)
    {
        string[] lines = source.Split('\n');
        var facts = new List<(string, string)>();
        foreach (Match match in Error().Matches(log).Take(MostErrors))
        {
            facts.Add(("error", match.Groups[2].Value.Trim()));
            if (int.TryParse(match.Groups[1].Value, out int line) && line >= 1 && line <= lines.Length) facts.Add(("in", lines[line - 1].Trim()));
        }
        return facts.Count > 0 ? facts : [("log", log)];
    }

    [GeneratedRegex(@"(?:\(|:)(\d+)(?::\d+)?(?:\))?: error: ([^\n]*)")]
    private static partial Regex Error();
}
