namespace MindDsl;

/// <summary>A place on an axis of an index comprehension.</summary>
public readonly record struct Ix(long Value)
{
#pragma warning disable CS1591 // Operators mean what they mean on whole numbers.
    public static implicit operator long(Ix index) => index.Value;
    public static implicit operator Ix(int value) => new(value);
    public static implicit operator Ix(long value) => new(value);
    public static Ix operator +(Ix x, Ix y) => new(x.Value + y.Value);
    public static Ix operator -(Ix x, Ix y) => new(x.Value - y.Value);
    public static Ix operator *(Ix x, Ix y) => new(x.Value * y.Value);
    public static bool operator <(Ix x, Ix y) => x.Value < y.Value;
    public static bool operator >(Ix x, Ix y) => x.Value > y.Value;
    public static bool operator <=(Ix x, Ix y) => x.Value <= y.Value;
    public static bool operator >=(Ix x, Ix y) => x.Value >= y.Value;
#pragma warning restore CS1591
}

/// <summary>An axis of an index comprehension: <c>from i in new Axis(3) select …</c>.</summary>
/// <param name="Length">The number of places.</param>
public readonly record struct Axis(long Length)
{
    /// <summary>The elements at the places of the axis.</summary>
    public Comprehension<R> Select<R>(Func<Ix, R> element) => Places().Select(element);

    /// <summary>The elements at the places of this axis and another.</summary>
    public Comprehension<R> SelectMany<R>(Func<Ix, Axis> axis, Func<Ix, Ix, R> element) => Places().SelectMany(axis, element);

    private Comprehension<Ix> Places() => new([Length], static i => new Ix(i[0]));
}

/// <summary>Elements at the places of axes: what a query over <see cref="Axis"/> makes. It is written out by <c>Mind.Build</c> and summed up by <c>Mind.Sum</c> and its like.</summary>
public sealed class Comprehension<T>
{
    private readonly long[] _lengths;
    private readonly Func<long[], T> _element;

    internal Comprehension(long[] lengths, Func<long[], T> element)
    {
        foreach (long length in lengths)
            if (length < 0) throw new MindDslException(Diagnostics.ArgumentOutOfRange("a comprehension", "the length of an axis", FormattableString.Invariant($"{length}"), "0 and more"));
        (_lengths, _element) = (lengths, element);
    }

    /// <summary>The lengths of the axes, outermost first.</summary>
    public IReadOnlyList<long> Lengths => _lengths;

    /// <summary>A function of each element.</summary>
    public Comprehension<R> Select<R>(Func<T, R> f) => new(_lengths, i => f(_element(i)));

    /// <summary>One more axis; its length is the same for all elements.</summary>
    public Comprehension<R> SelectMany<R>(Func<T, Axis> axis, Func<T, Ix, R> element)
    {
        long length = _lengths.Contains(0) ? 0 : axis(_element(new long[_lengths.Length])).Length;
        return new([.. _lengths, length], i => element(_element(i[..^1]), new Ix(i[^1])));
    }

    /// <summary>All elements, the last axis fastest.</summary>
    internal IEnumerable<T> All()
    {
        long count = _lengths.Aggregate(1L, (a, b) => a * b);
        for (long n = 0; n < count; n++)
        {
            var places = new long[_lengths.Length];
            long rest = n;
            for (int k = places.Length - 1; k >= 0; k--) (places[k], rest) = (rest % _lengths[k], rest / _lengths[k]);
            yield return _element(places);
        }
    }
}
