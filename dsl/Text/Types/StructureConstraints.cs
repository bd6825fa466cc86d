using MindDsl.Ir;
using MindDsl.Quote;

namespace MindDsl.Text.Types;

/// <summary>What may be iterated over: a tensor along its first axis, a list, and, where indices count, a whole number.</summary>
internal sealed class IterateConstraint(TextSpan span, MindType container, MindType element, bool numbersCount) : Constraint(span)
{
    /// <inheritdoc/>
    public override IEnumerable<MindType> Types => [container, element];

    /// <inheritdoc/>
    public override bool TrySolve(Inference inference)
    {
        switch (container.Resolved)
        {
            case TypeVariable { IsRigid: false }:
                return false;
            case ListType list:
                inference.Require(Span, list.Element, element);
                return true;
            case DataType data:
                switch (data.Shape.Resolved)
                {
                    case ShapeType { Rank: > 0 } shape:
                        inference.Require(Span, new DataType(data.Element, new ShapeType(shape.Lengths.Slice(1, shape.Rank - 1))), element);
                        return true;
                    case ShapeType when numbersCount:
                        inference.AsData(Span, data, Elements.Integer);
                        inference.Require(Span, DataType.Scalar(DType.I64), element);
                        return true;
                    case UnknownShape:
                        inference.Require(Span, new DataType(data.Element, UnknownShape.Instance), element);
                        return true;
                    case ShapeType:
                        break;
                    default:
                        return false;
                }
                break;
        }
        inference.Report(Span, Diagnostics.NothingToIterate(TypeText.Of(container)));
        return true;
    }

    /// <inheritdoc/>
    public override void Default(Inference inference)
    {
        if (container.Resolved is DataType { Shape.Resolved: TypeVariable shape }) shape.Bind(numbersCount ? ShapeType.Scalar : UnknownShape.Instance);
        else if (numbersCount) inference.Unify(container, DataType.Scalar(DType.I64));
        else inference.Unify(container, element.Resolved is DataType data ? new DataType(data.Element, UnknownShape.Instance) : new ListType(element));
    }

    /// <inheritdoc/>
    public override Constraint Copy(Func<MindType, MindType> copy, TextSpan use) => new IterateConstraint(use, copy(container), copy(element), numbersCount);
}

/// <summary>What is made for each element or index: a tensor of numbers, structures of tensors, or, over lists, a list.</summary>
internal sealed class CollectConstraint(TextSpan span, Seq<MindType> sources, MindType element, MindType result) : Constraint(span)
{
    /// <inheritdoc/>
    public override IEnumerable<MindType> Types => [.. sources, element, result];

    /// <inheritdoc/>
    public override bool TrySolve(Inference inference)
    {
        var lengths = new List<Dim?>();
        foreach (var source in sources)
        {
            switch (source.Resolved)
            {
                case ListType:
                    inference.Require(Span, new ListType(element), result);
                    return true;
                case DataType { Shape.Resolved: ShapeType shape }:
                    lengths.Add(shape.Rank > 0 ? shape.Lengths[0] : null);
                    break;
                case DataType { Shape.Resolved: UnknownShape }:
                    lengths.Add(null);
                    break;
                case DataType or TypeVariable:
                    return false;
                default:
                    inference.Report(Span, Diagnostics.NothingToIterate(TypeText.Of(source)));
                    return true;
            }
        }
        if (BatchConstraint.Batched(element, lengths.ToSeq()) is not { } batch) return false;
        inference.Require(Span, batch, result);
        return true;
    }

    /// <inheritdoc/>
    public override void Default(Inference inference)
    {
        foreach (var source in sources) if (source.Resolved is DataType { Shape.Resolved: TypeVariable shape }) shape.Bind(UnknownShape.Instance);
        BatchConstraint.Settle(element);
    }

    /// <inheritdoc/>
    public override Constraint Copy(Func<MindType, MindType> copy, TextSpan use) => new CollectConstraint(use, sources.Map(copy), copy(element), copy(result));
}

/// <summary>A type and the one with a further first axis in every leaf.</summary>
internal sealed class BatchConstraint(TextSpan span, MindType element, MindType batch, int axis = 0) : Constraint(span)
{
    /// <inheritdoc/>
    public override IEnumerable<MindType> Types => [element, batch];

    /// <summary>The type with more axes at a place; null if it is not known enough.</summary>
    public static MindType? Batched(MindType element, Seq<Dim?> lengths, int axis = 0)
    {
        Seq<MindType>? All(Seq<MindType> types)
        {
            var batched = types.Select(t => Batched(t, lengths, axis)).ToArray();
            return batched.Any(t => t is null) ? null : batched.Select(t => t!).ToSeq();
        }
        return element.Resolved switch
        {
            DataType { Shape.Resolved: ShapeType shape } data => new DataType(data.Element, Place(axis, shape.Rank) is { } at
                ? new ShapeType([.. shape.Lengths.Slice(0, at), .. lengths, .. shape.Lengths.Slice(at, shape.Rank - at)])
                : UnknownShape.Instance),
            DataType { Shape.Resolved: UnknownShape } data => new DataType(data.Element, UnknownShape.Instance),
            TupleType tuple => All(tuple.Items) is { } items ? new TupleType(items) : null,
            RecordType record => All(record.Types) is { } types ? new RecordType(record.Names, types) : null,
            ListType list => Batched(list.Element, lengths, axis) is { } inner ? new ListType(inner) : null,
            DataType or TypeVariable => null,
            var other => other,
        };
    }

    /// <summary>The place of an axis behind so many others, counted from the end if it is negative; null if there is none.</summary>
    private static int? Place(int axis, int others) => (axis < 0 ? axis + others + 1 : axis) is var at && at >= 0 && at <= others ? at : null;

    /// <summary>Makes shapes that are still to be found known at the call.</summary>
    public static void Settle(MindType type)
    {
        switch (type.Resolved)
        {
            case DataType { Shape.Resolved: TypeVariable { IsRigid: false } shape }:
                shape.Bind(UnknownShape.Instance);
                break;
            case TupleType tuple:
                foreach (var item in tuple.Items) Settle(item);
                break;
            case RecordType record:
                foreach (var field in record.Types) Settle(field);
                break;
            case ListType list:
                Settle(list.Element);
                break;
        }
    }

    /// <inheritdoc/>
    public override bool TrySolve(Inference inference)
    {
        if (Batched(element, [null], axis) is { } known)
        {
            inference.Require(Span, known, batch);
            return true;
        }
        if (batch.Resolved is DataType { Shape.Resolved: ShapeType { Rank: > 0 } shape } data && Place(axis, shape.Rank - 1) is { } at)
        {
            inference.Require(Span, new DataType(data.Element, new ShapeType([.. shape.Lengths.Slice(0, at), .. shape.Lengths.Slice(at + 1, shape.Rank - at - 1)])), element);
            return true;
        }
        return false;
    }

    /// <inheritdoc/>
    public override void Default(Inference inference)
    {
        // A formula on numbers, run for each of many.
        if (element.Resolved is DataType { Shape.Resolved: TypeVariable { IsRigid: false } shape } && batch.Resolved is TypeVariable) shape.Bind(ShapeType.Scalar);
        else Settle(element);
    }

    /// <inheritdoc/>
    public override Constraint Copy(Func<MindType, MindType> copy, TextSpan use) => new BatchConstraint(use, copy(element), copy(batch), axis);
}

/// <summary>Elements that are written out: numbers make a tensor, everything else a list.</summary>
internal sealed class ListConstraint(TextSpan span, MindType element, int count, bool nested, MindType result) : Constraint(span)
{
    /// <inheritdoc/>
    public override IEnumerable<MindType> Types => [element, result];

    /// <inheritdoc/>
    public override bool TrySolve(Inference inference)
    {
        switch (element.Resolved)
        {
            case TypeVariable or DataType { Shape.Resolved: TypeVariable }:
                return false;
            case DataType { Shape.Resolved: ShapeType shape } data when shape.Rank == 0 || nested:
                inference.Require(Span, new DataType(data.Element, new ShapeType([Dim.Of(count), .. shape.Lengths])), result);
                return true;
            default:
                inference.Require(Span, new ListType(element), result);
                return true;
        }
    }

    /// <inheritdoc/>
    public override void Default(Inference inference)
    {
        if (element.Resolved is DataType { Shape.Resolved: TypeVariable { IsRigid: false } shape }) shape.Bind(ShapeType.Scalar);
        else if (element.Resolved is TypeVariable { IsRigid: false }) inference.Unify(result, new ListType(element));
    }

    /// <inheritdoc/>
    public override Constraint Copy(Func<MindType, MindType> copy, TextSpan use) => new ListConstraint(use, copy(element), count, nested, copy(result));
}

/// <summary>How an axis is indexed.</summary>
internal enum IndexKind
{
    /// <summary>By a number: the axis disappears.</summary>
    Place,

    /// <summary>By a range: the axis gets shorter.</summary>
    Range,

    /// <summary>By <c>*</c>: the axis stays.</summary>
    Whole,
}

/// <summary>A part of a tensor or a list.</summary>
internal sealed class IndexConstraint(TextSpan span, MindType target, Seq<IndexKind> places, MindType result) : Constraint(span)
{
    /// <inheritdoc/>
    public override IEnumerable<MindType> Types => [target, result];

    /// <inheritdoc/>
    public override bool TrySolve(Inference inference)
    {
        switch (target.Resolved)
        {
            case TypeVariable { IsRigid: false }:
                return false;
            case ListType list when places.Count == 1:
                inference.Require(Span, places[0] == IndexKind.Place ? list.Element : list, result);
                return true;
            case DataType { Shape.Resolved: UnknownShape } data:
                inference.Require(Span, new DataType(data.Element, UnknownShape.Instance), result);
                return true;
            case DataType { Shape.Resolved: ShapeType shape } data when shape.Rank >= places.Count:
                var lengths = new List<Dim?>();
                for (int k = 0; k < shape.Rank; k++)
                    if (k >= places.Count || places[k] == IndexKind.Whole) lengths.Add(shape.Lengths[k]);
                    else if (places[k] == IndexKind.Range) lengths.Add(null);
                inference.Require(Span, new DataType(data.Element, new ShapeType(lengths.ToSeq())), result);
                return true;
            case DataType { Shape.Resolved: TypeVariable }:
                return false;
            default:
                inference.Report(Span, Diagnostics.CannotBeIndexed(TypeText.Of(target), places.Count));
                return true;
        }
    }

    /// <inheritdoc/>
    public override void Default(Inference inference)
    {
        if (target.Resolved is DataType { Shape.Resolved: TypeVariable { IsRigid: false } shape }) shape.Bind(UnknownShape.Instance);
        else inference.Unify(target, new DataType(inference.Fresh(), UnknownShape.Instance));
    }

    /// <inheritdoc/>
    public override Constraint Copy(Func<MindType, MindType> copy, TextSpan use) => new IndexConstraint(use, copy(target), places, copy(result));
}

/// <summary>A function and what a transformation makes of it.</summary>
internal sealed class TransformConstraint(TextSpan span, TextTransformation transformation, MindType function, MindType result) : Constraint(span)
{
    private bool _isFinal;

    /// <inheritdoc/>
    public override bool MayDecide => function.Resolved is ArrowType;

    /// <inheritdoc/>
    public override IEnumerable<MindType> Types => [function, result];

    /// <inheritdoc/>
    public override bool TrySolve(Inference inference)
    {
        var parameters = new List<MindType>();
        var value = function.Resolved;
        for (; value is ArrowType arrow; value = arrow.Result.Resolved) parameters.Add(arrow.Parameter);
        if (value is TypeVariable { IsRigid: false } && (!_isFinal || parameters.Count == 0)) return false;
        if (parameters.Count == 0)
        {
            inference.Report(Span, Diagnostics.FunctionNeeded(TypeText.Of(function)));
            return true;
        }
        if (transformation.TypeOf(inference, Span, parameters.ToSeq(), value) is { } type) inference.Require(Span, type, result);
        else inference.Report(Span, Diagnostics.ArgumentNotThere(transformation.Name, transformation.Argument, parameters.Count));
        return true;
    }

    /// <inheritdoc/>
    public override void Default(Inference inference) => _isFinal = true;

    /// <inheritdoc/>
    public override Diagnostic? Unsolved() => Diagnostics.FunctionNeeded(TypeText.Of(function));

    /// <inheritdoc/>
    public override Constraint Copy(Func<MindType, MindType> copy, TextSpan use) => new TransformConstraint(use, transformation, copy(function), copy(result));
}
