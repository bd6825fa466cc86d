using System.Runtime.InteropServices;

namespace MindDsl.Backends.Cpu;

/// <summary>Memory of a thread for what a method makes and reads itself; it lives as long as the thread's process.</summary>
internal static unsafe class Scratch
{
    [ThreadStatic]
    private static nint t_memory;

    [ThreadStatic]
    private static long t_bytes;

    /// <summary>The address of some bytes at least, a multiple of 64.</summary>
    public static long Memory(long bytes)
    {
        if (t_bytes >= bytes) return t_memory;
        HostMemory.Free(t_memory);
        t_bytes = bytes * 3 / 2;
        return t_memory = HostMemory.Allocate(t_bytes);
    }
}
