using MindDsl.Tests.Backends.Conformance;
using MindDsl.Tests.Support;
using Xunit;

namespace MindDsl.Tests.Backends.Cpu;

/// <summary>
/// The laws of the CPU backend once more for each vector width, in processes where it is asked for or wider vectors are switched off, and with a cache so small that all nests which
/// can go together do.
/// </summary>
public class VectorWidthTests
{
    [Theory]
    [InlineData("MINDDSL_VECTOR_BITS", "512")]
    [InlineData("DOTNET_EnableAVX512", "0")]
    [InlineData("DOTNET_EnableAVX2", "0")]
    [InlineData("DOTNET_EnableHWIntrinsic", "0")]
    [InlineData("MINDDSL_CACHE_BYTES", "1")]
    public async Task The_cpu_backend_agrees_with_the_interpreter(string variable, string value)
    {
        string tests = Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "MindDsl.Tests.exe" : "MindDsl.Tests");
        string output = await ChildProcess.RunAsync(tests, ["--filter-class", typeof(CpuLaws).FullName!, "--filter-class", typeof(CpuConformanceTests).FullName!, "--filter-class", typeof(NestGroupTests).FullName!], variable, value);
        Assert.Contains("Passed!", output, StringComparison.Ordinal);
    }
}
