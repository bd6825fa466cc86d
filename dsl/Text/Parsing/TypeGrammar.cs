using System.Globalization;
using MindDsl.Ir;
using MindDsl.Text.Syntax;
using Sprache;
using static MindDsl.Text.Parsing.Combinators;

namespace MindDsl.Text.Parsing;

/// <summary>The grammar of types, sizes and attributes.</summary>
internal static class TypeGrammar
{
    private const string ATypeIsExpected = "a type";
    private const string ASizeIsExpected = "a size";

    /// <summary>A name; where no expression can stand, one that is followed by angle brackets is a name, too.</summary>
    public static readonly Parser<NameSyntax> Name = i => i is TokenInput { Kind: TokenKind.Name or TokenKind.Operation } input
        ? Result.Success(new NameSyntax(input.Reading.Text(input.Token)) { Span = input.Token.Span }, input.Next)
        : Failed<NameSyntax>(i, "a name");

    /// <summary>Names with points between them.</summary>
    public static readonly Parser<Seq<NameSyntax>> Path = Separated(Name, TokenKind.Dot);

    private static readonly Parser<SizeSyntax> SizeParser = ((Parser<SizeSyntax>)ReadSize).Placed();

    private static readonly Parser<Seq<SizeSyntax>> Sizes = Bracketed(SizeParser, TokenKind.Comma, TokenKind.RightBracket);

    private static readonly Parser<TypeSyntax> NamedType =
        (from name in Path
         from arguments in (Parser<Seq<TypeSyntax>>)AngleArguments
         select (TypeSyntax)new NamedTypeSyntax(name, arguments)).Placed();

    private static readonly Parser<TypeSyntax> Variable = i => i is TokenInput { Kind: TokenKind.TypeVariable } input
        ? Result.Success(new TypeVariableSyntax(input.Reading.Text(input.Token)[1..]) { Span = input.Token.Span }, input.Next)
        : Failed<TypeSyntax>(i, "a type variable");

    private static readonly Parser<TypeSyntax> Parenthesised =
        from open in Token("(", TokenKind.LeftParenthesis, TokenKind.CallParenthesis)
        from type in (Parser<TypeSyntax>)Type
        from close in Token(TokenKind.RightParenthesis)
        select type;

    private static readonly Parser<TypeSyntax> Atom = Choose(ATypeIsExpected,
        ([TokenKind.Name, TokenKind.Operation], NamedType), ([TokenKind.TypeVariable], Variable), ([TokenKind.LeftParenthesis, TokenKind.CallParenthesis], Parenthesised));

    /// <summary>A type without <c>*</c> and <c>-></c> outside of brackets.</summary>
    public static readonly Parser<TypeSyntax> Factor = i =>
    {
        var element = Atom(i);
        if (!element.WasSuccessful || element.Remainder.Current is not ((char)TokenKind.IndexBracket or (char)TokenKind.LeftBracket)) return element;
        var sizes = Sizes(element.Remainder);
        return sizes.WasSuccessful
            ? Result.Success(new TensorTypeSyntax(element.Value, sizes.Value) { Span = Between(i, sizes.Remainder) }, sizes.Remainder)
            : Failed<TypeSyntax>(sizes.Remainder);
    };

    private static readonly Parser<TypeSyntax> Product =
        (from items in Separated(Factor, TokenKind.Star)
         select items.Count == 1 ? items[0] : new TupleTypeSyntax(items)).Placed();

    private static readonly Parser<TypeSyntax> Arrow =
        (from parts in Separated(Product, TokenKind.Arrow)
         select parts.Count == 1 ? parts[0] : new FunctionTypeSyntax(parts.Slice(0, parts.Count - 1), parts[parts.Count - 1])).Placed();

    private static readonly Parser<AttributeSyntax> ListAttribute =
        from items in Bracketed((Parser<AttributeSyntax>)Attribute, TokenKind.Comma, TokenKind.RightBracket)
        select (AttributeSyntax)new ListAttributeSyntax(items);

    private static readonly Parser<AttributeSyntax> IndexedAttribute =
        from at in Token(TokenKind.At)
        from axes in Choose("[", ([TokenKind.LeftBracket, TokenKind.IndexBracket], ListAttribute))
        select (AttributeSyntax)new IndexedAttributeSyntax(((ListAttributeSyntax)axes).Items);

    private static readonly Parser<AttributeSyntax> TypeAttribute = from type in (Parser<TypeSyntax>)Type select (AttributeSyntax)new TypeAttributeSyntax(type);

    private static readonly Parser<AttributeSyntax> SizeAttribute = from size in SizeParser select (AttributeSyntax)new SizeAttributeSyntax(size);

    private static readonly Parser<AttributeSyntax> LiteralAttribute = from value in Literals.Number select (AttributeSyntax)new LiteralAttributeSyntax(value);

    private static readonly Parser<AttributeSyntax> StringAttribute = from text in Literals.String select (AttributeSyntax)new StringAttributeSyntax(text);

    private static readonly Parser<AttributeSyntax> AnyAttribute = Choose("an attribute",
        ([TokenKind.LeftBracket, TokenKind.IndexBracket], ListAttribute),
        ([TokenKind.At], IndexedAttribute),
        ([TokenKind.String], StringAttribute),
        ([TokenKind.Float, TokenKind.True, TokenKind.False, TokenKind.Nan, TokenKind.Inf, TokenKind.NanF, TokenKind.InfF, TokenKind.NanF16, TokenKind.InfF16, TokenKind.NanBF16, TokenKind.InfBF16], LiteralAttribute),
        ([TokenKind.Integer, TokenKind.Underscore], SizeAttribute),
        ([TokenKind.Minus, TokenKind.SignMinus], i => ((TokenInput)i).Ahead(1) is TokenKind.Integer or TokenKind.Name ? SizeAttribute(i) : LiteralAttribute(i)),
        ([TokenKind.Name], i => ((TokenInput)i).Ahead(1) is TokenKind.IndexBracket or TokenKind.Less or TokenKind.Dot ? TypeAttribute(i) : SizeAttribute(i)),
        ([TokenKind.TypeVariable, TokenKind.LeftParenthesis, TokenKind.Operation], TypeAttribute)).Placed();

    /// <summary>The attributes of an operation, in angle brackets.</summary>
    public static readonly Parser<Seq<AttributeSyntax>> Attributes =
        from open in Token(TokenKind.Less)
        from items in Separated((Parser<AttributeSyntax>)Attribute, TokenKind.Comma)
        from close in Token(TokenKind.Greater)
        select items;

    /// <summary>A type.</summary>
    public static IResult<TypeSyntax> Type(IInput input) => ((TokenInput)input).Reading.Nested(Arrow, (TokenInput)input);

    /// <summary>A size.</summary>
    public static IResult<SizeSyntax> Size(IInput input) => SizeParser(input);

    private static IResult<AttributeSyntax> Attribute(IInput input) => ((TokenInput)input).Reading.Nested(AnyAttribute, (TokenInput)input);

    /// <summary>The arguments of a named type, which follow without a space.</summary>
    private static IResult<Seq<TypeSyntax>> AngleArguments(IInput input)
    {
        var at = (TokenInput)input;
        if (at.Kind != TokenKind.Less || at.Previous.End != at.Token.Start) return Result.Success<Seq<TypeSyntax>>([], input);
        var items = Separated((Parser<TypeSyntax>)Type, TokenKind.Comma)(at.Next);
        if (!items.WasSuccessful) return items;
        var close = (TokenInput)items.Remainder;
        return close.Kind == TokenKind.Greater ? Result.Success(items.Value, close.Next) : Failed<Seq<TypeSyntax>>(close, ">");
    }

    /// <summary>A polynomial: products of numbers and names with signs between them.</summary>
    private static IResult<SizeSyntax> ReadSize(IInput input)
    {
        var at = (TokenInput)input;
        if (at.Kind == TokenKind.Underscore) return Result.Success(new SizeSyntax([]), at.Next);
        var terms = new List<SizeTermSyntax>();
        bool negative = false;
        if (at.Kind is TokenKind.Minus or TokenKind.SignMinus) (negative, at) = (true, at.Next);
        while (true)
        {
            var start = at;
            long coefficient = negative ? -1 : 1;
            var names = new List<NameSyntax>();
            while (true)
            {
                if (at.Kind == TokenKind.Name) names.Add(new(at.Reading.Text(at.Token)) { Span = at.Token.Span });
                else if (at.Kind != TokenKind.Integer) return Failed<SizeSyntax>(at, ASizeIsExpected);
                else if (!long.TryParse(at.Reading.Text(at.Token), NumberStyles.None, CultureInfo.InvariantCulture, out long number)
                    || Math.BigMul(coefficient, number, out coefficient) != (coefficient >> 63))
                {
                    at.Reading.Report(Diagnostics.NumberMalformed(at.Reading.Text(at.Token), at.Reading.Source.Picture(at.Token.Span), "sizes are whole numbers below 2^63"), at.Token.Start);
                    return Failed<SizeSyntax>(at);
                }
                at = at.Next;
                if (at.Kind != TokenKind.Star) break;
                at = at.Next;
            }
            terms.Add(new(coefficient, names.ToSeq()) { Span = Between(start, at) });
            if (at.Kind is not (TokenKind.Plus or TokenKind.Minus or TokenKind.SignMinus)) return Result.Success(new SizeSyntax(terms.ToSeq()), at);
            negative = at.Kind != TokenKind.Plus;
            at = at.Next;
            // -1*n prints behind a plus: 3+-1*n.
            if (!negative && at.Kind is TokenKind.Minus or TokenKind.SignMinus) (negative, at) = (true, at.Next);
        }
    }
}
