using MindDsl.Ir;

namespace MindDsl.Autodiff;

/// <summary>Forward mode of any order at once: the coefficients of a result follow from those of the operands by the operation's series.</summary>
internal sealed class TaylorMode(DerivativeContext context, int order) : ForwardSweep(context, order)
{
    private readonly int _order = order;
    private readonly Dictionary<BlockBuilder, (SeriesArithmetic Arithmetic, Dictionary<Value, Series> Series)> _blocks = [];

    /// <inheritdoc/>
    protected override string NameOf(string primal, int order) => $"{primal}_{order}";

    /// <inheritdoc/>
    protected override Atom Applied(BlockBuilder builder, Value target, Apply apply)
    {
        var result = builder.Apply(apply.Op, Copy[apply.Arguments].Span);
        if (!apply.Arguments.Any(a => Known(a) is not null)) return result;
        if (!_blocks.TryGetValue(builder, out var block)) _blocks[builder] = block = (new(builder), []);
        Series Of(Atom primal)
        {
            if (primal is Value value && block.Series.TryGetValue(value, out var made)) return made;
            var copied = Copy[primal];
            var series = Known(primal) is { } known ? new Series(copied, copied.Tensor, order => order <= _order ? known[order - 1] : null) : new Series(copied, copied.Tensor);
            if (primal is Value read) block.Series[read] = series;
            return series;
        }
        var found = block.Arithmetic.From(apply.Op, apply.Arguments.Map(Of), result);
        var coefficients = Seq.Range(_order).Map(k => found[k + 1]);
        if (coefficients.All(c => c is null)) return result;
        Note(target, coefficients);
        block.Series[target] = found;
        return result;
    }

    /// <inheritdoc/>
    protected override Seq<Atom> Called(BlockBuilder builder, Let let, Call call, Seq<bool> active, Seq<bool> wanted)
    {
        var arguments = Copy[call.Arguments];
        var outputs = Seq.Range(wanted.Count).Where(k => wanted[k]).ToSeq();
        var written = call.Arguments.Map((a, k) => active[k] ? Written(builder, a, arguments[k]) : []);
        if (Context.RuleOf(call.Function, active, wanted) is not { } rule)
            return Bind(builder, let, new Call(Context.Taylor(call.Function, active, wanted, _order), [.. arguments, .. written.SelectMany(w => w)]), outputs);
        // y′ = ẏ(x, x′): a series of one order less, by the derivative that replaces that of the body.
        var takes = rule.Takes;
        var slopes = takes.Map(k => active[k] ? written[k][0] : Context.Zero(builder, arguments[k]));
        if (_order == 1) return Bind(builder, let, new Call(rule.Function, [.. arguments, .. slopes]), outputs);
        var changing = takes.Where(k => active[k]).ToSeq();
        var taylor = Context.Taylor(rule.Function, [.. active, .. takes.Map(k => active[k])], [.. wanted.Map(_ => false), .. outputs.Map(_ => true)], _order - 1);
        var types = (Seq<IrType>)[.. let.Targets.Map(t => t.Type), .. outputs.Map(k => Context.Tangent(let.Targets[k].Type)!), .. outputs.SelectMany(k => Types(let.Targets[k]).Skip(1))];
        var all = builder.Emit(new Call(taylor,
        [
            .. arguments, .. slopes, .. written.SelectMany(w => w.Take(_order - 1)),
            .. changing.SelectMany(k => Seq.Range(_order - 1).Map(i => Scaled(builder, written[k][i + 1], i + 2.0))),
        ]), types);
        for (int i = 0; i < outputs.Count; i++)
        {
            int rest = let.Targets.Count + outputs.Count + i * (_order - 1);
            Note(let.Targets[outputs[i]], [all[let.Targets.Count + i], .. Seq.Range(_order - 1).Map(Atom? (j) => Scaled(builder, all[rest + j], 1.0 / (j + 2)))]);
        }
        return all.Slice(0, let.Targets.Count).Map(Atom (v) => v);
    }

    private Atom Scaled(BlockBuilder builder, Atom coefficient, double factor) => coefficient.Type is TensorType
        ? builder[coefficient].Widely(c => c * factor).Atom
        : throw new MindDslException(Diagnostics.TaylorOfFunctionInRule());
}
