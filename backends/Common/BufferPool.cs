using System.Diagnostics;
using System.Numerics;

namespace MindDsl.Backends;

/// <summary>
/// Memory by classes of size: the owner of what collected tensors leave behind. What was given back last is rented first, as it is most likely in a cache.
/// </summary>
/// <remarks>
/// Tensors are small objects with much memory, so that the runtime would collect them long after their number has outgrown every cache. When a class runs out and some megabytes were rented since,
/// the youngest objects are collected, unless that would take more than a twentieth of the time.
/// </remarks>
internal static class BufferPool
{
    /// <summary>Bytes in circulation that are worth a collection.</summary>
    private const long Circulation = 8 << 20;

    /// <summary>Bytes of one class that are kept.</summary>
    private const long MostKept = 1 << 28;

    /// <summary>Bytes that the runtime is told of.</summary>
    private const long Pressure = 1 << 16;

    /// <summary>Each so many collections one is of objects that survived some, and each square of it one of all.</summary>
    private const int Older = 8;

    private const int Steps = 4, SmallestExponent = 6;

    private static readonly Stack<nint>[] Classes = [.. Enumerable.Range(0, 64 * Steps).Select(_ => new Stack<nint>())];

    private static readonly Lock Collecting = new();
    private static long s_rented, s_collected, s_duration;
    private static int s_collections;
    private static long s_taken;

    /// <summary>How often memory was taken from the system, for tests.</summary>
    public static long Taken => Volatile.Read(ref s_taken);

    /// <summary>Some bytes at least, not set.</summary>
    public static nint Rent(long bytes)
    {
        int c = ClassOf(bytes);
        long size = SizeOf(c);
        var free = Classes[c];
        if (Interlocked.Add(ref s_rented, size) >= Circulation && free.Count <= 1) Collect();
        lock (free) if (free.TryPop(out nint address)) return address;
        Interlocked.Increment(ref s_taken);
        if (size >= Pressure) GC.AddMemoryPressure(size);
        return HostMemory.Allocate(size);
    }

    /// <summary>Gives memory of a tensor of so many bytes back.</summary>
    public static void Return(nint address, long bytes)
    {
        if (address == 0) return;
        int c = ClassOf(bytes);
        long size = SizeOf(c);
        var free = Classes[c];
        lock (free)
        {
            if ((free.Count + 1) * size <= MostKept)
            {
                free.Push(address);
                return;
            }
        }
        HostMemory.Free(address);
        if (size >= Pressure) GC.RemoveMemoryPressure(size);
    }

    /// <summary>Bytes that a class holds: 64, 80, 96, 112, 128, 160 and so on, four steps to the double.</summary>
    internal static long SizeOf(int c) => (Steps + (long)(c % Steps)) << (c / Steps + SmallestExponent - 2);

    /// <summary>The first class that holds so many bytes.</summary>
    internal static int ClassOf(long bytes)
    {
        if (bytes <= 1L << SmallestExponent) return 0;
        int exponent = BitOperations.Log2((ulong)bytes - 1);
        return (exponent - SmallestExponent) * Steps + (int)((bytes - 1) >> (exponent - 2)) - Steps + 1;
    }

    private static void Collect()
    {
        if (!Collecting.TryEnter()) return;
        try
        {
            long start = Stopwatch.GetTimestamp();
            if (start - s_collected < 20 * s_duration) return;
            int number = ++s_collections;
            int generation = number % (Older * Older) == 0 ? 2 : number % Older == 0 ? 1 : 0;
            GC.Collect(generation, GCCollectionMode.Forced, blocking: generation < 2);
            s_collected = Stopwatch.GetTimestamp();
            s_duration = s_collected - start;
            Interlocked.Exchange(ref s_rented, 0);
        }
        finally
        {
            Collecting.Exit();
        }
    }
}
