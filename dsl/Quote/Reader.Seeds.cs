using MindDsl.Ir;

namespace MindDsl.Quote;

/// <content>Work for every place of a tensor, such as that of the seeds of a Jacobian.</content>
internal sealed partial class Reader
{
    /// <summary>
    /// How many seeds are worked on at once: sixteen vectors of eight numbers. Products of so many lanes with a matrix earn what it costs to pack the matrix, which fewer do not; and what a lane
    /// computes on its way is there 128 times and not as often as there are seeds.
    /// </summary>
    private const long MostLanes = 128;

    /// <summary>Widths down to this are tried to find one that leaves few lanes of the last chunk without work.</summary>
    private const long FewestLanes = 96;

    /// <summary>Up to this number of seeds all are worked on at once: two chunks save little memory.</summary>
    private const long MostAtOnce = 2 * MostLanes;

    /// <summary>
    /// The results for each place of a tensor, with its axes before their own. The places are lanes of a comprehension; many of them are taken in chunks, one after another, which share all
    /// that is computed before.
    /// </summary>
    private Seq<Atom> PerPlace(TensorType type, Func<Seq<Atom>, Seq<Atom>> each)
    {
        if (type.Rank == 0) return each([]);
        if (type.Shape.Size is { IsConstant: true, Value: > MostAtOnce and var places }) return InChunks(type, places, each);
        var indices = type.Shape.Dims.Map((_, k) => new Value(TensorType.Scalar(DType.I64), "ijkl"[k % 4].ToString()));
        return EachLane(type.Shape.Dims, indices, () => each(indices.Map(Atom (i) => i)));
    }

    private Seq<Atom> EachLane(Seq<Dim> extents, Seq<Value> indices, Func<Seq<Atom>> each)
    {
        var (builder, outputs) = Nested(each);
        return _builder.Emit(
            new Build(extents, builder.Build(indices, outputs)),
            outputs.Map(IrType (o) => o.Tensor with { Shape = new([.. extents, .. o.Tensor.Shape.Dims]) })).Map(Atom (v) => v);
    }

    private Seq<Atom> InChunks(TensorType type, long places, Func<Seq<Atom>, Seq<Atom>> each)
    {
        long width = Enumerable.Range((int)FewestLanes, (int)(MostLanes - FewestLanes) + 1).MinBy(w => ((w - (places % w)) % w, -w));
        long chunks = (places + width - 1) / width;
        var (chunk, lane) = (new Value(TensorType.Scalar(DType.I64), "chunk"), new Value(TensorType.Scalar(DType.I64), "lane"));
        var (body, stacks) = Nested(() => EachLane([width], [lane], () =>
        {
            var number = (_builder[chunk] * _builder[Literal.Index(width)]) + _builder[lane];
            // The lanes that are too many do the last place again, and are dropped.
            if (chunks * width > places) number = ElementwiseOps.Min.On(number, number.Literal(places - 1));
            return each(Place(type, number));
        }));
        var all = _builder.Emit(
            new Scan(Literal.Index(chunks), chunks, false, [], [], body.Build([chunk], stacks)),
            stacks.Map(IrType (s) => s.Tensor with { Shape = new([chunks, .. s.Tensor.Shape.Dims]) }));
        return all.Map(stack =>
        {
            var inner = stack.Tensor.Shape.Dims.Slice(2, stack.Tensor.Rank - 2);
            var rows = _builder[stack].Reshape(new([chunks * width, .. inner]));
            if (chunks * width > places) rows = Prelude.Slice(rows, 0, 0, places);
            return rows.Reshape(new([.. type.Shape.Dims, .. inner])).Atom;
        });
    }

    /// <summary>The indices of a place that is given by its number in row-major order.</summary>
    private static Seq<Atom> Place(TensorType type, Term number)
    {
        var indices = new Atom[type.Rank];
        for (int k = type.Rank - 1; k >= 0; k--)
        {
            var length = number.Literal(type.Shape[k].Value);
            indices[k] = k == 0 ? number.Atom : ElementwiseOps.Rem.On(number, length).Atom;
            if (k > 0) number /= length;
        }
        return Seq.Create<Atom>(indices);
    }
}
