using MindDsl.Ir;
using MindDsl.Text.Syntax;
using MindDsl.Text.Types;

namespace MindDsl.Text.Elaboration;

/// <content>Indexing, comprehensions and loops.</content>
internal sealed partial class Elaborator
{
    private (Core, MindType) Index(IndexSyntax node, NameScope? scope)
    {
        var target = Expression(node.Target, scope);
        var kinds = new List<IndexKind>();
        var places = node.Items.Map(item =>
        {
            if (item is not RangeSyntax range)
            {
                kinds.Add(IndexKind.Place);
                return new RangeCore(item.Span, WholeNumber(item, scope), null, null, true);
            }
            kinds.Add(range is { Start: null, Step: null, End: null } ? IndexKind.Whole : IndexKind.Range);
            Core? Part(ExpressionSyntax? part) => part is null ? null : WholeNumber(part, scope);
            return new RangeCore(range.Span, Part(range.Start), Part(range.Step), Part(range.End), false);
        });
        var result = _types.Fresh();
        _types.Add(new IndexConstraint(node.Span, target.Type, kinds.ToSeq(), result));
        return (new IndexCore(node.Span, target.Core, places), result);
    }

    /// <summary>An expression that has to be one whole number.</summary>
    private Core WholeNumber(ExpressionSyntax node, NameScope? scope)
    {
        var value = Expression(node, scope);
        _types.Require(node.Span, new DataType(_types.Fresh(Elements.Integer), ShapeType.Scalar), value.Type);
        return value.Core;
    }

    private (Core, MindType) Comprehension(ComprehensionSyntax node, NameScope? scope)
    {
        RequireDistinct(node.Iterations.Map(i => i.Target));
        var sources = new List<MindType>();
        var iterations = node.Iterations.Map(iteration =>
        {
            Core source;
            MindType type, element = _types.Fresh();
            if (iteration.Source is RangeSyntax range)
            {
                var index = DataType.Scalar(DType.I64);
                source = Range(range, scope);
                (type, element) = (index, index);
            }
            else
            {
                (source, type) = Expression(iteration.Source, scope);
                _types.Add(new IterateConstraint(iteration.Source.Span, type, element, true));
            }
            sources.Add(type);
            var pattern = Pattern(iteration.Target, element, ref scope);
            RequireCovering(iteration.Target.Span, [pattern], element);
            return (pattern, source);
        });
        var body = Expression(node.Body, scope);
        var result = _types.Fresh();
        _types.Add(new CollectConstraint(node.Span, sources.ToSeq(), body.Type, result));
        return (new ComprehensionCore(node.Span, iterations, body.Core), result);
    }

    private RangeCore Range(RangeSyntax node, NameScope? scope)
    {
        if (node.End is null) Report(node, Diagnostics.RangeWithoutEnd());
        Core? Part(ExpressionSyntax? part) => part is null ? null : WholeNumber(part, scope);
        return new(node.Span, Part(node.Start), Part(node.Step), Part(node.End), false);
    }

    private (Core, MindType) While(WhileSyntax node, NameScope? scope)
    {
        Refuse(LanguageFeatures.Loops, node, "while");
        var initial = Expression(node.Initial, scope);
        var (condition, step) = (Expression(node.Condition, scope), Expression(node.Step, scope));
        _types.Require(node.Condition.Span, new ArrowType(initial.Type, DataType.Bool), condition.Type);
        _types.Require(node.Step.Span, new ArrowType(initial.Type, initial.Type), step.Type);
        return (new WhileCore(node.Span, initial.Core, condition.Core, step.Core), initial.Type);
    }

    private (Core, MindType) Scan(ScanSyntax node, NameScope? scope)
    {
        if (node.Stacked is not null) Report(node, Diagnostics.PrintedFormOutOfPlace("stacked"));
        var length = WholeNumber(node.Length, scope);
        var (initial, inputs, step) = (Expression(node.Initial, scope), Expression(node.Inputs, scope), Expression(node.Step, scope));
        var (element, output, outputs) = (_types.Fresh(), _types.Fresh(), _types.Fresh());
        var index = DataType.Scalar(DType.I64);
        bool none = node.Inputs is TupleSyntax { Items.Count: 0 };
        if (!none) _types.Add(new IterateConstraint(node.Inputs.Span, inputs.Type, element, false));
        _types.Require(node.Step.Span, ArrowType.Of(none ? [index, initial.Type] : [index, initial.Type, element], new TupleType([initial.Type, output])), step.Type);
        _types.Add(new CollectConstraint(node.Span, [index], output, outputs));
        return (new ScanCore(node.Span, length, node.IsReverse, initial.Core, none ? new TupleCore(node.Inputs.Span, []) : inputs.Core, step.Core), new TupleType([initial.Type, outputs]));
    }
}
