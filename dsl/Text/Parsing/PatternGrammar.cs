using MindDsl.Ir;
using MindDsl.Text.Syntax;
using Sprache;
using static MindDsl.Text.Parsing.Combinators;

namespace MindDsl.Text.Parsing;

/// <summary>The grammar of patterns.</summary>
internal static class PatternGrammar
{
    private const string APatternIsExpected = "a pattern";

    /// <summary>The tokens that a pattern without arguments starts with.</summary>
    public static readonly TokenKind[] Starts =
    [
        TokenKind.Name, TokenKind.Underscore, TokenKind.LeftParenthesis, TokenKind.CallParenthesis, TokenKind.LeftBrace, TokenKind.Minus, TokenKind.SignMinus, .. Literals.Kinds,
    ];

    private static readonly Parser<PatternSyntax> Name = from name in TypeGrammar.Name select (PatternSyntax)new NamePatternSyntax(name.Text);

    private static readonly Parser<PatternSyntax> Wildcard = from token in Token(TokenKind.Underscore) select (PatternSyntax)new WildcardPatternSyntax();

    private static readonly Parser<PatternSyntax> Number = from value in Literals.Number select (PatternSyntax)new LiteralPatternSyntax(value);

    private static readonly Parser<PatternSyntax> Typed =
        (from pattern in (Parser<PatternSyntax>)Pattern
         from type in If(TokenKind.Colon, from colon in Token(TokenKind.Colon) from type in (Parser<TypeSyntax>)TypeGrammar.Type select type)
         select type is null ? pattern : new AnnotatedPatternSyntax(pattern, type)).Placed();

    private static readonly Parser<PatternSyntax> Parenthesised =
        from items in Bracketed(Typed, TokenKind.Comma, TokenKind.RightParenthesis)
        select items.Count == 1 ? items[0] : new TuplePatternSyntax(items);

    private static readonly Parser<FieldPatternSyntax> Field =
        (from name in TypeGrammar.Name
         from sign in Token(TokenKind.Equals)
         from pattern in (Parser<PatternSyntax>)Pattern
         select new FieldPatternSyntax(name, pattern)).Placed();

    private static readonly Parser<PatternSyntax> Record =
        from fields in Bracketed(Field, TokenKind.Semicolon, TokenKind.RightBrace)
        select (PatternSyntax)new RecordPatternSyntax(fields);

    private static readonly Parser<PatternSyntax> AnyAtom = Choose(APatternIsExpected,
        ([TokenKind.Name], Name), ([TokenKind.Underscore], Wildcard),
        ([TokenKind.LeftParenthesis, TokenKind.CallParenthesis], Parenthesised), ([TokenKind.LeftBrace], Record),
        ([TokenKind.Minus, TokenKind.SignMinus, .. Literals.Kinds], Number)).Placed();

    private static readonly Parser<PatternSyntax> Case =
        (from name in TypeGrammar.Path
         from fields in While(Starts, (Parser<PatternSyntax>)Atom)
         select fields.Count == 0 && name.Count == 1 ? (PatternSyntax)new NamePatternSyntax(name[0].Text) : new CasePatternSyntax(name, fields)).Placed();

    private static readonly Parser<PatternSyntax> AnyPattern = i => i.Current == (char)TokenKind.Name ? Case(i) : AnyAtom(i);

    /// <summary>A pattern, or several with commas between them.</summary>
    public static readonly Parser<PatternSyntax> Tuple =
        (from items in Separated((Parser<PatternSyntax>)Pattern, TokenKind.Comma)
         select items.Count == 1 ? items[0] : new TuplePatternSyntax(items)).Placed();

    /// <summary>The parameters of a function, perhaps none.</summary>
    public static readonly Parser<Seq<PatternSyntax>> Parameters = While(Starts, (Parser<PatternSyntax>)Atom);

    /// <summary>A pattern without arguments outside of brackets.</summary>
    public static IResult<PatternSyntax> Atom(IInput input) => ((TokenInput)input).Reading.Nested(AnyAtom, (TokenInput)input);

    /// <summary>A pattern.</summary>
    public static IResult<PatternSyntax> Pattern(IInput input) => ((TokenInput)input).Reading.Nested(AnyPattern, (TokenInput)input);
}
