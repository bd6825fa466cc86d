using System.Linq.Expressions;
using MindDsl.Backends.Loops;
using MindDsl.Ir;

namespace MindDsl.Backends.Cpu;

/// <content>Operands of contractions that are moved elements of tensors in memory: the kernel reads them where they are.</content>
internal sealed partial class FunctionEmitter
{
    /// <summary>The movements that made tensors that are not in memory.</summary>
    private readonly Dictionary<Value, Ir.Apply> _movements = [];

    /// <summary>Where the elements of a factor of a contraction are, counted from an address. One that is stored in fewer bits than products are summed in is converted first.</summary>
    private (AxisPlaces Places, Expression Address) Factor(List<Expression> statements, Atom operand)
    {
        var type = operand.Tensor;
        if (!type.DType.IsStorage) return View(statements, operand);
        var wide = type with { DType = type.DType.Wide };
        return (AxisPlaces.Of(type.Shape), Temporary(statements, wide, (lowering, indices) => lowering.Graph.Convert(lowering.Element(operand, indices), wide.DType)));
    }

    /// <summary>Where the elements of an operand are, counted from an address.</summary>
    private (AxisPlaces Places, Expression Address) View(List<Expression> statements, Atom operand)
    {
        if (operand is Value value && !_values.ContainsKey(value) && _movements.TryGetValue(value, out var movement)
            && movement.Arguments[0] is Value { Type: TensorType { Rank: > 0 } } source)
        {
            if (movement.Op is Window window && BorderOf(window, source.Tensor.Shape) is { } border)
            {
                var type = border.Infer([source.Tensor]);
                var inside = window with { Low = Seq.Repeat(0, window.SpaceRank) };
                if (AxisPlaces.Of(type.Shape).Through(inside) is { } windows) return (windows, Temporary(statements, type, Nests.Element(new([value], new Ir.Apply(border, [source])), 0)));
            }
            else
            {
                var (places, address) = View(statements, source);
                if (places.Through(movement.Op) is { } moved) return (moved, address);
            }
        }
        return (AxisPlaces.Of(operand.Tensor.Shape), Read(statements, operand));
    }

    /// <summary>The border that a tensor needs for no window to reach past it; null if none does.</summary>
    private static Pad? BorderOf(Window window, Shape shape)
    {
        int n = window.SpaceRank, lead = shape.Rank - n;
        var (low, high) = (new Dim[shape.Rank], new Dim[shape.Rank]);
        bool any = false;
        for (int s = 0; s < n; s++)
        {
            long last = (window.Places[s].Value - 1) * window.Stride[s] + (window.Kernel[s] - 1L) * window.Dilation[s] - window.Low[s];
            (low[lead + s], high[lead + s]) = (window.Low[s], Math.Max(last - shape[lead + s].Value + 1, 0));
            any |= window.Low[s] != 0 || high[lead + s] != Dim.Of(0);
        }
        for (int k = 0; k < lead; k++) (low[k], high[k]) = (0, 0);
        return any ? new Pad(low.ToSeq(), high.ToSeq(), Seq.Repeat(0, shape.Rank), window.Fill) : null;
    }

    /// <summary>Memory until the end of this let, with a tensor written to it.</summary>
    private Expression Temporary(List<Expression> statements, TensorType type, VirtualTensor element)
    {
        var buffer = Take(BytesOf(type), "an operand of a kernel");
        _temporaries.Add(buffer);
        var address = Address(buffer);
        Run(statements, NestBuilder.Map(type, this, element), address, isFresh: true);
        CloseGroup();
        return address;
    }
}
