using System.Security.Cryptography;
using System.Text;

namespace MindDsl.Backends.Devices;

/// <summary>
/// Code that compilers of devices made, kept in files from one process to the next. A file is found by all that its code depends on. It is written beside and renamed, so that other processes
/// see it whole or not at all; one that is damaged counts as missing. Whatever the disk has against it, a program is compiled then.
/// </summary>
/// <param name="folder">The folder; it is made when it is needed.</param>
/// <param name="mostBytes">Beyond this those that were not used for longest go.</param>
internal sealed class ProgramCache(string folder, long mostBytes = 256L << 20)
{
    /// <summary>The environment variable that names the folder, or says <c>off</c>.</summary>
    public const string Variable = "MINDDSL_CACHE";

    private const string Off = "off", Extension = ".code", Unfinished = ".tmp";

    /// <summary>The format of the files: they begin so, and go on with the hash of the code.</summary>
    private static ReadOnlySpan<byte> Mark => "MindDsl1"u8;

    private static readonly TimeSpan Abandoned = TimeSpan.FromHours(1);

    /// <summary>The cache of the user; null if it is switched off.</summary>
    public static ProgramCache? OfUser => Resolve(Environment.GetEnvironmentVariable, OperatingSystem.IsWindows()) is { } folder ? new(folder) : null;

    /// <summary>The folder that the variables say; null if there is to be none.</summary>
    public static string? Resolve(Func<string, string?> variable, bool isWindows) => variable(Variable) switch
    {
        Off => null,
        { Length: > 0 } chosen => Path.GetFullPath(chosen),
        _ => Path.Combine(UserCache.Folder(variable, isWindows), "programs"),
    };

    /// <summary>The name of code that depends on these texts.</summary>
    public static string Key(params ReadOnlySpan<string> parts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string part in parts)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(part);
            // With the lengths, so that no two lists of texts run together to the same.
            hash.AppendData(BitConverter.GetBytes((long)bytes.Length));
            hash.AppendData(bytes);
        }
        return System.Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>The code of a name; null if it is not there.</summary>
    public byte[]? Find(string key)
    {
        string path = PathOf(key);
        try
        {
            if (!File.Exists(path)) return null;
            byte[] file = File.ReadAllBytes(path);
            int head = Mark.Length + SHA256.HashSizeInBytes;
            if (file.Length < head || !file.AsSpan(0, Mark.Length).SequenceEqual(Mark) || !SHA256.HashData(file.AsSpan(head)).AsSpan().SequenceEqual(file.AsSpan(Mark.Length, SHA256.HashSizeInBytes)))
            {
                Forget(key);
                return null;
            }
            File.SetLastWriteTimeUtc(path, DateTime.UtcNow);
            return file[head..];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Keeps the code of a name.</summary>
    public void Keep(string key, ReadOnlySpan<byte> code)
    {
        string path = PathOf(key), unfinished = $"{path}.{Guid.NewGuid():N}{Unfinished}";
        try
        {
            Directory.CreateDirectory(folder);
            using (var file = new FileStream(unfinished, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                file.Write(Mark);
                file.Write(SHA256.HashData(code));
                file.Write(code);
            }
            File.Move(unfinished, path, overwrite: true);
            Shrink();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Delete(unfinished);
        }
    }

    /// <summary>Removes the code of a name.</summary>
    public void Forget(string key) => Delete(PathOf(key));

    private string PathOf(string key) => Path.Combine(folder, key + Extension);

    /// <summary>Removes what was not used for longest until there is room again, and what processes that ended left behind.</summary>
    private void Shrink()
    {
        var files = new DirectoryInfo(folder).GetFiles();
        foreach (var file in files.Where(f => f.Extension == Unfinished && f.LastWriteTimeUtc < DateTime.UtcNow - Abandoned)) Delete(file.FullName);
        var programs = files.Where(f => f.Extension == Extension).OrderByDescending(f => f.LastWriteTimeUtc).ToList();
        long bytes = 0;
        foreach (var program in programs)
            if ((bytes += program.Length) > mostBytes) Delete(program.FullName);
    }

    private static void Delete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Another process has it open; it will go another time.
        }
    }
}
