using System.Text;
using MindDsl.Autodiff;
using MindDsl.Backends;
using MindDsl.Ir;
using MindDsl.Text;
using MindDsl.Text.Syntax;

namespace MindDsl.Tests.Golden;

/// <summary>
/// A file of tests/Golden. Its parts begin with lines <c>//! …</c>, which are comments of the language: <c>program</c> (printed IR), <c>source type</c> (the language; the type is that
/// of the function, over numbers), <c>read</c> (what was read of a source), <c>after pass …</c> (the program when these passes ran
/// on the one before), <c>value arguments</c> (the results), <c>errors</c> (what reading the program reports).
/// </summary>
internal sealed class MindFile
{
    private const string Mark = "//! ";

    private static readonly Dictionary<string, Pass> Passes = new Pass[]
    {
        LiftFunctions.Pass, ShareFunctions.Pass, Inline.Early, Simplify.Pass, Defunctionalize.Pass, ExpandDerivatives.Pass, Inline.Late, RemoveDead.Pass,
        new("gradient", "the entry is the gradient of what was the entry", Gradient),
        new("tangent", "the entry is the forward derivative of what was the entry", Tangent),
    }.ToDictionary(p => p.Name);

    /// <summary>True if the files are written anew; values that stand in them are kept.</summary>
    public static bool IsUpdating { get; } = Environment.GetEnvironmentVariable("MINDDSL_UPDATE") == "1";

    private readonly string _head;
    private readonly List<(string Title, string Body)> _parts = [];

    public MindFile(string text)
    {
        var parts = ("\n" + text.ReplaceLineEndings("\n")).Split("\n" + Mark);
        _head = parts[0].TrimStart('\n');
        foreach (string part in parts[1..])
        {
            int end = part.IndexOf('\n', StringComparison.Ordinal);
            _parts.Add((part[..(end < 0 ? part.Length : end)].Trim(), end < 0 ? "" : part[(end + 1)..].Trim('\n')));
        }
    }

    /// <summary>The file as it would be if every expectation were what comes out; values that are right stay as they are written.</summary>
    public string Actual()
    {
        var text = new StringBuilder(_head.TrimEnd('\n')).Append('\n');
        Module? module = null;
        IReadOnlyList<Diagnostic> errors = [];
        var level = Level.Source;
        foreach (var (title, body) in _parts)
        {
            string[] words = title.Split(' ', 2);
            string actual = body;
            switch (words[0])
            {
                case "program":
                    (module, errors) = Read(body);
                    break;
                case "source":
                    (module, errors) = Source(body, words[1]);
                    break;
                case "read":
                    actual = Printer.Print(module ?? throw new InvalidDataException(string.Join("\n", errors))).TrimEnd('\n');
                    break;
                case "errors":
                    actual = "// " + string.Join("\n", errors).ReplaceLineEndings("\n// ");
                    break;
                case "after":
                    foreach (string name in words[1].Split(' '))
                    {
                        var pass = Passes.GetValueOrDefault(name) ?? throw new InvalidDataException("no pass is called " + name);
                        module = pass.Run(module ?? throw new InvalidDataException(string.Join("\n", errors)));
                        level = pass.Result ?? level;
                        Verifier.Check(module, level, name);
                    }
                    actual = Printer.Print(module!).TrimEnd('\n');
                    break;
                case "value":
                    actual = Value(module ?? throw new InvalidDataException(string.Join("\n", errors)), words.Length > 1 ? words[1] : "", body);
                    break;
                default:
                    throw new InvalidDataException("a part is called " + title);
            }
            text.Append('\n').Append(Mark).Append(title).Append('\n').Append(actual.TrimEnd('\n')).Append('\n');
        }
        return text.ToString();
    }

    /// <summary>What is read of a function over numbers that is written in the language.</summary>
    private static (Module?, IReadOnlyList<Diagnostic>) Source(string text, string type)
    {
        var types = type.Split(" -> ").Select(t => t switch
        {
            "f64" => typeof(double),
            "f32" => typeof(float),
            "i64" => typeof(long),
            "i32" => typeof(int),
            "bool" => typeof(bool),
            _ => throw new InvalidDataException("a source has numbers as parameters and result"),
        }).ToArray();
        var delegateType = typeof(Fn<>).Assembly.GetType(FormattableString.Invariant($"MindDsl.Fn`{types.Length}"))!.MakeGenericType(types);
        try
        {
            var parse = typeof(Mind).GetMethod(nameof(Mind.Parse))!.MakeGenericMethod(delegateType);
            var function = (Delegate)parse.Invoke(null, System.Reflection.BindingFlags.DoNotWrapExceptions, null, [text, null], null)!;
            return (IrText.Read(function.ShowSource()), []);
        }
        catch (MindDslException e)
        {
            return (null, e.Diagnostics);
        }
    }

    private static (Module?, IReadOnlyList<Diagnostic>) Read(string text)
    {
        try
        {
            return (IrText.Read(text), []);
        }
        catch (MindDslException e)
        {
            return (null, e.Diagnostics);
        }
    }

    /// <summary>The results of a run; the expected ones if they are equal up to rounding.</summary>
    private static string Value(Module module, string arguments, string expected)
    {
        var call = TextParser.ParseExpression(new("f " + (arguments.Length == 0 ? "()" : arguments))).OrThrow();
        var given = ((ApplicationSyntax)call).Arguments;
        var types = module.EntryFunction.ParameterTypes;
        var results = Interpreter.Run(module, [.. types.Select((t, n) => Buffer(given[n], (TensorType)t))]);
        string text = results.Length == 1 ? Text(results[0]) : $"({string.Join(", ", results.Select(Text))})";
        if (expected.Length == 0) return text;
        var wanted = TextParser.ParseExpression(new(expected)).OrThrow();
        var each = wanted is TupleSyntax tuple ? tuple.Items : [wanted];
        return each.Count == results.Length && Enumerable.Range(0, each.Count).All(n => Close(Buffer(each[n], results[n].Type), results[n]))
            ? expected
            : IsUpdating ? throw new Xunit.Sdk.XunitException($"the value is {text} and not {expected}; values are not rewritten") : text;
    }

    private static bool Close(TensorBuffer expected, TensorBuffer found)
    {
        double tolerance = found.DType == DType.F32 ? 1e-6 : 1e-13;
        for (long i = 0; i < found.Count; i++)
        {
            var (x, y) = (expected[i], found[i]);
            if (!x.Equals(y) && !(Math.Abs(x.Number - y.Number) <= tolerance * (1 + Math.Abs(x.Number)))) return false;
        }
        return true;
    }

    private static TensorBuffer Buffer(ExpressionSyntax value, TensorType type)
    {
        var buffer = TensorBuffer.Allocate(type);
        long next = 0;
        Fill(value);
        return next == buffer.Count ? buffer : throw new InvalidDataException("a value has another number of elements than its type");

        void Fill(ExpressionSyntax part)
        {
            if (part is ListSyntax list) foreach (var item in list.Items) Fill(item);
            else if (part is LiteralSyntax { Value: var literal } && literal.DType == type.DType) buffer[next++] = literal;
            else throw new InvalidDataException("a value is neither a list nor a number of the right type");
        }
    }

    private static string Text(TensorBuffer buffer)
    {
        long next = 0;
        return Part(0);

        string Part(int axis) => axis == buffer.Lengths.Length
            ? buffer[next++].ToString()
            : $"[{string.Join("; ", Enumerable.Range(0, (int)buffer.Lengths[axis]).Select(_ => Part(axis + 1)))}]";
    }

    private static Module Gradient(Module module) => Derived(module, DerivativeKind.Reverse);

    private static Module Tangent(Module module) => Derived(module, DerivativeKind.Forward);

    /// <summary>Reverse: the arguments, then gradients of the float ones. Forward: the arguments and a tangent for each float one, then the tangent of the result.</summary>
    private static Module Derived(Module module, DerivativeKind kind)
    {
        var function = module.EntryFunction;
        var parameters = function.Body.Parameters.Map(p => new Value(p.Type, p.Name));
        var active = parameters.Map(p => p.Type.IsDifferentiable);
        var floats = parameters.Where(p => p.Type.IsDifferentiable).ToSeq();
        bool forward = kind == DerivativeKind.Forward;
        Seq<Value> tangents = forward ? floats.Map(p => new Value(p.Type, "d" + p.Name)) : [];
        Seq<Atom> given = forward ? tangents.Map(Atom (t) => t) : [Literal.Of(function.Body.Results[0].Tensor.DType, 1.0)];
        var result = new Value(function.ResultTypes[0], "result");
        var derived = forward ? [new Value(result.Type, "tangent")] : floats.Map(p => new Value(p.Type, "d" + p.Name));
        var entry = new FunctionName("derived");
        var let = new Let([result, .. derived], new Differentiate(kind, function.Name, active, [true], [.. parameters, .. given]));
        return new(entry, new Dictionary<FunctionName, Function>(module.Functions)
        {
            [entry] = new(entry, new([.. parameters, .. tangents], [let], derived.Map(Atom (d) => d))),
        }, module.Unions);
    }
}
