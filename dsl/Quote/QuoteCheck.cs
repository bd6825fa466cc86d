using System.Linq.Expressions;
using System.Reflection;
using MindDsl.Structures;

namespace MindDsl.Quote;

/// <summary>Finds all that a quote holds and the language lacks, before the quote is read for any arguments.</summary>
internal sealed class QuoteCheck : ExpressionVisitor
{
    private static readonly HashSet<string> ControlNames =
    [
        nameof(Mind.Fn), nameof(Mind.If), nameof(Mind.Let), nameof(Mind.While), nameof(Mind.Iterate), nameof(Mind.Fold), nameof(Mind.Scan), nameof(Mind.Fix),
        nameof(Mind.StopGradient), nameof(Mind.FixedPoint), nameof(Mind.Root), nameof(Mind.LinearSolve), nameof(Mind.ConjugateGradient), nameof(Mind.BiconjugateGradient), nameof(Mind.Tag), nameof(Mind.Axis), nameof(Mind.Build), nameof(Mind.Sum), nameof(Mind.Prod), nameof(Mind.Max), nameof(Mind.Min), nameof(Mind.Val),
    ];

    private static readonly HashSet<string> SequenceNames =
    [
        "Range", "Repeat", "Select", "Zip", "Aggregate", "Count", "ToArray", "ToList", "AsEnumerable", "Any", "All", "Sum", "Average", "Min", "Max", "Reverse", "Skip",
        "Take", "First", "Last", "ElementAt", "Contains",
    ];

    private readonly LambdaCode _code;
    private readonly List<Diagnostic> _found = [];

    private QuoteCheck(LambdaCode code) => _code = code;

    /// <summary>Checks a lambda.</summary>
    /// <exception cref="MindDslException">Everything that is not supported, innermost first.</exception>
    public static void Check(LambdaCode code)
    {
        var check = new QuoteCheck(code);
        check.Visit(code.Lambda);
        foreach (var parameter in code.Lambda.Parameters)
            if (Layout.Of(parameter.Type).Fault is { } fault)
                check._found.Add(Diagnostics.TypeNotSupported(fault.Type, fault.Reason) with { At = check.Place(parameter) });
        if (check._found.Count > 0) throw new MindDslException(check._found);
    }

    /// <summary>Why an expression is not supported.</summary>
    public static Diagnostic Explain(Expression node) => Fault(node) ?? Diagnostics.ConstructNotSupported(node.NodeType.ToString(), ExpressionText.Of(node), null);

    /// <inheritdoc/>
    public override Expression? Visit(Expression? node)
    {
        if (node is null || LambdaCode.IsCapture(node)) return node;
        if (!System.Runtime.CompilerServices.RuntimeHelpers.TryEnsureSufficientExecutionStack()) return node;
        if (node is MethodCallExpression { Method: var method } call && FSharpMethods.IsSupported(method))
        {
            Visit(call.Object);
            foreach (var argument in FSharpMethods.Arguments(call)) Visit(argument);
            return node;
        }
        base.Visit(node);
        if (Fault(node) is { } fault) _found.Add(fault with { At = Place(node) });
        return node;
    }

    private string Place(Expression node) =>
        new Ir.SourceSpan(_code.File.Length == 0 ? null : _code.File, _code.Line, ExpressionText.Of(node)).ToString();

    private static Diagnostic? Fault(Expression node) => node switch
    {
        MethodCallExpression call => IsSupported(call.Method) ? null : MethodFault(call),
        UnaryExpression convert when IsConversion(convert) => null,
        UnaryExpression { Method: { } method } => IsSupported(method) ? null : Diagnostics.MethodNotSupported(NameOf(method), ExpressionText.Of(node)),
        BinaryExpression { Method: { } method } => IsSupported(method) ? null : Diagnostics.MethodNotSupported(NameOf(method), ExpressionText.Of(node)),
        BinaryExpression { NodeType: ExpressionType.Coalesce } => Diagnostics.ConstructNotSupported("??", ExpressionText.Of(node), "values are never null; leave it out"),
        TypeBinaryExpression => Diagnostics.ConstructNotSupported("is", ExpressionText.Of(node), "decide by a number or a bool in the data, with ?:"),
        UnaryExpression { NodeType: ExpressionType.TypeAs } => Diagnostics.ConstructNotSupported("as", ExpressionText.Of(node), "decide by a number or a bool in the data, with ?:"),
        MemberInitExpression => Diagnostics.ConstructNotSupported("an object initialiser", ExpressionText.Of(node), "use the positional constructor of a record"),
        ListInitExpression => Diagnostics.ConstructNotSupported("a collection initialiser", ExpressionText.Of(node), "use an array: new[] { … }"),
        NewExpression make when make.Type != typeof(Axis) && !typeof(Delegate).IsAssignableFrom(make.Type) && Layout.Of(make.Type) is var layout
            && (layout is not Layout.Product product || make.Arguments.Count != product.Members.Count) =>
            Diagnostics.TypeNotSupported(make.Type, layout is Layout.Unsupported unsupported ? unsupported.Reason : "it is not made by its positional constructor"),
        UnaryExpression { NodeType: ExpressionType.Convert } convert when Nullable.GetUnderlyingType(convert.Type) is { } inner && Layout.NumberType(inner) is not null
            && convert.Operand is not ConstantExpression => Diagnostics.ConstructNotSupported("a nullable number", ExpressionText.Of(node), "use NaN, or a bool beside the number"),
        ConstantExpression { Value: decimal or char or short or ushort or uint or ulong or sbyte } => Diagnostics.TypeNotSupported(node.Type, "it is not among the element types double, float, Half, BFloat16, long, int, byte and bool"),
        MemberExpression { Expression: null, Member: PropertyInfo or FieldInfo } member when member.Member.DeclaringType == typeof(Math) => null,
        _ => null,
    };

    private static Diagnostic MethodFault(MethodCallExpression call) => Diagnostics.MethodNotSupported(NameOf(call.Method), ExpressionText.Of(call), call.Method switch
    {
        { DeclaringType: var t } when t == typeof(string) => "text is no data; compute it outside of the quote",
        { DeclaringType: var t } when t == typeof(Enumerable) => "the LINQ methods of the language are " + string.Join(", ", SequenceNames.Order(StringComparer.Ordinal)),
        { Name: "Compile" } when call.Object?.Type.IsSubclassOf(typeof(LambdaExpression)) == true => "quote it: var f = Fn(…), and call f here",
        { DeclaringType: var t } when t == typeof(Math) || t == typeof(MathF) => "docs/language.md lists the functions of Math",
        _ => "make it a quoted function, var f = Fn(…), or compute it outside and capture the result",
    });

    /// <summary>True of conversions between numbers; those of Half and BFloat16 are operators of theirs.</summary>
    public static bool IsConversion(UnaryExpression node) => node.NodeType is ExpressionType.Convert or ExpressionType.ConvertChecked
        && Layout.NumberType(node.Type) is not null && Layout.NumberType(node.Operand.Type) is not null && (node.Method is null || node.Type != typeof(Ix) && node.Operand.Type != typeof(Ix));

    private static string NameOf(MethodInfo method) => Names.Of(method.DeclaringType!) + "." + method.Name;

    /// <summary>True of the spans that C# 14 converts arrays to.</summary>
    public static bool IsSpan(Type type) =>
        type.IsGenericType && (type.GetGenericTypeDefinition() == typeof(ReadOnlySpan<>) || type.GetGenericTypeDefinition() == typeof(Span<>));

    /// <summary>True of the functions of <see cref="Mind"/> that take functions or comprehensions.</summary>
    public static bool IsControl(MethodInfo method) =>
        method.DeclaringType == typeof(Mind) && ControlNames.Contains(method.Name)
        && (method.IsGenericMethod || method.GetParameters() is not [{ ParameterType: var first }, ..] || first != typeof(Tensor));

    /// <summary>The types whose extension methods on functions are transformations.</summary>
    private static readonly HashSet<Type> TransformationTypes =
    [
        typeof(GradientsOfFirstArgument), typeof(GradientsByArgument), typeof(ValuesAndGradients), typeof(Transformations), typeof(Jacobians), typeof(SecondDerivatives),
        typeof(TaylorSeries), typeof(Checkpoints), typeof(Batching), typeof(Mind),
    ];

    /// <summary>The transformation that an extension method on functions stands for.</summary>
    public static Transformation? TransformationOf(MethodInfo method)
    {
        var type = method.DeclaringType;
        if (type is null || !TransformationTypes.Contains(type)) return null;
        return method.Name switch
        {
            "Grad" => Transformation.Gradient(0, aux: type == typeof(GradientsOfFirstArgument) && method.GetGenericArguments().Length == method.GetParameters()[0].ParameterType.GetGenericArguments().Length + 1),
            "ValueAndGrad" => Transformation.ValueAndGradient(0),
            "GradAll" => method.GetGenericArguments().Length == 2 ? Transformation.Gradient(0) : Transformation.AllGradients,
            "Jvp" => Transformation.Forward,
            "Vjp" => Transformation.Reverse,
            "Vmap" => Transformation.Batch,
            "CustomVjp" => new(TransformationKind.Custom, Rule: Ir.DerivativeKind.Reverse),
            "JacFwd" => Transformation.Of(TransformationKind.JacobianForward),
            "JacRev" => Transformation.Of(TransformationKind.JacobianReverse),
            "Jacobian" => Transformation.Of(TransformationKind.Jacobian),
            "Hessian" => Transformation.Of(TransformationKind.Hessian),
            "Hvp" => Transformation.Of(TransformationKind.HessianProduct),
            "HessianDiagonal" => Transformation.Of(TransformationKind.HessianDiagonal),
            "Jet" => new(TransformationKind.Taylor),
            "Derivatives" => new(TransformationKind.Derivatives),
            "Checkpoint" => new(TransformationKind.Checkpoint),
            "CustomJvp" => new(TransformationKind.Custom, Rule: Ir.DerivativeKind.Forward),
            _ => null,
        };
    }

    private static bool IsSupported(MethodInfo method)
    {
        var type = method.DeclaringType!;
        if (type == typeof(Math) || type == typeof(MathF) || type == typeof(double) || type == typeof(float)) return ScalarMethods.Find(method) is not null;
        if (type == typeof(Enumerable)) return SequenceNames.Contains(method.Name);
        if (type == typeof(MemoryExtensions)) return method.Name == "Contains";
        if (typeof(Delegate).IsAssignableFrom(type)) return method.Name == "Invoke";
        if (type == typeof(MethodInfo)) return method.Name == nameof(MethodInfo.CreateDelegate);
        if (type == typeof(ValueTuple) || type == typeof(Tuple) || type == typeof(Axis) || type == typeof(Ix) || type == typeof(Tree)) return true;
        if (type.IsArray || type == typeof(Array)) return method.Name is "Get" or "GetLength" or "GetLongLength" or "get_Length";
        if (IsSpan(method.ReturnType) && method.Name == "op_Implicit") return true;
        return type.Assembly == typeof(Mind).Assembly;
    }
}
