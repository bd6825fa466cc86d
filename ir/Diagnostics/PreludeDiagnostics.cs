using System.Globalization;
using MindDsl.Ir;

namespace MindDsl;

/// <summary>MIND022x: arguments that do not fit a function of the prelude. MIND031x: tensors used as what they are not.</summary>
public static partial class Diagnostics
{
    /// <summary>MIND0220: an axis that the operand does not have.</summary>
    public static Diagnostic AxisOutOfRange(string op, int axis, TensorType operand) => new(
        "MIND0220", $"{op}: the operand has no such axis",
        [("axis", Text(axis)), ("operand", operand.Rank == 0 ? $"{operand}   no axes" : $"{operand}   axes 0 to {Text(operand.Rank - 1)}")],
        help: "axes count from 0 at the outermost; negative ones count from the innermost");

    /// <summary>MIND0221: operands whose shapes do not fit together.</summary>
    public static Diagnostic ShapesDoNotFit(string op, string rule, params ReadOnlySpan<(string Label, TensorType Type)> operands) => new(
        "MIND0221", $"{op}: the shapes do not fit together", [.. operands.ToArray().Select(o => (o.Label, o.Type.ToString()))], help: rule);

    /// <summary>MIND0222: an einsum equation that does not fit its operands.</summary>
    public static Diagnostic EquationDoesNotFit(string equation, string why, Seq<TensorType> operands) => new(
        "MIND0222", "einsum: the equation does not fit the operands", [("equation", equation), ("because", why), .. Operands(operands)],
        help: "one letter per axis, operands separated by commas, e.g. \"bij,bjk->bik\"");

    /// <summary>MIND0223: a window that is larger than what it slides over.</summary>
    public static Diagnostic WindowTooLarge(string op, int axis, long window, long length) => new(
        "MIND0223", $"{op}: the window is larger than the padded input",
        [("window", $"{Text(window)} along axis {Text(axis)}, dilation included"), ("input", $"{Text(length)}, padding included")],
        help: "use a smaller kernel or more padding");

    /// <summary>MIND0224: a number that the element type beside it cannot hold.</summary>
    public static Diagnostic NumberDoesNotFit(double number, DType type) => new(
        "MIND0224", "a number does not fit the element type beside it",
        [("number", number.ToString("R", CultureInfo.InvariantCulture)), ("element", type.Name)],
        help: "convert the tensor with .To(DType.F64) or .To(DType.F32), or use a whole number");

    /// <summary>MIND0225: an argument outside the values it may have.</summary>
    public static Diagnostic ArgumentOutOfRange(string op, string argument, string value, string allowed) => new(
        "MIND0225", $"{op}: {argument} is out of range", [(argument, value), ("allowed", allowed)]);

    /// <summary>MIND0310: a tensor whose memory was given away.</summary>
    public static Diagnostic TensorDonated(string type) => new(
        "MIND0310", "this tensor was donated, its elements are gone",
        [("tensor", type)], help: "use the result of the call that it was donated to, or do not donate it");

    /// <summary>MIND0311: a tensor of more than one element where a single one is needed.</summary>
    public static Diagnostic NotASingleElement(string use, TensorType tensor) => new(
        "MIND0311", $"{use} needs a single element", [("tensor", tensor.ToString())],
        help: "reduce it first (Sum, Mean, All, Any), or choose element by element with Where");

    /// <summary>MIND0312: elements read as another type than they have.</summary>
    public static Diagnostic ElementsReadAs(string type, TensorType tensor) => new(
        "MIND0312", $"the elements are not of the type {type}", [("tensor", tensor.ToString())],
        help: "read them as bool, int, long, float or double as the element type says, or convert with .To(…)");

    /// <summary>MIND0313: a number of elements that the shape does not have.</summary>
    public static Diagnostic ElementCountDiffers(long elements, Shape shape) => new(
        "MIND0313", "the number of elements is not that of the shape",
        [("elements", Text(elements)), ("shape", $"{shape}   {shape.Size} elements")]);

    /// <summary>MIND0315: a tensor that no memory holds.</summary>
    public static Diagnostic TensorTooLarge(DType type, ReadOnlySpan<long> lengths) => new(
        "MIND0315", "there is no memory for a tensor of this size", [("tensor", new TensorType(type, Shape.Of(lengths)).ToString())], help: "make it smaller, or work on parts of it");

    /// <summary>MIND0316: elements of a tensor that is too long for a span of .NET.</summary>
    public static Diagnostic SpanTooLong(TensorType type) => new(
        "MIND0316", "the tensor has more elements than .NET reads at once", [("tensor", type.ToString())], help: "read parts of it");

    /// <summary>MIND0314: elements of a type that tensors cannot hold.</summary>
    public static Diagnostic ElementTypeUnknown(string type) => new(
        "MIND0314", "tensors cannot hold elements of this type", [("type", type)], help: "use bool, int, long, float or double");
}
