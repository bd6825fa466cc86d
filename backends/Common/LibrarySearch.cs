using System.Runtime.InteropServices;
using MindDsl.Ir;

namespace MindDsl.Backends;

/// <summary>A native library that was looked for.</summary>
/// <param name="Name">The name or path.</param>
/// <param name="Outcome">What the loader said, or <see cref="Loaded"/>.</param>
public readonly record struct LibraryAttempt(string Name, string Outcome)
{
    /// <summary>The outcome of a library that was found.</summary>
    public const string Loaded = "loaded";

    /// <summary>Whether it was found.</summary>
    public bool IsLoaded => Outcome == Loaded;
}

/// <summary>Looks for a native library under several names.</summary>
public static class LibrarySearch
{
    /// <summary>Loads the first library that can be loaded.</summary>
    /// <param name="names">Names and paths, in the order of preference.</param>
    /// <returns>The library, or zero, and every name that was tried with what the loader said.</returns>
    public static (nint Library, Seq<LibraryAttempt> Tried) Load(IEnumerable<string> names)
    {
        var tried = new List<LibraryAttempt>();
        foreach (string name in names)
        {
            try
            {
                nint library = NativeLibrary.Load(name);
                tried.Add(new(name, LibraryAttempt.Loaded));
                return (library, tried.ToSeq());
            }
            catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
            {
                tried.Add(new(name, Reason(e.Message)));
            }
        }
        return (0, tried.ToSeq());
    }

    /// <summary>What the loader of the system says, without the advice of .NET around it.</summary>
    private static string Reason(string message)
    {
        var lines = message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        // .NET tries spellings of a name, one line each; the last one is about the name as it was given or the one nearest to it.
        return lines.Length > 1 ? lines[^1] : message.Trim();
    }
}
