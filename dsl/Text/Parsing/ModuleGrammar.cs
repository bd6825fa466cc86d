using MindDsl.Ir;
using MindDsl.Text.Syntax;
using Sprache;
using static MindDsl.Text.Parsing.Combinators;

namespace MindDsl.Text.Parsing;

/// <summary>The grammar of modules and their definitions.</summary>
internal static class ModuleGrammar
{
    private static readonly Parser<BindingSyntax> Binding = ExpressionGrammar.Binding(ExpressionGrammar.Expression);

    private static readonly Parser<LetSyntax> AnyLet =
        (from word in Token(TokenKind.Let)
         from recursive in Has(TokenKind.Rec)
         from bindings in Separated(Binding, TokenKind.And)
         select new LetSyntax(recursive, bindings)).Placed();

    private static readonly Parser<DefinitionSyntax> Let = from bindings in AnyLet select (DefinitionSyntax)new LetDefinitionSyntax(bindings);

    private static readonly Parser<DefinitionSyntax> Open =
        from word in Token(TokenKind.Open)
        from path in TypeGrammar.Path
        select (DefinitionSyntax)new OpenSyntax(path);

    private static readonly Parser<RecordFieldSyntax> RecordField =
        (from name in TypeGrammar.Name
         from colon in Token(TokenKind.Colon)
         from type in (Parser<TypeSyntax>)TypeGrammar.Type
         select new RecordFieldSyntax(name, type)).Placed();

    private static readonly Parser<TypeBodySyntax> Record =
        from fields in Bracketed(RecordField, TokenKind.Semicolon, TokenKind.RightBrace)
        select (TypeBodySyntax)new RecordBodySyntax(fields);

    private static readonly Parser<UnionFieldSyntax> NamedField =
        from name in TypeGrammar.Name
        from colon in Token(TokenKind.Colon)
        from type in TypeGrammar.Factor
        select new UnionFieldSyntax(name, type);

    private static readonly Parser<UnionFieldSyntax> PlainField = from type in TypeGrammar.Factor select new UnionFieldSyntax(null, type);

    private static readonly Parser<UnionFieldSyntax> UnionField = ((Parser<UnionFieldSyntax>)(i =>
        i is TokenInput { Kind: TokenKind.Name } input && input.Ahead(1) == TokenKind.Colon ? NamedField(i) : PlainField(i))).Placed();

    private static readonly Parser<Seq<UnionFieldSyntax>> Fields =
        from word in Token(TokenKind.Of)
        from fields in Separated(UnionField, TokenKind.Star)
        select fields;

    private static readonly Parser<UnionCaseSyntax> Case =
        (from name in TypeGrammar.Name
         from fields in (Parser<Seq<UnionFieldSyntax>>)(i => i.Current == (char)TokenKind.Of ? Fields(i) : Result.Success<Seq<UnionFieldSyntax>>([], i))
         select new UnionCaseSyntax(name, fields)).Placed();

    private static readonly Parser<Seq<UnionCaseSyntax>> Cases = Separated(Case, TokenKind.Bar);

    /// <summary>A bar without a case behind it is a union without cases: printed programs have those until what a derivative keeps is known.</summary>
    private static readonly Parser<Seq<UnionCaseSyntax>> MaybeCases = i =>
        i is TokenInput { Kind: TokenKind.End or TokenKind.Let or TokenKind.Type or TokenKind.Open or TokenKind.And } ? Result.Success<Seq<UnionCaseSyntax>>([], i) : Cases(i);

    private static readonly Parser<TypeBodySyntax> Union =
        from bar in Has(TokenKind.Bar)
        from cases in bar ? MaybeCases : Cases
        select (TypeBodySyntax)new UnionBodySyntax(cases);

    private static readonly Parser<TypeBodySyntax> Alias = from type in (Parser<TypeSyntax>)TypeGrammar.Type select (TypeBodySyntax)new AliasBodySyntax(type);

    private static readonly Parser<TypeBodySyntax> Body = Choose("a type",
        ([TokenKind.LeftBrace], Record),
        ([TokenKind.Bar], Union),
        ([TokenKind.Name], i => ((TokenInput)i).Ahead(1) is TokenKind.Bar or TokenKind.Of ? Union(i) : Alias(i)),
        ([TokenKind.TypeVariable, TokenKind.LeftParenthesis, TokenKind.Operation], Alias)).Placed();

    private static readonly Parser<NameSyntax> Variable = i => i is TokenInput { Kind: TokenKind.TypeVariable } input
        ? Result.Success(new NameSyntax(input.Reading.Text(input.Token)[1..]) { Span = input.Token.Span }, input.Next)
        : Failed<NameSyntax>(i, TokenKind.TypeVariable.Text());

    private static readonly Parser<Seq<NameSyntax>> Variables =
        from open in Token(TokenKind.Less)
        from names in Separated(Variable, TokenKind.Comma)
        from close in Token(TokenKind.Greater)
        select names;

    private static readonly Parser<TypeDefinitionSyntax> Type =
        (from name in TypeGrammar.Name
         from variables in (Parser<Seq<NameSyntax>>)(i => i.Current == (char)TokenKind.Less ? Variables(i) : Result.Success<Seq<NameSyntax>>([], i))
         from sign in Token(TokenKind.Equals)
         from body in Body
         select new TypeDefinitionSyntax(name, variables, body)).Placed();

    private static readonly Parser<DefinitionSyntax> Types =
        from word in Token(TokenKind.Type)
        from types in Separated(Type, TokenKind.And)
        select (DefinitionSyntax)new TypeDefinitionsSyntax(types);

    private static readonly Parser<DefinitionSyntax> Definition = Choose("a definition (let, type, open)",
        ([TokenKind.Let], Let), ([TokenKind.Type], Types), ([TokenKind.Open], Open)).Placed();

    private static readonly Parser<Seq<NameSyntax>> Header = from word in Token(TokenKind.Module) from path in TypeGrammar.Path select path;

    /// <summary>A module. After a definition that cannot be read, reading goes on with the next one.</summary>
    public static ModuleSyntax Module(Reading reading)
    {
        var at = TokenInput.Start(reading);
        var start = at;
        Seq<NameSyntax> name = [];
        var definitions = new List<DefinitionSyntax>();
        if (at.Kind == TokenKind.Module)
        {
            var header = Header(at);
            (name, at) = header.WasSuccessful ? (header.Value, (TokenInput)header.Remainder) : (name, Recover(at));
        }
        while (!at.AtEnd && !reading.IsStopped)
        {
            var definition = Definition(at);
            if (definition.WasSuccessful)
            {
                definitions.Add(definition.Value);
                at = (TokenInput)definition.Remainder;
            }
            else at = Recover(at);
        }
        return new(name, definitions.ToSeq()) { Span = Between(start, at) };
    }

    /// <summary>Reports the error and goes to the next definition.</summary>
    private static TokenInput Recover(TokenInput from)
    {
        var at = from.Reading.ReportFurthest();
        if (at.Position <= from.Position && !at.AtEnd) at = from.Next;
        while (!at.AtEnd && !IsDefinition(at)) at = at.Next;
        return at;
    }
}
