namespace MindDsl.Ir;

/// <summary>Equality of programs up to the names of what they bind.</summary>
public sealed class BlockEquality
{
    private readonly Dictionary<Value, Value> _names = [];
    private readonly FunctionName? _left;
    private readonly FunctionName? _right;

    private BlockEquality(FunctionName? left, FunctionName? right) => (_left, _right) = (left, right);

    /// <summary>True if two closed functions do the same, and are differentiated in the same way; a call of the one by itself equals one of the other by itself.</summary>
    public static bool Same(Function left, Function right) =>
        left.Rule == right.Rule && left.FixedPoint == right.FixedPoint && left.LinearSolve == right.LinearSolve && left.Checkpoint == right.Checkpoint && new BlockEquality(left.Name, right.Name).Same(left.Body, right.Body);

    /// <summary>True if two operations do the same.</summary>
    public static bool Same(Expr left, Expr right) => new BlockEquality(null, null).SameExpr(left, right);

    /// <summary>A number that equal operations share.</summary>
    public static int Hash(Expr expr)
    {
        var hash = new HashCode();
        hash.Add(expr.GetType());
        foreach (var operand in expr.Operands.Span) hash.Add(operand);
        foreach (var block in expr.Blocks.Span) hash.Add(Hash(block));
        return hash.ToHashCode();
    }

    /// <summary>A number that equal blocks share.</summary>
    public static int Hash(Block block)
    {
        var hash = new HashCode();
        foreach (var parameter in block.Parameters.Span) hash.Add(parameter.Type);
        foreach (var result in block.Results.Span) hash.Add(result.Type);
        foreach (var let in block.Lets.Span) hash.Add(let.Expr is Apply apply ? apply.Op.Name : let.Expr.GetType().Name);
        return hash.ToHashCode();
    }

    private bool Same(Block left, Block right)
    {
        if (left.Lets.Count != right.Lets.Count || !Bind(left.Parameters, right.Parameters)) return false;
        for (int i = 0; i < left.Lets.Count; i++)
            if (!SameExpr(left.Lets[i].Expr, right.Lets[i].Expr) || !Bind(left.Lets[i].Targets, right.Lets[i].Targets)) return false;
        return Same(left.Results, right.Results);
    }

    private bool SameExpr(Expr left, Expr right)
    {
        if (left.GetType() != right.GetType() || left.Blocks.Count != right.Blocks.Count || !Same(left.Operands, right.Operands)) return false;
        // What is neither operand nor block.
        if (!Renamed(left).With(right.Operands, right.Blocks).Equals(right)) return false;
        for (int k = 0; k < left.Blocks.Count; k++) if (!Same(left.Blocks[k], right.Blocks[k])) return false;
        return true;
    }

    private Expr Renamed(Expr expr) => expr switch
    {
        Call call when call.Function == _left => call with { Function = _right! },
        MakeClosure closure when closure.Function == _left => closure with { Function = _right! },
        _ => expr,
    };

    private bool Same(Seq<Atom> left, Seq<Atom> right)
    {
        if (left.Count != right.Count) return false;
        for (int k = 0; k < left.Count; k++)
            if (!(left[k] is Value value && _names.TryGetValue(value, out var other) ? ReferenceEquals(other, right[k]) : left[k].Equals(right[k]))) return false;
        return true;
    }

    private bool Bind(Seq<Value> left, Seq<Value> right)
    {
        if (left.Count != right.Count) return false;
        for (int k = 0; k < left.Count; k++)
        {
            if (!left[k].Type.Equals(right[k].Type)) return false;
            _names[left[k]] = right[k];
        }
        return true;
    }
}
