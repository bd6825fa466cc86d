namespace MindDsl.Ir;

/// <summary>The grammar of each level: which expressions and types may occur, and what else must hold.</summary>
/// <remarks>
/// Passes take constructs away and never bring one back, so a construct has a last level. What holds at every level (values bound once, in
/// scope, well-typed) is in <see cref="BlockVerifier"/> and <see cref="ExprVerifier"/>; in addition:
/// <list type="table">
/// <item><term>Source</term><description>a function may read values of the functions around it: those in scope wherever it is named</description></item>
/// <item><term>Closed</term><description>a function reads only its parameters and what it binds</description></item>
/// <item><term>FirstOrder</term><description>no function values: neither MakeClosure, nor Invoke, nor a function type</description></item>
/// <item><term>Plain</term><description>no Differentiate</description></item>
/// <item><term>Sized</term><description>all sizes are numbers; parameters and results of the entry are tensors</description></item>
/// </list>
/// </remarks>
internal static class LevelGrammar
{
    /// <summary>The last level at which each kind of expression and of type occurs.</summary>
    private static readonly Dictionary<Type, Level> LastLevel = new()
    {
        [typeof(Apply)] = Level.Sized,
        [typeof(Call)] = Level.Sized,
        [typeof(If)] = Level.Sized,
        [typeof(While)] = Level.Sized,
        [typeof(Scan)] = Level.Sized,
        [typeof(Build)] = Level.Sized,
        [typeof(Inject)] = Level.Sized,
        [typeof(Switch)] = Level.Sized,
        [typeof(SequenceLength)] = Level.Sized,
        [typeof(Undefined)] = Level.Sized,
        [typeof(Differentiate)] = Level.FirstOrder,
        [typeof(MakeClosure)] = Level.Closed,
        [typeof(Invoke)] = Level.Closed,
        [typeof(TensorType)] = Level.Sized,
        [typeof(SequenceType)] = Level.Sized,
        [typeof(UnionType)] = Level.Sized,
        [typeof(FunctionType)] = Level.Closed,
    };

    /// <summary>True if functions may read values of the functions around them.</summary>
    public static bool IsOpen(Level level) => level == Level.Source;

    /// <summary>What is wrong with an expression of this kind at a level, or null.</summary>
    public static string? Fault(Level level, Expr expr)
    {
        if (Missing(level, expr.GetType()) is { } missing) return missing;
        if (level < Level.Sized) return null;
        bool sized = expr switch
        {
            Apply { Op: SizeOf size } => size.Dim.IsConstant,
            Apply { Op: Slice slice } => slice.Starts.All(s => s.IsConstant),
            Build build => build.Extents.All(e => e.IsConstant),
            Scan scan => scan.StackedLength?.IsConstant ?? true,
            _ => true,
        };
        return sized ? null : "a size is not a number";
    }

    /// <summary>What is wrong with a type at a level, or null.</summary>
    public static string? Fault(Level level, IrType type)
    {
        if (Missing(level, type.GetType()) is { } missing) return missing;
        return type switch
        {
            TensorType tensor when level >= Level.Sized && !tensor.Shape.IsConstant => $"a size of {tensor} is not a number",
            SequenceType sequence => Fault(level, sequence.Element),
            FunctionType function => function.Parameters.Concat(function.Results).Select(t => Fault(level, t)).FirstOrDefault(f => f is not null),
            _ => null,
        };
    }

    private static string? Missing(Level level, Type kind) =>
        LastLevel[kind] >= level ? null : $"{kind.Name} does not occur at level {level}; its last level is {LastLevel[kind]}";
}
