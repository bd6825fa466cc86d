namespace MindDsl.Ir;

/// <summary>What a value of one lane is in the batch.</summary>
/// <param name="Atom">The tensor with the lanes as its first axes, or what all lanes share; null for an index.</param>
/// <param name="IsShared">True if all lanes share it.</param>
/// <param name="Index">Which index of the comprehension it is; −1 for none.</param>
internal readonly record struct Lane(Atom? Atom, bool IsShared, int Index = -1);

/// <summary>Writes the body of a comprehension for all lanes at once.</summary>
internal sealed class Lanes
{
    private readonly BlockBuilder _builder;
    private readonly BlockCopy _outer;
    private readonly Seq<Dim> _extents;
    private readonly Dictionary<Value, Lane> _lanes;
    private readonly long _count = 1;

    /// <summary>Lanes of a comprehension that is written to a builder; <paramref name="outer"/> says what values around it have become.</summary>
    public Lanes(BlockBuilder builder, BlockCopy outer, Seq<Dim> extents)
        : this(builder, outer, extents, [])
    {
    }

    private Lanes(BlockBuilder builder, BlockCopy outer, Seq<Dim> extents, Dictionary<Value, Lane> lanes)
    {
        (_builder, _outer, _extents, _lanes) = (builder, outer, extents, lanes);
        foreach (var extent in extents) _count *= extent.Value;
    }

    /// <summary>The number of axes that count lanes.</summary>
    public int Rank => _extents.Count;

    /// <summary>The length of an axis that counts lanes.</summary>
    public Dim Extent(int index) => _extents[index];

    /// <summary>Where the batch is written.</summary>
    public BlockBuilder Builder => _builder;

    /// <summary>The results of a body for all lanes; null if it cannot be batched, or not with profit.</summary>
    public Seq<Atom>? Body(Block body, Seq<Value> indices)
    {
        for (int k = 0; k < indices.Count; k++) _lanes[indices[k]] = new(null, false, k);
        var dependent = Dependent(body);
        // Sequences and unions cannot be taken out of a lane.
        if (body.Lets.Any(l => dependent.Contains(l) && l.Targets.Any(t => t.Type is not TensorType))) return null;
        var pending = new List<Let>();
        int batched = 0;
        foreach (var let in body.Lets)
        {
            if (!dependent.Contains(let))
            {
                Hoist(let);
                continue;
            }
            if (ReadsAny(let, pending))
            {
                if (!MayBatch(let))
                {
                    pending.Add(let);
                    continue;
                }
                Apart(body, pending);
            }
            if (!Batch(let)) pending.Add(let);
            else if (let.Expr is not Apply { Op: Gather }) batched++;
        }
        if (batched == 0 || pending.Any(l => l.Targets.Any(t => Size(t.Tensor) > BatchBuilds.LargestBatch))) return null;
        Apart(body, pending);
        return body.Results.Map(r => Full(this[r], r.Tensor));
    }

    /// <summary>What an operand of a lane is.</summary>
    public Lane this[Atom atom] => atom is Value value && _lanes.TryGetValue(value, out var lane) ? lane : new(_outer[atom], true);

    /// <summary>An operand with the lanes as its first axes; <paramref name="type"/> is its type in one lane.</summary>
    public Atom Full(Lane lane, TensorType type)
    {
        if (lane.Index >= 0) return _builder.Apply(new Iota(new(DType.I64, new(_extents)), lane.Index));
        if (!lane.IsShared) return lane.Atom!;
        return _builder.Apply(new Broadcast(new([.. _extents, .. type.Shape.Dims]), Seq.Range(type.Rank).Map(a => a + Rank)), lane.Atom!);
    }

    /// <summary>What an operand of a lane is, with an index written out.</summary>
    public Lane Whole(Atom atom) => this[atom] is { Index: >= 0 } index ? new(Full(index, atom.Tensor), false) : this[atom];

    /// <summary>The type of a batch of values of a type.</summary>
    private TensorType TypeOf(TensorType type) => type with { Shape = new([.. _extents, .. type.Shape.Dims]) };

    private long Size(TensorType type) => type.Shape.IsConstant ? _count * type.Shape.Size.Value : long.MaxValue;

    private HashSet<Let> Dependent(Block body)
    {
        var dependent = new HashSet<Let>(ReferenceEqualityComparer.Instance);
        var values = new HashSet<Value>(_lanes.Where(l => !l.Value.IsShared).Select(l => l.Key));
        foreach (var let in body.Lets)
        {
            bool reads = false;
            Scope.Reads(let, v => reads |= values.Contains(v));
            if (!reads) continue;
            dependent.Add(let);
            values.UnionWith(let.Targets);
        }
        return dependent;
    }

    /// <summary>What no lane takes part in is computed once.</summary>
    private void Hoist(Let let) => _outer.Lets(_builder, new Block([], [let], []));

    private static bool ReadsAny(Let let, List<Let> lets)
    {
        bool reads = false;
        Scope.Reads(let, v => reads |= lets.Any(l => l.Targets.IndexOf(v) >= 0));
        return reads;
    }

    private bool MayBatch(Let let) => let.Expr switch
    {
        Apply apply => BatchRules.Has(apply.Op) && Size(let.Targets[0].Tensor) <= BatchBuilds.LargestBatch,
        Build => true,
        _ => false,
    };

    /// <summary>Writes a let for all lanes; false if that cannot be.</summary>
    private bool Batch(Let let)
    {
        switch (let.Expr)
        {
            case Apply apply when MayBatch(let):
                _lanes[let.Targets[0]] = new(BatchRules.Apply(this, apply, let.Targets[0].Tensor), false);
                return true;
            case Build build:
                Put(let.Targets, Comprehension(build.Extents, build.Body.Parameters, build.Body, inside: true));
                return true;
            case Scan scan:
                return Loop(let, scan);
            case If choice when this[choice.Condition].IsShared && BatchBuilds.IsWorkOnTensors(let):
                return Branches(let, choice);
            default:
                return false;
        }
    }

    private void Put(Seq<Value> targets, Seq<Atom> atoms)
    {
        for (int k = 0; k < targets.Count; k++) _lanes[targets[k]] = new(atoms[k], false);
    }

    /// <summary>Lets that are not batched become a comprehension of their own.</summary>
    private void Apart(Block body, List<Let> pending)
    {
        if (pending.Count == 0) return;
        var read = new HashSet<Value>(body.Results.OfType<Value>());
        foreach (var let in body.Lets) if (!pending.Contains(let)) Scope.Reads(let, v => read.Add(v));
        var targets = pending.SelectMany(l => l.Targets).Where(read.Contains).ToSeq();
        Put(targets, Comprehension([], [], new Block([], pending.ToSeq(), targets.Map(Atom (t) => t)), inside: false));
        pending.Clear();
    }

    /// <summary>A comprehension over the lanes and more indices; it is batched in its turn if it was one inside of the lanes.</summary>
    private Seq<Atom> Comprehension(Seq<Dim> more, Seq<Value> parameters, Block body, bool inside)
    {
        var inner = _builder.Nested();
        Seq<Value> lanes = _extents.Map(_ => new Value(TensorType.Scalar(DType.I64), "lane"));
        Seq<Value> others = parameters.Map(_outer.Fresh);
        var copy = inside ? new BlockCopy(BatchBuilds.WithoutSlice) : BatchBuilds.Copy();
        copy.Substitute(parameters, others.Map(Atom (p) => p));
        foreach (var value in Scope.FreeValues(new Block(body.Parameters, body.Lets, body.Results)))
        {
            var lane = this[value];
            copy.Substitute(value, lane.Index >= 0 ? lanes[lane.Index]
                : lane.IsShared ? lane.Atom!
                : inner.Apply(Gather.At(lane.Atom!.Tensor.Rank, Rank), [lane.Atom!, .. lanes]));
        }
        var results = copy.Lets(inner, body);
        Seq<Dim> extents = [.. _extents, .. more];
        var build = new Build(extents, inner.Build([.. lanes, .. others], results));
        var types = results.Map(IrType (r) => r.Tensor with { Shape = new([.. extents, .. r.Tensor.Shape.Dims]) });
        return inside ? BatchBuilds.Write(_builder, build, types, BatchBuilds.Copy()) : _builder.Emit(build, types).Map(Atom (v) => v);
    }

    /// <summary>A loop of which all lanes take the same number of steps is one loop over steps of all lanes, if all that a step does has a batched form.</summary>
    private bool Loop(Let let, Scan scan)
    {
        int carries = scan.Initial.Count;
        if (!this[scan.Length].IsShared || let.Targets.Any(t => t.Type is not TensorType) || scan.Inputs.Any(i => i.Type is not TensorType && !this[i].IsShared)) return false;
        if (let.Targets.Any(t => Size(t.Tensor) > BatchBuilds.LargestBatch)) return false;
        var inner = _builder.Nested();
        var lanes = new Lanes(inner, _outer, _extents, new(_lanes));
        var body = scan.Body;
        var index = _outer.Fresh(body.Parameters[0]);
        _outer.Substitute(body.Parameters[0], index);
        var states = new List<Value>();
        for (int k = 0; k < carries; k++)
        {
            var parameter = body.Parameters[1 + k];
            states.Add(new Value(TypeOf(parameter.Tensor), parameter.Name));
            lanes._lanes[parameter] = new(states[^1], false);
        }
        var (inputs, elements) = (new List<Atom>(), new List<Value>());
        for (int k = 0; k < scan.Inputs.Count; k++)
        {
            var lane = this[scan.Inputs[k]];
            var parameter = body.Parameters[1 + carries + k];
            elements.Add(new Value(lane.IsShared ? parameter.Type : TypeOf(parameter.Tensor), parameter.Name));
            if (lane.IsShared) _outer.Substitute(parameter, elements[^1]);
            else lanes._lanes[parameter] = new(elements[^1], false);
            inputs.Add(lane.IsShared ? lane.Atom! : StepsFirst(lane.Atom!));
        }
        if (!lanes.Steps(body)) return false;
        var results = body.Results.Map(r => lanes.Full(lanes[r], r.Tensor));
        var block = inner.Build([index, .. states, .. elements], results);
        var initial = scan.Initial.Map(i => Full(this[i], i.Tensor));
        var types = let.Targets.Map((t, k) => (IrType)(k < carries
            ? TypeOf(t.Tensor)
            : t.Tensor with { Shape = new([t.Tensor.Shape[0], .. _extents, .. t.Tensor.Shape.Dims.Slice(1, t.Tensor.Rank - 1)]) }));
        var bound = _builder.Emit(scan with { Length = this[scan.Length].Atom!, Initial = initial, Inputs = inputs.ToSeq(), Body = block }, types);
        Put(let.Targets, bound.Map((v, k) => k < carries ? v : LanesFirst(v)));
        return true;
    }

    /// <summary>Branches that all lanes take alike are branches of all lanes, if all that they do has a batched form.</summary>
    private bool Branches(Let let, If choice)
    {
        if (let.Targets.Any(t => t.Type is not TensorType || Size(t.Tensor) > BatchBuilds.LargestBatch)) return false;
        var blocks = new List<Block>();
        foreach (var block in choice.Blocks)
        {
            var inner = _builder.Nested();
            var lanes = new Lanes(inner, _outer, _extents, new(_lanes));
            if (!lanes.Steps(block)) return false;
            blocks.Add(inner.Build([], block.Results.Map(r => lanes.Full(lanes[r], r.Tensor))));
        }
        Put(let.Targets, _builder.Emit(new If(this[choice.Condition].Atom!, blocks[0], blocks[1]), let.Targets.Map(t => (IrType)TypeOf(t.Tensor))).Map(Atom (v) => v));
        return true;
    }

    /// <summary>The lets of a block that is entered for all lanes at once; false if one has no batched form.</summary>
    private bool Steps(Block body)
    {
        var dependent = Dependent(body);
        foreach (var let in body.Lets)
        {
            if (!dependent.Contains(let)) Hoist(let);
            else if (let.Targets.Any(t => t.Type is not TensorType) || !Batch(let)) return false;
        }
        return true;
    }

    private Atom StepsFirst(Atom atom)
    {
        int rank = atom.Tensor.Rank;
        return _builder.Apply(new Permute([Rank, .. Seq.Range(Rank), .. Seq.Range(rank - Rank - 1).Map(a => a + Rank + 1)]), atom);
    }

    private Atom LanesFirst(Atom atom)
    {
        int rank = atom.Tensor.Rank;
        return _builder.Apply(new Permute([.. Seq.Range(Rank).Map(a => a + 1), 0, .. Seq.Range(rank - Rank - 1).Map(a => a + Rank + 1)]), atom);
    }
}
