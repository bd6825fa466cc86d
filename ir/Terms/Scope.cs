namespace MindDsl.Ir;

/// <summary>Questions about which values a block reads and binds.</summary>
public static class Scope
{
    /// <summary>The values that a block reads and does not bind, in the order in which they first occur.</summary>
    public static Seq<Value> FreeValues(Block block)
    {
        var bound = new HashSet<Value>();
        var free = new List<Value>();
        var seen = new HashSet<Value>();
        Visit(block, bound, value =>
        {
            if (seen.Add(value)) free.Add(value);
        });
        return free.ToSeq();
    }

    /// <summary>The parameters of a block and all values that it binds, without those that the blocks in it bind.</summary>
    public static HashSet<Value> Bound(Block block)
    {
        var bound = new HashSet<Value>(block.Parameters);
        foreach (var let in block.Lets) bound.UnionWith(let.Targets);
        return bound;
    }

    /// <summary>Calls <paramref name="visit"/> for each value that a let reads, in its operands and in its blocks from outside of them.</summary>
    public static void Reads(Let let, Action<Value> visit)
    {
        foreach (var operand in let.Expr.Operands.Span) if (operand is Value value) visit(value);
        foreach (var block in let.Expr.Blocks.Span) Visit(block, [], visit);
    }

    /// <summary>The functions that a block names, in calls, closures and derivatives.</summary>
    public static IEnumerable<FunctionName> Functions(Block block)
    {
        foreach (var let in block.Lets)
        {
            if (Named(let.Expr) is { } name) yield return name;
            foreach (var inner in let.Expr.Blocks)
                foreach (var deeper in Functions(inner)) yield return deeper;
        }
    }

    /// <summary>The function that an operation names, if it names one.</summary>
    public static FunctionName? Named(Expr expr) => expr switch
    {
        Call call => call.Function,
        MakeClosure closure => closure.Function,
        Differentiate derivative => derivative.Function,
        _ => null,
    };

    /// <summary>The number of lets in a block and in the blocks inside it.</summary>
    public static int Size(Block block)
    {
        int size = block.Lets.Count;
        foreach (var let in block.Lets) foreach (var inner in let.Expr.Blocks) size += Size(inner);
        return size;
    }

    private static void Visit(Block block, HashSet<Value> bound, Action<Value> visit)
    {
        foreach (var parameter in block.Parameters.Span) bound.Add(parameter);
        foreach (var let in block.Lets.Span)
        {
            foreach (var operand in let.Expr.Operands.Span) Read(operand);
            foreach (var inner in let.Expr.Blocks.Span) Visit(inner, bound, visit);
            foreach (var target in let.Targets.Span) bound.Add(target);
        }
        foreach (var result in block.Results.Span) Read(result);

        void Read(Atom atom)
        {
            if (atom is Value value && !bound.Contains(value)) visit(value);
        }
    }
}
