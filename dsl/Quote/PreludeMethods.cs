using System.Collections.Concurrent;
using System.Reflection;
using MindDsl.Ir;

namespace MindDsl.Quote;

/// <summary>A function of the prelude that a method on tensors stands for.</summary>
internal sealed class PreludeMethod(MethodInfo method, bool hasTermsForNumbers)
{
    private readonly MethodInvoker _invoker = MethodInvoker.Create(method);

    /// <summary>The types of the parameters.</summary>
    public Type[] Parameters { get; } = [.. method.GetParameters().Select(p => p.ParameterType)];

    /// <summary>True if there is another one that takes operands in the place of numbers.</summary>
    public bool HasTermsForNumbers { get; } = hasTermsForNumbers;

    /// <summary>Applies the function.</summary>
    public object? Invoke(object?[] arguments)
    {
        try
        {
            return _invoker.Invoke(null, arguments.AsSpan());
        }
        catch (TargetInvocationException error) when (error.InnerException is { } inner)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(inner);
            throw;
        }
    }
}

/// <summary>Finds the functions of the prelude by the names and parameters of the methods on tensors.</summary>
internal static class PreludeMethods
{
    private static readonly ConcurrentDictionary<MethodInfo, PreludeMethod[]> Known = new();
    private static readonly ILookup<string, MethodInfo> Prelude = typeof(Prelude).GetMethods(BindingFlags.Public | BindingFlags.Static).ToLookup(m => m.Name);

    private static readonly Dictionary<string, string> Operators = new()
    {
        ["op_Addition"] = "Add",
        ["op_Subtraction"] = "Subtract",
        ["op_Multiply"] = "Multiply",
        ["op_Division"] = "Divide",
        ["op_Modulus"] = "Modulo",
        ["op_UnaryNegation"] = "Negate",
        ["op_LogicalNot"] = "LogicalNot",
        ["op_OnesComplement"] = "LogicalNot",
        ["op_BitwiseAnd"] = "And",
        ["op_BitwiseOr"] = "Or",
        ["op_ExclusiveOr"] = "Xor",
        ["op_LessThan"] = "LessThan",
        ["op_LessThanOrEqual"] = "LessOrEqual",
        ["op_GreaterThan"] = "GreaterThan",
        ["op_GreaterThanOrEqual"] = "GreaterOrEqual",
        ["op_LeftShift"] = "ShiftLeft",
        ["op_RightShift"] = "ShiftRight",
    };

    /// <summary>The functions that fit a method, those that need least to be known last.</summary>
    public static PreludeMethod[] Candidates(MethodInfo method) => Known.GetOrAdd(method, Find);

    private static PreludeMethod[] Find(MethodInfo method)
    {
        if (method.DeclaringType?.Assembly != typeof(Tensor).Assembly) return [];
        string name = Operators.GetValueOrDefault(method.Name, method.Name);
        var wanted = method.GetParameters().Select(p => p.ParameterType).ToList();
        if (!method.IsStatic) wanted.Insert(0, method.DeclaringType);
        var exact = Prelude[name].Where(m => Fits(m, wanted, numbersAsTerms: false)).ToArray();
        var wide = Prelude[name].Where(m => !exact.Contains(m) && Fits(m, wanted, numbersAsTerms: true)).ToArray();
        return [.. exact.Select(m => new PreludeMethod(m, wide.Length > 0)), .. wide.Select(m => new PreludeMethod(m, false))];
    }

    private static bool Fits(MethodInfo candidate, List<Type> wanted, bool numbersAsTerms)
    {
        var parameters = candidate.GetParameters();
        if (parameters.Length != wanted.Count) return false;
        for (int i = 0; i < parameters.Length; i++)
        {
            var type = parameters[i].ParameterType;
            bool fits = type == wanted[i]
                || (type == typeof(Term) && wanted[i] == typeof(Tensor))
                || (type == typeof(Term?) && wanted[i] == typeof(Tensor))
                || (type == typeof(Term) && wanted[i] == typeof(Key))
                || (type == typeof(Term[]) && wanted[i] == typeof(Tensor[]))
                || (numbersAsTerms && type == typeof(Term) && wanted[i] == typeof(double));
            if (!fits) return false;
        }
        return true;
    }
}
