using System.Diagnostics;
using MindDsl.Examples.Doctor;
using Xunit;

namespace MindDsl.Tests.Examples;

public class DoctorTests
{
    [Fact]
    public async Task It_lists_the_machine_and_every_device_in_plain_text()
    {
        var (status, output, errors) = await RunAsync();
        Assert.Equal(0, status);
        Assert.Empty(errors);
        Assert.DoesNotContain('\u001b', output);
        foreach (string label in (string[])["MindDsl", "  .NET", "  system", "  cores", "  vectors", "cpu", "opencl", "cuda"])
            Assert.Contains(output.Split('\n'), line => line.StartsWith(label + " ", StringComparison.Ordinal) || line.StartsWith(label + ":", StringComparison.Ordinal));
        Assert.Contains("  usable      yes", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "cpu")]
    [InlineData(1, "gpu")]
    [InlineData(1, "cuda:99")]
    [InlineData(0, "--help")]
    [InlineData(2, "--colour")]
    [InlineData(2, "cpu", "cuda")]
    public async Task It_ends_as_programs_do(int expected, params string[] arguments)
    {
        var (status, output, errors) = await RunAsync(arguments);
        Assert.True(status == expected, output + errors);
        Assert.Equal(expected != 0, errors.Length > 0);
    }

    [Fact]
    public void A_refusal_stands_with_every_library_that_was_tried()
    {
        var report = Report.Of([new("cuda", "NVIDIA") { Refusal = "no driver", Tried = [new("libcuda.so.1", "not found"), new("libcuda.so", "not found either")] }]);
        Assert.EndsWith("""

            cuda          NVIDIA
              usable      no: no driver
              tried       libcuda.so.1: not found
              tried       libcuda.so: not found either

            """.ReplaceLineEndings("\n"), report.Text(), StringComparison.Ordinal);
    }

    private static async Task<(int Status, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "Doctor.dll");
        using var process = Process.Start(new ProcessStartInfo("dotnet", [program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var cancellation = TestContext.Current.CancellationToken;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(cancellation), process.StandardError.ReadToEndAsync(cancellation));
        await process.WaitForExitAsync(cancellation);
        return (process.ExitCode, await output, await errors);
    }
}
