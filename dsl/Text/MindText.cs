using MindDsl.Text;
using MindDsl.Text.Printing;

namespace MindDsl;

/// <summary>What a text of the language is, as far as can be said without its meaning.</summary>
public enum TextKind
{
    /// <summary>It may become something when more follows: a bracket is open, or an operand is missing at its end.</summary>
    Incomplete,

    /// <summary>Definitions of a module.</summary>
    Definitions,

    /// <summary>An expression.</summary>
    Expression,

    /// <summary>It cannot be read, whatever follows.</summary>
    Wrong,
}

/// <summary>Texts of the language as such: what they are, and how they are laid out.</summary>
public static class MindText
{
    /// <summary>Lays a text out anew: one style, lines of at most about <paramref name="width"/> characters. Comments go above the definition, let or case that they belong to.</summary>
    /// <exception cref="MindDslException">MIND07xx: the text cannot be read.</exception>
    public static string Format(string text, int width = 100)
    {
        ArgumentNullException.ThrowIfNull(text);
        var (module, expression) = TextParser.ParseEither(new(text));
        return module is not null
            ? SyntaxPrinter.Print(module.OrThrow(), new(width), new(module.Source, module.Comments))
            : SyntaxPrinter.Print(expression!.OrThrow(), new(width), new(expression.Source, expression.Comments));
    }

    /// <summary>What a text is: for programs that read line by line.</summary>
    public static TextKind Examine(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var (module, expression) = TextParser.ParseEither(new(text));
        if (module?.Value is not null) return TextKind.Definitions;
        if (expression?.Value is not null) return TextKind.Expression;
        var error = (module?.Errors ?? expression!.Errors)[0];
        bool mayGoOn = error.Code == "MIND0703" || (error.Code == "MIND0701" && error.Facts.Any(f => f is ("found", "the end of the text")));
        return mayGoOn ? TextKind.Incomplete : TextKind.Wrong;
    }
}
