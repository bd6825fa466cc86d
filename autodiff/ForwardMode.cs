using MindDsl.Ir;

namespace MindDsl.Autodiff;

/// <summary>
/// Forward mode: every active value gets a tangent beside it, by one walk in program order (Griewank and Walther, Evaluating Derivatives, chapter 3).
/// A value without a tangent has tangent zero; zeros are made only where a branch or a loop needs one.
/// </summary>
internal sealed class ForwardMode
{
    private readonly DerivativeContext _context;
    private readonly Dictionary<Value, Atom> _tangents = [];
    private readonly HashSet<Value> _active = [];
    private readonly BlockCopy _copy;

    public ForwardMode(DerivativeContext context)
    {
        _context = context;
        _copy = new BlockCopy(Replace);
    }

    /// <summary>(arguments, tangents of the active parameters) → (results, tangents of the wanted results).</summary>
    public Block Transform(Function function, Seq<bool> active, Seq<bool> wanted)
    {
        var builder = new BlockBuilder();
        var primal = function.Body;
        var parameters = primal.Parameters.Map(_copy.Fresh);
        _copy.Substitute(primal.Parameters, parameters.Map(Atom (p) => p));
        var tangents = new List<Value>();
        for (int k = 0; k < active.Count; k++)
        {
            if (!active[k]) continue;
            _active.Add(primal.Parameters[k]);
            tangents.Add(TangentParameter(primal.Parameters[k]));
        }
        Activity.Propagate(primal, _active);
        var results = _copy.Lets(builder, primal);
        var derivatives = Seq.Range(wanted.Count).Where(k => wanted[k]).Select(k => Tangent(builder, primal.Results[k], results[k])).ToSeq();
        return builder.Build([.. parameters, .. tangents], [.. results, .. derivatives]);
    }

    private Value TangentParameter(Value primal)
    {
        var tangent = new Value(_context.Tangent(primal.Type)!, primal.Name is { } name ? "d_" + name : null, primal.Span);
        _tangents[primal] = tangent;
        return tangent;
    }

    private Atom? Known(Atom primal) => primal is Value value && _tangents.TryGetValue(value, out var tangent) ? tangent : null;

    private Atom Tangent(BlockBuilder builder, Atom primal, Atom copied) => Known(primal) ?? _context.Zero(builder, copied);

    private Seq<Atom>? Replace(BlockCopy copy, BlockBuilder builder, Let let)
    {
        switch (let.Expr)
        {
            case Apply apply:
                return [Push(builder, let.Targets[0], apply)];
            case If choice:
                return Branches(builder, let, choice.Then, choice.Else, blocks => new If(copy[choice.Condition], blocks[0], blocks[1]));
            case Switch choice:
                return Cases(builder, let, choice);
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
                throw new MindDslException(Diagnostics.Internal($"{let.Expr.GetType().Name} in forward mode"));
        }
    }

    private Atom Push(BlockBuilder builder, Value target, Apply apply)
    {
        var arguments = _copy[apply.Arguments];
        var result = builder.Apply(apply.Op, arguments.Span);
        var parts = new List<Atom>();
        for (int k = 0; k < arguments.Count; k++)
        {
            if (Known(apply.Arguments[k]) is not { } operand) continue;
            if (apply.Op.Push(new(builder, arguments, result), k, builder[operand]) is { } part) parts.Add(part.Atom);
        }
        Term? tangent = null;
        foreach (var part in Pieces.Joined(builder, parts)) tangent = tangent is { } sum ? sum.Plus(builder[part]) : builder[part];
        if (tangent is { } found) _tangents[target] = found.Atom;
        return result;
    }

    /// <summary>Alternatives: a result has a tangent if it has one in some of them; the others give zero.</summary>
    private Seq<Atom> Branches(BlockBuilder builder, Let let, Block first, Block second, Func<Seq<Block>, Expr> rebuild) =>
        Alternatives(builder, let, [first, second], (inner, block) => ([], _copy.Lets(inner, block)), rebuild);

    private Seq<Atom> Cases(BlockBuilder builder, Let let, Switch choice)
    {
        var tangent = Known(choice.Subject);
        int tag = -1;
        return Alternatives(builder, let, choice.Cases, (inner, block) =>
        {
            tag++;
            var fields = block.Parameters.Map(_copy.Fresh);
            _copy.Substitute(block.Parameters, fields.Map(Atom (f) => f));
            if (tangent is not null)
            {
                var parts = _context.Unpack(inner, tangent, tag, fields.Map(Atom (f) => f));
                var differentiable = block.Parameters.Where(p => _context.Tangent(p.Type) is not null).ToSeq();
                for (int k = 0; k < parts.Count; k++) _tangents[differentiable[k]] = parts[k];
            }
            return (fields, _copy.Lets(inner, block));
        }, blocks => new Switch(_copy[choice.Subject], blocks));
    }

    private Seq<Atom> Alternatives(
        BlockBuilder builder, Let let, Seq<Block> blocks, Func<BlockBuilder, Block, (Seq<Value>, Seq<Atom>)> copy, Func<Seq<Block>, Expr> rebuild)
    {
        var copies = blocks.Map(block =>
        {
            var inner = builder.Nested();
            var (parameters, results) = copy(inner, block);
            return (Builder: inner, Parameters: parameters, Results: results, Block: block);
        });
        var active = Seq.Range(let.Targets.Count).Where(k => copies.Any(c => Known(c.Block.Results[k]) is not null)).ToSeq();
        var rebuilt = copies.Map(c => c.Builder.Build(
            c.Parameters, [.. c.Results, .. active.Map(k => Tangent(c.Builder, c.Block.Results[k], c.Results[k]))]));
        return Bind(builder, let, rebuild(rebuilt), active);
    }

    /// <summary>Binds a transformed operation whose results are the primal ones, then tangents of the targets in <paramref name="active"/>.</summary>
    private Seq<Atom> Bind(BlockBuilder builder, Let let, Expr expr, Seq<int> active)
    {
        Seq<IrType> types = [.. let.Targets.Map(t => t.Type), .. active.Map(k => _context.Tangent(let.Targets[k].Type)!)];
        var bound = RegionRules.Simplify(builder, expr, types);
        for (int i = 0; i < active.Count; i++) _tangents[let.Targets[active[i]]] = bound[let.Targets.Count + i];
        return bound.Slice(0, let.Targets.Count);
    }

    private Seq<Atom> Loop(BlockBuilder builder, Let let, While loop)
    {
        int carries = loop.Initial.Count;
        var active = Seq.Range(carries).Where(k => _active.Contains(loop.Body.Parameters[k])).ToSeq();
        var initial = _copy[loop.Initial];
        var starts = active.Map(k => Tangent(builder, loop.Initial[k], initial[k]));

        var test = builder.Nested();
        var tested = loop.Condition.Parameters.Map(_copy.Fresh);
        _copy.Substitute(loop.Condition.Parameters, tested.Map(Atom (p) => p));
        var unread = active.Map(k => new Value(_context.Tangent(loop.Body.Parameters[k].Type)!));
        var condition = test.Build([.. tested, .. unread], _copy.Lets(test, loop.Condition));

        var inner = builder.Nested();
        var parameters = loop.Body.Parameters.Map(_copy.Fresh);
        _copy.Substitute(loop.Body.Parameters, parameters.Map(Atom (p) => p));
        var tangents = active.Map(k => TangentParameter(loop.Body.Parameters[k]));
        var results = _copy.Lets(inner, loop.Body);
        var emitted = ActiveEmissions(loop.Body, carries);
        var body = inner.Build([.. parameters, .. tangents], LoopResults(inner, loop.Body, results, carries, active, emitted));
        return BindLoop(builder, let, new While([.. initial, .. starts], condition, body), carries, active, emitted);
    }

    private Seq<Atom> Loop(BlockBuilder builder, Let let, Scan scan)
    {
        int carries = scan.Initial.Count;
        var active = Seq.Range(carries).Where(k => _active.Contains(scan.Body.Parameters[1 + k])).ToSeq();
        var initial = _copy[scan.Initial];
        var starts = active.Map(k => Tangent(builder, scan.Initial[k], initial[k]));
        var read = Seq.Range(scan.Inputs.Count).Where(k => Known(scan.Inputs[k]) is not null).ToSeq();

        var inner = builder.Nested();
        var parameters = scan.Body.Parameters.Map(_copy.Fresh);
        _copy.Substitute(scan.Body.Parameters, parameters.Map(Atom (p) => p));
        var tangents = active.Map(k => TangentParameter(scan.Body.Parameters[1 + k]));
        var elements = read.Map(k => TangentParameter(scan.Body.Parameters[1 + carries + k]));
        var results = _copy.Lets(inner, scan.Body);
        var emitted = ActiveEmissions(scan.Body, carries);
        Seq<Value> all = [.. parameters.Slice(0, 1 + carries), .. tangents, .. parameters.Slice(1 + carries, scan.Inputs.Count), .. elements];
        var body = inner.Build(all, LoopResults(inner, scan.Body, results, carries, active, emitted));
        var transformed = scan with
        {
            Length = _copy[scan.Length],
            Initial = [.. initial, .. starts],
            Inputs = [.. _copy[scan.Inputs], .. read.Map(k => Known(scan.Inputs[k])!)],
            Body = body,
        };
        return BindLoop(builder, let, transformed, carries, active, emitted);
    }

    private Seq<int> ActiveEmissions(Block body, int carries) =>
        Seq.Range(body.Results.Count - carries).Where(k => Known(body.Results[carries + k]) is not null).ToSeq();

    private Seq<Atom> LoopResults(BlockBuilder inner, Block body, Seq<Atom> results, int carries, Seq<int> active, Seq<int> emitted) =>
    [
        .. results.Slice(0, carries), .. active.Map(k => Tangent(inner, body.Results[k], results[k])),
        .. results.Slice(carries, results.Count - carries), .. emitted.Map(k => Known(body.Results[carries + k])!),
    ];

    private Seq<Atom> BindLoop(BlockBuilder builder, Let let, Expr loop, int carries, Seq<int> active, Seq<int> emitted)
    {
        var emissions = let.Targets.Slice(carries, let.Targets.Count - carries);
        Seq<IrType> types =
        [
            .. let.Targets.Slice(0, carries).Map(t => t.Type), .. active.Map(k => _context.Tangent(let.Targets[k].Type)!),
            .. emissions.Map(t => t.Type), .. emitted.Map(k => _context.Tangent(emissions[k].Type)!),
        ];
        var bound = RegionRules.Simplify(builder, loop, types);
        int at = carries;
        foreach (int k in active) _tangents[let.Targets[k]] = bound[at++];
        var primal = bound.Slice(at, emissions.Count);
        at += emissions.Count;
        foreach (int k in emitted) _tangents[emissions[k]] = bound[at++];
        return [.. bound.Slice(0, carries), .. primal];
    }

    private Seq<Atom> Comprehension(BlockBuilder builder, Let let, Ir.Build build)
    {
        var inner = builder.Nested();
        var indices = build.Body.Parameters.Map(_copy.Fresh);
        _copy.Substitute(build.Body.Parameters, indices.Map(Atom (p) => p));
        var results = _copy.Lets(inner, build.Body);
        var active = Seq.Range(results.Count).Where(k => Known(build.Body.Results[k]) is not null).ToSeq();
        var body = inner.Build(indices, [.. results, .. active.Map(k => Known(build.Body.Results[k])!)]);
        return Bind(builder, let, build with { Body = body }, active);
    }

    private Seq<Atom>? Called(BlockBuilder builder, Let let, Call call)
    {
        var active = call.Arguments.Map(a => Known(a) is not null);
        if (!active.Any(a => a)) return null;
        var arguments = _copy[call.Arguments];
        var wanted = let.Targets.Map(t => _context.Tangent(t.Type) is not null);
        var outputs = Seq.Range(wanted.Count).Where(k => wanted[k]).ToSeq();
        if (_context.RuleOf(call.Function, active, wanted) is { } rule)
            return Bind(builder, let, new Call(rule.Function, [.. arguments, .. rule.Takes.Map(k => Tangent(builder, call.Arguments[k], arguments[k]))]), outputs);
        var tangents = call.Arguments.Select(Known).OfType<Atom>();
        return Bind(builder, let, new Call(_context.Derive(DerivativeKind.Forward, call.Function, active, wanted), [.. arguments, .. tangents]), outputs);
    }

    private Seq<Atom>? Injected(BlockBuilder builder, Let let, Inject inject)
    {
        if (!inject.Fields.Any(f => Known(f) is not null)) return null;
        var fields = _copy[inject.Fields];
        var tangents = Seq.Range(fields.Count).Where(k => _context.Tangent(fields[k].Type) is not null)
            .Select(k => Tangent(builder, inject.Fields[k], fields[k])).ToSeq();
        var union = _context.TangentUnion(inject.Union);
        _tangents[let.Targets[0]] = builder.Emit(new Inject(union, inject.Case + 1, tangents), [union])[0];
        return [builder.Emit(inject with { Fields = fields }, [inject.Union])[0]];
    }
}
