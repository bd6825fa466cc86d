using MindDsl.Backends.Loops;
using MindDsl.Ir;

namespace MindDsl.Backends.Cpu;

/// <summary>A factor of a contraction that is made of moved elements of a tensor: the kernel reads them where they are.</summary>
/// <param name="Places">Where the elements are, counted from the start of the tensor.</param>
/// <param name="Source">The tensor.</param>
/// <param name="Border">The tensor with a border, which is read in its place, if windows reach past it.</param>
internal sealed record FactorView(AxisPlaces Places, Atom Source, Border? Border = null)
{
    /// <summary>The view that a factor is.</summary>
    /// <param name="factor">The factor.</param>
    /// <param name="movement">The movement that makes a tensor which is not in memory, if one does.</param>
    /// <param name="layout">How tensors lie in memory.</param>
    /// <param name="isOpen">True if windows may reach past a tensor without a border: the places then have bounds.</param>
    public static FactorView Of(Atom factor, Func<Value, Apply?> movement, Func<Value, Layout?> layout, bool isOpen = false)
    {
        if (factor is not Value value) return new(AxisPlaces.Of(factor.Tensor.Shape), factor);
        if (movement(value) is { } moved && moved.Arguments[0] is Value { Type: TensorType { Rank: > 0 } } source)
        {
            if (moved.Op is Window window && BorderOf(window, source.Tensor.Shape) is { } pad)
            {
                if (isOpen && Of(source, movement, layout) is { Border: null } unbounded && unbounded.Places.Open(window) is { } open) return unbounded with { Places = open };
                var border = new Border(new([value], new Apply(pad, [source])), pad.Infer([source.Tensor]), layout(value) ?? layout(source));
                var inside = window with { Low = Seq.Repeat(0, window.SpaceRank) };
                if (AxisPlaces.Of(border.Type.Shape, border.Layout).Through(inside) is { } windows) return new(windows, source, border);
            }
            else if (Of(source, movement, layout, isOpen) is var inner && inner.Places.Through(moved.Op) is { } places)
            {
                return inner with { Places = places };
            }
        }
        return new(AxisPlaces.Of(value.Tensor.Shape, layout(value)), value);
    }

    /// <summary>The border that a tensor needs for no window to reach past it; null if none does.</summary>
    private static Pad? BorderOf(Window window, Shape shape)
    {
        int n = window.SpaceRank, lead = shape.Rank - n;
        var (low, high) = (new Dim[shape.Rank], new Dim[shape.Rank]);
        bool any = false;
        for (int s = 0; s < n; s++)
        {
            (low[lead + s], high[lead + s]) = (window.Low[s], Math.Max(window.Last(s) - shape[lead + s].Value + 1, 0));
            any |= window.Low[s] != 0 || high[lead + s] != Dim.Of(0);
        }
        for (int k = 0; k < lead; k++) (low[k], high[k]) = (0, 0);
        return any ? new Pad(low.ToSeq(), high.ToSeq(), Seq.Repeat(0, shape.Rank), window.Fill) : null;
    }
}

/// <summary>A tensor with a border.</summary>
/// <param name="Padding">The let that makes it.</param>
/// <param name="Type">Its type.</param>
/// <param name="Layout">How it lies in memory.</param>
internal sealed record Border(Let Padding, TensorType Type, Layout? Layout);

/// <summary>The factors of a contraction as a kernel reads them, and the plan.</summary>
internal sealed record ContractFactors(FactorView Left, FactorView Right, ContractPlan Plan)
{
    /// <summary>Cycles to write an element of a tensor with a border.</summary>
    private const double PerElementOfBorder = 1;

    /// <summary>The cycles of one core that all should take.</summary>
    public double Cycles => Plan.Cycles + Bordering(Left) + Bordering(Right);

    /// <summary>The factors with borders where windows need them, or without, if a kernel that leaves out what is outside is faster.</summary>
    /// <param name="view">A factor; with true, without a border.</param>
    /// <param name="arguments">The factors.</param>
    /// <param name="plan">The plan for factors at places; null if there is none.</param>
    public static ContractFactors Choose(Func<Atom, bool, FactorView> view, Seq<Atom> arguments, Func<AxisPlaces, AxisPlaces, ContractPlan?> plan)
    {
        var (left, right) = (view(arguments[0], false), view(arguments[1], false));
        var closed = new ContractFactors(left, right, plan(left.Places, right.Places)!);
        if (left.Border is null && right.Border is null) return closed;
        (left, right) = (view(arguments[0], true), view(arguments[1], true));
        return plan(left.Places, right.Places) is { } found && new ContractFactors(left, right, found) is var open && open.Cycles < closed.Cycles ? open : closed;
    }

    private static double Bordering(FactorView view) => view.Border is { } border ? PerElementOfBorder * border.Type.Shape.Size.Value : 0;
}
