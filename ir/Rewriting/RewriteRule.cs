namespace MindDsl.Ir;

/// <summary>An equation that is used from left to right: what an operation on these operands may be replaced by.</summary>
/// <param name="Equation">The rule as text, its name in traces and tests.</param>
/// <param name="Op">The name of the operation that the left side starts with.</param>
/// <param name="Rewrite">The right side, or null when the left side does not match.</param>
public sealed record RewriteRule(string Equation, string Op, Func<BlockBuilder, Apply, Atom?> Rewrite)
{
    /// <inheritdoc/>
    public override string ToString() => Equation;
}

/// <summary>Applies the rules where an operation is bound.</summary>
public static class Simplifier
{
    private static readonly Dictionary<string, RewriteRule[]> ByOp =
        Rules.GroupBy(r => r.Op).ToDictionary(g => g.Key, g => g.ToArray());

    /// <summary>All rules, in the order in which they are tried.</summary>
    public static IEnumerable<RewriteRule> Rules => [.. AlgebraRules.All, .. MovementRules.All];

    /// <summary>The simpler equal of an operation, or null when no rule matches.</summary>
    public static Atom? TrySimplify(BlockBuilder builder, Apply apply)
    {
        if (AlgebraRules.Fold(apply) is { } constant) return constant;
        if (AlgebraRules.WithoutFilledOperands(builder, apply) is { } narrow) return builder.Apply(narrow.Op, narrow.Arguments.Span);
        if (!ByOp.TryGetValue(apply.Op.Name, out var rules)) return null;
        foreach (var rule in rules)
            if (rule.Rewrite(builder, apply) is { } simpler) return simpler;
        return null;
    }
}
