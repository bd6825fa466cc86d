namespace MindDsl.Ir;

/// <summary>What reads nothing of the loop that it stands in is computed once, before the loop; so its derivative is, too.</summary>
internal static class LoopInvariants
{
    /// <summary>The operation, after what does not change in its blocks was bound outside.</summary>
    public static Expr Hoisted(BlockBuilder builder, Expr expr) => expr switch
    {
        Build build => build with { Body = Hoist(builder, build.Body, build.Extents.All(e => e is { IsConstant: true, Value: > 0 })) },
        Scan scan => scan with { Body = Hoist(builder, scan.Body, scan.Length is Literal { Integer: > 0 }) },
        While loop => loop with { Condition = Hoist(builder, loop.Condition, true), Body = Hoist(builder, loop.Body, false) },
        _ => expr,
    };

    /// <param name="builder">The block around.</param>
    /// <param name="block">A block that runs any number of times.</param>
    /// <param name="runs">True if it surely runs, so that what fails in it may fail before.</param>
    private static Block Hoist(BlockBuilder builder, Block block, bool runs)
    {
        var varying = new HashSet<Value>(block.Parameters);
        var hoisted = new HashSet<Let>(ReferenceEqualityComparer.Instance);
        foreach (var let in block.Lets)
        {
            bool varies = !runs && !IsTotal(let.Expr);
            Scope.Reads(let, v => varies |= varying.Contains(v));
            if (varies) varying.UnionWith(let.Targets);
            else hoisted.Add(let);
        }
        var read = new HashSet<Value>();
        for (int i = block.Lets.Count - 1; i >= 0; i--)
        {
            var let = block.Lets[i];
            if (!hoisted.Contains(let)) continue;
            if (IsWork(let) || let.Targets.Any(read.Contains)) Scope.Reads(let, v => read.Add(v));
            else hoisted.Remove(let);
        }
        if (hoisted.Count == 0) return block;
        var copy = new BlockCopy();
        foreach (var let in block.Lets) if (hoisted.Contains(let)) copy.Substitute(let.Targets, copy.Copy(builder, let));
        return copy.Block(builder, new(block.Parameters, block.Lets.Where(l => !hoisted.Contains(l)).ToSeq(), block.Results));
    }

    /// <summary>True for work that is worth a place: moving elements about is free where they are read.</summary>
    private static bool IsWork(Let let) => let.Expr switch
    {
        Apply { Op: Tag } => false,
        Apply { Op: Broadcast or Reshape or Permute or Slice or Iota or Gather or Pad or Flip or SizeOf } => let.Targets[0].Type is TensorType { Rank: 0 },
        Inject or Undefined or SequenceLength or MakeClosure => false,
        _ => true,
    };

    /// <summary>True if an operation results in something whatever it is given.</summary>
    private static bool IsTotal(Expr expr) => expr switch
    {
        Apply { Op: Gather gather } => !gather.Axes.Any(a => a.Indexed),
        Apply { Op: Scatter scatter } => !scatter.Places.Axes.Any(a => a.Indexed),
        Apply { Op: Composite } => false,
        Apply { Op: var op, Arguments: var arguments } => (op != ElementwiseOps.Div && op != ElementwiseOps.Rem) || arguments[0].Type is TensorType { DType.IsFloat: true },
        Undefined or Inject => true,
        _ => false,
    };
}
