using System.Text;
using MindDsl.Ir;

namespace MindDsl.Text.Types;

/// <summary>Types as the user reads them.</summary>
internal static class TypeText
{
    private const int Longest = 400;

    /// <summary>The text of a type; variables are named 'a, 'b, … in the order in which they occur.</summary>
    public static string Of(MindType type) => Of([type])[0];

    /// <summary>The texts of types that are to be compared: one variable has one name in all of them.</summary>
    public static string[] Of(Seq<MindType> types)
    {
        var names = new Dictionary<MindType, string>(ReferenceEqualityComparer.Instance);
        return [.. types.Select(t => Write(t, names, new StringBuilder(), 0).ToString())];
    }

    /// <summary>What a set of element types is called.</summary>
    public static string Of(Elements elements) => elements switch
    {
        Elements.Bool => "bool",
        Elements.Integer => "an integer",
        Elements.Float => "a float",
        Elements.Number => "a number",
        Elements.Logic => "a bool or an integer",
        _ => string.Join(" or ", Enum.GetValues<DType>().Where(d => ((int)elements >> (int)d & 1) != 0).Select(d => d.Name)),
    };

    private static StringBuilder Write(MindType type, Dictionary<MindType, string> names, StringBuilder text, int around)
    {
        if (text.Length > Longest) return text.Append('…');
        switch (type.Resolved)
        {
            case TypeVariable variable:
                return text.Append(Name(variable, names));
            case ElementType element:
                return text.Append(element.DType.Name);
            case AnyElement:
                return text.Append("tensor");
            case ShapeType shape:
                return text.Append('[').AppendJoin(", ", shape.Lengths.Select(l => l?.ToString() ?? "_")).Append(']');
            case UnknownShape:
                return text.Append("[]");
            case DataType data:
                Write(data.Element, names, text, 3);
                return data.Shape.Resolved is ShapeType { Rank: 0 } or TypeVariable ? text : Write(data.Shape, names, text, 3);
            case ArrowType arrow:
                return Parenthesised(text, around > 0, () =>
                {
                    Write(arrow.Parameter, names, text, 1).Append(" -> ");
                    Write(arrow.Result, names, text, 0);
                });
            case TupleType { Items.Count: 0 }:
                return text.Append("unit");
            case TupleType tuple:
                return Parenthesised(text, around > 1, () =>
                {
                    for (int i = 0; i < tuple.Items.Count; i++) Write(tuple.Items[i], names, i > 0 ? text.Append(" * ") : text, 2);
                });
            case RecordType { Name: { } known }:
                return text.Append(known);
            case RecordType record:
                text.Append("{ ");
                for (int i = 0; i < record.Names.Count; i++)
                    Write(record.Types[i], names, text.Append(i > 0 ? "; " : "").Append(record.Names[i]).Append(": "), 0);
                return text.Append(" }");
            case ListType list:
                text.Append("list<");
                return Write(list.Element, names, text, 0).Append('>');
            case SumType { Arguments.Count: 0 } union:
                return text.Append(union.Declaration.Name);
            case SumType union:
                text.Append(union.Declaration.Name).Append('<');
                for (int i = 0; i < union.Arguments.Count; i++) Write(union.Arguments[i], names, i > 0 ? text.Append(", ") : text, 0);
                return text.Append('>');
            default:
                return text.Append("text");
        }
    }

    private static string Name(TypeVariable variable, Dictionary<MindType, string> names)
    {
        if (variable.Name is { } given) return "'" + given;
        if (names.TryGetValue(variable, out string? known)) return known;
        int number = names.Count;
        return names[variable] = "'" + (char)('a' + number % 26) + (number < 26 ? "" : (number / 26).ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    private static StringBuilder Parenthesised(StringBuilder text, bool wanted, Action write)
    {
        if (wanted) text.Append('(');
        write();
        return wanted ? text.Append(')') : text;
    }
}
