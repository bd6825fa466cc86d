using MindDsl.Ir;

namespace MindDsl.Autodiff;

/// <summary>
/// Derivatives of solutions x of A(θ)·x = b. The tangent solves A·ẋ = ḃ − Ȧ·x; with w, which solves Aᵀ·w = x̄, the cotangents are b̄ = w and those that A(θ)·x has for −w. Both are solved by the solver that
/// found x, which has such derivatives again; no matrix is formed, and nothing of the solver's steps is kept.
/// </summary>
internal static class LinearSystems
{
    /// <summary>(arguments, tangents of the active parameters) → (results, tangents of the wanted results).</summary>
    public static Block Forward(DerivativeContext context, Function function, LinearSolveRule rule, Seq<bool> active, Seq<bool> wanted)
    {
        var (types, leaves) = (function.ParameterTypes, function.ResultTypes.Count);
        int givens = types.Count - leaves;
        var builder = new BlockBuilder();
        var parameters = types.Map(t => new Value(t));
        var tangents = Seq.Range(types.Count).Where(k => active[k]).ToDictionary(k => k, k => new Value(context.Tangent(types[k])!));
        var solution = builder.Emit(new Call(function.Name, parameters.Map(Atom (p) => p)), function.ResultTypes).Map(Atom (r) => r);
        var right = Seq.Range(leaves).Map(Atom (k) => tangents.TryGetValue(givens + k, out var own) ? own : context.Zero(builder, solution[k]));
        var changing = Seq.Range(givens).Where(k => active[k]).ToSeq();
        if (changing.Count > 0)
        {
            var derivative = context.Derive(DerivativeKind.Forward, rule.Product, OfProduct(active, givens), Seq.Repeat(true, leaves));
            var all = builder.Emit(
                new Call(derivative, [.. parameters.Slice(0, givens), .. solution, .. changing.Map(k => tangents[k])]), [.. function.ResultTypes, .. function.ResultTypes.Map(t => context.Tangent(t)!)]);
            right = right.Map((b, k) => (builder[b] - builder[all[leaves + k]]).Atom);
        }
        var solved = builder.Emit(new Call(function.Name, [.. parameters.Slice(0, givens), .. right]), function.ResultTypes);
        return builder.Build(
            [.. parameters, .. Seq.Range(types.Count).Where(k => active[k]).Select(k => tangents[k])],
            [.. solution, .. Seq.Range(leaves).Where(k => wanted[k]).Select(k => solved[k])]);
    }

    /// <summary>(arguments, results, a cotangent for each result) → cotangents of the active parameters.</summary>
    public static Block Reverse(DerivativeContext context, Function function, LinearSolveRule rule, Seq<bool> active)
    {
        var (types, leaves) = (function.ParameterTypes, function.ResultTypes.Count);
        int givens = types.Count - leaves;
        var builder = new BlockBuilder();
        var parameters = types.Map(t => new Value(t));
        var solution = function.ResultTypes.Map(t => new Value(t));
        var cotangents = function.ResultTypes.Map(t => new Value(context.Tangent(t)!));
        var w = builder.Emit(new Call(rule.Transposed, [.. parameters.Slice(0, givens), .. cotangents]), function.ResultTypes);
        var changing = Seq.Range(givens).Where(k => active[k]).ToSeq();
        Seq<Value> pulled = [];
        if (changing.Count > 0)
        {
            var derivative = context.Derive(DerivativeKind.Reverse, rule.Product, OfProduct(active, givens), Seq.Repeat(true, leaves));
            var all = builder.Emit(
                new Call(derivative, [.. parameters.Slice(0, givens), .. solution, .. w.Map(v => (-builder[v]).Atom)]), [.. function.ResultTypes, .. changing.Map(k => context.Tangent(types[k])!)]);
            pulled = all.Slice(leaves, changing.Count);
        }
        int at = 0;
        var results = Seq.Range(types.Count).Where(k => active[k]).Select(Atom (k) => k < givens ? pulled[at++] : w[k - givens]).ToSeq();
        return builder.Build([.. parameters, .. solution, .. cotangents], results);
    }

    /// <summary>The product is differentiated with respect to what it reads, at the solution.</summary>
    private static Seq<bool> OfProduct(Seq<bool> active, int givens) => active.Map((a, k) => a && k < givens);
}
