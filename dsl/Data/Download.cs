using System.Globalization;
using System.Security.Cryptography;

namespace MindDsl.Data;

/// <summary>How long and how often a download tries.</summary>
internal sealed record DownloadLimits
{
    /// <summary>The longest wait for a connection.</summary>
    public TimeSpan Connect { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The longest wait for an answer or for more bytes.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The pause before all mirrors are tried once more.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How many times all mirrors are tried.</summary>
    public int Rounds { get; init; } = 3;
}

/// <summary>
/// Downloads the files of a data set, each into a <c>.part</c> file that gets its name once its contents are known to be right.
/// </summary>
internal sealed class Download : IDisposable
{
    private readonly DataSource source;
    private readonly DownloadLimits limits;
    private readonly HttpClient client;
    // A mirror that can't be reached, or that serves something else, isn't asked again, neither for this file nor for the next.
    private readonly List<Uri> mirrors;

    public Download(DataSource source, DownloadLimits limits)
    {
        this.source = source;
        this.limits = limits;
        mirrors = [.. source.Mirrors];
        client = new HttpClient(new SocketsHttpHandler { ConnectTimeout = limits.Connect }) { Timeout = Timeout.InfiniteTimeSpan };
    }

    public void Dispose() => client.Dispose();

    /// <summary>Downloads one file into a folder, which is made if need be.</summary>
    public async Task FetchAsync(DataFile file, string folder, IProgress<DownloadProgress>? progress, CancellationToken cancellation)
    {
        var target = Path.Combine(folder, file.Name);
        var failures = new List<TransferFailure>();
        bool complete, empty;
        await using (var part = OpenPart(target))
        {
            complete = await FillAsync(file, part, failures, progress, cancellation).ConfigureAwait(false);
            empty = part.Length == 0;
        }
        if (complete)
        {
            Publish(target);
            return;
        }
        if (empty) Discard(target);
        throw Failed(file, failures);
    }

    private static string PartOf(string target) => target + ".part";

    private async Task<bool> FillAsync(
        DataFile file,
        FileStream part,
        List<TransferFailure> failures,
        IProgress<DownloadProgress>? progress,
        CancellationToken cancellation)
    {
        if (part.Length > file.Bytes) part.SetLength(0);
        for (var round = 0; round < limits.Rounds && mirrors.Count > 0; round++)
        {
            if (round > 0) await Task.Delay(limits.Pause, cancellation).ConfigureAwait(false);
            foreach (var mirror in mirrors.ToArray())
            {
                var failure = await TryMirrorAsync(new(mirror, file.Name), file, part, progress, cancellation).ConfigureAwait(false);
                if (failure is null)
                {
                    part.Flush(flushToDisk: true);
                    return true;
                }
                failures.Add(failure);
                if (failure.IsFinal) mirrors.Remove(mirror);
            }
        }
        return false;
    }

    private async Task<TransferFailure?> TryMirrorAsync(
        Uri address, DataFile file, FileStream part, IProgress<DownloadProgress>? progress, CancellationToken cancellation)
    {
        var transfer = new Transfer(client, limits.Silence, address, file, part, progress);
        var resumed = part.Length > 0;
        var failure = await AttemptAsync(transfer, file, part, cancellation).ConfigureAwait(false);
        // What an earlier run left may be of another file; only bytes that all came from this mirror can be held against it.
        return resumed && failure is { SpoilsPart: true }
            ? await AttemptAsync(transfer, file, part, cancellation).ConfigureAwait(false)
            : failure;
    }

    private static async Task<TransferFailure?> AttemptAsync(
        Transfer transfer, DataFile file, FileStream part, CancellationToken cancellation)
    {
        var failure = part.Length == file.Bytes ? null : await transfer.RunAsync(cancellation).ConfigureAwait(false);
        failure ??= await CheckAsync(transfer.Address, file, part, cancellation).ConfigureAwait(false);
        if (failure is { SpoilsPart: true }) part.SetLength(0);
        return failure;
    }

    private static async Task<TransferFailure?> CheckAsync(Uri address, DataFile file, FileStream part, CancellationToken cancellation)
    {
        part.Position = 0;
        var hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(part, cancellation).ConfigureAwait(false));
        return string.Equals(hash, file.Sha256, StringComparison.OrdinalIgnoreCase)
            ? null
            : new(address, "SHA-256 " + hash, IsFinal: true, SpoilsPart: true, Differs: true);
    }

    private static FileStream OpenPart(string target)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(target))!);
            // Nothing is shared: of two programs that download the same file, one is told so.
            return new(PartOf(target), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new MindDslException(Diagnostics.CacheUnwritable(PartOf(target), cause.Message), cause);
        }
    }

    private static void Publish(string target)
    {
        try
        {
            File.Move(PartOf(target), target, overwrite: true);
        }
        catch (FileNotFoundException) when (File.Exists(target))
        {
            // Another program found the complete file in the moment between closing and moving it.
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new MindDslException(Diagnostics.CacheUnwritable(target, cause.Message), cause);
        }
    }

    private static void Discard(string target)
    {
        try
        {
            File.Delete(PartOf(target));
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            // An empty file that can't be deleted does no harm, and the failed download is what the user has to hear of.
        }
    }

    private MindDslException Failed(DataFile file, List<TransferFailure> failures)
    {
        var attempts = failures.Select(failure => (failure.Address.ToString(), failure.Reason)).Distinct().ToList();
        if (attempts.Count == 0) attempts = [.. source.Mirrors.Select(mirror => (mirror.ToString(), "failed before"))];
        var cause = failures.LastOrDefault(failure => failure.Cause is not null)?.Cause;
        return new(
            failures.Exists(failure => failure.Differs)
                ? Diagnostics.DownloadDiffers(file.Name, file.Bytes.ToString(CultureInfo.InvariantCulture), file.Sha256, attempts)
                : Diagnostics.DownloadFailed(file.Name, attempts),
            cause);
    }
}
