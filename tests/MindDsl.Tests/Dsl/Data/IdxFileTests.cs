using MindDsl.Data;
using Xunit;

namespace MindDsl.Tests.Dsl.Data;

public sealed class IdxFileTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    private IdxArray Read(byte[] bytes) => IdxFile.Read(folder.Write("file", bytes));

    private MindDslException Fails(byte[] bytes) => Assert.Throws<MindDslException>(() => Read(bytes));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_file_of_bytes_is_read_compressed_or_not(bool compressed)
    {
        var bytes = IdxBytes.Images(2, 3, 4);
        var array = Read(compressed ? IdxBytes.Gzip(bytes) : bytes);
        Assert.Equal(IdxElement.U8, array.Element);
        Assert.Equal([2, 3, 4], array.Shape);
        Assert.Equal(24, array.Count);
        Assert.Equal(Enumerable.Range(0, 24).Select(i => (byte)i), array.Bytes);
        Assert.Equal(Enumerable.Range(0, 24).Select(i => (float)i), array.ToFloats());
    }

    [Theory]
    [InlineData(0x08, new byte[] { 0x00, 0xFF }, new float[] { 0, 255 })]
    [InlineData(0x09, new byte[] { 0x01, 0xFF }, new float[] { 1, -1 })]
    [InlineData(0x0B, new byte[] { 0x01, 0x02, 0xFF, 0xFE }, new float[] { 258, -2 })]
    [InlineData(0x0C, new byte[] { 0, 1, 0, 2, 0xFF, 0xFF, 0xFF, 0xFD }, new float[] { 65538, -3 })]
    [InlineData(0x0D, new byte[] { 0x3F, 0xC0, 0, 0, 0xC0, 0, 0, 0 }, new float[] { 1.5f, -2 })]
    [InlineData(0x0E, new byte[] { 0x3F, 0xF8, 0, 0, 0, 0, 0, 0, 0xC0, 0, 0, 0, 0, 0, 0, 0 }, new float[] { 1.5f, -2 })]
    public void Elements_of_every_type_become_floats(byte code, byte[] elements, float[] expected) =>
        Assert.Equal(expected, Read(IdxBytes.Of(code, [2], elements)).ToFloats());

    [Fact]
    public void A_file_without_axes_has_one_element() => Assert.Equal([7f], Read(IdxBytes.Of(8, [], 7)).ToFloats());

    [Fact]
    public void An_axis_of_length_zero_makes_an_empty_array()
    {
        var array = Read(IdxBytes.Of(8, [0, int.MaxValue, int.MaxValue]));
        Assert.Equal(0, array.Count);
        Assert.Empty(array.Bytes);
    }

    [Fact]
    public void Bytes_of_another_type_are_refused()
    {
        var exception = Assert.Throws<MindDslException>(() => Read(IdxBytes.Of(0x0D, [1], 0, 0, 0, 0)).Bytes);
        Assert.Equal("MIND0607", exception.Code);
        Assert.Contains("f32", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        var exception = Assert.Throws<MindDslException>(() => IdxFile.Read(folder["nothing"]));
        Assert.Equal("MIND0601", exception.Code);
        Assert.Contains(folder["nothing"], exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("MIND0603", new byte[0])]
    [InlineData("MIND0603", new byte[] { 0, 0, 8 })]
    [InlineData("MIND0602", new byte[] { 1, 0, 8, 0 })]
    [InlineData("MIND0602", new byte[] { 0, 0, 7, 0 })]
    [InlineData("MIND0603", new byte[] { 0, 0, 8, 2, 0, 0, 0, 1 })]
    [InlineData("MIND0603", new byte[] { 0, 0, 8, 1, 0, 0, 0, 2, 9 })]
    [InlineData("MIND0603", new byte[] { 0, 0, 8, 1, 0x7F, 0, 0, 0, 9 })]
    [InlineData("MIND0604", new byte[] { 0, 0, 8, 1, 0, 0, 0, 1, 9, 9 })]
    [InlineData("MIND0605", new byte[] { 0, 0, 8, 1, 0xFF, 0, 0, 0, 9 })]
    [InlineData("MIND0605", new byte[] { 0, 0, 0x0E, 1, 0x7F, 0, 0, 0, 9 })]
    public void A_malformed_file_is_refused_compressed_or_not(string code, byte[] bytes)
    {
        foreach (var contents in new[] { bytes, IdxBytes.Gzip(bytes) })
        {
            var exception = Fails(contents);
            Assert.Equal(code, exception.Code);
            Assert.Contains(folder["file"], exception.Message, StringComparison.Ordinal);
            Assert.Contains("expected", exception.Message, StringComparison.Ordinal);
            Assert.Contains("help", exception.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_small_compressed_file_can_not_ask_for_much_memory()
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal("MIND0603", Fails(IdxBytes.Gzip(IdxBytes.Of(8, [2_000_000_000]))).Code);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10_000_000);
    }

    [Fact]
    public void Every_damaged_byte_of_a_compressed_file_is_noticed_or_harmless()
    {
        var whole = IdxBytes.Images(3, 28, 28);
        var packed = IdxBytes.Gzip(whole);
        var expected = Read(whole).Bytes;
        for (var i = 2; i < packed.Length; i++)
        {
            var damaged = (byte[])packed.Clone();
            damaged[i] ^= 0x55;
            try
            {
                Assert.Equal(expected, Read(damaged).Bytes);
            }
            catch (MindDslException exception)
            {
                Assert.StartsWith("MIND060", exception.Code, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void Every_cut_of_a_file_is_noticed()
    {
        var whole = IdxBytes.Images(1, 5, 5);
        foreach (var contents in new[] { whole, IdxBytes.Gzip(whole) })
        {
            for (var length = 0; length < contents.Length; length++)
                Assert.StartsWith("MIND060", Fails(contents[..length]).Code, StringComparison.Ordinal);
        }
    }
}
