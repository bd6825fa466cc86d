using MindDsl.Ir;
using Xunit;

namespace MindDsl.Tests.Ir.Ops;

public class PhiloxTests
{
    /// <summary>The known-answer vectors that are published with the generator (Random123, kat_vectors, philox4x32 with 10 rounds).</summary>
    public static TheoryData<uint[], uint[], uint[]> KnownAnswers => new()
    {
        { [0, 0, 0, 0], [0, 0], [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8] },
        { [uint.MaxValue, uint.MaxValue, uint.MaxValue, uint.MaxValue], [uint.MaxValue, uint.MaxValue], [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd] },
        { [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0], [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1] },
    };

    [Theory]
    [MemberData(nameof(KnownAnswers))]
    public void Blocks_are_the_published_ones(uint[] counter, uint[] key, uint[] expected)
    {
        var (x0, x1, x2, x3) = Philox.Block(counter[0], counter[1], counter[2], counter[3], key[0], key[1]);
        Assert.Equal(expected, new[] { x0, x1, x2, x3 });
    }

    [Fact]
    public void Bits_are_the_first_two_words_least_significant_first() =>
        Assert.Equal(unchecked((long)0xe169c58d6627e8d5), Philox.Bits(0, 0));

    [Fact]
    public void Bits_depend_on_all_bits_of_key_and_counter()
    {
        var seen = new HashSet<long> { Philox.Bits(0, 0) };
        for (int bit = 0; bit < 64; bit++)
        {
            Assert.True(seen.Add(Philox.Bits(1L << bit, 0)));
            Assert.True(seen.Add(Philox.Bits(0, 1L << bit)));
        }
    }
}
