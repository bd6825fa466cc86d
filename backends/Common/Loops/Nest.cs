using MindDsl.Ir;

namespace MindDsl.Backends.Loops;

/// <summary>How a nest treats what is at its target.</summary>
internal enum StoreKind
{
    /// <summary>The target is set.</summary>
    Set,

    /// <summary>The value is added to the target.</summary>
    Add,
}

/// <summary>What a nest puts where.</summary>
/// <param name="Body">The element.</param>
/// <param name="Target">Its place, counted from the start of the memory.</param>
/// <param name="Slot">The slot that holds the address of the memory.</param>
internal readonly record struct NestTarget(Node Body, Node Target, int Slot);

/// <summary>
/// A loop nest: for each index of the space loops, the body, combined over the reduced loops, is put at the target place. Operands are
/// slots: addresses of tensors and scalars.
/// </summary>
internal sealed class Nest
{
    public required NodeGraph Graph { get; init; }

    /// <summary>The loops over the result, outermost first.</summary>
    public required int[] Space { get; init; }

    /// <summary>The loops that are combined, outermost first.</summary>
    public int[] Reduced { get; init; } = [];

    public Monoid Monoid { get; init; }

    public required Node Body { get; init; }

    /// <summary>The element of the result, counted from the start of the result's memory.</summary>
    public required Node Target { get; init; }

    public required int TargetSlot { get; init; }

    public required DType TargetType { get; init; }

    /// <summary>Further targets of the same iterations and type.</summary>
    public IReadOnlyList<NestTarget> More { get; init; } = [];

    /// <summary>All targets.</summary>
    public IEnumerable<NestTarget> Targets => More.Prepend(new(Body, Target, TargetSlot));

    public StoreKind Store { get; init; }

    /// <summary>The values that the slots are, in order; the target's slot is null.</summary>
    public required IReadOnlyList<Value?> Slots { get; init; }

    /// <summary>True if different iterations of the outermost loop touch different targets.</summary>
    public bool IsParallel { get; init; } = true;

    /// <summary>True if targets may be computed twice: nothing that the nest reads lies where it writes.</summary>
    public bool MayRepeat { get; set; }

    /// <summary>Bits of the vectors that code was written for; 0 if it computes with scalars.</summary>
    public int VectorBits { get; set; }

    public long Extent(int loop) => Graph.Extents[loop];

    /// <summary>Roughly how many element operations the nest does.</summary>
    public double Work => Space.Concat(Reduced).Aggregate(1.0, (w, l) => w * Extent(l)) * Math.Max(Reachable().Count(n => n.Kind is NodeKind.Compute or NodeKind.Load), 1);

    /// <summary>The element type and the lengths of the loops.</summary>
    public override string ToString() => $"{(More.Count == 0 ? "" : $"{More.Count + 1} of ")}{TargetType}[{string.Join(", ", Space.Select(Extent))}]{(Reduced.Length == 0 ? "" : $" {Monoid} of [{string.Join(", ", Reduced.Select(Extent))}]")}";

    /// <summary>What combines with nothing, as an element of a type.</summary>
    public Literal Identity(DType type) => Monoid switch
    {
        Monoid.Sum => Literal.Of(type, 0L),
        Monoid.Product => Literal.Of(type, 1L),
        Monoid.Max or Monoid.ArgMax => type == DType.Bool ? Literal.Of(false) : type.IsFloat ? Literal.Of(type, double.NegativeInfinity)
            : Literal.Of(type, type == DType.I32 ? int.MinValue : long.MinValue),
        Monoid.Min or Monoid.ArgMin => type == DType.Bool ? Literal.Of(true) : type.IsFloat ? Literal.Of(type, double.PositiveInfinity)
            : Literal.Of(type, type == DType.I32 ? int.MaxValue : long.MaxValue),
    };

    /// <summary>The nodes that the body and the target are made of.</summary>
    public HashSet<Node> Reachable()
    {
        var seen = new HashSet<Node>();
        var waiting = new Stack<Node>([Body, Target]);
        foreach (var (body, target, _) in More)
        {
            waiting.Push(body);
            waiting.Push(target);
        }
        while (waiting.TryPop(out var node))
            if (seen.Add(node)) foreach (var operand in node.Operands) waiting.Push(operand);
        return seen;
    }
}
