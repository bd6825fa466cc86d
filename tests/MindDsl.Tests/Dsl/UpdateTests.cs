using Xunit;
using static MindDsl.Mind;

namespace MindDsl.Tests.Dsl;

public class UpdateTests
{
    private sealed record Weights(Tensor W, Tensor[] More);

    private sealed record Pair(Tensor W, Tensor M, Tensor V, Tensor Back);

    private sealed record Counted(Tensor W, int Steps);

    private static Weights Start() => new(Tensor.Of(new[] { 1.0, 2, 3 }), [Tensor.Of(new[] { 4.0 }), Tensor.Of(5.0)]);

    private static readonly Fn<Weights, Tensor, Weights> Step =
        Fn((Weights s, Tensor x) => new Weights(s.W + x * s.More[0], new[] { s.More[1] * s.More[0] / 2, s.More[1] + s.W.Sum(null, false) * 0.001 }));

    [Fact]
    public void Updates_give_what_calls_give()
    {
        var (state, expected, x) = (Start(), Start(), Tensor.Of(new[] { 0.1, 0.2, 0.3 }));
        for (int i = 0; i < 7; i++)
        {
            Step.Update(ref state, x);
            expected = Step(expected, x);
            Assert.Equal(expected.W.ToArray<double>(), state.W.ToArray<double>());
            Assert.Equal((double)expected.More[1], (double)state.More[1]);
        }
    }

    [Fact]
    public void An_update_allocates_nothing_after_two_steps()
    {
        var (state, x) = (Start(), Tensor.Of(new[] { 0.1, 0.2, 0.3 }));
        for (int i = 0; i < 50; i++) Step.Update(ref state, x);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++) Step.Update(ref state, x);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void The_tensors_of_the_state_before_say_that_they_were_donated()
    {
        var (state, x) = (Start(), Tensor.Of(new[] { 0.1, 0.2, 0.3 }));
        var first = state.W;
        Step.Update(ref state, x);
        var second = state.W;
        Step.Update(ref state, x);
        Assert.Equal("MIND0310", Assert.Throws<MindDslException>(() => first.ToArray<double>()).Code);
        Assert.Equal("MIND0310", Assert.Throws<MindDslException>(() => second.Sum(null, false)).Code);
        Assert.False(state.W.IsDonated);
    }

    [Fact]
    public void A_tensor_that_is_twice_in_a_state_is_updated_twice()
    {
        var zero = Tensor.Of(new[] { 0.0, 0 });
        var state = (First: zero, Second: zero);
        var step = Fn(((Tensor First, Tensor Second) s) => ValueTuple.Create(s.First + 1, s.Second - s.First));
        for (int i = 0; i < 4; i++) step.Update(ref state);
        Assert.Equal([4, 4], state.First.ToArray<double>());
        Assert.Equal([-6, -6], state.Second.ToArray<double>());
    }

    [Fact]
    public void What_a_step_gives_beside_the_state_is_the_result_and_numbers_are_part_of_states()
    {
        var step = Fn((Counted s, double x) => ValueTuple.Create(new Counted(s.W * x, s.Steps + 1), s.W.Sum(null, false)));
        var state = new Counted(Tensor.Of(new[] { 1.0, 2 }), 0);
        var sums = new List<double>();
        for (int i = 0; i < 5; i++) sums.Add((double)step.Update(ref state, 2));
        Assert.Equal([3.0, 6, 12, 24, 48], sums);
        Assert.Equal(5, state.Steps);
        Assert.Equal([32, 64], state.W.ToArray<double>());
    }

    /// <summary>Lengths below a vector, between whole vectors, and long enough for several threads.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(13)]
    [InlineData(37)]
    [InlineData(1003)]
    [InlineData(200_003)]
    public void Updates_of_any_length_give_what_calls_give(int length)
    {
        var step = Fn((Pair s, Tensor g) => Let(s.M * 0.9 + g * 0.1, m => Let(s.V * 0.99 + g * g * 0.01, v =>
            new Pair(s.W - 0.1 * (m / (v.Sqrt() + 1e-3)) + 0.01 * s.W.Tanh(), m, v, s.W.Flip(new[] { 0 }) + s.Back))));
        Tensor Numbers(int seed) => Tensor.Of(Enumerable.Range(0, length).Select(i => Math.Sin(i * 0.7 + seed)).ToArray());
        var (state, expected) = (new Pair(Numbers(1), Numbers(2), Numbers(3).Abs(), Numbers(4)), new Pair(Numbers(1), Numbers(2), Numbers(3).Abs(), Numbers(4)));
        for (int i = 0; i < 4; i++)
        {
            step.Update(ref state, Numbers(5 + i));
            expected = step(expected, Numbers(5 + i));
            foreach (var ((path, x), (_, y)) in Tree.Leaves(expected).Zip(Tree.Leaves(state))) Assert.True(x.AsSpan<double>().SequenceEqual(y.AsSpan<double>()), path);
        }
    }

    [Fact]
    public void A_step_that_runs_out_of_fuel_leaves_the_state_as_it_was()
    {
        const string text = "fun (w, v) -> let a = w + 1 in (a, map (fun x -> sum (v * x)) v)";
        Fn<ValueTuple<Tensor, Tensor>, ValueTuple<Tensor, Tensor>>? step = null;
        var start = Tensor.Of(Enumerable.Range(0, 64).Select(i => (double)i).ToArray());
        // The largest amount that does not do ends the step as late as can be.
        for (long fuel = 1; fuel < 1L << 24; fuel = fuel * 3 / 2 + 1)
        {
            step = MindLanguage.Plain.WithLimits(new LanguageLimits { Fuel = fuel }).Parse<Fn<ValueTuple<Tensor, Tensor>, ValueTuple<Tensor, Tensor>>>(text);
            var state = ValueTuple.Create(Tensor.Of(new[] { 1.0, 2 }), start);
            try
            {
                step.Update(ref state);
                Assert.Equal([2, 3], state.Item1.ToArray<double>());
                Assert.True(fuel > 1);
                return;
            }
            catch (MindDslException)
            {
                Assert.Equal([1, 2], state.Item1.ToArray<double>());
            }
        }
        Assert.Fail("no amount of fuel was enough");
    }

    [Fact]
    public void A_copy_of_a_state_stays_as_it_is()
    {
        var (state, x) = (Start(), Tensor.Of(new[] { 0.1, 0.2, 0.3 }));
        Step.Update(ref state, x);
        var kept = Tree.Copy(state);
        double[] w = state.W.ToArray<double>();
        for (int i = 0; i < 4; i++) Step.Update(ref state, x);
        Assert.Equal(w, kept.W.ToArray<double>());
    }

    [Fact]
    public void An_update_stays_in_the_memory_of_the_state()
    {
        var (state, x) = (Start(), Tensor.Of(new[] { 0.1, 0.2, 0.3 }));
        nint before = state.W.Buffer.Address;
        for (int i = 0; i < 3; i++) Step.Update(ref state, x);
        Assert.Equal(before, state.W.Buffer.Address);
    }

    [Fact]
    public void A_tensor_of_the_state_that_is_also_an_argument_is_read_before_it_changes()
    {
        var step = Fn((ValueTuple<Tensor> s, Tensor x) => ValueTuple.Create(s.Item1 + x[1] + x[0]));
        var state = ValueTuple.Create(Tensor.Of(new[] { 1.0, 2 }));
        step.Update(ref state, state.Item1);
        step.Update(ref state, state.Item1);
        Assert.Equal([13, 14], state.Item1.ToArray<double>());
    }

    [Fact]
    public void A_step_that_fails_leaves_the_state_as_it_was()
    {
        var step = Fn((Counted s, int by) => new Counted(s.W * 2, s.Steps / by));
        var state = new Counted(Tensor.Of(new[] { 1.0, 2 }), 7);
        step.Update(ref state, 1);
        Assert.Throws<MindDslException>(() => step.Update(ref state, 0));
        Assert.Equal([2, 4], state.W.ToArray<double>());
        step.Update(ref state, 7);
        Assert.Equal([4, 8], state.W.ToArray<double>());
        Assert.Equal(1, state.Steps);
    }

    [Fact]
    public void A_state_that_grows_is_allocated_by_each_step()
    {
        var step = Fn((ValueTuple<Tensor> s) => ValueTuple.Create(Concat(new[] { s.Item1, s.Item1 }, 0)));
        var state = ValueTuple.Create(Tensor.Of(new[] { 1.0 }));
        for (int i = 0; i < 4; i++) step.Update(ref state);
        Assert.Equal([16], state.Item1.Shape.ToArray());
    }
}
