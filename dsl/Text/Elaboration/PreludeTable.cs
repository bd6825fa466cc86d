using System.Collections.Concurrent;
using System.Reflection;
using System.Text;
using MindDsl.Ir;
using MindDsl.Quote;

namespace MindDsl.Text.Elaboration;

/// <summary>The operations of the language by name: the element-wise ones and the functions of the prelude, read off their declarations.</summary>
internal static class PreludeTable
{
    /// <summary>Names of methods that are not simply their words in small letters.</summary>
    private static readonly Dictionary<string, string> Names = new()
    {
        ["ArgMax"] = "argmax",
        ["ArgMin"] = "argmin",
        ["CumProd"] = "cumprod",
        ["CumSum"] = "cumsum",
        ["IsNaN"] = "is_nan",
        ["LogAddExp"] = "logaddexp",
        ["LogSumExp"] = "logsumexp",
        ["MatMul"] = "matmul",
        // The names without more are those of the operations on two operands.
        ["Max"] = "reduce_max",
        ["Min"] = "reduce_min",
        ["PRelu"] = "prelu",
    };

    /// <summary>What is not offered by name: conversions and operators have words and signs of their own.</summary>
    private static readonly HashSet<string> Hidden = ["Weak", "To", "StopGradient", "LogicalNot", "Where"];

    /// <summary>The element-wise operations.</summary>
    public static IReadOnlyDictionary<string, Elementwise> Operations { get; } = ElementwiseOps.All
        .Where(o => o != ElementwiseOps.StopGradient && o != ElementwiseOps.Not).Select(o => (o.Name, Operation: o)).Append((Name: "where", Operation: ElementwiseOps.Select))
        .ToDictionary(o => o.Name, o => o.Operation);

    /// <summary>The names that may have attributes.</summary>
    public static IReadOnlySet<string> WithAttributes => Functions.Where(f => f.Value.Any(o => o.Attributes.Count > 0)).Select(f => f.Key).ToHashSet();

    /// <summary>The functions of the prelude, with their overloads.</summary>
    public static IReadOnlyDictionary<string, PreludeFunction[]> Functions { get; } = typeof(Prelude).GetMethods(BindingFlags.Public | BindingFlags.Static)
        .Where(m => !Hidden.Contains(m.Name) && m.GetParameters().Any(p => PreludeFunction.IsTerm(p.ParameterType)))
        .GroupBy(m => NameOf(m.Name))
        .Where(g => !Operations.ContainsKey(g.Key))
        .ToDictionary(g => g.Key, g => g.SelectMany(m => Forms(g.Key, m)).OrderBy(f => f.IsComplete).ThenByDescending(f => f.Terms.Count).ToArray());

    /// <summary>A method without the operands that may be absent, and with them.</summary>
    private static PreludeFunction[] Forms(string name, MethodInfo method) => method.GetParameters().Any(p => p.ParameterType == typeof(Term?))
        ? [new(name, method), new(name, method, isComplete: true)]
        : [new(name, method)];

    /// <summary>A method's name in the language: <c>LogSoftmax</c> is <c>log_softmax</c>.</summary>
    public static string NameOf(string method)
    {
        if (Names.TryGetValue(method, out string? name)) return name;
        var text = new StringBuilder();
        for (int i = 0; i < method.Length; i++)
        {
            bool starts = char.IsAsciiLetterUpper(method[i]) && i > 0 && !char.IsAsciiDigit(method[i - 1])
                && (!char.IsAsciiLetterUpper(method[i - 1]) || (i + 1 < method.Length && char.IsAsciiLetterLower(method[i + 1])));
            if (starts) text.Append('_');
            text.Append(char.ToLowerInvariant(method[i]));
        }
        return text.ToString();
    }
}

/// <summary>A function of the prelude: which of its parameters are operands, and which are attributes.</summary>
/// <param name="name">The name in the language.</param>
/// <param name="method">The method.</param>
/// <param name="isComplete">True if operands that may be absent are there.</param>
internal sealed class PreludeFunction(string name, MethodInfo method, bool isComplete = false)
{
    private readonly ConcurrentDictionary<int, ProbedType?> _probed = new();

    /// <summary>The name in the language.</summary>
    public string Name { get; } = name;

    /// <summary>The method.</summary>
    public PreludeMethod Method { get; } = new(method, false);

    /// <summary>The parameters.</summary>
    public ParameterInfo[] Parameters { get; } = method.GetParameters();

    /// <summary>True if operands that may be absent are there.</summary>
    public bool IsComplete { get; } = isComplete;

    /// <summary>The places of the operands among the parameters.</summary>
    public Seq<int> Terms { get; } = method.GetParameters().Select((p, k) => (p, k))
        .Where(x => x.p.ParameterType == typeof(Term) || x.p.ParameterType == typeof(Term[]) || (isComplete && x.p.ParameterType == typeof(Term?))).Select(x => x.k).ToSeq();

    /// <summary>The places of the attributes among the parameters.</summary>
    public Seq<int> Attributes { get; } = method.GetParameters().Select((p, k) => (p, k)).Where(x => !IsTerm(x.p.ParameterType)).Select(x => x.k).ToSeq();

    /// <summary>The type of the result of the method.</summary>
    public Type ResultType { get; } = method.ReturnType;

    /// <summary>True if the last operand is a list that takes all further arguments: <c>einsum "ij,jk->ik" a b</c>.</summary>
    public bool IsVariadic { get; } = method.GetParameters() is [.., { ParameterType: var last } parameter] && last == typeof(Term[]) && parameter.IsDefined(typeof(ParamArrayAttribute), false);

    /// <summary>True of what is an operand of a function of the prelude.</summary>
    public static bool IsTerm(Type type) => type == typeof(Term) || type == typeof(Term?) || type == typeof(Term[]);

    /// <summary>What the function makes of an element type, found by trying it; null if it takes no such operand. Attributes have their defaults.</summary>
    public ProbedType? Probe(DType dtype) => _probed.GetOrAdd((int)dtype, _ => Try(dtype));

    private ProbedType? Try(DType dtype)
    {
        if (Attributes.Any(a => !Parameters[a].HasDefaultValue && !Parameters[a].IsDefined(typeof(ParamArrayAttribute), false))) return null;
        var scalar = Result(dtype, Shape.Scalar);
        // Two operands are square, so that they fit as matrices as well as element by element; whether they are one or the other cannot be seen then.
        Shape matrix = new([Dim.Symbol("n"), Terms.Count > 1 ? Dim.Symbol("n") : Dim.Symbol("m")]);
        var square = Result(dtype, matrix);
        if (scalar is null && square is null) return null;
        var shape = square is { Rank: 0 } ? ProbedShape.Scalar
            : Terms.Count == 1 && scalar is { Rank: 0 } && square is { Rank: 2 } && square.Shape == matrix ? ProbedShape.Same
            : ProbedShape.Unknown;
        return new((scalar ?? square)!.DType, shape);
    }

    private TensorType? Result(DType dtype, Shape shape)
    {
        var builder = new BlockBuilder();
        object?[] arguments = new object?[Parameters.Length];
        for (int i = 0; i < arguments.Length; i++)
        {
            var type = Parameters[i].ParameterType;
            arguments[i] = type == typeof(Term) || (IsComplete && type == typeof(Term?)) ? builder[new Value(new TensorType(dtype, shape))]
                : Parameters[i].HasDefaultValue ? Default(Parameters[i])
                : type.IsArray ? Array.CreateInstance(type.GetElementType()!, 0) : null;
        }
        try
        {
            return Method.Invoke(arguments) is Term term ? term.Type : null;
        }
        catch (Exception error) when (error is MindDslException or IndexOutOfRangeException or ArgumentException or InvalidOperationException or ArithmeticException)
        {
            // Whatever a function says of operands that it does not take, it does not take them.
            return null;
        }
    }

    /// <summary>The value of an attribute that is left out.</summary>
    public static object? Default(ParameterInfo parameter) => parameter.DefaultValue is { } value && parameter.ParameterType.IsEnum
        ? Enum.ToObject(parameter.ParameterType, value)
        : parameter.DefaultValue;
}

/// <summary>What a function makes of operands of a type.</summary>
internal sealed record ProbedType(DType Result, ProbedShape Shape);

/// <summary>The shape of a result.</summary>
internal enum ProbedShape
{
    /// <summary>That of the operand: the function works element by element.</summary>
    Same,

    /// <summary>A single element.</summary>
    Scalar,

    /// <summary>Another one, known at the call.</summary>
    Unknown,
}
