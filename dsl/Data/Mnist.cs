namespace MindDsl.Data;

/// <summary>The MNIST data set of handwritten digits, from a folder or from the network.</summary>
public static partial class Mnist
{
    private const int DigitKinds = 10;

    private static readonly string[] Parts = ["train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1"];

    /// <summary>Reads the four files of MNIST, or of a data set in the same format, from a folder.</summary>
    /// <param name="folder">
    /// The folder with <c>train-images-idx3-ubyte</c>, <c>train-labels-idx1-ubyte</c>, <c>t10k-images-idx3-ubyte</c> and
    /// <c>t10k-labels-idx1-ubyte</c>; <c>.idx</c> in place of <c>-idx</c> is known as well, and so is a <c>.gz</c> at the end.
    /// </param>
    /// <exception cref="MindDslException">MIND0601 to MIND0613: a file is missing or damaged, or the files don't fit together.</exception>
    public static DigitData FromFolder(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        var paths = Array.ConvertAll(Parts, part => Find(folder, part));
        if (paths.Contains(null)) throw new MindDslException(Diagnostics.DigitFilesMissing(folder, Missing(paths)));

        var train = ReadSet(paths[0]!, paths[1]!);
        var test = ReadSet(paths[2]!, paths[3]!);
        if ((train.Rows, train.Columns) != (test.Rows, test.Columns))
        {
            throw new MindDslException(Diagnostics.DigitSizesDiffer(
                paths[0]!, train.Rows, train.Columns, paths[2]!, test.Rows, test.Columns));
        }
        return new(train, test, $"MNIST files in {folder}");
    }

    private static List<string> Missing(string?[] paths) =>
        [.. Parts.Where((_, i) => paths[i] is null).Select(part => part + "-ubyte")];

    private static string? Find(string folder, string part)
    {
        var dotted = part.Replace("-idx", ".idx", StringComparison.Ordinal);
        string[] names = [$"{part}-ubyte", $"{dotted}-ubyte", $"{part}-ubyte.gz", $"{dotted}-ubyte.gz"];
        return names.Select(name => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
    }

    private static DigitSet ReadSet(string imagePath, string labelPath)
    {
        var images = ReadBytes(imagePath, 3);
        var labels = ReadBytes(labelPath, 1);
        var (count, rows, columns) = (images.Shape[0], images.Shape[1], images.Shape[2]);
        if (count != labels.Count) throw new MindDslException(Diagnostics.DigitCountsDiffer(imagePath, count, labelPath, labels.Count));

        var wrong = Array.FindIndex(labels.Bytes, label => label >= DigitKinds);
        if (wrong >= 0) throw new MindDslException(Diagnostics.DigitLabelOutOfRange(labelPath, wrong, labels.Bytes[wrong]));
        return new(count, rows, columns, images.Bytes, labels.Bytes);
    }

    private static IdxArray ReadBytes(string path, int rank)
    {
        var array = IdxFile.Read(path);
        if (array.Element != IdxElement.U8)
            throw new MindDslException(Diagnostics.IdxElementDiffers(path, IdxFile.Name(IdxElement.U8), IdxFile.Name(array.Element)));
        return array.Shape.Count == rank ? array : throw new MindDslException(Diagnostics.DigitAxesDiffer(path, rank, array.Shape));
    }
}
