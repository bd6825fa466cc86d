using Xunit;
using static MindDsl.Mind;

namespace MindDsl.Tests.Dsl;

public class DonationTests
{
    private sealed record Pair(Tensor A, Tensor B);

    private static Tensor Numbers(params double[] numbers) => Tensor.Of(numbers);

    private static string? Code(Action action) => Assert.Throws<MindDslException>(action).Code;

    [Fact]
    public void A_result_takes_the_memory_of_a_donated_argument_which_says_so()
    {
        var f = Fn((Tensor x, Tensor y) => x * y + 1);
        var (x, y) = (Numbers(1, 2, 3), Numbers(4, 5, 6));
        nint memory = x.Buffer.Address;
        var result = f(Donate(x), y);
        Assert.Equal([5, 11, 19], result.ToArray<double>());
        Assert.Equal(memory, result.Buffer.Address);
        Assert.True(x.IsDonated);
        Assert.Equal("MIND0310", Code(() => x.ToArray<double>()));
        Assert.Equal("MIND0310", Code(() => f(x, y)));
        Assert.Equal("MIND0310", Code(() => Donate(x)));
        Assert.False(y.IsDonated);
    }

    [Fact]
    public void Results_may_cross_what_is_donated()
    {
        var swap = Fn((Pair p) => new Pair(p.B + 0.5, p.A.Flip(new[] { 0 })));
        var p = new Pair(Numbers(1, 2), Numbers(3, 4));
        for (int i = 0; i < 2; i++) p = swap(Donate(p));
        Assert.Equal([2.5, 1.5], p.A.ToArray<double>());
        Assert.Equal([4.5, 3.5], p.B.ToArray<double>());
    }

    [Fact]
    public void A_tensor_that_is_given_twice_is_read_before_it_changes()
    {
        var f = Fn((Tensor x, Tensor y) => x + y.Flip(new[] { 0 }));
        var x = Numbers(1, 2, 3);
        Assert.Equal([4, 4, 4], f(Donate(x), x).ToArray<double>());
        Assert.True(x.IsDonated);
    }

    [Fact]
    public void A_captured_tensor_that_is_donated_as_an_argument_is_read_before_it_changes()
    {
        var w = Numbers(1, 2, 3);
        var f = Fn((Tensor x) => x * 2 + w.Flip(new[] { 0 }));
        Assert.Equal([5, 6, 7], f(Donate(w)).ToArray<double>());
    }

    [Fact]
    public void What_has_no_result_of_its_type_is_donated_all_the_same()
    {
        var f = Fn((Tensor x) => x.Sum(null, false));
        var x = Numbers(1, 2, 3);
        Assert.Equal(6, (double)f(Donate(x)));
        Assert.True(x.IsDonated);
    }

    [Fact]
    public void A_call_that_fails_leaves_what_was_offered()
    {
        var f = Fn((Tensor x, int by) => ValueTuple.Create(x * 2, 7 / by));
        var x = Numbers(1, 2);
        Assert.Equal("MIND0301", Code(() => f(Donate(x), 0)));
        Assert.Equal([1, 2], x.ToArray<double>());
        Assert.Equal([2, 4], f(x, 1).Item1.ToArray<double>());
        Assert.False(x.IsDonated);
    }

    [Fact]
    public void A_call_with_a_donation_allocates_the_handles_of_its_results_only()
    {
        var f = Fn((Tensor x) => x + 1);
        var x = Numbers(new double[1000]);
        for (int i = 0; i < 50; i++) x = f(Donate(x));
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++) x = f(Donate(x));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100 * 256);
        Assert.Equal(150, x.ToArray<double>()[999]);
    }

    [Fact]
    public void A_plain_call_allocates_the_handles_of_its_results_only()
    {
        var f = Fn((Tensor x, double k) => ValueTuple.Create(x * k, x.Sum(null, false), k + 1));
        var x = Numbers(new double[1000]);
        for (int i = 0; i < 50; i++) f(x, 2);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++) f(x, 2);
        // Two tensors, each with its buffer and the lengths of its axes.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100 * 2 * 160);
        before = GC.GetAllocatedBytesForCurrentThread();
        var g = Fn((double a, double b) => a * b + 1);
        g(1, 2);
        before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++) g(i, 2);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
