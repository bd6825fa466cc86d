using System.Globalization;
using MindDsl.Ir;

namespace MindDsl;

/// <summary>MIND02xx: operands that do not fit an operation. MIND03xx: values that do not.</summary>
public static partial class Diagnostics
{
    /// <summary>MIND0201: operands that must have one shape have several.</summary>
    public static Diagnostic ShapesDiffer(string op, Seq<TensorType> operands) => new(
        "MIND0201", $"{op}: the shapes of the operands differ", Operands(operands),
        help: "give the operands the same shape, or leave an axis of length 1 to be repeated");

    /// <summary>MIND0202: a shape cannot be repeated to another.</summary>
    public static Diagnostic ShapesDoNotBroadcast(string op, Shape shape, TensorType operand) => new(
        "MIND0202", $"{op}: the shapes do not broadcast",
        [("left", shape.ToString()), ("right", operand.ToString())],
        help: "shapes are aligned at the last axis; lengths must be equal, or one of them 1");

    /// <summary>MIND0203: axes that are summed over together have different lengths, or the ranks do not fit.</summary>
    public static Diagnostic AxesDoNotContract(Contract op, Seq<TensorType> operands)
    {
        var facts = new List<(string, string)> { ("law", op.Notation) };
        facts.AddRange(Operands(operands));
        if (operands[0].Rank == op.Left.Length && operands[1].Rank == op.Right.Length)
            foreach (char c in op.Left.Where(op.Right.Contains))
                if (operands[0].Shape[op.Left.IndexOf(c)] != operands[1].Shape[op.Right.IndexOf(c)])
                    facts.Add(("axis " + c, $"{operands[0].Shape[op.Left.IndexOf(c)]} on the left, {operands[1].Shape[op.Right.IndexOf(c)]} on the right"));
        return new("MIND0203", "dot: inner axes differ", facts, help: "transpose an operand, or check the width of the layer before it");
    }

    /// <summary>MIND0204: a wrong number of operands.</summary>
    public static Diagnostic WrongOperandCount(string op, int expected, int found) => new(
        "MIND0204", $"{op}: a wrong number of operands", [("expected", Text(expected)), ("found", Text(found))]);

    /// <summary>MIND0205: element types that do not fit the operation.</summary>
    public static Diagnostic ElementTypesDoNotFit(string op, Signature signature, Seq<TensorType> operands) => new(
        "MIND0205", $"{op}: the element types of the operands do not fit",
        [("expected", signature switch
        {
            Signature.Number => "numbers of one type",
            Signature.Float => "floats of one type",
            Signature.Compare or Signature.Any => "operands of one type",
            Signature.Classify => "floats",
            Signature.Logic => "bools, or integers of one type",
            Signature.Integer => "integers of one type",
            Signature.Select => "a bool and two operands of one type",
        }), .. Operands(operands)],
        help: "convert an operand with .To(DType.…)");

    /// <summary>MIND0206: a reshape that changes the number of elements.</summary>
    public static Diagnostic SizesDiffer(TensorType operand, Shape to) => new(
        "MIND0206", "reshape: the number of elements changes",
        [("from", $"{operand}   {operand.Shape.Size} elements"), ("to", $"{to}   {to.Size} elements")]);

    /// <summary>MIND0207: axes that the operand does not have, or not as the operation needs them.</summary>
    public static Diagnostic AxesDoNotFit(string op, Seq<int> axes, TensorType operand) => new(
        "MIND0207", $"{op}: the axes do not fit the operand",
        [("axes", axes.ToString()), ("operand", $"{operand}   axes 0 to {Text(operand.Rank - 1)}")],
        help: "axes count from 0 at the outermost; negative ones count from the innermost");

    /// <summary>MIND0208: a slice that reaches outside its operand.</summary>
    public static Diagnostic SliceOutOfRange(Slice slice, TensorType operand) => new(
        "MIND0208", "slice: the part is not inside the operand",
        [("starts", slice.Starts.ToString()), ("lengths", slice.Lengths.ToString()), ("steps", slice.Steps.ToString()), ("operand", operand.ToString())]);

    /// <summary>MIND0209: a largest or smallest element of nothing.</summary>
    public static Diagnostic EmptyReduction(string op, TensorType operand) => new(
        "MIND0209", $"{op}: no element to choose from", [("operand", operand.ToString())], help: "check that the axis is not empty");

    /// <summary>MIND0210: index operands that do not fit what they index.</summary>
    public static Diagnostic IndicesDoNotFit(Op op, Seq<TensorType> operands) => new(
        "MIND0210", $"{op.Name}: the indices do not fit the operand", [("places", op.Attributes), .. Operands(operands)],
        help: "indices are i64 tensors whose axes appear in the result");

    /// <summary>MIND0211: an operation that computes is given elements that are stored only.</summary>
    public static Diagnostic StoredOnly(string op, DType type, Seq<TensorType> operands) => new(
        "MIND0211", $"{op}: elements of {type.Name} are stored, not computed with", Operands(operands),
        help: "convert them first: .To(DType.F32)");

    /// <summary>MIND0301: an integer division by zero.</summary>
    public static Diagnostic DividedByZero() => new("MIND0301", "an integer is divided by zero", help: "test the divisor first, or use floats");

    /// <summary>MIND0302: an index outside its axis.</summary>
    public static Diagnostic IndexOutOfRange(long index, int axis, long length) => new(
        "MIND0302", "an index is outside its axis", [("index", Text(index)), ("axis", $"{Text(axis)}, of length {Text(length)}")]);

    private static IReadOnlyList<(string Label, string Text)> Operands(Seq<TensorType> operands) => operands.Count == 2
        ? [("left", operands[0].ToString()), ("right", operands[1].ToString())]
        : [.. operands.Select((o, k) => ("operand " + Text(k), o.ToString()))];

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
