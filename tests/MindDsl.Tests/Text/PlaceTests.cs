using MindDsl.Backends;
using MindDsl.Backends.Cpu;
using MindDsl.Tests.Dsl;
using Xunit;
using static MindDsl.Mind;

namespace MindDsl.Tests.Text;

/// <summary>Errors of runs, of derivatives and of printed programs show their place in the text: file, line, column and a caret.</summary>
public class PlaceTests
{
    private static string At(Action run) => Assert.Throws<MindDslException>(run).Diagnostics[0].At ?? "nowhere";

    /// <summary>The place that a message shows: the position, the line, and a caret under each character of the expression.</summary>
    private static void Shows(string at, string position, string line, string expression)
    {
        string[] lines = at.Split('\n');
        Assert.Equal(3, lines.Length);
        Assert.Equal(position, lines[0]);
        Assert.Equal(line, lines[1]);
        Assert.Equal(new string(' ', line.IndexOf(expression, StringComparison.Ordinal)) + new string('^', expression.Length), lines[2]);
    }

    public static TheoryData<string, string> Outside => new()
    {
        { "x[i]", "fun (x: f64[n]) (i: i64) ->\n  let a = sum x in\n  a + x[i] * 2" },
        { "x[i + 1]", "fun (x: f64[n]) (i: i64) ->\n  let a = sum x in\n  a + exp x[i + 1]" },
        { "x[i + j]", "fun (x: f64[n]) (i: i64) ->\n  let a = sum x in\n  a + sum [for j in n -> x[i + j] * 2]" },
        { "x[2 * i]", "fun (x: f64[n]) (i: i64) ->\n  let a = sum x in\n  grad (fun b -> sum (b * x[2 * i] * x)) a" },
        { "x[s]", "fun (x: f64[n]) (i: i64) ->\n  let a = i in\n  f64 a + x[iterate 3 (fun s -> s + i64 x[s]) i]" },
    };

    [Theory]
    [MemberData(nameof(Outside))]
    public void An_index_outside_of_its_axis_shows_its_place(string expression, string text)
    {
        string line = text.Split('\n')[2];
        string position = $"line 3, column {line.IndexOf(expression, StringComparison.Ordinal) + 1}";
        foreach (IBackend backend in new IBackend[] { new CpuBackend(), new InterpreterBackend() })
        {
            var f = Parse<Fn<double[], long, double>>(text);
            using (Use(backend)) Shows(At(() => f([1, 2, 3], 7)), position, line, expression);
            // A derivative may name what is around it.
            using (Use(backend)) Assert.Matches($@"^line 3, column \d+\n{System.Text.RegularExpressions.Regex.Escape(line)}\n *\^+$", At(() => f.Grad()([1, 2, 3], 7)));
        }
    }

    [Fact]
    public void Files_and_opened_modules_are_named()
    {
        using var folder = new TempFolder();
        string parts = folder["Parts.mind"], main = folder["main.mind"];
        File.WriteAllText(parts, "// parts\nlet second (x: f64[n]) (i: i64) =\n    x[i + 1]\n");
        File.WriteAllText(main, "open Parts\n\nlet main (x: f64[n]) (i: i64) =\n  second x i + x[i]\n");
        var f = Load<Fn<double[], long, double>>(main);
        Assert.Equal(5, f([1, 2, 3], 1));
        Shows(At(() => f([1, 2, 3], 2)), $"{parts}:3:5", "    x[i + 1]", "x[i + 1]");
        Shows(At(() => f.Grad()([1, 2, 3], 2)), $"{parts}:3:5", "    x[i + 1]", "x[i + 1]");

        File.WriteAllText(main, "open Parts\n\nlet main (x: f64[n]) (i: i64) =\n  second x true\n");
        Shows(At(() => Load<Fn<double[], long, double>>(main)), $"{main}:4:12", "  second x true", "true");
        File.WriteAllText(parts, "// parts\nlet second (x: f64[n]) (i: i64) =\n    x[i + ]\n");
        Shows(At(() => Load<Fn<double[], long, double>>(main)), $"{parts}:3:11", "    x[i + ]", "]");
    }

    [Fact]
    public void Errors_of_derivatives_show_what_is_differentiated()
    {
        const string text = "let rule x y dy = 3 * dy\nlet f x with reverse rule = x * x\nlet main x = snd (jvp f x 1)";
        Shows(At(() => Parse<Fn<double, double>>(text)(1)), "line 3, column 18", "let main x = snd (jvp f x 1)", "(jvp f x 1)");
        Shows(At(() => Parse<Fn<double[], double[]>>("fun x ->\n  grad (fun x -> x * x) x")([1, 2])), "line 2, column 18", "  grad (fun x -> x * x) x", "x * x");
    }

    [Fact]
    public void Shapes_that_do_not_fit_at_a_call_show_their_place() =>
        Shows(At(() => Parse<Fn<Tensor, Tensor, Tensor>>("fun a b ->\n  let c = 2 * a in\n  c + b * 3")(new double[] { 1, 2 }, new double[] { 1, 2, 3 })), "line 3, column 3", "  c + b * 3", "c + b * 3");

    [Theory]
    [InlineData("let f (x: f64) : f64 =\n  let y: f32 = mul x x in\n  x", "line 2, column 7", "y: f32 = mul x x")]
    [InlineData("let f (x: f64[2]) : f64 =\n  let y: f64 = sum<[1]> x in\n  y", "line 2, column 7", "y: f64 = sum<[1]> x")]
    [InlineData("let rec f (x: f64) : f64 with reverse g =\n  x\nand g (x: f64) : f64 =\n  x", "line 1, column 12", "x")]
    public void A_program_that_breaks_a_rule_of_the_ir_shows_where(string text, string position, string expression)
    {
        var error = Assert.Throws<MindDslException>(() => IrText.Read(text));
        Assert.Equal("MIND0716", error.Code);
        Shows(error.Diagnostics[0].At!, position, text.Split('\n')[position[5] - '1'], expression);
    }
}
