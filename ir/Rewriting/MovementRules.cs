namespace MindDsl.Ir;

/// <summary>Rules of operations that move elements: movements that do nothing, movements of movements, movements into contractions.</summary>
public static class MovementRules
{
    /// <summary>The rules, in the order in which they are tried.</summary>
    public static Seq<RewriteRule> All { get; } =
    [
        new("reshape x = x, of the same shape", "reshape", (b, a) => ((Reshape)a.Op).To == a.Arguments[0].Tensor.Shape ? a.Arguments[0] : null),
        new("reshape (reshape x) = reshape x", "reshape", (b, a) => Inner<Reshape>(b, a) is { } x ? b.Apply(a.Op, x.Arguments[0]) : null),
        new("reshape (fill c) = fill c", "reshape", (b, a) => Filled(b, a.Arguments[0]) is { } c ? b[c].BroadcastTo(((Reshape)a.Op).To).Atom : null),
        new("permute x = x, in the same order", "permute", (b, a) => ((Permute)a.Op).Axes == Seq.Range(a.Arguments[0].Tensor.Rank) ? a.Arguments[0] : null),
        new("permute p (permute q x) = permute (q[p]) x", "permute",
            (b, a) => Inner<Permute>(b, a) is { } x ? b.Apply(new Permute(((Permute)a.Op).Axes.Map(k => ((Permute)x.Op).Axes[k])), x.Arguments[0]) : null),
        new("permute (fill c) = fill c", "permute", (b, a) => Filled(b, a.Arguments[0]) is { } c
            ? b[c].BroadcastTo(a.Op.Infer([a.Arguments[0].Tensor]).Shape).Atom : null),
        new("broadcast x = x, to the same shape", "broadcast", (b, a) => ((Broadcast)a.Op).To == a.Arguments[0].Tensor.Shape ? a.Arguments[0] : null),
        new("broadcast (broadcast x) = broadcast x", "broadcast", (b, a) => Inner<Broadcast>(b, a) is { } x
            ? b.Apply(new Broadcast(((Broadcast)a.Op).To, ((Broadcast)x.Op).Axes.Map(k => ((Broadcast)a.Op).Axes[k])), x.Arguments[0]) : null),
        new("sum over no axis x = x", "sum", (b, a) => ((Reduce)a.Op).Axes.Count == 0 ? a.Arguments[0] : null),
        new("sum over axes of length 1 x = reshape x", "sum", DropUnitAxes),
        new("slice x = x, of the whole", "slice", (b, a) => IsWhole((Slice)a.Op, a.Arguments[0].Tensor) ? a.Arguments[0] : null),
        new("pad x = x, without a border", "pad", (b, a) => IsBare((Pad)a.Op) ? a.Arguments[0] : null),
        new("slice (pad x) = x, where it cuts what was added", "slice", (b, a) => Inner<Pad>(b, a) is { } x && Undoes((Slice)a.Op, (Pad)x.Op, x.Arguments[0].Tensor)
            ? x.Arguments[0] : null),
        new("contract (permute x) y = contract x y", "contract", (b, a) => PermuteIn(b, a)),
    ];

    private static Apply? Inner<T>(BlockBuilder b, Apply apply) where T : Op => b.Definition(apply.Arguments[0]) is { Op: T } inner ? inner : null;

    private static Literal? Filled(BlockBuilder b, Atom atom) => b.Definition(atom) is { Op: Broadcast } fill ? fill.Arguments[0] as Literal : null;

    private static Atom? DropUnitAxes(BlockBuilder b, Apply a)
    {
        var reduce = (Reduce)a.Op;
        var shape = a.Arguments[0].Tensor.Shape;
        var wide = reduce.Axes.Where(k => shape[k] != Dim.Of(1)).ToSeq();
        if (wide.Count == reduce.Axes.Count) return null;
        var term = b[a.Arguments[0]];
        var narrow = term.Reshape(new(Seq.Range(shape.Rank).Where(k => wide.IndexOf(k) >= 0 || reduce.Axes.IndexOf(k) < 0).Select(k => shape[k]).ToSeq()));
        return narrow.Sum(wide.Map(k => k - reduce.Axes.Count(u => u < k && wide.IndexOf(u) < 0))).Atom;
    }

    private static bool IsWhole(Slice slice, TensorType operand)
    {
        for (int k = 0; k < operand.Rank; k++)
            if (slice.Starts[k] != Dim.Of(0) || slice.Lengths[k] != operand.Shape[k] || slice.Steps[k] != 1) return false;
        return true;
    }

    private static bool IsBare(Pad pad)
    {
        for (int k = 0; k < pad.Low.Count; k++)
            if (pad.Low[k] != Dim.Of(0) || pad.High[k] != Dim.Of(0) || pad.Interior[k] != 0) return false;
        return true;
    }

    private static bool Undoes(Slice slice, Pad pad, TensorType inner) =>
        slice.Starts == pad.Low && slice.Lengths == inner.Shape.Dims && slice.Steps == pad.Interior.Map(i => i + 1);

    private static Atom? PermuteIn(BlockBuilder b, Apply a)
    {
        var contract = (Contract)a.Op;
        if (b.Definition(a.Arguments[0]) is { Op: Permute p } left)
            return b.Apply(contract with { Left = Unpermuted(contract.Left, p) }, left.Arguments[0], a.Arguments[1]);
        if (b.Definition(a.Arguments[1]) is { Op: Permute q } right)
            return b.Apply(contract with { Right = Unpermuted(contract.Right, q) }, a.Arguments[0], right.Arguments[0]);
        return null;
    }

    private static string Unpermuted(string letters, Permute permute) => string.Concat(permute.Inverse.Select(k => letters[k]));
}
