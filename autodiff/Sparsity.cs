using MindDsl.Ir;

namespace MindDsl.Autodiff;

/// <summary>
/// Which elements of a program's results have a derivative with respect to which elements of an argument, found without running it: for each element the set of those that it depends on. The answer holds
/// for all values of the arguments; where branches or places depend on them it has all that may be. Numbers that follow from lengths and constants are calculated, so that indices are exact and what is
/// multiplied by a constant 0 has no part.
/// </summary>
public static class Sparsity
{
    /// <summary>The pairs (element of the first result, element of the parameter) whose derivative may be other than zero, in order.</summary>
    /// <param name="module">A program without derivatives still to be taken, with constant sizes.</param>
    /// <param name="parameter">The parameter of the entry.</param>
    public static IReadOnlyList<(int Result, int Argument)> Of(Module module, int parameter)
    {
        ArgumentNullException.ThrowIfNull(module);
        var parameters = module.EntryFunction.Body.Parameters;
        var wanted = parameters[parameter].Tensor;
        int count = (int)wanted.Shape.Size.Value;
        var results = new DependencyEvaluation(module, count).Run(module.EntryFunction.Body, parameters.Map((p, k) => k == parameter
            ? new Dependencies([.. Enumerable.Range(0, count).Select(i => new Dependency(BitSet.Of(i, count)))])
            : Dependencies.Unknown(p.Type)));
        return [.. results[0].Elements.SelectMany((e, i) => BitSet.Members(e.Set).Select(j => (i, j)))];
    }
}

/// <summary>What is known of one element: the elements of the argument that it depends on (null for none), and its value, not a number where that is not known.</summary>
internal readonly record struct Dependency(ulong[]? Set, double Value = double.NaN)
{
    /// <summary>True if the value is known.</summary>
    public bool IsKnown => !double.IsNaN(Value);

    /// <summary>What is known of an element that may be one or the other.</summary>
    public Dependency Or(Dependency other) => new(BitSet.Union(Set, other.Set), Value.Equals(other.Value) ? Value : double.NaN);
}

/// <summary>What is known of the elements of a value, in row-major order; of a value that is no tensor, one element for all.</summary>
internal sealed class Dependencies(Dependency[] elements)
{
    private ulong[]? _all;
    private bool _isUnited;

    /// <summary>The elements.</summary>
    public Dependency[] Elements { get; } = elements;

    /// <summary>All that any element depends on.</summary>
    public ulong[]? All
    {
        get
        {
            if (_isUnited) return _all;
            foreach (var element in Elements) _all = BitSet.Union(_all, element.Set);
            _isUnited = true;
            return _all;
        }
    }

    /// <summary>A value whose elements all depend on the same.</summary>
    public static Dependencies Of(IrType type, ulong[]? set)
    {
        var elements = new Dependency[type is TensorType tensor ? tensor.Shape.Size.Value : 1];
        Array.Fill(elements, new Dependency(type is TensorType { DType.IsFloat: false } ? null : set));
        return new(elements);
    }

    /// <summary>A value that depends on nothing.</summary>
    public static Dependencies Unknown(IrType type) => Of(type, null);

    /// <summary>What is known of a value that may be one or the other.</summary>
    public Dependencies Or(Dependencies other) => new([.. Elements.Zip(other.Elements, (a, b) => a.Or(b))]);

    /// <summary>True if the same is known of another value.</summary>
    public bool Same(Dependencies other) =>
        Elements.Zip(other.Elements).All(p => p.First.Value.Equals(p.Second.Value) && BitSet.Same(p.First.Set, p.Second.Set));
}

/// <summary>Sets of small numbers, null for the empty one.</summary>
internal static class BitSet
{
    /// <summary>The set of one number.</summary>
    public static ulong[] Of(int member, int most)
    {
        ulong[] set = new ulong[(most + 63) / 64];
        set[member / 64] = 1UL << (member % 64);
        return set;
    }

    /// <summary>The union.</summary>
    public static ulong[]? Union(ulong[]? a, ulong[]? b)
    {
        if (a is null || ReferenceEquals(a, b)) return b;
        if (b is null) return a;
        ulong[] union = new ulong[a.Length];
        for (int i = 0; i < union.Length; i++) union[i] = a[i] | b[i];
        return union;
    }

    /// <summary>True of equal sets.</summary>
    public static bool Same(ulong[]? a, ulong[]? b) => ReferenceEquals(a, b) || (a is not null && b is not null && a.AsSpan().SequenceEqual(b));

    /// <summary>The members in ascending order.</summary>
    public static IEnumerable<int> Members(ulong[]? set)
    {
        for (int i = 0; set is not null && i < set.Length; i++)
            for (ulong rest = set[i]; rest != 0; rest &= rest - 1) yield return (64 * i) + System.Numerics.BitOperations.TrailingZeroCount(rest);
    }
}
