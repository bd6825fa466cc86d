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
                ? [op.Define(copy[apply.Arguments].Map(a => builder[a])).Atom]
                : null).Block(null, block);
        }
        return block;
    }

    private static bool Holds(Block block, Func<Apply, bool> isKept) => block.Lets.Any(l =>
        l.Expr is Apply { Op: Composite } apply ? !isKept(apply) : l.Expr.Blocks.Any(b => Holds(b, isKept)));
}
