using MindDsl.Ir;

namespace MindDsl.Autodiff;

/// <summary>
/// One walk in program order in which every active value gets coefficients beside it, x₁ … xₖ of its Taylor polynomial; of order 1 that is its tangent (Griewank and Walther, Evaluating Derivatives, chapters 3
/// and 13). The coefficients of a union or a sequence are tangents of it, one for each order. A value without coefficients has zeros; these are made only where a branch or a loop needs them.
/// </summary>
internal abstract class ForwardSweep
{
    private readonly Dictionary<Value, Seq<Atom?>> _coefficients = [];
    private readonly HashSet<Value> _active = [];
    private readonly int _order;

    protected ForwardSweep(DerivativeContext context, int order)
    {
        (Context, _order) = (context, order);
        Copy = new BlockCopy(Replace);
    }

    /// <summary>The program that is differentiated.</summary>
    protected DerivativeContext Context { get; }

    /// <summary>What values have become.</summary>
    protected BlockCopy Copy { get; }

    /// <summary>The result of an operation; notes its coefficients.</summary>
    protected abstract Atom Applied(BlockBuilder builder, Value target, Apply apply);

    /// <summary>The results of a call of which arguments have coefficients; notes those of the results.</summary>
    protected abstract Seq<Atom> Called(BlockBuilder builder, Let let, Call call, Seq<bool> active, Seq<bool> wanted);

    /// <summary>The name of a coefficient.</summary>
    protected abstract string NameOf(string primal, int order);

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
        var results = Copy.Lets(builder, primal);
        var made = Seq.Range(wanted.Count).Where(k => wanted[k]).SelectMany(k => Written(builder, primal.Results[k], results[k])).ToSeq();
        return builder.Build([.. parameters, .. coefficients], [.. results, .. made]);
    }

    private Seq<Value> Parameters(Seq<Value> parameters)
    {
        var fresh = parameters.Map(Copy.Fresh);
        Copy.Substitute(parameters, fresh.Map(Atom (p) => p));
        return fresh;
    }

    private Seq<Value> CoefficientParameters(Value primal)
    {
        var coefficients = Seq.Range(_order).Map(k => new Value(Context.Tangent(primal.Type)!, primal.Name is { } name ? NameOf(name, k + 1) : null, primal.Span));
        _coefficients[primal] = coefficients.Map(Atom? (c) => c);
        return coefficients;
    }

    /// <summary>The coefficients of a value; null if all are zero.</summary>
    protected Seq<Atom?>? Known(Atom primal) => primal is Value value && _coefficients.TryGetValue(value, out var found) ? found : null;

    /// <summary>The coefficients of a value, zeros written out.</summary>
    protected Seq<Atom> Written(BlockBuilder builder, Atom primal, Atom copied) => Known(primal) is { } known
        ? known.Map(c => c ?? Context.Zero(builder, copied))
        : Seq.Repeat(Context.Zero(builder, copied), _order);

    private Seq<Atom>? Replace(BlockCopy copy, BlockBuilder builder, Let let)
    {
        switch (let.Expr)
        {
            case Apply apply:
                return [Applied(builder, let.Targets[0], apply)];
            case If choice:
                return Alternatives(builder, let, choice.Blocks, (inner, block, _) => ([], Copy.Lets(inner, block)), blocks => new If(copy[choice.Condition], blocks[0], blocks[1]));
            case Switch choice:
                return Alternatives(builder, let, choice.Cases, (inner, block, tag) => Case(inner, block, choice, tag), blocks => new Switch(copy[choice.Subject], blocks));
            case While loop:
                return Loop(builder, let, loop);
            case Scan scan:
                return Loop(builder, let, scan);
            case Ir.Build build:
                return Comprehension(builder, let, build);
            case Call call:
                var active = call.Arguments.Map(a => Known(a) is not null);
                return active.Any(a => a) ? Called(builder, let, call, active, let.Targets.Map(t => Context.Tangent(t.Type) is not null)) : null;
            case Inject inject:
                return Injected(builder, let, inject);
            case SequenceLength or Undefined:
                return null;
            default:
                throw new MindDslException(Diagnostics.Internal($"{let.Expr.GetType().Name} in a forward sweep"));
        }
    }

    private (Seq<Value>, Seq<Atom>) Case(BlockBuilder inner, Block block, Switch choice, int tag)
    {
        var fields = Parameters(block.Parameters);
        if (Known(choice.Subject) is { } coefficients)
        {
            var atoms = fields.Map(Atom (f) => f);
            var parts = coefficients.Map(c => c is null ? (Seq<Atom>?)null : Context.Unpack(inner, c, tag, atoms));
            var differentiable = block.Parameters.Where(p => Context.Tangent(p.Type) is not null).ToSeq();
            for (int k = 0; k < differentiable.Count; k++) _coefficients[differentiable[k]] = parts.Map(p => p?[k]);
        }
        return (fields, Copy.Lets(inner, block));
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
    protected Seq<Atom> Bind(BlockBuilder builder, Let let, Expr expr, Seq<int> active)
    {
        Seq<IrType> types = [.. let.Targets.Map(t => t.Type), .. active.SelectMany(k => Types(let.Targets[k]))];
        var bound = RegionRules.Simplify(builder, expr, types);
        for (int i = 0; i < active.Count; i++) Note(let.Targets[active[i]], bound, let.Targets.Count + i * _order);
        return bound.Slice(0, let.Targets.Count);
    }

    /// <summary>The types of the coefficients of a value.</summary>
    protected IEnumerable<IrType> Types(Value target) => Enumerable.Repeat(Context.Tangent(target.Type)!, _order);

    /// <summary>Notes the coefficients of a value.</summary>
    protected void Note(Value target, Seq<Atom?> coefficients) => _coefficients[target] = coefficients;

    private void Note(Value target, Seq<Atom> bound, int at) => Note(target, bound.Slice(at, _order).Map(Atom? (c) => c));

    private Seq<Atom> Loop(BlockBuilder builder, Let let, While loop)
    {
        int carries = loop.Initial.Count;
        var active = Seq.Range(carries).Where(k => _active.Contains(loop.Body.Parameters[k])).ToSeq();
        var initial = Copy[loop.Initial];
        var starts = active.SelectMany(k => Written(builder, loop.Initial[k], initial[k])).ToSeq();
        var test = builder.Nested();
        var tested = Parameters(loop.Condition.Parameters);
        var unread = active.SelectMany(k => Types(loop.Body.Parameters[k])).Select(t => new Value(t)).ToSeq();
        var condition = test.Build([.. tested, .. unread], Copy.Lets(test, loop.Condition));
        var inner = builder.Nested();
        var parameters = Parameters(loop.Body.Parameters);
        var coefficients = active.SelectMany(k => CoefficientParameters(loop.Body.Parameters[k])).ToSeq();
        var results = Copy.Lets(inner, loop.Body);
        var emitted = ActiveEmissions(loop.Body, carries);
        var body = inner.Build([.. parameters, .. coefficients], LoopResults(inner, loop.Body, results, carries, active, emitted));
        return BindLoop(builder, let, new While([.. initial, .. starts], condition, body), carries, active, emitted);
    }

    private Seq<Atom> Loop(BlockBuilder builder, Let let, Scan scan)
    {
        int carries = scan.Initial.Count;
        var active = Seq.Range(carries).Where(k => _active.Contains(scan.Body.Parameters[1 + k])).ToSeq();
        var initial = Copy[scan.Initial];
        var starts = active.SelectMany(k => Written(builder, scan.Initial[k], initial[k])).ToSeq();
        var inputs = Copy[scan.Inputs];
        var read = Seq.Range(scan.Inputs.Count).Where(k => Known(scan.Inputs[k]) is not null).ToSeq();
        var streams = read.SelectMany(k => Written(builder, scan.Inputs[k], inputs[k])).ToSeq();
        var inner = builder.Nested();
        var parameters = Parameters(scan.Body.Parameters);
        var coefficients = active.SelectMany(k => CoefficientParameters(scan.Body.Parameters[1 + k])).ToSeq();
        var elements = read.SelectMany(k => CoefficientParameters(scan.Body.Parameters[1 + carries + k])).ToSeq();
        var results = Copy.Lets(inner, scan.Body);
        var emitted = ActiveEmissions(scan.Body, carries);
        Seq<Value> all = [.. parameters.Slice(0, 1 + carries), .. coefficients, .. parameters.Slice(1 + carries, scan.Inputs.Count), .. elements];
        var body = inner.Build(all, LoopResults(inner, scan.Body, results, carries, active, emitted));
        var transformed = scan with { Length = Copy[scan.Length], Initial = [.. initial, .. starts], Inputs = [.. inputs, .. streams], Body = body };
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
        var results = Copy.Lets(inner, build.Body);
        var active = Seq.Range(results.Count).Where(k => Known(build.Body.Results[k]) is not null).ToSeq();
        var body = inner.Build(indices, [.. results, .. active.SelectMany(k => Written(inner, build.Body.Results[k], results[k]))]);
        return Bind(builder, let, build with { Body = body }, active);
    }

    private Seq<Atom>? Injected(BlockBuilder builder, Let let, Inject inject)
    {
        if (!inject.Fields.Any(f => Known(f) is not null)) return null;
        var fields = Copy[inject.Fields];
        var differentiable = Seq.Range(fields.Count).Where(k => Context.Tangent(fields[k].Type) is not null).ToSeq();
        var written = differentiable.Map(k => Written(builder, inject.Fields[k], fields[k]));
        var union = Context.TangentUnion(inject.Union);
        _coefficients[let.Targets[0]] = Seq.Range(_order).Map(Atom? (j) => builder.Emit(new Inject(union, inject.Case + 1, written.Map(w => w[j])), [union])[0]);
        return [builder.Emit(inject with { Fields = fields }, [inject.Union])[0]];
    }

}
