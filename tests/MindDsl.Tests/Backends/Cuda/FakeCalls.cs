using MindDsl.Backends.Cuda.Native;

namespace MindDsl.Tests.Backends.Cuda;

/// <summary>Writes down the calls of libraries, counts what is alive, and lets a chosen call fail.</summary>
internal sealed class FakeCalls
{
    private readonly Dictionary<(string Kind, long Handle), long> _live = [];
    private long _next = 1000;

    /// <summary>The entry points that were called, in order, with what matters of their arguments.</summary>
    public List<string> Log { get; } = [];

    /// <summary>Which call fails, counted from 0, and with which status.</summary>
    public (int Call, int Status)? Failure { get; set; }

    /// <summary>The name of the call that failed.</summary>
    public string? Failed { get; private set; }

    /// <summary>What was made and not ended, by kind.</summary>
    public IEnumerable<string> Live => _live.Keys.Select(k => k.Kind);

    /// <summary>The names of the calls, without arguments.</summary>
    public IEnumerable<string> Names => Log.Select(c => c.Split('(')[0]);

    /// <summary>Takes note of a call, and gives the status it is to have.</summary>
    public int Note(string call)
    {
        Log.Add(call);
        if (Failure is not var (n, status) || n != Log.Count - 1) return 0;
        Failed = call.Split('(')[0];
        return status;
    }

    /// <summary>A new handle.</summary>
    public nint Make(string kind)
    {
        _next += 16;
        _live.Add((kind, _next), 0);
        return (nint)_next;
    }

    /// <summary>Takes note of something whose handle is given, which may be shared.</summary>
    public void Made(string kind, long handle) => _live[(kind, handle)] = _live.GetValueOrDefault((kind, handle)) + 1;

    /// <summary>Ends something; it has to be alive.</summary>
    public void End(string kind, long handle)
    {
        if (!_live.TryGetValue((kind, handle), out long count)) throw new InvalidOperationException($"{kind} {handle} is not alive");
        if (count > 1) _live[(kind, handle)] = count - 1;
        else _live.Remove((kind, handle));
    }

    /// <summary>Something that is used has to be alive.</summary>
    public void Need(string kind, long handle)
    {
        if (!_live.ContainsKey((kind, handle))) throw new InvalidOperationException($"{kind} {handle} is not alive");
    }
}
