using MindDsl.Ir;

namespace MindDsl.Backends.Cpu;

/// <summary>Which axes go through an operation as they are.</summary>
internal static class AxisMap
{
    /// <summary>For each axis of the result of an operation the axis of an operand that it is, or −1; null if none is known.</summary>
    public static int[]? Of(Apply apply, int operand)
    {
        var from = apply.Arguments[operand].Tensor.Shape;
        return apply.Op switch
        {
            Elementwise or Ir.Convert => Enumerable.Range(0, from.Rank).ToArray(),
            Broadcast broadcast => [.. Enumerable.Range(0, broadcast.To.Rank).Select(k => broadcast.Axes.IndexOf(k))],
            Permute permute => [.. permute.Axes],
            Reshape reshape => Kept(from, reshape.To),
            Slice slice => [.. Enumerable.Range(0, from.Rank).Select(k => slice.Starts[k] == Dim.Of(0) && slice.Lengths[k] == from[k] && slice.Steps[k] == 1 ? k : -1)],
            Pad pad => [.. Enumerable.Range(0, from.Rank).Select(k => pad.Low[k] == Dim.Of(0) && pad.High[k] == Dim.Of(0) && pad.Interior[k] == 0 ? k : -1)],
            Flip flip => [.. Enumerable.Range(0, from.Rank).Select(k => flip.Axes.IndexOf(k) < 0 ? k : -1)],
            Window window => [.. Enumerable.Range(0, from.Rank + window.SpaceRank).Select(k => k < from.Rank - window.SpaceRank ? k : -1)],
            Fold fold => [.. Enumerable.Range(0, from.Rank - fold.Space.Count).Select(k => k < from.Rank - 2 * fold.Space.Count ? k : -1)],
            Ir.Reduce reduce => [.. Enumerable.Range(0, from.Rank).Where(k => reduce.Axes.IndexOf(k) < 0)],
            ArgReduce reduce => [.. Enumerable.Range(0, from.Rank).Where(k => k != reduce.Axis)],
            Contract contract => [.. contract.Result.Select(letter => (operand == 0 ? contract.Left : contract.Right).IndexOf(letter))],
            _ => null,
        };
    }

    /// <summary>The axes of a reshape with as many elements before them, and as long, as axes of its operand.</summary>
    private static int[] Kept(Shape from, Shape to)
    {
        var axes = new int[to.Rank];
        long before = 1;
        for (int k = 0; k < to.Rank; before *= to[k++].Value)
        {
            axes[k] = -1;
            long passed = 1;
            for (int j = 0; j < from.Rank; passed *= from[j++].Value)
                if (passed == before && from[j] == to[k] && to[k].Value > 1) axes[k] = j;
        }
        return axes;
    }
}
