using MindDsl.Ir;

namespace MindDsl.Backends.Devices;

/// <summary>What one run of a program works in: memory of the device, and registers and objects of the host.</summary>
internal sealed unsafe class DeviceRun : IDisposable
{
    /// <summary>The first bytes of the memory: what went wrong, and the condition that is read next.</summary>
    public const int HeaderBytes = 64;

    /// <summary>Where a condition is put to be read.</summary>
    public const long AnswerOffset = 32;

    private readonly List<DeviceBlock> _blocks = [];
    private readonly Dictionary<long, Stack<DeviceBlock>> _free = [];
    private readonly long[] _header = new long[HeaderBytes / sizeof(long)];

    public DeviceRun(IDeviceQueue queue, long bytes, int registers, int slots)
    {
        Queue = queue;
        Registers = new long[registers];
        Kept = new object?[slots];
        Memory = queue.Allocate(Math.Max(bytes, HeaderBytes));
    }

    public IDeviceQueue Queue { get; }

    public nint Memory { get; }

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
        fixed (long* header = _header) Queue.Read(Memory, 0, (nint)header, HeaderBytes);
        int code = (int)(_header[0] >> 32);
        if (code != 0)
            throw new MindDslException(code == 301 ? Diagnostics.DividedByZero() : Diagnostics.IndexOutOfRange(_header[2], (int)_header[1], _header[3]));
        return _header[AnswerOffset / sizeof(long)];
    }

    /// <summary>Memory besides that of the program, until the end of the run.</summary>
    public DeviceBlock Rent(long bytes)
    {
        long size = (long)System.Numerics.BitOperations.RoundUpToPowerOf2((ulong)Math.Max(bytes, HeaderBytes));
        if (_free.TryGetValue(size, out var free) && free.TryPop(out var block)) return block;
        block = new(Queue.Allocate(size), size);
        _blocks.Add(block);
        return block;
    }

    /// <summary>Takes memory back.</summary>
    public void Return(DeviceBlock block)
    {
        if (!_free.TryGetValue(block.Bytes, out var free)) _free[block.Bytes] = free = new();
        free.Push(block);
    }

    /// <summary>Takes back all memory that was rented.</summary>
    public void ReturnAll()
    {
        Array.Clear(Kept);
        _free.Clear();
        foreach (var block in _blocks) Return(block);
    }

    public void Dispose()
    {
        foreach (var recording in Recordings.Values) recording?.Dispose();
        foreach (var block in _blocks) Queue.Free(block.Memory);
        Queue.Free(Memory);
    }
}

/// <summary>Memory of a device.</summary>
internal sealed record DeviceBlock(nint Memory, long Bytes);

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
