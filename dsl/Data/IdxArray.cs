using System.Buffers.Binary;

namespace MindDsl.Data;

/// <summary>The element types of the IDX format; the values are the codes in the file.</summary>
public enum IdxElement
{
    /// <summary>Unsigned bytes.</summary>
    U8 = 0x08,

    /// <summary>Signed bytes.</summary>
    I8 = 0x09,

    /// <summary>Signed integers of 16 bits.</summary>
    I16 = 0x0B,

    /// <summary>Signed integers of 32 bits.</summary>
    I32 = 0x0C,

    /// <summary>Floating-point numbers of 32 bits.</summary>
    F32 = 0x0D,

    /// <summary>Floating-point numbers of 64 bits.</summary>
    F64 = 0x0E,
}

/// <summary>The contents of an IDX file: a shape and elements in row-major order.</summary>
public sealed class IdxArray
{
    private readonly string path;
    private readonly byte[] raw;

    internal IdxArray(string path, IdxElement element, int[] shape, byte[] raw)
    {
        this.path = path;
        this.raw = raw;
        Element = element;
        Shape = shape;
    }

    /// <summary>The type of the elements.</summary>
    public IdxElement Element { get; }

    /// <summary>The length of each axis, outermost first; empty for a single element.</summary>
    public IReadOnlyList<int> Shape { get; }

    /// <summary>The number of elements.</summary>
    public int Count => raw.Length / IdxFile.SizeOf(Element);

    /// <summary>The elements of a file of unsigned bytes, without a copy.</summary>
    /// <exception cref="MindDslException">MIND0607: the elements are of another type.</exception>
    public byte[] Bytes => Element == IdxElement.U8
        ? raw
        : throw new MindDslException(Diagnostics.IdxElementDiffers(path, IdxFile.Name(IdxElement.U8), IdxFile.Name(Element)));

    /// <summary>The elements as 32-bit floating-point numbers, rounded to nearest where their type is wider.</summary>
    public float[] ToFloats()
    {
        var floats = new float[Count];
        var size = IdxFile.SizeOf(Element);
        for (var i = 0; i < floats.Length; i++)
        {
            var bytes = raw.AsSpan(i * size, size);
            floats[i] = Element switch
            {
                IdxElement.U8 => bytes[0],
                IdxElement.I8 => (sbyte)bytes[0],
                IdxElement.I16 => BinaryPrimitives.ReadInt16BigEndian(bytes),
                IdxElement.I32 => BinaryPrimitives.ReadInt32BigEndian(bytes),
                IdxElement.F32 => BinaryPrimitives.ReadSingleBigEndian(bytes),
                IdxElement.F64 => (float)BinaryPrimitives.ReadDoubleBigEndian(bytes),
            };
        }
        return floats;
    }
}
