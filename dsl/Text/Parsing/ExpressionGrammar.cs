using MindDsl.Ir;
using MindDsl.Text.Syntax;
using Sprache;
using static MindDsl.Text.Parsing.Combinators;

namespace MindDsl.Text.Parsing;

/// <summary>The grammar of expressions, from the outside in: chains of operators, applications, what may be applied or indexed. The forms with keywords are in the other part.</summary>
internal static partial class ExpressionGrammar
{
    private const string AnExpressionIsExpected = "an expression";

    private static readonly TokenKind[] ArgumentStarts =
    [
        TokenKind.Name, TokenKind.Operation, TokenKind.String, TokenKind.LeftParenthesis, TokenKind.LeftBracket, TokenKind.LeftBrace, TokenKind.SignMinus, TokenKind.Fun, TokenKind.Scan,
        .. Literals.Kinds,
    ];

    private static readonly bool[] StartsArgument = Table(ArgumentStarts);

    private static readonly Parser<ExpressionSyntax> Number = from value in Literals.Number select (ExpressionSyntax)new LiteralSyntax(value);

    private static readonly Parser<ExpressionSyntax> String = from text in Literals.String select (ExpressionSyntax)new StringSyntax(text);

    private static readonly Parser<ExpressionSyntax> Name = i => i is TokenInput { Kind: TokenKind.Name or TokenKind.Scan or TokenKind.And } input
        ? Result.Success(new NameExpressionSyntax(input.Reading.Text(input.Token)) { Span = input.Token.Span }, input.Next)
        : Failed<ExpressionSyntax>(i, "a name");

    private static readonly Parser<ExpressionSyntax> Operation = i =>
    {
        var input = (TokenInput)i;
        var attributes = TypeGrammar.Attributes(input.Next);
        return attributes.WasSuccessful
            ? Result.Success(new OperationSyntax(input.Reading.Text(input.Token), attributes.Value) { Span = Between(i, attributes.Remainder) }, attributes.Remainder)
            : Failed<ExpressionSyntax>(attributes.Remainder);
    };

    private static readonly Parser<ExpressionSyntax> Typed =
        (from expression in (Parser<ExpressionSyntax>)Expression
         from type in Combinators.If(TokenKind.Colon, from colon in Token(TokenKind.Colon) from type in (Parser<TypeSyntax>)TypeGrammar.Type select type)
         select type is null ? expression : new AnnotationSyntax(expression, type)).Placed();

    private static readonly Parser<ExpressionSyntax> TupleItems =
        (from items in Bracketed(Typed, TokenKind.Comma, TokenKind.RightParenthesis)
         select items.Count == 1 ? items[0] : new TupleSyntax(items)).Placed();

    private static readonly Parser<ExpressionSyntax> Parenthesised = i => OperatorName((TokenInput)i) ?? TupleItems(i);

    private static readonly Parser<FieldBindingSyntax> FieldBinding =
        (from name in TypeGrammar.Name
         from sign in Token(TokenKind.Equals)
         from value in (Parser<ExpressionSyntax>)Expression
         select new FieldBindingSyntax(name, value)).Placed();

    private static readonly Parser<ExpressionSyntax> Record =
        (from fields in Bracketed(FieldBinding, TokenKind.Semicolon, TokenKind.RightBrace)
         select (ExpressionSyntax)new RecordSyntax(fields)).Placed();

    private static readonly Parser<ExpressionSyntax> RecordUpdate =
        (from open in Token(TokenKind.LeftBrace)
         from source in (Parser<ExpressionSyntax>)Expression
         from fields in Choose(TokenKind.With.Text(), ([TokenKind.With], Bracketed(FieldBinding, TokenKind.Semicolon, TokenKind.RightBrace)))
         select (ExpressionSyntax)new RecordUpdateSyntax(source, fields)).Placed();

    private static readonly Parser<ExpressionSyntax> Braces = i =>
        ((TokenInput)i).Ahead(1) == TokenKind.RightBrace || (((TokenInput)i).Ahead(1) == TokenKind.Name && ((TokenInput)i).Ahead(2) == TokenKind.Equals) ? Record(i) : RecordUpdate(i);

    private static readonly Parser<ExpressionSyntax> List =
        (from items in Bracketed((Parser<ExpressionSyntax>)Range, TokenKind.Semicolon, TokenKind.RightBracket)
         select items is [RangeSyntax range] ? Indices(range) : new ListSyntax(items)).Placed();

    /// <summary><c>[a..b]</c> is <c>[for i in a..b -> i]</c>.</summary>
    private static ExpressionSyntax Indices(RangeSyntax range) => new ComprehensionSyntax(
        [new(new NamePatternSyntax("i") { Span = range.Span }, range) { Span = range.Span }], new NameExpressionSyntax("i") { Span = range.Span });

    private static readonly Parser<IterationSyntax> Iteration =
        (from target in (Parser<PatternSyntax>)PatternGrammar.Pattern
         from word in Token(TokenKind.In)
         from source in (Parser<ExpressionSyntax>)Range
         select new IterationSyntax(target, source)).Placed();

    private static readonly Parser<ExpressionSyntax> Comprehension =
        (from open in Token(TokenKind.LeftBracket)
         from word in Token(TokenKind.For)
         from iterations in Separated(Iteration, TokenKind.Comma)
         from arrow in Token(TokenKind.Arrow)
         from body in (Parser<ExpressionSyntax>)Expression
         from close in Token(TokenKind.RightBracket)
         select (ExpressionSyntax)new ComprehensionSyntax(iterations, body)).Placed();

    private static readonly Parser<ExpressionSyntax> Brackets = i => ((TokenInput)i).Ahead(1) == TokenKind.For ? Comprehension(i) : List(i);

    private static readonly Parser<ExpressionSyntax> Atom = Choose(AnExpressionIsExpected,
        ([TokenKind.Name, TokenKind.Scan, TokenKind.And], Name), ([TokenKind.Operation], Operation), (Literals.Kinds, Number.Placed()), ([TokenKind.String], String.Placed()),
        ([TokenKind.LeftParenthesis, TokenKind.CallParenthesis], Parenthesised), ([TokenKind.LeftBracket, TokenKind.IndexBracket], Brackets), ([TokenKind.LeftBrace], Braces));

    private static readonly Parser<Seq<ExpressionSyntax>> IndexItems = Bracketed((Parser<ExpressionSyntax>)IndexItem, TokenKind.Comma, TokenKind.RightBracket);

    private static readonly Parser<ExpressionSyntax> AnyExpression = Chain;

    /// <summary>An expression.</summary>
    public static IResult<ExpressionSyntax> Expression(IInput input) => ((TokenInput)input).Reading.Nested(AnyExpression, (TokenInput)input);

    /// <summary>Operands with operators between them.</summary>
    private static IResult<ExpressionSyntax> Chain(IInput input)
    {
        var first = Operand(input);
        if (!first.WasSuccessful || OperatorChain.OperatorAt((TokenInput)first.Remainder) is null) return first;
        var chain = new OperatorChain(first.Value);
        var at = (TokenInput)first.Remainder;
        while (OperatorChain.OperatorAt(at) is var (op, tokens))
        {
            var place = at;
            for (int n = 0; n < tokens; n++) at = at.Next;
            var operand = Operand(at);
            if (!operand.WasSuccessful) return operand;
            // The operands of ** nest.
            if (op == BinaryOperator.Power && at.Reading.IsTooDeep(at, chain.Powers + 1)) return Failed<ExpressionSyntax>(at);
            chain.Add(new(op) { Span = Between(place, at) }, operand.Value);
            at = (TokenInput)operand.Remainder;
        }
        return Result.Success(chain.Finish(), at);
    }

    /// <summary>An application, perhaps with signs before it, or a form with a keyword, which takes all that follows.</summary>
    private static IResult<ExpressionSyntax> Operand(IInput input)
    {
        var at = (TokenInput)input;
        if (at.Kind is TokenKind.Minus or TokenKind.SignMinus && !Literals.IsSigned(at))
        {
            var operand = at.Reading.Nested(Operand, at.Next);
            return operand.WasSuccessful ? Result.Success(new NegationSyntax(operand.Value) { Span = Between(at, operand.Remainder) }, operand.Remainder) : operand;
        }
        return Forms[input.Current] is { } form ? form(input) : Application(at);
    }

    private static IResult<ExpressionSyntax> Application(TokenInput at)
    {
        var function = Postfix(at);
        if (!function.WasSuccessful || !StartsArgument[function.Remainder.Current] || IsConstant(at)) return function;
        var arguments = Arguments((TokenInput)function.Remainder);
        return arguments.WasSuccessful
            ? Result.Success(new ApplicationSyntax(function.Value, arguments.Value) { Span = Between(at, arguments.Remainder) }, arguments.Remainder)
            : Failed<ExpressionSyntax>(arguments.Remainder);
    }

    /// <summary>True at a number or text, which is no function: <c>2 -1</c> is a difference.</summary>
    private static bool IsConstant(TokenInput at) => at.Kind == TokenKind.String || Literals.IsSigned(at) || Array.IndexOf(Literals.Kinds, at.Kind) >= 0;

    private static IResult<Seq<ExpressionSyntax>> Arguments(TokenInput at)
    {
        var arguments = new List<ExpressionSyntax>();
        while (StartsArgument[at.Current])
        {
            var argument = at.Kind switch
            {
                TokenKind.Fun => Function(at),
                TokenKind.SignMinus when !Literals.IsSigned(at) => Negated(at),
                _ => Postfix(at),
            };
            if (!argument.WasSuccessful) return Failed<Seq<ExpressionSyntax>>(argument.Remainder);
            arguments.Add(argument.Value);
            at = (TokenInput)argument.Remainder;
        }
        return Result.Success(arguments.ToSeq(), at);
    }

    private static IResult<ExpressionSyntax> Negated(TokenInput at)
    {
        var operand = Postfix(at.Next);
        return operand.WasSuccessful ? Result.Success(new NegationSyntax(operand.Value) { Span = Between(at, operand.Remainder) }, operand.Remainder) : operand;
    }

    /// <summary>What may be applied, with fields, indices and calls that touch it.</summary>
    private static IResult<ExpressionSyntax> Postfix(TokenInput start)
    {
        var result = Literals.IsSigned(start) ? Number.Placed()(start) : Atom(start);
        for (int depth = 1; result.WasSuccessful; depth++)
        {
            var at = (TokenInput)result.Remainder;
            if (at.Kind is not (TokenKind.Dot or TokenKind.IndexBracket or TokenKind.CallParenthesis)) return result;
            if (at.Reading.IsTooDeep(at, depth)) return Failed<ExpressionSyntax>(at);
            result = at.Kind switch
            {
                TokenKind.Dot => TypeGrammar.Name(at.Next).Then(result.Value, start, (target, name) => new FieldSyntax(target, name)),
                TokenKind.IndexBracket => IndexItems(at).Then(result.Value, start, (target, items) => new IndexSyntax(target, items)),
                _ => Parenthesised(at).Then(result.Value, start, (target, argument) => new ApplicationSyntax(target, [argument])),
            };
        }
        return result;
    }

    private static IResult<ExpressionSyntax> Then<T>(this IResult<T> part, ExpressionSyntax target, TokenInput start, Func<ExpressionSyntax, T, ExpressionSyntax> make) =>
        part.WasSuccessful
            ? Result.Success((ExpressionSyntax)(make(target, part.Value) with { Span = Between(start, part.Remainder) }), part.Remainder)
            : Failed<ExpressionSyntax>(part.Remainder);

    /// <summary>An operator in parentheses, or null.</summary>
    private static IResult<ExpressionSyntax>? OperatorName(TokenInput open)
    {
        var at = open.Next;
        if (at.Kind is TokenKind.Minus or TokenKind.SignMinus && open.Ahead(2) != TokenKind.RightParenthesis) return null;
        if (OperatorChain.OperatorAt(at) is not var (op, tokens)) return null;
        for (int n = 0; n < tokens; n++) at = at.Next;
        return at.Kind == TokenKind.RightParenthesis
            ? Result.Success(new OperatorNameSyntax(op) { Span = Between(open, at.Next) }, at.Next)
            : Failed<ExpressionSyntax>(at, ")");
    }

    /// <summary>An item of an index: <c>*</c>, a range or an expression.</summary>
    private static IResult<ExpressionSyntax> IndexItem(IInput input) => input.Current == (char)TokenKind.Star
        ? Result.Success(new RangeSyntax(null, null, null) { Span = ((TokenInput)input).Token.Span }, input.Advance())
        : Range(input);

    /// <summary>An expression, or a range.</summary>
    private static IResult<ExpressionSyntax> Range(IInput input)
    {
        ExpressionSyntax? start = null, step = null, end = null;
        var at = input;
        if (at.Current != (char)TokenKind.DotDot)
        {
            var first = Expression(at);
            if (!first.WasSuccessful || first.Remainder.Current != (char)TokenKind.DotDot) return first;
            (start, at) = (first.Value, first.Remainder);
        }
        at = at.Advance();
        if (EndsRange(at)) return Made();
        var next = Expression(at);
        if (!next.WasSuccessful) return next;
        (end, at) = (next.Value, next.Remainder);
        if (at.Current != (char)TokenKind.DotDot || start is null) return Made();
        at = at.Advance();
        (step, end) = (end, null);
        if (EndsRange(at)) return Made();
        var last = Expression(at);
        if (!last.WasSuccessful) return last;
        (end, at) = (last.Value, last.Remainder);
        return Made();

        IResult<ExpressionSyntax> Made() => Result.Success(new RangeSyntax(start, step, end) { Span = Between(input, at) }, at);
    }

    private static bool EndsRange(IInput input) => ((TokenInput)input).Kind is TokenKind.Comma or TokenKind.Semicolon or TokenKind.RightBracket or TokenKind.Arrow;

    private static bool[] Table(TokenKind[] kinds)
    {
        var table = new bool[Enum.GetValues<TokenKind>().Length];
        foreach (var kind in kinds) table[(int)kind] = true;
        return table;
    }
}
