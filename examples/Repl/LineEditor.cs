using Spectre.Console;

namespace MindDsl.Examples.Repl;

/// <summary>Reads lines at a terminal: they can be edited, the arrows go through what was entered before, Tab completes names.</summary>
/// <param name="complete">Names that begin as given.</param>
internal sealed class LineEditor(Func<string, IEnumerable<string>> complete)
{
    private readonly List<string> _history = [];
    private string _line = "";
    private int _cursor;
    private int _row;

    /// <summary>True if Ctrl-C ended the last line.</summary>
    public bool IsAbandoned { get; private set; }

    /// <summary>Adds an entry to the history.</summary>
    public void Remember(string entry)
    {
        if (_history.Count == 0 || _history[^1] != entry) _history.Add(entry);
    }

    /// <summary>Reads a line; null at the end of the input.</summary>
    public string? Read(string prompt)
    {
        (_line, _cursor, _row, IsAbandoned) = ("", 0, 0, false);
        int place = _history.Count;
        string started = "";
        Console.TreatControlCAsInput = true;
        try
        {
            while (true)
            {
                Draw(prompt);
                var key = Console.ReadKey(intercept: true);
                bool control = (key.Modifiers & ConsoleModifiers.Control) != 0;
                switch (key.Key)
                {
                    case ConsoleKey.Enter:
                        End(prompt);
                        return _line;
                    case ConsoleKey.C when control:
                        IsAbandoned = true;
                        End(prompt);
                        return "";
                    case ConsoleKey.D when control && _line.Length == 0:
                        End(prompt);
                        return null;
                    case ConsoleKey.UpArrow or ConsoleKey.DownArrow:
                        if (place == _history.Count) started = _line;
                        place = Math.Clamp(place + (key.Key == ConsoleKey.UpArrow ? -1 : 1), 0, _history.Count);
                        // An entry of several lines comes back as one.
                        _line = place == _history.Count ? started : string.Join(' ', _history[place].Split('\n', StringSplitOptions.TrimEntries));
                        _cursor = _line.Length;
                        break;
                    case ConsoleKey.Tab: Complete(prompt); break;
                    default: Edit(key, control); break;
                }
            }
        }
        finally
        {
            Console.TreatControlCAsInput = false;
        }
    }

    private void Edit(ConsoleKeyInfo key, bool control)
    {
        switch (key.Key)
        {
            case ConsoleKey.LeftArrow: _cursor = Math.Max(0, _cursor - 1); break;
            case ConsoleKey.RightArrow: _cursor = Math.Min(_line.Length, _cursor + 1); break;
            case ConsoleKey.Home: _cursor = 0; break;
            case ConsoleKey.A when control: _cursor = 0; break;
            case ConsoleKey.End: _cursor = _line.Length; break;
            case ConsoleKey.E when control: _cursor = _line.Length; break;
            case ConsoleKey.K when control: _line = _line[.._cursor]; break;
            case ConsoleKey.U when control:
                _line = _line[_cursor..];
                _cursor = 0;
                break;
            case ConsoleKey.L when control:
                Console.Clear();
                _row = 0;
                break;
            case ConsoleKey.Backspace when _cursor > 0: _line = _line.Remove(--_cursor, 1); break;
            case ConsoleKey.Delete when _cursor < _line.Length: _line = _line.Remove(_cursor, 1); break;
            default:
                if (!char.IsControl(key.KeyChar)) _line = _line.Insert(_cursor++, key.KeyChar.ToString());
                break;
        }
    }

    /// <summary>Completes the name before the cursor as far as it is sure, and lists what it may be otherwise.</summary>
    private void Complete(string prompt)
    {
        int start = _cursor;
        while (start > 0 && (char.IsLetterOrDigit(_line[start - 1]) || _line[start - 1] is '_' or '\'')) start--;
        string prefix = _line[start.._cursor];
        if (prefix.Length == 0) return;
        var names = complete(prefix).Order(StringComparer.Ordinal).ToList();
        if (names.Count == 0) return;
        string common = names.Aggregate((a, b) => new string([.. a.Zip(b).TakeWhile(p => p.First == p.Second).Select(p => p.First)]));
        if (common.Length > prefix.Length)
        {
            _line = _line[..start] + common + _line[_cursor..];
            _cursor = start + common.Length;
        }
        else if (names.Count > 1)
        {
            End(prompt);
            Console.WriteLine(string.Join("  ", names.Take(60)));
            _row = 0;
        }
    }

    /// <summary>Draws the line anew over what was drawn before, and puts the cursor to its place; with moves that are relative, since asking a terminal for the place of its cursor takes time.</summary>
    private void Draw(string prompt)
    {
        // Some terminals do not tell their width.
        int width = Console.BufferWidth is > 1 and var known ? known : 80;
        if (_row > 0) Move(_row, 'A');
        Console.Write("\r\u001b[J");
        AnsiConsole.Markup($"[grey]{prompt}[/]{TerminalOutput.Coloured(_line)}");
        int end = prompt.Length + _line.Length, place = prompt.Length + _cursor;
        if (end % width == 0) Console.Write("\n");
        _row = place / width;
        if (end / width > _row) Move(end / width - _row, 'A');
        Console.Write("\r");
        if (place % width > 0) Move(place % width, 'C');
    }

    private static void Move(int by, char direction) => Console.Write(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"\u001b[{by}{direction}"));

    private void End(string prompt)
    {
        _cursor = _line.Length;
        Draw(prompt);
        Console.WriteLine();
        _row = 0;
    }
}
