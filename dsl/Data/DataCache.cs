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
        return Path.Combine(isWindows ? LocalData() : UserCache(variable), "minddsl");
    }

    private static string LocalData()
    {
        var folder = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData);
        return folder.Length > 0 ? folder : Path.GetTempPath();
    }

    private static string UserCache(Func<string, string?> variable)
    {
        // The XDG rules say that a path which is not absolute has to be ignored.
        if (variable("XDG_CACHE_HOME") is { Length: > 0 } cache && Path.IsPathRooted(cache)) return cache;
        return variable("HOME") is { Length: > 0 } home ? Path.Combine(home, ".cache") : Path.GetTempPath();
    }
}
