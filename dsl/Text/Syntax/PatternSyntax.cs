using MindDsl.Ir;

namespace MindDsl.Text.Syntax;

/// <summary>What may stand left of a <c>=</c>, after <c>fun</c> and in a case.</summary>
internal abstract record PatternSyntax : SyntaxNode;

/// <summary>A name to bind; if a case of a union in scope has the name, that case.</summary>
internal sealed record NamePatternSyntax(string Name) : PatternSyntax;

/// <summary><c>_</c></summary>
internal sealed record WildcardPatternSyntax : PatternSyntax;

/// <summary>A number or truth value.</summary>
internal sealed record LiteralPatternSyntax(Literal Value) : PatternSyntax;

/// <summary><c>(p, q)</c>; without items <c>()</c>. Never one item.</summary>
internal sealed record TuplePatternSyntax(Seq<PatternSyntax> Items) : PatternSyntax;

/// <summary><c>(p : t)</c></summary>
internal sealed record AnnotatedPatternSyntax(PatternSyntax Pattern, TypeSyntax Type) : PatternSyntax;

/// <summary><c>Circle r</c>, <c>Shape.Circle r</c>: a case with patterns for its fields, at least one unless the name is qualified. <c>A ()</c> is a case without fields.</summary>
internal sealed record CasePatternSyntax(Seq<NameSyntax> Name, Seq<PatternSyntax> Fields) : PatternSyntax;

/// <summary><c>{ A = p; B = q }</c></summary>
internal sealed record RecordPatternSyntax(Seq<FieldPatternSyntax> Fields) : PatternSyntax;

/// <summary><c>A = p</c> in a record pattern.</summary>
internal sealed record FieldPatternSyntax(NameSyntax Name, PatternSyntax Pattern) : SyntaxNode;
