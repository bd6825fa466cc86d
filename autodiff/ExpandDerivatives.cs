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
            if (function.Rule is { } rule) Expand(rule.Rule);
            var copy = new BlockCopy((copy, builder, let) =>
            {
                if (Scope.Named(let.Expr) is { } called) Expand(called);
                if (let.Expr is not Differentiate d) return null;
                if (!state[d.Function]) throw new MindDslException(Diagnostics.DerivativeOfItself(d.Function.Text));
                var derived = context.Functions[context.Derive(d.Kind, d.Function, d.Active, d.Wanted)];
                var arguments = copy[d.Arguments];
                return Scope.Size(derived.Body) <= LargestInlined
                    ? new BlockCopy().Inline(builder, derived.Body, arguments)
                    : builder.Emit(new Call(derived.Name, arguments), let.Targets.Map(t => t.Type)).Map(Atom (v) => v);
            });
            context.Functions[name] = function with { Body = RemoveDead.Clean(copy.Block(null, function.Body)) };
            state[name] = true;
        }

        Expand(module.Entry);
        return RemoveDead.Pass.Run(module.With(context.Functions, context.Unions));
    }

    private static bool HasDerivative(Block block) =>
        block.Lets.Any(l => l.Expr is Differentiate || l.Expr.Blocks.Any(HasDerivative));
}
