using MindDsl.Ir;

namespace MindDsl.Backends.Loops;

/// <summary>What a <see cref="Node"/> is.</summary>
internal enum NodeKind
{
    /// <summary>A literal of a type other than i64.</summary>
    Constant,

    /// <summary>The index of a loop.</summary>
    Index,

    /// <summary>A scalar that the nest is given.</summary>
    Slot,

    /// <summary>A constant plus multiples of other nodes, i64.</summary>
    Affine,

    /// <summary>An element of a tensor that the nest is given; the operand is its place.</summary>
    Load,

    /// <summary>A function of elements.</summary>
    Compute,

    /// <summary>One of two elements.</summary>
    Select,

    /// <summary>An element converted.</summary>
    Convert,

    /// <summary>An index that must be inside an axis.</summary>
    Checked,

    /// <summary>a·b + c, rounded once.</summary>
    MultiplyAdd,
}

/// <summary>One element of a loop nest as a function of loop indices: a node of a graph in which equal nodes are one object.</summary>
internal sealed class Node
{
    public required int Id { get; init; }

    public required NodeKind Kind { get; init; }

    public required DType Type { get; init; }

    public Node[] Operands { get; init; } = [];

    /// <summary>The number of a loop, slot or axis; the intrinsic.</summary>
    public int Number { get; init; }

    /// <summary>The constant of an affine form; the length of a checked axis.</summary>
    public long Offset { get; init; }

    /// <summary>The factor of each operand of an affine form.</summary>
    public long[] Factors { get; init; } = [];

    public Literal? Literal { get; init; }

    /// <summary>Bounds of an i64 value; the whole range if nothing is known.</summary>
    public (long Low, long High) Range { get; init; } = (long.MinValue, long.MaxValue);

    /// <summary>A bit for each loop whose index occurs.</summary>
    public ulong Loops { get; init; }

    /// <summary>True if evaluation may throw, so that it must not be done when the value isn't needed.</summary>
    public bool MayThrow { get; init; }

    /// <summary>True if a load occurs, so that the value must not be computed when its places may be out of range.</summary>
    public bool Loads { get; init; }

    public Intrinsic Intrinsic => (Intrinsic)Number;

    public bool IsConstant(long value) => Kind == NodeKind.Affine && Operands.Length == 0 && Offset == value;

    public bool IsInteger => Kind == NodeKind.Affine && Operands.Length == 0;

    /// <summary>The factor of a loop's index in this place; null if it enters in another way.</summary>
    public long? FactorOf(int loop)
    {
        if ((Loops >> loop & 1) == 0) return 0;
        if (Kind == NodeKind.Index) return 1;
        if (Kind != NodeKind.Affine) return null;
        long factor = 0;
        for (int k = 0; k < Operands.Length; k++)
        {
            if (Operands[k].Kind == NodeKind.Index && Operands[k].Number == loop) factor = Factors[k];
            else if ((Operands[k].Loops >> loop & 1) != 0) return null;
        }
        return factor;
    }
}
