using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using MindDsl.Train;
using Xunit;

namespace MindDsl.Tests.Dsl.Train;

public sealed class SafetensorsFileTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    private string FilePath => folder["model.safetensors"];

    [Fact]
    public void What_is_written_is_read()
    {
        var tensors = SafetensorsBytes.OfEveryType();
        var metadata = new Dictionary<string, string> { ["step"] = "12", ["α"] = "{\"nested\": 1}", [""] = "" };
        SafetensorsFile.Write(FilePath, tensors, metadata);
        var read = SafetensorsFile.Read(FilePath);
        Assert.Equal(metadata.OrderBy(p => p.Key, StringComparer.Ordinal), read.Metadata.OrderBy(p => p.Key, StringComparer.Ordinal));
        Assert.Equal(tensors.Count, read.Tensors.Count);
        foreach (var tensor in tensors)
        {
            var other = Assert.Single(read.Tensors, t => t.Name == tensor.Name);
            Assert.Equal(tensor.DType, other.DType);
            Assert.Equal(tensor.Shape, other.Shape);
            Assert.Equal(tensor.Data.ToArray(), other.Data.ToArray());
        }
    }

    [Fact]
    public void The_bytes_are_those_of_the_format()
    {
        SafetensorsFile.Write(FilePath, [SafetensorsBytes.Floats("w", [2], 1, -2)], new Dictionary<string, string> { ["by"] = "me" });
        const string header = """{"__metadata__":{"by":"me"},"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""";
        var padded = header.PadRight((header.Length + 7) / 8 * 8);
        byte[] expected = [(byte)padded.Length, 0, 0, 0, 0, 0, 0, 0, .. Encoding.UTF8.GetBytes(padded), 0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0];
        Assert.Equal(expected, File.ReadAllBytes(FilePath));
    }

    [Fact]
    public void Every_tensor_is_aligned_to_its_elements()
    {
        SafetensorsFile.Write(FilePath, SafetensorsBytes.OfEveryType());
        var bytes = File.ReadAllBytes(FilePath);
        var length = BinaryPrimitives.ReadInt32LittleEndian(bytes);
        Assert.Equal(0, length % 8);
        using var header = JsonDocument.Parse(bytes.AsMemory(8, length));
        foreach (var tensor in header.RootElement.EnumerateObject())
        {
            var size = tensor.Value.GetProperty("dtype").GetString() switch { "F64" or "I64" => 8, "F32" or "I32" => 4, _ => 1 };
            Assert.Equal(0, tensor.Value.GetProperty("data_offsets")[0].GetInt64() % size);
        }
    }

    [Fact]
    public void A_file_without_tensors_is_written_and_read()
    {
        SafetensorsFile.Write(FilePath, []);
        var read = SafetensorsFile.Read(FilePath);
        Assert.Empty(read.Tensors);
        Assert.Empty(read.Metadata);
    }

    [Fact]
    public void A_file_is_replaced_and_nothing_else_is_left()
    {
        SafetensorsFile.Write(FilePath, SafetensorsBytes.OfEveryType());
        SafetensorsFile.Write(FilePath, [SafetensorsBytes.Floats("w", [1], 3)]);
        Assert.Equal("w", Assert.Single(SafetensorsFile.Read(FilePath).Tensors).Name);
        Assert.Equal([FilePath], Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void A_write_that_fails_midway_leaves_the_old_file()
    {
        SafetensorsFile.Write(FilePath, [SafetensorsBytes.Floats("w", [1], 3)]);
        var before = File.ReadAllBytes(FilePath);
        using var broken = new BrokenMemory(4);
        StoredTensor[] tensors = [SafetensorsBytes.Floats("v", [1], 4), new("w", "F32", [1], broken.Memory)];
        broken.IsBroken = true;
        Assert.Equal("MIND0640", Assert.Throws<MindDslException>(() => SafetensorsFile.Write(FilePath, tensors)).Code);
        Assert.Equal(before, File.ReadAllBytes(FilePath));
        Assert.Equal([FilePath], Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void What_a_killed_write_left_does_not_matter()
    {
        SafetensorsFile.Write(FilePath, [SafetensorsBytes.Floats("w", [1], 3)]);
        folder.Write("model.safetensors.tmp", new byte[100_000]);
        Assert.Equal("w", Assert.Single(SafetensorsFile.Read(FilePath).Tensors).Name);
        SafetensorsFile.Write(FilePath, [SafetensorsBytes.Floats("v", [1], 3)]);
        Assert.Equal("v", Assert.Single(SafetensorsFile.Read(FilePath).Tensors).Name);
        Assert.Equal([FilePath], Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void The_temporary_file_of_another_writer_is_left_alone()
    {
        using (new FileStream(FilePath + ".tmp", FileMode.Create, FileAccess.Write, FileShare.None))
        {
            var exception = Assert.Throws<MindDslException>(() => SafetensorsFile.Write(FilePath, []));
            Assert.Equal("MIND0640", exception.Code);
            Assert.True(File.Exists(FilePath + ".tmp"));
        }
    }

    [Fact]
    public void A_folder_that_does_not_exist_is_named()
    {
        var path = Path.Combine(folder["none"], "file");
        var exception = Assert.Throws<MindDslException>(() => SafetensorsFile.Write(path, []));
        Assert.Equal("MIND0640", exception.Code);
        Assert.Contains(path, exception.Message, StringComparison.Ordinal);
        Assert.Equal("MIND0601", Assert.Throws<MindDslException>(() => SafetensorsFile.Read(path)).Code);
    }

    public static TheoryData<string, string, string, long[], int> Unstorable => new()
    {
        { "another type", "w", "F8_E4M3", [2], 2 },
        { "too few bytes", "w", "F32", [2, 2], 12 },
        { "a negative axis", "w", "F32", [-1, -1], 4 },
        { "too many elements", "w", "F32", [long.MaxValue, 4], 0 },
        { "half a surrogate pair", "w\ud800", "F32", [1], 4 },
        { "a reserved name", "__metadata__", "F32", [1], 4 },
        { "a name twice", "other", "F32", [1], 4 },
    };

    [Theory]
    [MemberData(nameof(Unstorable), DisableDiscoveryEnumeration = true)]
    public void A_tensor_that_can_not_be_stored_is_refused(string why, string name, string dtype, long[] shape, int length)
    {
        StoredTensor[] tensors = [SafetensorsBytes.Floats("other", [1], 4), new(name, dtype, shape, new byte[length])];
        var exception = Assert.Throws<MindDslException>(() => SafetensorsFile.Write(FilePath, tensors));
        Assert.True(exception.Code == "MIND0641", why);
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void Metadata_that_are_no_unicode_are_refused()
    {
        var metadata = new Dictionary<string, string> { ["key"] = "\udc00" };
        Assert.Equal("MIND0641", Assert.Throws<MindDslException>(() => SafetensorsFile.Write(FilePath, [], metadata)).Code);
    }

    /// <summary>Memory whose bytes can't be read any more, as when a mapped file is gone.</summary>
    private sealed class BrokenMemory(int length) : MemoryManager<byte>
    {
        private readonly byte[] bytes = new byte[length];

        public bool IsBroken { get; set; }

        public override Span<byte> GetSpan() => IsBroken ? throw new IOException("the memory is gone") : bytes;

        public override MemoryHandle Pin(int elementIndex = 0) => throw new NotSupportedException();

        public override void Unpin() => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
        }
    }
}
