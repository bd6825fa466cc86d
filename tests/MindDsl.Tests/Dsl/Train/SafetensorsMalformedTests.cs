using System.Text;
using MindDsl.Data;
using MindDsl.Train;
using Xunit;

namespace MindDsl.Tests.Dsl.Train;

public sealed class SafetensorsMalformedTests : IDisposable
{
    private const string Scalar = """
        "a":{"dtype":"F32","shape":[],"data_offsets":[0,4]}
        """;

    private const string Symbols = "0123456789{}[]\",:-.eE\\u ";

    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    private SafetensorsContent Read(byte[] bytes) => SafetensorsFile.Read(folder.Write("file", bytes));

    private void Fails(string code, byte[] bytes)
    {
        var exception = Assert.Throws<MindDslException>(() => Read(bytes));
        Assert.Equal(code, exception.Code);
        Assert.Contains(folder["file"], exception.Message, StringComparison.Ordinal);
        Assert.Contains("help", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}", 0)]
    [InlineData("{\"__metadata__\":{}}  ", 0)]
    [InlineData("{\"a\":{\"data_offsets\":[0,4],\"shape\":[1],\"dtype\":\"F32\"}}", 4)]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4],\"extra\":null}}", 4)]
    [InlineData("{\"b\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[4,6]}," + Scalar + "}", 6)]
    [InlineData("{\"b\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}," + Scalar + "}", 4)]
    public void Headers_that_others_write_are_read(string header, int data) => Read(SafetensorsBytes.File(header, data));

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{")]
    [InlineData("{} {}")]
    [InlineData("{\"a\":1}")]
    [InlineData("{\"a\":{}}")]
    [InlineData("{\"__metadata__\":1}")]
    [InlineData("{\"__metadata__\":{\"a\":1}}")]
    [InlineData("{\"__metadata__\":{\"a\":\"1\",\"a\":\"2\"}}")]
    [InlineData("{\"__metadata__\":{\"a\":\"1\",\"\\u0061\":\"2\"}}")]
    [InlineData("{\"__metadata__\":{\"a\":\"\\ud800\"}}")]
    [InlineData("{\"\\ud800\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}}")]
    [InlineData("{\"a\":{\"dtype\":4,\"shape\":[1],\"data_offsets\":[0,4]}}")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":1,\"data_offsets\":[0,4]}}")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}}")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1.5],\"data_offsets\":[0,4]}}")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[99999999999999999999],\"data_offsets\":[0,4]}}")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[\"1\"],\"data_offsets\":[0,4]}}")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4,4]}}")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,-4]}}")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"offsets\":[0,4]}}")]
    [InlineData("{" + Scalar + "," + Scalar + "}")]
    public void A_malformed_header_is_refused(string header) => Fails("MIND0643", SafetensorsBytes.File(header, 4));

    [Fact]
    public void A_header_that_is_no_unicode_is_refused() =>
        Fails("MIND0643", SafetensorsBytes.File([.. Encoding.ASCII.GetBytes("{\"__metadata__\":{\"a\":\""), 0xFF, .. "\"}}"u8], []));

    [Fact]
    public void A_header_that_is_nested_deeply_is_refused() =>
        Fails("MIND0643", SafetensorsBytes.File("{\"a\":" + new string('[', 100_000), 0));

    [Theory]
    [InlineData("[1,5]", "[1,5]", 5)]
    [InlineData("[0,4]", "[5,9]", 9)]
    [InlineData("[0,4]", "[3,7]", 7)]
    [InlineData("[0,4]", "[0,4]", 4)]
    [InlineData("[0,4]", "[8,4]", 8)]
    [InlineData("[0,4]", "[4,8]", 9)]
    [InlineData("[0,4]", "[4,8]", 7)]
    [InlineData("[0,4]", "[9223372036854775803,9223372036854775807]", 8)]
    public void Overlaps_gaps_and_missing_bytes_are_refused(string first, string second, int data)
    {
        static string Entry(string offsets) => $$"""{"dtype":"F32","shape":[1],"data_offsets":{{offsets}}}""";
        Fails("MIND0644", SafetensorsBytes.File("{\"a\":" + Entry(first) + ",\"b\":" + Entry(second) + "}", data));
    }

    [Theory]
    [InlineData("F32", "[2]")]
    [InlineData("F64", "[1]")]
    [InlineData("F32", "[4294967296,4294967296]")]
    [InlineData("F32", "[9223372036854775807,2]")]
    [InlineData("F32", "[0]")]
    [InlineData("F32", "[9223372036854775807,9223372036854775807,0]")]
    public void A_size_that_is_not_that_of_the_shape_is_refused(string dtype, string shape) =>
        Fails("MIND0645", SafetensorsBytes.File($$$"""{"a":{"dtype":"{{{dtype}}}","shape":{{{shape}}},"data_offsets":[0,4]}}""", 4));

    [Theory]
    [InlineData("F8_E4M3")]
    [InlineData("f32")]
    [InlineData("")]
    public void Another_type_is_refused(string dtype) =>
        Fails("MIND0646", SafetensorsBytes.File($$$"""{"a":{"dtype":"{{{dtype}}}","shape":[2],"data_offsets":[0,4]}}""", 4));

    [Theory]
    [InlineData(3ul)]
    [InlineData(100_000_001ul)]
    [InlineData(ulong.MaxValue)]
    [InlineData((ulong)long.MaxValue)]
    public void A_header_longer_than_the_file_is_refused(ulong length) =>
        Fails("MIND0642", SafetensorsBytes.File("{}"u8.ToArray(), [], length));

    [Fact]
    public void Every_cut_is_refused()
    {
        var whole = Valid();
        for (var length = 0; length < whole.Length; length++)
            Assert.StartsWith("MIND064", Assert.Throws<MindDslException>(() => Read(whole[..length])).Code, StringComparison.Ordinal);
    }

    [Fact]
    public void Changed_bytes_are_read_or_refused_but_never_crash()
    {
        var whole = Valid();
        var headerEnd = 8 + BitConverter.ToInt32(whole);
        var random = new RandomSequence(CounterRandom.Stream(2024, 0));
        var refused = 0;
        for (var round = 0; round < 4000; round++)
        {
            var changed = whole.ToList();
            for (var changes = 1 + random.Below(4); changes > 0; changes--) Change(changed, headerEnd, random);
            try
            {
                Read([.. changed]);
            }
            catch (MindDslException)
            {
                refused++;
            }
        }
        Assert.InRange(refused, 1000, 3999);
    }

    private static void Change(List<byte> bytes, int headerEnd, RandomSequence random)
    {
        // Mostly in the header: a changed element is no error.
        var place = (int)random.Below((uint)(random.Below(8) > 0 ? Math.Min(headerEnd, bytes.Count) : bytes.Count));
        switch (random.Below(5))
        {
            case 0:
                bytes[place] = (byte)random.Next();
                break;
            case 1:
                bytes[place] ^= (byte)(1 << (int)random.Below(8));
                break;
            case 2:
                bytes[place] = (byte)Symbols[(int)random.Below((uint)Symbols.Length)];
                break;
            case 3:
                bytes.Insert(place, (byte)Symbols[(int)random.Below((uint)Symbols.Length)]);
                break;
            default:
                bytes.RemoveAt(place);
                break;
        }
    }

    private byte[] Valid()
    {
        var path = folder["valid"];
        SafetensorsFile.Write(path, SafetensorsBytes.OfEveryType(), new Dictionary<string, string> { ["a"] = "b" });
        return File.ReadAllBytes(path);
    }
}
