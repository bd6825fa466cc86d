namespace MindDsl.Examples.Repl;

/// <summary>A type as the language prints it, taken apart, so that values of it can be asked for and shown.</summary>
internal abstract record ValueType
{
    /// <summary>The .NET type of values, or null where there is none.</summary>
    public virtual Type? Clr => null;

    /// <summary>A number or truth value.</summary>
    public sealed record Scalar(Type Type) : ValueType
    {
        /// <inheritdoc/>
        public override Type Clr => Type;
    }

    /// <summary>A tensor.</summary>
    public sealed record TensorValue : ValueType
    {
        /// <inheritdoc/>
        public override Type Clr => typeof(Tensor);
    }

    /// <summary>A tuple; without items unit.</summary>
    public sealed record Tuple(IReadOnlyList<ValueType> Items) : ValueType
    {
        /// <inheritdoc/>
        public override Type? Clr => Items.Count is >= 2 and <= 7 && Items.All(i => i.Clr is not null)
            ? Type.GetType("System.ValueTuple`" + Items.Count.ToString(System.Globalization.CultureInfo.InvariantCulture))!.MakeGenericType([.. Items.Select(i => i.Clr!)])
            : null;
    }

    /// <summary>A record.</summary>
    public sealed record Record(IReadOnlyList<(string Name, ValueType Type)> Fields) : ValueType;

    /// <summary>A function.</summary>
    public sealed record Function(IReadOnlyList<ValueType> Parameters, ValueType Result) : ValueType
    {
        /// <inheritdoc/>
        public override Type? Clr => Session.DelegateType(this);
    }

    /// <summary>What has a name of its own: a union, a list.</summary>
    public sealed record Named(string Name) : ValueType;

    /// <summary>Takes a type apart.</summary>
    /// <param name="text">The type.</param>
    /// <param name="records">The records that have names.</param>
    public static ValueType Of(string text, IReadOnlyDictionary<string, ValueType> records)
    {
        text = text.Trim();
        var arrows = Split(text, "->");
        if (arrows.Count > 1)
        {
            var parameters = arrows.SkipLast(1).Select(p => Of(p, records)).ToList();
            return new Function(parameters is [Tuple { Items: [] }] ? [] : parameters, Of(arrows[^1], records));
        }
        var items = Split(text, "*");
        if (items.Count > 1) return new Tuple([.. items.Select(i => Of(i, records))]);
        if (text.StartsWith('{'))
        {
            return new Record([.. from field in Split(text.Trim('{', '}', ' '), ";")
                                  let colon = field.IndexOf(':', StringComparison.Ordinal)
                                  where colon > 0
                                  select (field[..colon].Trim(), Of(field[(colon + 1)..], records))]);
        }
        if (text.StartsWith('(') && text.EndsWith(')')) return Of(text[1..^1], records);
        if (text.EndsWith(']') || text == "tensor") return new TensorValue();
        return text switch
        {
            "f64" => new Scalar(typeof(double)),
            "f32" => new Scalar(typeof(float)),
            "i64" => new Scalar(typeof(long)),
            "i32" => new Scalar(typeof(int)),
            "bool" => new Scalar(typeof(bool)),
            "u8" => new Scalar(typeof(byte)),
            "f16" => new Scalar(typeof(Half)),
            "bf16" => new Scalar(typeof(BFloat16)),
            "unit" => new Tuple([]),
            // What is open may be taken at any type.
            _ when text.StartsWith('\'') => new Scalar(typeof(double)),
            _ => records.GetValueOrDefault(text) ?? new Named(text),
        };
    }

    /// <summary>The parts between separators that stand outside of brackets.</summary>
    private static List<string> Split(string text, string separator)
    {
        var parts = new List<string>();
        int depth = 0, start = 0;
        for (int i = 0; i < text.Length; i++)
        {
            bool isArrow = string.CompareOrdinal(text, i, "->", 0, 2) == 0;
            if (depth == 0 && string.CompareOrdinal(text, i, separator, 0, separator.Length) == 0)
            {
                parts.Add(text[start..i]);
                start = i + separator.Length;
            }
            if (isArrow) i++;
            else if (text[i] is '(' or '[' or '{' or '<') depth++;
            else if (text[i] is ')' or ']' or '}' or '>') depth--;
        }
        parts.Add(text[start..]);
        return parts;
    }
}
