using System.Collections.Concurrent;
using MindDsl.Ir;
using MindDsl.Quote;
using MindDsl.Text.Elaboration;
using MindDsl.Text.Types;

namespace MindDsl.Text;

/// <summary>Makes functions of texts; equal texts in one environment share their code.</summary>
internal static class TextFunctions
{
    private const int MostKnown = 4096;
    private const long LongestFile = 1L << 28;

    private static readonly ConcurrentDictionary<Key, WeakReference<FunctionCode>> Known = new();

    private sealed record Key(string Text, string? Name, Type DelegateType, TextEnvironment Environment, string? Entry, Type? Given);

    /// <summary>The function that a text is.</summary>
    /// <param name="delegateType">The type of the delegate.</param>
    /// <param name="source">The text.</param>
    /// <param name="environment">What the host offers.</param>
    /// <param name="entry">The definition that is meant.</param>
    /// <param name="given">The record whose fields are names of the formula; null if the text is a function.</param>
    public static Delegate Make(Type delegateType, SourceText source, TextEnvironment environment, string? entry, Type? given)
    {
        var key = new Key(source.Text, source.Name, delegateType, environment, entry, given);
        if (!Known.TryGetValue(key, out var weak) || !weak.TryGetTarget(out var code))
        {
            RequireFunctionType(delegateType);
            code = Printed(source, delegateType, environment, entry) is { } module ? new ModuleCode(module, delegateType) : Elaborated(source, environment, delegateType, entry, given);
            if (Known.Count >= MostKnown) Forget();
            Known[key] = new(code);
        }
        return code.Make(environment.Roots).Delegate;
    }

    private static TextCode Elaborated(SourceText source, TextEnvironment environment, Type delegateType, string? entry, Type? given)
    {
        var program = Elaborate(source, environment, delegateType, entry, given).OrThrow();
        return new TextCode(program, environment, entry ?? "f", delegateType);
    }

    /// <summary>The program that a text prints, if it is a printed one. A host's users write the language and not the IR.</summary>
    private static Module? Printed(SourceText source, Type delegateType, TextEnvironment environment, string? entry)
    {
        if (environment.Limits != LanguageLimits.None || entry is not null) return null;
        if (TextParser.ParseEither(source).Module?.Value is not { } module || !ModuleCode.IsPrinted(module)) return null;
        try
        {
            return IrText.Read(source.Text, source.Name);
        }
        catch (MindDslException)
        {
            // A text that only looks like one: it is read as the language, which says what is wrong.
            return null;
        }
    }

    /// <summary>Reads a text and finds its types; all errors are collected.</summary>
    public static Parsed<TextProgram> Elaborate(SourceText source, TextEnvironment environment, Type? delegateType, string? entry, Type? given)
    {
        if (delegateType is not null) RequireFunctionType(delegateType);
        var limits = new TextLimits(environment.Limits.TextLength, environment.Limits.Depth);
        var expected = delegateType is null ? null : ClrTypes.TypeOf(delegateType);
        var record = given is null ? null : ClrTypes.TypeOf(given) as RecordType ?? throw new MindDslException(Diagnostics.TypeNotSupported(given, "the parameters of a formula are a record"));
        var (module, expression) = TextParser.ParseEither(source, limits);
        if (module is { Value: null }) return new(null, source, module.Errors);
        if (expression is { Value: null }) return new(null, source, expression.Errors);
        return new Elaborator(environment, source).Program(module?.Value, expression?.Value, expected, entry, record);
    }

    private static void RequireFunctionType(Type type)
    {
        if (type.Name.Split('`')[0] != "Fn" || type.Assembly != typeof(Mind).Assembly) throw new MindDslException(Diagnostics.NotAFunctionType(type));
    }

    /// <summary>The text of a file, and its folder.</summary>
    /// <exception cref="MindDslException">MIND0765: it cannot be read.</exception>
    public static (string Text, string Folder) ReadFile(string file)
    {
        try
        {
            string path = Path.GetFullPath(file);
            long length = new FileInfo(path).Length;
            if (length > LongestFile) throw new IOException(FormattableString.Invariant($"it has {length} bytes, more than {LongestFile}"));
            return (File.ReadAllText(path), Path.GetDirectoryName(path)!);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new MindDslException(Diagnostics.TextFileNotRead(file, error.Message), error);
        }
    }

    private static void Forget()
    {
        foreach (var (key, weak) in Known) if (!weak.TryGetTarget(out _)) Known.TryRemove(key, out _);
        if (Known.Count >= MostKnown) Known.Clear();
    }
}
