using MindDsl.Backends;
using MindDsl.Backends.Cpu;
using Xunit;
using static MindDsl.Mind;

namespace MindDsl.Tests.Text;

public class MindLanguageTests
{
    /// <summary>What the formulas of a host's users may read.</summary>
    public sealed record Market(double Spot, double Rate);

    private static readonly Fn<double, double> Square = Fn((double x) => x * x);

    private static readonly MindLanguage Host = MindLanguage.Plain
        .WithConstant("scale", 3.0, "the scale")
        .WithConstant("weights", new double[] { 1, 2 })
        .WithConstant("market", new Market(100, 0.05))
        .WithFunction("sq", Square, "the square")
        .WithType<Market>();

    private static MindLanguage Bounded(LanguageLimits limits) => Host.WithLimits(limits);

    [Fact]
    public void A_host_offers_constants_functions_and_types()
    {
        Assert.Equal(12, Host.Parse<Fn<double, double>>("fun x -> scale * sq x")(2));
        Assert.Equal(12, Host.Parse<Fn<double, double>>("fun x -> scale * sq x").Grad()(2));
        Assert.Equal(8, Host.Parse<Fn<double, double>>("fun x -> sum (weights * x) + weights[1]")(2));
        Assert.Equal(5, Host.Parse<Fn<double>>("market.Spot * market.Rate")());
        Assert.Equal(7, Host.Parse<Fn<double, double>>("let f (m: Market) = m.Spot + m.Rate in fun x -> f { Spot = x; Rate = 5 }")(2));
        Assert.Equal(17, Host.Formula<Market, double>("Spot * scale + Rate")(new(5, 2)));
        Assert.Equal(new Market(3, 1), Host.Formula<Market, double>("Spot * scale + Rate").Grad()(new(5, 2)));
        Assert.Equal("MIND0730", Assert.Throws<MindDslException>(() => Parse<Fn<double>>("scale")).Code);
    }

    [Fact]
    public void Names_of_a_host_are_names_of_the_language() => Assert.All(["", "1a", "let", "a b", "x+"],
        name => Assert.Contains(Assert.Throws<MindDslException>(() => Host.WithConstant(name, 1.0)).Code, (string[])["MIND0763"]));

    [Theory]
    [InlineData(LanguageFeatures.Recursion, "let rec f x = if x > 0 then f (x - 1) else x")]
    [InlineData(LanguageFeatures.Loops, "fun x -> while x when fun r -> r > 0 do fun r -> r - 1")]
    [InlineData(LanguageFeatures.Loops, "iterate 3 sin")]
    [InlineData(LanguageFeatures.Random, "fun x -> x + uniform<[1], f64>(1L)[0]")]
    [InlineData(LanguageFeatures.Types, "type T = { A: f64 } let f x = x")]
    [InlineData(LanguageFeatures.Functions, "fun x -> let f y = y in f x")]
    [InlineData(LanguageFeatures.Transformations, "grad sin")]
    public void A_host_refuses_parts_of_the_language(LanguageFeatures feature, string text)
    {
        var error = Assert.Throws<MindDslException>(() => Host.Without(feature).Parse<Fn<double, double>>(text));
        Assert.Equal("MIND0757", error.Code);
    }

    [Theory]
    [InlineData("fun x -> while x when fun r -> r > 0 do fun r -> r + sin r + 2")]
    [InlineData("fun x -> while x when fun r -> r > 0 do fun r -> r + x")]
    [InlineData("let rec f x = if x > 0 then f (x + 1) + 1 else x")]
    [InlineData("let rec f x = if x > 0 then f (x + 1) * x else x")]
    [InlineData("let rec f x = if x > 0 then g (x + 1) else x and g x = f x * x let main x = f x")]
    [InlineData("fun x -> iterate 100000 (fun r -> sin r) x")]
    [InlineData("fun x -> sum (map (fun y -> while y when fun r -> r > 0 do fun r -> r + sin r + 2) [x; x])")]
    [InlineData("fun x -> fold (fun s i -> s + sin (x * f64 i)) 0 (range 5000)")]
    public void Steps_are_bounded_in_functions_and_in_their_derivatives(string text)
    {
        foreach (IBackend backend in (IBackend[])[new CpuBackend(), new InterpreterBackend()])
        {
            using var scope = Use(backend);
            var f = Bounded(new() { Fuel = 2000 }).Parse<Fn<double, double>>(text);
            Assert.Equal("MIND0761", Assert.Throws<MindDslException>(() => f(1)).Code);
            Assert.Equal("MIND0761", Assert.Throws<MindDslException>(() => f.Grad()(1)).Code);
            var inside = Fn((double x) => f(x) + 1);
            Assert.Equal("MIND0761", Assert.Throws<MindDslException>(() => inside(1)).Code);
        }
    }

    [Fact]
    public void A_program_within_its_bounds_runs_again_and_again()
    {
        var f = Bounded(new() { Fuel = 1000 }).Parse<Fn<double, double>>("fun x -> while x when fun r -> r < 500 do fun r -> r + 1");
        for (int k = 0; k < 5; k++)
        {
            Assert.Equal(500, f(0));
            Assert.Equal("MIND0761", Assert.Throws<MindDslException>(() => f(-1000)).Code);
        }
        Assert.Equal(1, f.Grad()(0));
    }

    [Theory]
    [InlineData("fun v -> sum (cumsum [for i in 1000000 -> v[0] * f64 i])")]
    [InlineData("fun v -> sum [for i in 100000, j in 100000 -> v[0] * f64 (i + j)]")]
    [InlineData("fun v -> sum (snd (scan (fun s i -> (s + v[0], s * [for k in 1000 -> f64 k])) 0 (range 10000)))")]
    public void Memory_is_bounded(string text)
    {
        var f = Bounded(new() { Memory = 1 << 20, Fuel = long.MaxValue - 1 }).Parse<Fn<double[], double>>(text);
        Assert.Equal("MIND0762", Assert.Throws<MindDslException>(() => f([1])).Code);
        Assert.Equal("MIND0762", Assert.Throws<MindDslException>(() => f.Grad()([1])).Code);
    }

    [Fact]
    public void The_trace_of_a_loop_that_is_differentiated_is_bounded()
    {
        var f = Bounded(new() { Memory = 1 << 20, Fuel = long.MaxValue - 1 }).Parse<Fn<double, double>>("fun x -> while x when fun r -> r < 1e6 do fun r -> r + sin r * sin r");
        Assert.Equal("MIND0762", Assert.Throws<MindDslException>(() => f.Grad()(1)).Code);
    }

    [Fact]
    public void Texts_and_programs_are_bounded()
    {
        var small = Bounded(new() { TextLength = 100, ProgramSize = 1000, Depth = 20 });
        Assert.Equal("MIND0706", Assert.Throws<MindDslException>(() => small.Parse<Fn<double, double>>("fun x -> x" + new string(' ', 100))).Code);
        Assert.Equal("MIND0705", Assert.Throws<MindDslException>(() => small.Parse<Fn<double, double>>("fun x -> " + new string('(', 30) + "x" + new string(')', 30))).Code);
        // Functions of functions grow exponentially, though the text is short.
        var wide = small.WithLimits(new() { ProgramSize = 2000 });
        var f = wide.Parse<Fn<double, double>>("let a x = x * x + x in let b x = a (a (a (a x))) in let c x = b (b (b (b x))) in let d x = c (c (c (c x))) in let e x = d (d (d (d x))) in fun x -> e x");
        Assert.Equal("MIND0760", Assert.Throws<MindDslException>(() => f(0.1)).Code);
        string pairs = "let p x = (x, x) in fun x -> fst " + string.Concat(Enumerable.Repeat("(p ", 60)) + "x" + new string(')', 60);
        Assert.Equal("MIND0760", Assert.Throws<MindDslException>(() => MindLanguage.Plain.Parse<Fn<double, (double, double)>>(pairs)).Code);
    }

    [Fact]
    public void A_run_can_be_cancelled()
    {
        var f = Bounded(new() { Fuel = long.MaxValue - 1 }).Parse<Fn<double, double>>("fun x -> while x when fun r -> r > 0 do fun r -> r + 1");
        using var source = new CancellationTokenSource(50);
        using var scope = MindLanguage.Cancelling(source.Token);
        Assert.Throws<OperationCanceledException>(() => f(1));
    }

    [Fact]
    public void Languages_are_used_from_many_threads()
    {
        var results = new double[64];
        Parallel.For(0, results.Length, new ParallelOptions { MaxDegreeOfParallelism = 8 }, k =>
        {
            string text = FormattableString.Invariant($"fun x -> scale * sq x + {k % 7}");
            var f = Host.Parse<Fn<double, double>>(text);
            results[k] = f(k) + f.Grad()(k);
            Assert.Empty(Host.Check<Fn<double, double>>(text));
            Assert.NotEmpty(Host.Check<Fn<double, double>>(text + " + nothing"));
        });
        for (int k = 0; k < results.Length; k++) Assert.Equal(3.0 * k * k + k % 7 + 6 * k, results[k], 1e-9);
    }

    [Fact]
    public void What_is_available_is_described()
    {
        var names = Host.Describe().ToDictionary(n => n.Name);
        Assert.Equal(new LanguageName("scale", "constant", "f64", "the scale"), names["scale"]);
        Assert.Equal(new LanguageName("sq", "function", "f64 -> f64", "the square"), names["sq"]);
        Assert.Equal("{ Rate: f64; Spot: f64 }", names["Market"].Type);
        Assert.All(["sin", "softmax", "map", "grad", "f32", "where", "cross_entropy", "matmul"], n => Assert.True(names.ContainsKey(n), n));
        Assert.All(names.Values, n => Assert.NotEqual("", n.Type));
        Assert.DoesNotContain(Host.Without(LanguageFeatures.Transformations | LanguageFeatures.Random).Describe(), n => n.Name is "grad" or "uniform");
        // Everything that is described is known by its name.
        foreach (var name in names.Values.Where(n => n.Kind is "constant" or "conversion" || (n.Kind == "function" && !n.Type.Contains('<', StringComparison.Ordinal))))
            Assert.DoesNotContain(Host.Check<Fn<double>>(name.Name), d => d.Code == "MIND0730");
    }

    [Fact]
    public void All_errors_of_a_text_are_found_at_once()
    {
        var errors = Host.Check<Fn<double, double>>("fun x ->\n  scael * x +\n  sq x x +\n  (if x then 1 else true)");
        Assert.Equal(["MIND0730", "MIND0735", "MIND0731"], errors.Select(e => e.Code).Take(3));
        Assert.Equal("did you mean scale?", errors[0].Help);
        Assert.Equal("line 2, column 3\n  scael * x +\n  ^^^^^", errors[0].At);
    }
}
