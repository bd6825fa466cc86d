using MindDsl.Backends;
using MindDsl.Tests.Support;
using Xunit;
using static MindDsl.Mind;

namespace MindDsl.Tests.Backends.OpenClDevices;

/// <summary>Tensors stay on the device between calls, and nothing grows.</summary>
public class OpenClMemoryTests
{
    private sealed record State(Tensor X, Tensor Y);

    private static readonly Fn<State, Tensor, (State State, Tensor Loss)> Step = Fn((State s, Tensor rate) =>
        ValueTuple.Create(new State(s.X - rate * (s.X - s.Y), s.Y * 0.999f + s.X * 0.001f), (s.X * s.Y).Sum(null, false)));

    private static State Begin() => new(Tensor.From<float>([.. Enumerable.Range(0, 300).Select(i => i / 100f)], 300), Tensor.Ones(300));

    [Fact]
    public void The_state_of_a_step_stays_on_the_device_until_it_is_read()
    {
        using var scope = Use(OpenCl.Backend());
        var state = Begin();
        var expected = Begin();
        for (int k = 0; k < 5; k++)
        {
            Step.Update(ref state, Tensor.Of(0.1f));
            Assert.NotNull(state.X.Buffer.Resident);
            Assert.NotNull(state.Y.Buffer.Resident);
        }
        using (Use(new MindDsl.Backends.Cpu.CpuBackend())) for (int k = 0; k < 5; k++) Step.Update(ref expected, Tensor.Of(0.1f));
        Close(expected.X, state.X);
        Assert.Null(state.X.Buffer.Resident);

        // What was read may have been written to as well, and is put on the device again; what was not read is still there.
        Step.Update(ref state, Tensor.Of(0.1f));
        using (Use(new MindDsl.Backends.Cpu.CpuBackend()))
        {
            Step.Update(ref expected, Tensor.Of(0.1f));
            Close(expected.Y, state.Y);
            // The next step is on the CPU: what the device has is fetched.
            Step.Update(ref state, Tensor.Of(0.1f));
            Step.Update(ref expected, Tensor.Of(0.1f));
        }
        Close(expected.X, state.X);
        Close(expected.Y, state.Y);
    }

    [Fact]
    public void Results_of_a_device_are_arguments_there()
    {
        var twice = Fn((Tensor x) => x * 2f);
        using var scope = Use(OpenCl.Backend());
        var first = twice(Tensor.From<float>([1, 2, 3], 3));
        var second = twice(first);
        Assert.NotNull(first.Buffer.Resident);
        Assert.Equal([4, 8, 12], second.ToArray<float>());
        Assert.Equal([2, 4, 6], first.ToArray<float>());
    }

    [Fact]
    public void Ten_thousand_steps_take_no_more_memory_than_a_few()
    {
        var backend = OpenCl.Backend(1 << 20);
        using var scope = Use(backend);
        var state = Begin();
        var rate = Tensor.Of(1e-3f);
        for (int k = 0; k < 100; k++) Step.Update(ref state, rate);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        long pooled = backend.PooledBytes, host = Environment.WorkingSet;
        for (int k = 0; k < 10_000; k++) Step.Update(ref state, rate);
        // Tests beside this one use the device, too, but with other backends.
        Assert.Equal(pooled, backend.PooledBytes);
        Assert.True(pooled < 1 << 20, $"{pooled} bytes");
        Assert.True(Environment.WorkingSet - host < 512L << 20, $"the process grew by {Environment.WorkingSet - host} bytes");
        Assert.All(state.X.ToArray<float>(), x => Assert.True(float.IsFinite(x)));
    }

    private static void Close(Tensor expected, Tensor found)
    {
        var (x, y) = (expected.ToArray<float>(), found.ToArray<float>());
        for (int i = 0; i < x.Length; i++) Assert.True(Math.Abs(x[i] - y[i]) <= 1e-5 * (1 + Math.Abs(x[i])), $"{x[i]} expected, {y[i]} found at {i}");
    }
}
