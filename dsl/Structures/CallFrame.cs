using System.Runtime.InteropServices;
using MindDsl.Backends;
using MindDsl.Ir;

namespace MindDsl.Structures;

/// <summary>
/// The leaves of one call: where the elements are, and a signature of their types, by which the compiled program is found. Frames are reused
/// by the calls of a thread, so a call allocates nothing but its results.
/// </summary>
internal sealed unsafe class CallFrame
{
    private const int ListMark = -1;
    private const int FunctionMark = -2;
    private const int NumbersPerBlock = 128;

    [ThreadStatic]
    private static CallFrame? t_free;

    private readonly List<nint> _blocks = [];
    private readonly List<GCHandle> _pins = [];
    private readonly List<Delegate> _functions = [];
    private long[] _signature = new long[32];
    private nint[] _addresses = new nint[16];
    private object?[] _owners = new object?[16];
    private int _signatureLength;
    private int _count;
    private int _numbers;

    private nint[] _results = new nint[16];
    private object?[] _resultOwners = new object?[16];
    private int _nextResult;
    private int _nextLeaf;
    private int _nextLength;
    private ResultStructure _structure = ResultStructure.Empty;
    private QuotedFunction[] _instances = [];
    private CallFrame? _outer;

    /// <summary>A frame without leaves.</summary>
    public static CallFrame Rent()
    {
        var frame = t_free;
        if (frame is null) return new();
        t_free = frame._outer;
        return frame;
    }

    /// <summary>Gives the frame back.</summary>
    public void Return()
    {
        foreach (var pin in _pins) pin.Free();
        _pins.Clear();
        _functions.Clear();
        System.Array.Clear(_owners, 0, _count);
        System.Array.Clear(_resultOwners, 0, _nextResult);
        System.Array.Clear(_instances);
        (_signatureLength, _count, _numbers, _nextResult, _nextLeaf, _nextLength) = (0, 0, 0, 0, 0, 0);
        _structure = ResultStructure.Empty;
        _outer = t_free;
        t_free = this;
    }

    ~CallFrame()
    {
        foreach (nint block in _blocks) NativeMemory.Free((void*)block);
    }

    /// <summary>The types of the leaves so far, the lengths of lists and the places of functions.</summary>
    public ReadOnlySpan<long> Signature => _signature.AsSpan(0, _signatureLength);

    /// <summary>Where the elements of the leaves are.</summary>
    public ReadOnlySpan<nint> Addresses => _addresses.AsSpan(0, _count);

    /// <summary>The functions among the leaves.</summary>
    public IReadOnlyList<Delegate> Functions => _functions;

    /// <summary>How many leaves there are.</summary>
    public int Count => _count;

    /// <summary>The tensor of a leaf, if it is one.</summary>
    public Tensor? TensorAt(int leaf) => _owners[leaf] as Tensor;

    /// <summary>Where the frame stands, to go back to.</summary>
    public (int Signature, int Count, int Numbers) Position => (_signatureLength, _count, _numbers);

    /// <summary>Forgets the leaves after a position.</summary>
    public void Truncate((int Signature, int Count, int Numbers) position) => (_signatureLength, _count, _numbers) = position;

    /// <summary>Room for the functions that take part in a program.</summary>
    public Span<QuotedFunction> Instances(int count)
    {
        if (_instances.Length < count) _instances = new QuotedFunction[count];
        return _instances.AsSpan(0, count);
    }

    /// <summary>Adds a number.</summary>
    public void Add(double value) => *(double*)Number(DType.F64) = value;

    /// <summary>Adds a number.</summary>
    public void Add(float value) => *(float*)Number(DType.F32) = value;

    /// <summary>Adds a number.</summary>
    public void Add(int value) => *(int*)Number(DType.I32) = value;

    /// <summary>Adds a number.</summary>
    public void Add(long value) => *(long*)Number(DType.I64) = value;

    /// <summary>Adds a key.</summary>
    public void Add(Key value) => *(long*)Number(DType.I64) = unchecked((long)value.Seed);

    /// <summary>Adds a truth value.</summary>
    public void Add(bool value) => *(byte*)Number(DType.Bool) = value ? (byte)1 : (byte)0;

    /// <summary>Adds a tensor.</summary>
    public void Add(Tensor value)
    {
        if (value is null) throw new MindDslException(Diagnostics.ArgumentIsNull("a tensor"));
        var buffer = value.Buffer;
        Sign(buffer.DType, buffer.Lengths.Length);
        foreach (long length in buffer.Lengths) Sign(length);
        Place(buffer.Address, value);
    }

    /// <summary>Adds an array of numbers; its elements are pinned, or copied if .NET does not let them be.</summary>
    public void Add(System.Array value, DType dtype)
    {
        if (value is null) throw new MindDslException(Diagnostics.ArgumentIsNull("an array"));
        Sign(dtype, value.Rank);
        for (int k = 0; k < value.Rank; k++) Sign(value.GetLongLength(k));
        if (dtype == DType.Bool)
        {
            var copy = TensorBuffer.Allocate(dtype, value.Length);
            int at = 0;
            foreach (bool element in value) copy.Span<bool>()[at++] = element;
            Place(copy.Address, copy);
            return;
        }
        var pin = GCHandle.Alloc(value, GCHandleType.Pinned);
        _pins.Add(pin);
        Place(pin.AddrOfPinnedObject(), value);
    }

    /// <summary>Adds an array of rows of one length.</summary>
    public void AddRows<T>(T[][] rows, DType dtype) where T : unmanaged
    {
        if (rows is null) throw new MindDslException(Diagnostics.ArgumentIsNull("an array"));
        int width = rows.Length == 0 ? 0 : rows[0].Length;
        Sign(dtype, 2);
        Sign(rows.Length);
        Sign(width);
        var copy = TensorBuffer.Allocate(dtype, rows.Length, width);
        for (int i = 0; i < rows.Length; i++)
        {
            if (rows[i].Length != width) throw new MindDslException(Diagnostics.RowsDiffer(i, rows[i].Length, width));
            rows[i].CopyTo(copy.Span<T>().Slice(i * width, width));
        }
        Place(copy.Address, copy);
    }

    /// <summary>Begins a list.</summary>
    public void BeginList(System.Array? list)
    {
        if (list is null) throw new MindDslException(Diagnostics.ArgumentIsNull("an array"));
        Sign(ListMark);
        Sign(list.Length);
    }

    /// <summary>Adds a function.</summary>
    public void Add(Delegate function)
    {
        Sign(FunctionMark);
        _functions.Add(function);
    }

    /// <summary>Takes memory for the results.</summary>
    public void BeginResults(Seq<TensorType> types, ResultStructure structure) => BeginResults(types, structure, []);

    /// <summary>Takes memory for the results; the first leaves that are tensors take that of the given ones, which they become.</summary>
    public void BeginResults(Seq<TensorType> types, ResultStructure structure, ReadOnlySpan<Tensor?> reused)
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
            if (i < reused.Length && reused[i] is { } tensor)
            {
                (_results[i], _resultOwners[i]) = (tensor.Buffer.Address, tensor);
                continue;
            }
            var buffer = structure.Allocate(i);
            (_results[i], _resultOwners[i]) = (buffer.Address, buffer);
        }
        _nextResult = types.Count;
    }

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

    private nint Number(DType dtype)
    {
        Sign(dtype, 0);
        nint address = Number();
        Place(address, null);
        return address;
    }

    private nint Number()
    {
        int block = _numbers / NumbersPerBlock;
        if (block == _blocks.Count) _blocks.Add((nint)NativeMemory.Alloc(NumbersPerBlock * 8));
        return _blocks[block] + _numbers++ % NumbersPerBlock * 8;
    }

    private void Sign(DType dtype, int rank) => Sign(((long)rank << 8) | (long)dtype);

    private void Sign(long entry)
    {
        if (_signatureLength == _signature.Length) System.Array.Resize(ref _signature, _signatureLength * 2);
        _signature[_signatureLength++] = entry;
    }

    private void Place(nint address, object? owner)
    {
        if (_count == _addresses.Length)
        {
            System.Array.Resize(ref _addresses, _count * 2);
            System.Array.Resize(ref _owners, _count * 2);
        }
        (_addresses[_count], _owners[_count]) = (address, owner);
        _count++;
    }
}
