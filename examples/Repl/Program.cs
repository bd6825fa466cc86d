using MindDsl;
using MindDsl.Examples.Repl;

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
bool isTerminal = options.File is null && !Console.IsInputRedirected && !Console.IsOutputRedirected;
var interruption = new Interruption();
Console.CancelKeyPress += (_, press) => press.Cancel = interruption.Press();
var output = isTerminal ? (IOutput)new TerminalOutput() : new PlainOutput(Console.Out, Console.Error);
var shell = new Shell(new Session(interruption), output);
try
{
    if (isTerminal) return shell.Converse(new LineEditor(shell.Complete));
    string? script = options.File is null ? null : await File.ReadAllTextAsync(options.File);
    using var reader = script is null ? Console.In : new StringReader(script);
    return shell.Run(Entries.Of(reader), stopAtError: script is not null);
}
catch (OperationCanceledException)
{
    Console.Error.WriteLine("interrupted");
    return 130;
}
catch (Exception error) when (error is IOException or UnauthorizedAccessException)
{
    Console.Error.WriteLine(error.Message);
    return 1;
}
