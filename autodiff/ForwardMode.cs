using MindDsl.Ir;

namespace MindDsl.Autodiff;

/// <summary>Forward mode: the tangent of a result is the sum of what the operation's rule makes of each operand's tangent.</summary>
internal sealed class ForwardMode(DerivativeContext context) : ForwardSweep(context, order: 1)
{
    /// <inheritdoc/>
    protected override string NameOf(string primal, int order) => "d_" + primal;

    /// <inheritdoc/>
    protected override Atom Applied(BlockBuilder builder, Value target, Apply apply)
    {
        var arguments = Copy[apply.Arguments];
        var result = builder.Apply(apply.Op, arguments.Span);
        var parts = new List<Atom>();
        for (int k = 0; k < arguments.Count; k++)
        {
            if (Known(apply.Arguments[k]) is not [{ } operand]) continue;
            if (apply.Op.Push(new(builder, arguments, result), k, builder[operand]) is { } part) parts.Add(part.Atom);
        }
        Term? tangent = null;
        foreach (var part in Pieces.Joined(builder, parts)) tangent = tangent is { } sum ? sum.Plus(builder[part]) : builder[part];
        if (tangent is { } found) Note(target, [found.Atom]);
        return result;
    }

    /// <inheritdoc/>
    protected override Seq<Atom> Called(BlockBuilder builder, Let let, Call call, Seq<bool> active, Seq<bool> wanted)
    {
        var arguments = Copy[call.Arguments];
        var rule = Context.RuleOf(call.Function, active, wanted);
        var function = rule?.Function ?? Context.Derive(DerivativeKind.Forward, call.Function, active, wanted);
        var takes = rule?.Takes ?? Seq.Range(active.Count).Where(k => active[k]).ToSeq();
        return Bind(builder, let, new Call(function, [.. arguments, .. takes.SelectMany(k => Written(builder, call.Arguments[k], arguments[k]))]), Seq.Range(wanted.Count).Where(k => wanted[k]).ToSeq());
    }
}
