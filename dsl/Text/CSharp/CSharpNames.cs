using System.Globalization;
using System.Text;
using MindDsl.Ir;

namespace MindDsl.Text.CSharp;

/// <summary>Names of values and functions as C# identifiers, each its own.</summary>
internal sealed class CSharpNames
{
    private static readonly HashSet<string> Keywords =
    [
        "abstract", "as", "base", "bool", "break", "byte", "case", "catch", "char", "checked", "class", "const", "continue", "decimal", "default", "delegate", "do", "double", "else",
        "enum", "event", "explicit", "extern", "false", "finally", "fixed", "float", "for", "foreach", "goto", "if", "implicit", "in", "int", "interface", "internal", "is", "lock", "long",
        "namespace", "new", "null", "object", "operator", "out", "override", "params", "private", "protected", "public", "readonly", "ref", "return", "sbyte", "sealed", "short", "sizeof",
        "stackalloc", "static", "string", "struct", "switch", "this", "throw", "true", "try", "typeof", "uint", "ulong", "unchecked", "unsafe", "ushort", "using", "virtual", "void",
        "volatile", "while", "var",
        "Math", "MathF", "Tensor", "DType", "List", "Primitive", "Concat", "Stack", "Where", "Einsum",
    ];

    private readonly HashSet<string> _taken;
    private readonly Dictionary<object, string> _names;

    /// <summary>No names yet.</summary>
    public CSharpNames() => (_taken, _names) = ([.. Keywords], new(ReferenceEqualityComparer.Instance));

    /// <summary>Names inside a function: those around it are known and taken.</summary>
    public CSharpNames(CSharpNames around) => (_taken, _names) = ([.. around._taken], new(around._names, ReferenceEqualityComparer.Instance));

    /// <summary>The name of a value.</summary>
    public string Of(Value value) => Of(value, value.Name, "v");

    /// <summary>The name of a function, in capitals.</summary>
    public string Of(FunctionName function) => Of(function, Capital(function.Text), "F");

    /// <summary>The name of a union.</summary>
    public static string Of(UnionType union) => Capital(Kept(union.Name) is { Length: > 0 } kept ? kept : "Union");

    /// <summary>The names of the cases of a union.</summary>
    public static Seq<string> Of(UnionDefinition union)
    {
        var names = new CSharpNames();
        return union.Cases.Map(c => names.Of(c, Capital(c.Name), "Case"));
    }

    /// <summary>Makes a value have the name of another one.</summary>
    public void Same(Value value, Value other) => _names[value] = Of(other);

    /// <summary>A name that nothing has.</summary>
    public string Fresh(string stem) => Of(new object(), stem, stem);

    private string Of(object thing, string? hint, string otherwise)
    {
        if (_names.TryGetValue(thing, out var known)) return known;
        string stem = Kept(hint ?? "");
        string name = stem.Length == 0 ? otherwise + "1" : stem;
        if (stem.Length == 0) stem = otherwise;
        for (int number = 2; !_taken.Add(name); number++) name = stem + number.ToString(CultureInfo.InvariantCulture);
        return _names[thing] = name;
    }

    private static string Kept(string text)
    {
        var kept = new StringBuilder();
        foreach (char c in text)
            if (c == '_' || char.IsLetter(c) || (kept.Length > 0 && char.IsDigit(c))) kept.Append(c);
        return kept.ToString();
    }

    private static string Capital(string text)
    {
        var parts = text.Split(['_', ' '], StringSplitOptions.RemoveEmptyEntries);
        return string.Concat(parts.Select(p => char.ToUpperInvariant(p[0]) + p[1..]));
    }
}
