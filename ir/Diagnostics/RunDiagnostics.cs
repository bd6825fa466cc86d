using System.Globalization;

namespace MindDsl;

/// <summary>MIND03xx: runs that cannot go on.</summary>
public static partial class Diagnostics
{
    /// <summary>MIND0309: a function calls itself without end.</summary>
    public static Diagnostic RecursionTooDeep(string function, int depth) => new(
        "MIND0309", "a function calls itself too deeply",
        [("function", function), ("depth", depth.ToString(CultureInfo.InvariantCulture))],
        help: "check that the recursion ends, or write it as a loop (While, Scan)");

    /// <summary>MIND0309: a recursion that has used up the largest stack.</summary>
    public static Diagnostic StackExhausted(long bytes) => new(
        "MIND0309", "a function calls itself too deeply", [("stack", bytes.ToString(CultureInfo.InvariantCulture) + " bytes")],
        help: "check that the recursion ends, or write it as a loop (While, Scan)");
}
