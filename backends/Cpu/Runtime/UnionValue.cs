using MindDsl.Ir;

namespace MindDsl.Backends.Cpu;

/// <summary>A union at run time: the case; its scalars and small tensors as words; its large tensors, sequences and unions as objects.</summary>
internal sealed class UnionValue
{
    /// <summary>Tensors of up to so many bytes are among the words: a copy costs less than memory of its own.</summary>
    public const long SmallTensor = 1024;

    private long[] _words = [];
    private object?[] _objects = [];

    /// <summary>The number of the case.</summary>
    public int Case;

    /// <summary>A union with room for its fields.</summary>
    public static UnionValue Of(int @case, int words, int objects)
    {
        var union = new UnionValue();
        union.Begin(@case, words, objects);
        return union;
    }

    /// <summary>Makes room for the fields of a case; what was there before is lost.</summary>
    public void Begin(int @case, int words, int objects)
    {
        Case = @case;
        if (_words.Length < words) _words = new long[words];
        if (_objects.Length < objects) _objects = new object?[objects];
    }

    /// <summary>The words that a field takes; 0 if it is an object.</summary>
    public static int WordsOf(IrType type) => type switch
    {
        TensorType { Rank: 0 } => 1,
        TensorType tensor when FunctionEmitter.BytesOf(tensor) <= SmallTensor => (int)((FunctionEmitter.BytesOf(tensor) + 7) / 8),
        _ => 0,
    };

    /// <summary>True if a field is an object.</summary>
    public static bool IsObject(IrType type) => type is not TensorType tensor || (tensor.Rank > 0 && FunctionEmitter.BytesOf(tensor) > SmallTensor);

    /// <summary>The bits of a scalar.</summary>
    public long GetBits(int word) => _words[word];

    /// <summary>Puts the bits of a scalar.</summary>
    public void SetBits(int word, long bits) => _words[word] = bits;

    /// <summary>Puts a copy of a small tensor.</summary>
    public unsafe void SetWords(int word, long address, long bytes)
    {
        fixed (long* words = &_words[word]) Buffer.MemoryCopy((void*)address, words, bytes, bytes);
    }

    /// <summary>Copies a small tensor to an address.</summary>
    public unsafe void GetWords(int word, long address, long bytes)
    {
        fixed (long* words = &_words[word]) Buffer.MemoryCopy(words, (void*)address, bytes, bytes);
    }

    /// <summary>An object.</summary>
    public object? GetObject(int slot) => _objects[slot];

    /// <summary>Puts an object.</summary>
    public void SetObject(int slot, object? value) => _objects[slot] = value;

    /// <summary>Puts a copy of a large tensor.</summary>
    public unsafe void SetTensor(int slot, long address, long bytes)
    {
        if (_objects[slot] is not TensorBuffer buffer || buffer.ByteCount != bytes) _objects[slot] = buffer = TensorBuffer.Allocate(DType.Bool, bytes);
        Buffer.MemoryCopy((void*)address, (void*)buffer.Address, bytes, bytes);
    }

    /// <summary>The address of a large tensor; good as long as this object is alive.</summary>
    public long GetTensor(int slot) => ((TensorBuffer)_objects[slot]!).Address;
}
