using System.Buffers.Binary;
using System.IO.Compression;

namespace MindDsl.Tests.Dsl.Data;

/// <summary>Makes the contents of IDX files.</summary>
internal static class IdxBytes
{
    public static byte[] Of(byte code, int[] shape, params byte[] elements)
    {
        var header = new byte[4 + 4 * shape.Length];
        (header[2], header[3]) = (code, (byte)shape.Length);
        for (var axis = 0; axis < shape.Length; axis++) BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4 + 4 * axis), shape[axis]);
        return [.. header, .. elements];
    }

    public static byte[] Images(int count, int rows, int columns) =>
        Of(8, [count, rows, columns], [.. Enumerable.Range(0, count * rows * columns).Select(i => (byte)i)]);

    public static byte[] Labels(params byte[] labels) => Of(8, [labels.Length], labels);

    public static byte[] Gzip(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal)) gzip.Write(bytes);
        return packed.ToArray();
    }
}
