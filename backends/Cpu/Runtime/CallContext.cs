using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace MindDsl.Backends.Cpu;

/// <summary>What one call of an executable works in: a stack of arenas, tables of addresses, the traces of loops. Rented from a pool per call.</summary>
internal sealed class CallContext
{
    /// <summary>Slots for values that cross a call of a generated method without being its return value.</summary>
    public const int TransferSlots = 256;

    private const long SmallestChunk = 1 << 16;

    /// <summary>Unions that are kept for the next call.</summary>
    private const int MostUnions = 1 << 17;

    private readonly List<(long Start, long End)> _chunks = [];
    private readonly List<Trace> _traces = [];
    private readonly List<UnionValue> _unions = [];
    private int _chunk = -1;
    private int _rented;
    private long _top;
    private long _limit;

    public CallContext(int arguments, int results)
    {
        Arguments = HostMemory.Allocate(8 * (arguments + results + TransferSlots + 8));
        Results = Arguments + 8 * arguments;
        Transfer = Results + 8 * results;
    }

    ~CallContext()
    {
        HostMemory.Free((nint)Arguments);
        foreach (var (start, _) in _chunks) HostMemory.Free((nint)start);
    }

    /// <summary>The addresses of the arguments.</summary>
    public readonly long Arguments;

    /// <summary>The addresses of the results.</summary>
    public readonly long Results;

    /// <summary>Scalars on their way between methods.</summary>
    public readonly long Transfer;

    /// <summary>Sequences and unions on their way between methods.</summary>
    public readonly object?[] TransferObjects = new object?[TransferSlots];

    /// <summary>What takes the times of this run's kernels; null if nothing does.</summary>
    public KernelTimes? Times { get; set; }

    /// <summary>Begins a kernel; gives the time.</summary>
    public long BeginKernel(int kernel)
    {
        if (Times is null) return 0;
        WorkSplitter.Observe(Times, kernel);
        return Stopwatch.GetTimestamp();
    }

    /// <summary>Ends a kernel that began at some time.</summary>
    public void EndKernel(int kernel, long start)
    {
        if (Times is null) return;
        Times.Add(kernel, start);
        WorkSplitter.Observe(null, 0);
    }

    /// <summary>What counts the steps of this run; null if nothing does.</summary>
    public Meter? Meter { get; set; }

    /// <summary>Counts steps.</summary>
    public void Spend(long steps) => Meter!.Spend(steps);

    /// <summary>Refuses memory beyond the bound of this run.</summary>
    public void RequireMemory(long more) => Meter?.RequireMemory(ArenaBytes + TraceBytes + more);

    /// <summary>Bytes of arenas that this context holds.</summary>
    public long ArenaBytes => _chunks.Sum(c => c.End - c.Start);

    /// <summary>Bytes that traces hold.</summary>
    public long TraceBytes => _traces.Sum(t => t.Bytes);

    /// <summary>Takes memory for an activation of a function; a multiple of 64 bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long Enter(long bytes)
    {
        long start = _top;
        if (_limit - start < bytes) return EnterNextChunk(bytes);
        _top = start + bytes;
        return start;
    }

    /// <summary>Gives back the memory of the latest activation.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Leave(long start)
    {
        if (start >= _chunks[_chunk].Start && start < _limit) _top = start;
        else LeaveChunk(start);
    }

    private long EnterNextChunk(long bytes)
    {
        // What is left of the chunk stays unused until the activations above return.
        while (true)
        {
            _chunk++;
            if (_chunk == _chunks.Count)
            {
                long size = Math.Max(SmallestChunk << Math.Min(_chunk, 10), (bytes + 63) / 64 * 64);
                RequireMemory(size);
                long fresh = HostMemory.Allocate(size);
                _chunks.Add((fresh, fresh + size));
            }
            var (start, end) = _chunks[_chunk];
            (_top, _limit) = (start, end);
            if (end - start < bytes) continue;
            _top = start + bytes;
            return start;
        }
    }

    private void LeaveChunk(long start)
    {
        do _chunk--;
        while (_chunk >= 0 && !(start >= _chunks[_chunk].Start && start <= _chunks[_chunk].End));
        (_top, _limit) = _chunk < 0 ? (0, 0) : (start, _chunks[_chunk].End);
    }

    /// <summary>An empty trace, good until it is returned or the call ends.</summary>
    public Trace RentTrace(long elementBytes)
    {
        if (_rented == _traces.Count) _traces.Add(new(this));
        var trace = _traces[_rented];
        trace.Place = _rented++;
        trace.Reset(elementBytes);
        return trace;
    }

    /// <summary>Gives back a trace that nothing reads any more.</summary>
    public void ReturnTrace(Trace trace)
    {
        if (trace.Place >= _rented) return;
        var last = _traces[--_rented];
        (_traces[trace.Place], _traces[_rented]) = (last, trace);
        (last.Place, trace.Place) = (trace.Place, _rented);
    }

    /// <summary>Unions in use; to set it gives back those rented since it had that value.</summary>
    public int Unions;

    /// <summary>A union with room for its fields, good until it is given back or the call ends.</summary>
    public UnionValue RentUnion(int @case, int words, int objects)
    {
        if (Unions == _unions.Count) _unions.Add(new());
        var union = _unions[Unions++];
        union.Begin(@case, words, objects);
        return union;
    }

    /// <summary>Makes the context ready for the next call.</summary>
    public void Reset()
    {
        Unions = 0;
        if (_unions.Count > MostUnions) _unions.Clear();
        _rented = 0;
        _chunk = _chunks.Count > 0 ? 0 : -1;
        (_top, _limit) = _chunks.Count > 0 ? _chunks[0] : (0, 0);
    }

    /// <summary>Drops references to what the call left behind.</summary>
    public void DropObjects()
    {
        Array.Clear(TransferObjects);
        foreach (var trace in _traces) trace.DropObjects();
    }
}
