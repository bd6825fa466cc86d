using System.Collections.Concurrent;
using System.Linq.Expressions;
using System.Reflection;
using MindDsl.Quote;
using MindDsl.Structures;

namespace MindDsl;

/// <summary>What is behind a delegate <see cref="Fn{A, R}"/>: the code of the function and what it captures.</summary>
public abstract class QuotedFunction
{
    private static readonly ConcurrentDictionary<Type, Func<FunctionCode, object?[], QuotedFunction>> Makers = new();
    private readonly FunctionCode _code;
    private readonly object?[] _roots;

    private protected QuotedFunction(FunctionCode code, object?[] roots) => (_code, _roots) = (code, roots);

    /// <summary>The code, which all functions of one structure share.</summary>
    internal FunctionCode Code => _code;

    /// <summary>The captured objects.</summary>
    internal object?[] Roots => _roots;

    /// <summary>What was computed before a call, if anything was.</summary>
    internal Stage? Stage { get; set; }

    /// <summary>The file where the function was quoted; empty if it is not known.</summary>
    internal string File { get; private set; } = "";

    /// <summary>The line where the function was quoted.</summary>
    internal int Line { get; private set; }

    /// <summary>The delegate that calls this function.</summary>
    internal abstract Delegate Delegate { get; }

    /// <summary>The quoted function behind a delegate.</summary>
    /// <exception cref="MindDslException">MIND0110: the delegate was not quoted.</exception>
    public static QuotedFunction Of(Delegate function)
    {
        ArgumentNullException.ThrowIfNull(function);
        return function.Target as QuotedFunction ?? throw new MindDslException(Diagnostics.NotQuoted(Names.Of(function.GetType())));
    }

    /// <summary>Reads a lambda, or finds the code of an equal one.</summary>
    internal static QuotedFunction Quote(LambdaExpression quote, string file, int line, string text, Func<FunctionCode, object?[], QuotedFunction> make)
    {
        ArgumentNullException.ThrowIfNull(quote);
        var code = LambdaCode.Of(quote, file, line, text, make, out var roots);
        var function = make(code, roots);
        (function.File, function.Line) = (file, line);
        return function;
    }

    /// <summary>What makes functions with a delegate type.</summary>
    internal static Func<FunctionCode, object?[], QuotedFunction> MakerFor(Type delegateType) => Makers.GetOrAdd(delegateType, static type =>
    {
        var arguments = type.GetGenericArguments();
        var quoted = typeof(QuotedFunction).Assembly.GetType(
            string.Create(System.Globalization.CultureInfo.InvariantCulture, $"MindDsl.Quoted`{arguments.Length}"))!.MakeGenericType(arguments);
        var (code, roots) = (Expression.Parameter(typeof(FunctionCode)), Expression.Parameter(typeof(object?[])));
        var constructor = quoted.GetConstructor([typeof(FunctionCode), typeof(object?[])])!;
        return Expression.Lambda<Func<FunctionCode, object?[], QuotedFunction>>(Expression.New(constructor, code, roots), code, roots).Compile();
    });

    /// <summary>Runs the function on the leaves in a frame, and leaves its results there.</summary>
    private protected void Run(CallFrame frame)
    {
        if (Stage is null || !Stage.Run(frame)) Compilation.Run(this, frame);
    }
}
