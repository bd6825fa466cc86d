using System.Text.RegularExpressions;
using Xunit;

namespace MindDsl.Tests.Ir;

public partial class ErrorPageTests
{
    [Fact]
    public void Every_code_about_data_has_a_section_with_its_example()
    {
        var root = Repository();
        Assert.SkipWhen(root is null, "the sources aren't there");
        var page = File.ReadAllText(Path.Combine(root!, "docs", "errors.md"));
        var sections = SectionStart().Split(page).Skip(1).ToDictionary(section => section[..8]);
        var codes = Directory.GetFiles(Path.Combine(root!, "ir", "Diagnostics"), "*.cs")
            .SelectMany(file => CodeInSource().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value))
            .Where(code => code == "MIND0001" || code.StartsWith("MIND06", StringComparison.Ordinal))
            .Distinct()
            .Order()
            .ToList();

        Assert.Equal(codes, sections.Keys.Where(code => code == "MIND0001" || code.StartsWith("MIND06", StringComparison.Ordinal)).Order());
        // The example of this code is the one at the top of the page.
        foreach (var (code, section) in sections.Where(pair => codes.Contains(pair.Key) && pair.Key != "MIND0611"))
            Assert.Contains("```\n" + code + " ", section.ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_code_has_a_section_and_every_section_a_code()
    {
        var root = Repository();
        Assert.SkipWhen(root is null, "the sources aren't there");
        var sections = SectionStart().Split(File.ReadAllText(Path.Combine(root!, "docs", "errors.md"))).Skip(1).Select(section => section[..8]);
        var codes = Directory.GetFiles(Path.Combine(root!, "ir", "Diagnostics"), "*.cs").SelectMany(file => CodeInSource().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value));
        Assert.Equal(codes.Distinct().Order(), sections.Order());
    }

    private static string? Repository()
    {
        for (var up = new DirectoryInfo(AppContext.BaseDirectory); up is not null; up = up.Parent)
        {
            if (File.Exists(Path.Combine(up.FullName, "docs", "errors.md"))) return up.FullName;
        }
        return null;
    }

    [GeneratedRegex("^## (?=MIND)", RegexOptions.Multiline)]
    private static partial Regex SectionStart();

    [GeneratedRegex("\"(MIND[0-9]{4})\"")]
    private static partial Regex CodeInSource();
}
