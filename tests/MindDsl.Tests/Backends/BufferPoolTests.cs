using MindDsl.Backends;
using Xunit;

namespace MindDsl.Tests.Backends;

/// <summary>Memory of tensors that nobody has any more is used again.</summary>
public class BufferPoolTests
{
    [Fact]
    public void A_class_holds_what_it_is_rented_for_and_at_most_a_quarter_more()
    {
        var random = new Random(1);
        for (int k = 0; k < 10_000; k++)
        {
            long bytes = k < 2_000 ? k : random.NextInt64(1L << random.Next(6, 50));
            long size = BufferPool.SizeOf(BufferPool.ClassOf(bytes));
            Assert.InRange(size, bytes, Math.Max(bytes + bytes / 4 + 1, 64));
            Assert.Equal(0, size % 16);
            Assert.Equal(BufferPool.ClassOf(bytes), BufferPool.ClassOf(size));
        }
    }

    [Fact]
    public void What_was_given_back_last_is_rented_first()
    {
        // No other test has tensors of this class.
        const long Bytes = 41_000_000;
        nint[] rented = [BufferPool.Rent(Bytes), BufferPool.Rent(Bytes), BufferPool.Rent(Bytes)];
        foreach (nint address in rented) BufferPool.Return(address, Bytes);
        Assert.Equal(rented.Reverse(), [BufferPool.Rent(Bytes), BufferPool.Rent(Bytes - 1), BufferPool.Rent(Bytes)]);
        foreach (nint address in rented) BufferPool.Return(address, Bytes);
    }
}
