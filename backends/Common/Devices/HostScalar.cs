using MindDsl.Backends.Loops;
using MindDsl.Ir;

namespace MindDsl.Backends.Devices;

/// <summary>Scalars that the host computes.</summary>
internal static class HostScalar
{
    /// <summary>The bits of a scalar, as memory has them.</summary>
    public static long Bits(Literal literal) => literal.DType switch
    {
        DType.F32 => (uint)BitConverter.SingleToInt32Bits((float)literal.Number),
        DType.F64 => BitConverter.DoubleToInt64Bits(literal.Number),
        DType.F16 => BitConverter.HalfToUInt16Bits((Half)literal.Number),
        DType.BF16 => ((BFloat16)literal.Number).Bits,
        _ => literal.Integer,
    };

    /// <summary>The scalar of a type that bits are.</summary>
    public static Literal Of(DType type, long bits) => type switch
    {
        DType.Bool => Literal.Of((bits & 0xFF) != 0),
        DType.I32 => Literal.Of(type, (long)(int)bits),
        DType.F32 => Literal.Of(type, (double)BitConverter.Int32BitsToSingle((int)bits)),
        DType.F64 => Literal.Of(type, BitConverter.Int64BitsToDouble(bits)),
        DType.U8 => Literal.Of(type, bits & 0xFF),
        DType.F16 => Literal.Of(type, (double)BitConverter.UInt16BitsToHalf((ushort)bits)),
        DType.BF16 => Literal.Of(type, new BFloat16((ushort)bits)),
        _ => Literal.Of(type, bits),
    };

    /// <summary>A node as a function of registers.</summary>
    public static Func<long[], Literal> Function(Node node, Func<int, Func<long[], Literal>> slot)
    {
        if (node.Kind == NodeKind.Slot) return slot(node.Number);
        if (node.Kind == NodeKind.Constant) return _ => node.Literal!;
        var operands = Array.ConvertAll(node.Operands, o => Function(o, slot));
        return node.Kind switch
        {
            NodeKind.Affine => r =>
            {
                long sum = node.Offset;
                for (int k = 0; k < operands.Length; k++) sum += node.Factors[k] * operands[k](r).Integer;
                return Literal.Index(sum);
            }
            ,
            NodeKind.Compute when operands.Length == 1 => r => ScalarMath.Evaluate(node.Intrinsic, operands[0](r)),
            NodeKind.Compute => r => ScalarMath.Evaluate(node.Intrinsic, operands[0](r), operands[1](r)),
            NodeKind.Select => r => operands[0](r).Integer != 0 ? operands[1](r) : operands[2](r),
            NodeKind.Convert => r => operands[0](r) is { DType.IsFloat: true } x ? Literal.Of(node.Type, x.Number) : Literal.Of(node.Type, operands[0](r).Integer),
            _ => throw new MindDslException(Diagnostics.Internal($"the host computes no {node.Kind}")),
        };
    }
}
