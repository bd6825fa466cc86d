using Xunit;

namespace MindDsl.Tests.Ir;

public class DiagnosticTests
{
    private static readonly Diagnostic Dot = new(
        "MIND0203",
        "dot: inner axes differ",
        [("left", "f32[32, 784]   axis 1 is 784"), ("right", "f32[128, 10]   axis 0 is 128")],
        "Mnist.cs:41    h.Dot(w)",
        "transpose the right operand, or check the width of the layer before it");

    [Fact]
    public void A_diagnostic_prints_its_statement_and_one_line_per_fact()
    {
        const string expected = """
            MIND0203 dot: inner axes differ
              left   f32[32, 784]   axis 1 is 784
              right  f32[128, 10]   axis 0 is 128
              at     Mnist.cs:41    h.Dot(w)
              help   transpose the right operand, or check the width of the layer before it
            """;
        Assert.Equal(expected.ReplaceLineEndings("\n"), Dot.ToString());
    }

    [Fact]
    public void A_diagnostic_without_facts_prints_one_line() =>
        Assert.Equal("MIND9999 nothing works", new Diagnostic("MIND9999", "nothing works").ToString());

    [Fact]
    public void A_text_of_several_lines_keeps_its_column() =>
        Assert.Equal("MIND9999 s\n  with  a\n        b", new Diagnostic("MIND9999", "s", [("with", "a\r\nb")]).ToString());

    [Fact]
    public void Diagnostics_with_equal_texts_are_equal()
    {
        var copy = Dot with { Facts = [.. Dot.Facts] };
        Assert.Equal(Dot, copy);
        Assert.Equal(Dot.GetHashCode(), copy.GetHashCode());
        Assert.NotEqual(Dot, Dot with { Help = null });
    }

    [Fact]
    public void The_exception_prints_all_diagnostics_and_has_the_code_of_the_first()
    {
        var cause = new InvalidDataException();
        var exception = new MindDslException([Dot, new Diagnostic("MIND9999", "second")], cause);
        Assert.Equal("MIND0203", exception.Code);
        Assert.Equal(2, exception.Diagnostics.Count);
        Assert.Equal(Dot + "\nMIND9999 second", exception.Message);
        Assert.Same(cause, exception.InnerException);
    }

    [Fact]
    public void The_exception_needs_a_diagnostic() => Assert.Throws<ArgumentException>(() => new MindDslException([]));

    [Fact]
    public void An_internal_error_says_that_it_is_a_bug()
    {
        var text = Diagnostics.Internal("a value is used before it is defined", "verify after fusion").ToString();
        Assert.StartsWith("MIND0001 this is a bug in MindDsl", text, StringComparison.Ordinal);
        Assert.Contains("in     verify after fusion", text, StringComparison.Ordinal);
    }
}
