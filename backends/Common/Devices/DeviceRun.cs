using MindDsl.Backends.Loops;
using MindDsl.Ir;

namespace MindDsl.Backends.Devices;

/// <summary>What one run of a program works in: memory of the device, and registers and objects of the host.</summary>
internal sealed unsafe class DeviceRun : IDisposable
{
    /// <summary>The first bytes of the memory: what went wrong, and the condition that is read next.</summary>
    public const int HeaderBytes = 64;

    /// <summary>Where a condition is put to be read.</summary>
    public const long AnswerOffset = 32;

    private readonly DevicePool _pool;
    private readonly SourcePlaces _sources;
    private readonly List<DeviceBlock> _blocks = [];
    private readonly long[] _header;

    public DeviceRun(DevicePool pool, EntryPlan plan)
    {
        (_pool, _sources) = (pool, plan.Sources);
        _header = new long[plan.HeaderBytes / sizeof(long)];
        Registers = new long[plan.Registers];
        Kept = new object?[plan.Slots];
        Memory = pool.Allocate(Math.Max(plan.Bytes, plan.HeaderBytes));
    }

    public IDeviceQueue Queue => _pool.Queue;

    public nint Memory { get; }

    /// <summary>What was at the head of the memory when the answer was read: scalar results are among it.</summary>
    public ReadOnlySpan<long> Header => _header;

    public long[] Registers { get; }

    /// <summary>Sequences and unions.</summary>
    public object?[] Kept { get; }

    /// <summary>What was recorded for this memory; null where it will be in the next run.</summary>
    public Dictionary<RecordedStep, IDeviceRecording?> Recordings { get; } = [];

    /// <summary>Says that nothing went wrong yet.</summary>
    public void Reset()
    {
        Array.Clear(_header);
        fixed (long* header = _header) Queue.Write(Memory, 0, (nint)header, HeaderBytes);
    }

    /// <summary>Waits for what was asked for, throws what went wrong, and gives the answer.</summary>
    public long Answer()
    {
        fixed (long* header = _header) Queue.Read(Memory, 0, (nint)header, _header.Length * sizeof(long));
        int code = (int)(_header[0] >> 32);
        if (code != 0)
            throw new MindDslException(code == 301 ? Diagnostics.DividedByZero()
                : Diagnostics.IndexOutOfRange(_header[2], SourcePlaces.AxisOf((int)_header[1]), _header[3]) with { At = _sources[SourcePlaces.PlaceOf((int)_header[1])]?.ToString() });
        return _header[AnswerOffset / sizeof(long)];
    }

    /// <summary>Memory besides that of the program, until the end of the run.</summary>
    public DeviceBlock Rent(long bytes)
    {
        var block = _pool.Rent(bytes);
        _blocks.Add(block);
        return block;
    }

    /// <summary>Gives memory back before the end.</summary>
    public void Return(DeviceBlock block)
    {
        if (_blocks.Remove(block)) _pool.Return(block);
    }

    /// <summary>Ends the run: memory that was rented goes back.</summary>
    public void End()
    {
        Array.Clear(Kept);
        foreach (var block in _blocks) _pool.Return(block);
        _blocks.Clear();
    }

    public void Dispose()
    {
        foreach (var recording in Recordings.Values) recording?.Dispose();
        Queue.Free(Memory);
    }
}

/// <summary>A sequence at run time: elements of one size in memory of the device that grows, or objects.</summary>
internal sealed class DeviceSequence(DeviceRun run, long elementBytes, bool ofTensors)
{
    private DeviceBlock? _block;

    /// <summary>The number of elements.</summary>
    public long Count { get; private set; }

    /// <summary>The elements that are objects.</summary>
    public List<object?> Objects { get; } = [];

    /// <summary>Sets the number of elements; they are not initialised.</summary>
    public void Resize(long count)
    {
        Count = Math.Max(count, 0);
        if (!ofTensors) while (Objects.Count < Count) Objects.Add(null);
        else Reserve(Count);
    }

    /// <summary>Puts an element behind the last one.</summary>
    public void Append(Place from)
    {
        Reserve(Count + 1);
        Put(Count++, from);
    }

    /// <summary>Puts an object behind the last one.</summary>
    public void Append(object? value)
    {
        Objects.Add(value);
        Count++;
    }

    /// <summary>Puts an element.</summary>
    public void Put(long index, Place from)
    {
        if (elementBytes > 0) run.Queue.Copy(_block!.Memory, index * elementBytes, run.Memory, from.Evaluate(run.Registers), elementBytes);
    }

    /// <summary>Copies an element to a place.</summary>
    public void Get(long index, Place to)
    {
        Check(index);
        if (elementBytes > 0) run.Queue.Copy(run.Memory, to.Evaluate(run.Registers), _block!.Memory, index * elementBytes, elementBytes);
    }

    /// <summary>An element that is an object.</summary>
    public object? Get(long index)
    {
        Check(index);
        return Objects[(int)index];
    }

    private void Check(long index)
    {
        if ((ulong)index >= (ulong)Count) throw new MindDslException(Diagnostics.IndexOutOfRange(index, 0, Count));
    }

    private void Reserve(long count)
    {
        long bytes = count * elementBytes;
        if (bytes <= (_block?.Bytes ?? 0)) return;
        var larger = run.Rent(Math.Max(bytes, 2 * (_block?.Bytes ?? 0)));
        if (_block is not null)
        {
            if (Count > 0) run.Queue.Copy(larger.Memory, 0, _block.Memory, 0, Count * elementBytes);
            run.Return(_block);
        }
        _block = larger;
    }
}

/// <summary>A union at run time: its case, and its fields, each in memory of its own or an object.</summary>
internal sealed record DeviceUnion(int Case, object?[] Fields);
