using System.Diagnostics;
using MindDsl.Ir;

namespace MindDsl.Backends;

/// <summary>
/// Times of what runs in a scope: programs, their kernels, and what compiling took. Begun by <c>Mind.Profile()</c>, ended when it is disposed; it can be read at any time, and from any thread.
/// </summary>
/// <remarks>Programs that are called in the scope are compiled with clocks; all others are as if there were no profiles.</remarks>
public sealed class Profile : IDisposable
{
    /// <summary>Events that are kept for the trace; times of kernels are complete with any number.</summary>
    public const int MostEvents = 1 << 20;

    private static readonly AsyncLocal<Profile?> Active = new();

    private readonly Lock _gate = new();
    private readonly Dictionary<ProgramPlan, ProgramTimes> _programs = [];
    private readonly List<TraceEvent> _events = [];
    private readonly Profile? _outer;
    private readonly Action? _end;
    private readonly long _start = Stopwatch.GetTimestamp();
    private long _stop;

    internal Profile(Action? end)
    {
        (_outer, _end) = (Active.Value, end);
        Active.Value = this;
    }

    /// <summary>The profile of this flow of execution; null if there is none.</summary>
    internal static Profile? Current => Active.Value;

    /// <summary>Whether it still takes times.</summary>
    public bool IsActive => _stop == 0;

    /// <summary>The time from the beginning to the end, or to now.</summary>
    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_start, IsActive ? Stopwatch.GetTimestamp() : _stop);

    /// <summary>Ends the scope.</summary>
    public void Dispose()
    {
        if (!IsActive) return;
        _stop = Stopwatch.GetTimestamp();
        Active.Value = _outer;
        _end?.Invoke();
    }

    /// <summary>Times per kernel, the longest first.</summary>
    /// <param name="limits">What the machine can do; measured, once in a process, if it is not given.</param>
    public ProfileReport Report(MachineLimits? limits = null)
    {
        limits ??= MachineLimits.Measured;
        lock (_gate)
        {
            var kernels = _programs.SelectMany(p => p.Value.Kernels(p.Key, limits)).Where(k => k.Calls > 0).OrderByDescending(k => k.Total).ToSeq();
            return new(Elapsed, ProfileReport.SecondsOf(_programs.Values.Sum(p => p.Ticks)), _programs.Values.Sum(p => p.Runs), kernels, limits);
        }
    }

    /// <summary>Writes the events as Chrome trace JSON, which <c>chrome://tracing</c> and Perfetto show.</summary>
    public void WriteTrace(TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(output);
        lock (_gate) ChromeTrace.Write(output, _events, _start);
    }

    /// <summary>Writes the events as Chrome trace JSON to a file.</summary>
    public void WriteTrace(string path)
    {
        using var file = new StreamWriter(path);
        WriteTrace(file);
    }

    /// <summary>The table of <see cref="Report"/>.</summary>
    public override string ToString() => Report().ToString();

    /// <summary>What was noted so far.</summary>
    internal IReadOnlyList<TraceEvent> Events
    {
        get
        {
            lock (_gate) return [.. _events];
        }
    }

    /// <summary>Begins a run of a program.</summary>
    internal KernelTimes Begin(ProgramPlan program) => new(this, program);

    /// <summary>Adds the times of a run.</summary>
    internal void Add(KernelTimes run, long start, long end)
    {
        lock (_gate)
        {
            if (!_programs.TryGetValue(run.Program, out var times)) _programs[run.Program] = times = new(run.Program.Kernels.Count);
            times.Add(run, end - start);
            int room = MostEvents - _events.Count;
            if (room > 0) _events.Add(new(run.Program.Name, "program", Environment.CurrentManagedThreadId, start, end, null));
            _events.AddRange(run.Events.Take(room - 1));
        }
        _outer?.Add(run, start, end);
    }

    /// <summary>Adds the time of something else, such as a pass of the compiler.</summary>
    internal void Add(string what, string category, long start)
    {
        long end = Stopwatch.GetTimestamp();
        lock (_gate) if (_events.Count < MostEvents) _events.Add(new(what, category, Environment.CurrentManagedThreadId, start, end, null));
        _outer?.Add(what, category, start);
    }

    /// <summary>Times of the kernels of a program, over its runs.</summary>
    private sealed class ProgramTimes(int kernels)
    {
        private readonly KernelSum[] _sums = new KernelSum[kernels];

        public long Ticks { get; private set; }

        public long Runs { get; private set; }

        public void Add(KernelTimes run, long ticks)
        {
            (Ticks, Runs) = (Ticks + ticks, Runs + 1);
            for (int k = 0; k < _sums.Length; k++) _sums[k] = _sums[k].With(run.Sums[k]);
        }

        public IEnumerable<KernelTime> Kernels(ProgramPlan program, MachineLimits limits) => program.Kernels.Select((plan, k) =>
            new KernelTime(plan, program.Name, _sums[k].Calls, ProfileReport.SecondsOf(_sums[k].Ticks), ProfileReport.SecondsOf(_sums[k].Least)) { LeastPossible = limits.SecondsOf(plan) });
    }
}

/// <summary>A program whose kernels are timed.</summary>
/// <param name="Name">The name.</param>
/// <param name="Kernels">The kernels.</param>
internal sealed record ProgramPlan(string Name, Seq<KernelPlan> Kernels);

/// <summary>Something that took time on a thread.</summary>
internal readonly record struct TraceEvent(string Name, string Category, int Thread, long Start, long End, KernelPlan? Kernel);

/// <summary>Calls, and the ticks that they took.</summary>
internal readonly record struct KernelSum(long Calls, long Ticks, long Least)
{
    public KernelSum With(KernelSum other) =>
        Calls == 0 ? other : other.Calls == 0 ? this : new(Calls + other.Calls, Ticks + other.Ticks, Math.Min(Least, other.Least));
}

/// <summary>The times of one run.</summary>
internal sealed class KernelTimes(Profile profile, ProgramPlan program)
{
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly Lock _gate = new();

    public ProgramPlan Program => program;

    public KernelSum[] Sums { get; } = new KernelSum[program.Kernels.Count];

    public List<TraceEvent> Events { get; } = [];

    /// <summary>Notes a call of a kernel that ends now.</summary>
    public void Add(int kernel, long start)
    {
        long end = Stopwatch.GetTimestamp();
        Sums[kernel] = Sums[kernel].With(new(1, end - start, end - start));
        AddEvent(kernel, "kernel", start, end);
    }

    /// <summary>Notes what a thread did of a kernel until now.</summary>
    public void AddPart(int kernel, long start) => AddEvent(kernel, "part", start, Stopwatch.GetTimestamp());

    /// <summary>Ends the run.</summary>
    public void End() => profile.Add(this, _start, Stopwatch.GetTimestamp());

    private void AddEvent(int kernel, string category, long start, long end)
    {
        var plan = program.Kernels[kernel];
        lock (_gate) if (Events.Count < Profile.MostEvents) Events.Add(new(plan.Name, category, Environment.CurrentManagedThreadId, start, end, plan));
    }
}
