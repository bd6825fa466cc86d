namespace MindDsl;

public static partial class Diagnostics
{
    /// <summary>MIND0620: no mirror delivered a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="attempts">The addresses that were asked, with what happened.</param>
    public static Diagnostic DownloadFailed(string file, IReadOnlyList<(string Address, string Reason)> attempts) => new(
        "MIND0620",
        "a download failed",
        [("file", file), .. Attempts(attempts)],
        help: "check the network and run again, what has arrived is kept; or put the files into the folder yourself");

    /// <summary>MIND0621: what the mirrors delivered isn't the file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="bytes">Its length.</param>
    /// <param name="sha256">The SHA-256 of its contents.</param>
    /// <param name="attempts">The addresses that were asked, with what happened.</param>
    public static Diagnostic DownloadDiffers(
        string file, string bytes, string sha256, IReadOnlyList<(string Address, string Reason)> attempts) => new(
        "MIND0621",
        "a download is not the file it should be",
        [("file", file), ("expected", $"{bytes} bytes with SHA-256 {sha256}"), .. Attempts(attempts)],
        help: "a proxy or a login page of the network may have answered; it was not kept: run again, or use another network");

    /// <summary>MIND0622: the folder for downloads can't be written.</summary>
    /// <param name="path">The file that was being written.</param>
    /// <param name="reason">What the operating system says.</param>
    public static Diagnostic CacheUnwritable(string path, string reason) => new(
        "MIND0622",
        "a download can't be stored",
        [("file", path), ("reason", reason)],
        help: "free some space, wait for another download of the same file, or name another folder in MINDDSL_DATA");

    private static IEnumerable<(string Label, string Text)> Attempts(IReadOnlyList<(string Address, string Reason)> attempts) =>
        attempts.SelectMany(attempt => new[] { ("from", attempt.Address), ("found", attempt.Reason) });
}
