namespace MindDsl.Data;

/// <summary>One file of a data set on the network.</summary>
/// <param name="Name">Its name, which is appended to the address of a mirror.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">The SHA-256 of its contents in hexadecimal digits.</param>
public sealed record DataFile(string Name, long Bytes, string Sha256);

/// <summary>A data set on the network: where it is, and how to tell that what arrives is the data set.</summary>
/// <param name="Name">A short name, which is also the name of its folder in the cache.</param>
/// <param name="Mirrors">The addresses to try, in this order; each ends with a slash.</param>
/// <param name="Files">Its files.</param>
public sealed record DataSource(string Name, IReadOnlyList<Uri> Mirrors, IReadOnlyList<DataFile> Files);

/// <summary>How far a download has come.</summary>
/// <param name="File">The file that is being downloaded.</param>
/// <param name="Received">How many of its bytes are on the disk, those of an earlier, interrupted download included.</param>
/// <param name="Total">How many bytes it has.</param>
public readonly record struct DownloadProgress(string File, long Received, long Total);
