using System.Linq.Expressions;
using System.Runtime.CompilerServices;
using MindDsl.Ir;
using MindDsl.Quote;

namespace MindDsl;

public static partial class Mind
{
    private static Transformation Custom(DerivativeKind kind) => new(TransformationKind.Custom, Rule: kind);

    /// <summary>A function with a rule of its own, which is checked here where the arguments are numbers, and else at the first call, when shapes are known.</summary>
    private static Delegate Registered(Delegate function)
    {
        var quoted = QuotedFunction.Of(function);
        var frame = Structures.CallFrame.Rent();
        try
        {
            if (ProgramText.TryWriteNumbers(quoted, frame)) Reader.Read(quoted, frame);
        }
        catch (MindDslException error) when (!error.Diagnostics.Any(d => d.Code is "MIND0405" or "MIND0411" or "MIND0412"))
        {
            // What is wrong with the function itself is said when it is called: what it captures may not be there yet.
            return function;
        }
        finally
        {
            frame.Return();
        }
        return function;
    }

    /// <summary>The function with a reverse rule of its own: the rule maps arguments, result and cotangent of the result to the cotangents of the arguments.</summary>
    public static Fn<A, R> CustomVjp<A, R>(this Fn<A, R> f, Expression<Func<A, R, R, A>> rule,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerArgumentExpression(nameof(rule))] string text = "") =>
        (Fn<A, R>)Registered(Custom(DerivativeKind.Reverse).Of(f, typeof(Fn<A, R>), Fn(rule, file, line, text)));

    /// <inheritdoc cref="CustomVjp{A, R}(Fn{A, R}, Expression{Func{A, R, R, A}}, string, int, string)"/>
    public static Fn<A, B, R> CustomVjp<A, B, R>(this Fn<A, B, R> f, Expression<Func<A, B, R, R, (A, B)>> rule,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerArgumentExpression(nameof(rule))] string text = "") =>
        (Fn<A, B, R>)Registered(Custom(DerivativeKind.Reverse).Of(f, typeof(Fn<A, B, R>), Fn(rule, file, line, text)));

    /// <inheritdoc cref="CustomVjp{A, R}(Fn{A, R}, Expression{Func{A, R, R, A}}, string, int, string)"/>
    public static Fn<A, B, C, R> CustomVjp<A, B, C, R>(this Fn<A, B, C, R> f, Expression<Func<A, B, C, R, R, (A, B, C)>> rule,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerArgumentExpression(nameof(rule))] string text = "") =>
        (Fn<A, B, C, R>)Registered(Custom(DerivativeKind.Reverse).Of(f, typeof(Fn<A, B, C, R>), Fn(rule, file, line, text)));

    /// <inheritdoc cref="CustomVjp{A, R}(Fn{A, R}, Expression{Func{A, R, R, A}}, string, int, string)"/>
    public static Fn<A, B, C, D, R> CustomVjp<A, B, C, D, R>(this Fn<A, B, C, D, R> f, Expression<Func<A, B, C, D, R, R, (A, B, C, D)>> rule,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerArgumentExpression(nameof(rule))] string text = "") =>
        (Fn<A, B, C, D, R>)Registered(Custom(DerivativeKind.Reverse).Of(f, typeof(Fn<A, B, C, D, R>), Fn(rule, file, line, text)));

    /// <summary>The function with a forward rule of its own: the rule maps arguments and their tangents to the result and its tangent.</summary>
    public static Fn<A, R> CustomJvp<A, R>(this Fn<A, R> f, Expression<Func<A, A, (R, R)>> rule,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerArgumentExpression(nameof(rule))] string text = "") =>
        (Fn<A, R>)Registered(Custom(DerivativeKind.Forward).Of(f, typeof(Fn<A, R>), Fn(rule, file, line, text)));

    /// <inheritdoc cref="CustomJvp{A, R}(Fn{A, R}, Expression{Func{A, A, ValueTuple{R, R}}}, string, int, string)"/>
    public static Fn<A, B, R> CustomJvp<A, B, R>(this Fn<A, B, R> f, Expression<Func<A, B, A, B, (R, R)>> rule,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerArgumentExpression(nameof(rule))] string text = "") =>
        (Fn<A, B, R>)Registered(Custom(DerivativeKind.Forward).Of(f, typeof(Fn<A, B, R>), Fn(rule, file, line, text)));

    /// <inheritdoc cref="CustomJvp{A, R}(Fn{A, R}, Expression{Func{A, A, ValueTuple{R, R}}}, string, int, string)"/>
    public static Fn<A, B, C, R> CustomJvp<A, B, C, R>(this Fn<A, B, C, R> f, Expression<Func<A, B, C, A, B, C, (R, R)>> rule,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerArgumentExpression(nameof(rule))] string text = "") =>
        (Fn<A, B, C, R>)Registered(Custom(DerivativeKind.Forward).Of(f, typeof(Fn<A, B, C, R>), Fn(rule, file, line, text)));
}
