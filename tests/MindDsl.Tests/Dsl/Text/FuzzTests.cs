using System.Globalization;
using System.Text;
using MindDsl.Ir;
using MindDsl.Testing;
using MindDsl.Tests.Properties;
using MindDsl.Text;
using MindDsl.Text.Printing;
using Xunit;

namespace MindDsl.Tests.Dsl.Text;

/// <summary>
/// Texts that nobody would write: all end with a program or with designed errors, soon. MINDDSL_FUZZ=n tries n times as many.
/// </summary>
public class FuzzTests
{
    private static readonly string[] Soup =
    [
        "let ", "rec ", "and ", "in ", "type ", "of ", "with ", "if ", "then ", "elif ", "else ", "fun ", "while ", "when ", "do ", "scan ", "from ", "over ", "match ", "open ",
        "module ", "for ", "x", "f ", "sum<[1]>", "stacked<3>", "sum<", ">", "<", "1", "2.5", "3L", "-1", "1e9f", "nan", "\"ij->i\"", "\"", "(", ")", "[", "]", "{", "}", ",", ";", ":",
        "->", "|", ".", "..", "@", "-", " -", "=", "<>", "<=", ">=", "|>", "<|", ">>", "<<", "+", "*", "/", "%", "**", "'a", "_", "``a b``", "``", "(*", "*)", "//", "\n", "\n\nlet ", " ", "f32[n, 2*m+1]",
    ];

    private static int Times(int usual) =>
        int.TryParse(Environment.GetEnvironmentVariable("MINDDSL_FUZZ"), NumberStyles.None, CultureInfo.InvariantCulture, out int times) ? usual * times : usual;

    /// <summary>Reads a text in every way; only errors of the language may come of it.</summary>
    private static void Survives(string text)
    {
        var module = TextParser.ParseModule(new(text));
        if (module.Value is { } read) Assert.Equal(read, TextParser.ParseModule(new(SyntaxPrinter.Print(read))).OrThrow());
        else Designed(module.Errors);
        var expression = TextParser.ParseExpression(new(text));
        if (expression.Value is { } e) Assert.Equal(e, TextParser.ParseExpression(new(SyntaxPrinter.Print(e))).OrThrow());
        else Designed(expression.Errors);
        if (module.Value is null) return;
        try
        {
            IrText.Read(text);
        }
        catch (MindDslException error)
        {
            Designed(error.Diagnostics);
        }
    }

    private static void Designed(IReadOnlyList<Diagnostic> errors)
    {
        Assert.NotEmpty(errors);
        Assert.All(errors, e => Assert.StartsWith("MIND07", e.Code, StringComparison.Ordinal));
    }

    private static void Run(int count, Func<Random, string> make)
    {
        for (int n = 0; n < count; n++)
        {
            string text = make(new Random(n));
            try
            {
                Survives(text);
            }
            catch (Exception e) when (e is not Xunit.Sdk.XunitException { InnerException: not null })
            {
                throw new Xunit.Sdk.XunitException($"input {n.ToString(CultureInfo.InvariantCulture)}:\n{text}", e);
            }
        }
    }

    [Fact]
    public void Random_characters_end_in_designed_errors() => Run(Times(3000), random =>
        string.Concat(Enumerable.Range(0, random.Next(120)).Select(_ => (char)(random.Next(4) == 0 ? random.Next(0x3000) : random.Next(128)))));

    [Fact]
    public void Token_soup_ends_in_designed_errors() => Run(Times(3000), random =>
        string.Concat(Enumerable.Range(0, random.Next(60)).Select(_ => Soup[random.Next(Soup.Length)])));

    [Fact]
    public void Mutated_programs_of_the_language_end_in_designed_errors() => Run(Times(1500), random =>
        Mutated(SyntaxPrinter.Print(new SyntaxGenerator(random.Next()).Module(1 + random.Next(30)), new(60)), random));

    [Fact]
    public void Mutated_programs_of_the_ir_end_in_designed_errors()
    {
        string[] programs = [.. Enumerable.Range(0, 10).Select(n => Printer.Print(new ProgramGenerator(n, smooth: false).Make(1 + n)))];
        Run(Times(1000), random => Mutated(programs[random.Next(programs.Length)], random));
    }

    private static string Mutated(string text, Random random)
    {
        var changed = new StringBuilder(text);
        for (int n = random.Next(4); n >= 0 && changed.Length > 0; n--)
        {
            int at = random.Next(changed.Length), length = Math.Min(random.Next(12), changed.Length - at);
            switch (random.Next(5))
            {
                case 0: changed.Remove(at, length); break;
                case 1: changed.Insert(at, Soup[random.Next(Soup.Length)]); break;
                case 2: changed.Insert(at, changed.ToString(at, length)); break;
                case 3: changed[at] = (char)random.Next(32, 127); break;
                default: changed.Length = at; break;
            }
        }
        return changed.ToString();
    }
}
