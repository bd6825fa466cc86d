namespace MindDsl.Backends.Loops;

/// <summary>Places of buffers in the arena of a function, first fit; what is freed is used again.</summary>
internal sealed class ArenaPlan
{
    private const long Alignment = 64;
    private readonly SortedList<long, long> _free = [];

    /// <summary>Bytes of the arena.</summary>
    public long Size { get; private set; }

    /// <summary>Takes bytes.</summary>
    public ArenaBuffer Take(long bytes)
    {
        bytes = Math.Max((bytes + Alignment - 1) / Alignment * Alignment, Alignment);
        foreach (var (start, length) in _free)
        {
            if (length < bytes) continue;
            _free.Remove(start);
            if (length > bytes) _free[start + bytes] = length - bytes;
            return new(start, bytes);
        }
        var fresh = new ArenaBuffer(Size, bytes);
        Size += bytes;
        return fresh;
    }

    /// <summary>Gives bytes back.</summary>
    public void Release(ArenaBuffer buffer)
    {
        long start = buffer.Start, length = buffer.Bytes;
        if (_free.Remove(start + length, out long next)) length += next;
        foreach (var (before, size) in _free)
        {
            if (before + size != start) continue;
            _free.Remove(before);
            (start, length) = (before, length + size);
            break;
        }
        _free[start] = length;
    }
}

/// <summary>Bytes of an arena.</summary>
internal readonly record struct ArenaBuffer(long Start, long Bytes);
