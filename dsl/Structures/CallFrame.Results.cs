using System.Runtime.InteropServices;
using MindDsl.Backends;
using MindDsl.Backends.Devices;
using MindDsl.Ir;

namespace MindDsl.Structures;

/// <content>The results of a call.</content>
internal sealed unsafe partial class CallFrame
{
    private nint[] _results = new nint[16];
    private object?[] _resultOwners = new object?[16];
    private int _nextResult;
    private int _nextLeaf;
    private int _nextLength;
    private ResultStructure _structure = ResultStructure.Empty;

    /// <summary>Takes memory for the results.</summary>
    public void BeginResults(Seq<TensorType> types, ResultStructure structure) => BeginResults(types, structure, []);

    /// <summary>Takes memory for the results, for some that of tensors, which they become, or of buffers.</summary>
    public void BeginResults(Seq<TensorType> types, ResultStructure structure, ReadOnlySpan<object?> reused)
    {
        _structure = structure;
        if (_results.Length < types.Count)
        {
            _results = new nint[types.Count * 2];
            _resultOwners = new object?[types.Count * 2];
        }
        for (int i = 0; i < types.Count; i++)
        {
            var type = types[i];
            if (type.Rank == 0 && structure.IsNumber[i])
            {
                _results[i] = Number();
                continue;
            }
            object owner = i < reused.Length && reused[i] is { } given ? given : structure.Allocate(i);
            (_results[i], _resultOwners[i]) = (BufferOf(owner)!.HostAddress, owner);
        }
        _nextResult = types.Count;
    }

    private TensorBuffer?[] _buffers = [];

    /// <summary>Runs a program on the leaves; arguments and results of a device may stay there.</summary>
    public void Run(IExecutable executable)
    {
        if (executable is not IResidentExecutable resident)
        {
            executable.Run(Addresses, Results);
            return;
        }
        if (_buffers.Length < _count + _nextResult) _buffers = new TensorBuffer?[2 * (_count + _nextResult)];
        for (int i = 0; i < _count; i++) _buffers[i] = BufferOf(_owners[i]);
        for (int i = 0; i < _nextResult; i++) _buffers[_count + i] = BufferOf(_resultOwners[i]);
        resident.Run(_addresses.AsSpan(0, _count), Results, _buffers.AsSpan(0, _count), _buffers.AsSpan(_count, _nextResult));
    }

    private static TensorBuffer? BufferOf(object? owner) => (owner as Tensor)?.Memory ?? owner as TensorBuffer;

    /// <summary>Where the results are to be put.</summary>
    public ReadOnlySpan<nint> Results => _results.AsSpan(0, _nextResult);

    /// <summary>The next leaf of the result as a number.</summary>
    public double NextDouble() => NextAddress() is var a and not 0 ? *(double*)a : 0;

    /// <summary>The next leaf of the result as a number.</summary>
    public float NextFloat() => NextAddress() is var a and not 0 ? *(float*)a : 0;

    /// <summary>The next leaf of the result as a number.</summary>
    public int NextInt() => NextAddress() is var a and not 0 ? *(int*)a : 0;

    /// <summary>The next leaf of the result as a number.</summary>
    public long NextLong() => NextAddress() is var a and not 0 ? *(long*)a : 0;

    /// <summary>The next leaf of the result as a number.</summary>
    public byte NextByte() => NextAddress() is var a and not 0 ? *(byte*)a : (byte)0;

    /// <summary>The next leaf of the result as a number.</summary>
    public Half NextHalf() => NextAddress() is var a and not 0 ? *(Half*)a : default;

    /// <summary>The next leaf of the result as a number.</summary>
    public BFloat16 NextBFloat16() => NextAddress() is var a and not 0 ? *(BFloat16*)a : default;

    /// <summary>The next leaf of the result as a key.</summary>
    public Key NextKey() => new(unchecked((ulong)NextLong()));

    /// <summary>The next leaf of the result as a truth value.</summary>
    public bool NextBool() => NextAddress() is var a and not 0 && *(byte*)a != 0;

    /// <summary>The next leaf of the result as a tensor.</summary>
    public Tensor NextTensor() => _structure.Leaves[_nextLeaf++] is var result and >= 0
        ? _resultOwners[result] as Tensor ?? new Tensor((TensorBuffer)_resultOwners[result]!)
        : null!;

    /// <summary>The next leaf of the result as an array of one axis.</summary>
    public T[] NextArray<T>() where T : unmanaged
    {
        if (NextBuffer() is not { } buffer) return null!;
        var array = buffer.Span<T>().ToArray();
        GC.KeepAlive(buffer);
        return array;
    }

    /// <summary>The next leaf of the result as an array of two axes.</summary>
    public T[,] NextMatrix<T>() where T : unmanaged
    {
        if (NextBuffer() is not { } buffer) return null!;
        var array = new T[buffer.Lengths[0], buffer.Lengths[1]];
        buffer.Span<T>().CopyTo(MemoryMarshal.CreateSpan(ref System.Runtime.CompilerServices.Unsafe.As<byte, T>(ref MemoryMarshal.GetArrayDataReference(array)), array.Length));
        GC.KeepAlive(buffer);
        return array;
    }

    /// <summary>The next leaf of the result as an array of three axes or more.</summary>
    public System.Array NextAxes<T>() where T : unmanaged
    {
        if (NextBuffer() is not { } buffer) return null!;
        var array = System.Array.CreateInstance(typeof(T), [.. buffer.Lengths]);
        buffer.Span<T>().CopyTo(MemoryMarshal.CreateSpan(ref System.Runtime.CompilerServices.Unsafe.As<byte, T>(ref MemoryMarshal.GetArrayDataReference(array)), array.Length));
        GC.KeepAlive(buffer);
        return array;
    }

    /// <summary>The next leaf of the result as rows.</summary>
    public T[][] NextRows<T>() where T : unmanaged
    {
        if (NextBuffer() is not { } buffer) return null!;
        int width = (int)buffer.Lengths[1];
        var rows = new T[buffer.Lengths[0]][];
        for (int i = 0; i < rows.Length; i++) rows[i] = buffer.Span<T>().Slice(i * width, width).ToArray();
        GC.KeepAlive(buffer);
        return rows;
    }

    /// <summary>The length of the next list of the result.</summary>
    public int NextLength() => _structure.Lengths[_nextLength++];

    /// <summary>How many leaves and lists of the result were read; set to pass over some.</summary>
    public (int Leaves, int Lists) ResultPosition
    {
        get => (_nextLeaf, _nextLength);
        set => (_nextLeaf, _nextLength) = value;
    }

    private nint NextAddress() => _structure.Leaves[_nextLeaf++] is var result and >= 0 ? _results[result] : 0;

    private TensorBuffer? NextBuffer() => _structure.Leaves[_nextLeaf++] is var result and >= 0 ? (TensorBuffer)_resultOwners[result]! : null;
}
