using MindDsl;
using MindDsl.Examples.Doctor;
using Spectre.Console;

const string Usage = """
    Says what MindDsl finds on this machine: .NET, the system, and every device, with the reason where one cannot be used.

      dotnet run -c Release --project examples/Doctor [-- NAME]

      NAME    a device that has to be usable, such as cpu, opencl or cuda:1; the exit status is 1 if it is not
    """;

if (args is ["--help" or "-h"])
{
    Console.WriteLine(Usage);
    return 0;
}
if (args.Length > 1 || (args is [var option] && option.StartsWith('-')))
{
    Console.Error.WriteLine($"there is no option {args.First(a => a.StartsWith('-') || a != args[0])}");
    Console.Error.WriteLine(Usage);
    return 2;
}

var report = Report.Of(Device.Probe());
if (Console.IsOutputRedirected) Console.Write(report.Text());
else AnsiConsole.Write(new Markup(report.Text(Colour)));

if (args is not [var name]) return 0;
try
{
    Console.WriteLine($"{Device.Named(name).Backend.Name} can be used");
    return 0;
}
catch (MindDslException e)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}

static string Colour(string text, Tone tone) => tone switch
{
    Tone.Plain => Markup.Escape(text),
    Tone.Title => $"[bold]{Markup.Escape(text)}[/]",
    Tone.Good => $"[green]{Markup.Escape(text)}[/]",
    Tone.Bad => $"[yellow]{Markup.Escape(text)}[/]",
};
