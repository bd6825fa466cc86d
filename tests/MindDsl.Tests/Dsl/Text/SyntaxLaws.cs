using FsCheck.Fluent;
using MindDsl.Ir;
using MindDsl.Testing;
using MindDsl.Tests.Properties;
using MindDsl.Text;
using MindDsl.Text.Printing;
using Xunit;

namespace MindDsl.Tests.Dsl.Text;

/// <summary>Laws of parser and printer on random syntax.</summary>
public class SyntaxLaws
{
    private static T Read<T>(Parsed<T> parsed)
        where T : class => parsed.Value ?? throw new Xunit.Sdk.XunitException(parsed.Source.Text + "\n" + string.Join("\n", parsed.Errors));

    [Fact]
    public void Expressions_read_as_what_was_printed() => DerivativeLaws.Check(DerivativeLaws.Programs(40), p =>
    {
        var expression = new SyntaxGenerator(p.Seed).Expression(p.Size);
        foreach (int width in new[] { 20, 100, 10000 })
        {
            string text = SyntaxPrinter.Print(expression, new(width));
            var read = Read(TextParser.ParseExpression(new(text)));
            Assert.True(expression == read, $"{text}\n{expression}\n{read}");
        }
    }, 1000);

    [Fact]
    public void Modules_read_as_what_was_printed_and_print_the_same_again() => DerivativeLaws.Check(DerivativeLaws.Programs(40), p =>
    {
        var module = new SyntaxGenerator(p.Seed).Module(p.Size);
        string text = SyntaxPrinter.Print(module, new(60));
        var read = Read(TextParser.ParseModule(new(text)));
        Assert.True(module == read, $"{text}\n{module}\n{read}");
        Assert.Equal(text, SyntaxPrinter.Print(read, new(60)));
    }, 500);

    [Fact]
    public void Spans_hold_the_text_that_they_are_of() => DerivativeLaws.Check(DerivativeLaws.Programs(30), p =>
    {
        string text = SyntaxPrinter.Print(new SyntaxGenerator(p.Seed).Expression(p.Size), new(50));
        var read = Read(TextParser.ParseExpression(new(text)));
        Assert.Equal(read, Read(TextParser.ParseExpression(new(text.Substring(read.Span.Start, read.Span.Length)))));
        if (read is MindDsl.Text.Syntax.IfSyntax choice)
            Assert.Equal(choice.Condition, Read(TextParser.ParseExpression(new(text.Substring(choice.Condition.Span.Start, choice.Condition.Span.Length)))));
    }, 300);

    [Fact]
    public void Printed_ir_laid_out_anew_reads_as_the_same_program() => DerivativeLaws.Check(DerivativeLaws.Programs(10), p =>
    {
        string printed = Printer.Print(new ProgramGenerator(p.Seed, smooth: false).Make(p.Size));
        string formatted = MindText.Format(printed, 80);
        Assert.Equal(formatted, MindText.Format(formatted, 80));
        Assert.Equal(printed, Printer.Print(IrText.Read(formatted)));
    }, 100);
}
