using System.Buffers.Binary;
using System.IO.Compression;

namespace MindDsl.Data;

/// <summary>Reads the IDX format, in which MNIST is published: a magic number, the shape and the elements, all big-endian.</summary>
public static class IdxFile
{
    // Deflate can't expand a byte to more than 1032, which bounds what a compressed file can hold before anything is allocated.
    private const long LargestExpansion = 1032;

    /// <summary>Reads a file, compressed with gzip or not; which of both is told from its first bytes, not from its name.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="MindDslException">MIND0601 to MIND0606: the file can't be read, or isn't what the format asks for.</exception>
    public static IdxArray Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            return IsCompressed(file) ? ReadCompressed(file, path) : Read(file, path, file.Length);
        }
        catch (InvalidDataException damage)
        {
            throw new MindDslException(Diagnostics.GzipDamaged(path, damage.Message), damage);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new MindDslException(Diagnostics.FileUnreadable(path, cause.Message), cause);
        }
    }

    internal static int SizeOf(IdxElement element) => element switch
    {
        IdxElement.U8 or IdxElement.I8 => 1,
        IdxElement.I16 => 2,
        IdxElement.I32 or IdxElement.F32 => 4,
        IdxElement.F64 => 8,
    };

    private static bool IsCompressed(FileStream file)
    {
        Span<byte> start = stackalloc byte[2];
        var read = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        file.Position = 0;
        return read == start.Length && start[0] == 0x1F && start[1] == 0x8B;
    }

    private static IdxArray ReadCompressed(FileStream file, string path)
    {
        var longest = file.Length > long.MaxValue / LargestExpansion ? long.MaxValue : file.Length * LargestExpansion;
        using var content = new GZipStream(file, CompressionMode.Decompress, leaveOpen: true);
        var array = Read(content, path, longest);

        // The decompression is content when the trailer is cut; its last four bytes are the length of the contents modulo 2^32.
        Span<byte> trailer = stackalloc byte[4];
        file.Seek(-trailer.Length, SeekOrigin.End);
        file.ReadExactly(trailer);
        var length = (uint)(4 * (1 + array.Shape.Count) + (long)array.Count * SizeOf(array.Element));
        return BinaryPrimitives.ReadUInt32LittleEndian(trailer) == length
            ? array
            : throw new MindDslException(Diagnostics.GzipDamaged(path, "another length at its end, or none"));
    }

    private static IdxArray Read(Stream content, string path, long longestContent)
    {
        Span<byte> magic = stackalloc byte[4];
        var got = content.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false);
        if (got < magic.Length) throw new MindDslException(Diagnostics.IdxTruncated(path, "magic number", magic.Length, got));
        if (magic[0] != 0 || magic[1] != 0 || !Enum.IsDefined((IdxElement)magic[2]))
            throw new MindDslException(Diagnostics.NotIdx(path, Convert.ToHexStringLower(magic)));

        var element = (IdxElement)magic[2];
        var shape = ReadShape(content, path, magic[3]);
        var length = ByteCount(path, element, shape);
        var header = magic.Length * (1 + shape.Length);
        if (length > longestContent - header)
            throw new MindDslException(Diagnostics.IdxTruncated(path, Elements(element, shape), length, null));

        var raw = new byte[length];
        var read = content.ReadAtLeast(raw, raw.Length, throwOnEndOfStream: false);
        if (read < raw.Length) throw new MindDslException(Diagnostics.IdxTruncated(path, Elements(element, shape), length, read));
        // Reading past the end also makes the decompression check its checksum.
        if (content.ReadByte() >= 0) throw new MindDslException(Diagnostics.IdxTooLong(path, Elements(element, shape), length));
        return new(path, element, shape, raw);
    }

    private static int[] ReadShape(Stream content, string path, int rank)
    {
        var header = new byte[4 * rank];
        var got = content.ReadAtLeast(header, header.Length, throwOnEndOfStream: false);
        if (got < header.Length) throw new MindDslException(Diagnostics.IdxTruncated(path, "shape", header.Length, got));

        var shape = new int[rank];
        for (var axis = 0; axis < rank; axis++)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(4 * axis));
            if (length > int.MaxValue) throw new MindDslException(Diagnostics.IdxTooLarge(path, $"axis {axis} of length {length}"));
            shape[axis] = (int)length;
        }
        return shape;
    }

    private static int ByteCount(string path, IdxElement element, int[] shape)
    {
        if (shape.Contains(0)) return 0;
        long bytes = SizeOf(element);
        foreach (var length in shape)
        {
            bytes *= length;
            if (bytes > Array.MaxLength) throw new MindDslException(Diagnostics.IdxTooLarge(path, Elements(element, shape)));
        }
        return (int)bytes;
    }

    private static string Elements(IdxElement element, int[] shape) => $"{Name(element)}[{string.Join(", ", shape)}]";

    internal static string Name(IdxElement element) => element switch
    {
        IdxElement.U8 => "u8",
        IdxElement.I8 => "i8",
        IdxElement.I16 => "i16",
        IdxElement.I32 => "i32",
        IdxElement.F32 => "f32",
        IdxElement.F64 => "f64",
    };
}
