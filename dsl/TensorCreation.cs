using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MindDsl.Backends;
using MindDsl.Ir;

namespace MindDsl;

public sealed partial class Tensor
{
    /// <summary>A tensor with a copy of the elements, in row-major order; without a shape it has one axis.</summary>
    /// <typeparam name="T">bool, byte, int, long, float, double, <see cref="Half"/> or <see cref="BFloat16"/>; it is the element type.</typeparam>
    /// <param name="elements">The elements.</param>
    /// <param name="shape">The lengths of the axes.</param>
    public static Tensor Of<T>(T[] elements, params long[] shape) where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(elements);
        return From<T>(elements, shape.Length == 0 ? [elements.Length] : shape);
    }

    /// <summary>A tensor of rank 2 with a copy of the elements.</summary>
    public static Tensor Of<T>(T[,] elements) where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(elements);
        return From(MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<byte, T>(ref MemoryMarshal.GetArrayDataReference(elements)), elements.Length),
            elements.GetLength(0), elements.GetLength(1));
    }

    /// <summary>A scalar.</summary>
    public static Tensor Of<T>(T element) where T : unmanaged => From<T>([element]);

    /// <summary>A tensor with a copy of the elements, in row-major order.</summary>
    /// <exception cref="MindDslException">MIND0313: the shape has another number of elements.</exception>
    public static Tensor From<T>(ReadOnlySpan<T> elements, params ReadOnlySpan<long> shape) where T : unmanaged
    {
        var type = TypeOf<T>();
        var lengths = Checked(shape);
        if (lengths.Aggregate(1.0, (a, b) => a * b) != elements.Length)
            throw new MindDslException(Diagnostics.ElementCountDiffers(elements.Length, Ir.Shape.Of(lengths)));
        return new(TensorBuffer.Of(type, elements, lengths));
    }

    /// <summary>A scalar of f64.</summary>
    public static implicit operator Tensor(double number) => Of(number);

    /// <summary>A tensor of rank 1.</summary>
    public static implicit operator Tensor(double[] elements) => Of(elements);

    /// <summary>A tensor of rank 1.</summary>
    public static implicit operator Tensor(float[] elements) => Of(elements);

    /// <summary>A tensor of rank 2.</summary>
    public static implicit operator Tensor(double[,] elements) => Of(elements);

    /// <summary>A tensor of rank 2.</summary>
    public static implicit operator Tensor(float[,] elements) => Of(elements);

    /// <summary>Zeros, of f32.</summary>
    public static Tensor Zeros(params long[] shape) => Full(0, DType.F32, shape);

    /// <summary>Zeros.</summary>
    public static Tensor Zeros(DType type, params long[] shape) => Full(0, type, shape);

    /// <summary>Ones, of f32.</summary>
    public static Tensor Ones(params long[] shape) => Full(1, DType.F32, shape);

    /// <summary>Ones.</summary>
    public static Tensor Ones(DType type, params long[] shape) => Full(1, type, shape);

    /// <summary>One number everywhere.</summary>
    public static Tensor Full(double value, DType type, params long[] shape)
    {
        var buffer = TensorBuffer.Allocate(type, Checked(shape));
        switch (type)
        {
            case DType.Bool: buffer.Span<bool>().Fill(value != 0); break;
            case DType.I32: buffer.Span<int>().Fill((int)Literal.Of(type, value).Integer); break;
            case DType.I64: buffer.Span<long>().Fill(Literal.Of(type, value).Integer); break;
            case DType.F32: buffer.Span<float>().Fill((float)value); break;
            case DType.F64: buffer.Span<double>().Fill(value); break;
            case DType.U8: buffer.Span<byte>().Fill((byte)Literal.Of(type, value).Integer); break;
            case DType.F16: buffer.Span<Half>().Fill((Half)value); break;
            case DType.BF16: buffer.Span<BFloat16>().Fill((BFloat16)value); break;
        }
        return new(buffer);
    }

    /// <summary>The whole numbers from 0 up to <paramref name="stop"/>, excluded.</summary>
    public static Tensor Arange(long stop, DType type = DType.I64) => Arange(0, stop, 1, type);

    /// <summary>The numbers from <paramref name="start"/> in steps up to <paramref name="stop"/>, excluded.</summary>
    public static Tensor Arange(double start, double stop, double step = 1, DType type = DType.F32)
    {
        if (step == 0 || double.IsNaN(step)) throw new MindDslException(Diagnostics.ArgumentOutOfRange("arange", "step", "0", "any number but 0"));
        long count = Math.Max(0, (long)Math.Ceiling((stop - start) / step));
        var buffer = TensorBuffer.Allocate(type, count);
        for (long i = 0; i < count; i++) buffer[i] = Literal.Of(type, start + i * step);
        return new(buffer);
    }

    /// <summary>The unit matrix.</summary>
    public static Tensor Eye(long size, DType type = DType.F32)
    {
        var buffer = Zeros(type, size, size).Buffer;
        for (long i = 0; i < size; i++) buffer[i * size + i] = Literal.Of(type, 1.0);
        return new(buffer);
    }

    /// <summary>A scalar of this tensor's element type, as a number beside it is read.</summary>
    internal Tensor Beside(double number)
    {
        bool fits = DType.IsFloat || (DType.IsInteger && Literal.Of(DType, number).Integer == number);
        return fits ? Full(number, DType) : throw new MindDslException(Diagnostics.NumberDoesNotFit(number, DType));
    }

    private static long[] Checked(ReadOnlySpan<long> shape)
    {
        foreach (long length in shape)
            if (length < 0) throw new MindDslException(Diagnostics.ArgumentOutOfRange("tensor", "shape", Ir.Shape.Of(shape).ToString(), "lengths of 0 and more"));
        return shape.ToArray();
    }
}
