using System.Globalization;
using System.Text.RegularExpressions;
using MindDsl.Tests.Architecture;
using Xunit;
using static MindDsl.Mind;

namespace MindDsl.Tests.Docs;

/// <summary>
/// Every block of the language in docs/text-language.md and docs/language.md is run: a line <c>//> expression = value</c> in it says what an expression after its definitions is worth, <c>//> expression : type</c>
/// which type it has, and <c>//> expression ! code</c> what is wrong with it.
/// </summary>
public partial class TextLanguagePageTests
{
    public static TheoryData<string, string, string, string> Claims()
    {
        var claims = new TheoryData<string, string, string, string>();
        string page = string.Concat(new[] { "text-language.md", "language.md" }.Select(p => File.ReadAllText(Path.Combine(Repository.Root, "docs", p)))).ReplaceLineEndings("\n");
        foreach (Match block in Block().Matches(page))
        {
            string code = block.Groups[1].Value;
            foreach (Match claim in Claim().Matches(code)) claims.Add(code, claim.Groups[1].Value, claim.Groups[2].Value, claim.Groups[3].Value.Trim());
        }
        return claims;
    }

    [Theory]
    [MemberData(nameof(Claims))]
    public void What_the_page_says_is_so(string definitions, string expression, string sign, string expected)
    {
        string program = $"{definitions}\nlet main () = {expression}";
        switch (sign)
        {
            case "=" when expected is "true" or "false":
                Assert.Equal(expected == "true", Parse<Fn<bool>>(program)());
                break;
            case "=":
                Assert.Equal(double.Parse(expected, CultureInfo.InvariantCulture), Parse<Fn<double>>($"{definitions}\nlet main () = f64 ({expression})")(), 1e-9);
                break;
            case ":":
                Assert.Equal($"unit -> {expected}", MindLanguage.Plain.TypeOf(program));
                break;
            default:
                Assert.Equal(expected, Assert.Throws<MindDslException>(() => MindLanguage.Plain.TypeOf(program)).Code);
                break;
        }
    }

    [Fact]
    public void The_page_makes_claims() => Assert.True(Claims().Count > 40);

    [GeneratedRegex("```mind\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex("^//> (.*?) ([=:!]) ([^=:!\n]*)$", RegexOptions.Multiline)]
    private static partial Regex Claim();
}
