namespace MindDsl.Backends.Cpu;

/// <summary>What stays in the first-level cache.</summary>
internal static class Locality
{
    /// <summary>Bytes of the first-level cache that a panel may take.</summary>
    private const long Cache = 24 * 1024;

    /// <summary>How much of the depth is looked at.</summary>
    private const int MostDepth = 256;

    private const int CacheLine = 64, CacheSets = 64, CacheWays = 6, Page = 4096, Pages = 48;

    /// <summary>True if what a panel reads over the depth stays in the first-level cache and its pages in the buffer of translations. Offsets are in bytes.</summary>
    public static bool IsNear(ReadOnlySpan<long> panel, long[] depth)
    {
        var (seen, pages, sets) = (new HashSet<long>(), new HashSet<long>(), new int[CacheSets]);
        foreach (long k in depth.AsSpan(0, Math.Min(depth.Length, MostDepth)))
            foreach (long line in panel)
            {
                long place = line + k;
                if (!seen.Add(place / CacheLine)) continue;
                pages.Add(place / Page);
                if (++sets[(place / CacheLine) & (CacheSets - 1)] > CacheWays) return false;
            }
        return pages.Count <= Pages && seen.Count * CacheLine <= Cache;
    }
}
