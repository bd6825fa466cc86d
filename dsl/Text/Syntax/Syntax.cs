using MindDsl.Ir;

namespace MindDsl.Text.Syntax;

// The abstract syntax of the language. docs/grammar.md has the grammar.
// Parentheses are not kept: the printer sets those that are needed. Lists of lets and chains of operators are flat, so that long programs are not deep.

/// <summary>A part of a program as it was written.</summary>
/// <remarks>Two are equal if they say the same, wherever they stand.</remarks>
internal abstract record SyntaxNode
{
    /// <summary>Where it stands in the text.</summary>
    public TextSpan Span { get; init; }

    /// <summary>Equality of what is said; the place does not count.</summary>
    public virtual bool Equals(SyntaxNode? other) => other is not null && EqualityContract == other.EqualityContract;

    /// <inheritdoc/>
    public override int GetHashCode() => EqualityContract.GetHashCode();
}

/// <summary>A name where it is bound or where it names a field, a case, a module.</summary>
internal sealed record NameSyntax(string Text) : SyntaxNode
{
    /// <inheritdoc/>
    public override string ToString() => Text;
}

/// <summary>A file: what it opens and what it defines, in order.</summary>
/// <param name="Name">The name after <c>module</c>, if the text starts with one.</param>
/// <param name="Definitions">The definitions.</param>
internal sealed record ModuleSyntax(Seq<NameSyntax> Name, Seq<DefinitionSyntax> Definitions) : SyntaxNode;

/// <summary>One definition of a module.</summary>
internal abstract record DefinitionSyntax : SyntaxNode;

/// <summary><c>open A.B</c></summary>
internal sealed record OpenSyntax(Seq<NameSyntax> Path) : DefinitionSyntax;

/// <summary><c>let f x = e</c>, <c>let rec f x = e and g y = e</c></summary>
internal sealed record LetDefinitionSyntax(LetSyntax Let) : DefinitionSyntax;

/// <summary><c>type T = … and U = …</c></summary>
internal sealed record TypeDefinitionsSyntax(Seq<TypeDefinitionSyntax> Types) : DefinitionSyntax;

/// <summary>One type with its name and its parameters (<c>type Pair&lt;'a, 'b&gt; = …</c>).</summary>
internal sealed record TypeDefinitionSyntax(NameSyntax Name, Seq<NameSyntax> Parameters, TypeBodySyntax Body) : SyntaxNode;

/// <summary>What stands right of the <c>=</c> in a definition of a type.</summary>
internal abstract record TypeBodySyntax : SyntaxNode;

/// <summary><c>{ A: f64; B: f32[n] }</c></summary>
internal sealed record RecordBodySyntax(Seq<RecordFieldSyntax> Fields) : TypeBodySyntax;

/// <summary>A field of a record type.</summary>
internal sealed record RecordFieldSyntax(NameSyntax Name, TypeSyntax Type) : SyntaxNode;

/// <summary><c>| A | B of f64 * i64</c></summary>
internal sealed record UnionBodySyntax(Seq<UnionCaseSyntax> Cases) : TypeBodySyntax;

/// <summary>A case of a union with the types of its fields.</summary>
internal sealed record UnionCaseSyntax(NameSyntax Name, Seq<UnionFieldSyntax> Fields) : SyntaxNode;

/// <summary>A field of a case; it may have a name (<c>Circle of radius: f64</c>).</summary>
internal sealed record UnionFieldSyntax(NameSyntax? Name, TypeSyntax Type) : SyntaxNode;

/// <summary>Another name for a type.</summary>
internal sealed record AliasBodySyntax(TypeSyntax Type) : TypeBodySyntax;

/// <summary>Bindings that belong together: one, or several joined by <c>and</c>.</summary>
internal sealed record LetSyntax(bool IsRecursive, Seq<BindingSyntax> Bindings) : SyntaxNode;

/// <summary>
/// <c>p = e</c>, <c>p: t = e</c>, or a function <c>f p q : t = e</c>: then the target is its name, and there are parameters.
/// </summary>
/// <param name="Target">What is bound.</param>
/// <param name="Parameters">The parameters of a function; none for a value.</param>
/// <param name="Type">The type after the colon: of the result for a function, of the value otherwise.</param>
/// <param name="Rules">What is said of the derivative of a function: <c>with forward g</c>.</param>
/// <param name="Value">What stands right of the <c>=</c>.</param>
internal sealed record BindingSyntax(
    PatternSyntax Target, Seq<PatternSyntax> Parameters, TypeSyntax? Type, Seq<RuleSyntax> Rules, ExpressionSyntax Value) : SyntaxNode;

/// <summary><c>with forward f</c>, <c>with reverse f</c>, <c>with checkpoint&lt;…&gt;</c>, <c>with fixed_point&lt;…&gt; step</c>, <c>with product f with transposed g</c></summary>
internal sealed record RuleSyntax(NameSyntax Kind, Seq<AttributeSyntax> Attributes, NameSyntax? Function) : SyntaxNode;
