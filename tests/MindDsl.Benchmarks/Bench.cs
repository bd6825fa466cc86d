using System.Diagnostics;

namespace MindDsl.Benchmarks;

/// <summary>Measures workloads: each is prepared, run a few times, then run until the time is up; one JSON line each.</summary>
internal sealed class Bench(int threads, double seconds, string only, bool list, bool profile = false, string trace = "")
{
    private const int WarmUp = 5;

    /// <summary>Measures one workload.</summary>
    public void Measure(string name, Func<Action> prepare)
    {
        if (!name.Contains(only, StringComparison.Ordinal)) return;
        if (list)
        {
            Console.WriteLine(name);
            return;
        }
        var step = prepare();
        if (profile)
        {
            Profiled(name, step);
            return;
        }
        for (int i = 0; i < WarmUp; i++) step();
        var times = new List<double>();
        var total = Stopwatch.StartNew();
        while (total.Elapsed.TotalSeconds < seconds || times.Count < WarmUp)
        {
            long from = Stopwatch.GetTimestamp();
            step();
            times.Add(Stopwatch.GetElapsedTime(from).TotalMilliseconds);
        }
        times.Sort();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{{\"name\":\"{name}\",\"threads\":{threads},\"median_ms\":{times[times.Count / 2]:R},\"min_ms\":{times[0]:R},\"runs\":{times.Count}}}"));
    }

    /// <summary>Prints the times of the kernels of a workload; writes the events to a file, if one is named.</summary>
    private void Profiled(string name, Action step)
    {
        using (Mind.Profile())
            for (int i = 0; i < WarmUp; i++) step();
        using var times = Mind.Profile();
        var total = Stopwatch.StartNew();
        do step();
        while (total.Elapsed.TotalSeconds < seconds);
        times.Dispose();
        Console.WriteLine(name);
        Console.WriteLine(times.Report().Merged());
        if (trace.Length > 0) times.WriteTrace(trace);
    }
}
