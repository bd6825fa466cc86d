using MindDsl.Ir;

namespace MindDsl.Autodiff;

/// <summary>
/// Reverse mode of functions. <see cref="Joint"/> puts the forward and the backward sweep into one function, where residuals are just values in scope.
/// <see cref="Split"/> cuts a function in two: the residuals are what the backward half reads of the forward half.
/// </summary>
internal static class ReverseMode
{
    /// <summary>(arguments, cotangents of the wanted results) → (results, cotangents of the active parameters).</summary>
    public static Block Joint(DerivativeContext context, Function function, Seq<bool> active, Seq<bool> wanted)
    {
        var sweep = Sweep(context, function, active, wanted);
        return new(
            [.. sweep.Forward.Parameters, .. sweep.Backward.Parameters],
            [.. sweep.Forward.Lets, .. sweep.Backward.Lets],
            [.. sweep.Forward.Results, .. sweep.Backward.Results]);
    }

    /// <summary>True if the backward half of a recursive function takes the cotangent so far of an argument of a type, and adds to it.</summary>
    public static bool Accumulates(IrType type) => type is TensorType { Rank: > 0 };

    /// <summary>Makes the two halves of a function and adds them to the program.</summary>
    public static void Split(DerivativeContext context, SplitFunction split, Function function, Seq<bool> active, Seq<bool> wanted, bool keeps, bool accumulates)
    {
        var (forward, backward) = Sweep(context, function, active, wanted, keeps, accumulates);
        backward = RemoveDead.Clean(backward);
        if (keeps && function.Checkpoint is null) Residuals.Advance(ref forward, ref backward, backward.Parameters);
        var residuals = function.Checkpoint is { } policy
            ? Residuals.Under(policy, ref backward, forward)
            : Residuals.Of(ref backward, forward, []);
        if (split.Boxed is { } box)
        {
            split.ResidualTypes = residuals.Map(r => r.Type);
            Box(context, split, box, forward, backward, residuals);
            return;
        }
        // Who calls the function has its arguments anyway.
        split.Given = residuals.Select(r => forward.Parameters.IndexOf(r)).Where(p => p >= 0).ToSeq();
        var kept = residuals.Where(r => forward.Parameters.IndexOf(r) < 0).ToSeq();
        split.ResidualTypes = kept.Map(r => r.Type);
        Add(context, split.Forward, new(forward.Parameters, forward.Lets, [.. forward.Results, .. kept]));
        Add(context, split.Backward, new([.. split.Given.Map(p => forward.Parameters[p]), .. kept, .. backward.Parameters], backward.Lets, backward.Results));
        if (function.Checkpoint is not null) context.Functions[split.Backward] = context.Functions[split.Backward] with { Checkpoint = function.Checkpoint };
    }

    private static void Box(DerivativeContext context, SplitFunction split, UnionType box, Block forward, Block backward, Seq<Value> residuals)
    {
        context.Unions[box] = new(box, [new UnionCase("saved", residuals.Map(r => r.Type))]);
        var boxed = new Value(box);
        Add(context, split.Forward, new(
            forward.Parameters,
            [.. forward.Lets, new Let([boxed], new Inject(box, 0, residuals.Map(Atom (r) => r)))],
            [.. forward.Results, boxed]));
        var saved = new Value(box);
        var results = backward.Results.Map(r => new Value(r.Type));
        Add(context, split.Backward, new(
            [saved, .. backward.Parameters],
            [new Let(results, new Switch(saved, [new Block(residuals, backward.Lets, backward.Results)]))],
            results.Map(Atom (r) => r)));
    }

    private static void Add(DerivativeContext context, FunctionName name, Block body) =>
        context.Functions[name] = new(name, new BlockCopy().Block(null, RemoveDead.Clean(body)));

    /// <summary>
    /// The forward sweep, whose lets also give what the backward sweep reads, and the backward sweep from cotangents of results to those of parameters; it may also take the
    /// cotangents of tensors among the parameters so far.
    /// </summary>
    private static (Block Forward, Block Backward) Sweep(
        DerivativeContext context, Function function, Seq<bool> active, Seq<bool> wanted, bool keeps = false, bool accumulates = false)
    {
        var primal = new BlockCopy().Block(null, function.Body);
        var varied = new HashSet<Value>();
        for (int k = 0; k < active.Count; k++) if (active[k]) varied.Add(primal.Parameters[k]);
        Activity.Propagate(primal, varied);

        var builder = BlockReversal.Register(primal, null).Nested();
        var reversal = new BlockReversal(context, varied, builder, keeps: keeps);
        var cotangents = new List<Value>();
        for (int k = 0; k < wanted.Count; k++)
        {
            if (!wanted[k]) continue;
            var cotangent = new Value(context.Tangent(primal.Results[k].Type)!, "ct");
            cotangents.Add(cotangent);
            reversal.Seed(primal.Results[k], cotangent);
        }
        foreach (var parameter in primal.Parameters.Where((p, k) => accumulates && active[k] && Accumulates(p.Type)))
        {
            var start = new Value(parameter.Type, "sum");
            cotangents.Add(start);
            reversal.Seed(parameter, start);
        }
        var lets = reversal.Reverse(primal.Lets);
        var results = Seq.Range(active.Count).Where(k => active[k])
            .Select(k => reversal.Take(primal.Parameters[k]) ?? context.Zero(builder, primal.Parameters[k])).ToSeq();
        return (new(primal.Parameters, lets, primal.Results), builder.Build(cotangents.ToSeq(), results));
    }
}
