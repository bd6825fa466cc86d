using System.Globalization;
using MindDsl.Ir;

namespace MindDsl.Backends.CText;

/// <summary>Types and numbers as kernels write them.</summary>
internal static class CType
{
    /// <summary>The type of an element in memory.</summary>
    public static string Stored(DType type) => type switch { DType.Bool => "u8", DType.F16 or DType.BF16 => "u16", _ => type.Name };

    /// <summary>The type of an element as a variable. What is stored in 16 bits is an f32 that it can hold.</summary>
    public static string Of(DType type) => type switch { DType.Bool or DType.U8 => "i32", DType.F16 or DType.BF16 => "f32", _ => type.Name };

    /// <summary>The value of an element in memory.</summary>
    public static string Load(DType type, string element) => type is DType.F16 or DType.BF16 ? $"f32_of_{type.Name}({element})" : element;

    /// <summary>A value as an element in memory.</summary>
    public static string Store(DType type, string value) => type switch
    {
        DType.Bool or DType.U8 => $"(u8)({value})",
        DType.F16 or DType.BF16 => $"{type.Name}_of_f32({value})",
        _ => value,
    };

    /// <summary>The type of a node's value: places that surely fit are counted in i32.</summary>
    public static string Of(Loops.Node node) => IsNarrow(node) ? "i32" : Of(node.Type);

    /// <summary>True if an i64 value, and all that it is made of, surely fits in 31 bits.</summary>
    public static bool IsNarrow(Loops.Node node) => node.Type == DType.I64 && node.Kind switch
    {
        Loops.NodeKind.Index => node.Range.High <= int.MaxValue,
        Loops.NodeKind.Affine => Reach(node) <= int.MaxValue,
        Loops.NodeKind.Checked => node.Range.High <= int.MaxValue,
        Loops.NodeKind.Compute => node.Intrinsic is Intrinsic.Div or Intrinsic.Rem && IsNarrow(node.Operands[0]) && node.Operands[0].Range.Low >= 0 && node.Operands[1] is { IsInteger: true, Offset: > 0 } && IsNarrow(node.Operands[1]),
        _ => false,
    };

    /// <summary>A bound of every sum of some of the terms of an affine form.</summary>
    private static double Reach(Loops.Node affine)
    {
        double reach = Math.Abs((double)affine.Offset);
        for (int k = 0; k < affine.Operands.Length; k++)
        {
            var operand = affine.Operands[k];
            if (!IsNarrow(operand)) return double.PositiveInfinity;
            reach += Math.Abs((double)affine.Factors[k]) * Math.Max(Math.Abs((double)operand.Range.Low), Math.Abs((double)operand.Range.High));
        }
        return reach;
    }

    /// <summary>A number of 64 bits.</summary>
    public static string Integer(long value) => value switch
    {
        long.MinValue => "(-I64(9223372036854775807) - 1)",
        >= 0 => string.Create(CultureInfo.InvariantCulture, $"I64({value})"),
        _ => string.Create(CultureInfo.InvariantCulture, $"(-I64({-value}))"),
    };

    /// <summary>A number of 32 bits.</summary>
    public static string Narrow(long value) => value switch
    {
        int.MinValue => "(-2147483647 - 1)",
        >= 0 => value.ToString(CultureInfo.InvariantCulture),
        _ => string.Create(CultureInfo.InvariantCulture, $"({value})"),
    };

    /// <summary>A literal.</summary>
    public static string Constant(Literal literal) => literal.DType switch
    {
        DType.Bool => literal.Integer != 0 ? "1" : "0",
        DType.I32 or DType.U8 => Narrow(literal.Integer),
        DType.I64 => Integer(literal.Integer),
        DType.F32 or DType.F16 or DType.BF16 when !float.IsFinite((float)literal.Number) => $"bits_f32({Narrow(BitConverter.SingleToInt32Bits((float)literal.Number))})",
        DType.F32 or DType.F16 or DType.BF16 => Signed(((float)literal.Number).ToString("E8", CultureInfo.InvariantCulture) + "f"),
        DType.F64 when !double.IsFinite(literal.Number) => $"bits_f64({Integer(BitConverter.DoubleToInt64Bits(literal.Number))})",
        DType.F64 => Signed(literal.Number.ToString("E16", CultureInfo.InvariantCulture)),
    };

    private static string Signed(string number) => number[0] == '-' ? $"({number})" : number;
}
