namespace MindDsl;

/// <summary>Parts of the textual language that a host may refuse.</summary>
[Flags]
public enum LanguageFeatures
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary><c>let rec</c>.</summary>
    Recursion = 1,

    /// <summary>Loops whose number of steps depends on data: <c>while</c> and <c>iterate</c>.</summary>
    Loops = 2,

    /// <summary>Random numbers.</summary>
    Random = 4,

    /// <summary>Definitions of types.</summary>
    Types = 8,

    /// <summary>Functions that are made in the program: <c>fun</c> inside of a formula, and local functions.</summary>
    Functions = 16,

    /// <summary>All transformations, such as <c>grad</c>, <c>jacobian</c> and <c>vmap</c>.</summary>
    Transformations = 32,
}
