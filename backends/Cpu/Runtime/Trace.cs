using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MindDsl.Backends.Cpu;

/// <summary>A sequence at run time: elements of one size in native memory that grows, or objects.</summary>
internal sealed unsafe class Trace(CallContext? owner = null)
{
    private const int FirstCapacity = 16;

    private long _memory;
    private long _capacityBytes;
    private long _elementBytes;
    private object?[] _objects = [];

    ~Trace() => HostMemory.Free((nint)_memory);

    /// <summary>Bytes that the trace holds.</summary>
    public long Bytes => _capacityBytes + 8L * _objects.Length;

    /// <summary>Where the owning context keeps the trace.</summary>
    public int Place { get; set; }

    /// <summary>The number of elements.</summary>
    public long Count;

    /// <summary>Empties the trace for elements of a size.</summary>
    public void Reset(long elementBytes)
    {
        Count = 0;
        _elementBytes = elementBytes;
    }

    /// <summary>Sets the number of elements; they are not initialised.</summary>
    public void Resize(long count)
    {
        Count = Math.Max(count, 0);
        if (Count * _elementBytes > _capacityBytes) Grow();
        if (_elementBytes != 0 || Count <= _objects.Length) return;
        owner?.RequireMemory(8 * Count);
        Array.Resize(ref _objects, (int)Count);
    }

    /// <summary>Makes room for one more element and gives its address.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long Append()
    {
        long at = Count++ * _elementBytes;
        if (at + _elementBytes > _capacityBytes) Grow();
        return _memory + at;
    }

    /// <summary>The address of an element.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long Address(long index) => _memory + index * _elementBytes;

    /// <summary>Appends an object.</summary>
    public void AppendObject(object? value)
    {
        if (Count == _objects.Length)
        {
            owner?.RequireMemory(16L * _objects.Length);
            Array.Resize(ref _objects, Math.Max(FirstCapacity, 2 * _objects.Length));
        }
        _objects[Count++] = value;
    }

    /// <summary>An object.</summary>
    public object? GetObject(long index) => _objects[index];

    /// <summary>Puts an object.</summary>
    public void SetObject(long index, object? value) => _objects[index] = value;

    /// <summary>Drops references to objects.</summary>
    public void DropObjects() => Array.Clear(_objects);

    private void Grow()
    {
        long bytes = Math.Max(Math.Max(2 * _capacityBytes, Count * _elementBytes), FirstCapacity * 64);
        owner?.RequireMemory(bytes);
        long fresh = HostMemory.Allocate(bytes);
        if (_memory != 0) Buffer.MemoryCopy((void*)_memory, (void*)fresh, bytes, _capacityBytes);
        HostMemory.Free((nint)_memory);
        (_memory, _capacityBytes) = (fresh, bytes);
    }
}
