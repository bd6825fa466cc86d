using System.Diagnostics;
using System.Globalization;
using System.Text;
using Xunit;

namespace MindDsl.Tests.Text;

/// <summary>Texts that are made to take long end soon, and can be cancelled while they are read, differentiated and compiled.</summary>
public class BoundTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    private static string Nested(int depth, string first, Func<int, string> next, string last)
    {
        var text = new StringBuilder(first);
        for (int k = 1; k <= depth; k++) text.Append(next(k)).Append(" in ");
        return text.Append(last).ToString();
    }

    public sealed record Market(double Spot);

    private static string N(int k) => k.ToString(CultureInfo.InvariantCulture);

    public static TheoryData<string> Exponential =>
    [
        // The type of each name is twice as large as that of the one before.
        Nested(40, "let f0 = fun x -> (x, x) in ", k => $"let f{N(k)} = fun x -> f{N(k - 1)} (f{N(k - 1)} x)", "f40 1"),
        Nested(40, "let x0 = 1.0 in ", k => $"let x{N(k)} = (x{N(k - 1)}, x{N(k - 1)})", "x40"),
        Nested(40, "let x0 = 1.0 in ", k => $"let x{N(k)} = [(x{N(k - 1)}, x{N(k - 1)})]", "x40"),
        Nested(40, "let x0 = 1.0 in ", k => $"let x{N(k)} = {{ A = x{N(k - 1)}; B = x{N(k - 1)} }}", "x40"),
        Nested(40, "let f0 x y = x + y in ", k => $"let f{N(k)} x y = f{N(k - 1)} (f{N(k - 1)} x y) (f{N(k - 1)} y x)", "f40 1.0 2.0"),
        Nested(40, "let f0 = fun a b -> a in ", k => $"let f{N(k)} = fun z -> z f{N(k - 1)} f{N(k - 1)}", "f40"),
        // Names that are polymorphic, each used twice by the next: as many constraints as uses.
        Nested(25, "let f0 = fun x -> x * x in ", k => $"let f{N(k)} = fun x -> f{N(k - 1)} x + f{N(k - 1)} x", "f25 1.0"),
        // Derivatives of derivatives.
        string.Concat(Enumerable.Repeat("grad (", 30)) + "fun x -> exp (sin x) * x" + new string(')', 30) + " 1.0",
        string.Concat(Enumerable.Repeat("hessian (fun v -> sum (", 12)) + "exp v" + string.Concat(Enumerable.Repeat(" v))", 12)),
    ];

    [Theory]
    [MemberData(nameof(Exponential))]
    public void Exponential_texts_end_with_a_designed_error_or_a_value(string text)
    {
        var clock = Stopwatch.StartNew();
        try
        {
            MindLanguage.Plain.Parse<Fn<double>>(text)();
        }
        catch (MindDslException error)
        {
            Assert.All(error.Diagnostics, d => Assert.Matches("^MIND0[1-9]", d.Code));
        }
        Assert.True(clock.Elapsed < Soon, $"{clock.Elapsed}");
    }

    [Fact]
    public void Types_that_grow_without_bound_are_a_program_that_is_too_large() => Assert.Equal("MIND0760", Assert.Throws<MindDslException>(() => MindLanguage.Plain.TypeOf(
        Nested(40, "let f0 = fun x -> (x, x) in ", k => $"let f{N(k)} = fun x -> f{N(k - 1)} (f{N(k - 1)} x)", "f40 1"))).Code);

    [Fact]
    public void Derivatives_that_grow_without_bound_are_a_program_that_is_too_large()
    {
        string text = "fun x -> " + string.Concat(Enumerable.Repeat("grad (", 20)) + "fun x -> exp (sin x) * tanh x" + new string(')', 20) + " x";
        Assert.Equal("MIND0760", Assert.Throws<MindDslException>(() => MindLanguage.Plain.Parse<Fn<double, double>>(text)(1)).Code);
    }

    [Fact]
    public void A_cancelled_token_ends_reading_checking_and_compiling()
    {
        var language = MindLanguage.Plain;
        var before = language.Parse<Fn<double, double>>("fun x -> x * 2.25");
        using var source = new CancellationTokenSource();
        source.Cancel();
        using (MindLanguage.Cancelling(source.Token))
        {
            Assert.Throws<OperationCanceledException>(() => language.Parse<Fn<double, double>>("fun x -> x * 3.25"));
            Assert.Throws<OperationCanceledException>(() => language.Check<Fn<double, double>>("fun x -> x * 4.25"));
            Assert.Throws<OperationCanceledException>(() => language.TypeOf("fun x -> x * 5.25"));
            Assert.Throws<OperationCanceledException>(() => language.Formula<Market, double>("Spot + 6.25"));
            Assert.Throws<OperationCanceledException>(() => before(1));
            Assert.Throws<OperationCanceledException>(() => before.Grad()(1));
        }
        // What was cancelled leaves nothing behind.
        Assert.Equal(4.5, before(2));
        Assert.Equal(6.5, language.Parse<Fn<double, double>>("fun x -> x * 3.25")(2));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_takes_long_is_cancelled_on_the_way(bool isInference)
    {
        string text = isInference
            ? string.Join('\n', Enumerable.Range(0, 4000).Select(k => $"let f{N(k)} a b c = (a + b) * c / (a - b) + f (sin a) (cos b) (exp c)")).Replace("+ f (", "+ max (", StringComparison.Ordinal).Replace(") (exp c)", ") * (exp c)", StringComparison.Ordinal)
                + "\nlet main x = f0 x x x"
            : "fun x -> " + string.Concat(Enumerable.Repeat("grad (", 14)) + "fun x -> exp (sin x) * tanh x" + new string(')', 14) + " x";
        var language = MindLanguage.Plain.WithLimits(LanguageLimits.None);
        using var source = new CancellationTokenSource(TimeSpan.FromMilliseconds(isInference ? 5 : 200));
        var clock = Stopwatch.StartNew();
        using (MindLanguage.Cancelling(source.Token))
            Assert.ThrowsAny<OperationCanceledException>(() => language.Parse<Fn<double, double>>(text)(1));
        Assert.True(clock.Elapsed < Soon, $"{clock.Elapsed}");
    }
}
