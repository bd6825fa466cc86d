using MindDsl.Ir;
using MindDsl.Text.Syntax;
using Sprache;
using static MindDsl.Text.Parsing.Combinators;

namespace MindDsl.Text.Parsing;

/// <summary>The forms with keywords, which take all that follows them.</summary>
internal static partial class ExpressionGrammar
{
    private static readonly ExpressionSyntax Missing = new TupleSyntax([]);

    private static readonly Parser<ExpressionSyntax> If =
        (from word in Token("if", TokenKind.If, TokenKind.Elif)
         from condition in Until(TokenKind.Then, Expression, Missing)
         from then in Token(TokenKind.Then)
         from first in (Parser<ExpressionSyntax>)Expression
         from second in Choose(TokenKind.Else.Text(), ([TokenKind.Else], Behind(TokenKind.Else, Expression)), ([TokenKind.Elif], ElseIf))
         select (ExpressionSyntax)new IfSyntax(condition, first, second)).Placed();

    private static readonly Parser<ExpressionSyntax> AnyFunction =
        (from word in Token(TokenKind.Fun)
         from parameters in SomeParameters
         from arrow in Token(TokenKind.Arrow)
         from body in (Parser<ExpressionSyntax>)Expression
         select (ExpressionSyntax)new FunctionSyntax(parameters, body)).Placed();

    private static readonly Parser<MatchCaseSyntax> MatchCase =
        (from pattern in PatternGrammar.Tuple
         from arrow in Token(TokenKind.Arrow)
         from body in (Parser<ExpressionSyntax>)Expression
         select new MatchCaseSyntax(pattern, body)).Placed();

    /// <summary>What is matched: several expressions are a tuple, as several patterns are.</summary>
    private static readonly Parser<ExpressionSyntax> Subject = i =>
    {
        var subjects = Separated((Parser<ExpressionSyntax>)Expression, TokenKind.Comma)(i);
        if (!subjects.WasSuccessful) return Failed<ExpressionSyntax>(subjects.Remainder);
        var subject = subjects.Value is [var only] ? only : new TupleSyntax(subjects.Value) { Span = Between(i, subjects.Remainder) };
        return Result.Success(subject, subjects.Remainder);
    };

    private static readonly Parser<ExpressionSyntax> Match =
        (from word in Token(TokenKind.Match)
         from subject in Until(TokenKind.With, Subject, Missing)
         from with in Token(TokenKind.With)
         from bar in Has(TokenKind.Bar)
         from cases in Separated(MatchCase, TokenKind.Bar)
         select (ExpressionSyntax)new MatchSyntax(subject, cases)).Placed();

    private static readonly Parser<ExpressionSyntax> While =
        (from word in Token(TokenKind.While)
         from initial in (Parser<ExpressionSyntax>)Expression
         from when in Token(TokenKind.When)
         from condition in (Parser<ExpressionSyntax>)Expression
         from then in Token(TokenKind.Do)
         from step in (Parser<ExpressionSyntax>)Expression
         select (ExpressionSyntax)new WhileSyntax(initial, condition, step)).Placed();

    private static readonly Parser<SizeSyntax> Stacked =
        from word in Token("stacked", TokenKind.Operation)
        from open in Token(TokenKind.Less)
        from size in (Parser<SizeSyntax>)TypeGrammar.Size
        from close in Token(TokenKind.Greater)
        select size;

    private static readonly Parser<ExpressionSyntax> ScanLoop =
        (from word in Token(TokenKind.Scan)
         from length in (Parser<ExpressionSyntax>)(i => Postfix((TokenInput)i))
         from stacked in Combinators.If(TokenKind.Operation, Stacked)
         from reverse in IsReverse
         from before in Token(TokenKind.From)
         from initial in (Parser<ExpressionSyntax>)Expression
         from over in Token(TokenKind.Over)
         from inputs in (Parser<ExpressionSyntax>)Expression
         from then in Token(TokenKind.Do)
         from step in (Parser<ExpressionSyntax>)Expression
         select (ExpressionSyntax)new ScanSyntax(length, stacked, reverse, initial, inputs, step)).Placed();

    private static readonly Parser<RuleSyntax> Rule =
        (from word in Token(TokenKind.With)
         from kind in TypeGrammar.Name
         from attributes in (Parser<Seq<AttributeSyntax>>)(i => i.Current == (char)TokenKind.Less ? TypeGrammar.Attributes(i) : Result.Success<Seq<AttributeSyntax>>([], i))
         from function in Combinators.If(TokenKind.Name, TypeGrammar.Name)
         select new RuleSyntax(kind, attributes, function)).Placed();

    private static readonly Parser<ExpressionSyntax> Block =
        (from lets in (Parser<Seq<LetSyntax>>)Lets
         from result in (Parser<ExpressionSyntax>)Expression
         select Joined(lets, result)).Placed();

    private static readonly Parser<ExpressionSyntax>?[] Forms = MakeForms();

    private static Parser<Seq<PatternSyntax>> SomeParameters => i =>
    {
        var parameters = PatternGrammar.Parameters(i);
        return parameters.WasSuccessful && parameters.Value.Count == 0 ? Failed<Seq<PatternSyntax>>(i, "a pattern") : parameters;
    };

    private static Parser<Seq<PatternSyntax>> NoParameters => i => Result.Success<Seq<PatternSyntax>>([], i);

    /// <summary>The word <c>reverse</c>, which is a name elsewhere.</summary>
    private static Parser<bool> IsReverse => i =>
        i is TokenInput { Kind: TokenKind.Name } input && input.Reading.Source[input.Token.Span].SequenceEqual("reverse") ? Result.Success(true, input.Next) : Result.Success(false, i);

    /// <summary>A binding: a pattern, or a function with its parameters; type and rule; what it stands for.</summary>
    public static Parser<BindingSyntax> Binding(Parser<ExpressionSyntax> value) =>
        (from target in (Parser<PatternSyntax>)Target
         from parameters in target is NamePatternSyntax ? PatternGrammar.Parameters : NoParameters
         from type in Combinators.If(TokenKind.Colon, Behind(TokenKind.Colon, TypeGrammar.Type))
         from rules in Combinators.While([TokenKind.With], Rule)
         from sign in Token(TokenKind.Equals)
         from right in value
         select new BindingSyntax(target, parameters, type, rules, right)).Placed();

    private static IResult<ExpressionSyntax> Function(IInput input) => ((TokenInput)input).Reading.Nested(AnyFunction, (TokenInput)input);

    private static IResult<ExpressionSyntax> ElseIf(IInput input) => ((TokenInput)input).Reading.Nested(If, (TokenInput)input);

    /// <summary>A name, which may have parameters behind it, or a pattern that has none.</summary>
    private static IResult<PatternSyntax> Target(IInput input)
    {
        var at = (TokenInput)input;
        if (at.Kind != TokenKind.Name || at.Ahead(1) is TokenKind.Comma or TokenKind.Dot) return PatternGrammar.Tuple(input);
        return Result.Success(new NamePatternSyntax(at.Reading.Text(at.Token)) { Span = at.Token.Span }, at.Next);
    }

    private static readonly Parser<BindingSyntax> LocalBinding = Binding(LocalValue);

    /// <summary>The right side of a local binding.</summary>
    private static IResult<ExpressionSyntax> LocalValue(IInput input)
    {
        var result = Expression(input);
        if (result.WasSuccessful && ((TokenInput)result.Remainder).Kind is TokenKind.In or TokenKind.And or TokenKind.Semicolon) return result;
        return Until(TokenKind.In, Expression, Missing)(input);
    }

    /// <summary>Lets one after the other, each with its <c>in</c>, as long as lets follow.</summary>
    private static IResult<Seq<LetSyntax>> Lets(IInput input)
    {
        var lets = new List<LetSyntax>();
        while (input.Current == (char)TokenKind.Let)
        {
            var start = input;
            bool recursive = input.Advance().Current == (char)TokenKind.Rec;
            input = recursive ? input.Advance() : input;
            // Bindings with semicolons between them are lets one after the other.
            do
            {
                var bindings = Separated(LocalBinding, TokenKind.And)(input.Advance());
                if (!bindings.WasSuccessful) return Failed<Seq<LetSyntax>>(bindings.Remainder);
                lets.Add(new(recursive, bindings.Value) { Span = Between(start, bindings.Remainder) });
                (start, input, recursive) = (bindings.Remainder, bindings.Remainder, false);
            }
            while (input.Current == (char)TokenKind.Semicolon);
            if (input.Current != (char)TokenKind.In) return Failed<Seq<LetSyntax>>(input, TokenKind.In.Text());
            input = input.Advance();
        }
        return Result.Success(lets.ToSeq(), input);
    }

    private static ExpressionSyntax Joined(Seq<LetSyntax> lets, ExpressionSyntax result) => new BlockSyntax(lets, result);

    /// <summary>An ordinary function called <c>scan</c>, or the loop: that has one operand before its <c>from</c>.</summary>
    private static IResult<ExpressionSyntax> ScanForm(IInput input)
    {
        var at = ((TokenInput)input).Next;
        if (!StartsArgument[at.Current]) return Result.Success(new NameExpressionSyntax("scan") { Span = ((TokenInput)input).Token.Span }, at);
        var arguments = Arguments(at);
        if (!arguments.WasSuccessful) return Failed<ExpressionSyntax>(arguments.Remainder);
        if (arguments.Remainder.Current == (char)TokenKind.From) return ScanLoop(input);
        var function = new NameExpressionSyntax("scan") { Span = ((TokenInput)input).Token.Span };
        return Result.Success(new ApplicationSyntax(function, arguments.Value) { Span = Between(input, arguments.Remainder) }, arguments.Remainder);
    }

    private static Parser<T> Behind<T>(TokenKind kind, Parser<T> parser) => from word in Token(kind) from part in parser select part;

    private static Parser<ExpressionSyntax>?[] MakeForms()
    {
        var forms = new Parser<ExpressionSyntax>?[Enum.GetValues<TokenKind>().Length];
        forms[(int)TokenKind.If] = If;
        forms[(int)TokenKind.Fun] = AnyFunction;
        forms[(int)TokenKind.Let] = Block;
        forms[(int)TokenKind.Match] = Match;
        forms[(int)TokenKind.While] = While;
        forms[(int)TokenKind.Scan] = ScanForm;
        return forms;
    }
}
