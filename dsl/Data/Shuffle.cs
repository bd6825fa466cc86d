namespace MindDsl.Data;

/// <summary>The order in which the examples of an epoch are seen.</summary>
public static class Shuffle
{
    /// <summary>
    /// A permutation of the numbers from 0 to <paramref name="n"/> - 1, each permutation with the same probability. It depends on the
    /// arguments only: it is the same on every machine and in every run, and needs no state to resume in the middle of a training.
    /// </summary>
    /// <param name="n">How many numbers; not negative.</param>
    /// <param name="seed">Chooses the sequence of permutations.</param>
    /// <param name="epoch">Which permutation of that sequence; not negative.</param>
    /// <exception cref="MindDslException">MIND0630: <paramref name="n"/> or <paramref name="epoch"/> is negative.</exception>
    public static int[] Permutation(int n, ulong seed, int epoch)
    {
        if (n < 0) throw new MindDslException(Diagnostics.DataArgument("Shuffle.Permutation", nameof(n), "0 or more", n));
        if (epoch < 0) throw new MindDslException(Diagnostics.DataArgument("Shuffle.Permutation", nameof(epoch), "0 or more", epoch));

        var order = new int[n];
        for (var i = 0; i < n; i++) order[i] = i;

        var random = new RandomSequence(CounterRandom.Stream(seed, (ulong)epoch));
        for (var last = n - 1; last > 0; last--)
        {
            var pick = (int)random.Below((uint)last + 1);
            (order[last], order[pick]) = (order[pick], order[last]);
        }
        return order;
    }
}
