using System.Diagnostics;
using MindDsl.Backends;
using MindDsl.Ir;

namespace MindDsl.Benchmarks;

/// <summary>Where the time of compiling goes: reading, passes, generating code, and what the just-in-time compiler does.</summary>
internal sealed class CompileClock : IDisposable
{
    private readonly Profile _profile = new(null);
    private readonly Dictionary<string, double> _passes = [];
    private readonly TimeSpan _jit = System.Runtime.JitInfo.GetCompilationTime(currentThread: false);
    private readonly long _methods = System.Runtime.JitInfo.GetCompiledMethodCount(currentThread: false);

    public CompileClock() => Pipeline.Trace = (pass, _, _, time) => _passes[pass.Name] = _passes.GetValueOrDefault(pass.Name) + time.TotalMilliseconds;

    /// <summary>The parts, the longest passes by name.</summary>
    public override string ToString()
    {
        var parts = _profile.Events.Where(e => e.Category == "compile").GroupBy(e => e.Name)
            .Select(g => string.Create(CultureInfo.InvariantCulture, $"{g.Key} {g.Sum(e => Stopwatch.GetElapsedTime(e.Start, e.End).TotalMilliseconds):F0}"));
        var passes = _passes.OrderByDescending(p => p.Value).Take(4).Select(p => string.Create(CultureInfo.InvariantCulture, $"{p.Key} {p.Value:F0}"));
        return string.Create(CultureInfo.InvariantCulture, $"{string.Join(", ", parts)}; passes {string.Join(", ", passes)}")
            + string.Create(CultureInfo.InvariantCulture, $"; JIT {(System.Runtime.JitInfo.GetCompilationTime(currentThread: false) - _jit).TotalMilliseconds:F0} of {System.Runtime.JitInfo.GetCompiledMethodCount(currentThread: false) - _methods} methods");
    }

    public void Dispose()
    {
        Pipeline.Trace = null;
        _profile.Dispose();
    }
}
