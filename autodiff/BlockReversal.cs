using MindDsl.Ir;

namespace MindDsl.Autodiff;

/// <summary>
/// The backward sweep of one block: walks its lets from last to first and writes, into another block, the cotangents of what each let read. Forward values are read
/// freely; who needs the two sweeps apart asks for <see cref="Residuals"/> afterwards. Lets of regions are replaced by ones that also give the residuals of their blocks.
/// </summary>
/// <remarks>
/// A cotangent is a list of summands until somebody needs it, and an empty list is zero: no zeros are made in straight-line code, and a let whose results have none is passed over.
/// Sums are taken in the order of the reverse visit, what belongs to places after the rest.
/// </remarks>
/// <param name="context">The derivatives of the program.</param>
/// <param name="active">What depends on what is differentiated.</param>
/// <param name="backward">Where the sweep is written.</param>
/// <param name="isElement">True if the block computes an element of a comprehension, and no loop is around it there.</param>
/// <param name="keeps">True if comprehensions keep what their backward sweep reads, because it will run more than once; else they compute it again.</param>
internal sealed partial class BlockReversal(DerivativeContext context, HashSet<Value> active, BlockBuilder backward, bool isElement = false, bool keeps = false)
{
    private readonly Dictionary<Value, List<Contribution>> _cotangents = [];
    private readonly List<Value> _order = [];

    /// <summary>A builder that knows the lets of a block, so that the backward sweep shares what the forward sweep computed.</summary>
    public static BlockBuilder Register(Block block, BlockBuilder? outer)
    {
        var builder = outer?.Nested() ?? new BlockBuilder();
        foreach (var let in block.Lets) builder.Add(let);
        return builder;
    }

    /// <summary>Gives a result its cotangent.</summary>
    public void Seed(Atom result, Atom? cotangent)
    {
        if (cotangent is not null) Add(result, new Contribution(backward[cotangent]));
    }

    /// <summary>Writes the backward sweep of some lets; gives the lets of the forward sweep.</summary>
    public Seq<Let> Reverse(Seq<Let> lets)
    {
        var forward = lets.Span.ToArray();
        for (int i = forward.Length - 1; i >= 0; i--)
        {
            if (!forward[i].Targets.Any(_cotangents.ContainsKey)) continue;
            if (forward[i].Targets[0].Span is { } span) backward.Span = span;
            forward[i] = Reverse(forward[i]);
        }
        return Seq.Create<Let>(forward);
    }

    /// <summary>The cotangent of a value, which is done with it; null if it is zero.</summary>
    public Atom? Take(Atom atom) => atom is Value value && _cotangents.Remove(value, out var list) ? Sum(value, list, null) : null;

    /// <summary>The values that are not bound in the block and have cotangents, in the order in which they got them.</summary>
    private IEnumerable<Value> Touched(HashSet<Value> bound) => _order.Distinct().Where(v => _cotangents.ContainsKey(v) && !bound.Contains(v));

    private void Add(Atom atom, Contribution contribution)
    {
        if (atom is not Value value || !active.Contains(value)) return;
        if (!_cotangents.TryGetValue(value, out var list)) _cotangents[value] = list = [];
        list.Add(contribution.Span is null ? contribution with { Span = backward.Span } : contribution);
        _order.Add(value);
    }

    /// <summary>True if a value's cotangent is what it was given at first.</summary>
    private bool IsOnly(Value value, Atom start) => _cotangents[value] is [{ Scatter: null } only] && only.Value.Atom == start;

    private void Set(Value value, Atom cotangent)
    {
        _cotangents[value] = [new Contribution(backward[cotangent])];
        _order.Add(value);
    }

    /// <summary>The sum of the summands, and of a start if there is one; null if they cancel.</summary>
    private Atom? Sum(Value value, List<Contribution> summands, Atom? start)
    {
        // What is stored in few bits is added up in more, and rounded once.
        if (value.Type is TensorType { DType: { IsStorage: true } stored } && (start is not null || summands.Count > 1 || summands[0].Scatter is not null))
        {
            var wide = summands.ConvertAll(s => s with { Value = s.Value.To(stored.Wide) });
            var sum32 = Sum(new Value(((TensorType)value.Type) with { DType = stored.Wide }), wide, start is null ? null : backward[start].To(stored.Wide).Atom);
            return sum32 is null ? null : backward[sum32].To(stored).Atom;
        }
        var sum = start;
        // What is added to places is added last, to what is there by then, so that no zeros are made for it.
        foreach (var part in Pieces.Joined(backward, Uncancelled(summands.Where(s => s.Scatter is null).Select(s => s.Value.Atom).ToList())))
            sum = sum is null ? part : context.Plus(backward, sum, part);
        foreach (var summand in summands)
        {
            if (summand.Scatter is not { } places) continue;
            var update = summand.Value.Atom;
            if (summand.Span is { } span) backward.Span = span;
            if (IsWhole(places, value, update) && Unscattered(places, update) is var whole) sum = sum is null ? whole : context.Plus(backward, sum, whole);
            else sum = backward.Apply(new Scatter(places, false), [sum ?? context.Zero(backward, value), .. summand.Indices, update]);
        }
        return sum is not null && IsZero(sum) ? null : sum;
    }

    /// <summary>The summands without those that are the negatives of others.</summary>
    private List<Atom> Uncancelled(List<Atom> summands)
    {
        for (int k = summands.Count - 1; k >= 0 && summands.Count > 1; k--)
        {
            if (k >= summands.Count || backward.Definition(summands[k]) is not { Op.Name: "neg", Arguments: [var other] }) continue;
            int at = summands.FindIndex(s => s.Equals(other));
            if (at < 0) continue;
            summands.RemoveAt(Math.Max(k, at));
            summands.RemoveAt(Math.Min(k, at));
        }
        return summands;
    }

    private bool IsZero(Atom atom) => atom is Literal literal ? literal.Type is TensorType { DType.IsFloat: true } && literal.Is(0)
        : backward.Definition(atom) is { Op: Broadcast, Arguments: [Literal fill] } && fill.DType.IsFloat && fill.Is(0);

    /// <summary>True if the places are all places of the value, each once: a gather that only moves.</summary>
    private static bool IsWhole(Gather places, Value value, Atom update)
    {
        if (places.ResultRank != places.Axes.Count || places.Axes.Any(a => a.Indexed)) return false;
        if (places.Axes.Select(a => a.Axes[0]).Distinct().Count() != places.Axes.Count) return false;
        var (to, from) = (((TensorType)value.Type).Shape, update.Tensor.Shape);
        for (int k = 0; k < places.Axes.Count; k++)
            if (to[k] != from[places.Axes[k].Axes[0]]) return false;
        return true;
    }

    private Atom Unscattered(Gather places, Atom update) => backward[update].Permute(places.Axes.Map(a => a.Axes[0])).Atom;

    private Let Reverse(Let let)
    {
        switch (let.Expr)
        {
            case Apply apply:
                Pull(let.Targets[0], apply);
                return let;
            case If choice:
                return Alternatives(let, null, choice.Blocks, blocks => choice.With(choice.Operands, blocks));
            case Switch choice:
                return Alternatives(let, choice.Subject, choice.Cases, blocks => choice.With(choice.Operands, blocks));
            case While loop:
                return Loop(let, loop.Body, 0, loop.Initial, []);
            case Scan scan:
                return Loop(let, scan.Body, 1, scan.Initial, scan.Inputs);
            case Ir.Build build when Steps(build) is { } steps:
                return Loop(let with { Expr = steps }, steps.Body, 1, [], []);
            case Ir.Build build:
                return Comprehension(let, build);
            case Call call:
                return Called(let, call);
            case Inject inject:
                Injected(let, inject);
                return let;
            case SequenceLength or Undefined:
                return let;
            default:
                throw new MindDslException(Diagnostics.Internal($"{let.Expr.GetType().Name} in reverse mode"));
        }
    }

    private void Pull(Value target, Apply apply)
    {
        if (!apply.Arguments.Any(a => Activity.IsActive(a, active)) || Take(target) is not { } cotangent) return;
        var rule = new Rule(backward, apply.Arguments, target);
        for (int k = 0; k < apply.Arguments.Count; k++)
            if (Activity.IsActive(apply.Arguments[k], active) && apply.Op.Pull(rule, k, backward[cotangent]) is { } contribution)
                Add(apply.Arguments[k], contribution);
    }

    private void Injected(Let let, Inject inject)
    {
        if (Take(let.Targets[0]) is not { } cotangent) return;
        var parts = context.Unpack(backward, cotangent, inject.Case, inject.Fields);
        var differentiable = inject.Fields.Where(f => context.Tangent(f.Type) is not null).ToSeq();
        for (int k = 0; k < parts.Count; k++) Add(differentiable[k], new Contribution(backward[parts[k]]));
    }

    private Let Called(Let let, Call call)
    {
        var cotangents = let.Targets.Map(t => Take(t));
        var reached = call.Arguments.Map(a => Activity.IsActive(a, active));
        if (!reached.Any(a => a) || cotangents.All(c => c is null)) return let;
        if (context.Functions[call.Function].Rule is { } rule)
        {
            CustomRule(let, call, rule, cotangents);
            return let;
        }
        if (context.Functions[call.Function].HasRule)
        {
            var pull = context.PullOf(call.Function, reached);
            var seeds = let.Targets.Map((t, k) => cotangents[k] ?? context.Zero(backward, t));
            var places = Seq.Range(reached.Count).Where(k => reached[k]).ToSeq();
            var parts = backward.Emit(new Call(pull, [.. call.Arguments, .. let.Targets, .. seeds]), places.Map(k => context.Tangent(call.Arguments[k].Type)!));
            for (int i = 0; i < places.Count; i++) Add(call.Arguments[places[i]], new Contribution(backward[parts[i]]));
            return let;
        }
        // A segment of a loop reads whole tensors, too, of which it changes the cotangents at few places.
        bool accumulates = context.IsRecursive(call.Function) || context.Functions[call.Function].Checkpoint is not null;
        var split = context.Split(call.Function, reached, cotangents.Map(c => c is not null), keeps, accumulates);
        var residuals = split.CallerTypes.Map(t => new Value(t));
        var inputs = Seq.Range(reached.Count).Where(k => reached[k]).ToSeq();
        var starts = inputs.Where(k => accumulates && ReverseMode.Accumulates(call.Arguments[k].Type)).Select(k => Take(call.Arguments[k]) ?? context.Zero(backward, call.Arguments[k])).ToSeq();
        var results = backward.Emit(
            new Call(split.Backward, [.. split.Given.Map(p => call.Arguments[p]), .. residuals, .. cotangents.OfType<Atom>(), .. starts]), inputs.Map(k => context.Tangent(call.Arguments[k].Type)!));
        for (int i = 0; i < inputs.Count; i++) Add(call.Arguments[inputs[i]], new Contribution(backward[results[i]]));
        return new([.. let.Targets, .. residuals], new Call(split.Forward, call.Arguments));
    }

    /// <summary>A user's own derivative. A forward rule is linear in the tangents, so its reverse at any tangents, zeros here, is its transpose.</summary>
    private void CustomRule(Let let, Call call, CustomRule rule, Seq<Atom?> cotangents)
    {
        var results = Seq.Range(let.Targets.Count).Where(k => context.Tangent(let.Targets[k].Type) is not null);
        var seeds = results.Select(k => cotangents[k] ?? context.Zero(backward, let.Targets[k])).ToSeq();
        var inputs = call.Arguments.Where(a => context.Tangent(a.Type) is not null).ToSeq();
        var types = inputs.Map(a => context.Tangent(a.Type)!);
        Seq<Value> parts;
        if (rule.Kind == DerivativeKind.Reverse)
        {
            parts = backward.Emit(new Call(rule.Rule, [.. call.Arguments, .. let.Targets, .. seeds]), types);
        }
        else
        {
            Seq<bool> tangents = [.. call.Arguments.Map(_ => false), .. inputs.Map(_ => true)];
            Seq<bool> wanted = [.. let.Targets.Map(_ => false), .. seeds.Map(_ => true)];
            var transposed = context.Derive(DerivativeKind.Reverse, rule.Rule, tangents, wanted);
            var zeros = inputs.Map(a => context.Zero(backward, a));
            var all = backward.Emit(new Call(transposed, [.. call.Arguments, .. zeros, .. seeds]), [.. context.Functions[rule.Rule].ResultTypes, .. types]);
            parts = all.Slice(all.Count - types.Count, types.Count);
        }
        for (int k = 0; k < inputs.Count; k++) Add(inputs[k], new Contribution(backward[parts[k]]));
    }
}
