using System.Globalization;
using MindDsl.Ir;

namespace MindDsl.Examples.Repl;

/// <summary>Reads entries and answers: definitions, expressions and commands.</summary>
internal sealed class Shell(Session session, IOutput output)
{
    private const string Help = """
        an expression        its value and type           let f x = …, type T = …   a definition
        :type E              the type                     :grad F                   the gradient of a function, as a program
        :ir E                the program that runs        :csharp E                 the same as C#
        :kernels E           what it is compiled to       :explain E                its kernels, memory and work
        :time E              how long it takes            :names [PREFIX]           what may be used
        :load FILE           the entries of a file        :history                  what was entered
        :reset               forgets the definitions      :help                     this text
        :quit                the end
        An entry goes on while it is not complete; ;; or an empty line ends it.
        """;

    private readonly List<string> _history = [];
    private bool _ended;

    /// <summary>Names that begin as given, for completion.</summary>
    public IEnumerable<string> Complete(string prefix) => session.Names.Select(n => n.Name).Where(n => n.StartsWith(prefix, StringComparison.Ordinal)).Distinct();

    /// <summary>Talks to somebody at a terminal; gives the exit status.</summary>
    public int Converse(LineEditor editor)
    {
        output.Code("MindDsl // :help says what can be entered");
        while (!_ended && ReadEntry(editor) is { } entry)
        {
            if (string.IsNullOrWhiteSpace(entry)) continue;
            editor.Remember(entry);
            try
            {
                Answer(entry);
            }
            catch (OperationCanceledException)
            {
                output.Error("interrupted");
            }
        }
        return 0;
    }

    /// <summary>Answers entries one after the other; gives the exit status.</summary>
    public int Run(IEnumerable<string> entries, bool stopAtError)
    {
        bool failed = false;
        foreach (string entry in entries)
        {
            failed |= !Answer(entry);
            if (_ended || (failed && stopAtError)) break;
        }
        return failed ? 1 : 0;
    }

    /// <summary>Reads lines until they are an entry; null at the end of the input.</summary>
    private static string? ReadEntry(LineEditor editor)
    {
        string text = "";
        while (true)
        {
            if (editor.Read(text.Length == 0 ? "> " : ". ") is not { } line) return null;
            if (editor.IsAbandoned) return "";
            bool ends = line.EndsWith(";;", StringComparison.Ordinal) || line.Length == 0;
            text += (text.Length == 0 ? "" : "\n") + (line.EndsWith(";;", StringComparison.Ordinal) ? line[..^2] : line);
            if (ends || text.StartsWith(':') || MindText.Examine(text) != TextKind.Incomplete) return text;
        }
    }

    /// <summary>Answers an entry; false if it had errors.</summary>
    private bool Answer(string entry)
    {
        _history.Add(entry);
        try
        {
            if (entry.StartsWith(':')) return Command(entry);
            if (MindText.Examine(entry) == TextKind.Definitions)
            {
                foreach (string line in session.Define(entry)) output.Code(line);
            }
            else
            {
                var (value, type) = session.ValueOf(entry);
                output.Value(value, type);
            }
            return true;
        }
        catch (Exception error) when (error is MindDslException or InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            output.Error(error.Message);
            return false;
        }
    }

    private bool Command(string entry)
    {
        int space = entry.IndexOfAny([' ', '\n']);
        string word = space < 0 ? entry : entry[..space], rest = space < 0 ? "" : entry[space..].Trim();
        if (rest.Length == 0 && word is ":type" or ":ir" or ":grad" or ":csharp" or ":kernels" or ":explain" or ":time" or ":load")
        {
            output.Error($"{word} needs something behind it");
            return false;
        }
        switch (word)
        {
            case ":help" or ":h": output.Code(Help); return true;
            case ":quit" or ":q" or ":exit":
                _ended = true;
                return true;
            case ":type" or ":t": output.Code(session.TypeOf(rest)); return true;
            case ":ir": output.Code(Program(rest)); return true;
            case ":grad": output.Code(Program($"grad ({rest}\n)")); return true;
            case ":csharp": output.Code(session.Run(() => Called(rest).ShowCSharp())); return true;
            case ":kernels": return Kernels(rest);
            case ":explain": return Explain(rest);
            case ":time":
                var (first, best, runs) = session.Time(rest);
                output.Code($"first {Text(first)} with compilation, then {Text(best)} at best of {runs.ToString(CultureInfo.InvariantCulture)}");
                return true;
            case ":names":
                foreach (var name in session.Names.Where(n => n.Name.StartsWith(rest, StringComparison.Ordinal)))
                    output.Code($"{name.Name,-20} {name.Type}{(name.Summary.Length > 0 ? "  // " + name.Summary : "")}");
                return true;
            case ":load":
                using (var reader = new StringReader(File.ReadAllText(rest))) return Run(Entries.Of(reader), stopAtError: true) == 0;
            case ":history":
                for (int n = 0; n < _history.Count - 1; n++) output.Code(_history[n]);
                return true;
            case ":reset":
                session.Reset();
                return true;
            default:
                output.Error($"there is no command {word}; :help lists them");
                return false;
        }
    }

    /// <summary>The program of an expression, with the types of its parameters where they are open.</summary>
    private string Program(string expression) => session.Run(() => Called(expression).Show());

    /// <summary>An expression as a function; a value was computed, so that its shapes are known.</summary>
    private Delegate Called(string expression)
    {
        var (function, type) = session.FunctionOf(expression);
        if (type is not ValueType.Function) Session.Invoke(function);
        return function;
    }

    private bool Kernels(string expression)
    {
        var (function, type) = session.FunctionOf(expression);
        if (type is ValueType.Function { Parameters.Count: > 0 })
        {
            output.Error("a function is compiled when it is applied to something; ask about that");
            return false;
        }
        session.Run(() => Session.Invoke(function));
        if (session.Backend.Last is not var (module, executable)) return false;
        var s = executable.Statistics;
        output.Code(string.Create(CultureInfo.InvariantCulture, $"{s.Nests} loop nests, {s.Kernels} contraction kernels, {s.Methods} methods, {s.ArenaBytes} bytes of working memory"));
        output.Code(Printer.Print(module));
        return true;
    }

    /// <summary>Kernels, memory and totals; a function is explained as it is compiled for numbers.</summary>
    private bool Explain(string expression)
    {
        output.Code(session.Run(() => Called(expression).Explain()).ToString());
        return true;
    }

    private static string Text(TimeSpan time) => time.TotalMilliseconds < 1
        ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalMicroseconds:F1} µs")
        : string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:F1} ms");
}
