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
        var view = FactorView.Of(operand, value => _values.ContainsKey(value) ? null : _movements.GetValueOrDefault(value), LayoutOf);
        if (view.Border is { } border) return (view.Places, Temporary(statements, border.Type, Nests.Element(border.Padding, 0), border.Layout));
        return (view.Places, view.Source is Value value && LayoutOf(value) is { } layout && !_values.ContainsKey(value)
            ? Temporary(statements, value.Tensor, _virtual[value], layout)
            : Read(statements, view.Source));
    }

    /// <summary>Memory until the end of this let, with a tensor written to it.</summary>
    private Expression Temporary(List<Expression> statements, TensorType type, VirtualTensor element, Layout? layout = null)
    {
        var buffer = Take(BytesOf(type), "an operand of a kernel");
        _temporaries.Add(buffer);
        var address = Address(buffer);
        Run(statements, NestBuilder.Map(type, this, element, layout), address, isFresh: true);
        CloseGroup();
        return address;
    }
}
