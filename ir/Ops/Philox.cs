namespace MindDsl.Ir;

/// <summary>The counter-based random number generator Philox 4x32-10: equal keys and counters give equal bits everywhere.</summary>
/// <remarks>J. Salmon, M. Moraes, R. Dror, D. Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011, section 3.3.</remarks>
public static class Philox
{
    private const int Rounds = 10;
    private const uint Multiplier0 = 0xD2511F53;
    private const uint Multiplier1 = 0xCD9E8D57;
    private const uint GoldenRatio = 0x9E3779B9;
    private const uint RootOfThree = 0xBB67AE85;

    /// <summary>The first 64 bits of the block of a 64-bit key and the 128-bit counter (<paramref name="counter"/>, 0), least significant word first.</summary>
    public static long Bits(long key, long counter)
    {
        var (x0, x1, _, _) = Block((uint)counter, (uint)(counter >> 32), 0, 0, (uint)key, (uint)(key >> 32));
        return (long)(x0 | (ulong)x1 << 32);
    }

    /// <summary>The 128 bits of a counter and a key, all of them words with the least significant first.</summary>
    public static (uint X0, uint X1, uint X2, uint X3) Block(uint c0, uint c1, uint c2, uint c3, uint k0, uint k1)
    {
        for (int round = 0; round < Rounds; round++)
        {
            ulong p0 = (ulong)Multiplier0 * c0;
            ulong p1 = (ulong)Multiplier1 * c2;
            (c0, c1, c2, c3) = ((uint)(p1 >> 32) ^ c1 ^ k0, (uint)p1, (uint)(p0 >> 32) ^ c3 ^ k1, (uint)p0);
            k0 += GoldenRatio;
            k1 += RootOfThree;
        }
        return (c0, c1, c2, c3);
    }
}
