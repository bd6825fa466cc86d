using MindDsl.Ir;
using MindDsl.Text.Syntax;
using MindDsl.Text.Types;

namespace MindDsl.Text.Elaboration;

/// <content>Expressions.</content>
internal sealed partial class Elaborator
{
    private (Core Core, MindType Type) Expression(ExpressionSyntax node, NameScope? scope)
    {
        _types.Spend();
        return Dispatch(node, scope);
    }

    private (Core Core, MindType Type) Dispatch(ExpressionSyntax node, NameScope? scope) => node switch
    {
        LiteralSyntax x => Constant(x.Value, x),
        StringSyntax x => (new TextCore(x.Span, x.Text), StringType.Instance),
        NameExpressionSyntax x => Name(x.Name, [], 0, x, scope),
        OperationSyntax x => Name(x.Name, x.Attributes, 0, x, scope),
        OperatorNameSyntax x => OperatorFunction(x),
        ApplicationSyntax x => Application(x, scope),
        NegationSyntax x => Negation(x, scope),
        ChainSyntax x => Chain(x, scope),
        FunctionSyntax x => Function(x, scope),
        BlockSyntax x => Block(x, scope),
        IfSyntax x => Choice(x, scope),
        MatchSyntax x => Match(x, scope),
        TupleSyntax x => Tuple(x, scope),
        ListSyntax x => List(x, scope),
        RecordSyntax x => Record(x, scope),
        RecordUpdateSyntax x => Update(x, scope),
        FieldSyntax x => Field(x, scope),
        IndexSyntax x => Index(x, scope),
        ComprehensionSyntax x => Comprehension(x, scope),
        WhileSyntax x => While(x, scope),
        ScanSyntax x => Scan(x, scope),
        AnnotationSyntax x => Annotated(x, scope),
        RangeSyntax x => Refused(x, Diagnostics.RangeOutOfPlace()),
        _ => Error(node),
    };

    private (Core, MindType) Refused(SyntaxNode node, Diagnostic diagnostic)
    {
        Report(node, diagnostic);
        return Error(node);
    }

    private (Core, MindType) Constant(Literal value, SyntaxNode node)
    {
        var element = value.DType switch
        {
            DType.I32 => new TypeVariable(_types.Level, Elements.Number) { IsWholeNumber = true },
            DType.F64 => _types.Fresh(Elements.Float),
            var written => (MindType)ElementType.Of(written),
        };
        var constant = new ConstantCore(node.Span, value, new(element, ShapeType.Scalar));
        _constants.Add(constant);
        return (constant, constant.Type);
    }

    private (Core, MindType) Application(ApplicationSyntax node, NameScope? scope)
    {
        var arguments = node.Arguments;
        (Core Core, MindType Type) function;
        if (node.Function is NameExpressionSyntax or OperationSyntax)
        {
            var (name, attributes) = node.Function is OperationSyntax operation ? (operation.Name, operation.Attributes) : (((NameExpressionSyntax)node.Function).Name, (Seq<AttributeSyntax>)[]);
            // A text is always an attribute: einsum "ij,jk->ik" a b.
            while (arguments.Count > 0 && arguments[0] is StringSyntax text)
            {
                attributes = [.. attributes, new StringAttributeSyntax(text.Text) { Span = text.Span }];
                arguments = arguments.Slice(1, arguments.Count - 1);
            }
            function = Name(name, attributes, arguments.Count, node.Function, scope);
            if (arguments.Count == 0) return function;
        }
        else function = Expression(node.Function, scope);
        return Applied(node, function, arguments.Map(a => (Expression(a, scope), a.Span)));
    }

    /// <summary>A function applied to arguments one after the other.</summary>
    private (Core, MindType) Applied(SyntaxNode node, (Core Core, MindType Type) function, Seq<((Core Core, MindType Type) Value, TextSpan Span)> arguments)
    {
        var type = function.Type;
        var given = arguments.Map(a => a.Value.Core);
        for (int k = 0; k < arguments.Count; k++)
        {
            var (argument, span) = arguments[k];
            switch (type.Resolved)
            {
                case ArrowType arrow:
                    _types.Require(span, arrow.Parameter, argument.Type);
                    type = arrow.Result;
                    break;
                case TypeVariable variable when !variable.IsRigid:
                    var result = _types.Fresh();
                    _types.Require(span, type, new ArrowType(argument.Type, result));
                    type = result;
                    break;
                default:
                    Report(node, k == 0 ? Diagnostics.FunctionNeeded(TypeText.Of(function.Type)) : Diagnostics.TooManyArguments(k, arguments.Count, TypeText.Of(function.Type)));
                    return Error(node);
            }
        }
        return (new ApplyCore(node.Span, function.Core, given), type);
    }

    private (Core, MindType) Negation(NegationSyntax node, NameScope? scope)
    {
        var operand = Expression(node.Operand, scope);
        var data = _types.AsData(node.Operand.Span, operand.Type, Elements.Number);
        return (new NegateCore(node.Span, operand.Core), data);
    }

    private (Core, MindType) Chain(ChainSyntax node, NameScope? scope)
    {
        var left = Expression(node.Operands[0], scope);
        for (int k = 0; k < node.Operators.Count; k++)
            left = Binary(node.Operators[k], left, node.Operands[k + 1], TextSpan.Between(node.Operands[0].Span, node.Operands[k + 1].Span), node.Operands[k].Span, scope);
        return left;
    }

    private (Core Core, MindType Type) Binary(OperatorSyntax op, (Core Core, MindType Type) left, ExpressionSyntax rightNode, TextSpan span, TextSpan leftSpan, NameScope? scope)
    {
        var place = op with { Span = span };
        if (op.Operator is BinaryOperator.PipeLeft) return Applied(place, left, [(Expression(rightNode, scope), rightNode.Span)]);
        if (op.Operator is BinaryOperator.PipeRight && rightNode is NameExpressionSyntax or OperationSyntax)
        {
            // An operation after a pipe has one argument, which chooses among its overloads.
            var (name, attributes) = rightNode is OperationSyntax operation ? (operation.Name, operation.Attributes) : (((NameExpressionSyntax)rightNode).Name, (Seq<AttributeSyntax>)[]);
            return Applied(place, Name(name, attributes, 1, rightNode, scope), [(left, leftSpan)]);
        }
        var right = Expression(rightNode, scope);
        switch (op.Operator)
        {
            case BinaryOperator.PipeRight:
                return Applied(place, right, [(left, leftSpan)]);
            case BinaryOperator.ComposeRight or BinaryOperator.ComposeLeft:
                var (a, b, c) = (_types.Fresh(), _types.Fresh(), _types.Fresh());
                var (first, second) = op.Operator == BinaryOperator.ComposeRight ? (left, right) : (right, left);
                _types.Require(op.Operator == BinaryOperator.ComposeRight ? leftSpan : rightNode.Span, first.Type, new ArrowType(a, b));
                _types.Require(op.Operator == BinaryOperator.ComposeRight ? rightNode.Span : leftSpan, second.Type, new ArrowType(b, c));
                return (new BinaryCore(span, op.Operator, left.Core, right.Core), new ArrowType(a, c));
            case BinaryOperator.And or BinaryOperator.Or:
                _types.Require(leftSpan, DataType.Bool, left.Type);
                _types.Require(rightNode.Span, DataType.Bool, right.Type);
                return (new BinaryCore(span, op.Operator, left.Core, right.Core), DataType.Bool);
            default:
                var allowed = Allowed(op.Operator);
                var (x, y) = (_types.AsData(leftSpan, left.Type, allowed), _types.AsData(rightNode.Span, right.Type, allowed));
                var result = OperatorResult(op.Operator, allowed);
                _types.Add(new BroadcastConstraint(span, op.Operator.Spelling, null, [x, y], result));
                return (new BinaryCore(span, op.Operator, left.Core, right.Core), result);
        }
    }

    private (Core, MindType) OperatorFunction(OperatorNameSyntax node)
    {
        var core = new OperatorCore(node.Span, node.Operator);
        switch (node.Operator)
        {
            case BinaryOperator.And or BinaryOperator.Or:
                return (core, ArrowType.Of([DataType.Bool, DataType.Bool], DataType.Bool));
            case BinaryOperator.PipeRight or BinaryOperator.PipeLeft:
                MindType a = _types.Fresh(), b = _types.Fresh(), f = new ArrowType(a, b);
                return (core, node.Operator == BinaryOperator.PipeRight ? ArrowType.Of([a, f], b) : ArrowType.Of([f, a], b));
            case BinaryOperator.ComposeRight or BinaryOperator.ComposeLeft:
                var (p, q, r) = (_types.Fresh(), _types.Fresh(), _types.Fresh());
                MindType first = new ArrowType(p, q), second = new ArrowType(q, r);
                return (core, ArrowType.Of(node.Operator == BinaryOperator.ComposeRight ? [first, second] : [second, first], new ArrowType(p, r)));
            default:
                var allowed = Allowed(node.Operator);
                var (x, y, result) = (_types.FreshData(allowed), _types.FreshData(allowed), OperatorResult(node.Operator, allowed));
                _types.Add(new BroadcastConstraint(node.Span, node.Operator.Spelling, null, [x, y], result));
                return (core, ArrowType.Of([x, y], result));
        }
    }

    private static Elements Allowed(BinaryOperator op) => op switch
    {
        BinaryOperator.Equal or BinaryOperator.NotEqual => Elements.All,
        BinaryOperator.BitAnd or BinaryOperator.BitOr or BinaryOperator.BitXor => Elements.Logic,
        BinaryOperator.ShiftLeft or BinaryOperator.ShiftRight => Elements.Integer,
        _ => Elements.Number,
    };

    private DataType OperatorResult(BinaryOperator op, Elements allowed) => new(
        op is BinaryOperator.Equal or BinaryOperator.NotEqual or BinaryOperator.Less or BinaryOperator.LessOrEqual or BinaryOperator.Greater or BinaryOperator.GreaterOrEqual
            ? ElementType.Of(DType.Bool)
            : _types.Fresh(allowed),
        _types.Fresh());

    private (Core, MindType) Function(FunctionSyntax node, NameScope? scope)
    {
        Refuse(LanguageFeatures.Functions, node, "fun");
        return Lambda("fun", node.Parameters, null, node.Body, node.Span, scope);
    }

    private (LambdaCore Core, MindType Type) Lambda(string name, Seq<PatternSyntax> parameters, TypeSyntax? resultType, ExpressionSyntax body, TextSpan span, NameScope? scope)
    {
        RequireDistinct(parameters);
        var types = new MindType[parameters.Count];
        var patterns = new CorePattern[parameters.Count];
        for (int k = 0; k < types.Length; k++)
        {
            types[k] = _types.Fresh();
            patterns[k] = Pattern(parameters[k], types[k], ref scope);
            RequireCovering(parameters[k].Span, [patterns[k]], types[k]);
        }
        var result = resultType is null ? null : Read(resultType);
        var value = Expression(body, scope);
        var core = value.Core;
        if (result is not null)
        {
            _types.Require(body.Span, result, value.Type);
            core = new CheckCore(body.Span, core, result);
        }
        var type = ArrowType.Of(types, result ?? value.Type);
        return (new(span, name, Seq.Create<CorePattern>(patterns), core, type), type);
    }

    private (Core, MindType) Choice(IfSyntax node, NameScope? scope)
    {
        var condition = Expression(node.Condition, scope);
        _types.Require(node.Condition.Span, DataType.Bool, condition.Type);
        var (then, otherwise) = (Expression(node.Then, scope), Expression(node.Else, scope));
        _types.Require(node.Else.Span, then.Type, otherwise.Type);
        return (new IfCore(node.Span, condition.Core, then.Core, otherwise.Core), Wider(then.Type, otherwise.Type));
    }

    /// <summary>Of two types that agree, the one that says less: what is known at the call stays so.</summary>
    private static MindType Wider(MindType a, MindType b) =>
        b.Resolved is DataType { Shape.Resolved: UnknownShape } or DataType { Element.Resolved: AnyElement } ? b : a;

    private (Core, MindType) Tuple(TupleSyntax node, NameScope? scope)
    {
        var items = node.Items.Map(i => Expression(i, scope));
        return (new TupleCore(node.Span, items.Map(i => i.Core)), new TupleType(items.Map(i => i.Type)));
    }

    private (Core, MindType) List(ListSyntax node, NameScope? scope)
    {
        var items = node.Items.Map(i => Expression(i, scope));
        var (element, result) = (items.Count > 0 ? items[0].Type : _types.Fresh(), _types.Fresh());
        for (int k = 1; k < items.Count; k++) _types.Require(node.Items[k].Span, element, items[k].Type);
        _types.Add(new ListConstraint(node.Span, element, items.Count, node.Items.Count > 0 && node.Items.All(i => i is ListSyntax), result));
        return (new ListCore(node.Span, items.Map(i => i.Core), result), result);
    }

    private (Core, MindType) Record(RecordSyntax node, NameScope? scope)
    {
        RequireDistinct(node.Fields.Map(f => f.Name));
        var values = node.Fields.Map(f => Expression(f.Value, scope));
        var names = node.Fields.Map(f => f.Name.Text);
        var type = RecordType.Of(names.Select((n, k) => (n, values[k].Type)));
        if (RecordOf(type.Names) is { } declared)
            for (int k = 0; k < names.Count; k++) _types.Require(node.Fields[k].Value.Span, declared.Types[declared.Names.IndexOf(names[k])], values[k].Type);
        return (new RecordCore(node.Span, names, values.Map(v => v.Core)), RecordOf(type.Names) is { Name: { } name } ? new RecordType(type.Names, type.Types, name) : type);
    }

    private (Core, MindType) Update(RecordUpdateSyntax node, NameScope? scope)
    {
        RequireDistinct(node.Fields.Map(f => f.Name));
        var source = Expression(node.Source, scope);
        var values = node.Fields.Map(f => Expression(f.Value, scope));
        for (int k = 0; k < values.Count; k++) _types.Add(new FieldConstraint(node.Fields[k].Span, source.Type, node.Fields[k].Name.Text, values[k].Type, RecordWith(node.Fields[k].Name.Text)));
        return (new UpdateCore(node.Span, source.Core, node.Fields.Map(f => f.Name.Text), values.Map(v => v.Core)), source.Type);
    }

    private (Core, MindType) Field(FieldSyntax node, NameScope? scope)
    {
        if (Qualified(node) is { } path)
        {
            if (NameScope.Find(scope, path) is { } entry) return Use(entry, node);
            if (node.Target is NameExpressionSyntax { Name: var union } && NameScope.Find(scope, union) is null && _unions.TryGetValue(union, out var declaration))
            {
                if (declaration.Cases.FirstOrDefault(c => c.Name == node.Name.Text) is { } found) return Constructor(found, node);
                return Refused(node, Diagnostics.CaseNotFound(node.Name.Text, union, Spelling.Nearest(node.Name.Text, declaration.Cases.Select(c => c.Name))));
            }
        }
        var target = Expression(node.Target, scope);
        var type = _types.Fresh();
        _types.Add(new FieldConstraint(node.Span, target.Type, node.Name.Text, type, RecordWith(node.Name.Text)));
        return (new FieldCore(node.Span, target.Core, node.Name.Text), type);
    }

    /// <summary>A chain of names with points between them.</summary>
    private static string? Qualified(ExpressionSyntax node) => node switch
    {
        NameExpressionSyntax name => name.Name,
        FieldSyntax field when Qualified(field.Target) is { } outer => outer + "." + field.Name.Text,
        _ => null,
    };

    private (Core, MindType) Annotated(AnnotationSyntax node, NameScope? scope)
    {
        var type = Read(node.Type);
        var value = Expression(node.Expression, scope);
        _types.Require(node.Expression.Span, type, value.Type);
        return (new CheckCore(node.Span, value.Core, type), type);
    }
}
