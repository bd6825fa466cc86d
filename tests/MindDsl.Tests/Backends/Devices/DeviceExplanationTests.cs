using MindDsl.Backends.Cuda;
using MindDsl.Tests.Backends.Cuda;
using Xunit;
using static MindDsl.Mind;

namespace MindDsl.Tests.Backends.Devices;

/// <summary>Devices tell the plan of the host.</summary>
public class DeviceExplanationTests
{
    [Fact]
    public void Launches_and_memory_are_told()
    {
        Assert.SkipWhen(HostKernels.Compiler is null, "there is no C++ compiler");
        using var scope = Use(CudaBackend.Open(HostKernels.Cuda(backwards: false).Platform, 0, CudaOptions.Default));
        var f = Fn((Tensor x) => (x.Tanh() * 2).Sum(1, false));
        var explanation = f.Explain(Tensor.Zeros(512, 300));
        Assert.Equal("cuda", explanation.Backend);
        var kernel = Assert.Single(explanation.Kernels, k => k.Name.StartsWith("sum(", StringComparison.Ordinal));
        Assert.Equal(([512], [300]), (kernel.Loops, kernel.Combined));
        Assert.Equal("launch", kernel.Schedule.Form);
        Assert.InRange(explanation.Memory.Working, 512 * 300 * 4, long.MaxValue);
        var loop = Fn((Tensor x) => While(x, h => (double)h.Sum(null, false) < 10, h => h.MatMul(x)));
        Assert.Contains(loop.Explain(Tensor.Zeros(64, 64)).Kernels, k => k.Runs is null);
    }
}
