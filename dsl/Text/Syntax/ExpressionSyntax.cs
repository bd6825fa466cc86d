using MindDsl.Ir;

namespace MindDsl.Text.Syntax;

/// <summary>An expression.</summary>
internal abstract record ExpressionSyntax : SyntaxNode;

/// <summary>A number or truth value: <c>1</c> (i32), <c>1L</c> (i64), <c>1.0</c> (f64), <c>1.0f</c> (f32), <c>nan</c>, <c>inf</c>, <c>true</c>. A minus before a number is part of it.</summary>
internal sealed record LiteralSyntax(Literal Value) : ExpressionSyntax;

/// <summary>A text in quotation marks, as in <c>einsum "ij,jk->ik" a b</c>.</summary>
internal sealed record StringSyntax(string Text) : ExpressionSyntax;

/// <summary>A name. Element types are names, too: <c>f32 x</c> is an application.</summary>
internal sealed record NameExpressionSyntax(string Name) : ExpressionSyntax;

/// <summary>An operator as a function: <c>(+)</c></summary>
internal sealed record OperatorNameSyntax(BinaryOperator Operator) : ExpressionSyntax;

/// <summary>
/// An operation with attributes, which follow its name without a space: <c>sum&lt;[1]&gt;</c>, <c>undefined&lt;f64&gt;</c>. It stands where a name may stand.
/// </summary>
internal sealed record OperationSyntax(string Name, Seq<AttributeSyntax> Attributes) : ExpressionSyntax;

/// <summary><c>f a b</c>, and <c>f(a)</c>, which binds tighter; <c>f(a, b)</c> has one argument, a tuple.</summary>
internal sealed record ApplicationSyntax(ExpressionSyntax Function, Seq<ExpressionSyntax> Arguments) : ExpressionSyntax;

/// <summary><c>-x</c></summary>
internal sealed record NegationSyntax(ExpressionSyntax Operand) : ExpressionSyntax;

/// <summary>
/// Operators of one precedence with one operand more than there are operators, at least two, to be taken from the left: <c>a - b + c</c> is <c>(a - b) + c</c>.
/// Only <c>**</c> groups to the right; such a chain has two operands.
/// </summary>
internal sealed record ChainSyntax(Seq<ExpressionSyntax> Operands, Seq<OperatorSyntax> Operators) : ExpressionSyntax;

/// <summary>An operator at its place.</summary>
internal sealed record OperatorSyntax(BinaryOperator Operator) : SyntaxNode;

/// <summary><c>fun p q -> e</c></summary>
internal sealed record FunctionSyntax(Seq<PatternSyntax> Parameters, ExpressionSyntax Body) : ExpressionSyntax;

/// <summary>Lets one after the other, then a value: <c>let a = 1 in let b = a in a + b</c> is one block with two lets.</summary>
internal sealed record BlockSyntax(Seq<LetSyntax> Lets, ExpressionSyntax Result) : ExpressionSyntax;

/// <summary><c>if c then a else b</c></summary>
internal sealed record IfSyntax(ExpressionSyntax Condition, ExpressionSyntax Then, ExpressionSyntax Else) : ExpressionSyntax;

/// <summary><c>match e with | A x -> … | B y -> …</c></summary>
internal sealed record MatchSyntax(ExpressionSyntax Subject, Seq<MatchCaseSyntax> Cases) : ExpressionSyntax;

/// <summary>A pattern and what is to be computed if it fits.</summary>
internal sealed record MatchCaseSyntax(PatternSyntax Pattern, ExpressionSyntax Body) : SyntaxNode;

/// <summary><c>(a, b)</c>; without items <c>()</c>. Never one item.</summary>
internal sealed record TupleSyntax(Seq<ExpressionSyntax> Items) : ExpressionSyntax;

/// <summary><c>[a; b]</c></summary>
internal sealed record ListSyntax(Seq<ExpressionSyntax> Items) : ExpressionSyntax;

/// <summary><c>{ A = e; B = e }</c></summary>
internal sealed record RecordSyntax(Seq<FieldBindingSyntax> Fields) : ExpressionSyntax;

/// <summary><c>{ r with A = e; B = e }</c></summary>
internal sealed record RecordUpdateSyntax(ExpressionSyntax Source, Seq<FieldBindingSyntax> Fields) : ExpressionSyntax;

/// <summary><c>A = e</c> in a record.</summary>
internal sealed record FieldBindingSyntax(NameSyntax Name, ExpressionSyntax Value) : SyntaxNode;

/// <summary><c>r.A</c>; also a name in a module or a case of a union (<c>M.f</c>, <c>Shape.Circle</c>).</summary>
internal sealed record FieldSyntax(ExpressionSyntax Target, NameSyntax Name) : ExpressionSyntax;

/// <summary><c>x[i, 0..2, *]</c>: the bracket follows without a space. Items are expressions or ranges.</summary>
internal sealed record IndexSyntax(ExpressionSyntax Target, Seq<ExpressionSyntax> Items) : ExpressionSyntax;

/// <summary>
/// <c>a..b</c>, <c>a..</c>, <c>..b</c>, <c>a..step..b</c>, and <c>*</c>, which is a range without start, step and end. Stands in an index (F#: the end is included) or after <c>in</c>
/// of a comprehension, nowhere else.
/// </summary>
internal sealed record RangeSyntax(ExpressionSyntax? Start, ExpressionSyntax? Step, ExpressionSyntax? End) : ExpressionSyntax;

/// <summary><c>[for i in n, j in m -> e]</c>. Reductions are functions of it: <c>sum [for k in n -> a[i, k] * b[k, j]]</c>.</summary>
internal sealed record ComprehensionSyntax(Seq<IterationSyntax> Iterations, ExpressionSyntax Body) : ExpressionSyntax;

/// <summary><c>i in n</c>: over the indices below a number, over a range, or over elements, by the type of the source.</summary>
internal sealed record IterationSyntax(PatternSyntax Target, ExpressionSyntax Source) : SyntaxNode;

/// <summary><c>while s when fun s -> c do fun s -> e</c>: condition and step are functions of the state.</summary>
internal sealed record WhileSyntax(ExpressionSyntax Initial, ExpressionSyntax Condition, ExpressionSyntax Step) : ExpressionSyntax;

/// <summary>
/// <c>scan n from s over x do fun i s x -> …</c>, with <c>stacked&lt;n&gt;</c> and <c>reverse</c> after the length in printed IR. The function <c>scan f s x</c> is an ordinary application.
/// </summary>
internal sealed record ScanSyntax(
    ExpressionSyntax Length, SizeSyntax? Stacked, bool IsReverse, ExpressionSyntax Initial, ExpressionSyntax Inputs, ExpressionSyntax Step) : ExpressionSyntax;

/// <summary><c>(e : t)</c></summary>
internal sealed record AnnotationSyntax(ExpressionSyntax Expression, TypeSyntax Type) : ExpressionSyntax;

/// <summary>The operators between two operands, from the loosest to the tightest.</summary>
internal enum BinaryOperator
{
    /// <summary><c>||</c></summary>
    Or,

    /// <summary><c>&amp;&amp;</c></summary>
    And,

    /// <summary><c>=</c></summary>
    Equal,

    /// <summary><c>&lt;&gt;</c></summary>
    NotEqual,

    /// <summary><c>&lt;</c></summary>
    Less,

    /// <summary><c>&gt;</c></summary>
    Greater,

    /// <summary><c>&lt;=</c></summary>
    LessOrEqual,

    /// <summary><c>&gt;=</c></summary>
    GreaterOrEqual,

    /// <summary><c>|&gt;</c></summary>
    PipeRight,

    /// <summary><c>&lt;|</c></summary>
    PipeLeft,

    /// <summary><c>&gt;&gt;</c></summary>
    ComposeRight,

    /// <summary><c>&lt;&lt;</c></summary>
    ComposeLeft,

    /// <summary><c>&amp;&amp;&amp;</c></summary>
    BitAnd,

    /// <summary><c>|||</c></summary>
    BitOr,

    /// <summary><c>^^^</c></summary>
    BitXor,

    /// <summary><c>&lt;&lt;&lt;</c></summary>
    ShiftLeft,

    /// <summary><c>&gt;&gt;&gt;</c></summary>
    ShiftRight,

    /// <summary><c>+</c></summary>
    Add,

    /// <summary><c>-</c></summary>
    Subtract,

    /// <summary><c>*</c></summary>
    Multiply,

    /// <summary><c>/</c></summary>
    Divide,

    /// <summary><c>%</c></summary>
    Remainder,

    /// <summary><c>**</c></summary>
    Power,
}

/// <summary>Precedences (those of F#) and spellings of operators.</summary>
internal static class BinaryOperators
{
    private static readonly string[] Spellings =
    [
        "||", "&&", "=", "<>", "<", ">", "<=", ">=", "|>", "<|", ">>", "<<", "&&&", "|||", "^^^", "<<<", ">>>", "+", "-", "*", "/", "%", "**",
    ];

    extension(BinaryOperator op)
    {
        /// <summary>How it is written.</summary>
        public string Spelling => Spellings[(int)op];

        /// <summary>The precedence: larger binds tighter.</summary>
        public int Precedence => op switch
        {
            BinaryOperator.Or => 1,
            BinaryOperator.And => 2,
            < BinaryOperator.BitAnd => 3,
            < BinaryOperator.Add => 4,
            BinaryOperator.Add or BinaryOperator.Subtract => 5,
            < BinaryOperator.Power => 6,
            _ => 7,
        };
    }
}
