using MindDsl.Backends;
using MindDsl.Ir;

namespace MindDsl.Tests.Ir.Ops;

/// <summary>An operation with operands at which it is smooth.</summary>
public sealed record OpCase(string Name, Op Op, params TensorBuffer[] Operands)
{
    private static readonly (string Left, string Right, string Result, long[] A, long[] B)[] Contractions =
    [
        ("ij", "jk", "ik", [2, 3], [3, 4]),
        ("bij", "bjk", "bik", [2, 2, 3], [2, 3, 2]),
        ("i", "i", "", [3], [3]),
        ("i", "j", "ji", [2], [3]),
        ("ji", "j", "i", [3, 2], [3]),
        ("ijk", "kji", "", [2, 3, 2], [2, 3, 2]),
        ("", "ij", "ij", [], [2, 2]),
    ];

    /// <summary>Every element-wise operation at random elements of its domain, and every other operation with several attributes.</summary>
    public static IReadOnlyList<OpCase> All { get; } = [.. ElementwiseOps.All.Select(Of), .. Structured()];

    /// <inheritdoc/>
    public override string ToString() => Name;

    private static OpCase Of(Elementwise op)
    {
        var random = new Random(7);
        return new(op.Name, op, [.. Enumerable.Range(0, op.Arity).Select(k => op.Signature switch
        {
            Signature.Logic => Truths(true, false, true, true),
            Signature.Integer => Integers([4], 3, 1, 2, 5),
            Signature.Select when k == 0 => Truths(true, false, true, false),
            _ => Sample(random, op.Domain(k), 4),
        })]);
    }

    private static IEnumerable<OpCase> Structured()
    {
        var random = new Random(11);
        TensorBuffer R(params long[] lengths) => Sample(random, new(-2, 2), lengths);
        Seq<Dim> D(params long[] lengths) => lengths.Select(Dim.Of).ToSeq();

        yield return new("convert", new MindDsl.Ir.Convert(DType.F64), R(3));
        yield return new("reshape", new Reshape(Shape.Of(3, 2)), R(2, 3));
        yield return new("reshape to rank 0", new Reshape(Shape.Scalar), R(1, 1));
        yield return new("permute", new Permute([2, 0, 1]), R(2, 3, 4));
        yield return new("broadcast in front", new Broadcast(Shape.Of(4, 2, 3), [1, 2]), R(2, 3));
        yield return new("broadcast inside", new Broadcast(Shape.Of(2, 4, 3), [0, 2]), R(2, 3));
        yield return new("broadcast a scalar", new Broadcast(Shape.Of(2, 2), []), R());
        yield return new("slice", new Slice(D(1, 0), D(2, 2), [1, 1]), R(4, 3));
        yield return new("slice with steps", new Slice(D(1, 2), D(3, 1), [2, 3]), R(7, 5));
        yield return new("slice of nothing", new Slice(D(1), D(0), [1]), R(4));
        yield return new("pad", new Pad(D(1, 2), D(0, 3), [0, 0], 1.5), R(2, 3));
        yield return new("pad between", new Pad(D(1, 0), D(2, 0), [2, 1], 0), R(3, 3));
        yield return new("pad that cuts", new Pad(D(-1, 2), D(1, -2), [0, 0], 0), R(4, 4));
        yield return new("pad that cuts between", new Pad(D(-2), D(-1), [1], 0), R(5));
        yield return new("flip", new Flip([0, 2]), R(2, 3, 2));
        yield return new("concat", new Concat(1), R(2, 1), R(2, 3), R(2, 0), R(2, 2));
        yield return new("iota", new Iota(new(DType.F64, Shape.Of(3)), 0));
        yield return new("size", new SizeOf(5));
        yield return new("sum", new Reduce(Monoid.Sum, [1]), R(2, 3, 2));
        yield return new("sum of all", new Reduce(Monoid.Sum, [0, 1]), R(2, 3));
        yield return new("prod", new Reduce(Monoid.Product, [1]), R(2, 3));
        yield return new("prod of two axes", new Reduce(Monoid.Product, [0, 2]), R(2, 3, 3));
        yield return new("prod with a zero", new Reduce(Monoid.Product, [0]), Numbers([5], 2, 0, 3, -1, 0.5));
        yield return new("prod with two zeros", new Reduce(Monoid.Product, [0]), Numbers([4], 2, 0, 3, 0));
        yield return new("reduce_max", new Reduce(Monoid.Max, [0]), Numbers([3, 2], 1, 6, 3, 2, 5, 4));
        yield return new("reduce_min", new Reduce(Monoid.Min, [0, 1]), Numbers([3, 2], 1, 6, 3, 2, 5, 4));
        yield return new("argmax", new ArgReduce(Monoid.ArgMax, 1), R(2, 3));
        foreach (var (left, right, result, a, b) in Contractions)
            yield return new($"contract {left},{right}->{result}", new Contract(left, right, result), R(a), R(b));
        yield return new("gather a row", Gather.At(2, 1), R(3, 2), Integers([], 2));
        yield return new("gather an element", Gather.At(2, 2), R(3, 2), Integers([], 2), Integers([], 1));
        yield return new("gather rows", Gather.Take(2, 0, 1), R(3, 2), Integers([4], 2, 0, 2, 1));
        yield return new("gather columns by a matrix", Gather.Take(2, 1, 2), R(2, 3), Integers([2, 2], 2, 0, 2, 1));
        yield return new("gather along an axis", new Gather([GatherAxis.Along(0), GatherAxis.From([0, 1])], 2), R(2, 3), Integers([2, 2], 2, 0, 1, 1));
        yield return new("gather the diagonal", new Gather([GatherAxis.Along(0), GatherAxis.Along(0)], 1), R(3, 3));
        foreach (bool put in new[] { false, true })
        {
            string name = put ? "scatter_set" : "scatter_add";
            yield return new(name + " a row", new Scatter(Gather.At(2, 1), put), R(3, 2), Integers([], 1), R(2));
            yield return new(name + " rows that repeat", new Scatter(Gather.Take(2, 0, 1), put), R(3, 2), Integers([4], 2, 0, 2, 1), R(4, 2));
            yield return new(name + " the beginning of rows", new Scatter(Gather.Take(2, 0, 1), put), R(3, 4), Integers([2], 2, 0), R(2, 3));
            yield return new(name + " along an axis", new Scatter(new([GatherAxis.Along(0), GatherAxis.From([0, 1])], 2), put),
                R(2, 3), Integers([2, 2], 2, 0, 1, 1), R(2, 2));
        }
        yield return new("window", new Window([2], [1], [1], [0], [3], 0), R(2, 4));
        yield return new("window with a border", new Window([3], [2], [1], [1], [3], -1), R(2, 5));
        yield return new("window in two axes", new Window([2, 3], [1, 2], [2, 1], [1, 1], [3, 2], 0), R(1, 4, 4));
        yield return new("fold", new Fold(new([2], [1], [1], [0], [3], 0), [4]), R(2, 2, 3));
        yield return new("fold with a border", new Fold(new([3], [2], [1], [1], [3], 0), [5]), R(2, 3, 3));
        yield return new("fold in two axes", new Fold(new([2, 3], [1, 2], [2, 1], [1, 1], [3, 2], 0), [4, 4]), R(1, 2, 3, 3, 2));
    }

    private static TensorBuffer Sample(Random random, Interval domain, params long[] lengths)
    {
        var buffer = TensorBuffer.Allocate(DType.F64, lengths);
        foreach (ref double x in buffer.Span<double>()) x = domain.Low + random.NextDouble() * (domain.High - domain.Low);
        return buffer;
    }

    private static TensorBuffer Numbers(long[] lengths, params double[] elements) => TensorBuffer.Of<double>(DType.F64, elements, lengths);

    private static TensorBuffer Integers(long[] lengths, params long[] elements) => TensorBuffer.Of<long>(DType.I64, elements, lengths);

    private static TensorBuffer Truths(params bool[] elements) => TensorBuffer.Of<bool>(DType.Bool, elements, elements.Length);
}
