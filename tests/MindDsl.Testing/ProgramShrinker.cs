using MindDsl.Ir;

namespace MindDsl.Testing;

/// <summary>Makes programs smaller, one operation at a time, in every block of every function.</summary>
internal static class ProgramShrinker
{
    private const double Constant = 0.5;

    /// <summary>The programs in which the results of one let are constants, or one of its operands of the same type; the last lets first.</summary>
    public static IEnumerable<Module> Smaller(Module module)
    {
        int size = Size(module);
        foreach (var let in module.Functions.Values.SelectMany(f => Lets(f.Body)).Reverse())
        {
            if (IsConstant(let) || !let.Targets.All(t => t.Type is TensorType { DType: DType.F64 })) continue;
            foreach (var replacement in Replacements(let))
            {
                Seq<Atom>? Replace(BlockCopy copy, BlockBuilder builder, Let other) => ReferenceEquals(other, let) ? replacement(copy, builder) : null;
                var smaller = RemoveDead.Pass.Run(module.MapBodies(f => new BlockCopy(Replace).Block(null, f.Body)));
                if (Size(smaller) < size) yield return smaller;
            }
        }
    }

    private static IEnumerable<Func<BlockCopy, BlockBuilder, Seq<Atom>>> Replacements(Let let)
    {
        yield return (_, builder) => let.Targets.Map(t => builder[Literal.Of(DType.F64, Constant)].BroadcastTo(t.Tensor.Shape).Atom);
        if (let.Targets.Count != 1) yield break;
        foreach (var operand in let.Expr.Operands.Where(o => o is Value && o.Type.Equals(let.Targets[0].Type)).Distinct())
            yield return (copy, _) => [copy[operand]];
    }

    private static IEnumerable<Let> Lets(Block block) => block.Lets.SelectMany(l => l.Expr.Blocks.SelectMany(Lets).Prepend(l));

    /// <summary>The number of lets that are not constants.</summary>
    private static int Size(Module module) => module.Functions.Values.Sum(f => Lets(f.Body).Count(l => !IsConstant(l)));

    private static bool IsConstant(Let let) => let.Expr is Apply { Op: Broadcast, Arguments: [Literal] };
}
