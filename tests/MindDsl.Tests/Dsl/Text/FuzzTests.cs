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

    /// <summary>Programs that mean something, as texts for a value.</summary>
    private static readonly string[] Meaningful =
    [
        "let f x y = x * x * y\nlet main () = grad f 3.0 2.0 + grad<1> f 3.0 2.0",
        "let m = [[1.0; 2.0]; [3.0; 4.0]]\nlet main () = sum (sum<[0]> m) + (permute<1, 0> m)[0, 1] + (einsum \"ij,jk->ik\" m m)[1, 1] + sum m[*, 0..1]",
        "type Shape = | Circle of f64 | Rect of f64 * f64 | Empty\nlet area s = match s with | Circle r -> 3 * r * r | Rect (a, b) -> a * b | Empty -> 0\nlet main () = grad (fun x -> area (if x > 1 then Rect (x, 5) else Circle x)) 2.0",
        "type Tree<'a> = | Leaf of 'a | Node of Tree<'a> * Tree<'a>\nlet rec total t = match t with | Leaf x -> x | Node (l, r) -> total l + total r\nlet rec grow n x = if n = 0 then Leaf x else Node (grow (n - 1) (2 * x), Leaf x)\nlet main () = total (grow 3 1.0)",
        "let product (a: f64[n, m]) (b: f64[m, k]) = [for i in n, j in k -> sum [for l in m -> a[i, l] * b[l, j]]]\nlet main () = sum (product [[1.0; 2.0]] [[3.0]; [4.0]])",
        "let root x = while x when fun r -> abs (r * r - x) > 1e-12 do fun r -> (r + x / r) / 2\nlet main () = grad root 4.0 + fst (scan 3 from 0.0 over () do fun i s -> (s + f64 i, s))",
        "let pair x = (x, x) in let (a, b) = pair { A = 1.0; B = [1; 2; 3] } in { a with A = 2 }.A + f64 (fold (+) 0 b.B) + fst (pair 2.0)",
        "let rec even n = if n = 0 then true else odd (n - 1) and odd n = if n = 0 then false else even (n - 1)\nlet main () = if even 10 && not (odd 4) then 1.0 else 2.0",
        "let compose f g x = g (f x)\nlet twice f = f >> f\nlet main () = 2.0 |> twice (compose sqrt exp) |> log |> fun x -> -x ** 2.0",
        "sum (vmap<[1, _]> (fun x y -> sum x * y) [[1.0; 2.0]; [3.0; 4.0]] 10.0) + (hessian (fun x -> sum (x ** 3)) [1.0; 2.0])[1, 1] + fixed_point (fun x -> cos x) 1.0",
    ];

    [Fact]
    public void Mutated_programs_are_checked_and_run_within_bounds()
    {
        var language = MindLanguage.Plain.WithLimits(new() { TextLength = 2000, ProgramSize = 500, Fuel = 2000, Memory = 1 << 16 });
        int count = Times(200);
        for (int n = 0; n < count; n++)
        {
            var random = new Random(n);
            string text = Mutated(Meaningful[random.Next(Meaningful.Length)], random);
            try
            {
                language.TypeOf(text);
                language.Parse<Fn<double>>(text)();
            }
            catch (MindDslException error) when (error.Diagnostics.All(d => d.Code != "MIND0001"))
            {
                // A designed error.
            }
            catch (Exception e)
            {
                throw new Xunit.Sdk.XunitException($"input {n.ToString(CultureInfo.InvariantCulture)}:\n{text}", e);
            }
        }
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
