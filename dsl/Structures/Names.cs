namespace MindDsl.Structures;

/// <summary>Names of .NET types as C# writes them.</summary>
internal static class Names
{
    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(double)] = "double",
        [typeof(float)] = "float",
        [typeof(int)] = "int",
        [typeof(long)] = "long",
        [typeof(bool)] = "bool",
        [typeof(string)] = "string",
        [typeof(object)] = "object",
        [typeof(decimal)] = "decimal",
        [typeof(byte)] = "byte",
        [typeof(char)] = "char",
        [typeof(short)] = "short",
        [typeof(uint)] = "uint",
        [typeof(ulong)] = "ulong",
    };

    /// <summary>The name of a type.</summary>
    public static string Of(Type type)
    {
        if (Keywords.TryGetValue(type, out var keyword)) return keyword;
        if (type.IsArray) return Of(type.GetElementType()!) + "[" + new string(',', type.GetArrayRank() - 1) + "]";
        if (IsAnonymous(type)) return "new { " + string.Join(", ", type.GetProperties().Select(p => p.Name)) + " }";
        if (!type.IsGenericType) return type.Name;
        string arguments = string.Join(", ", type.GetGenericArguments().Select(Of));
        if (type.Name.StartsWith("ValueTuple`", StringComparison.Ordinal)) return "(" + arguments + ")";
        int tick = type.Name.IndexOf('`', StringComparison.Ordinal);
        return (tick < 0 ? type.Name : type.Name[..tick]) + "<" + arguments + ">";
    }

    /// <summary>True of the type of <c>new { … }</c>.</summary>
    public static bool IsAnonymous(Type type) => type.Name.StartsWith("<>f__AnonymousType", StringComparison.Ordinal);
}
