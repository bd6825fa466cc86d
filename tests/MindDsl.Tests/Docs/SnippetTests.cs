using System.Text.RegularExpressions;
using MindDsl.Tests.Architecture;
using Xunit;

namespace MindDsl.Tests.Docs;

/// <summary>
/// Every C# block of README.md and docs/ is a region of a file under examples/, which is compiled with the solution and run by the tests. A block names its region in a
/// comment above it: <c>&lt;!-- snippet: Name --&gt;</c>. Run the tests with MINDDSL_UPDATE=1 to write the regions into the pages.
/// </summary>
public partial class SnippetTests
{
    private static readonly Dictionary<string, string> Regions = ReadRegions();

    public static TheoryData<string> Pages =>
        [.. Repository.Files("*.md").Select(Repository.Relative).Where(p => p == "README.md" || p.StartsWith("docs/", StringComparison.Ordinal)).Order()];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Code_blocks_are_regions_of_the_examples(string page)
    {
        string file = Path.Combine(Repository.Root, page);
        string text = File.ReadAllText(file).ReplaceLineEndings("\n");
        var wrong = new List<string>();
        string updated = Block().Replace(text, match =>
        {
            string name = match.Groups["name"].Value;
            if (name.Length == 0) wrong.Add("a C# block without a snippet comment: " + FirstLine(match.Groups["code"].Value));
            else if (!Regions.TryGetValue(name, out string? code)) wrong.Add("no region " + name + " under examples/");
            else
            {
                if (code != match.Groups["code"].Value) wrong.Add("the block " + name + " differs from its region; MINDDSL_UPDATE=1 writes it anew");
                return $"<!-- snippet: {name} -->\n```csharp\n{code}```";
            }
            return match.Value;
        });
        if (Environment.GetEnvironmentVariable("MINDDSL_UPDATE") == "1" && updated != text) File.WriteAllText(file, updated);
        else Assert.Empty(wrong);
    }

    [Fact]
    public void Files_that_pages_link_to_exist() => Assert.Empty(
        from page in Repository.Files("*.md")
        let relative = Repository.Relative(page)
        where !relative.Contains("TestResults", StringComparison.Ordinal)
        from Match link in Link().Matches(File.ReadAllText(page))
        let target = link.Groups[1].Value
        where !target.Contains("://", StringComparison.Ordinal) && !target.StartsWith('#')
        let path = Path.Combine(Path.GetDirectoryName(page)!, target.Split('#')[0])
        where !File.Exists(path) && !Directory.Exists(path)
        select $"{relative} links to {target}");

    private static Dictionary<string, string> ReadRegions()
    {
        var regions = new Dictionary<string, string>();
        foreach (string file in Repository.Files("*.cs").Where(f => Repository.Relative(f).StartsWith("examples/", StringComparison.Ordinal)))
        {
            string? name = null;
            var lines = new List<string>();
            foreach (string line in File.ReadLines(file))
            {
                string trimmed = line.Trim();
                if (trimmed.StartsWith("#region ", StringComparison.Ordinal)) (name, lines) = (trimmed["#region ".Length..], []);
                else if (trimmed == "#endregion" && name is not null)
                {
                    regions.Add(name, Dedent(lines));
                    name = null;
                }
                else if (name is not null) lines.Add(line);
            }
        }
        return regions;
    }

    private static string Dedent(List<string> lines)
    {
        while (lines.Count > 0 && lines[0].Length == 0) lines.RemoveAt(0);
        while (lines.Count > 0 && lines[^1].Length == 0) lines.RemoveAt(lines.Count - 1);
        int margin = lines.Where(l => l.Length > 0).Select(l => l.Length - l.TrimStart().Length).DefaultIfEmpty(0).Min();
        return string.Concat(lines.Select(l => (l.Length > margin ? l[margin..] : "") + "\n"));
    }

    private static string FirstLine(string code) => code.Split('\n')[0];

    [GeneratedRegex(@"(?:<!-- snippet: (?<name>\w+) -->\n)?```csharp\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();
}
