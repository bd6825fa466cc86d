using MindDsl.Ir;

namespace MindDsl.Backends.Devices;

/// <summary>Products of factors that are converted from 16 bits, as products of these: libraries multiply them as they are, faster and without the memory for more.</summary>
internal static class StoredFactors
{
    /// <summary>The pass.</summary>
    public static readonly Pass Pass = new("stored factors", "contract (convert x) (convert y) = contract x y, of what is stored in 16 bits",
        module => RemoveDead.Pass.Run(module.MapBodies(f => new BlockCopy(Replace).Block(null, f.Body))));

    private static Seq<Atom>? Replace(BlockCopy copy, BlockBuilder builder, Let let) =>
        let.Expr is Apply { Op: Contract contract } apply && Source(builder, copy[apply.Arguments[0]]) is { } x && Source(builder, copy[apply.Arguments[1]]) is { } y && x.Tensor.DType == y.Tensor.DType
            ? [builder.Apply(contract, x, y)]
            : null;

    private static Value? Source(BlockBuilder builder, Atom factor) =>
        builder.Definition(factor) is { Op: Ir.Convert { To: DType.F32 }, Arguments: [Value { Type: TensorType { DType: DType.F16 or DType.BF16 } } source] } ? source : null;
}
