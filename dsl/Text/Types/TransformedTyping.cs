using MindDsl.Ir;

namespace MindDsl.Text.Types;

/// <summary>The type of a function taken apart, for the type of what a transformation makes of it.</summary>
internal sealed record TransformedTyping(Inference Inference, TextSpan Span, TextTransformation Transformation, Seq<MindType> Parameters, MindType Value)
{
    /// <summary>True if there is the parameter that the transformation names.</summary>
    public bool HasArgument => Transformation.Argument < Parameters.Count;

    /// <summary>The type of the parameter that the transformation names.</summary>
    public MindType Wanted => Parameters[Transformation.Argument];

    /// <summary>The types of all parameters, a tuple if there is more than one.</summary>
    public MindType All => Parameters.Count == 1 ? Parameters[0] : new TupleType(Parameters);

    /// <summary>A function of the same parameters; of one that is differentiated, the value is a float, or a pair of a float and more.</summary>
    public MindType WithResult(MindType result, bool scalar)
    {
        var loss = Value.Resolved is TupleType { Items.Count: 2 } pair ? pair.Items[0] : Value;
        if (scalar) Inference.Require(Span, new DataType(Inference.Fresh(Elements.Float), ShapeType.Scalar), loss);
        return ArrowType.Of(Parameters, result);
    }

    /// <summary>Partial derivatives: for each number or tensor of a value, for each of the parameter, a tensor with the axes of both.</summary>
    public MindType Partial(MindType value) => OfLeaves(value, v => OfLeaves(Wanted, _ => new DataType(v.Element, UnknownShape.Instance)));

    /// <summary>Many values along a new axis.</summary>
    public MindType Batch(MindType type, int axis)
    {
        var batch = Inference.Fresh();
        Inference.Add(new BatchConstraint(Span, type, batch, axis));
        return batch;
    }

    /// <summary>The function on many values along axes.</summary>
    public MindType Batched()
    {
        var axes = Transformation.Axes;
        if (axes.Count > 0 && axes.Count != Parameters.Count) Inference.Report(Span, Diagnostics.BatchAxesDiffer(axes.Count, Parameters.Count));
        return ArrowType.Of(
            Parameters.Map((p, k) => axes.Count == 0 ? Batch(p, 0) : k < axes.Count && axes[k] is { } axis ? Batch(p, axis) : p),
            Batch(Value, Transformation.OutAxis));
    }

    /// <summary>A function of one number, which gives one, as one that gives a vector of derivatives.</summary>
    public MindType? OfOneNumber()
    {
        if (Parameters.Count != 1) return null;
        var number = new DataType(Inference.Fresh(Elements.Float), ShapeType.Scalar);
        Inference.Require(Span, number, Parameters[0]);
        Inference.Require(Span, new DataType(Inference.Fresh(Elements.Float), ShapeType.Scalar), Value);
        return new ArrowType(Parameters[0], new DataType(number.Element, new ShapeType([Dim.Of(Transformation.Order + 1)])));
    }

    private MindType OfLeaves(MindType type, Func<DataType, MindType> leaf)
    {
        switch (type.Resolved)
        {
            case TupleType tuple:
                return new TupleType(tuple.Items.Map(t => OfLeaves(t, leaf)));
            case RecordType record:
                return new RecordType(record.Names, record.Types.Map(t => OfLeaves(t, leaf)));
            case ListType list:
                return new ListType(OfLeaves(list.Element, leaf));
            default:
                var data = new DataType(Inference.Fresh(Elements.Float), UnknownShape.Instance);
                Inference.Require(Span, data, type);
                return leaf(data);
        }
    }
}
