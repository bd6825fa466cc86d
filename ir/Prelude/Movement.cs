namespace MindDsl.Ir;

public static partial class Prelude
{
    /// <summary>The elements in another shape, in row-major order; one length may be −1 and is computed.</summary>
    public static Term Reshape(Term x, params long[] shape)
    {
        int open = Array.IndexOf(shape, -1L);
        if (open < 0) return x.Reshape(Shape.Of(shape));
        long known = 1;
        for (int k = 0; k < shape.Length; k++) if (k != open) known *= shape[k];
        long count = x.Shape.Size.Value;
        if (known <= 0 || count % known != 0 || Array.LastIndexOf(shape, -1L) != open) throw new MindDslException(Diagnostics.SizesDiffer(x.Type, Shape.Of(shape)));
        return x.Reshape(new(Shape.Of(shape).Dims.With(open, count / known)));
    }

    /// <summary>The axes from <paramref name="start"/> to <paramref name="end"/>, both included, as one.</summary>
    public static Term Flatten(Term x, int start = 0, int end = -1)
    {
        if (x.Rank == 0) return x.Reshape(Shape.Of(1));
        int first = Axis("flatten", start, x), last = Axis("flatten", end, x);
        if (last < first) throw new MindDslException(Diagnostics.AxesDoNotFit("flatten", [first, last], x.Type));
        var dims = x.Shape.Dims;
        var one = new Shape(dims.Slice(first, last - first + 1)).Size;
        return x.Reshape(new([.. dims.Slice(0, first), one, .. dims.Slice(last + 1, x.Rank - last - 1)]));
    }

    /// <summary>The axes in another order: axis k of the result is axis <c>axes[k]</c> of x.</summary>
    public static Term Permute(Term x, params int[] axes)
    {
        var order = axes.Select(a => Axis("permute", a, x)).ToSeq();
        return x.Permute(order);
    }

    /// <summary>The last two axes exchanged: the transpose of each matrix.</summary>
    public static Term Transpose(Term x) => x.Rank >= 2
        ? SwapAxes(x, -2, -1)
        : throw new MindDslException(Diagnostics.AxisOutOfRange("transpose", -2, x.Type));

    /// <summary>Two axes exchanged.</summary>
    public static Term SwapAxes(Term x, int axis1, int axis2)
    {
        int a = Axis("swap_axes", axis1, x), b = Axis("swap_axes", axis2, x);
        return x.Permute(Seq.Range(x.Rank).With(a, b).With(b, a));
    }

    /// <summary>One axis moved to another place; the others keep their order.</summary>
    public static Term MoveAxis(Term x, int source, int destination)
    {
        int from = Axis("move_axis", source, x), to = Axis("move_axis", destination, x);
        var order = Enumerable.Range(0, x.Rank).Where(k => k != from).ToList();
        order.Insert(to, from);
        return x.Permute(order.ToSeq());
    }

    /// <summary>x repeated along new axes and axes of length 1.</summary>
    public static Term BroadcastTo(Term x, params long[] shape) => x.BroadcastTo(Shape.Of(shape));

    /// <summary>x without its axes of length 1, or without the given ones of them.</summary>
    public static Term Squeeze(Term x, int[]? axes = null)
    {
        var one = axes is null
            ? Seq.Range(x.Rank).Where(k => x.Shape[k] == Dim.Of(1)).ToSeq()
            : Axes("squeeze", axes, x).Where(k => x.Shape[k] == Dim.Of(1)).ToSeq();
        return x.Reshape(new(x.Shape.Dims.Where((_, k) => one.IndexOf(k) < 0).ToSeq()));
    }

    /// <summary>x with a new axis of length 1, which has the given place in the result.</summary>
    public static Term ExpandDims(Term x, int axis)
    {
        int k = Axis("expand_dims", axis, x, extra: 1);
        return x.Reshape(new([.. x.Shape.Dims.Slice(0, k), 1, .. x.Shape.Dims.Slice(k, x.Rank - k)]));
    }

    /// <summary>Tensors one after another along an axis.</summary>
    public static Term Concat(Term[] tensors, int axis = 0)
    {
        if (tensors.Length == 0) throw new MindDslException(Diagnostics.WrongOperandCount("concat", 1, 0));
        return tensors.Length == 1 ? tensors[0] : Apply(new Concat(Axis("concat", axis, tensors[0])), tensors);
    }

    /// <summary>Tensors of one shape side by side along a new axis.</summary>
    public static Term Stack(Term[] tensors, int axis = 0) => Concat([.. tensors.Select(t => ExpandDims(t, axis))], axis < 0 && tensors.Length > 0
        ? axis + tensors[0].Rank + 1
        : axis);

    /// <summary>Parts of the given lengths one after another along an axis.</summary>
    public static Term[] Split(Term x, long[] sizes, int axis = 0)
    {
        int k = Axis("split", axis, x);
        if (x.Shape[k].IsConstant && sizes.Sum() != x.Shape[k].Value)
            throw new MindDslException(Diagnostics.ArgumentOutOfRange("split", "sizes", string.Join(", ", sizes.Select(Text)), $"lengths with the sum {x.Shape[k]}"));
        var parts = new Term[sizes.Length];
        long start = 0;
        for (int i = 0; i < parts.Length; start += sizes[i++]) parts[i] = Part(x, k, start, sizes[i], 1);
        return parts;
    }

    /// <summary>The elements of one axis from <paramref name="start"/> up to <paramref name="stop"/>, excluded; negative places count from the end.</summary>
    public static Term Slice(Term x, int axis, long start, long stop, int step = 1)
    {
        int k = Axis("slice", axis, x);
        long length = x.Shape[k].Value;
        long from = Place(start, length), to = Place(stop, length);
        if (step <= 0) throw new MindDslException(Diagnostics.ArgumentOutOfRange("slice", "step", Text(step), "1 and more; Flip reverses an axis"));
        return Part(x, k, from, to <= from ? 0 : (to - from + step - 1) / step, step);
    }

    /// <summary>A rectangular part: each axis from its start up to its stop, excluded; negative places count from the end.</summary>
    public static Term Slice(Term x, long[] starts, long[] stops, int[]? steps = null)
    {
        if (starts.Length != stops.Length || starts.Length > x.Rank || (steps is not null && steps.Length != starts.Length))
            throw new MindDslException(Diagnostics.AxesDoNotFit("slice", Seq.Range(starts.Length), x.Type));
        for (int k = 0; k < starts.Length; k++) x = Slice(x, k, starts[k], stops[k], steps?[k] ?? 1);
        return x;
    }

    /// <summary>The order of elements reversed along axes, all for null.</summary>
    public static Term Flip(Term x, int[]? axes = null)
    {
        var over = Axes("flip", axes, x);
        return over.Count == 0 ? x : x.Apply(new Flip(over));
    }

    /// <summary>Elements moved round along an axis, to higher places for a positive shift.</summary>
    public static Term Roll(Term x, long shift, int axis)
    {
        int k = Axis("roll", axis, x);
        long length = x.Shape[k].Value;
        if (length == 0) return x;
        long low = ((shift % length) + length) % length;
        return low == 0 ? x : Concat([Part(x, k, length - low, low, 1), Part(x, k, 0, length - low, 1)], k);
    }

    /// <summary>The whole repeated along each axis; a shorter list belongs to the last axes.</summary>
    public static Term Tile(Term x, params int[] repetitions)
    {
        int rank = Math.Max(x.Rank, repetitions.Length);
        Dim Own(int k) => k < rank - x.Rank ? 1 : x.Shape[k - (rank - x.Rank)];
        Dim Times(int k) => k < rank - repetitions.Length ? 1 : repetitions[k - (rank - repetitions.Length)];
        var axes = Seq.Range(rank);
        var narrow = x.Reshape(new(axes.Map(Own)));
        var wide = narrow.Apply(new Broadcast(new(axes.SelectMany(k => new[] { Times(k), Own(k) }).ToSeq()), axes.Map(k => 2 * k + 1)));
        return wide.Reshape(new(axes.Map(k => Times(k) * Own(k))));
    }

    /// <summary>Each element repeated along an axis.</summary>
    public static Term RepeatInterleave(Term x, int repeats, int axis)
    {
        int k = Axis("repeat_interleave", axis, x);
        var dims = x.Shape.Dims;
        Shape wide = new([.. dims.Slice(0, k + 1), repeats, .. dims.Slice(k + 1, x.Rank - k - 1)]);
        return x.Apply(new Broadcast(wide, Seq.Range(x.Rank).Map(a => a <= k ? a : a + 1))).Reshape(new(dims.With(k, dims[k] * repeats)));
    }

    /// <summary>Each element repeated along an axis as often as its place in the list says.</summary>
    public static Term RepeatInterleave(Term x, int[] repeats, int axis)
    {
        int k = Axis("repeat_interleave", axis, x);
        if (x.Shape[k] != Dim.Of(repeats.Length))
            throw new MindDslException(Diagnostics.ArgumentOutOfRange("repeat_interleave", "repeats", $"{Text(repeats.Length)} counts", $"as many as axis {Text(k)} is long, {x.Shape[k]}"));
        return Concat([.. repeats.Select((n, i) => RepeatInterleave(Part(x, k, i, 1, 1), n, k))], k);
    }

    /// <summary>The part of one axis that starts at a place and has a length.</summary>
    private static Term Part(Term x, int axis, Dim start, Dim length, int step) => x.Apply(new Slice(
        Seq.Repeat(Dim.Of(0), x.Rank).With(axis, start), x.Shape.Dims.With(axis, length), Seq.Repeat(1, x.Rank).With(axis, step)));

    private static long Place(long place, long length) => Math.Clamp(place < 0 ? place + length : place, 0, length);
}
