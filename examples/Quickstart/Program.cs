using System.Globalization;
using MindDsl;
using MindDsl.Examples.Quickstart;

var (options, complaint) = Options.Read(args);
if (options is null)
{
    Console.Error.WriteLine(complaint);
    Console.Error.WriteLine(Options.Usage);
    return 2;
}
if (options.Help)
{
    Console.WriteLine(Options.Usage);
    return 0;
}

using var interrupted = new CancellationTokenSource();
Console.CancelKeyPress += (_, press) =>
{
    // The first Ctrl-C asks for a clean end after the step; a second one ends at once.
    press.Cancel = !interrupted.IsCancellationRequested;
    interrupted.Cancel();
};

try
{
    var outcome = await Training.RunAsync(options, Console.Out, !Console.IsOutputRedirected, interrupted.Token);
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{outcome.Measured} accuracy {outcome.Accuracy:F4}"));
    Console.WriteLine($"checkpoint {outcome.Checkpoint}");
    return outcome.Interrupted ? 130 : 0;
}
catch (MindDslException e)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}
catch (OperationCanceledException)
{
    Console.Error.WriteLine("interrupted before the first step");
    return 130;
}
