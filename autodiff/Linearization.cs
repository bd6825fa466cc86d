using MindDsl.Ir;

namespace MindDsl.Autodiff;

/// <summary>A derivative in two functions: the primal one also gives what the linear one takes before the tangents or cotangents.</summary>
/// <param name="Primal">(arguments) → (results, saved).</param>
/// <param name="Linear">(saved, tangents or cotangents) → derivatives.</param>
/// <param name="Saved">The types of what is saved.</param>
internal sealed record Linearization(FunctionName Primal, FunctionName Linear, Seq<IrType> Saved)
{
    /// <summary>The halves of reverse mode.</summary>
    public static Linearization Reverse(DerivativeContext context, FunctionName function, Seq<bool> active, Seq<bool> wanted)
    {
        var split = context.Split(function, active, wanted, keeps: true);
        var (primal, saved) = Keeping(context, split, function);
        return new(primal, split.Backward, saved);
    }

    /// <summary>The forward half, which also gives the arguments that the backward half takes.</summary>
    private static (FunctionName Primal, Seq<IrType> Saved) Keeping(DerivativeContext context, SplitFunction split, FunctionName function)
    {
        if (split.Given.Count == 0) return (split.Forward, split.CallerTypes);
        var (forward, results) = (context.Functions[split.Forward], context.Functions[function].ResultTypes.Count);
        var name = new FunctionName("primal_" + function.Text);
        var builder = new BlockBuilder();
        var parameters = forward.ParameterTypes.Map(t => new Value(t));
        var all = builder.Emit(new Call(split.Forward, parameters.Map(Atom (p) => p)), forward.ResultTypes).Map(Atom (v) => v);
        var given = split.Given.Map(p => parameters[p]);
        context.Define(name, builder.Build(parameters, [.. all.Slice(0, results), .. given, .. all.Slice(results, all.Count - results)]));
        return (name, [.. given.Map(g => g.Type), .. split.CallerTypes]);
    }

    /// <summary>
    /// Forward mode in two halves. Straight-line code is divided by what depends on tangents. Where the tangents pass through branches, loops or
    /// functions the linear half is the transpose of the backward half of reverse mode, which already keeps apart what to save (Radul et al., You Only Linearize Once).
    /// </summary>
    public static Linearization Forward(DerivativeContext context, FunctionName function, Seq<bool> active, Seq<bool> wanted)
    {
        var name = context.Functions[function].Name.Text;
        var (primal, linear) = (new FunctionName("primal_" + name), new FunctionName("linear_" + name));
        if (Divided(context, function, active, wanted) is var (first, second, saved))
        {
            context.Define(primal, first);
            context.Define(linear, second);
            return new(primal, linear, saved);
        }
        var split = context.Split(function, active, wanted, keeps: true);
        var (keeping, all) = Keeping(context, split, function);
        context.Define(linear, Transposed(context, split, all));
        return new(keeping, linear, all);
    }

    private static (Block Primal, Block Linear, Seq<IrType> Saved)? Divided(DerivativeContext context, FunctionName function, Seq<bool> active, Seq<bool> wanted)
    {
        var source = context.Functions[function];
        if (HasRegions(source.Body, active)) return null;
        var body = RemoveDead.Clean(new ForwardMode(context).Transform(source, active, wanted));
        int parameters = source.Body.Parameters.Count;
        var tangents = body.Parameters.Slice(parameters, body.Parameters.Count - parameters);
        var depends = new HashSet<Value>(tangents);
        var (first, second) = (new List<Let>(), new List<Let>());
        foreach (var let in body.Lets)
        {
            bool linear = false;
            Scope.Reads(let, v => linear |= depends.Contains(v));
            (linear ? second : first).Add(let);
            if (linear) depends.UnionWith(let.Targets);
        }
        int results = source.Body.Results.Count;
        var derivatives = body.Results.Slice(results, body.Results.Count - results);
        var forward = new Block(body.Parameters.Slice(0, parameters), first.ToSeq(), body.Results.Slice(0, results));
        var linearPart = new Block([], second.ToSeq(), derivatives);
        var kept = Residuals.Of(ref linearPart, forward, []);
        return (new(forward.Parameters, forward.Lets, [.. forward.Results, .. kept]), new([.. kept, .. tangents], linearPart.Lets, derivatives), kept.Map(k => k.Type));
    }

    /// <summary>True if what depends on the active parameters passes through an operation with blocks, a call or a union.</summary>
    private static bool HasRegions(Block body, Seq<bool> active)
    {
        var varied = new HashSet<Value>(body.Parameters.Where((_, k) => active[k]));
        Activity.Propagate(body, varied);
        return body.Lets.Any(l => l.Expr is not Ir.Apply && l.Targets.Any(varied.Contains));
    }

    /// <summary>(saved, tangents) → tangents of the results: the derivative of the backward half, which is linear, in reverse.</summary>
    private static Block Transposed(DerivativeContext context, SplitFunction split, Seq<IrType> types)
    {
        var backward = context.Functions[split.Backward];
        int saved = types.Count;
        Seq<bool> cotangents = [.. backward.ParameterTypes.Map((_, k) => k >= saved)];
        var transpose = context.Functions[context.Derive(DerivativeKind.Reverse, split.Backward, cotangents, backward.ResultTypes.Map(_ => true))];
        var builder = new BlockBuilder();
        var kept = types.Map(t => new Value(t));
        var tangents = backward.ResultTypes.Map(t => new Value(t, "d"));
        var zeros = backward.Body.Parameters.Slice(saved, backward.Body.Parameters.Count - saved).Map(c => Zero(builder, c.Type));
        var all = new BlockCopy().Inline(builder, transpose.Body, [.. kept, .. zeros, .. tangents]);
        int results = backward.ResultTypes.Count;
        return RemoveDead.Clean(builder.Build([.. kept, .. tangents], all.Slice(results, all.Count - results)));
    }

    /// <summary>The zero of a type of cotangents.</summary>
    private static Atom Zero(BlockBuilder builder, IrType type) => type switch
    {
        TensorType tensor => builder[Literal.Of(tensor.DType, 0.0)].BroadcastTo(tensor.Shape).Atom,
        UnionType union => builder.Emit(new Inject(union, 0, []), [union])[0],
        _ => throw new MindDslException(Diagnostics.Internal($"a cotangent of type {type} of a whole function")),
    };
}
