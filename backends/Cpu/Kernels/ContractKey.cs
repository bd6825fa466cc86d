using MindDsl.Backends.Loops;
using MindDsl.Ir;

namespace MindDsl.Backends.Cpu;

/// <summary>What makes the kernel of a contraction: equal ones, as equal layers have them, are planned once.</summary>
internal sealed class ContractKey(string notation, Seq<TensorType> operands, AxisPlaces left, AxisPlaces right, Layout? layout) : IEquatable<ContractKey>
{
    private readonly string _notation = notation;
    private readonly Seq<TensorType> _operands = operands;
    private readonly AxisPlaces _left = left, _right = right;

    private readonly Layout? _layout = layout;

    public bool Equals(ContractKey? other) => other is not null && _layout == other._layout && _notation == other._notation && _operands == other._operands && Same(_left, other._left) && Same(_right, other._right);

    public override bool Equals(object? obj) => Equals(obj as ContractKey);

    public override int GetHashCode() => HashCode.Combine(_notation, _operands, _left.Start, _right.Start);

    private static bool Same(AxisPlaces x, AxisPlaces y) =>
        x.Start == y.Start && x.IsInBlocks == y.IsInBlocks && x.Axes.Count == y.Axes.Count && Enumerable.Range(0, x.Axes.Count).All(k => x.Axes[k].AsSpan().SequenceEqual(y.Axes[k]))
        && x.Bounds.Count == y.Bounds.Count && Enumerable.Range(0, x.Bounds.Count).All(k => x.Bounds[k].Length == y.Bounds[k].Length && Same(x.Bounds[k].Coordinate, y.Bounds[k].Coordinate));
}
