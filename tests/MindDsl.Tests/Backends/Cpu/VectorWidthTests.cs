using MindDsl.Tests.Support;
using Xunit;

namespace MindDsl.Tests.Backends.Cpu;

/// <summary>The laws of the CPU backend once more for each vector width, in processes where wider vectors are switched off.</summary>
public class VectorWidthTests
{
    [Theory]
    [InlineData("DOTNET_EnableAVX512")]
    [InlineData("DOTNET_EnableAVX2")]
    [InlineData("DOTNET_EnableHWIntrinsic")]
    public async Task The_cpu_backend_agrees_with_the_interpreter_when_this_is_off(string switchedOff)
    {
        string tests = Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "MindDsl.Tests.exe" : "MindDsl.Tests");
        string output = await ChildProcess.RunAsync(tests, ["--filter-class", typeof(CpuLaws).FullName!, "--no-progress"], switchedOff, "0");
        Assert.Contains("Passed!", output, StringComparison.Ordinal);
    }
}
