namespace MindDsl.Examples.Repl;

/// <summary>What the command line asks for.</summary>
internal sealed record Options(string? File = null, bool Help = false)
{
    public const string Usage = """
        Reads expressions and definitions of the textual language, and prints what they are.

          dotnet run -c Release --project examples/Repl -- [options]

          --file FILE           runs a script and ends; the first error ends it, with status 1
          --help                this text

        From a pipe every entry is run; the status is 1 if one of them failed. An entry begins at the start of a line, and lines
        that are indented belong to the entry before them; ;; at the end of a line ends an entry at once.
        """;

    /// <summary>Reads the arguments; a complaint in plain words if they make no sense.</summary>
    public static (Options? Options, string? Complaint) Read(string[] arguments)
    {
        var options = new Options();
        for (int i = 0; i < arguments.Length; i++)
        {
            switch (arguments[i])
            {
                case "--help" or "-h": return (new(Help: true), null);
                case "--file" when i + 1 < arguments.Length: options = options with { File = arguments[++i] }; break;
                case "--file": return (null, "--file needs a value");
                default: return (null, $"there is no option {arguments[i]}");
            }
        }
        return (options, null);
    }
}
