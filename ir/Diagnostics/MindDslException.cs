namespace MindDsl;

/// <summary>The one exception of MindDsl: it carries the diagnostics that say what is wrong and what helps.</summary>
/// <remarks>An error inside MindDsl itself is this exception too, with code MIND0001 (see <see cref="Diagnostics.Internal"/>).</remarks>
public sealed class MindDslException : Exception
{
    /// <summary>Makes the exception from one diagnostic.</summary>
    /// <param name="diagnostic">What is wrong.</param>
    /// <param name="cause">The exception that led to it, if there was one.</param>
    public MindDslException(Diagnostic diagnostic, Exception? cause = null) : this([diagnostic], cause)
    {
    }

    /// <summary>Makes the exception from all diagnostics of one check.</summary>
    /// <param name="diagnostics">What is wrong, the first being the one that gives the exception its code; at least one.</param>
    /// <param name="cause">The exception that led to it, if there was one.</param>
    public MindDslException(IReadOnlyList<Diagnostic> diagnostics, Exception? cause = null) : base(Render(diagnostics), cause) =>
        Diagnostics = [.. diagnostics];

    /// <summary>What is wrong; never empty.</summary>
    public IReadOnlyList<Diagnostic> Diagnostics { get; }

    /// <summary>The code of the first diagnostic.</summary>
    public string Code => Diagnostics[0].Code;

    private static string Render(IReadOnlyList<Diagnostic> diagnostics)
    {
        ArgumentNullException.ThrowIfNull(diagnostics);
        if (diagnostics.Count == 0) throw new ArgumentException("An exception needs at least one diagnostic.", nameof(diagnostics));
        return string.Join("\n", diagnostics);
    }
}
