using System.Diagnostics;
using System.Globalization;
using System.Linq.Expressions;
using MindDsl.Ir;

namespace MindDsl.Backends.Cpu;

/// <summary>
/// Where the time of compiled programs goes: with <c>MINDDSL_PROFILE=1</c> the mean and the least time of each step of a program are noted and written to the standard error when the
/// process ends. For programs that run on one thread at a time.
/// </summary>
internal static class Profile
{
    private const int MostShown = 40;
    private static readonly List<string> Names = [];
    private static readonly long[] Ticks = new long[1 << 16];
    private static readonly long[] Least = new long[1 << 16];
    private static readonly long[] Counts = new long[1 << 16];
    private static long s_last;

    static Profile()
    {
        if (IsOn) AppDomain.CurrentDomain.ProcessExit += (_, _) => Write(Console.Error);
    }

    /// <summary>True if programs are compiled with marks.</summary>
    public static bool IsOn { get; } = Environment.GetEnvironmentVariable("MINDDSL_PROFILE") == "1";

    /// <summary>A statement after a step.</summary>
    public static Expression Mark(Let let) => Mark(
        $"{let.Targets[0].Type} = {(let.Expr is Apply apply ? $"{apply.Op.Name}{apply.Op.Notation} ({string.Join(", ", apply.Arguments.Select(a => a.Type))})" : let.Expr.GetType().Name)}");

    /// <summary>A statement after a step.</summary>
    public static Expression Mark(string step)
    {
        lock (Names)
        {
            Names.Add(step);
            return Expression.Call(typeof(Profile), nameof(Add), null, Expression.Constant(Names.Count - 1));
        }
    }

    /// <summary>Adds the time since the mark before.</summary>
    public static void Add(int step)
    {
        long now = Stopwatch.GetTimestamp();
        long ticks = now - s_last;
        Ticks[step] += ticks;
        if (Counts[step] == 0 || ticks < Least[step]) Least[step] = ticks;
        Counts[step]++;
        s_last = now;
    }

    private static void Write(TextWriter output)
    {
        double unit = 1e6 / Stopwatch.Frequency;
        foreach (int k in Enumerable.Range(0, Names.Count).OrderByDescending(k => Least[k] * Counts[k]).Take(MostShown))
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Ticks[k] * unit / Math.Max(Counts[k], 1),10:F1} µs, at least {Least[k] * unit:F1} µs × {Counts[k],-8} {Names[k]}"));
    }
}
