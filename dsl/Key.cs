using MindDsl.Ir;

namespace MindDsl;

/// <summary>
/// The seed of random numbers. The same key always draws the same numbers, on every backend and for any number of threads; for other numbers, split it.
/// </summary>
/// <param name="Seed">Any number.</param>
public readonly record struct Key(ulong Seed)
{
    /// <summary>Independent keys, after which this one should not be used again.</summary>
    public Key[] Split(int count)
    {
        if (count < 0) throw new MindDslException(Diagnostics.ArgumentOutOfRange("split", "count", FormattableString.Invariant($"{count}"), "0 and more"));
        var keys = new Key[count];
        for (int i = 0; i < count; i++) keys[i] = Child(i);
        return keys;
    }

    /// <summary>An independent key for a number such as that of a step; 0 and more.</summary>
    public Key FoldIn(long number) => Child(number);

    /// <summary>The key as a program takes it: a scalar of i64.</summary>
    internal Tensor ToTensor() => Tensor.Of(unchecked((long)Seed));

    private Key Child(long number) => new(unchecked((ulong)Philox.Bits((long)Seed, -1 - number)));
}
