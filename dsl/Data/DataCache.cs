namespace MindDsl.Data;

/// <summary>The folder in which downloaded data sets are kept.</summary>
public static class DataCache
{
    /// <summary>The environment variable that names the folder, in place of the usual one.</summary>
    public const string Variable = "MINDDSL_DATA";

    /// <summary>
    /// The folder: what <c>MINDDSL_DATA</c> says, else <c>minddsl</c> in the user's cache folder (<c>XDG_CACHE_HOME</c> or
    /// <c>~/.cache</c>; on Windows the local application data). It need not exist.
    /// </summary>
    public static string Folder => Resolve(Environment.GetEnvironmentVariable, OperatingSystem.IsWindows());

    internal static string Resolve(Func<string, string?> variable, bool isWindows)
    {
        if (variable(Variable) is { Length: > 0 } chosen) return Path.GetFullPath(chosen);
        return Backends.UserCache.Folder(variable, isWindows);
    }
}
