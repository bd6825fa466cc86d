namespace MindDsl.Ir;

/// <summary>Puts the programs of composite operations in their places.</summary>
public static class ExpandComposites
{
    /// <summary>The pass for a backend with kernels for none of them.</summary>
    public static readonly Pass Pass = new("expand-composites", "no operation is a composite", module => Run(module, _ => false));

    /// <summary>The module with the programs of all composite operations but those that are to be kept.</summary>
    public static Module Run(Module module, Func<Apply, bool> isKept)
    {
        if (!module.Functions.Values.Any(f => Holds(f.Body, isKept))) return module;
        return RemoveDead.Pass.Run(module.MapBodies(function => Expanded(function.Body, isKept)));
    }

    private static Block Expanded(Block block, Func<Apply, bool> isKept)
    {
        // A program may hold other composite operations.
        for (; Holds(block, isKept);)
        {
            block = new BlockCopy((copy, builder, let) => let.Expr is Apply { Op: Composite op } apply && !isKept(apply)
                ? [Defined(builder, op, let.Targets[0].Tensor, copy[apply.Arguments])]
                : null).Block(null, block);
        }
        return block;
    }

    /// <summary>The result of the program; a matrix without elements has none, and pivots cannot be chosen from it.</summary>
    private static Atom Defined(BlockBuilder builder, Composite op, TensorType type, Seq<Atom> operands) => type.Shape.Dims.Any(d => d.IsConstant && d.Value == 0)
        ? builder[Literal.Of(type.DType, 0L)].BroadcastTo(type.Shape).Atom
        : op.Define(operands.Map(a => builder[a])).Atom;

    private static bool Holds(Block block, Func<Apply, bool> isKept) => block.Lets.Any(l =>
        l.Expr is Apply { Op: Composite } apply ? !isKept(apply) : l.Expr.Blocks.Any(b => Holds(b, isKept)));
}
