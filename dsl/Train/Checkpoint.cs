using System.Runtime.InteropServices;
using MindDsl.Ir;

namespace MindDsl.Train;

/// <summary>Saves the tensors of any structure to a safetensors file, under the paths of its members, and loads them again to the bit.</summary>
public static class Checkpoint
{
    /// <summary>Writes a checkpoint; a process that is killed meanwhile leaves the older file.</summary>
    public static void Save<T>(string path, T tree, IReadOnlyDictionary<string, string>? metadata = null) => SafetensorsFile.Write(path,
        [.. Tree.Leaves(tree).Select(l => new StoredTensor(l.Path, Name(l.Tensor.DType), l.Tensor.Shape.ToArray(), Bytes(l.Tensor)))], metadata);

    /// <summary>Reads a checkpoint into the structure of <paramref name="like"/>, whose tensors give names, types and shapes.</summary>
    /// <exception cref="MindDslException">MIND0647: a tensor is missing or has another type or shape.</exception>
    public static (T Tree, IReadOnlyDictionary<string, string> Metadata) Load<T>(string path, T like)
    {
        var content = SafetensorsFile.Read(path);
        var stored = content.Tensors.ToDictionary(t => t.Name);
        var leaves = Tree.Leaves(like).Select(leaf =>
        {
            string wanted = leaf.Tensor.DType.Name + Shape.Of(leaf.Tensor.Shape);
            if (!stored.TryGetValue(leaf.Path, out var found)) throw new MindDslException(Diagnostics.CheckpointDiffers(path, leaf.Path, wanted, "nothing"));
            string has = found.DType + Shape.Of([.. found.Shape]);
            if (found.DType != Name(leaf.Tensor.DType) || !leaf.Tensor.Shape.SequenceEqual([.. found.Shape]))
                throw new MindDslException(Diagnostics.CheckpointDiffers(path, leaf.Path, wanted, has));
            return Read(leaf.Tensor.DType, found);
        });
        return (Tree.WithLeaves(like, [.. leaves]), content.Metadata);
    }

    private static string Name(DType type) => type.Name.ToUpperInvariant();

    private static byte[] Bytes(Tensor tensor) => tensor.DType switch
    {
        DType.Bool => MemoryMarshal.AsBytes(tensor.AsSpan<bool>()).ToArray(),
        DType.I32 => MemoryMarshal.AsBytes(tensor.AsSpan<int>()).ToArray(),
        DType.I64 => MemoryMarshal.AsBytes(tensor.AsSpan<long>()).ToArray(),
        DType.F32 => MemoryMarshal.AsBytes(tensor.AsSpan<float>()).ToArray(),
        DType.F64 => MemoryMarshal.AsBytes(tensor.AsSpan<double>()).ToArray(),
        DType.U8 => tensor.ToArray<byte>(),
        DType.F16 => MemoryMarshal.AsBytes(tensor.AsSpan<Half>()).ToArray(),
        DType.BF16 => MemoryMarshal.AsBytes(tensor.AsSpan<BFloat16>()).ToArray(),
    };

    private static Tensor Read(DType type, StoredTensor stored)
    {
        var bytes = stored.Data.Span;
        long[] shape = [.. stored.Shape];
        return type switch
        {
            DType.Bool => Tensor.From(MemoryMarshal.Cast<byte, bool>(bytes), shape),
            DType.I32 => Tensor.From(MemoryMarshal.Cast<byte, int>(bytes), shape),
            DType.I64 => Tensor.From(MemoryMarshal.Cast<byte, long>(bytes), shape),
            DType.F32 => Tensor.From(MemoryMarshal.Cast<byte, float>(bytes), shape),
            DType.F64 => Tensor.From(MemoryMarshal.Cast<byte, double>(bytes), shape),
            DType.U8 => Tensor.From(bytes, shape),
            DType.F16 => Tensor.From(MemoryMarshal.Cast<byte, Half>(bytes), shape),
            DType.BF16 => Tensor.From(MemoryMarshal.Cast<byte, BFloat16>(bytes), shape),
        };
    }
}
