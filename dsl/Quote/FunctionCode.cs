using System.Collections.Concurrent;
using System.Linq.Expressions;
using MindDsl.Structures;

namespace MindDsl.Quote;

/// <summary>What all functions of one structure share: the code that was compiled for them. What they capture is not part of it.</summary>
internal abstract class FunctionCode(string name, Type[] parameterTypes, Type resultType, Func<FunctionCode, object?[], QuotedFunction> make)
{
    private readonly ConcurrentDictionary<(Transformation, Type), DerivedCode> _derived = new();

    /// <summary>The name, for printing.</summary>
    public string Name { get; } = name;

    /// <summary>The types of the parameters.</summary>
    public Type[] ParameterTypes { get; } = parameterTypes;

    /// <summary>The names of the parameters.</summary>
    public virtual string[] ParameterNames => [.. ParameterTypes.Select((_, k) => "x" + k.ToString(System.Globalization.CultureInfo.InvariantCulture))];

    /// <summary>The type of the result.</summary>
    public Type ResultType { get; } = resultType;

    /// <summary>The programs that were compiled, newest first.</summary>
    public volatile CompiledProgram[] Programs = [];

    /// <summary>Guards the making of programs.</summary>
    public Lock Compiling { get; } = new();

    /// <summary>A function of this code with captured objects.</summary>
    public QuotedFunction Make(object?[] roots) => make(this, roots);

    /// <summary>The code of this function under a transformation.</summary>
    public DerivedCode Derive(Transformation transformation, Type delegateType) =>
        _derived.GetOrAdd((transformation, delegateType), key => new DerivedCode(key.Item1, this, key.Item2));
}

/// <summary>A quoted lambda.</summary>
internal sealed class LambdaCode : FunctionCode
{
    private static readonly ConcurrentDictionary<TreeKey, LambdaCode> Known = new();
    private static int s_made;

    private readonly Dictionary<ConstantExpression, int> _roots;
    private readonly ConcurrentDictionary<Expression, Capture> _captures = new();
    private readonly ConcurrentDictionary<(Capture, int), Capture> _elements = new();

    private LambdaCode(LambdaExpression lambda, List<ConstantExpression> roots, string file, int line, string text, Func<FunctionCode, object?[], QuotedFunction> make)
        : base("f", [.. lambda.Parameters.Select(p => p.Type)], lambda.ReturnType, make)
    {
        (Lambda, File, Line, Text) = (lambda, file, line, text);
        _roots = roots.Select((node, k) => (node, k)).ToDictionary(p => p.node, p => p.k);
        QuoteCheck.Check(this);
    }

    /// <summary>The lambda as it was met first.</summary>
    public LambdaExpression Lambda { get; }

    /// <summary>Where it was met first.</summary>
    public string File { get; }

    /// <summary>Where it was met first.</summary>
    public int Line { get; }

    /// <summary>Its source text.</summary>
    public string Text { get; }

    /// <inheritdoc/>
    public override string[] ParameterNames => [.. Lambda.Parameters.Select(p => p.Name ?? "_")];

    /// <summary>How many lambdas of new structure were met, for tests.</summary>
    public static int Made => s_made;

    /// <summary>The code of a lambda: that of an equal one, if one was met before.</summary>
    public static LambdaCode Of(
        LambdaExpression lambda, string file, int line, string text, Func<FunctionCode, object?[], QuotedFunction> make, out object?[] roots)
    {
        var key = TreeKey.Of(lambda, out roots);
        if (key.HasStatements) key = TreeKey.Of(lambda = StatementRewriter.Rewrite(lambda), out roots);
        if (Known.TryGetValue(key, out var known)) return known;
        var nodes = new List<ConstantExpression>();
        TreeKey.Of(lambda, out _, nodes);
        var code = new LambdaCode(lambda, nodes, file, line, text, make);
        Interlocked.Increment(ref s_made);
        return Known.GetOrAdd(key, code);
    }

    /// <summary>What an expression reads from outside the lambda, if it is a chain of members that starts at a captured object or a static member.</summary>
    public Capture? CaptureOf(Expression node) => IsCapture(node) ? _captures.GetOrAdd(node, n => new Capture(n, _roots)) : null;

    /// <summary>An element of a captured array, null where it has fewer.</summary>
    public Capture ElementOf(Capture array, int index) => _elements.GetOrAdd((array, index), key => new Capture(Expression.Condition(
        Expression.LessThan(Expression.Constant(key.Item2), Expression.ArrayLength(key.Item1.Expression)),
        Expression.ArrayIndex(key.Item1.Expression, Expression.Constant(key.Item2)),
        Expression.Default(key.Item1.Type.GetElementType()!)), _roots));

    /// <summary>The length of a captured array.</summary>
    public Capture LengthOf(Capture array) => _elements.GetOrAdd((array, -1), key => new Capture(Expression.ArrayLength(key.Item1.Expression), _roots));

    /// <summary>True of a chain of members that starts at a captured object or a static member.</summary>
    public static bool IsCapture(Expression node) => node switch
    {
        ConstantExpression constant => !TreeKey.IsLiteral(constant.Value),
        MemberExpression { Expression: null, Member: var member } => !IsLanguageMember(member.DeclaringType!),
        MemberExpression { Expression: { } inner, Member: var member } => !IsLanguageMember(member.DeclaringType!) && IsCapture(inner),
        _ => false,
    };

    /// <summary>True of types whose members are part of the language.</summary>
    private static bool IsLanguageMember(Type type) =>
        type == typeof(Tensor) || type == typeof(Wrt) || type == typeof(Keep) || type.IsArray || type == typeof(Array) || type == typeof(Axis) || type == typeof(Math) || type == typeof(MathF);
}

/// <summary>A function under a transformation: its one captured object is the function.</summary>
internal sealed class DerivedCode(Transformation transformation, FunctionCode of, Type delegateType) : FunctionCode(
    transformation.Name + " " + of.Name,
    [.. delegateType.GetMethod("Invoke")!.GetParameters().Select(p => p.ParameterType)],
    delegateType.GetMethod("Invoke")!.ReturnType,
    QuotedFunction.MakerFor(delegateType))
{
    /// <summary>The transformation.</summary>
    public Transformation Transformation { get; } = transformation;

    /// <summary>The code of the function that is transformed.</summary>
    public FunctionCode Inner { get; } = of;

    /// <inheritdoc/>
    public override string[] ParameterNames => Inner.ParameterTypes.Length == ParameterTypes.Length ? Inner.ParameterNames : base.ParameterNames;
}

/// <summary>Something that a lambda reads from outside: a chain of members from a captured object or a static member.</summary>
internal sealed class Capture
{
    private readonly Lazy<Func<object?[], object?>> _read;
    private readonly Lazy<Action<object?[], CallFrame>> _write;

    /// <summary>The capture that a chain reads.</summary>
    public Capture(Expression chain, Dictionary<ConstantExpression, int> roots)
    {
        Expression = chain;
        var objects = Expression.Parameter(typeof(object?[]), "roots");
        var frame = Expression.Parameter(typeof(CallFrame), "frame");
        Expression FromRoots(Expression node) => node switch
        {
            ConstantExpression constant when !roots.ContainsKey(constant) => constant,
            ConditionalExpression choice => choice.Update(FromRoots(choice.Test), FromRoots(choice.IfTrue), choice.IfFalse),
            BinaryExpression binary => binary.Update(FromRoots(binary.Left), null, FromRoots(binary.Right)),
            UnaryExpression unary => unary.Update(FromRoots(unary.Operand)),
            ConstantExpression constant => Expression.Convert(Expression.ArrayIndex(objects, Expression.Constant(roots[constant])), constant.Type),
            MemberExpression member => member.Update(member.Expression is null ? null : FromRoots(member.Expression)),
            _ => node,
        };
        _read = new(() => Expression.Lambda<Func<object?[], object?>>(Expression.Convert(FromRoots(chain), typeof(object)), objects).Compile());
        _write = new(() => Expression.Lambda<Action<object?[], CallFrame>>(StructureCode.Write(FromRoots(chain), frame), objects, frame).Compile());
    }

    /// <summary>The chain.</summary>
    public Expression Expression { get; }

    /// <summary>The type of what is read.</summary>
    public Type Type => Expression.Type;

    /// <summary>Reads it.</summary>
    public object? Read(object?[] roots) => _read.Value(roots);

    /// <summary>Reads it and adds its leaves to a frame.</summary>
    public void Write(object?[] roots, CallFrame frame) => _write.Value(roots, frame);
}
