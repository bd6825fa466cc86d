using System.Buffers.Binary;
using System.Globalization;

namespace MindDsl.Train;

/// <summary>
/// Writes and reads files of the safetensors format: eight bytes with the length of the header, little-endian; the header, which is JSON;
/// then the bytes of the tensors without gaps. Nothing in such a file is ever executed.
/// </summary>
public static class SafetensorsFile
{
    private const int PrefixLength = 8;
    private const long LongestHeader = 100_000_000;

    /// <summary>
    /// Writes a file, or replaces it in one step: whatever happens meanwhile, the name stands for the old file or for the new one.
    /// </summary>
    /// <param name="path">The file. The new one is written beside it, under the same name with <c>.tmp</c> after it.</param>
    /// <param name="tensors">The tensors; the file holds those with the larger elements first, so that all of them are aligned.</param>
    /// <param name="metadata">What the file shall say about itself, or null.</param>
    /// <exception cref="MindDslException">MIND0640: the file can't be written. MIND0641: a tensor or a text can't be stored.</exception>
    public static void Write(string path, IReadOnlyList<StoredTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(tensors);
        Check(path, tensors, metadata);
        var ordered = tensors.OrderByDescending(tensor => SafetensorsHeader.SizeOf(tensor.DType)).ToList();
        var header = Describe(ordered, metadata).ToBytes();
        if (header.Length > LongestHeader)
            throw new MindDslException(Diagnostics.SafetensorsUnstorable(path, "the header", $"{header.Length} bytes are too many"));
        try
        {
            Replace(path, header, ordered);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new MindDslException(Diagnostics.FileUnwritable(path, cause.Message), cause);
        }
    }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="MindDslException">MIND0601: the file can't be read. MIND0642 to MIND0646: it is malformed.</exception>
    public static SafetensorsContent Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
            var header = ReadHeader(file, path);
            return new([.. header.Entries.Select(entry => ReadTensor(file, path, entry))], header.Metadata);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new MindDslException(Diagnostics.FileUnreadable(path, cause.Message), cause);
        }
    }

    private static void Replace(string path, byte[] header, List<StoredTensor> tensors)
    {
        var temporary = path + ".tmp";
        // Opened outside of the try: a file that another program is writing must not be deleted here.
        var file = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None);
        try
        {
            using (file) WriteContents(file, header, tensors);
            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            Discard(temporary);
            throw;
        }
    }

    private static void WriteContents(FileStream file, byte[] header, List<StoredTensor> tensors)
    {
        Span<byte> prefix = stackalloc byte[PrefixLength];
        BinaryPrimitives.WriteInt64LittleEndian(prefix, header.Length);
        file.Write(prefix);
        file.Write(header);
        foreach (var tensor in tensors) file.Write(tensor.Data.Span);
        // The name must not reach the disk before the bytes do.
        file.Flush(flushToDisk: true);
    }

    private static void Discard(string temporary)
    {
        try
        {
            File.Delete(temporary);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            // The failure to write is what the caller has to hear of; the next write replaces the leftover.
        }
    }

    private static SafetensorsHeader Describe(List<StoredTensor> tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        var entries = new List<SafetensorsEntry>();
        var begin = 0L;
        foreach (var tensor in tensors)
        {
            var end = begin + tensor.Data.Length;
            entries.Add(new(tensor.Name, tensor.DType, tensor.Shape, begin, end));
            begin = end;
        }
        return new(entries, metadata ?? new Dictionary<string, string>());
    }

    private static void Check(string path, IReadOnlyList<StoredTensor> tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var tensor in tensors)
        {
            if (Objection(tensor, names) is { } objection)
                throw new MindDslException(Diagnostics.SafetensorsUnstorable(path, $"tensor '{tensor.Name}'", objection));
        }
        foreach (var (key, value) in metadata ?? new Dictionary<string, string>())
        {
            if (!SafetensorsHeader.IsUnicode(key) || !SafetensorsHeader.IsUnicode(value))
                throw new MindDslException(Diagnostics.SafetensorsUnstorable(path, $"metadata '{key}'", "half a surrogate pair"));
        }
    }

    private static string? Objection(StoredTensor tensor, HashSet<string> names)
    {
        if (tensor.Name == SafetensorsHeader.MetadataKey) return "a reserved name";
        if (!names.Add(tensor.Name)) return "a second tensor of this name";
        if (!SafetensorsHeader.IsUnicode(tensor.Name)) return "half a surrogate pair in its name";
        if (SafetensorsHeader.SizeOf(tensor.DType) is not { } size) return $"the type {tensor.DType}";
        var expected = SafetensorsHeader.ByteCount(size, tensor.Shape);
        if (expected == tensor.Data.Length) return null;
        var needed = expected?.ToString(CultureInfo.InvariantCulture) ?? "an impossible number of";
        return $"{tensor.Data.Length} bytes, where {tensor.DType}[{string.Join(", ", tensor.Shape)}] has {needed}";
    }

    private static SafetensorsHeader ReadHeader(FileStream file, string path)
    {
        if (file.Length < PrefixLength) throw new MindDslException(Diagnostics.SafetensorsLength(path, PrefixLength, file.Length));
        Span<byte> prefix = stackalloc byte[PrefixLength];
        file.ReadExactly(prefix);
        var length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        var longest = Math.Min(LongestHeader, file.Length - PrefixLength);
        if (length > (ulong)longest) throw new MindDslException(Diagnostics.SafetensorsHeaderLength(path, length, longest));

        var header = new byte[length];
        file.ReadExactly(header);
        return SafetensorsHeader.Parse(path, header, file.Length - PrefixLength - header.Length);
    }

    private static StoredTensor ReadTensor(FileStream file, string path, SafetensorsEntry entry)
    {
        var length = entry.End - entry.Begin;
        if (length > Array.MaxLength) throw new MindDslException(Diagnostics.SafetensorsTooLarge(path, entry.Name, length));
        var bytes = new byte[length];
        file.ReadExactly(bytes);
        return new(entry.Name, entry.DType, entry.Shape, bytes);
    }
}
