using MindDsl.Ir;
using MindDsl.Text.Syntax;
using Sprache;

namespace MindDsl.Text.Parsing;

/// <summary>
/// Parsers of tokens for Sprache. One token ahead decides everywhere, so nothing is read twice; where reading fails, the furthest place says what was expected.
/// </summary>
internal static class Combinators
{
    /// <summary>A token of a kind.</summary>
    public static Parser<Token> Token(TokenKind kind, string? name = null)
    {
        string expected = name ?? kind.Text();
        return i => i is TokenInput input && input.Kind == kind ? Result.Success(input.Token, input.Next) : Failed<Token>(i, expected);
    }

    /// <summary>A token of one of some kinds.</summary>
    public static Parser<Token> Token(string expected, params TokenKind[] kinds) => i =>
        i is TokenInput input && Array.IndexOf(kinds, input.Kind) >= 0 ? Result.Success(input.Token, input.Next) : Failed<Token>(i, expected);

    /// <summary>Failure where something else was expected.</summary>
    public static IResult<T> Failed<T>(IInput input, string expected)
    {
        ((TokenInput)input).Reading.Expect((TokenInput)input, expected);
        return Result.Failure<T>(input, "", []);
    }

    /// <summary>Failure that was noted before.</summary>
    public static IResult<T> Failed<T>(IInput input) => Result.Failure<T>(input, "", []);

    /// <summary>The parser that the kind of the next token selects.</summary>
    public static Parser<T> Choose<T>(string expected, params (TokenKind[] Kinds, Parser<T> Parser)[] choices)
    {
        var table = new Parser<T>?[Enum.GetValues<TokenKind>().Length];
        foreach (var (kinds, parser) in choices)
            foreach (var kind in kinds) table[(int)kind] = parser;
        return i => table[i.Current] is { } parser ? parser(i) : Failed<T>(i, expected);
    }

    /// <summary>What starts with a token of a kind, or null.</summary>
    public static Parser<T?> If<T>(TokenKind kind, Parser<T> parser)
        where T : class => i => i.Current == (char)kind ? parser(i) : Result.Success<T?>(null, i);

    /// <summary>True and the token, or false.</summary>
    public static Parser<bool> Has(TokenKind kind) => i => i.Current == (char)kind ? Result.Success(true, ((TokenInput)i).Next) : Result.Success(false, i);

    /// <summary>As many as start with one of the kinds.</summary>
    public static Parser<Seq<T>> While<T>(TokenKind[] first, Parser<T> parser)
    {
        var starts = new bool[Enum.GetValues<TokenKind>().Length];
        foreach (var kind in first) starts[(int)kind] = true;
        return i =>
        {
            if (!starts[i.Current]) return Result.Success<Seq<T>>([], i);
            var items = new List<T>();
            while (starts[i.Current])
            {
                var item = parser(i);
                if (!item.WasSuccessful) return Failed<Seq<T>>(item.Remainder);
                items.Add(item.Value);
                i = item.Remainder;
            }
            return Result.Success(items.ToSeq(), i);
        };
    }

    /// <summary>At least one, with a token of a kind between them.</summary>
    public static Parser<Seq<T>> Separated<T>(Parser<T> parser, TokenKind separator) => i =>
    {
        var first = parser(i);
        if (!first.WasSuccessful) return Failed<Seq<T>>(first.Remainder);
        if (first.Remainder.Current != (char)separator) return Result.Success<Seq<T>>([first.Value], first.Remainder);
        var items = new List<T> { first.Value };
        i = first.Remainder;
        while (i.Current == (char)separator)
        {
            var item = parser(i.Advance());
            if (!item.WasSuccessful) return Failed<Seq<T>>(item.Remainder);
            items.Add(item.Value);
            i = item.Remainder;
        }
        return Result.Success(items.ToSeq(), i);
    };

    /// <summary>
    /// What stands between an opening token and its closing one: items with separators between them, perhaps none, perhaps one separator more at the end. An item
    /// that cannot be read is reported, and reading goes on behind it.
    /// </summary>
    public static Parser<Seq<T>> Bracketed<T>(Parser<T> item, TokenKind separator, TokenKind close) => i =>
    {
        var input = (TokenInput)i;
        var open = input.Token;
        input = input.Next;
        if (input.Kind == close) return Result.Success<Seq<T>>([], input.Next);
        input.Reading.Brackets++;
        var result = Items(input, open, item, separator, close);
        input.Reading.Brackets--;
        return result;
    };

    private static IResult<Seq<T>> Items<T>(TokenInput input, Token open, Parser<T> item, TokenKind separator, TokenKind close)
    {
        var items = new List<T>();
        while (true)
        {
            var result = item(input);
            if (result.WasSuccessful)
            {
                items.Add(result.Value);
                input = (TokenInput)result.Remainder;
            }
            else if (Skip(input, separator) is { } found) input = found;
            else return Failed<Seq<T>>(result.Remainder);
            if (input.Kind == separator && (input = input.Next).Kind != close) continue;
            if (input.Kind == close) return Result.Success(items.ToSeq(), input.Next);
            if (Close(input, open, close, separator) is not { } behind) return Failed<Seq<T>>(input);
            if (behind.Kind != separator) return Result.Success(items.ToSeq(), behind.Kind == close ? behind.Next : behind);
            input = behind.Next;
        }
    }

    /// <summary>
    /// What stands between a keyword and the token that ends it; if it cannot be read, that is reported and reading goes on at the end. Only where that token follows is there
    /// a result, and then <paramref name="missing"/> stands for what could not be read.
    /// </summary>
    public static Parser<T> Until<T>(TokenKind end, Parser<T> parser, T missing) => i =>
    {
        var result = parser(i);
        if (result.WasSuccessful && result.Remainder.Current == (char)end) return result;
        if (result.WasSuccessful) ((TokenInput)i).Reading.Expect((TokenInput)result.Remainder, end.Text());
        var input = (TokenInput)(result.WasSuccessful ? result.Remainder : i);
        return Skip(input, end) is { } found && found.Kind == end ? Result.Success(missing, found) : Failed<T>(result.Remainder);
    };

    /// <summary>What was read, with its place in the text.</summary>
    public static Parser<T> Placed<T>(this Parser<T> parser)
        where T : SyntaxNode => i =>
    {
        var result = parser(i);
        return result.WasSuccessful ? Result.Success((T)(result.Value with { Span = Between(i, result.Remainder) }), result.Remainder) : result;
    };

    /// <summary>The stretch of the text from one place to the token before another.</summary>
    public static TextSpan Between(IInput first, IInput behind)
    {
        var (from, to) = ((TokenInput)first, (TokenInput)behind);
        return to.Position > from.Position ? TextSpan.Between(from.Token.Span, to.Previous.Span) : from.Token.Span with { Length = 0 };
    }

    /// <summary>Reports what was expected at the furthest place, and finds the next token of a kind, or what closes the bracket around, outside of brackets that are opened on the way.</summary>
    private static TokenInput? Skip(TokenInput input, TokenKind wanted)
    {
        var reading = input.Reading;
        var furthest = reading.ReportFurthest();
        if (reading.IsStopped) return null;
        // The tokens up to the furthest place are known: brackets that are still open there have to be closed.
        int open = 0, lets = 0;
        for (; !input.AtEnd; input = input.Next)
        {
            if (input.Position >= furthest.Position && open <= 0 && lets <= 0 && input.Kind == wanted) return input;
            if (IsDefinition(input)) return null;
            if (input.Kind.Opens()) open++;
            else if (input.Kind.Closes() && open-- <= 0)
            {
                // What closes nothing is passed over.
                if (reading.Brackets > 0 && input.Position >= furthest.Position) return input;
                open = 0;
            }
            else if (input.Kind == TokenKind.Let && open <= 0) lets++;
            else if (input.Kind == TokenKind.In && open <= 0) lets--;
        }
        return null;
    }

    /// <summary>Reports that a bracket is not closed, and finds where reading can go on.</summary>
    private static TokenInput? Close(TokenInput input, Token open, TokenKind close, TokenKind separator)
    {
        var reading = input.Reading;
        if (input.AtEnd || IsDefinition(input))
        {
            reading.Report(Diagnostics.NotClosed(reading.Text(open), close.Text(), reading.Source.Picture(open.Span)), open.Start);
            return null;
        }
        reading.Expect(input, separator.Text());
        reading.Expect(input, close.Text());
        return Skip(input, separator);
    }

    /// <summary>True if a definition of the module seems to start: with a word of definitions at the start of a line.</summary>
    public static bool IsDefinition(TokenInput input)
    {
        if (input.Kind is not (TokenKind.Let or TokenKind.Type or TokenKind.Open or TokenKind.Module)) return false;
        int start = input.Token.Start;
        return start == 0 || input.Source[start - 1] is '\n' or '\r';
    }
}
