using MindDsl.Ir;

namespace MindDsl.Text.Syntax;

/// <summary>A type.</summary>
internal abstract record TypeSyntax : SyntaxNode;

/// <summary><c>f64</c>, <c>unit</c>, <c>Model</c>, <c>Nets.Model</c>, <c>seq&lt;f64&gt;</c>, <c>Pair&lt;f64, i64&gt;</c></summary>
internal sealed record NamedTypeSyntax(Seq<NameSyntax> Name, Seq<TypeSyntax> Arguments) : TypeSyntax;

/// <summary><c>'a</c></summary>
internal sealed record TypeVariableSyntax(string Name) : TypeSyntax;

/// <summary><c>f32[batch, 784]</c>; <c>f64[]</c> has no sizes.</summary>
internal sealed record TensorTypeSyntax(TypeSyntax Element, Seq<SizeSyntax> Sizes) : TypeSyntax;

/// <summary><c>a * b</c>, two or more.</summary>
internal sealed record TupleTypeSyntax(Seq<TypeSyntax> Items) : TypeSyntax;

/// <summary><c>a -> b -> c</c>: several parameters and a result. <c>a -> (b -> c)</c> has one parameter.</summary>
internal sealed record FunctionTypeSyntax(Seq<TypeSyntax> Parameters, TypeSyntax Result) : TypeSyntax;

/// <summary>A length: a polynomial in named sizes, or <c>_</c> (no terms, and not known). Zero is one term without names.</summary>
internal sealed record SizeSyntax(Seq<SizeTermSyntax> Terms) : SyntaxNode
{
    /// <summary>True of <c>_</c>.</summary>
    public bool IsWildcard => Terms.Count == 0;
}

/// <summary>A product of a number and named sizes; the sign is in the number.</summary>
internal sealed record SizeTermSyntax(long Coefficient, Seq<NameSyntax> Names) : SyntaxNode;

/// <summary>An attribute of an operation.</summary>
internal abstract record AttributeSyntax : SyntaxNode;

/// <summary><c>[a, b]</c></summary>
internal sealed record ListAttributeSyntax(Seq<AttributeSyntax> Items) : AttributeSyntax;

/// <summary>A size, and every single word: <c>2*n+1</c>, <c>3</c>, <c>forward</c>, <c>f32</c>.</summary>
internal sealed record SizeAttributeSyntax(SizeSyntax Size) : AttributeSyntax;

/// <summary>A type that is more than a word: <c>f32[3]</c>, <c>seq&lt;f64&gt;</c>.</summary>
internal sealed record TypeAttributeSyntax(TypeSyntax Type) : AttributeSyntax;

/// <summary>A number with a point, a truth value, <c>nan</c>, <c>inf</c>.</summary>
internal sealed record LiteralAttributeSyntax(Literal Value) : AttributeSyntax;

/// <summary>A text in quotation marks.</summary>
internal sealed record StringAttributeSyntax(string Text) : AttributeSyntax;

/// <summary><c>@[0, 1]</c>: the axes of the result at which an index operand is read.</summary>
internal sealed record IndexedAttributeSyntax(Seq<AttributeSyntax> Axes) : AttributeSyntax;
