namespace MindDsl.Backends.Cpu;

/// <summary>What stays in the first-level cache.</summary>
internal static class Locality
{
    /// <summary>How much of the depth is looked at.</summary>
    private const int MostDepth = 256;

    // A panel may take six of eight ways: 24 KiB.
    private const int CacheLine = 64, CacheSets = 64, CacheWays = 6, Page = 4096, Pages = 48;

    /// <summary>True if what a panel reads over the depth stays in the first-level cache and its pages in the buffer of translations. Offsets are in bytes.</summary>
    public static bool IsNear(ReadOnlySpan<long> panel, long[] depth)
    {
        Span<long> lines = stackalloc long[CacheSets * CacheWays], pages = stackalloc long[Pages];
        Span<int> used = stackalloc int[CacheSets];
        used.Clear();
        int touched = 0;
        foreach (long k in depth.AsSpan(0, Math.Min(depth.Length, MostDepth)))
            foreach (long start in panel)
            {
                long line = (start + k) / CacheLine, page = (start + k) / Page;
                int set = (int)(line & (CacheSets - 1));
                if (lines.Slice(set * CacheWays, used[set]).Contains(line)) continue;
                if (used[set] == CacheWays) return false;
                lines[set * CacheWays + used[set]++] = line;
                if (pages[..touched].Contains(page)) continue;
                if (touched == Pages) return false;
                pages[touched++] = page;
            }
        return true;
    }
}
