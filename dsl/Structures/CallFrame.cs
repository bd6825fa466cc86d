using System.Runtime.InteropServices;
using MindDsl.Backends;
using MindDsl.Ir;

namespace MindDsl.Structures;

/// <summary>
/// The leaves of one call: where the elements are, and a signature of their types, by which the compiled program is found. Frames are reused
/// by the calls of a thread, so a call allocates nothing but its results.
/// </summary>
internal sealed unsafe partial class CallFrame
{
    private const int ListMark = -1;
    private const int FunctionMark = -2;
    private const int NumbersPerBlock = 128;

    [ThreadStatic]
    private static CallFrame? t_free;

    private readonly List<nint> _blocks = [];
    private readonly List<GCHandle> _pins = [];
    private readonly List<Delegate> _functions = [];
    private readonly List<int> _offers = [];
    private object?[] _donated = [];
    private long[] _signature = new long[32];
    private nint[] _addresses = new nint[16];
    private object?[] _owners = new object?[16];
    private int _signatureLength;
    private int _count;
    private int _numbers;
    private bool _isAway;

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
        // A call that did not come to its end took nothing.
        if (HasOffers) EndOffers(taken: false);
        foreach (var pin in _pins) pin.Free();
        _pins.Clear();
        _functions.Clear();
        System.Array.Clear(_owners, 0, _count);
        System.Array.Clear(_resultOwners, 0, _nextResult);
        System.Array.Clear(_instances);
        (_signatureLength, _count, _numbers, _nextResult, _nextLeaf, _nextLength) = (0, 0, 0, 0, 0, 0);
        _isAway = false;
        System.Array.Clear(_buffers);
        _structure = ResultStructure.Empty;
        System.Array.Clear(_donated);
        _outer = t_free;
        t_free = this;
    }

    ~CallFrame()
    {
        foreach (nint block in _blocks) NativeMemory.Free((void*)block);
    }

    /// <summary>The types of the leaves so far, the lengths of lists and the places of functions.</summary>
    public ReadOnlySpan<long> Signature => _signature.AsSpan(0, _signatureLength);

    /// <summary>Where the elements of the leaves are. Those that are on a device are fetched first.</summary>
    public ReadOnlySpan<nint> Addresses
    {
        get
        {
            if (_isAway)
            {
                for (int i = 0; i < _count; i++) BufferOf(_owners[i])?.Settle();
                _isAway = false;
            }
            return _addresses.AsSpan(0, _count);
        }
    }

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

    /// <summary>Adds a number.</summary>
    public void Add(byte value) => *(byte*)Number(DType.U8) = value;

    /// <summary>Adds a number.</summary>
    public void Add(Half value) => *(Half*)Number(DType.F16) = value;

    /// <summary>Adds a number.</summary>
    public void Add(BFloat16 value) => *(BFloat16*)Number(DType.BF16) = value;

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
        if (value.IsOffered) HasOffers = true;
        _isAway |= buffer.Resident is not null;
        Place(buffer.HostAddress, value);
    }

    /// <summary>True if a tensor among the leaves is offered: its memory may be that of a result.</summary>
    public bool HasOffers { get; private set; }

    /// <summary>The leaves that are offered and have memory of their own.</summary>
    public ReadOnlySpan<int> Offers()
    {
        _offers.Clear();
        for (int i = 0; i < _count; i++) if (TensorAt(i) is { IsOffered: true } && !IsShared(i, 0)) _offers.Add(i);
        return CollectionsMarshal.AsSpan(_offers);
    }

    /// <summary>The tensors that are offered stay with their owners, or are donated if the call took them.</summary>
    public void EndOffers(bool taken)
    {
        for (int i = 0; i < _count; i++)
        {
            if (TensorAt(i) is not { IsOffered: true } tensor) continue;
            tensor.IsOffered = false;
            if (taken && !tensor.IsDonated) tensor.Donate();
        }
        HasOffers = false;
    }

    /// <summary>Offers the tensors among the leaves to the next call.</summary>
    public void Offer()
    {
        for (int i = 0; i < _count; i++) if (TensorAt(i) is { } tensor) tensor.IsOffered = true;
        HasOffers = false;
    }

    /// <summary>For each result the memory of the argument that is donated to it.</summary>
    public ReadOnlySpan<object?> Donated(Seq<Donation> donations, int results)
    {
        if (_donated.Length < results) _donated = new object?[results];
        System.Array.Clear(_donated);
        foreach (var donation in donations) _donated[donation.Result] = TensorAt(donation.Parameter)!.Buffer;
        return _donated.AsSpan(0, results);
    }

    /// <summary>True if another leaf, from a number on, has the memory of a leaf.</summary>
    public bool IsShared(int leaf, int from)
    {
        for (int i = from; i < _count; i++) if (i != leaf && _addresses[i] == _addresses[leaf]) return true;
        return false;
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
        if (rows.Contains(null!)) throw new MindDslException(Diagnostics.ArgumentIsNull("an array"));
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
        if (function is null) throw new MindDslException(Diagnostics.ArgumentIsNull("a function"));
        Sign(FunctionMark);
        _functions.Add(function);
    }

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
