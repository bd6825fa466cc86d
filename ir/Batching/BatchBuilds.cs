namespace MindDsl.Ir;

/// <summary>
/// Turns comprehensions whose bodies work on tensors into the same work on whole batches: a product of matrices in each lane becomes one product of batches. What has no
/// batched form stays in a comprehension of its own; a comprehension of scalars stays as it is, since it is one loop nest anyway.
/// </summary>
/// <remarks>
/// It runs after derivatives were taken, on the program that will be compiled, so that nothing is computed for a lane that the lane would not compute: branches and loops
/// that depend on the lane are not batched.
/// </remarks>
public static class BatchBuilds
{
    /// <summary>No batch is made that holds more elements than this; the lanes then run one after another.</summary>
    internal const long LargestBatch = 1 << 25;

    /// <summary>The pass.</summary>
    public static readonly Pass Pass = new("batch-builds", "no comprehension has a body that could be batched", module =>
        module.Functions.Values.Any(f => HoldsBuild(f.Body)) ? RemoveDead.Pass.Run(module.MapBodies(f => new BlockCopy(Replace).Block(null, f.Body))) : module);

    /// <summary>A copy that batches the comprehensions in what it copies.</summary>
    internal static BlockCopy Copy() => new(Replace);

    /// <summary>What the lets of a comprehension become.</summary>
    internal static Seq<Atom> Write(BlockBuilder builder, Build build, Seq<IrType> types, BlockCopy outer)
    {
        if (IsWorthwhile(build) && new Lanes(builder, outer, build.Extents).Body(build.Body, build.Body.Parameters) is { } results) return results;
        return builder.Emit(build with { Body = outer.Block(builder, build.Body) }, types).Map(Atom (v) => v);
    }

    private static Seq<Atom>? Replace(BlockCopy copy, BlockBuilder builder, Let let) =>
        let.Expr is Build build ? Write(builder, build, let.Targets.Map(t => copy.Type(t.Type)), copy) : WithoutSlice(copy, builder, let);

    /// <summary><c>x[i][j] = x[i, j]</c>: an element of a part is read where it is.</summary>
    internal static Seq<Atom>? WithoutSlice(BlockCopy copy, BlockBuilder builder, Let let)
    {
        if (let.Expr is not Apply { Op: Gather outer } apply || builder.Definition(copy[apply.Arguments[0]]) is not { Op: Gather inner } part) return null;
        int first = part.Arguments.Count - 1;
        if (inner != Gather.At(inner.Axes.Count, first)) return null;
        var axes = new Gather([.. inner.Axes.Slice(0, first), .. outer.Axes], outer.ResultRank);
        return [builder.Apply(axes, [part.Arguments[0], .. part.Arguments.Slice(1, first), .. copy[apply.Arguments.Slice(1, apply.Arguments.Count - 1)]])];
    }

    private static bool IsWorthwhile(Build build) =>
        build.Extents.All(e => e.IsConstant && e.Value > 0) && build.Body.Lets.Any(IsWorkOnTensors);

    /// <summary>True of lets that are better done for all lanes at once.</summary>
    internal static bool IsWorkOnTensors(Let let) => let.Expr switch
    {
        Apply { Op: Reduce or ArgReduce or Contract or Composite } => true,
        Apply { Op: not Gather } => let.Targets[0].Tensor.Rank > 0,
        Build => true,
        Scan or If => let.Expr.Blocks.Any(b => b.Lets.Any(IsWorkOnTensors)),
        _ => false,
    };

    private static bool HoldsBuild(Block block) => block.Lets.Any(l => l.Expr is Build || l.Expr.Blocks.Any(HoldsBuild));
}
