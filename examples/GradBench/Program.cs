using System.Text;
using MindDsl.Examples.GradBench;

if (args is ["--help" or "-h"])
{
    Console.WriteLine("""
        A GradBench tool: reads messages from standard input and answers on standard output.

          dotnet run -c Release --project examples/GradBench -- [--multithreaded]

        Without --multithreaded it computes on one thread.
        """);
    return 0;
}
if (args is not ([] or ["--multithreaded"]))
{
    Console.Error.WriteLine($"there is no option {string.Join(' ', args)}");
    return 2;
}
if (args.Length == 0) Environment.SetEnvironmentVariable("MINDDSL_THREADS", "1");

using var messages = new StreamReader(Console.OpenStandardInput(), new UTF8Encoding(false), false, 1 << 16);
using var responses = new BufferedStream(Console.OpenStandardOutput(), 1 << 16);
Tool.Serve(messages, responses);
return 0;
