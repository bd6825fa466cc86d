using System.Text.Json;
using MindDsl.Backends;
using MindDsl.Backends.Cpu;
using MindDsl.Ir;
using Xunit;
using static MindDsl.Mind;

namespace MindDsl.Tests.Dsl;

/// <summary>Profiles count the calls of kernels in their scope, and nothing else changes.</summary>
public class ProfileTests
{
    [Fact]
    public void Kernels_are_counted_as_often_as_they_run()
    {
        var f = Fn((Tensor x) => Iterate(7, x, h => h.MatMul(x)).Sum(null, false));
        using var profile = Profile();
        for (int i = 0; i < 3; i++) f(Tensor.Ones(16, 16));
        var report = profile.Report(new(1e11, 1e10, 256));
        Assert.Equal(21, report.Kernels.Single(k => k.Kernel.Name.StartsWith("contract", StringComparison.Ordinal)).Calls);
        Assert.Equal(3, report.Kernels.Single(k => k.Kernel.Name == "sum").Calls);
        Assert.InRange(report.InKernels, 0, report.InPrograms);
        Assert.All(report.Kernels, k => Assert.InRange(k.Least, 0, k.Mean));
    }

    [Fact]
    public void Results_are_the_same_and_programs_outside_of_the_scope_stay_as_they_were()
    {
        var f = Fn((Tensor x) => x.Tanh().MatMul(x).Softmax(1) + 0.125);
        var x = Mind.Normal(new Key(5), [40, 40]);
        int before = Compilation.CompiledHere;
        double[] plain = f(x).ToArray<float>().Select(v => (double)v).ToArray();
        Assert.Equal(before + 1, Compilation.CompiledHere);
        for (int i = 0; i < 2; i++)
        {
            using var profile = Profile();
            Assert.Equal(plain, f(x).ToArray<float>().Select(v => (double)v));
            Assert.Equal(before + 2, Compilation.CompiledHere);
        }
        Assert.Equal(plain, f(x).ToArray<float>().Select(v => (double)v));
        Assert.Equal(before + 2, Compilation.CompiledHere);
    }

    [Fact]
    public async Task Each_flow_of_execution_has_its_own_profile()
    {
        var f = Fn((Tensor x) => x.Exp() * 3);
        var counts = await Task.WhenAll(Enumerable.Range(1, 4).Select(n => Task.Run(() =>
        {
            using var profile = Profile();
            for (int i = 0; i < n; i++) f(Tensor.Ones(50));
            return profile.Report(new(1e11, 1e10, 256)).Runs;
        })));
        Assert.Equal([1, 2, 3, 4], counts);
    }

    [Fact]
    public void A_profile_in_another_counts_for_both_and_a_backend_chosen_inside_is_profiled()
    {
        var f = Fn((Tensor x) => x.Exp() * 4);
        using var outer = Profile();
        f(Tensor.Ones(50));
        using (var inner = Profile())
        {
            using (Use(new CpuBackend())) f(Tensor.Ones(50));
            inner.Dispose();
            Assert.Equal(1, inner.Report(new(1e11, 1e10, 256)).Runs);
        }
        Assert.Equal(2, outer.Report(new(1e11, 1e10, 256)).Runs);
        outer.Dispose();
        f(Tensor.Ones(50));
        Assert.Equal(2, outer.Report(new(1e11, 1e10, 256)).Runs);
    }

    [Fact]
    public void The_part_of_the_roofline_is_the_least_possible_time_over_the_mean()
    {
        var kernel = new KernelPlan(0, "k") { Operations = 4e6, BytesRead = 1_000_000, BytesWritten = 500_000 };
        Assert.Equal(4e-3, new MachineLimits(1e9, 1e9, 256).SecondsOf(kernel), 1e-12);
        Assert.Equal(1.5e-3, new MachineLimits(1e12, 1e9, 256).SecondsOf(kernel), 1e-12);
        Assert.Equal(8e-3, new MachineLimits(1e9, 1e9, 256).SecondsOf(kernel with { Type = DType.F64 }), 1e-12);
        Assert.Equal(2e-3, new MachineLimits(1e9, 1e9, 256).SecondsOf(kernel with { Schedule = KernelSchedule.InPlace with { Threads = 2 } }), 1e-12);
        var time = new KernelTime(kernel, "p", 10, 0.1, 5e-3) { LeastPossible = 4e-3 };
        Assert.Equal((0.4, 4e8, 1.5e8), (time.Roofline, time.FlopsPerSecond, time.BytesPerSecond));
    }

    [Fact]
    public void The_trace_has_an_event_for_each_call_and_the_passes_of_the_compiler()
    {
        var f = Fn((Tensor x) => x.Sinh().MatMul(x));
        using var profile = Profile();
        for (int i = 0; i < 5; i++) f(Tensor.Ones(24, 24));
        using var text = new StringWriter();
        profile.WriteTrace(text);
        using var json = JsonDocument.Parse(text.ToString());
        var events = json.RootElement.GetProperty("traceEvents").EnumerateArray().ToList();
        int Count(string category) => events.Count(e => e.TryGetProperty("cat", out var c) && c.GetString() == category);
        Assert.Equal((5, 10), (Count("program"), Count("kernel")));
        Assert.Equal(3, Count("compile"));
        Assert.All(events.Where(e => e.GetProperty("ph").GetString() == "X"), e => Assert.True(e.GetProperty("dur").GetDouble() >= 0 && e.GetProperty("ts").GetDouble() >= 0));
        Assert.Contains(events, e => e.GetProperty("name").GetString() == "thread_name");
    }

    [Fact]
    public void The_table_has_a_line_for_each_kernel()
    {
        var f = Fn((Tensor x) => x.Cosh().MatMul(x));
        using var profile = Profile();
        f(Tensor.Ones(24, 24));
        string table = profile.ToString();
        Assert.Contains("GFLOP/s", table, StringComparison.Ordinal);
        Assert.Contains("contract", table, StringComparison.Ordinal);
        Assert.Contains("map(cosh)", table, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_that_fails_is_timed_and_throws()
    {
        var f = Fn((Tensor x, long i) => x.Exp().Take(Tensor.Of(i), 0));
        using var profile = Profile();
        Assert.Throws<MindDslException>(() => f(Tensor.Ones(4), 9));
        Assert.Equal(1, profile.Report(new(1e11, 1e10, 256)).Runs);
    }
}
