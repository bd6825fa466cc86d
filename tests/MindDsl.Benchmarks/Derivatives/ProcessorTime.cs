using System.Diagnostics;
using System.Runtime.InteropServices;

namespace MindDsl.Benchmarks.Derivatives;

/// <summary>Times of one thread: what the processor worked for it, where the system tells that, so that others on the machine disturb little.</summary>
internal static partial class ProcessorTime
{
    private const int ThreadClock = 3;
    private const int CallsBefore = 40, CompilerDelay = 300;

    /// <summary>The least time of a call in microseconds, and what a call allocates, after warming up.</summary>
    public static (double Microseconds, long Bytes) Of(Action action)
    {
        // The runtime compiles a method for speed after some thirty calls, and in the background.
        for (int i = 0; i < CallsBefore; i++) action();
        Thread.Sleep(CompilerDelay);
        for (int i = 0; i < 3; i++) action();
        double least = double.PositiveInfinity, total = 0;
        int runs = 0;
        long bytes = GC.GetAllocatedBytesForCurrentThread();
        for (; runs < 5 || (total < 0.4e6 && runs < 100_000); runs++)
        {
            double from = Now();
            action();
            double taken = Now() - from;
            least = Math.Min(least, taken);
            total += taken;
        }
        return (least, (GC.GetAllocatedBytesForCurrentThread() - bytes) / runs);
    }

    private static double Now()
    {
        if (!OperatingSystem.IsLinux() || Read(ThreadClock, out var time) != 0) return Stopwatch.GetElapsedTime(0).TotalMicroseconds;
        return time.Seconds * 1e6 + time.Nanoseconds / 1e3;
    }

    private readonly record struct Time(long Seconds, long Nanoseconds);

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int Read(int clock, out Time time);
}
