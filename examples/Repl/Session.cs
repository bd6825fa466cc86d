using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using MindDsl.Ir;

namespace MindDsl.Examples.Repl;

/// <summary>The definitions so far, and what can be asked about expressions in their scope.</summary>
internal sealed partial class Session(Interruption interruption)
{
    private const string Entry = "main";

    private static readonly MethodInfo ParseMethod = typeof(MindLanguage).GetMethod(nameof(MindLanguage.Parse), [typeof(string)])!;

    /// <summary>Bounds that make runs end when Ctrl-C is pressed, and are met by nothing else.</summary>
    private static readonly MindLanguage Language = MindLanguage.Plain.WithLimits(new()
    {
        TextLength = 1 << 20,
        Depth = 256,
        ProgramSize = 1_000_000,
        Fuel = long.MaxValue / 2,
        Memory = 16L << 30,
    });

    private readonly List<string> _definitions = [];
    private readonly Dictionary<string, string> _types = [];
    private readonly Dictionary<string, ValueType> _records = [];

    /// <summary>What compiles the programs.</summary>
    public ObservedBackend Backend { get; } = new();

    /// <summary>All names of the language and those that were defined.</summary>
    public IEnumerable<LanguageName> Names => Language.Describe().Concat(Defined.Select(n => new LanguageName(n, "defined", _types.GetValueOrDefault(n, ""), "")));

    private IEnumerable<string> Defined => _definitions.SelectMany(NamesIn).Distinct();

    /// <summary>Forgets the definitions.</summary>
    public void Reset()
    {
        _definitions.Clear();
        _types.Clear();
        _records.Clear();
    }

    /// <summary>Adds definitions; gives a line for each with its type.</summary>
    public IReadOnlyList<string> Define(string text)
    {
        string formatted = MindText.Format(text, int.MaxValue);
        var names = NamesIn(text);
        var lines = new List<string>();
        // Types alone need something that they can be checked with.
        if (names.Count == 0) Located(text, t => Language.TypeOf(t), "\nlet it = ()");
        _definitions.Add(text);
        try
        {
            foreach (string name in names) lines.Add($"{name} : {_types[name] = TypeIn(name, text)}");
        }
        catch
        {
            _definitions.RemoveAt(_definitions.Count - 1);
            throw;
        }
        foreach (Match record in RecordDefinition().Matches(formatted)) _records[record.Groups[1].Value] = ValueType.Of(record.Groups[2].Value, _records);
        foreach (Match type in TypeDefinition().Matches(formatted)) lines.Add("type " + type.Groups[1].Value);
        return lines;
    }

    /// <summary>The type of an expression.</summary>
    public string TypeOf(string expression) => Located(expression, t => Language.TypeOf(t), prefix: $"let {Entry} =\n");

    /// <summary>The value of an expression and its type, as text.</summary>
    public (string Value, string Type) ValueOf(string expression)
    {
        string type = TypeOf(expression);
        string value = interruption.Run(() => Show(expression, ValueType.Of(type, _records)));
        // A number of any type is one of f64 when nothing else is said.
        if (type.StartsWith('\'') && !type.Contains(' ', StringComparison.Ordinal)) return (value, "f64");
        // A tensor knows its type better.
        var tensor = Tensor().Match(value);
        return tensor.Success ? (tensor.Groups[2].Value, tensor.Groups[1].Value) : (value, type);
    }

    /// <summary>An expression as a function, and its type; a value is a function without parameters.</summary>
    public (Delegate Function, ValueType Type) FunctionOf(string expression)
    {
        string text = TypeOf(expression);
        var type = ValueType.Of(text, _records);
        var function = type as ValueType.Function ?? new ValueType.Function([], type);
        var delegateType = DelegateType(function) ?? throw new InvalidOperationException($"a value of type {text} cannot be taken out of the language; ask for a part of it");
        return (Parse(expression, delegateType), type);
    }

    /// <summary>Runs something with this session's backend; Ctrl-C ends it.</summary>
    public T Run<T>(Func<T> work) => interruption.Run(() =>
    {
        using (Mind.Use(Backend)) return work();
    });

    /// <summary>How long the first evaluation takes, with compilation, and the best of those after it.</summary>
    public (TimeSpan First, TimeSpan Best, int Runs) Time(string expression)
    {
        var (function, type) = FunctionOf(expression);
        if (type is ValueType.Function { Parameters.Count: > 0 }) throw new InvalidOperationException("a function has no time; apply it to something");
        return Run(() =>
        {
            long start = Stopwatch.GetTimestamp();
            Invoke(function);
            var first = Stopwatch.GetElapsedTime(start);
            var best = TimeSpan.MaxValue;
            int runs = 0;
            for (start = Stopwatch.GetTimestamp(); runs < 3 || (runs < 100_000 && Stopwatch.GetElapsedTime(start).TotalMilliseconds < 500); runs++)
            {
                long one = Stopwatch.GetTimestamp();
                Invoke(function);
                var time = Stopwatch.GetElapsedTime(one);
                if (time < best) best = time;
            }
            return (first, best, runs);
        });
    }

    /// <summary>The delegate type of a function, or null if there is none.</summary>
    public static Type? DelegateType(ValueType.Function function)
    {
        var types = function.Parameters.Select(p => p.Clr).Append(function.Result.Clr).ToArray();
        if (types.Length > 9 || types.Contains(null)) return null;
        return typeof(Fn<>).Assembly.GetType(string.Create(CultureInfo.InvariantCulture, $"MindDsl.Fn`{types.Length}"))!.MakeGenericType(types!);
    }

    /// <summary>Calls a function without parameters.</summary>
    public static object? Invoke(Delegate function) => function.GetType().GetMethod("Invoke")!.Invoke(function, BindingFlags.DoNotWrapExceptions, null, [], null);

    private string TypeIn(string name, string text)
    {
        try
        {
            return Located(text, t => Language.TypeOf(t), $"\nlet {Entry} = {name}", isDefined: true);
        }
        catch (MindDslException error) when (error.Diagnostics.All(d => d.Code == "MIND0739"))
        {
            // A function of any record that has the field: which one is known where it is used.
            Located(text, t => Language.TypeOf(t), "\nlet it = ()", isDefined: true);
            return "a function of records, whose type is known where it is used";
        }
    }

    private Delegate Parse(string expression, Type delegateType) => Located(expression, t =>
        (Delegate)ParseMethod.MakeGenericMethod(delegateType).Invoke(Language, BindingFlags.DoNotWrapExceptions, null, [t], null)!, prefix: $"let {Entry} =\n");

    private string Show(string expression, ValueType type)
    {
        switch (type)
        {
            case ValueType.Function: return "<function>";
            case ValueType.Named named: return $"<{named.Name}>";
            case ValueType.Tuple { Items.Count: 0 }: return "()";
            case ValueType.Tuple tuple:
                string names = string.Join(", ", tuple.Items.Select((_, k) => Part(k)));
                return $"({string.Join(", ", tuple.Items.Select((t, k) => Show($"let ({names}) = ({expression}\n) in {Part(k)}", t)))})";
            case ValueType.Record record:
                return $"{{ {string.Join("; ", record.Fields.Select(f => $"{f.Name} = {Show($"let part = ({expression}\n) in part.{f.Name}", f.Type)}"))} }}";
        }
        var function = Parse(expression, DelegateType(new([], type))!);
        using (Mind.Use(Backend))
        {
            return Located(expression, _ => Invoke(function), prefix: $"let {Entry} =\n") switch
            {
                double x => Literal.Of(DType.F64, x).ToString(),
                float x => Literal.Of(DType.F32, (double)x).ToString(),
                int x => Literal.Of(DType.I32, (long)x).ToString(),
                long x => Literal.Of(DType.I64, x).ToString(),
                byte x => Literal.Of(DType.U8, (long)x).ToString(),
                Half x => Literal.Of(DType.F16, (double)x).ToString(),
                BFloat16 x => Literal.Of(DType.BF16, x).ToString(),
                bool x => Literal.Of(x).ToString(),
                var other => other?.ToString() ?? "",
            };
        }
    }

    private static string Part(int number) => "part" + number.ToString(CultureInfo.InvariantCulture);

    /// <summary>Asks about a text behind the definitions so far; lines in errors are those of the text.</summary>
    private T Located<T>(string text, Func<string, T> ask, string suffix = "", string prefix = "", bool isDefined = false)
    {
        string before = string.Concat((isDefined ? _definitions.SkipLast(1) : _definitions).Select(d => d + "\n")) + prefix;
        int lines = before.Count(c => c == '\n');
        try
        {
            return ask(before + text + "\n" + suffix);
        }
        catch (MindDslException error) when (lines > 0)
        {
            throw new MindDslException([.. error.Diagnostics.Select(d => d with { At = d.At is null ? null : Place().Replace(d.At, m => "line " + Moved(m.Groups[1].Value, lines)) })], error.InnerException);
        }
    }

    private static string Moved(string line, int by) => Math.Max(1, int.Parse(line, CultureInfo.InvariantCulture) - by).ToString(CultureInfo.InvariantCulture);

    private static List<string> NamesIn(string definitions) =>
        [.. BoundName().Matches(MindText.Format(definitions, int.MaxValue)).SelectMany(m => m.Groups[2].Success ? NamesOf(m.Groups[2].Value) : [m.Groups[1].Value]).Distinct()];

    /// <summary>The names that a pattern binds: those that are neither fields, nor types, nor cases.</summary>
    private static IEnumerable<string> NamesOf(string pattern) => PatternName().Matches(pattern).Select(m => m.Value);

    [GeneratedRegex(@"^(?:let rec |let |and )(?:([\w']+|``[^`]+``)|([({].*?[)}]) =)", RegexOptions.Multiline)]
    private static partial Regex BoundName();

    [GeneratedRegex(@"(?<![\w.:'] ?)[a-z]['\w]*(?! =)\b")]
    private static partial Regex PatternName();

    [GeneratedRegex(@"^(?:type|and) (\w+) = (\{.*\})$", RegexOptions.Multiline)]
    private static partial Regex RecordDefinition();

    [GeneratedRegex(@"^type (\w+)", RegexOptions.Multiline)]
    private static partial Regex TypeDefinition();

    [GeneratedRegex(@"^((?:bool|[if](?:32|64))\[[^\]]*\])\s(.*)$", RegexOptions.Singleline)]
    private static partial Regex Tensor();

    [GeneratedRegex(@"^line (\d+)")]
    private static partial Regex Place();
}
