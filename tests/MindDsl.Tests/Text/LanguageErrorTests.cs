using MindDsl.Backends;
using MindDsl.Ir;
using MindDsl.Tests.Architecture;
using Xunit;
using static MindDsl.Mind;

namespace MindDsl.Tests.Text;

/// <summary>What is wrong with a text is said with its code and its place; docs/errors.md has a section for each.</summary>
public class LanguageErrorTests
{
    [Theory]
    [InlineData("MIND0730", "fun x -> sinn x", "sinn")]
    [InlineData("MIND0731", "fun x -> if x > 0 then x else (x, 1)", "(x, 1)")]
    [InlineData("MIND0732", "fun x -> x + true", "true")]
    [InlineData("MIND0733", "fun x -> (x, 1) + 1", "(x, 1)")]
    [InlineData("MIND0734", "fun x -> (x + 1) x", "(x + 1) x")]
    [InlineData("MIND0735", "fun x -> sin x x", "sin x x")]
    [InlineData("MIND0736", "fun x -> x + f64 (i32 x + f32 x)", "i32 x + f32 x")]
    [InlineData("MIND0737", "fun x -> x * f64 (sum ([1; 2; 3] * [1; 2]))", "[1; 2; 3] * [1; 2]")]
    [InlineData("MIND0738", "fun x -> { Rate = x }.Rat", "{ Rate = x }.Rat")]
    [InlineData("MIND0739", "fun x -> snd (fun r -> r.Rate, x)", "r.Rate")]
    [InlineData("MIND0740", "fun (x: f46) -> x", "f46")]
    [InlineData("MIND0741", "type Pair<'a> = { A: 'a; B: 'a } let f (p: Pair) = p.A", "Pair")]
    [InlineData("MIND0742", "fun (x: unit[3]) -> 1.0", "unit")]
    [InlineData("MIND0743", "type Shape = | Circle of f64 let f x = match Circle x with | Circel r -> r | _ -> x", "Circel r")]
    [InlineData("MIND0744", "type Shape = | Rect of f64 * f64 let f x = match Rect (x, x) with | Rect (a, b, c) -> a", "Rect (a, b, c)")]
    [InlineData("MIND0745", "fun x -> match x > 0 with | true -> x", "match x > 0 with | true -> x")]
    [InlineData("MIND0746", "fun (x, x) -> x", "x")]
    [InlineData("MIND0747", "fun x -> sum (softmax<true> [x; x])", "softmax<true>")]
    [InlineData("MIND0748", "let rec x = 1.0 + x", "1.0 + x")]
    [InlineData("MIND0749", "fun x -> map sin x + x", "map")]
    [InlineData("MIND0750", "fun x -> x[0]", "x[0]")]
    [InlineData("MIND0751", "fun x -> sum [for i in 0.. -> x]", "0..")]
    [InlineData("MIND0752", "grad<3> sin", "grad<3>")]
    [InlineData("MIND0753", "fun x y -> x", "fun x y -> x")]
    [InlineData("MIND0755", "open Nowhere let f x = x", "open Nowhere")]
    [InlineData("MIND0756", "fun x -> fst (scan 3 stacked<3> from x over () do fun i s -> (s, s))", "(scan 3 stacked<3> from x over () do fun i s -> (s, s))")]
    public void Errors_of_a_text_name_their_place(string code, string text, string place)
    {
        var error = Assert.Throws<MindDslException>(() => Parse<Fn<double, double>>(text)).Diagnostics[0];
        Assert.Equal(code, error.Code);
        string[] lines = error.At!.Split('\n');
        Assert.Equal(3, lines.Length);
        Assert.Equal(place, lines[1].Substring(lines[2].IndexOf('^', StringComparison.Ordinal), lines[2].Count(c => c == '^')));
    }

    [Fact]
    public void Errors_of_what_is_asked_for()
    {
        Is("MIND0754", () => Parse<Fn<double, double>>("let f x = x", "g"));
        Is("MIND0757", () => MindLanguage.Plain.Without(LanguageFeatures.Recursion).Parse<Fn<double, double>>("let rec f x = f x"));
        Is("MIND0758", () => Parse<Func<double, double>>("fun x -> x"));
        Is("MIND0759", () => Parse<Fn<Tensor, Tensor>>("fun (x: f32[n, 2]) -> x")(Tensor.Of([1f, 2f])));
        Is("MIND0763", () => MindLanguage.Plain.WithConstant("let", 1.0));
        Is("MIND0765", () => Load<Fn<double, double>>(Path.Combine(Path.GetTempPath(), "there", "is", "no.mind")));
        const string Tensors = "type T = | A of f64[] | B\nlet main x = match (if x > 0 then A [x; x] else B) with | A v -> sum v | B -> 0";
        Is("MIND0764", () => Parse<Fn<double, double>>(Tensors)(1));
    }

    [Fact]
    public void Errors_of_programs_out_of_their_bounds()
    {
        var bounded = MindLanguage.Plain.WithLimits(new() { Fuel = 100, Memory = 1000, ProgramSize = 50 });
        Is("MIND0760", () => bounded.Parse<Fn<double, double>>("let a x = x * x + x in let b x = a (a (a (a x))) in fun x -> b (b (b x))")(1));
        Is("MIND0761", () => bounded.Parse<Fn<double, double>>("fun x -> while x when fun r -> r > 0 do fun r -> r + 1")(1));
        Is("MIND0762", () => bounded.Parse<Fn<double, double>>("fun x -> sum [for i in 1000 -> x]")(1));
        using var scope = Use(new Unmetered());
        Is("MIND0766", () => bounded.Parse<Fn<double, double>>("fun x -> x + 1")(1));
    }

    [Fact]
    public void Every_code_of_the_language_has_a_section()
    {
        string page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "errors.md"));
        string source = File.ReadAllText(Path.Combine(Repository.Root, "ir", "Diagnostics", "LanguageDiagnostics.cs"));
        for (int code = 730; code < 800; code++)
            if (source.Contains($"\"MIND0{code}\"", StringComparison.Ordinal)) Assert.Contains($"\n## MIND0{code} ", page, StringComparison.Ordinal);
    }

    private static void Is(string code, Action action) => Assert.Equal(code, Assert.Throws<MindDslException>(action).Code);

    private sealed class Unmetered : IBackend
    {
        public string Name => "unmetered";

        public IExecutable Compile(Module module, Seq<Donation> donations = default) => new InterpreterBackend().Compile(module, donations);
    }
}
