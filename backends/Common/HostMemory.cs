using System.Runtime.InteropServices;

namespace MindDsl.Backends;

/// <summary>
/// Native memory of the host. Blocks of some megabytes lie on pages of two megabytes where the system has such pages (Linux: transparent huge pages): loops that go through them miss fewer translations of
/// addresses, and memory that is touched for the first time costs fewer interrupts.
/// </summary>
internal static unsafe partial class HostMemory
{
    /// <summary>What addresses are a multiple of.</summary>
    public const int Alignment = 64;

    private const nuint HugePage = 2 << 20;
    private const int AdviseHugePages = 14;

    private static bool s_canAdvise = OperatingSystem.IsLinux();

    /// <summary>Some bytes that are not set, at least.</summary>
    public static nint Allocate(long bytes)
    {
        if ((nuint)bytes < HugePage) return (nint)NativeMemory.AlignedAlloc((nuint)bytes, Alignment);
        void* memory = NativeMemory.AlignedAlloc((nuint)bytes, HugePage);
        if (s_canAdvise) Advise(memory, (nuint)bytes);
        return (nint)memory;
    }

    /// <summary>Gives memory back to the system; nothing for address 0.</summary>
    public static void Free(nint address) => NativeMemory.AlignedFree((void*)address);

    /// <summary>Asks for large pages; a system that refuses has small ones, which are as good but for the time.</summary>
    private static void Advise(void* memory, nuint bytes)
    {
        try
        {
            _ = MAdvise(memory, bytes / HugePage * HugePage, AdviseHugePages);
        }
        catch (Exception unknown) when (unknown is DllNotFoundException or EntryPointNotFoundException)
        {
            s_canAdvise = false;
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int MAdvise(void* memory, nuint bytes, int advice);
}
