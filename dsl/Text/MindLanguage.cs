using System.Collections.Immutable;
using MindDsl.Ir;
using MindDsl.Structures;
using MindDsl.Text;
using MindDsl.Text.Elaboration;
using MindDsl.Text.Types;

namespace MindDsl;

/// <summary>
/// A differentiable language that an application offers to its own users: the textual language with names of the host's, without what the host does not allow, and within bounds.
/// Formulas have no access to the host but through what it offers. Immutable, and safe to use from many threads at once.
/// </summary>
public sealed class MindLanguage
{
    private static readonly AsyncLocal<CancellationToken> Ambient = new();
    private readonly ImmutableDictionary<string, (object Value, string Summary)> _names;
    private readonly ImmutableDictionary<string, Type> _types;
    private readonly Lazy<TextEnvironment> _environment;

    private MindLanguage(ImmutableDictionary<string, (object, string)> names, ImmutableDictionary<string, Type> types, LanguageFeatures refused, LanguageLimits limits)
    {
        (_names, _types, Refused, Limits) = (names, types, refused, limits);
        _environment = new(MakeEnvironment);
    }

    /// <summary>The language with nothing of a host, with bounds for formulas of strangers.</summary>
    public static MindLanguage Plain { get; } = new(ImmutableDictionary<string, (object, string)>.Empty, ImmutableDictionary<string, Type>.Empty, LanguageFeatures.None, new());

    /// <summary>What programs may not use.</summary>
    public LanguageFeatures Refused { get; }

    /// <summary>Bounds on programs and their runs.</summary>
    public LanguageLimits Limits { get; }

    /// <summary>With a constant: a number, a tensor, an array, a record or tuple of them.</summary>
    public MindLanguage WithConstant<T>(string name, T value, string summary = "") where T : notnull
    {
        ClrTypes.TypeOf(typeof(T));
        return WithName(name, value, summary);
    }

    /// <summary>With a quoted function, or one that was written as text.</summary>
    public MindLanguage WithFunction(string name, Delegate function, string summary = "")
    {
        QuotedFunction.Of(function);
        ClrTypes.TypeOf(function.GetType());
        return WithName(name, function, summary);
    }

    /// <summary>With a record or tuple of C# as a type, under its own name.</summary>
    public MindLanguage WithType<T>(string? name = null)
    {
        name ??= typeof(T).Name;
        RequireIdentifier(name);
        ClrTypes.TypeOf(typeof(T));
        return new(_names, _types.SetItem(name, typeof(T)), Refused, Limits);
    }

    /// <summary>Without some parts of the language.</summary>
    public MindLanguage Without(LanguageFeatures features) => new(_names, _types, Refused | features, Limits);

    /// <summary>With other bounds.</summary>
    public MindLanguage WithLimits(LanguageLimits limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        return new(_names, _types, Refused, limits);
    }

    /// <summary>Reads a function.</summary>
    /// <typeparam name="F">Its type, one of <see cref="Fn{R}"/>.</typeparam>
    /// <exception cref="MindDslException">MIND07xx: all errors of the text.</exception>
    public F Parse<F>(string text) where F : Delegate
    {
        ArgumentNullException.ThrowIfNull(text);
        return (F)TextFunctions.Make(typeof(F), new SourceText(text), _environment.Value, null, null);
    }

    /// <summary>Reads a formula: an expression in which the members of a record are names.</summary>
    /// <typeparam name="A">The record.</typeparam>
    /// <typeparam name="R">The type of the result.</typeparam>
    /// <exception cref="MindDslException">MIND07xx: all errors of the text.</exception>
    public Fn<A, R> Formula<A, R>(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return (Fn<A, R>)TextFunctions.Make(typeof(Fn<A, R>), new SourceText(text), _environment.Value, null, typeof(A));
    }

    /// <summary>What is wrong with a text that is to be a function of a type: nothing if the list is empty.</summary>
    public IReadOnlyList<Diagnostic> Check<F>(string text) where F : Delegate => Checked(text, typeof(F), null);

    /// <summary>What is wrong with a formula: nothing if the list is empty.</summary>
    public IReadOnlyList<Diagnostic> CheckFormula<A, R>(string text) => Checked(text, typeof(Fn<A, R>), typeof(A));

    /// <summary>The type of what a text stands for, as the language writes it.</summary>
    /// <exception cref="MindDslException">MIND07xx: all errors of the text.</exception>
    public string TypeOf(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TextFunctions.Elaborate(new SourceText(text), _environment.Value, null, null, null).OrThrow().Type.ToString();
    }

    /// <summary>All names that may stand in a text, with their types and a line about each: for completion in an editor.</summary>
    public IReadOnlyList<LanguageName> Describe() => LanguageDescription.Of(_environment.Value);

    /// <summary>
    /// Lets texts be read, and programs be differentiated and compiled, no further when a token is cancelled, and runs of functions of languages with bounds end; in this flow of execution, until the result is
    /// disposed. What is cancelled ends with an <see cref="OperationCanceledException"/>.
    /// </summary>
    public static IDisposable Cancelling(CancellationToken token)
    {
        var outer = Ambient.Value;
        Ambient.Value = token;
        return new Restoring(outer);
    }

    /// <summary>The token of this flow of execution.</summary>
    internal static CancellationToken Cancellation => Ambient.Value;

    private Seq<Diagnostic> Checked(string text, Type delegateType, Type? given)
    {
        ArgumentNullException.ThrowIfNull(text);
        try
        {
            return TextFunctions.Elaborate(new SourceText(text), _environment.Value, delegateType, null, given).Errors;
        }
        catch (MindDslException error)
        {
            return error.Diagnostics.ToSeq();
        }
    }

    private MindLanguage WithName(string name, object value, string summary)
    {
        ArgumentNullException.ThrowIfNull(value);
        RequireIdentifier(name);
        return new(_names.SetItem(name, (value, summary)), _types, Refused, Limits);
    }

    private static void RequireIdentifier(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var read = TextParser.ParseExpression(new SourceText(name));
        if (read.Value is not Text.Syntax.NameExpressionSyntax { Name: var found } || found != name)
            throw new MindDslException(Diagnostics.HostNameNotAllowed(name, "it is not a name of the language"));
    }

    private TextEnvironment MakeEnvironment()
    {
        var names = _names.OrderBy(n => n.Key, StringComparer.Ordinal).ToArray();
        return new()
        {
            Names = names.Select((n, k) => (n.Key, Host: new HostName(k, n.Value.Value.GetType(), ClrTypes.TypeOf(n.Value.Value.GetType()), n.Value.Summary))).ToDictionary(n => n.Key, n => n.Host),
            Roots = [.. names.Select(n => n.Value.Value is Delegate function ? QuotedFunction.Of(function) : n.Value.Value)],
            Types = _types,
            Refused = Refused,
            Limits = Limits,
        };
    }

    private sealed class Restoring(CancellationToken outer) : IDisposable
    {
        public void Dispose() => Ambient.Value = outer;
    }
}
