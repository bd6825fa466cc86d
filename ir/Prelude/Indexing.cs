namespace MindDsl.Ir;

public static partial class Prelude
{
    /// <summary>The part of x at places of its first axes; each place is an i64 scalar, known or computed.</summary>
    public static Term At(Term x, params Term[] places)
    {
        if (places.Length > x.Rank) throw new MindDslException(Diagnostics.AxisOutOfRange("an index", places.Length - 1, x.Type));
        var atoms = new Atom[places.Length + 1];
        atoms[0] = x.Atom;
        bool known = true;
        for (int k = 0; k < places.Length; k++)
        {
            if (places[k].Rank != 0 || !places[k].DType.IsInteger)
                throw new MindDslException(Diagnostics.ElementTypesDoNotFit("an index", Signature.Integer, [places[k].Type]));
            atoms[k + 1] = places[k].To(DType.I64).Atom;
            known &= atoms[k + 1] is Ir.Literal && x.Shape[k].IsConstant;
        }
        return known ? Known(x, atoms) : new(x.Builder, x.Builder.Apply(Ir.Gather.At(x.Rank, places.Length), atoms));
    }

    /// <summary>Elements along an axis at places that depend on all axes: y[…, k, …] = x[…, i[…, k, …], …]. The other axes of the places may be shorter.</summary>
    public static Term Gather(Term x, Term places, int axis)
    {
        int k = Axis("gather", axis, x);
        var (gather, indices) = Along("gather", x, places, k);
        return Apply(gather, [x, .. indices]);
    }

    /// <summary>Slices along an axis at places; the axes of the places take the place of the axis (NumPy: take).</summary>
    public static Term Take(Term x, Term places, int axis = 0)
    {
        int k = Axis("take", axis, x);
        return Apply(Ir.Gather.Take(x.Rank, k, places.Rank), x, Index("take", places));
    }

    /// <summary>Rows of a table at places of any rank.</summary>
    public static Term Embedding(Term table, Term places) => Take(table, places);

    /// <summary>Parts at places of the first axes, one tensor of places for each; the tensors have one shape, which comes first in the result.</summary>
    public static Term GatherNd(Term x, params Term[] places) => Apply(First("gather_nd", x, places), [x, .. places.Select(p => Index("gather_nd", p))]);

    /// <summary>x with the updates put at the places from which <see cref="Gather"/> would read; of several at one place the last one stays.</summary>
    public static Term Scatter(Term x, Term places, Term updates, int axis) => ScatterAlong("scatter", x, places, updates, axis, overwrite: true);

    /// <summary>x with the updates added at the places from which <see cref="Gather"/> would read.</summary>
    public static Term ScatterAdd(Term x, Term places, Term updates, int axis) => ScatterAlong("scatter_add", x, places, updates, axis, overwrite: false);

    /// <summary>x with slices added at places along an axis.</summary>
    public static Term IndexAdd(Term x, Term places, Term updates, int axis = 0) => IndexUpdate("index_add", x, places, updates, axis, overwrite: false);

    /// <summary>x with slices replaced at places along an axis; of several at one place the last one stays.</summary>
    public static Term IndexCopy(Term x, Term places, Term updates, int axis = 0) => IndexUpdate("index_copy", x, places, updates, axis, overwrite: true);

    /// <summary>x with the part of an axis from start up to stop, excluded, replaced.</summary>
    public static Term UpdateSlice(Term x, Term updates, int axis, long start, long stop, int step = 1)
    {
        int k = Axis("update_slice", axis, x);
        long length = x.Shape[k].Value;
        long from = Place(start, length), to = Place(stop, length);
        if (step <= 0) throw new MindDslException(Diagnostics.ArgumentOutOfRange("update_slice", "step", Text(step), "1 and more"));
        long count = to <= from ? 0 : (to - from + step - 1) / step;
        var wide = updates.BroadcastTo(new(x.Shape.Dims.With(k, count)));
        if (count == 0) return x;
        var none = Seq.Repeat(Dim.Of(0), x.Rank);
        var spread = wide.Apply(new Pad(none.With(k, from), none.With(k, length - from - ((count - 1) * step + 1)), Seq.Repeat(0, x.Rank).With(k, step - 1), 0));
        var place = Places(x, new([length]), 0);
        var inside = (place >= place.Literal(from)) & (place < place.Literal(to));
        if (step > 1) inside &= IsZero(ElementwiseOps.Rem.On(place - from, place.Literal(step)));
        return inside.Reshape(new(Seq.Repeat(Dim.Of(1), x.Rank).With(k, length))).Select(spread, x);
    }

    /// <summary>1 at the place that each index names along a new last axis, 0 elsewhere.</summary>
    public static Term OneHot(Term places, int classes, DType type = DType.F32)
    {
        var index = Index("one_hot", places);
        return ExpandDims(index, -1).EqualTo(Places(places, Shape.Of(classes), 0)).To(type);
    }

    /// <summary>A number where the mask holds, x elsewhere.</summary>
    public static Term MaskedFill(Term x, Term mask, double value) => mask.Select(double.IsFinite(value) ? Weak(x, value) : x.Literal(value), x);

    private static Term Known(Term x, Atom[] atoms)
    {
        int count = atoms.Length - 1;
        var starts = Seq.Repeat(Dim.Of(0), x.Rank);
        for (int k = 0; k < count; k++)
        {
            long place = ((Literal)atoms[k + 1]).Integer, length = x.Shape[k].Value;
            if (place < 0 || place >= length) throw new MindDslException(Diagnostics.IndexOutOfRange(place, k, length));
            starts = starts.With(k, place);
        }
        var dims = x.Shape.Dims;
        var part = x.Apply(new Slice(starts, dims.Map((d, k) => k < count ? Dim.Of(1) : d), Seq.Repeat(1, x.Rank)));
        return part.Reshape(new(dims.Slice(count, x.Rank - count)));
    }

    private static Term ScatterAlong(string op, Term x, Term places, Term updates, int axis, bool overwrite)
    {
        int k = Axis(op, axis, x);
        var (gather, indices) = Along(op, x, places, k);
        return Apply(new Scatter(gather, overwrite), [x, .. indices, updates.BroadcastTo(places.Shape)]);
    }

    private static Term IndexUpdate(string op, Term x, Term places, Term updates, int axis, bool overwrite)
    {
        int k = Axis(op, axis, x);
        return Apply(new Scatter(Ir.Gather.Take(x.Rank, k, places.Rank), overwrite), x, Index(op, places), updates);
    }

    /// <summary>The gather whose index along one axis depends on all axes. An axis along which the places are shorter than x is indexed by its own index.</summary>
    private static (Gather Gather, Term[] Indices) Along(string op, Term x, Term places, int axis)
    {
        if (places.Rank != x.Rank)
            throw new MindDslException(Diagnostics.ShapesDoNotFit(op, "the places have as many axes as what they index", ("operand", x.Type), ("places", places.Type)));
        var indices = new List<Term>();
        var axes = new GatherAxis[x.Rank];
        for (int k = 0; k < axes.Length; k++)
        {
            axes[k] = k == axis ? GatherAxis.From(Seq.Range(x.Rank))
                : places.Shape[k] == x.Shape[k] ? GatherAxis.Along(k)
                : GatherAxis.From([k]);
            if (k == axis) indices.Add(Index(op, places));
            else if (axes[k].Indexed) indices.Add(Places(x, new([places.Shape[k]]), 0));
        }
        return (new(Seq.Create<GatherAxis>(axes), x.Rank), [.. indices]);
    }

    private static Gather First(string op, Term x, Term[] places)
    {
        if (places.Length == 0 || places.Length > x.Rank) throw new MindDslException(Diagnostics.WrongOperandCount(op, x.Rank, places.Length));
        int rank = places[0].Rank;
        return new(Seq.Range(x.Rank).Map(k => k < places.Length
            ? GatherAxis.From(Seq.Range(rank))
            : GatherAxis.Along(k - places.Length + rank)), x.Rank - places.Length + rank);
    }

    private static Term Index(string op, Term places) => places.DType.IsInteger
        ? places.To(DType.I64)
        : throw new MindDslException(Diagnostics.ElementTypesDoNotFit(op, Signature.Integer, [places.Type]));
}
