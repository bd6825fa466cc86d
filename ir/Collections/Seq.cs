using System.Collections;
using System.Runtime.CompilerServices;

namespace MindDsl.Ir;

/// <summary>An immutable list with value equality, so that records which hold lists compare by content.</summary>
[CollectionBuilder(typeof(Seq), nameof(Seq.Create))]
public readonly struct Seq<T> : IReadOnlyList<T>, IEquatable<Seq<T>>
{
    private readonly T[]? _items;

    internal Seq(T[] items) => _items = items;

    /// <summary>The elements as a span, without a copy.</summary>
    public ReadOnlySpan<T> Span => _items;

    /// <inheritdoc/>
    public int Count => _items?.Length ?? 0;

    /// <inheritdoc/>
    public T this[int index] => (_items ?? [])[index];

    /// <summary>Applies a function to each element.</summary>
    public Seq<R> Map<R>(Func<T, R> f)
    {
        if (Count == 0) return [];
        var result = new R[Count];
        for (int i = 0; i < result.Length; i++) result[i] = f(_items![i]);
        return new(result);
    }

    /// <summary>Applies a function to each element and its position.</summary>
    public Seq<R> Map<R>(Func<T, int, R> f)
    {
        if (Count == 0) return [];
        var result = new R[Count];
        for (int i = 0; i < result.Length; i++) result[i] = f(_items![i], i);
        return new(result);
    }

    /// <summary>The elements from <paramref name="start"/> on, <paramref name="count"/> of them.</summary>
    public Seq<T> Slice(int start, int count) => new(Span.Slice(start, count).ToArray());

    /// <summary>This list with one element replaced.</summary>
    public Seq<T> With(int index, T item)
    {
        var copy = Span.ToArray();
        copy[index] = item;
        return new(copy);
    }

    /// <summary>The first place of <paramref name="item"/>, or -1.</summary>
    public int IndexOf(T item) => Array.IndexOf(_items ?? [], item);

    /// <inheritdoc/>
    public bool Equals(Seq<T> other)
    {
        if (ReferenceEquals(_items, other._items)) return true;
        if (Count != other.Count) return false;
        var comparer = EqualityComparer<T>.Default;
        for (int i = 0; i < Count; i++)
            if (!comparer.Equals(_items![i], other._items![i])) return false;
        return true;
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Seq<T> other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var item in Span) hash.Add(item);
        return hash.ToHashCode();
    }

    /// <summary>Equality by content.</summary>
    public static bool operator ==(Seq<T> left, Seq<T> right) => left.Equals(right);

    /// <summary>Inequality by content.</summary>
    public static bool operator !=(Seq<T> left, Seq<T> right) => !left.Equals(right);

    /// <inheritdoc/>
    public IEnumerator<T> GetEnumerator() => ((IEnumerable<T>)(_items ?? [])).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    public override string ToString() => "[" + string.Join(", ", this) + "]";
}

/// <summary>Makes <see cref="Seq{T}"/> values.</summary>
public static class Seq
{
    /// <summary>A list of the given elements; what a collection expression calls.</summary>
    public static Seq<T> Create<T>(ReadOnlySpan<T> items) => items.IsEmpty ? default : new(items.ToArray());

    /// <summary>A list of the elements of a sequence.</summary>
    public static Seq<T> ToSeq<T>(this IEnumerable<T> items) => new([.. items]);

    /// <summary>The numbers from 0 to <paramref name="count"/> - 1.</summary>
    public static Seq<int> Range(int count) => Enumerable.Range(0, count).ToSeq();

    /// <summary><paramref name="count"/> times the same element.</summary>
    public static Seq<T> Repeat<T>(T item, int count) => Enumerable.Repeat(item, count).ToSeq();
}
