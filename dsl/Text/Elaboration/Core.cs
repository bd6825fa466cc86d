using MindDsl.Ir;
using MindDsl.Text.Syntax;
using MindDsl.Text.Types;

namespace MindDsl.Text.Elaboration;

/// <summary>A name that was resolved: two are the same only if they are the same object.</summary>
internal sealed class Symbol(string name)
{
    /// <summary>The name.</summary>
    public string Name { get; } = name;

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>An expression after names were resolved and types found: what the reader evaluates.</summary>
internal abstract record Core(TextSpan Span);

/// <summary>A number or truth value; its element type is known once inference is through.</summary>
internal sealed record ConstantCore(TextSpan Span, Literal Value, DataType Type) : Core(Span);

/// <summary>A text.</summary>
internal sealed record TextCore(TextSpan Span, string Text) : Core(Span);

/// <summary>A name that the program binds.</summary>
/// <param name="Span">Where it stands.</param>
/// <param name="Symbol">The name.</param>
/// <param name="Parameters">The parameters of its type, if that is polymorphic.</param>
/// <param name="Arguments">What they are here.</param>
internal sealed record NameCore(TextSpan Span, Symbol Symbol, Seq<TypeVariable> Parameters = default, Seq<MindType> Arguments = default) : Core(Span);

/// <summary>A named size, as a number.</summary>
internal sealed record SizeCore(TextSpan Span, string Name) : Core(Span);

/// <summary>Something that the host offers, by its place among the captured objects.</summary>
internal sealed record HostCore(TextSpan Span, int Root) : Core(Span);

/// <summary>An operation with its attributes, as a function.</summary>
internal sealed record PreludeCore(TextSpan Span, PreludeUse Use) : Core(Span);

/// <summary>A function that takes functions or structures.</summary>
internal sealed record BuiltinCore(TextSpan Span, Builtin Builtin, Seq<AttributeSyntax> Attributes) : Core(Span);

/// <summary>A transformation as a function.</summary>
internal sealed record TransformCore(TextSpan Span, TextTransformation Transformation) : Core(Span);

/// <summary>A conversion as a function.</summary>
internal sealed record ConversionCore(TextSpan Span, DType To) : Core(Span);

/// <summary>An operator as a function.</summary>
internal sealed record OperatorCore(TextSpan Span, BinaryOperator Operator) : Core(Span);

/// <summary>A case of a union as a function of its fields; a value if it has none.</summary>
internal sealed record CaseCore(TextSpan Span, CaseDeclaration Case, SumType Type) : Core(Span);

/// <summary>Two operands of an operator; the second one of <c>&amp;&amp;</c> and <c>||</c> is computed where it is needed.</summary>
internal sealed record BinaryCore(TextSpan Span, BinaryOperator Operator, Core Left, Core Right) : Core(Span);

/// <summary>The negative.</summary>
internal sealed record NegateCore(TextSpan Span, Core Operand) : Core(Span);

/// <summary>A function.</summary>
/// <param name="Span">Where it stands.</param>
/// <param name="Name">Its name, for printing.</param>
/// <param name="Parameters">The parameters.</param>
/// <param name="Body">The body.</param>
/// <param name="Type">Its type.</param>
internal sealed record LambdaCore(TextSpan Span, string Name, Seq<CorePattern> Parameters, Core Body, MindType Type) : Core(Span);

/// <summary>An application to one argument or more.</summary>
internal sealed record ApplyCore(TextSpan Span, Core Function, Seq<Core> Arguments) : Core(Span);

/// <summary>Bindings in order, then a value.</summary>
internal sealed record BlockCore(TextSpan Span, Seq<BindingCore> Bindings, Core Result) : Core(Span);

/// <summary>A binding of a block.</summary>
internal abstract record BindingCore;

/// <summary>A pattern and a value; a polymorphic one is read for the types of each use.</summary>
internal sealed record LetCore(CorePattern Pattern, Core Value, bool IsPolymorphic) : BindingCore;

/// <summary>Functions that may call each other.</summary>
internal sealed record RecursiveCore(Seq<(Symbol Symbol, LambdaCore Function)> Functions) : BindingCore;

/// <summary>The bindings of a module that was opened, which stand in a text of their own.</summary>
internal sealed record OpenedCore(SourceText Source, Seq<BindingCore> Bindings) : BindingCore;

/// <summary>A choice.</summary>
internal sealed record IfCore(TextSpan Span, Core Condition, Core Then, Core Else) : Core(Span);

/// <summary>A tuple.</summary>
internal sealed record TupleCore(TextSpan Span, Seq<Core> Items) : Core(Span);

/// <summary>Elements that are written out.</summary>
internal sealed record ListCore(TextSpan Span, Seq<Core> Items, MindType Type) : Core(Span);

/// <summary>A record; the fields as they are written.</summary>
internal sealed record RecordCore(TextSpan Span, Seq<string> Names, Seq<Core> Values) : Core(Span);

/// <summary>A record with some fields replaced.</summary>
internal sealed record UpdateCore(TextSpan Span, Core Source, Seq<string> Names, Seq<Core> Values) : Core(Span);

/// <summary>A field of a record.</summary>
internal sealed record FieldCore(TextSpan Span, Core Target, string Name) : Core(Span);

/// <summary>A choice by patterns.</summary>
internal sealed record MatchCore(TextSpan Span, Core Subject, Seq<(CorePattern Pattern, Core Body)> Cases, MindType SubjectType) : Core(Span);

/// <summary>A part of a tensor or list.</summary>
internal sealed record IndexCore(TextSpan Span, Core Target, Seq<RangeCore> Places) : Core(Span);

/// <summary>A place (<paramref name="IsPlace"/>, the start) or a range; the end is included.</summary>
internal sealed record RangeCore(TextSpan Span, Core? Start, Core? Step, Core? End, bool IsPlace) : Core(Span);

/// <summary>An index comprehension.</summary>
internal sealed record ComprehensionCore(TextSpan Span, Seq<(CorePattern Pattern, Core Source)> Iterations, Core Body) : Core(Span);

/// <summary>A loop with a condition.</summary>
internal sealed record WhileCore(TextSpan Span, Core Initial, Core Condition, Core Step) : Core(Span);

/// <summary>A loop over indices and inputs.</summary>
internal sealed record ScanCore(TextSpan Span, Core Length, bool IsReverse, Core Initial, Core Inputs, Core Step) : Core(Span);

/// <summary>A value that has to have a type: element type and sizes are checked when they are known.</summary>
internal sealed record CheckCore(TextSpan Span, Core Value, MindType Type) : Core(Span);

/// <summary>A pattern.</summary>
internal abstract record CorePattern(TextSpan Span);

/// <summary>Binds a name.</summary>
internal sealed record BindPattern(TextSpan Span, Symbol Symbol) : CorePattern(Span);

/// <summary>Fits everything.</summary>
internal sealed record AnyPattern(TextSpan Span) : CorePattern(Span);

/// <summary>Fits a number or truth value.</summary>
internal sealed record ConstantPattern(TextSpan Span, Literal Value, DataType Type) : CorePattern(Span);

/// <summary>Fits a tuple.</summary>
internal sealed record TuplePattern(TextSpan Span, Seq<CorePattern> Items) : CorePattern(Span);

/// <summary>Fits a record.</summary>
internal sealed record RecordPattern(TextSpan Span, Seq<string> Names, Seq<CorePattern> Fields) : CorePattern(Span);

/// <summary>Fits a case of a union.</summary>
internal sealed record CasePattern(TextSpan Span, CaseDeclaration Case, Seq<CorePattern> Fields) : CorePattern(Span);

/// <summary>A pattern for values of a type.</summary>
internal sealed record CheckedPattern(TextSpan Span, CorePattern Pattern, MindType Type) : CorePattern(Span);
