using System.Linq.Expressions;
using System.Runtime.CompilerServices;

namespace MindDsl;

/// <summary>The functions of the language. Most are read as part of a quote; all run as plain C# outside of one.</summary>
public static partial class Mind
{
    /// <summary>Quotes a lambda: the result is called like it, and can be differentiated, batched, printed and used in other quotes.</summary>
    /// <param name="quote">The lambda; <c>docs/language.md</c> says what it may hold.</param>
    /// <param name="file">Where the lambda is; filled in by the compiler.</param>
    /// <param name="line">Where the lambda is; filled in by the compiler.</param>
    /// <param name="text">The source text of the lambda; filled in by the compiler.</param>
    /// <exception cref="MindDslException">MIND01xx: what the lambda holds that the language lacks, all of it.</exception>
    public static Fn<R> Fn<R>(Expression<Func<R>> quote,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerArgumentExpression(nameof(quote))] string text = "") =>
        (Fn<R>)QuotedFunction.Quote(quote, file, line, text, static (code, roots) => new Quoted<R>(code, roots)).Delegate;

    /// <inheritdoc cref="Fn{R}(Expression{Func{R}}, string, int, string)"/>
    public static Fn<A, R> Fn<A, R>(Expression<Func<A, R>> quote,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerArgumentExpression(nameof(quote))] string text = "") =>
        (Fn<A, R>)QuotedFunction.Quote(quote, file, line, text, static (code, roots) => new Quoted<A, R>(code, roots)).Delegate;

    /// <inheritdoc cref="Fn{R}(Expression{Func{R}}, string, int, string)"/>
    public static Fn<A, B, R> Fn<A, B, R>(Expression<Func<A, B, R>> quote,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerArgumentExpression(nameof(quote))] string text = "") =>
        (Fn<A, B, R>)QuotedFunction.Quote(quote, file, line, text, static (code, roots) => new Quoted<A, B, R>(code, roots)).Delegate;

    /// <inheritdoc cref="Fn{R}(Expression{Func{R}}, string, int, string)"/>
    public static Fn<A, B, C, R> Fn<A, B, C, R>(Expression<Func<A, B, C, R>> quote,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerArgumentExpression(nameof(quote))] string text = "") =>
        (Fn<A, B, C, R>)QuotedFunction.Quote(quote, file, line, text, static (code, roots) => new Quoted<A, B, C, R>(code, roots)).Delegate;

    /// <inheritdoc cref="Fn{R}(Expression{Func{R}}, string, int, string)"/>
    public static Fn<A, B, C, D, R> Fn<A, B, C, D, R>(Expression<Func<A, B, C, D, R>> quote,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerArgumentExpression(nameof(quote))] string text = "") =>
        (Fn<A, B, C, D, R>)QuotedFunction.Quote(quote, file, line, text, static (code, roots) => new Quoted<A, B, C, D, R>(code, roots)).Delegate;

    /// <inheritdoc cref="Fn{R}(Expression{Func{R}}, string, int, string)"/>
    public static Fn<A, B, C, D, E, R> Fn<A, B, C, D, E, R>(Expression<Func<A, B, C, D, E, R>> quote,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerArgumentExpression(nameof(quote))] string text = "") =>
        (Fn<A, B, C, D, E, R>)QuotedFunction.Quote(quote, file, line, text, static (code, roots) => new Quoted<A, B, C, D, E, R>(code, roots)).Delegate;

    /// <inheritdoc cref="Fn{R}(Expression{Func{R}}, string, int, string)"/>
    public static Fn<A, B, C, D, E, F, R> Fn<A, B, C, D, E, F, R>(Expression<Func<A, B, C, D, E, F, R>> quote,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerArgumentExpression(nameof(quote))] string text = "") =>
        (Fn<A, B, C, D, E, F, R>)QuotedFunction.Quote(quote, file, line, text, static (code, roots) => new Quoted<A, B, C, D, E, F, R>(code, roots)).Delegate;

    /// <inheritdoc cref="Fn{R}(Expression{Func{R}}, string, int, string)"/>
    public static Fn<A, B, C, D, E, F, G, R> Fn<A, B, C, D, E, F, G, R>(Expression<Func<A, B, C, D, E, F, G, R>> quote,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerArgumentExpression(nameof(quote))] string text = "") =>
        (Fn<A, B, C, D, E, F, G, R>)QuotedFunction.Quote(quote, file, line, text, static (code, roots) => new Quoted<A, B, C, D, E, F, G, R>(code, roots)).Delegate;

    /// <inheritdoc cref="Fn{R}(Expression{Func{R}}, string, int, string)"/>
    public static Fn<A, B, C, D, E, F, G, H, R> Fn<A, B, C, D, E, F, G, H, R>(Expression<Func<A, B, C, D, E, F, G, H, R>> quote,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerArgumentExpression(nameof(quote))] string text = "") =>
        (Fn<A, B, C, D, E, F, G, H, R>)QuotedFunction.Quote(quote, file, line, text, static (code, roots) => new Quoted<A, B, C, D, E, F, G, H, R>(code, roots)).Delegate;
}
