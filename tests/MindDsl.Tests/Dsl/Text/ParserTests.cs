using MindDsl.Ir;
using MindDsl.Text;
using MindDsl.Text.Printing;
using Xunit;

namespace MindDsl.Tests.Dsl.Text;

public class ParserTests
{
    /// <summary>Reads a formula and prints it with one operator per pair of parentheses.</summary>
    [Theory]
    [InlineData("a + b * c - d", "a + (b * c) - d")]
    [InlineData("a ** b ** c", "a ** (b ** c)")]
    [InlineData("-x ** 2.0", "(-x) ** 2.0")]
    [InlineData("a || b && c = d", "a || (b && (c = d))")]
    [InlineData("x + 1 |> f >> g * 2", "(x + 1) |> f >> (g * 2)")]
    [InlineData("f x + g y", "(f x) + (g y)")]
    [InlineData("f -x", "f (-x)")]
    [InlineData("f - x", "(f) - x")]
    [InlineData("f-x", "(f) - x")]
    [InlineData("2 -1", "2 - 1")]
    [InlineData("f(x).y + 1", "((f x).y) + 1")]
    [InlineData("a.b[0, *].c", "((a.b)[0, *]).c")]
    [InlineData("grad(f)(x)", "(grad f) x")]
    [InlineData("if a then b elif c then d else e", "if a then b else (if c then d else e)")]
    [InlineData("let a = 1; b = 2 in a", "let a = 1 in let b = 2 in a")]
    [InlineData("fun x -> x |> f", "fun x -> (x |> f)")]
    [InlineData("x<3 && y>2", "(x < 3) && (y > 2)")]
    [InlineData("a > b", "a>b")]
    [InlineData("a >>> b", "a>>>b")]
    [InlineData("(* c (* d *) *) 1 // e", "1")]
    [InlineData("x.[0]", "x[0]")]
    [InlineData("not a && b", "(not a) && b")]
    [InlineData("1_000", "1000")]
    [InlineData("xs |> fold (*) 1.0", "xs |> (fold ( * ) 1.0)")]
    public void Operators_group_as_in_fsharp(string text, string grouped) =>
        Assert.Equal(TextParser.ParseExpression(new(grouped)).OrThrow(), TextParser.ParseExpression(new(text)).OrThrow());

    [Fact]
    public void Pipes_and_comparisons_are_of_one_precedence_as_in_fsharp()
    {
        var chain = Assert.IsType<MindDsl.Text.Syntax.ChainSyntax>(TextParser.ParseExpression(new("x |> f = y")).OrThrow());
        Assert.Equal([MindDsl.Text.Syntax.BinaryOperator.PipeRight, MindDsl.Text.Syntax.BinaryOperator.Equal], chain.Operators.Select(o => o.Operator));
    }

    [Theory]
    [InlineData("a + * b", "MIND0701", 1, 5, "an expression", "*")]
    [InlineData("let x = 1\nx + 1", "MIND0701", 2, 1, "in", "x")]
    [InlineData("if a then b", "MIND0701", 1, 12, "else", "the end of the text")]
    [InlineData("fun -> x", "MIND0701", 1, 5, "a pattern", "->")]
    [InlineData("f x : i64", "MIND0701", 1, 5, "an operator or the end of the text", ":")]
    [InlineData("(x : 3)", "MIND0701", 1, 6, "a type", "3")]
    [InlineData("[1, 2]", "MIND0701", 1, 3, "; or ]", ",")]
    [InlineData("{ r with 1 }", "MIND0701", 1, 10, "a name", "1")]
    public void Errors_say_what_was_expected_and_what_was_found(string text, string code, int line, int column, string expected, string found)
    {
        var error = TextParser.ParseExpression(new(text, "f.mind")).Errors[0];
        Assert.Equal(code, error.Code);
        Assert.Equal([("expected", expected), ("found", found)], error.Facts);
        Assert.StartsWith(FormattableString.Invariant($"f.mind:{line}:{column}\n"), error.At, StringComparison.Ordinal);
        Assert.EndsWith("\n" + new string(' ', column - 1) + new string('^', found.StartsWith("the end", StringComparison.Ordinal) ? 1 : found.Length), error.At, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("x ? y", "MIND0702")]
    [InlineData("(a + b", "MIND0703")]
    [InlineData("\"abc", "MIND0703")]
    [InlineData("``abc", "MIND0703")]
    [InlineData("1 (* abc", "MIND0703")]
    [InlineData("2x + 1", "MIND0704")]
    [InlineData("3000000000", "MIND0704")]
    [InlineData("(x : f32[99999999999999999999])", "MIND0704")]
    public void Each_mistake_has_its_code(string text, string code) => Assert.Equal(code, Assert.Single(TextParser.ParseExpression(new(text)).Errors).Code);

    [Fact]
    public void Several_errors_of_one_text_are_reported_in_order()
    {
        var errors = TextParser.ParseModule(new("let a = (1 + )\nlet b = 2\nlet c = let x = * in let y = ) in x\ntype T = 3\nlet d = [1 2; +; 3]\nlet e = f(a, , b)\n")).Errors;
        Assert.Equal([1, 3, 3, 4, 5, 5, 6], errors.Select(e => int.Parse(e.At!.Split(',')[0]["line ".Length..], System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Fact]
    public void No_more_errors_are_reported_than_asked_for() =>
        Assert.Equal(3, TextParser.ParseModule(new(string.Concat(Enumerable.Repeat("let a = *\n", 10))), TextLimits.Default with { Errors = 3 }).Errors.Count);

    public static TheoryData<string, string, string> Nests => new()
    {
        { "(", "x", ")" }, { "[", "x", "]" }, { "f (", "x", ")" }, { "-(", "x", ")" }, { "fun a -> ", "x", "" }, { "if a then b else ", "x", "" }, { "let a = ", "x", " in a" },
        { "{ A = ", "x", " }" }, { "x[", "0", "]" }, { "(1 + 2 * 3 ** ", "x", ")" }, { "match a with A b -> ", "x", "" }, { "while a when b do ", "x", "" }, { "[for i in n -> ", "x", "]" },
        { "a ** ", "x", "" }, { "- ", "x", "" }, { "", "x", ".a" },
    };

    [Theory]
    [MemberData(nameof(Nests))]
    public void Nesting_has_a_limit_and_works_up_to_it_on_small_stacks(string open, string middle, string close)
    {
        string Nested(int depth) => string.Concat(Enumerable.Repeat(open, depth)) + middle + string.Concat(Enumerable.Repeat(close, depth));
        var thread = new Thread(() =>
        {
            var good = TextParser.ParseExpression(new(Nested(120)));
            Assert.True(good.Value is not null, string.Join("\n", good.Errors));
            Assert.Equal(good.Value, TextParser.ParseExpression(new(SyntaxPrinter.Print(good.Value))).OrThrow());
        }, 256 << 10);
        thread.Start();
        thread.Join();
        Assert.Equal("MIND0705", Assert.Single(TextParser.ParseExpression(new(Nested(300))).Errors).Code);
        Assert.Equal("MIND0705", Assert.Single(TextParser.ParseExpression(new(Nested(100_000))).Errors).Code);
    }

    [Fact]
    public void Parentheses_nest_256_levels_deep()
    {
        string Nested(int depth) => new string('(', depth) + "x" + new string(')', depth);
        Assert.NotNull(TextParser.ParseExpression(new(Nested(255))).Value);
        Assert.Equal("MIND0705", Assert.Single(TextParser.ParseExpression(new(Nested(256))).Errors).Code);
    }

    [Fact]
    public void Long_programs_are_not_deep()
    {
        string sum = string.Join(" + ", Enumerable.Repeat("x * y - z", 5000));
        string lets = string.Concat(Enumerable.Range(0, 5000).Select(n => FormattableString.Invariant($"let a{n} = {n} in "))) + "x";
        foreach (string text in new[] { sum, lets })
        {
            var read = TextParser.ParseExpression(new(text)).OrThrow();
            Assert.Equal(read, TextParser.ParseExpression(new(SyntaxPrinter.Print(read))).OrThrow());
        }
    }

    [Fact]
    public void A_text_over_the_limit_is_not_read() =>
        Assert.Equal("MIND0706", Assert.Single(TextParser.ParseExpression(new(new string('x', 101)), TextLimits.Default with { Length = 100 }).Errors).Code);

    [Fact]
    public void Either_tells_definitions_from_expressions()
    {
        Assert.NotNull(TextParser.ParseEither(new("let f x = x")).Module?.Value);
        Assert.NotNull(TextParser.ParseEither(new("let x = 1 in x")).Expression?.Value);
        Assert.NotNull(TextParser.ParseEither(new("1 + 2")).Expression?.Value);
        Assert.NotNull(TextParser.ParseEither(new("open A type T = f64")).Module?.Value);
        Assert.NotEmpty(TextParser.ParseEither(new("let x = in x")).Expression!.Errors);
    }

    [Fact]
    public void Parser_and_printer_agree_on_the_words_that_are_no_names() =>
        Assert.Equal(Identifier.Keywords.Order(StringComparer.Ordinal), MindDsl.Text.Parsing.TokenKinds.Keywords.Keys.Order(StringComparer.Ordinal));

    [Fact]
    public void Comments_stay_above_what_they_belong_to()
    {
        const string text = """
            // The price.
            let price s = // of a share
              (* twice,
                 as agreed *)
              let t = 2.0 * s in // doubled
              // the result
              t

            (* another *) let g x = x
            // the end

            """;
        string formatted = MindText.Format(text.ReplaceLineEndings("\n"));
        Assert.Equal("""
            // The price.
            // of a share
            let price s =
              (* twice,
                 as agreed *)
              // doubled
              let t = 2.0 * s in
              // the result
              t

            (* another *)
            let g x = x
            // the end

            """.ReplaceLineEndings("\n"), formatted);
        Assert.Equal(TextParser.ParseModule(new(text)).OrThrow(), TextParser.ParseModule(new(formatted)).OrThrow());
    }

    [Fact]
    public void Lines_are_broken_where_they_are_too_long()
    {
        const string text = "let price s k v t = let d = (log (s / k) + v * v / 2.0 * t) / (v * sqrt t) in if t <= 0.0 then max (s - k) 0.0 else s * cdf d - k * cdf (d - v * sqrt t)";
        Assert.Equal("""
            let price s k v t =
              let d = (log (s / k) + v * v / 2.0 * t) / (v * sqrt t) in
              if t <= 0.0 then
                max (s - k) 0.0
              else
                s * cdf d - k * cdf (d - v * sqrt t)

            """.ReplaceLineEndings("\n"), MindText.Format(text, 60));
    }
}
