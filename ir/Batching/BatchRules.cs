namespace MindDsl.Ir;

/// <summary>For each operation the same one on batches, whose lanes are the first axes of operands and result.</summary>
internal static class BatchRules
{
    /// <summary>True if an operation has a batched form.</summary>
    public static bool Has(Op op) => op is Elementwise or Convert or Reshape or Permute or Broadcast or Slice or Pad or Flip or Concat or Reduce or ArgReduce
        or Contract or Window or Fold or Gather or Scatter or (Composite and not StandardGamma);

    /// <summary>The batch of results; <paramref name="result"/> is the type of one of them.</summary>
    public static Atom Apply(Lanes lanes, Apply apply, TensorType result)
    {
        int rank = lanes.Rank;
        Atom Full(int operand) => lanes.Full(lanes[apply.Arguments[operand]], apply.Arguments[operand].Tensor);
        Seq<int> Behind(Seq<int> axes) => axes.Map(a => a + rank);
        Seq<Dim> Sizes(Seq<Dim> dims) => [.. Seq.Range(rank).Map(lanes.Extent), .. dims];
        Seq<T> Padded<T>(T item, Seq<T> items) => [.. Seq.Repeat(item, rank), .. items];
        Atom One(Op op) => lanes.Builder.Apply(op, Full(0));
        switch (apply.Op)
        {
            case Elementwise op:
                return lanes.Builder.Apply(op, [.. apply.Arguments.Map((a, k) => a is Literal ? a : Widened(lanes, Full(k), result.Shape))]);
            case Convert op:
                return One(op);
            case Reshape op:
                return One(new Reshape(new(Sizes(op.To.Dims))));
            case Permute op:
                return One(new Permute([.. Seq.Range(rank), .. Behind(op.Axes)]));
            case Broadcast op:
                return One(new Broadcast(new(Sizes(op.To.Dims)), [.. Seq.Range(rank), .. Behind(op.Axes)]));
            case Slice op:
                return One(new Slice(Padded(Dim.Of(0), op.Starts), Sizes(op.Lengths), Padded(1, op.Steps)));
            case Pad op:
                return One(new Pad(Padded(Dim.Of(0), op.Low), Padded(Dim.Of(0), op.High), Padded(0, op.Interior), op.Fill));
            case Flip op:
                return One(new Flip(Behind(op.Axes)));
            case Reduce op:
                return One(new Reduce(op.Monoid, Behind(op.Axes)));
            case ArgReduce op:
                return One(new ArgReduce(op.Monoid, op.Axis + rank));
            case Concat op:
                return lanes.Builder.Apply(new Concat(op.Axis + rank), [.. Seq.Range(apply.Arguments.Count).Map(Full)]);
            case Window or Fold:
                return One(apply.Op);
            case Composite op:
                return lanes.Builder.Apply(op, [.. Seq.Range(apply.Arguments.Count).Map(Full)]);
            case Contract op:
                return Contraction(lanes, op, apply.Arguments);
            case Gather op:
                return Gathering(lanes, op, apply.Arguments);
            case Scatter op:
                int last = apply.Arguments.Count - 1;
                var (places, indices) = Places(lanes, op.Places, apply.Arguments.Slice(1, last - 1), isBatched: true, null);
                return lanes.Builder.Apply(new Scatter(places, op.Overwrite), [Full(0), .. indices, Full(last)]);
            default:
                throw new MindDslException(Diagnostics.Internal($"{apply.Op.Name} has no batched form"));
        }
    }

    /// <summary>Scalars of lanes beside tensors of lanes have the shape of these.</summary>
    private static Atom Widened(Lanes lanes, Atom atom, Shape shape) => atom.Tensor.Rank > lanes.Rank || shape.Rank == 0
        ? atom
        : lanes.Builder.Apply(new Broadcast(new([.. atom.Tensor.Shape.Dims, .. shape.Dims]), Seq.Range(lanes.Rank)), atom);

    /// <summary>The lanes are more letters: batches where both operands have them, else rows or columns.</summary>
    private static Atom Contraction(Lanes lanes, Contract op, Seq<Atom> arguments)
    {
        string used = op.Left + op.Right + op.Result;
        string letters = string.Concat(Enumerable.Range(0, 2 * 26).Select(k => (char)(k < 26 ? 'A' + k : 'a' + k - 26)).Where(c => !used.Contains(c)).Take(lanes.Rank));
        var operands = arguments.Map(lanes.Whole);
        string left = (operands[0].IsShared ? "" : letters) + op.Left, right = (operands[1].IsShared ? "" : letters) + op.Right;
        return lanes.Builder.Apply(new Contract(left, right, letters + op.Result), operands[0].Atom!, operands[1].Atom!);
    }

    private static Atom Gathering(Lanes lanes, Gather op, Seq<Atom> arguments)
    {
        var x = lanes.Whole(arguments[0]);
        var (places, indices) = Places(lanes, op, arguments.Slice(1, arguments.Count - 1), !x.IsShared, arguments[0].Tensor);
        bool isWhole = places.Axes.Count == places.ResultRank;
        for (int k = 0; isWhole && k < places.Axes.Count; k++)
            isWhole = !places.Axes[k].Indexed && places.Axes[k].Axes[0] == k;
        return isWhole ? x.Atom! : lanes.Builder.Apply(places, [x.Atom!, .. indices]);
    }

    /// <summary>The places of a batch: those of each lane, in its own part of what is batched. A lane that reads its own part of an axis of <paramref name="read"/> needs no index.</summary>
    private static (Gather Places, Seq<Atom> Indices) Places(Lanes lanes, Gather op, Seq<Atom> indices, bool isBatched, TensorType? read)
    {
        int rank = lanes.Rank;
        var operands = indices.Map(i => lanes[i]);
        // Each lane is named by an axis of x: by its own, by an index that the lanes have, or by all lane numbers together.
        bool named = isBatched || operands.Any(o => o.Index < 0 && !o.IsShared)
            || Seq.Range(rank).All(j => operands.Any(o => o.Index == j));
        var (axes, atoms) = (new List<GatherAxis>(), new List<Atom>());
        if (isBatched) axes.AddRange(Seq.Range(rank).Map(GatherAxis.Along));
        int next = 0;
        foreach (var axis in op.Axes)
        {
            var behind = axis.Axes.Map(a => a + rank);
            if (!axis.Indexed)
            {
                axes.Add(GatherAxis.Along(behind[0]));
                continue;
            }
            var (atom, operand) = (indices[next], operands[next]);
            next++;
            if (operand.Index >= 0 && named)
            {
                bool isWhole = read is not null && read.Shape[axes.Count - (isBatched ? rank : 0)] == lanes.Extent(operand.Index);
                axes.Add(isWhole ? GatherAxis.Along(operand.Index) : GatherAxis.From([operand.Index]));
                if (!isWhole) atoms.Add(lanes.Builder.Apply(new Iota(new(DType.I64, new([lanes.Extent(operand.Index)])), 0)));
                continue;
            }
            axes.Add(GatherAxis.From(operand.IsShared ? behind : [.. Seq.Range(rank), .. behind]));
            atoms.Add(operand.IsShared ? operand.Atom! : lanes.Full(operand, atom.Tensor));
        }
        return (new(axes.ToSeq(), op.ResultRank + rank), atoms.ToSeq());
    }
}
