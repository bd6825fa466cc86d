using MindDsl.Ir;

namespace MindDsl.Backends.Loops;

/// <summary>Makes nests of element laws, with as few loops as the operands' places allow.</summary>
internal static class NestBuilder
{
    /// <summary>A nest whose value at result indices is given.</summary>
    public static Nest Map(TensorType result, IOperands operands, VirtualTensor element, Layout? layout = null) =>
        Merged(new(result, layout), new([], null), Monoid.Sum, operands, (lowering, space, _) => element(lowering, space));

    /// <summary>A nest that puts the elements of an operand to places of a larger tensor, with a stride for each axis.</summary>
    public static Nest Part(Atom operand, DType type, long[] shape, long offset, long[] strides, IOperands operands)
    {
        var lowering = new Lowering(new NodeGraph(), operands);
        int slot = lowering.ResultSlot();
        var graph = lowering.Graph;
        var (indices, place) = (new Node[shape.Length], graph.Integer(offset));
        for (int k = 0; k < shape.Length; k++)
        {
            indices[k] = shape[k] == 1 ? graph.Integer(0) : graph.Loop(shape[k]);
            place = graph.Add(place, graph.Scale(indices[k], strides[k]));
        }
        if (graph.Extents.Count == 0) graph.Loop(1);
        return new Nest
        {
            Graph = graph,
            Space = [.. Enumerable.Range(0, graph.Extents.Count)],
            Body = lowering.Element(operand, indices),
            Target = place,
            TargetSlot = slot,
            TargetType = type,
            Slots = lowering.Slots,
        };
    }

    /// <summary>A nest for a reduction.</summary>
    /// <param name="result">The result.</param>
    /// <param name="law">What is combined.</param>
    /// <param name="operands">What is known of operands.</param>
    /// <param name="element">What is combined, at indices of the result and of the reduced axes.</param>
    /// <param name="layout">How the result lies in memory.</param>
    /// <param name="reducedLayout">The order in which elements are combined.</param>
    public static Nest Reduce(
        TensorType result, ElementLaw.Reduce law, IOperands operands, Func<Lowering, Node[], Node[], Node> element, Layout? layout = null, Layout? reducedLayout = null) =>
        Merged(new(result, layout), new([.. law.Reduced.Select(d => d.Value)], reducedLayout), law.Monoid, operands, element);

    /// <summary>A nest that puts or adds updates at computed places of a tensor.</summary>
    public static Nest Scatter(Value target, ElementLaw.Scatter law, IOperands operands, Seq<Atom> arguments)
    {
        var result = target.Tensor;
        var lowering = new Lowering(new NodeGraph(), operands) { At = target.Span };
        var space = law.Space.Map(d => lowering.Graph.Loop(d.Value)).Span.ToArray();
        int slot = lowering.ResultSlot();
        var body = lowering.Lower(law.Body, space, [], arguments, check: false);
        var places = new Node[law.Target.Count];
        for (int k = 0; k < places.Length; k++)
        {
            places[k] = lowering.Lower(law.Target[k], space, [], arguments, check: true);
            if (law.Target[k] is not Scalar.Index) places[k] = lowering.Checked(places[k], result.Shape[k].Value, k);
        }
        return new Nest
        {
            Graph = lowering.Graph,
            Space = [.. Enumerable.Range(0, space.Length)],
            Body = body,
            Target = lowering.Place(result.Shape, places),
            TargetSlot = slot,
            TargetType = result.DType,
            Store = law.Overwrite ? StoreKind.Set : StoreKind.Add,
            Slots = lowering.Slots,
            IsParallel = false,
        };
    }

    /// <summary>A nest that puts each element of windows that do not overlap where it came from; null if windows overlap or reach outside.</summary>
    public static Nest? Fold(TensorType result, Fold fold, Atom operand, IOperands operands, Layout? layout = null)
    {
        var window = fold.Window;
        int n = fold.Space.Count, lead = result.Rank - n;
        for (int s = 0; s < n; s++)
        {
            long reach = (window.Kernel[s] - 1L) * window.Dilation[s];
            if (window.Low[s] != 0 || reach >= window.Stride[s] || window.Last(s) >= fold.Space[s].Value) return null;
        }
        var lowering = new Lowering(new NodeGraph(), operands);
        int target = lowering.ResultSlot();
        var graph = lowering.Graph;
        var (element, places) = (new Node[result.Rank + n], new Node[result.Rank]);
        var block = layout is null ? null : graph.Loop(result.Shape[layout.Axis].Value / layout.Block);
        for (int k = 0; k < lead; k++) if (k != layout?.Axis) element[k] = places[k] = graph.Loop(result.Shape[k].Value);
        for (int s = 0; s < n; s++)
        {
            // The places come last: vectors run along them.
            if (s < n - 1) element[lead + n + s] = graph.Loop(window.Places[s].Value);
            element[lead + s] = graph.Loop(window.Kernel[s]);
            if (s == n - 1) element[lead + n + s] = graph.Loop(window.Places[s].Value);
            places[lead + s] = graph.Add(graph.Scale(element[lead + n + s], window.Stride[s]), graph.Scale(element[lead + s], window.Dilation[s]));
        }
        if (layout is not null) element[layout.Axis] = places[layout.Axis] = graph.Add(graph.Scale(block!, layout.Block), graph.Loop(layout.Block));
        return new Nest
        {
            Graph = graph,
            Space = [.. Enumerable.Range(0, graph.Extents.Count)],
            Body = lowering.Element(operand, element),
            Target = lowering.Place(result.Shape, places, layout),
            TargetSlot = target,
            TargetType = result.DType,
            Slots = lowering.Slots,
        };
    }

    /// <summary>The nest in which as many of the last loops as possible are one: those whose elements follow one another in all operands.</summary>
    private static Nest Merged(NestResult result, ReducedAxes along, Monoid monoid, IOperands operands, Func<Lowering, Node[], Node[], Node> element)
    {
        var (space, reduced) = (result.Loops, along.Loops);
        var (onlySpace, onlyReduced) = (Math.Min(space.Length, 1), Math.Min(reduced.Length, 1));
        int least = onlySpace + onlyReduced;
        var separate = Try(result, onlySpace, along, onlyReduced, monoid, operands, element);
        if (!Divides(separate) && !space.Contains(0) && !reduced.Contains(0))
        {
            // Nothing depends on an index but places: they tell which loops follow one another.
            var (s, r) = (Following(separate, separate.Space), Following(separate, separate.Reduced));
            if (s <= 1 && r <= 1) return separate;
            var merged = Try(result, Math.Max(s, onlySpace), along, Math.Max(r, onlyReduced), monoid, operands, element);
            if (!Divides(merged)) return merged;
        }
        for (int merged = space.Length + reduced.Length; ; merged--)
        {
            // Give the result's axes the first chance, then the reduced ones.
            for (int r = Math.Min(reduced.Length, merged); r >= 0; r--)
            {
                int s = merged - r;
                if (s > space.Length || (space.Length > 0 && s < 1) || (reduced.Length > 0 && r < 1)) continue;
                var nest = Try(result, s, along, r, monoid, operands, element);
                if (merged <= least || !Divides(nest)) return nest;
            }
            if (merged == 0) return Try(result, 0, along, 0, monoid, operands, element);
        }
    }

    /// <summary>How many of the last loops are one loop in every place.</summary>
    private static int Following(Nest nest, int[] loops)
    {
        if (loops.Length < 2) return loops.Length;
        var readers = nest.Reachable().Where(n => n.Operands.Any(o => o.Kind == NodeKind.Index)).ToArray();
        int inner = -1;
        for (int k = loops.Length - 1; k >= 0; k--)
        {
            // A loop of one iteration has no index, and is part of any other.
            if (nest.Extent(loops[k]) == 1) continue;
            if (inner >= 0 && !readers.All(n => AreOne(nest, n, loops[k], inner))) return loops.Length - 1 - k;
            inner = loops[k];
        }
        return loops.Length;
    }

    /// <summary>True if a node depends on neither of two loops, or on the index of both as if they were one.</summary>
    private static bool AreOne(Nest nest, Node node, int outer, int inner)
    {
        var (a, b) = (FactorIn(node, outer), FactorIn(node, inner));
        return (a == 0 && b == 0) || (node.Kind == NodeKind.Affine && a == b * nest.Extent(inner));
    }

    /// <summary>The factor of an index that is an operand; not 0 if it is an operand of another kind of node.</summary>
    private static long FactorIn(Node node, int loop)
    {
        int at = Array.FindIndex(node.Operands, o => o.Kind == NodeKind.Index && o.Number == loop);
        return at < 0 ? 0 : node.Kind == NodeKind.Affine ? node.Factors[at] : 1;
    }

    private static bool Divides(Nest nest) => nest.Reachable().Any(n =>
        n.Kind == NodeKind.Compute && n.Type == DType.I64 && n.Intrinsic is Intrinsic.Div or Intrinsic.Rem && n.Loops != 0);

    private static Nest Try(NestResult result, int mergedSpace, ReducedAxes along, int mergedReduced, Monoid monoid, IOperands operands,
        Func<Lowering, Node[], Node[], Node> element)
    {
        var lowering = new Lowering(new NodeGraph(), operands);
        int target = lowering.ResultSlot();
        var (spaceLoops, places) = Loops(lowering.Graph, result.Loops, mergedSpace);
        var (reducedLoops, reducedPlaces) = Loops(lowering.Graph, along.Loops, mergedReduced);
        var space = Layout.Indices(result.Layout, lowering.Graph, places);
        return new Nest
        {
            Graph = lowering.Graph,
            Space = spaceLoops,
            Reduced = reducedLoops,
            Monoid = monoid,
            Body = element(lowering, space, Layout.Indices(along.Layout, lowering.Graph, reducedPlaces)),
            Target = lowering.Place(result.Type.Shape, space, result.Layout),
            TargetSlot = target,
            TargetType = result.Type.DType,
            Slots = lowering.Slots,
        };
    }

    /// <summary>Loops over axes, the last <paramref name="merged"/> of which are one.</summary>
    private static (int[] Loops, Node[] Indices) Loops(NodeGraph graph, long[] extents, int merged)
    {
        var loops = new List<int>();
        var indices = new Node[extents.Length];
        int separate = extents.Length - merged;
        for (int k = 0; k < separate; k++)
        {
            loops.Add(graph.Extents.Count);
            indices[k] = graph.Loop(extents[k]);
        }
        if (merged > 0)
        {
            long size = 1;
            for (int k = separate; k < extents.Length; k++) size *= extents[k];
            loops.Add(graph.Extents.Count);
            var rest = graph.Loop(size);
            if (size == 0) size = 1;
            for (int k = extents.Length - 1; k >= separate; k--)
            {
                indices[k] = k == separate ? rest : graph.Remainder(rest, Math.Max(extents[k], 1));
                if (k > separate) rest = graph.Quotient(rest, Math.Max(extents[k], 1));
            }
        }
        return ([.. loops], indices);
    }

    /// <summary>A result and how it lies in memory.</summary>
    private readonly record struct NestResult(TensorType Type, Layout? Layout)
    {
        public long[] Loops => Layout.Extents(Layout, Type.Shape.ToArray());
    }

    /// <summary>The lengths of axes that are combined, and the order.</summary>
    private readonly record struct ReducedAxes(long[] Extents, Layout? Layout)
    {
        public long[] Loops => Layout.Extents(Layout, Extents);
    }
}
