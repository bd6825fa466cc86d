using System.Text.RegularExpressions;
using Spectre.Console;

namespace MindDsl.Examples.Repl;

/// <summary>Where answers go.</summary>
internal interface IOutput
{
    /// <summary>A text of the language, or a line about one.</summary>
    void Code(string text);

    /// <summary>A value and its type.</summary>
    void Value(string value, string type);

    /// <summary>An error.</summary>
    void Error(string text);
}

/// <summary>Plain lines, as a pipe wants them.</summary>
internal sealed class PlainOutput(TextWriter output, TextWriter errors) : IOutput
{
    /// <inheritdoc/>
    public void Code(string text) => Write(output, text);

    /// <inheritdoc/>
    public void Value(string value, string type) => Write(output, $"{value} : {type}");

    /// <inheritdoc/>
    public void Error(string text) => Write(errors, text);

    private static void Write(TextWriter writer, string text)
    {
        writer.WriteLine(text.TrimEnd('\n'));
        writer.Flush();
    }
}

/// <summary>Colours, on a terminal.</summary>
internal sealed partial class TerminalOutput : IOutput
{
    /// <inheritdoc/>
    public void Code(string text) => AnsiConsole.MarkupLine(Coloured(text.TrimEnd('\n')));

    /// <inheritdoc/>
    public void Value(string value, string type) => AnsiConsole.MarkupLine($"[bold]{Markup.Escape(value)}[/] [grey]: {Markup.Escape(type)}[/]");

    /// <inheritdoc/>
    public void Error(string text)
    {
        int end = text.IndexOf('\n', StringComparison.Ordinal);
        string first = end < 0 ? text : text[..end];
        AnsiConsole.MarkupLine($"[red]{Markup.Escape(first)}[/]{Markup.Escape(end < 0 ? "" : text[end..])}");
    }

    /// <summary>A text of the language with colours for words, numbers, texts and comments.</summary>
    public static string Coloured(string text) => Token().Replace(Markup.Escape(text), m =>
        m.Groups["comment"].Success ? $"[grey]{m.Value}[/]"
        : m.Groups["text"].Success ? $"[olive]{m.Value}[/]"
        : m.Groups["word"].Success ? $"[blue]{m.Value}[/]"
        : m.Groups["type"].Success ? $"[teal]{m.Value}[/]"
        : $"[green]{m.Value}[/]");

    [GeneratedRegex("""(?<comment>//.*)|(?<text>"[^"\n]*"?)|\b(?<word>let|rec|and|in|type|of|with|if|then|elif|else|fun|while|when|do|scan|from|over|match|open|module|for|build|inject|closure|invoke)\b|\b(?<type>bool|i32|i64|f32|f64|unit|seq)\b|(?<![\w.])\d[\w.]*""")]
    private static partial Regex Token();
}
