using MindDsl.Ir;

namespace MindDsl.Backends.Cpu;

/// <summary>A union at run time: the case, its scalars as bits, and its tensors, sequences and unions as objects.</summary>
internal sealed class UnionValue(int @case, int scalars, int objects)
{
    private readonly long[] _bits = scalars == 0 ? [] : new long[scalars];
    private readonly object?[] _objects = objects == 0 ? [] : new object?[objects];

    /// <summary>The number of the case.</summary>
    public readonly int Case = @case;

    /// <summary>The bits of a scalar.</summary>
    public long GetBits(int slot) => _bits[slot];

    /// <summary>Puts the bits of a scalar.</summary>
    public void SetBits(int slot, long bits) => _bits[slot] = bits;

    /// <summary>An object.</summary>
    public object? GetObject(int slot) => _objects[slot];

    /// <summary>Puts an object.</summary>
    public void SetObject(int slot, object? value) => _objects[slot] = value;

    /// <summary>Puts a copy of a tensor.</summary>
    public unsafe void SetTensor(int slot, long address, long bytes)
    {
        var buffer = TensorBuffer.Allocate(DType.Bool, bytes);
        Buffer.MemoryCopy((void*)address, (void*)buffer.Address, bytes, bytes);
        _objects[slot] = buffer;
    }

    /// <summary>The address of a tensor; good as long as this object is alive.</summary>
    public long GetTensor(int slot) => ((TensorBuffer)_objects[slot]!).Address;
}
