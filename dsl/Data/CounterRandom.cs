namespace MindDsl.Data;

/// <summary>
/// A counter-based generator: the number at a position is a function of the key and the position alone, so that parts of a sequence can
/// be made in any order and on any machine. The function is the output step of SplitMix64 (Steele, Lea and Flood, 2014).
/// </summary>
internal readonly struct CounterRandom(ulong key)
{
    private const ulong Step = 0x9E3779B97F4A7C15;

    /// <summary>The generator of a stream of its own within a seed: an epoch, or one image among many.</summary>
    public static CounterRandom Stream(ulong seed, ulong stream) => new(Mix(seed + Step) ^ Mix(~stream));

    /// <summary>The number at a position.</summary>
    public ulong At(ulong position) => Mix(key + (position + 1) * Step);

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}

/// <summary>Takes the numbers of a <see cref="CounterRandom"/> one after the other.</summary>
internal sealed class RandomSequence(CounterRandom random)
{
    private const double Ulp = 1.0 / (1ul << 53);
    private const double SqrtOf3 = 1.7320508075688772;

    private ulong position;

    /// <summary>The next number, all 64 bits.</summary>
    public ulong Next() => random.At(position++);

    /// <summary>A number below a bound, each with the same probability (Lemire: the few biased products are drawn again).</summary>
    public uint Below(uint bound)
    {
        while (true)
        {
            var product = (Next() >> 32) * bound;
            var low = (uint)product;
            if (low >= bound || low >= unchecked(0u - bound) % bound) return (uint)(product >> 32);
        }
    }

    /// <summary>A number from 0 up to, but not including, 1.</summary>
    public double Unit() => (Next() >> 11) * Ulp;

    /// <summary>A number between two others.</summary>
    public double Between(double low, double high) => low + (high - low) * Unit();

    /// <summary>
    /// A number around 0 with the standard deviation 1: a sum of four uniform ones, which needs no function that platforms round apart.
    /// </summary>
    public double Bell() => (Unit() + Unit() + Unit() + Unit() - 2) * SqrtOf3;
}
