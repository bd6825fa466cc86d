namespace MindDsl.Ir;

/// <summary>Places of one axis: those in an index tensor, or a range.</summary>
/// <param name="Index">The places, of any shape; null for a range.</param>
/// <param name="Length">The length of the axis.</param>
/// <param name="Count">How many places are selected.</param>
/// <param name="Start">The first place of a range.</param>
/// <param name="Step">From one place of a range to the next.</param>
internal sealed record Selection(Atom? Index, long Length, long Count, long Start, int Step)
{
    /// <summary>The selection that an operation is, and the axis; null if it is none, or one of about all places.</summary>
    public static (Selection Selection, int Axis)? Of(Apply apply)
    {
        if (apply.Op is not (Gather or Slice)) return null;
        var operand = apply.Arguments[0].Tensor;
        if (!operand.Shape.IsConstant) return null;
        switch (apply.Op)
        {
            case Gather gather when apply.Arguments.Count == 2:
                int axis = gather.Axes.TakeWhile(a => !a.Indexed).Count();
                var index = apply.Arguments[1];
                if (gather != Gather.Take(operand.Rank, axis, index.Tensor.Rank) || !index.Tensor.Shape.IsConstant) return null;
                // Places may repeat.
                long count = index.Tensor.Shape.Size.Value;
                return 2 * count <= operand.Shape[axis].Value ? (new(index, operand.Shape[axis].Value, count, 0, 1), axis) : null;
            case Slice slice:
                var cut = Seq.Range(operand.Rank).Where(k => slice.Lengths[k] != operand.Shape[k]).ToSeq();
                if (cut.Count != 1 || !slice.Lengths[cut[0]].IsConstant || !slice.Starts[cut[0]].IsConstant) return null;
                long length = operand.Shape[cut[0]].Value, part = slice.Lengths[cut[0]].Value;
                return 4 * part <= 3 * length ? (new(null, length, part, slice.Starts[cut[0]].Value, slice.Steps[cut[0]]), cut[0]) : null;
            default:
                return null;
        }
    }

    /// <summary>The selected places of an axis of a tensor.</summary>
    public Atom Read(BlockCopy copy, BlockBuilder builder, Atom atom, int axis)
    {
        var term = builder[copy[atom]];
        int rank = term.Rank;
        if (Index is { } index)
            return builder.Apply(Gather.Take(rank, axis, 1), term.Atom, builder[copy[index]].Reshape(new([Count])).Atom);
        return term.Apply(new Slice(Seq.Repeat(Dim.Of(0), rank).With(axis, Start), term.Shape.Dims.With(axis, Count), Seq.Repeat(1, rank).With(axis, Step))).Atom;
    }
}

/// <summary>For each operation that computes places of an axis one by one, the operation for some of the places.</summary>
internal static class SelectionRules
{
    /// <summary>
    /// The operation on operands of which, along the given axes, the same places are selected; −1 stands for an operand that stays whole. Null if there is none.
    /// </summary>
    public static (Op Op, Seq<int> Axes)? Pulled(Apply apply, Selection selection, int axis)
    {
        var types = apply.Arguments.Map(a => a.Tensor);
        switch (apply.Op)
        {
            case Elementwise or Convert:
                return (apply.Op, types.Map(t => t.Rank > 0 ? axis : -1)) is var map && map.Item2.Any(a => a >= 0) ? map : null;
            case Broadcast broadcast:
                int kept = broadcast.Axes.IndexOf(axis);
                return (new Broadcast(Shortened(broadcast.To, axis, selection), broadcast.Axes), [kept]);
            case Permute permute:
                return (permute, [permute.Axes[axis]]);
            case Reshape reshape:
                return Parted(reshape, types[0].Shape, axis) is var part and >= 0 ? (new Reshape(Shortened(reshape.To, axis, selection)), [part]) : null;
            case Contract contract:
                char letter = contract.Result[axis];
                return (contract, [contract.Left.IndexOf(letter), contract.Right.IndexOf(letter)]);
            case Reduce reduce:
                return (reduce, [Seq.Range(types[0].Rank).Where(k => reduce.Axes.IndexOf(k) < 0).ElementAt(axis)]);
            case ArgReduce reduce:
                return (reduce, [axis < reduce.Axis ? axis : axis + 1]);
            case Concat concat when concat.Axis != axis:
                return (concat, types.Map(_ => axis));
            case Pad pad when pad.Low[axis] == Dim.Of(0) && pad.High[axis] == Dim.Of(0) && pad.Interior[axis] == 0:
                return (pad, [axis]);
            case Flip flip when flip.Axes.IndexOf(axis) < 0:
                return (flip, [axis]);
            case Slice slice when slice.Lengths[axis] == types[0].Shape[axis]:
                return (slice with { Lengths = slice.Lengths.With(axis, selection.Count) }, [axis]);
            case Gather gather:
                return Gathered(gather, axis);
            default:
                return null;
        }
    }

    private static Shape Shortened(Shape shape, int axis, Selection selection) => new(shape.Dims.With(axis, selection.Count));

    /// <summary>The axis of the operand of a reshape that an axis of its result is; −1 if it is a part of one, or several.</summary>
    private static int Parted(Reshape reshape, Shape from, int axis)
    {
        if (Before(reshape.To, axis) is not { } before) return -1;
        for (int k = 0; k < from.Rank; k++) if (from[k] == reshape.To[axis] && Before(from, k) == before) return k;
        return -1;
    }

    /// <summary>How many places the axes before an axis have; null if that is not known.</summary>
    private static long? Before(Shape shape, int axis)
    {
        long product = 1;
        for (int k = 0; k < axis; k++)
        {
            if (!shape[k].IsConstant) return null;
            product *= shape[k].Value;
        }
        return product;
    }

    /// <summary>Places of places: of the operand along an axis that is read in order, of index tensors along the axes that they share with the result.</summary>
    private static (Op, Seq<int>)? Gathered(Gather gather, int axis)
    {
        int whole = -1, next = 0;
        var indices = new List<int>();
        for (int k = 0; k < gather.Axes.Count; k++)
        {
            var from = gather.Axes[k];
            if (from.Indexed) indices.Add(from.Axes.IndexOf(axis));
            else if (from.Axes[0] == axis)
            {
                (whole, next) = (k, next + 1);
            }
        }
        return next <= 1 ? (gather, [whole, .. indices]) : null;
    }
}
