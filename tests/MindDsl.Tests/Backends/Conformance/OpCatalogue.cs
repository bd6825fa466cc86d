using MindDsl.Ir;

namespace MindDsl.Tests.Backends.Conformance;

/// <summary>An operation on operands of given types.</summary>
/// <param name="Op">The operation.</param>
/// <param name="Operands">The types of the operands.</param>
/// <param name="Indices">How many places there are for operands that are indices; 0 if none is.</param>
/// <param name="Last">One more operand, a literal.</param>
internal sealed record OpCase(Op Op, Seq<TensorType> Operands, long Indices = 0, Literal? Last = null)
{
    /// <summary>The type of the result.</summary>
    public TensorType Result => Op.Infer(Last is { } literal ? [.. Operands, literal.Tensor] : Operands);
}

/// <summary>Every operation of the language on every element type and class of shapes that it takes.</summary>
internal static class OpCatalogue
{
    /// <summary>Scalar, single, empty, shorter than a vector register, prime, several vectors, several axes, an axis of length one.</summary>
    private static readonly Shape[] Shapes =
        [Shape.Scalar, Shape.Of(1), Shape.Of(0), Shape.Of(3), Shape.Of(37), Shape.Of(64), Shape.Of(4, 0), Shape.Of(3, 5), Shape.Of(2, 3, 17), Shape.Of(5, 1, 8)];

    /// <summary>The names of the families: an element-wise operation each, and the others by kind.</summary>
    public static IEnumerable<string> Names => [.. ElementwiseOps.All.Select(o => o.Name), .. Families.Keys];

    private static Dictionary<string, Func<DType, IEnumerable<OpCase>>> Families { get; } = new()
    {
        ["convert"] = t => Over(t, x => Enum.GetValues<DType>().Select(to => new OpCase(new MindDsl.Ir.Convert(to), [x]))),
        ["reshape"] = t => Over(t, x => [new(new Reshape(new([x.Shape.Size])), [x]), new(new Reshape(new([1, .. x.Shape.Dims])), [x])]),
        ["permute"] = t => Over(t, x => [new(new Permute(Seq.Range(x.Rank).Reverse().ToSeq()), [x])]),
        ["broadcast"] = t => Over(t, x =>
            [new(new Broadcast(new([3, .. x.Shape.Dims]), Seq.Range(x.Rank).Map(k => k + 1)), [x]), new(new Broadcast(new([.. x.Shape.Dims, 5]), Seq.Range(x.Rank)), [x])]),
        ["slice"] = t => Over(t, x => x.Shape.Dims.Any(d => d.Value == 0) ? [] : [
            new(new Slice(x.Shape.Dims.Map(d => (Dim)(d.Value > 1 ? 1 : 0)), x.Shape.Dims.Map(d => (Dim)Math.Max(d.Value - 1, 1)), x.Shape.Dims.Map(_ => 1)), [x]),
            new(new Slice(x.Shape.Dims.Map(_ => (Dim)0), x.Shape.Dims.Map(d => (Dim)((d.Value + 1) / 2)), x.Shape.Dims.Map(_ => 2)), [x])]),
        ["pad"] = t => Over(t, x => [
            new(new Pad(x.Shape.Dims.Map(_ => (Dim)1), x.Shape.Dims.Map(_ => (Dim)2), x.Shape.Dims.Map(_ => 0), 1), [x]),
            new(new Pad(x.Shape.Dims.Map(_ => (Dim)0), x.Shape.Dims.Map(_ => (Dim)1), x.Shape.Dims.Map(_ => 1), 0), [x])]),
        ["flip"] = t => Over(t, x => [new(new Flip(Seq.Range(x.Rank)), [x])]),
        ["concat"] = t => Over(t, x => x.Rank == 0 ? [] : [new(new Concat(0), [x, x]), new(new Concat(x.Rank - 1), [x, x, x])]),
        ["iota"] = t => Over(t, x => x.Rank == 0 || t == DType.Bool ? [] : [new(new Iota(x, x.Rank - 1), [])]),
        ["reduce"] = t => Over(t, x => new[] { Monoid.Sum, Monoid.Product, Monoid.Max, Monoid.Min }.SelectMany(m =>
            AxesOf(x).Select(axes => new OpCase(new Reduce(m, axes), [x])))),
        ["argreduce"] = t => Over(t, x => new[] { Monoid.ArgMax, Monoid.ArgMin }.SelectMany(m => Enumerable.Range(0, x.Rank).Select(a => new OpCase(new ArgReduce(m, a), [x])))),
        ["contract"] = Contractions,
        ["gather"] = t => Gathers(t).Select(g => new OpCase(g.Places, [g.Base, .. g.Indices], g.Count)),
        ["scatter"] = t => Gathers(t).SelectMany(g => new[] { false, true }.Select(overwrite =>
            new OpCase(new Scatter(g.Places, overwrite), [g.Base, .. g.Indices, g.Places.Infer([g.Base, .. g.Indices])], g.Count))),
        ["window"] = t => Windows(t).Select(w => new OpCase(w.Window, [w.Operand])),
        ["fold"] = t => Windows(t).Select(w => new OpCase(new Fold(w.Window, w.Operand.Shape.Dims.Slice(w.Operand.Rank - w.Window.SpaceRank, w.Window.SpaceRank)), [w.Window.Infer([w.Operand])])),
    };

    /// <summary>The cases of a family for an element type.</summary>
    public static List<OpCase> Cases(string name, DType type) =>
        [.. (Families.TryGetValue(name, out var family) ? family(type) : Elementwise(ElementwiseOps.All.Single(o => o.Name == name), type)).Where(Fits)];

    private static IEnumerable<OpCase> Elementwise(Elementwise op, DType type) => Over(type, x =>
    {
        var first = op.Signature == Signature.Select ? x with { DType = DType.Bool } : x;
        Seq<TensorType> whole = [first, .. Enumerable.Repeat(x, op.Arity - 1)];
        // A literal may stand beside tensors.
        return op.Arity == 1
            ? [new OpCase(op, whole)]
            : [new OpCase(op, whole), new(op, whole.Slice(0, op.Arity - 1), Last: type == DType.Bool ? Literal.Of(true) : Literal.Of(type, 2L))];
    });

    private static IEnumerable<OpCase> Over(DType type, Func<TensorType, IEnumerable<OpCase>> cases) =>
        Shapes.Where((_, k) => !type.IsStorage || k % 2 == 0).SelectMany(s => cases(new(type, s)));

    private static bool Fits(OpCase c)
    {
        try
        {
            return c.Result is not null;
        }
        catch (MindDslException)
        {
            return false;
        }
    }

    private static IEnumerable<Seq<int>> AxesOf(TensorType x)
    {
        yield return Seq.Range(x.Rank);
        if (x.Rank < 2) yield break;
        for (int a = 0; a < x.Rank; a++) yield return [a];
        if (x.Rank == 3) yield return [0, 2];
    }

    private static IEnumerable<OpCase> Contractions(DType type)
    {
        OpCase Case(string left, string right, string result, params (char Letter, long Length)[] lengths)
        {
            TensorType Type(string letters) => new(type, new(letters.Select(c => (Dim)lengths.First(l => l.Letter == c).Length).ToSeq()));
            return new(new Contract(left, right, result), [Type(left), Type(right)]);
        }
        // Factors that are stored in few bits are converted, and then it is the same.
        foreach (var (i, j, k) in type.IsStorage ? [(3, 5, 7), (1, 37, 4), (3, 0, 2), (33, 65, 17)] : new (long, long, long)[] { (1, 1, 1), (3, 5, 7), (16, 16, 16), (1, 37, 4), (37, 1, 64), (0, 3, 2), (3, 0, 2), (33, 65, 17), (130, 9, 70) })
        {
            yield return Case("ij", "jk", "ik", ('i', i), ('j', j), ('k', k));
            yield return Case("ji", "jk", "ik", ('i', i), ('j', j), ('k', k));
            yield return Case("ij", "kj", "ki", ('i', i), ('j', j), ('k', k));
            yield return Case("bij", "bjk", "bik", ('b', 3), ('i', i), ('j', j), ('k', k));
        }
        foreach (long n in type.IsStorage ? [0, 5, 129] : new long[] { 0, 1, 5, 64, 129 })
        {
            yield return Case("i", "i", "", ('i', n));
            yield return Case("i", "j", "ij", ('i', n), ('j', 6));
            yield return Case("ij", "j", "i", ('i', 7), ('j', n));
            yield return Case("i", "ij", "j", ('i', n), ('j', 9));
            yield return Case("ijk", "jkl", "il", ('i', 4), ('j', 3), ('k', n), ('l', 5));
            yield return Case("bi", "bi", "b", ('b', 4), ('i', n));
        }
    }

    private static IEnumerable<(Gather Places, TensorType Base, Seq<TensorType> Indices, long Count)> Gathers(DType type)
    {
        TensorType Of(params long[] lengths) => new(type, Shape.Of(lengths));
        TensorType Index(params long[] lengths) => new(DType.I64, Shape.Of(lengths));
        yield return (Gather.At(1, 1), Of(7), [Index()], 7);
        yield return (Gather.At(2, 1), Of(5, 9), [Index()], 5);
        yield return (Gather.At(2, 2), Of(5, 5), [Index(), Index()], 5);
        yield return (Gather.Take(1, 0, 1), Of(7), [Index(20)], 7);
        yield return (Gather.Take(2, 0, 1), Of(6, 17), [Index(5)], 6);
        yield return (Gather.Take(2, 1, 2), Of(4, 6), [Index(3, 2)], 6);
        yield return (Gather.Take(1, 0, 1), Of(7), [Index(0)], 7);
        yield return (new Gather([GatherAxis.Along(0), GatherAxis.From([0, 1])], 2), Of(4, 6), [Index(4, 3)], 6);
    }

    private static IEnumerable<(Window Window, TensorType Operand)> Windows(DType type)
    {
        (Window, TensorType) Of(Seq<int> kernel, int stride, int dilation, int low, int high, params long[] lengths)
        {
            int lead = lengths.Length - kernel.Count;
            var places = Seq.Range(kernel.Count).Map(k => (Dim)((lengths[lead + k] + low + high - (kernel[k] - 1) * dilation - 1) / stride + 1));
            return (new(kernel, kernel.Map(_ => stride), kernel.Map(_ => dilation), kernel.Map(_ => low), places, 0), new(type, Shape.Of(lengths)));
        }
        yield return Of([3], 1, 1, 0, 0, 10);
        yield return Of([2], 2, 1, 0, 0, 3, 11);
        yield return Of([3, 3], 1, 1, 1, 1, 2, 9, 8);
        yield return Of([2, 2], 2, 1, 0, 0, 2, 3, 8, 6);
        yield return Of([3, 2], 2, 2, 1, 2, 1, 9, 13);
    }
}
