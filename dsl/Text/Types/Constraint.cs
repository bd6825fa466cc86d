using MindDsl.Ir;

namespace MindDsl.Text.Types;

/// <summary>Something that has to hold between types, and that is looked at again until enough of them is known.</summary>
internal abstract class Constraint(TextSpan span)
{
    /// <summary>Where it comes from.</summary>
    public TextSpan Span { get; } = span;

    /// <summary>The types between which it holds.</summary>
    public abstract IEnumerable<MindType> Types { get; }

    /// <summary>Finds out what follows; false if too little is known yet. What cannot hold is reported, and counts as solved.</summary>
    public abstract bool TrySolve(Inference inference);

    /// <summary>False of what has nothing to decide as long as others may.</summary>
    public virtual bool MayDecide => true;

    /// <summary>Decides what nothing else decides.</summary>
    public virtual void Default(Inference inference)
    {
    }

    /// <summary>What to say if it stays undecided; null if that does not matter, because it is decided at the call.</summary>
    public virtual Diagnostic? Unsolved() => null;

    /// <summary>The same between copies of the types, for a use of a polymorphic value.</summary>
    public abstract Constraint Copy(Func<MindType, MindType> copy, TextSpan use);
}

/// <summary>
/// Operands of an operation element by element: they broadcast. A scalar beside a tensor takes the tensor's element type; scalars, and tensors, have one element type.
/// </summary>
/// <param name="span">The operation.</param>
/// <param name="operation">How the user wrote it.</param>
/// <param name="condition">An operand of truth values, of which only the shape counts.</param>
/// <param name="operands">The operands.</param>
/// <param name="result">The result.</param>
internal sealed class BroadcastConstraint(TextSpan span, string operation, DataType? condition, Seq<DataType> operands, DataType result) : Constraint(span)
{
    /// <inheritdoc/>
    public override IEnumerable<MindType> Types => condition is null ? [.. operands, result] : [condition, .. operands, result];

    /// <inheritdoc/>
    public override bool TrySolve(Inference inference)
    {
        var shapes = (condition is null ? operands : [condition, .. operands]).Map(o => o.Shape.Resolved);
        if (shapes.Any(s => s is TypeVariable { IsRigid: false })) return false;
        var strong = operands.Where(o => !IsScalar(o)).ToSeq();
        bool alike = Alike(inference, strong.Count > 0 ? strong : operands);
        if (alike && strong.Count > 0) foreach (var scalar in operands) if (IsScalar(scalar)) alike &= Beside(inference, scalar, strong[0]);
        if (!alike) return true;
        if (result.Element.Resolved is not ElementType { DType: DType.Bool }) inference.Unify(result.Element, (strong.Count > 0 ? strong : operands)[0].Element);
        if (Broadcast(shapes) is not { } shape) inference.Report(Span, Diagnostics.OperandsDoNotBroadcast(operation, Texts()));
        else if (!inference.Unify(result.Shape, shape)) inference.Report(Span, Diagnostics.TypesDiffer(TypeText.Of([result, new DataType(result.Element, shape)])));
        return true;
    }

    /// <inheritdoc/>
    public override void Default(Inference inference)
    {
        foreach (var part in Types) if (part is DataType { Shape.Resolved: TypeVariable { IsRigid: false } shape }) shape.Bind(ShapeType.Scalar);
    }

    /// <inheritdoc/>
    public override Constraint Copy(Func<MindType, MindType> copy, TextSpan use) => new BroadcastConstraint(
        use, operation, condition is null ? null : (DataType)copy(condition), operands.Map(o => (DataType)copy(o)), (DataType)copy(result));

    private static bool IsScalar(DataType data) => data.Shape.Resolved is ShapeType { Rank: 0 };

    private bool Alike(Inference inference, Seq<DataType> alike)
    {
        var first = alike[0];
        for (int k = 1; k < alike.Count; k++)
        {
            // What is known at the call says nothing about the other operands.
            if (first.Element.Resolved is AnyElement) first = alike[k];
            if (inference.Unify(first.Element, alike[k].Element)) continue;
            inference.Report(Span, Diagnostics.OperandsDiffer(operation, Texts()));
            return false;
        }
        return true;
    }

    private bool Beside(Inference inference, DataType scalar, DataType tensor)
    {
        if (scalar.Element.Resolved is TypeVariable && inference.Unify(scalar.Element, tensor.Element)) return true;
        if (scalar.Element.Resolved is ElementType number && tensor.Element.Resolved is ElementType element
            ? number.DType == element.DType || (number.DType != DType.Bool && (element.DType.IsFloat || (number.DType.IsInteger && element.DType.IsInteger)))
            : scalar.Element.Resolved is not TypeVariable) return true;
        inference.Report(Span, Diagnostics.OperandsDiffer(operation, Texts()));
        return false;
    }

    private string[] Texts() => TypeText.Of(operands.Map(o => (MindType)o));

    private static MindType? Broadcast(Seq<MindType> shapes)
    {
        if (shapes.Any(s => s is UnknownShape or TypeVariable)) return UnknownShape.Instance;
        int rank = shapes.Max(s => ((ShapeType)s).Rank);
        var lengths = new Dim?[rank];
        for (int axis = 1; axis <= rank; axis++)
        {
            Dim? known = Dim.Of(1);
            foreach (ShapeType shape in shapes.Select(s => (ShapeType)s))
            {
                if (axis > shape.Rank) continue;
                var length = shape.Lengths[shape.Rank - axis];
                if (length == Dim.Of(1) || length == known) continue;
                if (known == Dim.Of(1)) known = length;
                else if (known is { IsConstant: true } && length is { IsConstant: true }) return null;
                else known = length is { IsConstant: true } ? length : known is { IsConstant: true } ? known : null;
            }
            lengths[rank - axis] = known;
        }
        return new ShapeType([.. lengths]);
    }
}

/// <summary>A record has a field.</summary>
/// <param name="span">The use of the field.</param>
/// <param name="record">The record.</param>
/// <param name="field">The field.</param>
/// <param name="type">The type of the field.</param>
/// <param name="declared">The record type that was declared last with such a field, which it is if nothing else decides.</param>
internal sealed class FieldConstraint(TextSpan span, MindType record, string field, MindType type, RecordType? declared) : Constraint(span)
{
    /// <inheritdoc/>
    public override IEnumerable<MindType> Types => [record, type];

    /// <inheritdoc/>
    public override bool TrySolve(Inference inference)
    {
        switch (record.Resolved)
        {
            case TypeVariable { IsRigid: false }:
                return false;
            case RecordType known when known.Names.IndexOf(field) is var k and >= 0:
                inference.Require(Span, known.Types[k], type);
                return true;
            case RecordType known:
                inference.Report(Span, Diagnostics.FieldNotFound(field, TypeText.Of(known), known.Names));
                return true;
            default:
                inference.Report(Span, Diagnostics.FieldNotFound(field, TypeText.Of(record), []));
                return true;
        }
    }

    /// <inheritdoc/>
    public override void Default(Inference inference)
    {
        if (declared is not null) inference.Unify(record, declared);
    }

    /// <inheritdoc/>
    public override Diagnostic? Unsolved() => Diagnostics.RecordNotKnown(field);

    /// <inheritdoc/>
    public override Constraint Copy(Func<MindType, MindType> copy, TextSpan use) => new FieldConstraint(use, copy(record), field, copy(type), declared);
}
