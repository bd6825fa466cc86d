using FsCheck;
using FsCheck.Fluent;
using MindDsl.Ir;
using Xunit;

namespace MindDsl.Tests.Ir.Types;

/// <summary>Numbers of few bits: which ones there are, and to which of them others are rounded.</summary>
public class StorageTypeTests
{
    private static readonly double[] Halves = [.. Enumerable.Range(0, 0x7C01).Select(b => (double)BitConverter.UInt16BitsToHalf((ushort)b))];
    private static readonly double[] BFloats = [.. Enumerable.Range(0, 0x7F81).Select(b => (double)new BFloat16((ushort)b))];

    [Fact]
    public void Every_number_of_16_bits_is_kept()
    {
        for (int bits = 0; bits <= ushort.MaxValue; bits++)
        {
            var (half, upper) = (BitConverter.UInt16BitsToHalf((ushort)bits), new BFloat16((ushort)bits));
            Assert.Equal((double)half, Literal.Of(DType.F16, (double)half).Number);
            Assert.Equal((double)upper, Literal.Of(DType.BF16, (double)upper).Number);
            if (float.IsFinite(upper)) Assert.Equal(bits, ((BFloat16)double.Parse(upper.ToString(), System.Globalization.CultureInfo.InvariantCulture)).Bits);
            if (!float.IsNaN(upper)) Assert.Equal(bits, ((BFloat16)(float)upper).Bits);
        }
    }

    [Fact]
    public void A_bfloat16_is_the_upper_half_of_a_float()
    {
        Assert.Equal(1.0, (double)new BFloat16(0x3F80));
        Assert.Equal(-2.5, (double)new BFloat16(0xC020));
        Assert.Equal(float.PositiveInfinity, new BFloat16(0x7F80));
        Assert.True(float.IsNaN((BFloat16)float.NaN));
        Assert.True(float.IsNaN((BFloat16)BitConverter.Int32BitsToSingle(0x7F800001)));
    }

    [Fact]
    public void Numbers_round_once_to_the_nearest_and_to_the_even_one_of_two()
    {
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2000), Prop.ForAll(ArbMap.Default.ArbFor<(int, int, bool)>(), t =>
        {
            var (place, offset, up) = t;
            foreach (var (type, all) in new[] { (DType.F16, Halves), (DType.BF16, BFloats) })
            {
                int low = (int)((uint)place * 2654435761u % (uint)(all.Length - 2));
                // Halfway between two numbers, and next to it.
                double middle = all[low] / 2 + all[low + 1] / 2;
                double x = offset % 3 == 0 ? middle : up ? Math.BitIncrement(middle) : Math.BitDecrement(middle);
                double expected = x == middle ? (low % 2 == 0 ? all[low] : all[low + 1]) : x > middle ? all[low + 1] : all[low];
                Assert.Equal(expected, Literal.Of(type, x).Number);
                Assert.Equal(-expected, Literal.Of(type, -x).Number);
            }
        }));
    }

    [Fact]
    public void What_is_too_large_is_infinite()
    {
        Assert.Equal(65504, Literal.Of(DType.F16, 65519.0).Number);
        Assert.Equal(double.PositiveInfinity, Literal.Of(DType.F16, 65520.0).Number);
        Assert.Equal(double.NegativeInfinity, Literal.Of(DType.BF16, -1e39).Number);
        Assert.Equal(double.PositiveInfinity, Literal.Of(DType.BF16, (double)float.MaxValue).Number);
    }

    [Fact]
    public void Integers_round_once()
    {
        // The last bit decides; as a double or a float it would be lost, and what is left is halfway.
        long tie = (1L << 60) + (1L << 52);
        Assert.Equal((double)(1L << 60), Literal.Of(DType.BF16, tie).Number);
        Assert.Equal((double)((1L << 60) + (1L << 53)), Literal.Of(DType.BF16, tie + 1).Number);
        Assert.Equal(-(double)((1L << 60) + (1L << 53)), Literal.Of(DType.BF16, -tie - 1).Number);
        Assert.Equal(2048, Literal.Of(DType.F16, 2049L).Number);
        Assert.Equal(2052, Literal.Of(DType.F16, 2051L).Number);
        Assert.Equal(double.PositiveInfinity, Literal.Of(DType.F16, long.MaxValue).Number);
        Assert.Equal(Math.ScaleB(1, 63), Literal.Of(DType.BF16, long.MaxValue).Number);
        Assert.Equal(-Math.ScaleB(1, 63), Literal.Of(DType.BF16, long.MinValue).Number);
    }

    [Fact]
    public void Bytes_hold_0_to_255()
    {
        Assert.Equal([0, 0, 0, 254, 255, 255, 0], new[] { -3.5, -0.5, 0.9, 254.9, 255, 1e9, double.NaN }.Select(x => Literal.Of(DType.U8, x).Integer));
        Assert.Equal([255, 0, 1, 255], new[] { -1L, 256, 257, 255 }.Select(n => Literal.Of(DType.U8, n).Integer));
    }

    [Fact]
    public void Literals_say_their_type()
    {
        Assert.Equal("0.1f16", Literal.Of(DType.F16, 0.1).ToString());
        Assert.Equal("2.0bf16", Literal.Of(DType.BF16, 2.0).ToString());
        Assert.Equal("200u8", Literal.Of(DType.U8, 200L).ToString());
        Assert.Equal("-inff16", Literal.Of(DType.F16, -1e9).ToString());
        Assert.Equal("nanbf16", Literal.Of(DType.BF16, double.NaN).ToString());
    }

    [Fact]
    public void What_computes_refuses_them()
    {
        foreach (var type in Enum.GetValues<DType>().Where(t => t.IsStorage))
        {
            Seq<TensorType> x = [new(type, Shape.Of(2, 2)), new(type, Shape.Of(2, 2))];
            foreach (Op op in new Op[] { ElementwiseOps.Add, ElementwiseOps.Lt, ElementwiseOps.Exp, new Reduce(Monoid.Sum, [0]), new Reduce(Monoid.Max, [0]), new ArgReduce(Monoid.ArgMax, 0) })
            {
                var error = Assert.Throws<MindDslException>(() => op.Infer(op is Elementwise { Arity: 2 } ? x : x.Slice(0, 1)));
                Assert.Equal("MIND0211", error.Diagnostics[0].Code);
                Assert.Contains(type.Name, error.Message, StringComparison.Ordinal);
            }
        }
        Seq<TensorType> bytes = [new(DType.U8, Shape.Of(2)), new(DType.U8, Shape.Of(2))];
        Assert.Equal("MIND0211", Assert.Throws<MindDslException>(() => new Contract("i", "i", "").Infer(bytes)).Diagnostics[0].Code);
    }
}
