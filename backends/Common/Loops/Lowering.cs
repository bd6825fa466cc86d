using MindDsl.Ir;

namespace MindDsl.Backends.Loops;

/// <summary>A tensor that is not in memory: one of its elements as a function of indices, written into the nest that reads it.</summary>
internal delegate Node VirtualTensor(Lowering lowering, Node[] indices);

/// <summary>What a lowering must know of the values that a nest reads.</summary>
internal interface IOperands
{
    /// <summary>The definition of a tensor that is not in memory, or null.</summary>
    VirtualTensor? Virtual(Value value);

    /// <summary>How a tensor lies in memory; null if it is row-major.</summary>
    Layout? LayoutOf(Value value) => null;

    /// <summary>The number under which an error of a run finds the place in the source.</summary>
    int NumberOf(SourceSpan? place);
}

/// <summary>Turns element laws into nodes of a nest: index laws of operands that are not in memory are put into one another.</summary>
internal sealed class Lowering(NodeGraph graph, IOperands operands)
{
    private readonly List<Value?> _slots = [];

    public NodeGraph Graph { get; } = graph;

    /// <summary>The place in the source of the operation that is lowered.</summary>
    public SourceSpan? At { get; set; }

    /// <summary>An index that has to be inside an axis.</summary>
    public Node Checked(Node index, long length, int axis) => Graph.Checked(index, length, SourcePlaces.Checking(axis, operands.NumberOf(At)));

    /// <summary>The values that the nest reads, in the order of their slots.</summary>
    public IReadOnlyList<Value?> Slots => _slots;

    /// <summary>A slot for the result.</summary>
    public int ResultSlot()
    {
        _slots.Add(null);
        return _slots.Count - 1;
    }

    /// <summary>An element of an operand.</summary>
    public Node Element(Atom operand, ReadOnlySpan<Node> indices)
    {
        if (operand is Literal literal) return Graph.Constant(literal);
        var value = (Value)operand;
        if (value.Tensor.Rank == 0) return operands.Virtual(value) is { } scalar ? scalar(this, []) : Graph.Slot(SlotOf(value), value.Tensor.DType);
        if (operands.Virtual(value) is { } definition) return definition(this, indices.ToArray());
        return Graph.Load(SlotOf(value), Place(value.Tensor.Shape, indices, operands.LayoutOf(value)), value.Tensor.DType);
    }

    /// <summary>The place of an element.</summary>
    public Node Place(Shape shape, ReadOnlySpan<Node> indices, Layout? layout = null)
    {
        if (layout is not null) return layout.Place(Graph, shape, indices);
        var place = Graph.Integer(0);
        for (int k = 0; k < indices.Length; k++) place = Graph.Add(Graph.Scale(place, shape[k].Value), indices[k]);
        return place;
    }

    /// <summary>A body of an operation at indices. With <paramref name="check"/>, indices into operands are checked when nothing is known of them.</summary>
    public Node Lower(Scalar body, ReadOnlySpan<Node> space, ReadOnlySpan<Node> reduced, Seq<Atom> arguments, bool check)
    {
        switch (body)
        {
            case Scalar.Index index: return index.Reduced ? reduced[index.Axis] : space[index.Axis];
            case Scalar.Constant constant: return Graph.Constant(constant.Value);
            case Scalar.Size size: return Graph.Integer(size.Dim.Value);
            case Scalar.Load load:
                var places = new Node[load.Indices.Count];
                var shape = arguments[load.Operand].Tensor.Shape;
                for (int k = 0; k < places.Length; k++)
                {
                    places[k] = Lower(load.Indices[k], space, reduced, arguments, check);
                    if (check && load.Indices[k] is not Scalar.Index) places[k] = Checked(places[k], shape[k].Value, k);
                }
                return Element(arguments[load.Operand], places);
            case Scalar.Select select:
                return Graph.Select(
                    Lower(select.Condition, space, reduced, arguments, check),
                    Lower(select.Then, space, reduced, arguments, check),
                    Lower(select.Else, space, reduced, arguments, check));
            case Scalar.Convert convert:
                return Graph.Convert(Lower(convert.Operand, space, reduced, arguments, check), convert.Type);
            case Scalar.Compute compute:
                var parts = new Node[compute.Operands.Count];
                for (int k = 0; k < parts.Length; k++) parts[k] = Lower(compute.Operands[k], space, reduced, arguments, check);
                return Graph.Compute(compute.Intrinsic, compute.Type, parts);
            default:
                throw new MindDslException(Diagnostics.Internal($"{body.GetType().Name} in an element law"));
        }
    }

    private int SlotOf(Value value)
    {
        int known = _slots.IndexOf(value);
        if (known >= 0) return known;
        _slots.Add(value);
        return _slots.Count - 1;
    }
}
