using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace MindDsl.Train;

/// <summary>One tensor in the header of a safetensors file: its bytes are those from Begin up to, not including, End of the data.</summary>
internal sealed record SafetensorsEntry(string Name, string DType, IReadOnlyList<long> Shape, long Begin, long End);

/// <summary>The header of a safetensors file: a JSON object with an entry for each tensor.</summary>
internal sealed record SafetensorsHeader(IReadOnlyList<SafetensorsEntry> Entries, IReadOnlyDictionary<string, string> Metadata)
{
    public const string MetadataKey = "__metadata__";

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The bytes of an element, or null for a type that isn't known.</summary>
    public static int? SizeOf(string dtype) => dtype switch
    {
        "BOOL" or "U8" => 1,
        "F16" or "BF16" => 2,
        "F32" or "I32" => 4,
        "F64" or "I64" => 8,
        _ => null,
    };

    /// <summary>The bytes of all elements of a shape, or null when an axis is negative or there are too many.</summary>
    public static long? ByteCount(int size, IReadOnlyList<long> shape)
    {
        long bytes = size;
        var overflows = false;
        foreach (var length in shape)
        {
            if (length < 0) return null;
            overflows |= Math.BigMul(bytes, length, out bytes) != 0 || bytes < 0;
        }
        // An axis of length zero leaves nothing to count, wherever it stands among axes too long to multiply.
        return shape.Contains(0) ? 0 : overflows ? null : bytes;
    }

    /// <summary>Whether a text can be written as UTF-8.</summary>
    public static bool IsUnicode(string text)
    {
        try
        {
            StrictUtf8.GetByteCount(text);
            return true;
        }
        catch (EncoderFallbackException)
        {
            return false;
        }
    }

    /// <summary>The header as JSON, padded with spaces so that the data begin at a multiple of eight bytes.</summary>
    public byte[] ToBytes()
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            if (Metadata.Count > 0) WriteMetadata(json);
            foreach (var entry in Entries) WriteEntry(json, entry);
            json.WriteEndObject();
        }
        while (buffer.Length % 8 != 0) buffer.WriteByte((byte)' ');
        return buffer.ToArray();
    }

    /// <summary>Reads the header and checks all that can be checked without the data but for their length.</summary>
    /// <param name="path">The file, for messages.</param>
    /// <param name="bytes">The header.</param>
    /// <param name="dataLength">How many bytes follow the header.</param>
    public static SafetensorsHeader Parse(string path, byte[] bytes, long dataLength)
    {
        try
        {
            // The strings of a document are decoded late and without a check, so the bytes are checked here.
            StrictUtf8.GetCharCount(bytes);
            using var document = JsonDocument.Parse(bytes, new JsonDocumentOptions { AllowDuplicateProperties = false });
            return Parse(path, document.RootElement, dataLength);
        }
        catch (Exception cause) when (cause is JsonException or DecoderFallbackException or InvalidOperationException)
        {
            throw new MindDslException(Diagnostics.SafetensorsHeader(path, cause.Message), cause);
        }
    }

    private void WriteMetadata(Utf8JsonWriter json)
    {
        json.WriteStartObject(MetadataKey);
        foreach (var (key, value) in Metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal)) json.WriteString(key, value);
        json.WriteEndObject();
    }

    private static void WriteEntry(Utf8JsonWriter json, SafetensorsEntry entry)
    {
        json.WriteStartObject(entry.Name);
        json.WriteString("dtype", entry.DType);
        json.WriteStartArray("shape");
        foreach (var length in entry.Shape) json.WriteNumberValue(length);
        json.WriteEndArray();
        json.WriteStartArray("data_offsets");
        json.WriteNumberValue(entry.Begin);
        json.WriteNumberValue(entry.End);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static SafetensorsHeader Parse(string path, JsonElement root, long dataLength)
    {
        if (root.ValueKind != JsonValueKind.Object) throw Malformed(path, $"a JSON {Kind(root)} in place of an object");
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        var entries = new List<SafetensorsEntry>();
        foreach (var member in root.EnumerateObject())
        {
            if (member.Name == MetadataKey) ReadMetadata(path, member.Value, metadata);
            else entries.Add(ReadEntry(path, member.Name, member.Value));
        }
        // Empty tensors begin where the next one does, so they come before it.
        var ordered = entries.OrderBy(entry => entry.Begin).ThenBy(entry => entry.End).ToList();
        CheckOffsets(path, ordered, dataLength);
        return new(ordered, metadata);
    }

    private static void ReadMetadata(string path, JsonElement value, Dictionary<string, string> metadata)
    {
        if (value.ValueKind != JsonValueKind.Object) throw Malformed(path, $"{MetadataKey} is a JSON {Kind(value)} in place of an object");
        foreach (var member in value.EnumerateObject())
        {
            if (member.Value.ValueKind != JsonValueKind.String)
                throw Malformed(path, $"{MetadataKey} maps '{member.Name}' to a JSON {Kind(member.Value)} in place of a string");
            metadata.Add(member.Name, member.Value.GetString()!);
        }
    }

    private static SafetensorsEntry ReadEntry(string path, string name, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object) throw Malformed(path, $"'{name}' is a JSON {Kind(value)} in place of an object");
        if (!value.TryGetProperty("dtype", out var type) || type.ValueKind != JsonValueKind.String)
            throw Malformed(path, $"'{name}' has no dtype");
        var dtype = type.GetString()!;
        if (SizeOf(dtype) is not { } size) throw new MindDslException(Diagnostics.SafetensorsType(path, name, dtype));

        var shape = ReadLengths(path, name, value, "shape");
        var offsets = ReadLengths(path, name, value, "data_offsets");
        if (offsets.Length != 2) throw Malformed(path, $"'{name}' has {offsets.Length} data_offsets in place of 2");
        var (begin, end) = (offsets[0], offsets[1]);
        if (end < begin) throw new MindDslException(Diagnostics.SafetensorsOffsets(path, name, $"an end not before {begin}", end));
        if (ByteCount(size, shape) != end - begin)
            throw new MindDslException(Diagnostics.SafetensorsSize(path, name, dtype, shape, ByteCount(size, shape), end - begin));
        return new(name, dtype, shape, begin, end);
    }

    private static long[] ReadLengths(string path, string name, JsonElement entry, string key)
    {
        if (!entry.TryGetProperty(key, out var list) || list.ValueKind != JsonValueKind.Array)
            throw Malformed(path, $"'{name}' has no {key}");
        var lengths = new long[list.GetArrayLength()];
        var i = 0;
        foreach (var item in list.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Number || !item.TryGetInt64(out lengths[i]) || lengths[i++] < 0)
                throw Malformed(path, $"{key} of '{name}' holds {item.GetRawText()} in place of a whole number from 0 on");
        }
        return lengths;
    }

    private static void CheckOffsets(string path, List<SafetensorsEntry> entries, long dataLength)
    {
        var next = 0L;
        foreach (var entry in entries)
        {
            if (entry.Begin != next)
                throw new MindDslException(Diagnostics.SafetensorsOffsets(path, entry.Name, $"a begin at {next}", entry.Begin));
            next = entry.End;
        }
        if (next != dataLength) throw new MindDslException(Diagnostics.SafetensorsLength(path, next, dataLength));
    }

    private static string Kind(JsonElement value) => value.ValueKind.ToString().ToLowerInvariant();

    private static MindDslException Malformed(string path, string found) => new(Diagnostics.SafetensorsHeader(path, found));
}
