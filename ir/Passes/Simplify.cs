namespace MindDsl.Ir;

/// <summary>Writes every function anew through the rewrite rules: constants fold, equal operations are shared, movements cancel.</summary>
public static class Simplify
{
    /// <summary>The pass.</summary>
    public static readonly Pass Pass = new("simplify", "no rewrite rule matches where an operation is bound, and none is bound twice in scope",
        module => module.MapBodies(f => new BlockCopy().Block(null, f.Body)));
}
