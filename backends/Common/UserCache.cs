namespace MindDsl.Backends;

/// <summary>The folder for what can be made again.</summary>
internal static class UserCache
{
    private const string Name = "minddsl";

    /// <summary><c>minddsl</c> in the user's cache folder: <c>XDG_CACHE_HOME</c> or <c>~/.cache</c>; on Windows in the local application data. It need not exist.</summary>
    public static string Folder(Func<string, string?> variable, bool isWindows) => Path.Combine(isWindows ? LocalData() : Cache(variable), Name);

    private static string LocalData()
    {
        string folder = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData);
        return folder.Length > 0 ? folder : Path.GetTempPath();
    }

    private static string Cache(Func<string, string?> variable)
    {
        // The XDG rules say that a path which is not absolute has to be ignored.
        if (variable("XDG_CACHE_HOME") is { Length: > 0 } cache && Path.IsPathRooted(cache)) return cache;
        return variable("HOME") is { Length: > 0 } home ? Path.Combine(home, ".cache") : Path.GetTempPath();
    }
}
