using MindDsl.Ir;
using MindDsl.Text.Parsing;
using MindDsl.Text.Syntax;

namespace MindDsl.Text;

/// <summary>Reads programs: text to abstract syntax. What is wrong is reported all at once; nothing else is thrown.</summary>
internal static class TextParser
{
    /// <summary>Reads a file: definitions.</summary>
    public static Parsed<ModuleSyntax> ParseModule(SourceText source, TextLimits? limits = null)
    {
        var reading = new Reading(source, limits ?? TextLimits.Default);
        var module = reading.IsStopped ? null : ModuleGrammar.Module(reading);
        return new(reading.HasErrors ? null : module, source, reading.Errors.ToSeq()) { Comments = reading.Comments };
    }

    /// <summary>Reads a formula: one expression.</summary>
    public static Parsed<ExpressionSyntax> ParseExpression(SourceText source, TextLimits? limits = null)
    {
        var reading = new Reading(source, limits ?? TextLimits.Default);
        return reading.IsStopped ? new(null, source, reading.Errors.ToSeq()) : Whole(reading);
    }

    /// <summary>Reads what is either: definitions, or an expression. A text of definitions has no <c>in</c> behind the first one.</summary>
    public static (Parsed<ModuleSyntax>? Module, Parsed<ExpressionSyntax>? Expression) ParseEither(SourceText source, TextLimits? limits = null)
    {
        var first = new Reading(source, (limits ?? TextLimits.Default) with { Errors = 1 });
        bool mayDefine = !first.IsStopped && TokenInput.Start(first).Kind is TokenKind.Let or TokenKind.Type or TokenKind.Open or TokenKind.Module;
        if (!mayDefine) return (null, ParseExpression(source, limits));
        var module = ParseModule(source, limits);
        if (module.Value is not null || TokenInput.Start(first).Kind != TokenKind.Let) return (module, null);
        var expression = ParseExpression(source, limits);
        return expression.Value is not null || first.Tokens.Any(t => t.Kind == TokenKind.In) ? (null, expression) : (module, null);
    }

    private static Parsed<ExpressionSyntax> Whole(Reading reading)
    {
        var result = ExpressionGrammar.Expression(TokenInput.Start(reading));
        if (result.WasSuccessful && result.Remainder.AtEnd && !reading.HasErrors) return new(result.Value, reading.Source, []) { Comments = reading.Comments };
        if (result.WasSuccessful && !result.Remainder.AtEnd) reading.Expect((TokenInput)result.Remainder, "an operator or the end of the text");
        reading.ReportFurthest();
        return new(null, reading.Source, reading.Errors.ToSeq());
    }
}
