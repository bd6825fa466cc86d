namespace MindDsl.Data;

public static partial class Mnist
{
    /// <summary>The files of MNIST as its authors compressed them, and two mirrors that serve them.</summary>
    public static DataSource Official { get; } = new(
        "mnist",
        [new("https://storage.googleapis.com/cvdf-datasets/mnist/"), new("https://ossci-datasets.s3.amazonaws.com/mnist/")],
        [
            new("train-images-idx3-ubyte.gz", 9912422, "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"),
            new("train-labels-idx1-ubyte.gz", 28881, "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"),
            new("t10k-images-idx3-ubyte.gz", 1648877, "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"),
            new("t10k-labels-idx1-ubyte.gz", 4542, "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"),
        ]);

    /// <summary>Reads MNIST from a folder, and downloads what isn't there yet.</summary>
    /// <param name="folder">The folder, or null for <c>mnist</c> in <see cref="DataCache.Folder"/>.</param>
    /// <param name="progress">Is told how far the download has come, or null.</param>
    /// <param name="cancellation">Stops the download; what has arrived is kept, and a later call goes on from there.</param>
    /// <exception cref="MindDslException">
    /// MIND0620 or MIND0621: nothing that is MNIST could be downloaded; a program may then go on with <see cref="DrawnDigits"/>.
    /// MIND0622: the folder can't be written. MIND0601 to MIND0613: the files can't be read.
    /// </exception>
    public static Task<DigitData> LoadAsync(
        string? folder = null, IProgress<DownloadProgress>? progress = null, CancellationToken cancellation = default) =>
        LoadAsync(Official, folder, progress, cancellation);

    /// <summary>Reads a data set in the format of MNIST from a folder, and downloads what isn't there yet.</summary>
    /// <param name="source">The files of the data set, with the names of those of MNIST, and where to download them.</param>
    /// <param name="folder">The folder, or null for one in <see cref="DataCache.Folder"/> with the name of the data set.</param>
    /// <param name="progress">Is told how far the download has come, or null.</param>
    /// <param name="cancellation">Stops the download; what has arrived is kept, and a later call goes on from there.</param>
    /// <exception cref="MindDslException">MIND0601 to MIND0622, as for MNIST itself.</exception>
    public static Task<DigitData> LoadAsync(
        DataSource source,
        string? folder = null,
        IProgress<DownloadProgress>? progress = null,
        CancellationToken cancellation = default) =>
        LoadAsync(source, folder, progress, new DownloadLimits(), cancellation);

    internal static async Task<DigitData> LoadAsync(
        DataSource source, string? folder, IProgress<DownloadProgress>? progress, DownloadLimits limits, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(source);
        folder ??= Path.Combine(DataCache.Folder, source.Name);
        if (Array.Exists(Parts, part => Find(folder, part) is null))
        {
            using var download = new Download(source, limits);
            foreach (var file in source.Files.Where(file => !IsThere(folder, file)))
                await download.FetchAsync(file, folder, progress, cancellation).ConfigureAwait(false);
        }
        return await Task.Run(() => FromFolder(folder), cancellation).ConfigureAwait(false);
    }

    private static bool IsThere(string folder, DataFile file) =>
        File.Exists(Path.Combine(folder, file.Name))
        || (Array.Find(Parts, part => file.Name.StartsWith(part, StringComparison.Ordinal)) is { } part && Find(folder, part) is not null);
}
