using System.Linq.Expressions;
using System.Reflection;

namespace MindDsl.Quote;

/// <summary>What F# writes in the trees of its lambdas, known by name: the library of F# is not referenced.</summary>
/// <remarks>
/// F# has functions of its own where C# has methods of <see cref="Math"/>. In a tree they have the suffix <c>$W</c>, and as first arguments the members of the element type that they stand for, which say
/// nothing that the type doesn't. Functions within the lambda are FSharpFunc values.
/// </remarks>
internal static class FSharpMethods
{
    private const string Suffix = "$W";

    private static readonly HashSet<string> Scalars =
    [
        "Abs", "Acos", "Asin", "Atan", "Atan2", "Ceiling", "Cos", "Cosh", "Exp", "Floor", "Log", "Log10", "Max", "Min", "Round", "Sign", "Sin", "Sinh", "Sqrt", "Tan", "Tanh", "Truncate",
        "op_Exponentiation", "PowInteger",
    ];

    private static readonly HashSet<string> OnArrays = ["Map", "Map2", "Sum", "Fold"];

    /// <summary>True of a method of the F# library that a quote may hold.</summary>
    public static bool IsSupported(MethodInfo method) => NameOf(method) is not null;

    /// <summary>The name of a method that a quote may hold, with the module that it is in: <c>Operators.Sin</c>.</summary>
    public static string? NameOf(MethodInfo method)
    {
        if (method.DeclaringType is not { Namespace: "Microsoft.FSharp.Core" or "Microsoft.FSharp.Collections" } type) return null;
        string name = method.Name.EndsWith(Suffix, StringComparison.Ordinal) ? method.Name[..^Suffix.Length] : method.Name;
        bool known = type.Name switch
        {
            "Operators" => Scalars.Contains(name) || name == "op_PipeRight",
            "FuncConvert" => name == "ToFSharpFunc",
            "FSharpFunc`2" => name == "Invoke",
            "ArrayModule" => OnArrays.Contains(name),
            _ => false,
        };
        return known ? type.Name.Split('`')[0] + "." + name : null;
    }

    /// <summary>The arguments of a call without the members that stand for an element type.</summary>
    public static IEnumerable<Expression> Arguments(MethodCallExpression call) => call.Method.Name.EndsWith(Suffix, StringComparison.Ordinal)
        ? call.Arguments.SkipWhile(a => a.Type.Name.StartsWith("FSharpFunc`", StringComparison.Ordinal))
        : call.Arguments;
}
