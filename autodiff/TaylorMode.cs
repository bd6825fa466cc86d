using MindDsl.Ir;

namespace MindDsl.Autodiff;

/// <summary>
/// Forward mode of any order at once: every active value gets the coefficients x₁ … xₖ of its Taylor polynomial beside it. The coefficients of a union
/// or a sequence are tangents of it, one for each order.
/// </summary>
internal sealed class TaylorMode
{
    private readonly DerivativeContext _context;
    private readonly int _order;
    private readonly Dictionary<Value, Seq<Atom?>> _coefficients = [];
    private readonly Dictionary<BlockBuilder, (SeriesArithmetic Arithmetic, Dictionary<Value, Series> Series)> _blocks = [];
    private readonly HashSet<Value> _active = [];
    private readonly BlockCopy _copy;

    public TaylorMode(DerivativeContext context, int order)
    {
        (_context, _order) = (context, order);
        _copy = new BlockCopy(Replace);
    }

    /// <summary>(arguments, the coefficients of each active parameter) → (results, the coefficients of each wanted result).</summary>
    public Block Transform(Function function, Seq<bool> active, Seq<bool> wanted)
    {
        var builder = new BlockBuilder();
        var primal = function.Body;
        var parameters = Parameters(primal.Parameters);
        var coefficients = new List<Value>();
        for (int k = 0; k < active.Count; k++)
        {
            if (!active[k]) continue;
            _active.Add(primal.Parameters[k]);
            coefficients.AddRange(CoefficientParameters(primal.Parameters[k]));
        }
        Activity.Propagate(primal, _active);
        var results = _copy.Lets(builder, primal);
        var made = Seq.Range(wanted.Count).Where(k => wanted[k]).SelectMany(k => Written(builder, primal.Results[k], results[k])).ToSeq();
        return builder.Build([.. parameters, .. coefficients], [.. results, .. made]);
    }

    private Seq<Value> Parameters(Seq<Value> parameters)
    {
        var fresh = parameters.Map(_copy.Fresh);
        _copy.Substitute(parameters, fresh.Map(Atom (p) => p));
        return fresh;
    }

    private Seq<Value> CoefficientParameters(Value primal)
    {
        var coefficients = Seq.Range(_order).Map(k => new Value(_context.Tangent(primal.Type)!, primal.Name is { } name ? $"{name}_{k + 1}" : null, primal.Span));
        _coefficients[primal] = coefficients.Map(Atom? (c) => c);
        return coefficients;
    }

    private Seq<Atom?>? Known(Atom primal) => primal is Value value && _coefficients.TryGetValue(value, out var found) ? found : null;

    /// <summary>The coefficients of a value, zeros written out.</summary>
    private Seq<Atom> Written(BlockBuilder builder, Atom primal, Atom copied) => Known(primal) is { } known
        ? known.Map(c => c ?? _context.Zero(builder, copied))
        : Seq.Repeat(_context.Zero(builder, copied), _order);

    private Seq<Atom>? Replace(BlockCopy copy, BlockBuilder builder, Let let)
    {
        switch (let.Expr)
        {
            case Apply apply:
                return [Applied(builder, let.Targets[0], apply)];
            case If choice:
                return Alternatives(builder, let, choice.Blocks, (inner, block, _) => ([], _copy.Lets(inner, block)), blocks => new If(copy[choice.Condition], blocks[0], blocks[1]));
            case Switch choice:
                return Alternatives(builder, let, choice.Cases, (inner, block, tag) => Case(inner, block, choice, tag), blocks => new Switch(copy[choice.Subject], blocks));
            case While loop:
                return Loop(builder, let, loop);
            case Scan scan:
                return Loop(builder, let, scan);
            case Ir.Build build:
                return Comprehension(builder, let, build);
            case Call call:
                return Called(builder, let, call);
            case Inject inject:
                return Injected(builder, let, inject);
            case SequenceLength or Undefined:
                return null;
            default:
                throw new MindDslException(Diagnostics.Internal($"{let.Expr.GetType().Name} in Taylor mode"));
        }
    }

    private Atom Applied(BlockBuilder builder, Value target, Apply apply)
    {
        var result = builder.Apply(apply.Op, _copy[apply.Arguments].Span);
        if (!apply.Arguments.Any(a => Known(a) is not null)) return result;
        if (!_blocks.TryGetValue(builder, out var block)) _blocks[builder] = block = (new(builder), []);
        Series Of(Atom primal)
        {
            if (primal is Value value && block.Series.TryGetValue(value, out var made)) return made;
            var copied = _copy[primal];
            var series = Known(primal) is { } known ? new Series(copied, copied.Tensor, order => order <= _order ? known[order - 1] : null) : new Series(copied, copied.Tensor);
            if (primal is Value read) block.Series[read] = series;
            return series;
        }
        var found = block.Arithmetic.From(apply.Op, apply.Arguments.Map(Of), result);
        var coefficients = Seq.Range(_order).Map(k => found[k + 1]);
        if (coefficients.All(c => c is null)) return result;
        _coefficients[target] = coefficients;
        block.Series[target] = found;
        return result;
    }

    private (Seq<Value>, Seq<Atom>) Case(BlockBuilder inner, Block block, Switch choice, int tag)
    {
        var fields = Parameters(block.Parameters);
        if (Known(choice.Subject) is { } coefficients)
        {
            var atoms = fields.Map(Atom (f) => f);
            var parts = coefficients.Map(c => c is null ? (Seq<Atom>?)null : _context.Unpack(inner, c, tag, atoms));
            var differentiable = block.Parameters.Where(p => _context.Tangent(p.Type) is not null).ToSeq();
            for (int k = 0; k < differentiable.Count; k++) _coefficients[differentiable[k]] = parts.Map(p => p?[k]);
        }
        return (fields, _copy.Lets(inner, block));
    }

    private Seq<Atom> Alternatives(BlockBuilder builder, Let let, Seq<Block> blocks, Func<BlockBuilder, Block, int, (Seq<Value>, Seq<Atom>)> copy, Func<Seq<Block>, Expr> rebuild)
    {
        var copies = blocks.Map((block, tag) =>
        {
            var inner = builder.Nested();
            var (parameters, results) = copy(inner, block, tag);
            return (Builder: inner, Parameters: parameters, Results: results, Block: block);
        });
        var active = Seq.Range(let.Targets.Count).Where(k => copies.Any(c => Known(c.Block.Results[k]) is not null)).ToSeq();
        var rebuilt = copies.Map(c => c.Builder.Build(
            c.Parameters, [.. c.Results, .. active.SelectMany(k => Written(c.Builder, c.Block.Results[k], c.Results[k]))]));
        return Bind(builder, let, rebuild(rebuilt), active);
    }

    /// <summary>Binds a transformed operation whose results are the primal ones, then the coefficients of the targets in <paramref name="active"/>.</summary>
    private Seq<Atom> Bind(BlockBuilder builder, Let let, Expr expr, Seq<int> active)
    {
        Seq<IrType> types = [.. let.Targets.Map(t => t.Type), .. active.SelectMany(k => Types(let.Targets[k]))];
        var bound = RegionRules.Simplify(builder, expr, types);
        for (int i = 0; i < active.Count; i++) Note(let.Targets[active[i]], bound, let.Targets.Count + i * _order);
        return bound.Slice(0, let.Targets.Count);
    }

    private IEnumerable<IrType> Types(Value target) => Enumerable.Repeat(_context.Tangent(target.Type)!, _order);

    private void Note(Value target, Seq<Atom> bound, int at) => _coefficients[target] = bound.Slice(at, _order).Map(Atom? (c) => c);

    private Seq<Atom> Loop(BlockBuilder builder, Let let, While loop)
    {
        int carries = loop.Initial.Count;
        var active = Seq.Range(carries).Where(k => _active.Contains(loop.Body.Parameters[k])).ToSeq();
        var initial = _copy[loop.Initial];
        var starts = active.SelectMany(k => Written(builder, loop.Initial[k], initial[k])).ToSeq();
        var test = builder.Nested();
        var tested = Parameters(loop.Condition.Parameters);
        var unread = active.SelectMany(k => Types(loop.Body.Parameters[k])).Select(t => new Value(t)).ToSeq();
        var condition = test.Build([.. tested, .. unread], _copy.Lets(test, loop.Condition));
        var inner = builder.Nested();
        var parameters = Parameters(loop.Body.Parameters);
        var coefficients = active.SelectMany(k => CoefficientParameters(loop.Body.Parameters[k])).ToSeq();
        var results = _copy.Lets(inner, loop.Body);
        var emitted = ActiveEmissions(loop.Body, carries);
        var body = inner.Build([.. parameters, .. coefficients], LoopResults(inner, loop.Body, results, carries, active, emitted));
        return BindLoop(builder, let, new While([.. initial, .. starts], condition, body), carries, active, emitted);
    }

    private Seq<Atom> Loop(BlockBuilder builder, Let let, Scan scan)
    {
        int carries = scan.Initial.Count;
        var active = Seq.Range(carries).Where(k => _active.Contains(scan.Body.Parameters[1 + k])).ToSeq();
        var initial = _copy[scan.Initial];
        var starts = active.SelectMany(k => Written(builder, scan.Initial[k], initial[k])).ToSeq();
        var inputs = _copy[scan.Inputs];
        var read = Seq.Range(scan.Inputs.Count).Where(k => Known(scan.Inputs[k]) is not null).ToSeq();
        var streams = read.SelectMany(k => Written(builder, scan.Inputs[k], inputs[k])).ToSeq();
        var inner = builder.Nested();
        var parameters = Parameters(scan.Body.Parameters);
        var coefficients = active.SelectMany(k => CoefficientParameters(scan.Body.Parameters[1 + k])).ToSeq();
        var elements = read.SelectMany(k => CoefficientParameters(scan.Body.Parameters[1 + carries + k])).ToSeq();
        var results = _copy.Lets(inner, scan.Body);
        var emitted = ActiveEmissions(scan.Body, carries);
        Seq<Value> all = [.. parameters.Slice(0, 1 + carries), .. coefficients, .. parameters.Slice(1 + carries, scan.Inputs.Count), .. elements];
        var body = inner.Build(all, LoopResults(inner, scan.Body, results, carries, active, emitted));
        var transformed = scan with { Length = _copy[scan.Length], Initial = [.. initial, .. starts], Inputs = [.. inputs, .. streams], Body = body };
        return BindLoop(builder, let, transformed, carries, active, emitted);
    }

    private Seq<int> ActiveEmissions(Block body, int carries) =>
        Seq.Range(body.Results.Count - carries).Where(k => Known(body.Results[carries + k]) is not null).ToSeq();

    private Seq<Atom> LoopResults(BlockBuilder inner, Block body, Seq<Atom> results, int carries, Seq<int> active, Seq<int> emitted) =>
    [
        .. results.Slice(0, carries), .. active.SelectMany(k => Written(inner, body.Results[k], results[k])),
        .. results.Slice(carries, results.Count - carries), .. emitted.SelectMany(k => Written(inner, body.Results[carries + k], results[carries + k])),
    ];

    private Seq<Atom> BindLoop(BlockBuilder builder, Let let, Expr loop, int carries, Seq<int> active, Seq<int> emitted)
    {
        var emissions = let.Targets.Slice(carries, let.Targets.Count - carries);
        Seq<IrType> types =
        [
            .. let.Targets.Slice(0, carries).Map(t => t.Type), .. active.SelectMany(k => Types(let.Targets[k])),
            .. emissions.Map(t => t.Type), .. emitted.SelectMany(k => Types(emissions[k])),
        ];
        var bound = RegionRules.Simplify(builder, loop, types);
        for (int i = 0; i < active.Count; i++) Note(let.Targets[active[i]], bound, carries + i * _order);
        int at = carries + active.Count * _order;
        for (int i = 0; i < emitted.Count; i++) Note(emissions[emitted[i]], bound, at + emissions.Count + i * _order);
        return [.. bound.Slice(0, carries), .. bound.Slice(at, emissions.Count)];
    }

    private Seq<Atom> Comprehension(BlockBuilder builder, Let let, Ir.Build build)
    {
        var inner = builder.Nested();
        var indices = Parameters(build.Body.Parameters);
        var results = _copy.Lets(inner, build.Body);
        var active = Seq.Range(results.Count).Where(k => Known(build.Body.Results[k]) is not null).ToSeq();
        var body = inner.Build(indices, [.. results, .. active.SelectMany(k => Written(inner, build.Body.Results[k], results[k]))]);
        return Bind(builder, let, build with { Body = body }, active);
    }

    private Seq<Atom>? Injected(BlockBuilder builder, Let let, Inject inject)
    {
        if (!inject.Fields.Any(f => Known(f) is not null)) return null;
        var fields = _copy[inject.Fields];
        var differentiable = Seq.Range(fields.Count).Where(k => _context.Tangent(fields[k].Type) is not null).ToSeq();
        var written = differentiable.Map(k => Written(builder, inject.Fields[k], fields[k]));
        var union = _context.TangentUnion(inject.Union);
        _coefficients[let.Targets[0]] = Seq.Range(_order).Map(Atom? (j) => builder.Emit(new Inject(union, inject.Case + 1, written.Map(w => w[j])), [union])[0]);
        return [builder.Emit(inject with { Fields = fields }, [inject.Union])[0]];
    }

    private Seq<Atom>? Called(BlockBuilder builder, Let let, Call call)
    {
        var active = call.Arguments.Map(a => Known(a) is not null);
        if (!active.Any(a => a)) return null;
        var arguments = _copy[call.Arguments];
        var wanted = let.Targets.Map(t => _context.Tangent(t.Type) is not null);
        var outputs = Seq.Range(wanted.Count).Where(k => wanted[k]).ToSeq();
        var written = call.Arguments.Map((a, k) => active[k] ? Written(builder, a, arguments[k]) : []);
        if (_context.RuleOf(call.Function, active, wanted) is not { } rule)
            return Bind(builder, let, new Call(_context.Taylor(call.Function, active, wanted, _order), [.. arguments, .. written.SelectMany(w => w)]), outputs);
        // y′ = ẏ(x, x′): a series of one order less, by the derivative that replaces that of the body.
        var takes = rule.Takes;
        var slopes = takes.Map(k => active[k] ? written[k][0] : _context.Zero(builder, arguments[k]));
        if (_order == 1) return Bind(builder, let, new Call(rule.Function, [.. arguments, .. slopes]), outputs);
        var changing = takes.Where(k => active[k]).ToSeq();
        var taylor = _context.Taylor(rule.Function, [.. active, .. takes.Map(k => active[k])], [.. wanted.Map(_ => false), .. outputs.Map(_ => true)], _order - 1);
        var types = (Seq<IrType>)[.. let.Targets.Map(t => t.Type), .. outputs.Map(k => _context.Tangent(let.Targets[k].Type)!), .. outputs.SelectMany(k => Types(let.Targets[k]).Skip(1))];
        var all = builder.Emit(new Call(taylor,
        [
            .. arguments, .. slopes, .. written.SelectMany(w => w.Take(_order - 1)),
            .. changing.SelectMany(k => Seq.Range(_order - 1).Map(i => Scaled(builder, written[k][i + 1], i + 2.0))),
        ]), types);
        for (int i = 0; i < outputs.Count; i++)
        {
            int rest = let.Targets.Count + outputs.Count + i * (_order - 1);
            _coefficients[let.Targets[outputs[i]]] =
                [all[let.Targets.Count + i], .. Seq.Range(_order - 1).Map(Atom? (j) => Scaled(builder, all[rest + j], 1.0 / (j + 2)))];
        }
        return all.Slice(0, let.Targets.Count).Map(Atom (v) => v);
    }

    private Atom Scaled(BlockBuilder builder, Atom coefficient, double factor) => coefficient.Type is TensorType
        ? builder[coefficient].Widely(c => c * factor).Atom
        : throw new MindDslException(Diagnostics.TaylorOfFunctionInRule());
}
