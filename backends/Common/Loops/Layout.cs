using System.Globalization;
using MindDsl.Ir;

namespace MindDsl.Backends.Loops;

/// <summary>
/// An order of the elements of a tensor in memory, other than row-major: one axis is cut into blocks; first comes the number of the block, then the other axes, last the place in the block. With the batch
/// of images in blocks of as many as a vector has lanes, whatever is done for each image is done for a vector of them, however short the rows of images are.
/// </summary>
/// <param name="Axis">The axis.</param>
/// <param name="Block">The length of a block, which divides that of the axis.</param>
internal sealed record Layout(int Axis, int Block)
{
    /// <summary>The lengths of loops over axes in the order of memory.</summary>
    public static long[] Extents(Layout? layout, long[] axes) =>
        layout is null ? axes : [axes[layout.Axis] / layout.Block, .. axes.Where((_, k) => k != layout.Axis), layout.Block];

    /// <summary>The indices of the axes, of those of loops in the order of memory.</summary>
    public static Node[] Indices(Layout? layout, NodeGraph graph, Node[] loops)
    {
        if (layout is null) return loops;
        var axes = loops[1..^1].ToList();
        axes.Insert(layout.Axis, graph.Add(graph.Scale(loops[0], layout.Block), loops[^1]));
        return [.. axes];
    }

    /// <summary>The place of an element.</summary>
    public Node Place(NodeGraph graph, Shape shape, ReadOnlySpan<Node> indices)
    {
        var place = graph.Quotient(indices[Axis], Block);
        for (int k = 0; k < indices.Length; k++) if (k != Axis) place = graph.Add(graph.Scale(place, shape[k].Value), indices[k]);
        return graph.Add(graph.Scale(place, Block), graph.Remainder(indices[Axis], Block));
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"axis {Axis} in blocks of {Block}");
}
