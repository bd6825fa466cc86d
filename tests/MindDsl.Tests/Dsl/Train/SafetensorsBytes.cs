using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using MindDsl.Train;

namespace MindDsl.Tests.Dsl.Train;

/// <summary>Makes tensors and the contents of safetensors files.</summary>
internal static class SafetensorsBytes
{
    public static byte[] File(string header, int dataLength) => File(Encoding.UTF8.GetBytes(header), new byte[dataLength]);

    public static byte[] File(byte[] header, byte[] data, ulong? length = null)
    {
        var prefix = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(prefix, length ?? (ulong)header.Length);
        return [.. prefix, .. header, .. data];
    }

    public static StoredTensor Floats(string name, long[] shape, params float[] values) =>
        new(name, "F32", shape, MemoryMarshal.AsBytes<float>(values).ToArray());

    public static List<StoredTensor> OfEveryType() =>
    [
        new("flags", "BOOL", [3], new byte[] { 1, 0, 1 }),
        Floats("layers.0.weight", [2, 3], 1, 2, 3, 4, 5, 6),
        new("bytes", "U8", [5], new byte[] { 1, 2, 3, 4, 5 }),
        new("step", "I64", [], new byte[] { 8, 7, 6, 5, 4, 3, 2, 1 }),
        new("ids", "I32", [1, 2], new byte[] { 1, 2, 3, 4, 5, 6, 7, 8 }),
        new("nothing", "F32", [4, 0, 2], Array.Empty<byte>()),
        new("exact", "F64", [2], new byte[16]),
        Floats("größe \"θ\" \\ \u0001 😀", [1], -0.0f),
    ];
}
