using FsCheck;
using FsCheck.Fluent;
using MindDsl.Data;
using Xunit;

namespace MindDsl.Tests.Dsl.Data;

public class ShuffleTests
{
    private static readonly Gen<(int N, ulong Seed, int Epoch)> Arguments =
        from n in Gen.Choose(0, 300)
        from seed in ArbMap.Default.GeneratorFor<ulong>()
        from epoch in Gen.Choose(0, int.MaxValue)
        select (n, seed, epoch);

    private static void Holds(Func<(int N, ulong Seed, int Epoch), bool> property) =>
        Prop.ForAll(Arguments.ToArbitrary(), property).QuickCheckThrowOnFailure();

    [Fact]
    public void It_is_a_permutation() =>
        Holds(a => Shuffle.Permutation(a.N, a.Seed, a.Epoch).Order().SequenceEqual(Enumerable.Range(0, a.N)));

    [Fact]
    public void It_depends_on_the_arguments_only() =>
        Holds(a => Shuffle.Permutation(a.N, a.Seed, a.Epoch).SequenceEqual(Shuffle.Permutation(a.N, a.Seed, a.Epoch)));

    [Fact]
    public void Epochs_and_seeds_differ()
    {
        static string Order(ulong seed, int epoch) => string.Join(' ', Shuffle.Permutation(50, seed, epoch));
        var orders = from seed in Enumerable.Range(0, 30) from epoch in Enumerable.Range(0, 30) select Order((ulong)seed, epoch);
        Assert.Equal(900, orders.Distinct().Count());
    }

    [Fact]
    public void It_is_the_same_on_every_platform()
    {
        // Computed with an independent implementation of the generator and of the shuffle.
        Assert.Equal([7, 3, 1, 9, 2, 6, 0, 8, 4, 5], Shuffle.Permutation(10, 1, 0));
        Assert.Equal([3, 6, 4, 7, 1, 5, 2, 8, 0, 9], Shuffle.Permutation(10, ulong.MaxValue, 7));
    }

    [Fact]
    public void Every_element_comes_to_every_place_equally_often()
    {
        const int N = 8, Epochs = 16_000;
        var seen = new int[N, N];
        for (var epoch = 0; epoch < Epochs; epoch++)
        {
            var order = Shuffle.Permutation(N, 42, epoch);
            for (var place = 0; place < N; place++) seen[place, order[place]]++;
        }
        // 2000 each on average with a standard deviation of about 42.
        foreach (var count in seen) Assert.InRange(count, 2000 - 210, 2000 + 210);
    }

    [Fact]
    public void Negative_arguments_are_refused()
    {
        Assert.Equal("MIND0630", Assert.Throws<MindDslException>(() => Shuffle.Permutation(-1, 0, 0)).Code);
        Assert.Equal("MIND0630", Assert.Throws<MindDslException>(() => Shuffle.Permutation(1, 0, -1)).Code);
    }
}
