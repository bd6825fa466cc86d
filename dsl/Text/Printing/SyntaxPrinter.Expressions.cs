using MindDsl.Ir;
using MindDsl.Text.Parsing;
using MindDsl.Text.Syntax;
using static MindDsl.Text.Printing.Doc;

namespace MindDsl.Text.Printing;

/// <summary>Expressions, with the parentheses that they need and no others.</summary>
internal sealed partial class SyntaxPrinter
{
    /// <summary>An expression where any may stand.</summary>
    /// <param name="expression">The expression.</param>
    /// <param name="barFollows">True if a case of a <c>match</c> around follows, which a <c>match</c> at the end of this would take for its own.</param>
    private Doc Expression(ExpressionSyntax expression, bool barFollows = false) => FreshStack.Guard(() => expression switch
    {
        BlockSyntax block => Block(block, barFollows),
        IfSyntax choice => If(choice, barFollows),
        FunctionSyntax function => Function(function, barFollows),
        MatchSyntax match => barFollows ? Parenthesised(Match(match, false)) : Match(match, false),
        WhileSyntax loop => Group(Nest("while " + Operand(loop.Initial) + Line + "when " + Expression(loop.Condition) + Line + "do " + Expression(loop.Step, barFollows))),
        ScanSyntax scan => Group(Nest(
            "scan " + Postfix(scan.Length) + (scan.Stacked is { } size ? $" stacked<{Size(size)}>" : "") + (scan.IsReverse ? " reverse" : "")
            + Line + "from " + Operand(scan.Initial) + Line + "over " + Operand(scan.Inputs) + Line + "do " + Expression(scan.Step, barFollows))),
        ChainSyntax chain => Chain(chain),
        _ => Operand(expression, barFollows),
    });

    private Doc Block(BlockSyntax block, bool barFollows) =>
        Of([.. block.Lets.Select(l => Before(l) + Let(l) + Line)]) + Before(block.Result) + (block.Result is BlockSyntax ? Parenthesised(Expression(block.Result)) : Expression(block.Result, barFollows));

    private Doc Let(LetSyntax let)
    {
        string word = let.IsRecursive ? "let rec " : "let ";
        return let.Bindings is [var only]
            ? Group(word + Binding(only, isDefinition: false) + (IsLong(only.Value) ? Line : " ") + "in")
            : Group(Join(Line + "and ", let.Bindings.Select((b, n) => (n == 0 ? word : "") + Binding(b, isDefinition: false))) + Line + "in");
    }

    /// <summary>True of what is better closed by an <c>in</c> on a line of its own.</summary>
    private static bool IsLong(ExpressionSyntax value) => value is BlockSyntax or IfSyntax or FunctionSyntax or MatchSyntax or WhileSyntax or ScanSyntax
        or ApplicationSyntax { Function: OperationSyntax { Name: "build" } };

    private Doc If(IfSyntax choice, bool barFollows)
    {
        var doc = "if " + Operand(choice.Condition, isChainAllowed: true) + " then" + Nest(Line + Expression(choice.Then)) + Line + "else";
        return Group(choice.Else is IfSyntax next ? doc + " " + If(next, barFollows) : doc + Nest(Line + Expression(choice.Else, barFollows)));
    }

    private Doc Function(FunctionSyntax function, bool barFollows) =>
        Group("fun " + Join(" ", function.Parameters.Select(PatternAtom)) + " ->" + Nest(Line + Expression(function.Body, barFollows)));

    private Doc Match(MatchSyntax match, bool barFollows) =>
        Group("match " + Operand(match.Subject, isChainAllowed: true) + " with" + Of([.. match.Cases.Select((c, n) =>
            Line + Before(c) + "| " + Group(Pattern(c.Pattern) + " ->" + Nest(Line + Expression(c.Body, barFollows || n < match.Cases.Count - 1))))]));

    private Doc Chain(ChainSyntax chain)
    {
        int precedence = chain.Operators[0].Operator.Precedence;
        var doc = ChainOperand(chain.Operands[0], precedence, isRightOfPower: false);
        for (int n = 0; n < chain.Operators.Count; n++)
        {
            var op = chain.Operators[n].Operator;
            doc = doc + Line + op.Spelling + " " + ChainOperand(chain.Operands[n + 1], precedence, op == BinaryOperator.Power);
        }
        return Group(Nest(doc));
    }

    private Doc ChainOperand(ExpressionSyntax operand, int precedence, bool isRightOfPower) => operand switch
    {
        ChainSyntax inner when inner.Operators[0].Operator.Precedence is var p && (p > precedence || (isRightOfPower && p == precedence)) => Chain(inner),
        ChainSyntax => Parenthesised(Expression(operand)),
        _ => Operand(operand),
    };

    /// <summary>An application or what binds tighter.</summary>
    private Doc Operand(ExpressionSyntax expression, bool barFollows = false, bool isChainAllowed = false) => expression switch
    {
        ChainSyntax chain when isChainAllowed => Chain(chain),
        NegationSyntax negation => "-" + (IsPlainNumber(negation.Operand) ? Parenthesised(Expression(negation.Operand)) : FreshStack.Guard(() => Operand(negation.Operand))),
        ApplicationSyntax application => Application(application, barFollows),
        _ => Postfix(expression),
    };

    private Doc Application(ApplicationSyntax application, bool barFollows)
    {
        bool isBuild = application.Function is OperationSyntax { Name: "build" } && application.Arguments is [FunctionSyntax];
        if (isBuild) return Postfix(application.Function) + " " + Function((FunctionSyntax)application.Arguments[0], barFollows);
        return Group(Postfix(application.Function, isCalled: true) + Nest(Of([.. application.Arguments.Select(a => Line + Argument(a))])));
    }

    private Doc Argument(ExpressionSyntax argument) => argument switch
    {
        NegationSyntax { Operand: not (NegationSyntax or ApplicationSyntax) } negation when !IsPlainNumber(negation.Operand) => "-" + Postfix(negation.Operand),
        _ => Postfix(argument),
    };

    /// <summary>What fields, indices and arguments may follow; everything else in parentheses.</summary>
    private Doc Postfix(ExpressionSyntax expression, bool isCalled = false) => FreshStack.Guard(() => expression switch
    {
        LiteralSyntax literal => isCalled ? "(" + literal.Value.ToString() + ")" : literal.Value.ToString(),
        StringSyntax text => isCalled ? "(" + Identifier.Quoted(text.Text) + ")" : Identifier.Quoted(text.Text),
        // The loop has its word in common with a function, the operation with what joins definitions; each may stand where an expression starts.
        NameExpressionSyntax { Name: "scan" } => "scan",
        NameExpressionSyntax { Name: "and" } when isCalled => "and",
        NameExpressionSyntax name => Identifier.Written(name.Name),
        OperatorNameSyntax { Operator: BinaryOperator.Multiply or BinaryOperator.Power } op => $"( {op.Operator.Spelling} )",
        OperatorNameSyntax op => $"({op.Operator.Spelling})",
        OperationSyntax operation => $"{operation.Name}<{string.Join(", ", operation.Attributes.Select(Attribute))}>",
        TupleSyntax tuple => Enclosed("(", tuple.Items.Select(i => Typed(i)), ",", ")"),
        AnnotationSyntax => Parenthesised(Typed(expression)),
        ListSyntax list => Enclosed("[", list.Items.Select(i => Range(i, "..")), ";", "]"),
        RecordSyntax { Fields: [] } => "{ }",
        RecordSyntax record => Braces(record.Fields.Select(FieldBinding)),
        RecordUpdateSyntax update => Group("{ " + Operand(update.Source) + " with" + Nest(update.Fields.Count == 0 ? Empty : Line + Join(";" + Line, update.Fields.Select(FieldBinding))) + Line + "}"),
        ComprehensionSyntax comprehension => Group((Doc)"[for " + Join(", ", comprehension.Iterations.Select(i => Pattern(i.Target) + " in " + Range(i.Source, ".."))) + " ->"
            + Nest(Line + Expression(comprehension.Body)) + "]"),
        FieldSyntax field => Target(field.Target) + "." + Name(field.Name),
        IndexSyntax index => Target(index.Target) + Enclosed("[", index.Items.Select(i => Range(i, "*")), ",", "]"),
        _ => Parenthesised(Expression(expression)),
    });

    private Doc Target(ExpressionSyntax target) =>
        target is NameExpressionSyntax { Name: not "scan" } or FieldSyntax or IndexSyntax or TupleSyntax or ListSyntax or RecordSyntax or ComprehensionSyntax or RecordUpdateSyntax
            or AnnotationSyntax or OperatorNameSyntax
            ? Postfix(target)
            : Parenthesised(Expression(target));

    private Doc Typed(ExpressionSyntax expression) =>
        expression is AnnotationSyntax typed ? Expression(typed.Expression) + " : " + Type(typed.Type) : Expression(expression);

    private Doc FieldBinding(FieldBindingSyntax field) => Group(Name(field.Name) + " =" + Nest(Line + Expression(field.Value)));

    private Doc Range(ExpressionSyntax item, string whole) => item is not RangeSyntax range
        ? Expression(item)
        : range is { Start: null, Step: null, End: null }
            ? whole
            : (range.Start is null ? Empty : Expression(range.Start)) + ".." + (range.Step is null ? Empty : Expression(range.Step) + "..") + (range.End is null ? Empty : Expression(range.End));

    private Doc Enclosed(string open, IEnumerable<Doc> items, string separator, string close) =>
        Group(open + Nest(SoftLine + Join(separator + Line, items)) + SoftLine + close);

    private Doc Parenthesised(Doc inner) => Group("(" + Nest(inner) + ")");

    private static bool IsPlainNumber(ExpressionSyntax expression) => expression is LiteralSyntax { Value: var value } && value.ToString()[0] != '-';
}
