using System.Diagnostics;
using System.Globalization;
using System.Text;
using MindDsl.Ir;

namespace MindDsl.Backends;

/// <summary>Times of kernels, the longest first.</summary>
/// <param name="Elapsed">The time of the profile.</param>
/// <param name="InPrograms">Seconds in programs, on the threads that called them.</param>
/// <param name="Runs">How many times a program was run.</param>
/// <param name="Kernels">The kernels that ran.</param>
/// <param name="Limits">What the machine can do.</param>
public sealed record ProfileReport(TimeSpan Elapsed, double InPrograms, long Runs, Seq<KernelTime> Kernels, MachineLimits Limits)
{
    /// <summary>Kernels of equal name and formula as one, with the sums of their times.</summary>
    public ProfileReport Merged() => this with
    {
        Kernels = Kernels.GroupBy(k => (k.Kernel.Name, k.Kernel.Computes, k.Kernel.Schedule, Loops: string.Join(',', k.Kernel.Loops))).Select(same => same.First() with
        {
            Calls = same.Sum(k => k.Calls),
            Total = same.Sum(k => k.Total),
            Least = same.Min(k => k.Least),
        }).OrderByDescending(k => k.Total).ToSeq(),
    };

    /// <summary>Seconds in kernels.</summary>
    public double InKernels => Kernels.Sum(k => k.Total);

    /// <summary>A table: time, part of the whole, calls, mean and least time, speed, part of what the machine could do.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{Milliseconds(Elapsed.TotalSeconds)} ms, {Milliseconds(InPrograms)} in {Runs} runs of programs, {Milliseconds(InKernels)} in kernels\n");
        text.Append(CultureInfo.InvariantCulture, $"limits: {Limits}\n");
        text.Append("  total ms      %    calls     mean µs    least µs   GFLOP/s      GB/s  roof %  kernel\n");
        foreach (var k in Kernels)
        {
            double part = InPrograms > 0 ? 100 * k.Total / InPrograms : 0;
            text.Append(CultureInfo.InvariantCulture,
                $"{1e3 * k.Total,10:F3} {part,6:F1} {k.Calls,8} {1e6 * k.Mean,11:F2} {1e6 * k.Least,11:F2} {k.FlopsPerSecond / 1e9,9:F2} {k.BytesPerSecond / 1e9,9:F2} {100 * k.Roofline,7:F1}  {Described(k.Kernel)}\n");
        }
        return text.ToString();
    }

    /// <summary>Ticks of the clock in seconds.</summary>
    internal static double SecondsOf(long ticks) => ticks / (double)Stopwatch.Frequency;

    private static string Described(KernelPlan k) =>
        $"{k.Name} [{string.Join(" x ", k.Loops)}{(k.Combined.Count == 0 ? "" : $" over {string.Join(" x ", k.Combined)}")}]{(k.Source is null ? "" : $" at {k.Source}")}";

    private static string Milliseconds(double seconds) => (1e3 * seconds).ToString("F3", CultureInfo.InvariantCulture);
}

/// <summary>The time of a kernel, in seconds.</summary>
/// <param name="Kernel">The kernel.</param>
/// <param name="Program">The program that it belongs to.</param>
/// <param name="Calls">How often it ran.</param>
/// <param name="Total">The time of all calls, on the threads that called them.</param>
/// <param name="Least">The shortest time of a call.</param>
public sealed record KernelTime(KernelPlan Kernel, string Program, long Calls, double Total, double Least)
{
    /// <summary>The mean time of a call.</summary>
    public double Mean => Calls == 0 ? 0 : Total / Calls;

    /// <summary>Operations per second, in the mean.</summary>
    public double FlopsPerSecond => Mean > 0 ? Kernel.Operations / Mean : 0;

    /// <summary>Bytes read and written per second, in the mean.</summary>
    public double BytesPerSecond => Mean > 0 ? ((double)Kernel.BytesRead + Kernel.BytesWritten) / Mean : 0;

    /// <summary>The time that a machine at its limits takes for a call, from memory.</summary>
    public double LeastPossible { get; init; }

    /// <summary>What part of the speed that the machine allows was reached; above 1 if the operands were in a cache.</summary>
    public double Roofline => Mean > 0 ? LeastPossible / Mean : 0;
}
