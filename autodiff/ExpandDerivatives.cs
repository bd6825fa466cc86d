using MindDsl.Ir;

namespace MindDsl.Autodiff;

/// <summary>Replaces every <see cref="Differentiate"/> by the derivative, innermost first, so that derivatives of derivatives are derivatives of ordinary programs.</summary>
public static class ExpandDerivatives
{
    /// <summary>Derivatives up to this size are put where they are asked for, so that they are optimised, and differentiated, with what is around them.</summary>
    private const int LargestInlined = 2000;

    /// <summary>The pass.</summary>
    public static readonly Pass Pass = new("expand-derivatives", "no derivative is left to be taken", Run, Level.Plain);

    private static Module Run(Module module)
    {
        if (!module.Functions.Values.Any(f => HasDerivative(f.Body))) return module;
        var context = new DerivativeContext(module);
        var state = new Dictionary<FunctionName, bool>();

        void Expand(FunctionName name)
        {
            if (!state.TryAdd(name, false)) return;
            var function = context.Functions[name];
            foreach (var companion in function.Companions) Expand(companion);
            var copy = new BlockCopy((copy, builder, let) =>
            {
                if (Scope.Named(let.Expr) is { } called) Expand(called);
                if (let.Expr is not Differentiate d) return null;
                try
                {
                    if (!state[d.Function]) throw new MindDslException(Diagnostics.DerivativeOfItself(d.Function.Text));
                    return Expanded(context, builder, d, copy[d.Arguments]);
                }
                catch (MindDslException error) when (error.Diagnostics is [{ At: null, Code: not ("MIND0001" or "MIND0760") } only] && let.Targets is [{ Span: { } span }, ..])
                {
                    throw new MindDslException(only with { At = span.ToString() }, error);
                }
            });
            context.Functions[name] = function with { Body = RemoveDead.Clean(copy.Block(null, function.Body)) };
            state[name] = true;
        }

        Expand(module.Entry);
        return RemoveDead.Pass.Run(module.With(context.Functions, context.Unions));
    }

    private static Seq<Atom> Expanded(DerivativeContext context, BlockBuilder builder, Differentiate d, Seq<Atom> arguments)
    {
        if (d.Part == DerivativePart.Whole)
            return Put(context, builder, d.Order > 1 ? context.Taylor(d.Function, d.Active, d.Wanted, d.Order) : context.Derive(d.Kind, d.Function, d.Active, d.Wanted), arguments);
        var halves = context.Halves(d.Kind, d.Function, d.Active, d.Wanted);
        var union = d.Residuals!;
        context.Unions[union] = new(union, [new UnionCase("saved", halves.Saved)]);
        if (d.Part == DerivativePart.Primal)
        {
            var all = Put(context, builder, halves.Primal, arguments);
            int results = all.Count - halves.Saved.Count;
            return [.. all.Slice(0, results), builder.Emit(new Inject(union, 0, all.Slice(results, halves.Saved.Count)), [union])[0]];
        }
        var seeds = arguments.Slice(1, arguments.Count - 1);
        if (builder.Injection(arguments[0]) is { } known) return Put(context, builder, halves.Linear, [.. known.Fields, .. seeds]);
        var inner = builder.Nested();
        var fields = halves.Saved.Map(t => new Value(t));
        var parts = Put(context, inner, halves.Linear, [.. fields, .. seeds]);
        return builder.Emit(new Switch(arguments[0], [inner.Build(fields, parts)]), parts.Map(p => p.Type)).Map(Atom (v) => v);
    }

    /// <summary>The body of a function with arguments, or a call where the body is large.</summary>
    private static Seq<Atom> Put(DerivativeContext context, BlockBuilder builder, FunctionName name, Seq<Atom> arguments)
    {
        var function = context.Functions[name];
        return Scope.Size(function.Body) <= LargestInlined
            ? new BlockCopy().Inline(builder, function.Body, arguments)
            : builder.Emit(new Call(name, arguments), function.ResultTypes).Map(Atom (v) => v);
    }

    private static bool HasDerivative(Block block) =>
        block.Lets.Any(l => l.Expr is Differentiate || l.Expr.Blocks.Any(HasDerivative));
}
