using System.Globalization;
using MindDsl.Ir;
using MindDsl.Text.Syntax;

namespace MindDsl.Text.Elaboration;

/// <summary>Attributes of operations as the .NET values that the functions of the prelude take.</summary>
internal static class AttributeValue
{
    /// <summary>The words that stand for values of attributes.</summary>
    public static IReadOnlySet<string> Words { get; } = new[] { typeof(PadMode), typeof(Reduction), typeof(GeluForm) }.SelectMany(Enum.GetNames).Select(PreludeTable.NameOf).ToHashSet();

    /// <summary>True if an attribute can be a value of a type.</summary>
    public static bool Fits(AttributeSyntax attribute, Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return attribute switch
        {
            ListAttributeSyntax list => type.IsArray && list.Items.All(i => Fits(i, type.GetElementType()!)),
            StringAttributeSyntax => type == typeof(string),
            LiteralAttributeSyntax { Value.DType: DType.Bool } => type == typeof(bool),
            LiteralAttributeSyntax => type == typeof(double),
            SizeAttributeSyntax size when type == typeof(DType) => Word(size.Size) is { } word && DTypeOf(word) is not null,
            SizeAttributeSyntax size when type.IsEnum => Word(size.Size) is { } word && Enum.GetNames(type).Any(n => PreludeTable.NameOf(n) == word),
            SizeAttributeSyntax { Size.IsWildcard: false } size => (type == typeof(int) || type == typeof(long) || type == typeof(double)) && (Word(size.Size) is not { } word || DTypeOf(word) is null),
            _ => false,
        };
    }

    /// <summary>The value of an attribute of a type; null if a named size is not known.</summary>
    /// <param name="attribute">The attribute.</param>
    /// <param name="type">The type.</param>
    /// <param name="sizes">The value of a named size.</param>
    public static object? Read(AttributeSyntax attribute, Type type, Func<NameSyntax, long?> sizes)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        switch (attribute)
        {
            case ListAttributeSyntax list:
                return ReadAll(list.Items, type.GetElementType()!, sizes);
            case StringAttributeSyntax text:
                return text.Text;
            case LiteralAttributeSyntax { Value: var literal }:
                return literal.DType == DType.Bool ? literal.Integer != 0 : literal.Number;
            case SizeAttributeSyntax size when type == typeof(DType):
                return DTypeOf(Word(size.Size)!);
            case SizeAttributeSyntax size when type.IsEnum:
                return Enum.Parse(type, Enum.GetNames(type).First(n => PreludeTable.NameOf(n) == Word(size.Size)));
            case SizeAttributeSyntax size:
                return Value(size.Size, sizes) is { } value ? System.Convert.ChangeType(value, type, CultureInfo.InvariantCulture) : null;
            default:
                return null;
        }
    }

    /// <summary>The values of attributes as an array; null if a named size is not known.</summary>
    public static Array? ReadAll(Seq<AttributeSyntax> attributes, Type element, Func<NameSyntax, long?> sizes)
    {
        var array = Array.CreateInstance(element, attributes.Count);
        for (int i = 0; i < array.Length; i++)
        {
            if (Read(attributes[i], element, sizes) is not { } value) return null;
            array.SetValue(value, i);
        }
        return array;
    }

    /// <summary>The value of a size.</summary>
    public static long? Value(SizeSyntax size, Func<NameSyntax, long?> sizes)
    {
        long sum = 0;
        foreach (var term in size.Terms)
        {
            long product = term.Coefficient;
            foreach (var name in term.Names)
            {
                if (sizes(name) is not { } value) return null;
                product *= value;
            }
            sum += product;
        }
        return sum;
    }

    /// <summary>A size as a length of the IR; null of <c>_</c>.</summary>
    public static Dim? Length(SizeSyntax size) => size.IsWildcard ? null : size.Terms.Aggregate(Dim.Of(0), (sum, term) =>
        sum + term.Names.Aggregate(Dim.Of(term.Coefficient), (product, name) => product * Dim.Symbol(name.Text)));

    /// <summary>The element type of a name.</summary>
    public static DType? DTypeOf(string name)
    {
        foreach (var dtype in Enum.GetValues<DType>()) if (dtype.Name == name) return dtype;
        return null;
    }

    private static string? Word(SizeSyntax size) => size.Terms.Count == 1 && size.Terms[0] is { Coefficient: 1, Names: { Count: 1 } names } ? names[0].Text : null;
}
