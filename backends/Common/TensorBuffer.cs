using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MindDsl.Backends.Devices;
using MindDsl.Ir;

namespace MindDsl.Backends;

/// <summary>The elements of a tensor, row-major, in native memory that is 64-byte aligned and belongs to this object.</summary>
/// <remarks>
/// There is nothing to dispose: when the object is collected its memory goes back to a pool. Code that uses <see cref="Address"/> must keep the
/// object alive (<see cref="GC.KeepAlive"/>) until it is done.
/// </remarks>
public sealed unsafe class TensorBuffer
{
    /// <summary>More bytes than any machine has, and few enough to be counted, whatever the element type.</summary>
    private const long MostElements = 1L << 56;

    private readonly long[] _lengths;
    private volatile ResidentElements? _resident;

    private TensorBuffer(DType type, long[] lengths, long count)
    {
        (DType, _lengths, Count) = (type, lengths, count);
        HostAddress = BufferPool.Rent(ByteCount);
    }

    /// <summary>Returns the memory to the pool.</summary>
    ~TensorBuffer()
    {
        _resident?.Release();
        BufferPool.Return(HostAddress, ByteCount);
    }

    /// <summary>The element type.</summary>
    public DType DType { get; }

    /// <summary>The lengths of the axes.</summary>
    public ReadOnlySpan<long> Lengths => _lengths;

    /// <summary>The number of elements.</summary>
    public long Count { get; }

    /// <summary>The number of bytes.</summary>
    public long ByteCount => Count * DType.Size;

    /// <summary>Where the elements are. If a device has them, they are fetched first.</summary>
    public nint Address
    {
        get
        {
            if (_resident is not null) Settle();
            return HostAddress;
        }
    }

    /// <summary>Where the elements are when no device has newer ones.</summary>
    internal nint HostAddress { get; }

    /// <summary>The elements on a device, if the last program that computed them left them there.</summary>
    internal ResidentElements? Resident => _resident;

    /// <summary>Says that a device has the elements; while its queue is locked.</summary>
    internal void MoveTo(ResidentElements elements) => _resident = elements;

    /// <summary>Fetches the elements from the device that has them.</summary>
    internal void Settle()
    {
        if (_resident is not { } resident) return;
        lock (resident.Pool.Queue)
        {
            if (_resident != resident) return;
            resident.Fetch(HostAddress);
            _resident = null;
            resident.Release();
        }
    }

    /// <summary>The type, its sizes being numbers.</summary>
    public TensorType Type => new(DType, Shape.Of(_lengths));

    /// <summary>A buffer whose elements are not set.</summary>
    public static TensorBuffer Allocate(DType type, params ReadOnlySpan<long> lengths)
    {
        long count = 1;
        bool fits = true;
        // A tensor of no elements may be long along its other axes.
        foreach (long length in lengths) if (length == 0) return new(type, lengths.ToArray(), 0);
        foreach (long length in lengths) fits &= length <= MostElements / count && (count *= length) > 0;
        try
        {
            return fits ? new(type, lengths.ToArray(), count) : throw new MindDslException(Diagnostics.TensorTooLarge(type, lengths));
        }
        catch (OutOfMemoryException exhausted)
        {
            throw new MindDslException(Diagnostics.TensorTooLarge(type, lengths), exhausted);
        }
    }

    /// <summary>A buffer whose elements are not set, of a type whose sizes are known.</summary>
    public static TensorBuffer Allocate(TensorType type) => Allocate(type.DType, type.Shape.ToArray());

    /// <summary>The elements. <typeparamref name="T"/> is bool, byte, int, long, float, double, <see cref="Half"/> or <see cref="BFloat16"/>, as the element type says.</summary>
    public Span<T> Span<T>() where T : unmanaged =>
        Unsafe.SizeOf<T>() == DType.Size
            ? Count <= int.MaxValue ? new((void*)Address, (int)Count) : throw new MindDslException(Diagnostics.SpanTooLong(Type))
            : throw new MindDslException(Diagnostics.Internal($"elements of {DType.Name} read as {typeof(T).Name}"));

    /// <summary>One element as a literal.</summary>
    public Literal this[long index]
    {
        get
        {
            byte* at = (byte*)Address + index * DType.Size;
            var value = DType switch
            {
                DType.Bool => Literal.Of(*at != 0),
                DType.I32 => Literal.Of(DType, (long)*(int*)at),
                DType.I64 => Literal.Of(DType, *(long*)at),
                DType.F32 => Literal.Of(DType, (double)*(float*)at),
                DType.F64 => Literal.Of(DType, *(double*)at),
                DType.U8 => Literal.Of(DType, (long)*at),
                DType.F16 => Literal.Of(DType, (double)*(Half*)at),
                DType.BF16 => Literal.Of(DType, *(BFloat16*)at),
            };
            GC.KeepAlive(this);
            return value;
        }
        set
        {
            byte* at = (byte*)Address + index * DType.Size;
            switch (DType)
            {
                case DType.Bool: *at = (byte)value.Integer; break;
                case DType.I32: *(int*)at = (int)value.Integer; break;
                case DType.I64: *(long*)at = value.Integer; break;
                case DType.F32: *(float*)at = (float)value.Number; break;
                case DType.F64: *(double*)at = value.Number; break;
                case DType.U8: *at = (byte)value.Integer; break;
                case DType.F16: *(Half*)at = (Half)value.Number; break;
                case DType.BF16: *(BFloat16*)at = (BFloat16)value.Number; break;
            }
            GC.KeepAlive(this);
        }
    }

    /// <summary>A buffer with these elements.</summary>
    public static TensorBuffer Of<T>(DType type, ReadOnlySpan<T> elements, params ReadOnlySpan<long> lengths) where T : unmanaged
    {
        var buffer = Allocate(type, lengths);
        elements.CopyTo(buffer.Span<T>());
        GC.KeepAlive(buffer);
        return buffer;
    }
}
