using System.Globalization;
using System.Text;

namespace MindDsl.Ir;

/// <summary>Gives each value and function a name of its own: the user's, with a number if that is taken.</summary>
internal sealed class Names
{
    private static readonly string[] Reserved =
    [
        .. Identifier.Keywords,
        "stacked", "reverse", "forward", "build", "inject", "closure", "invoke", "derivative", "length", "undefined", "unit", "seq", "bool", "i32", "i64", "f32", "f64",
        "convert", "reshape", "permute", "broadcast", "slice", "pad", "flip", "concat", "iota", "size", "window", "fold", "sum", "prod",
        "reduce_max", "reduce_min", "argmax", "argmin", "contract", "gather", "scatter_add", "scatter_set", "tag",
        .. ElementwiseOps.All.Select(o => o.Name), .. Composite.All.Select(o => o.Name),
    ];

    private readonly HashSet<string> _taken;
    private readonly Dictionary<string, int> _next = [];
    private readonly Dictionary<object, string> _names;

    /// <summary>No names yet but those of the language.</summary>
    public Names()
    {
        _taken = [.. Reserved];
        _names = new(ReferenceEqualityComparer.Instance);
    }

    /// <summary>Names inside a scope: those around it are known and taken.</summary>
    public Names(Names around)
    {
        _taken = [.. around._taken];
        _names = new(around._names, ReferenceEqualityComparer.Instance);
    }

    /// <summary>The name of a function.</summary>
    public string Of(FunctionName function) => Of(function, function.Text, "f");

    /// <summary>The name of a value.</summary>
    public string Of(Value value) => Of(value, value.Name, "v");

    /// <summary>The names of the cases of a union.</summary>
    public static Seq<string> Of(UnionDefinition union)
    {
        var names = new Names();
        return union.Cases.Map(c => names.Of(c, c.Name, "Case"));
    }

    /// <summary>The name of a case of a union that is not known.</summary>
    public static string OfCase(int number) => "Case" + number.ToString(CultureInfo.InvariantCulture);

    /// <summary>An operand as text.</summary>
    public string Of(Atom atom) => atom is Value value ? Of(value) : atom.ToString()!;

    private string Of(object thing, string? hint, string otherwise)
    {
        if (_names.TryGetValue(thing, out string? known)) return known;
        string stem = Stem(hint ?? "");
        bool numbered = stem.Length == 0;
        if (numbered) stem = otherwise;
        string name = stem;
        while (numbered || !_taken.Add(name))
        {
            int number = _next[stem] = _next.GetValueOrDefault(stem) + 1;
            name = stem + number.ToString(CultureInfo.InvariantCulture);
            numbered = false;
        }
        return _names[thing] = name;
    }

    /// <summary>The letters, digits and underscores of a text, from the first that is not a digit.</summary>
    private static string Stem(string text)
    {
        var kept = new StringBuilder();
        foreach (char c in text)
            if (c == '_' || char.IsAsciiLetter(c) || (kept.Length > 0 && char.IsAsciiDigit(c))) kept.Append(c);
        return kept.ToString() is "_" ? "" : kept.ToString();
    }
}
