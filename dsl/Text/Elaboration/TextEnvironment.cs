using MindDsl.Ir;
using MindDsl.Text.Types;

namespace MindDsl.Text.Elaboration;

/// <summary>What a host adds to the language, and what it takes away.</summary>
internal sealed class TextEnvironment
{
    /// <summary>The language as it is.</summary>
    public static readonly TextEnvironment Plain = new();

    /// <summary>The names that the host offers.</summary>
    public IReadOnlyDictionary<string, HostName> Names { get; init; } = new Dictionary<string, HostName>();

    /// <summary>The records that the host offers as types.</summary>
    public IReadOnlyDictionary<string, Type> Types { get; init; } = new Dictionary<string, Type>();

    /// <summary>The objects behind the names, by their places.</summary>
    public object?[] Roots { get; init; } = [];

    /// <summary>What programs may not use.</summary>
    public LanguageFeatures Refused { get; init; }

    /// <summary>Bounds on programs.</summary>
    public LanguageLimits Limits { get; init; } = LanguageLimits.None;

    /// <summary>The definitions of a module that is opened, by its path; null if there is none.</summary>
    public Func<Seq<string>, SourceText?> Open { get; init; } = _ => null;
}

/// <summary>A name that the host offers.</summary>
/// <param name="Root">The place of the object.</param>
/// <param name="Clr">The .NET type.</param>
/// <param name="Type">The type in the language.</param>
/// <param name="Summary">What it is, in one line.</param>
internal sealed record HostName(int Root, Type Clr, MindType Type, string Summary);
