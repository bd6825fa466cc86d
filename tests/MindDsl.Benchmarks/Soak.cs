using System.Diagnostics;

namespace MindDsl.Benchmarks;

/// <summary>Many steps of training, and what grows: nothing should.</summary>
internal static class Soak
{
    private const int Lines = 10;

    /// <summary>The working set moves by what the system and the collector do.</summary>
    private const long Slack = 16 << 20;

    public static int Run(string name, long steps)
    {
        var (found, prepare) = PeerWorkloads.Training().First(w => w.Name.Contains(name, StringComparison.Ordinal));
        var step = prepare();
        for (int i = 0; i < 1000; i++) step();
        Console.WriteLine($"{found}, {steps.ToString(CultureInfo.InvariantCulture)} steps");
        Console.WriteLine("      steps   µs/step  allocated B/step   heap KiB  working set KiB  collections");
        var first = Measure(0, 0, 0);
        var last = first;
        for (int line = 1; line <= Lines; line++)
        {
            long count = steps * line / Lines - steps * (line - 1) / Lines;
            long allocated = GC.GetAllocatedBytesForCurrentThread(), start = Stopwatch.GetTimestamp();
            for (long i = 0; i < count; i++) step();
            var time = Stopwatch.GetElapsedTime(start);
            last = Measure(steps * line / Lines, time.TotalMicroseconds / count, (GC.GetAllocatedBytesForCurrentThread() - allocated) / (double)count);
            if (line == 1) first = last;
        }
        bool grew = last.Heap > first.Heap + Slack / 16 || last.WorkingSet > first.WorkingSet + Slack;
        Console.WriteLine(grew ? "something grew" : "nothing grew");
        return grew ? 1 : 0;
    }

    private static (long Heap, long WorkingSet) Measure(long steps, double time, double allocated)
    {
        long heap = GC.GetTotalMemory(forceFullCollection: true);
        using var process = Process.GetCurrentProcess();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{steps,11} {time,9:F2} {allocated,17:F3} {heap >> 10,10} {process.WorkingSet64 >> 10,16} {GC.CollectionCount(0),12}"));
        return (heap, process.WorkingSet64);
    }
}
