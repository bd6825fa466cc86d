using System.Linq.Expressions;
using MindDsl.Backends.Loops;
using MindDsl.Ir;

namespace MindDsl.Backends.Cpu;

/// <content>Operands of contractions that are moved elements of tensors in memory: the kernel reads them where they are.</content>
internal sealed partial class FunctionEmitter
{
    /// <summary>The movements that made tensors that are not in memory.</summary>
    private readonly Dictionary<Value, Ir.Apply> _movements = [];

    /// <summary>How a kernel reads a factor. One that is stored in fewer bits than products are summed in is converted first.</summary>
    private FactorView View(Atom factor, bool isOpen) => factor.Tensor.DType.IsStorage
        ? new(AxisPlaces.Of(factor.Tensor.Shape), factor)
        : FactorView.Of(factor, value => _values.ContainsKey(value) ? null : _movements.GetValueOrDefault(value), LayoutOf, isOpen);

    /// <summary>The address that the elements of a factor are counted from.</summary>
    private Expression Factor(List<Expression> statements, FactorView view)
    {
        if (view.Border is { } border) return Temporary(statements, border.Type, Nests.Element(border.Padding, 0), border.Layout);
        var type = view.Source.Tensor;
        if (type.DType.IsStorage)
            return Temporary(statements, type with { DType = type.DType.Wide }, (lowering, indices) => lowering.Graph.Convert(lowering.Element(view.Source, indices), type.DType.Wide));
        return view.Source is Value value && LayoutOf(value) is { } layout && !_values.ContainsKey(value)
            ? Temporary(statements, type, _virtual[value], layout)
            : Read(statements, view.Source);
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
