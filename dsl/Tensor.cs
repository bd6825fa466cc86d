using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MindDsl.Backends;
using MindDsl.Ir;

namespace MindDsl;

/// <summary>
/// A tensor: elements of one type in a shape, known at run time. It is immutable; what computes with it gives a new one. A tensor of rank 0 is a scalar.
/// </summary>
/// <remarks>
/// Outside a quote every method runs at once, inside it is part of the program. A .NET number beside a tensor takes the element type of the
/// tensor. There is nothing to dispose.
/// </remarks>
public sealed partial class Tensor
{
    private readonly TensorBuffer _buffer;
    private TensorType? _type;
    private volatile bool _donated;

    internal Tensor(TensorBuffer buffer) => _buffer = buffer;

    /// <summary>The element type.</summary>
    public DType DType => _buffer.DType;

    /// <summary>The lengths of the axes, outermost first.</summary>
    public ReadOnlySpan<long> Shape => _buffer.Lengths;

    /// <summary>The number of axes.</summary>
    public int Rank => _buffer.Lengths.Length;

    /// <summary>The number of elements.</summary>
    public long Count => _buffer.Count;

    /// <summary>True if the memory of this tensor was given to a call; its elements are gone then.</summary>
    public bool IsDonated => _donated;

    /// <summary>The type in the language.</summary>
    internal TensorType Type => _type ??= _buffer.Type;

    /// <summary>The memory.</summary>
    /// <exception cref="MindDslException">MIND0310: the tensor was donated.</exception>
    internal TensorBuffer Buffer => _donated ? throw new MindDslException(Diagnostics.TensorDonated(Type.ToString())) : _buffer;

    /// <summary>The memory, also if it was donated: to make room for a result.</summary>
    internal TensorBuffer Memory => _buffer;

    /// <summary>Marks the tensor as donated and gives its memory away.</summary>
    internal TensorBuffer Donate()
    {
        var buffer = Buffer;
        _donated = true;
        return buffer;
    }

    /// <summary>Gives the tensor its memory back.</summary>
    internal void Revive() => _donated = false;

    /// <summary>True if the next call that takes this tensor may have its memory.</summary>
    internal bool IsOffered { get; set; }

    /// <summary>The elements in row-major order, without a copy. <typeparamref name="T"/> is bool, byte, int, long, float, double, <see cref="Half"/> or <see cref="BFloat16"/>, as the element type says.</summary>
    public ReadOnlySpan<T> AsSpan<T>() where T : unmanaged => TypeOf<T>() == DType
        ? Buffer.Span<T>()
        : throw new MindDslException(Diagnostics.ElementsReadAs(typeof(T).Name, Type));

    /// <summary>A tensor with the same elements and memory of its own.</summary>
    internal unsafe Tensor Copy()
    {
        var (from, to) = (Buffer, TensorBuffer.Allocate(Type));
        System.Buffer.MemoryCopy((void*)from.Address, (void*)to.Address, to.ByteCount, from.ByteCount);
        GC.KeepAlive(from);
        return new(to);
    }

    /// <summary>A copy of the elements in row-major order.</summary>
    public T[] ToArray<T>() where T : unmanaged
    {
        var copy = AsSpan<T>().ToArray();
        GC.KeepAlive(this);
        return copy;
    }

    /// <summary>The one element.</summary>
    /// <exception cref="MindDslException">MIND0311: the tensor has several elements. MIND0312: the element has another type.</exception>
    public T Item<T>() where T : unmanaged
    {
        if (Count != 1) throw new MindDslException(Diagnostics.NotASingleElement("Item", Type));
        var item = AsSpan<T>()[0];
        GC.KeepAlive(this);
        return item;
    }

    /// <summary>The one element as a number.</summary>
    public static explicit operator double(Tensor x) => x.Number("a conversion to double");

    /// <summary>The one element as a number, rounded to float.</summary>
    public static explicit operator float(Tensor x) => (float)x.Number("a conversion to float");

    /// <summary>The one element as a whole number.</summary>
    public static explicit operator long(Tensor x) => x.One("a conversion to long") is { DType.IsFloat: false } literal
        ? literal.Integer
        : Literal.Of(DType.I64, x.One("a conversion to long").Number).Integer;

    /// <summary>The one element as a whole number.</summary>
    public static explicit operator int(Tensor x) => (int)Math.Clamp((long)x, int.MinValue, int.MaxValue);

    /// <summary>The one element as a truth value.</summary>
    public static explicit operator bool(Tensor x) => x.Number("a conversion to bool") != 0;

    /// <summary>True if the one element, a bool, is true.</summary>
    public static bool operator true(Tensor x) => x.Truth();

    /// <summary>True if the one element, a bool, is false.</summary>
    public static bool operator false(Tensor x) => !x.Truth();

    private bool Truth() => DType == DType.Bool && Rank == 0
        ? _buffer == Buffer && One("a condition").Integer != 0
        : throw new MindDslException(Diagnostics.NotASingleElement("a condition", Type));

    private double Number(string use) => One(use) is var literal && literal.DType.IsFloat ? literal.Number : literal.Integer;

    private Literal One(string use) => Count == 1 ? Buffer[0] : throw new MindDslException(Diagnostics.NotASingleElement(use, Type));

    /// <summary>The element type that a .NET type stands for.</summary>
    internal static DType TypeOf<T>() where T : unmanaged =>
        typeof(T) == typeof(float) ? DType.F32
        : typeof(T) == typeof(double) ? DType.F64
        : typeof(T) == typeof(int) ? DType.I32
        : typeof(T) == typeof(long) ? DType.I64
        : typeof(T) == typeof(bool) ? DType.Bool
        : typeof(T) == typeof(byte) ? DType.U8
        : typeof(T) == typeof(Half) ? DType.F16
        : typeof(T) == typeof(BFloat16) ? DType.BF16
        : throw new MindDslException(Diagnostics.ElementTypeUnknown(typeof(T).Name));
}
