using System.Diagnostics;
using Xunit;

namespace MindDsl.Tests.Support;

/// <summary>Runs a program with a changed environment, for settings that are read once when a process starts.</summary>
internal static class ChildProcess
{
    /// <summary>Runs to the end, expects exit status 0, and gives what the program printed.</summary>
    public static async Task<string> RunAsync(string program, string[] arguments, string variable, string value)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, Environment = { [variable] = value } };
        var cancellation = TestContext.Current.CancellationToken;
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(cancellation), process.StandardError.ReadToEndAsync(cancellation));
        await process.WaitForExitAsync(cancellation);
        Assert.True(process.ExitCode == 0, await output + await errors);
        return await output;
    }
}
