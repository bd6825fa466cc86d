namespace MindDsl;

public static partial class Diagnostics
{
    private const string IdxHelp = "the file is damaged or was cut: copy or download it again";

    /// <summary>MIND0601: a data file can't be opened or read.</summary>
    /// <param name="path">The file.</param>
    /// <param name="reason">What the operating system says.</param>
    public static Diagnostic FileUnreadable(string path, string reason) => new(
        "MIND0601",
        "a file can't be read",
        [("file", path), ("reason", reason)],
        help: "check the path and the permissions of the file");

    /// <summary>MIND0602: a file doesn't start as an IDX file does.</summary>
    /// <param name="path">The file.</param>
    /// <param name="magic">Its first four bytes in hexadecimal digits.</param>
    public static Diagnostic NotIdx(string path, string magic) => new(
        "MIND0602",
        "not an IDX file",
        [("file", path), ("expected", "0000, an element code of 08 09 0b 0c 0d 0e, the number of axes"), ("found", magic)],
        help: "check that the path names an IDX file, compressed with gzip or not");

    /// <summary>MIND0603: an IDX file ends before its contents do.</summary>
    /// <param name="path">The file.</param>
    /// <param name="part">What was being read: the magic number, the shape, or the elements.</param>
    /// <param name="expected">How many bytes this part has.</param>
    /// <param name="found">How many bytes there are, or null when the file is too short to hold them, however well compressed.</param>
    public static Diagnostic IdxTruncated(string path, string part, long expected, long? found) => new(
        "MIND0603",
        "an IDX file ends too early",
        [
            ("file", path),
            ("expected", $"{Bytes(expected)} for the {part}"),
            ("found", found is { } count ? Bytes(count) : "a file that is too short to hold them"),
        ],
        help: IdxHelp);

    /// <summary>MIND0604: an IDX file goes on after its contents.</summary>
    /// <param name="path">The file.</param>
    /// <param name="elements">The type and the shape in the header.</param>
    /// <param name="expected">How many bytes the elements have.</param>
    public static Diagnostic IdxTooLong(string path, string elements, long expected) => new(
        "MIND0604",
        "an IDX file goes on after its last element",
        [("file", path), ("expected", $"{Bytes(expected)} for the {elements}"), ("found", "more bytes after them")],
        help: IdxHelp);

    /// <summary>MIND0605: the shape in an IDX file asks for more than one array can hold.</summary>
    /// <param name="path">The file.</param>
    /// <param name="found">What its header asks for.</param>
    public static Diagnostic IdxTooLarge(string path, string found) => new(
        "MIND0605",
        "an IDX file is too large",
        [("file", path), ("expected", "less than 2 GiB"), ("found", found)],
        help: "the header is likely damaged; otherwise split the file");

    /// <summary>MIND0606: a compressed file can't be decompressed.</summary>
    /// <param name="path">The file.</param>
    /// <param name="reason">What the decompression says.</param>
    public static Diagnostic GzipDamaged(string path, string reason) => new(
        "MIND0606",
        "a gzip file is damaged",
        [("file", path), ("expected", "gzip data with the right checksum"), ("found", reason)],
        help: IdxHelp);

    /// <summary>MIND0607: an IDX file holds elements of another type than is needed.</summary>
    /// <param name="path">The file.</param>
    /// <param name="expected">The type that is needed.</param>
    /// <param name="found">The type in the file.</param>
    public static Diagnostic IdxElementDiffers(string path, string expected, string found) => new(
        "MIND0607",
        "an IDX file holds another element type",
        [("file", path), ("expected", expected), ("found", found)],
        help: "read the elements with ToFloats, or convert the file");

    /// <summary>MIND0610: files of a digit data set are missing.</summary>
    /// <param name="folder">The folder that was searched.</param>
    /// <param name="missing">The usual names of the missing files.</param>
    public static Diagnostic DigitFilesMissing(string folder, IReadOnlyList<string> missing) => new(
        "MIND0610",
        "files of the digit data set are missing",
        [("folder", folder), .. missing.Select(name => ("missing", name))],
        help: "put them there, with or without .gz, or let Mnist.LoadAsync download them");

    /// <summary>MIND0611: there are not as many labels as images.</summary>
    /// <param name="imagePath">The file of the images.</param>
    /// <param name="images">How many images it holds.</param>
    /// <param name="labelPath">The file of the labels.</param>
    /// <param name="labels">How many labels it holds.</param>
    public static Diagnostic DigitCountsDiffer(string imagePath, int images, string labelPath, int labels) => new(
        "MIND0611",
        "images and labels differ in number",
        [("images", $"{Count(images)} in {imagePath}"), ("labels", $"{Count(labels)} in {labelPath}")],
        help: "take both files from the same data set");

    /// <summary>MIND0612: a label isn't a digit.</summary>
    /// <param name="path">The file of the labels.</param>
    /// <param name="index">Which label, from 0.</param>
    /// <param name="label">Its value.</param>
    public static Diagnostic DigitLabelOutOfRange(string path, int index, byte label) => new(
        "MIND0612",
        "a label is not a digit",
        [("file", path), ("expected", "labels from 0 to 9"), ("found", $"{Count(label)} at index {Count(index)}")],
        help: "check that the labels belong to a data set of digits");

    /// <summary>MIND0613: a file of a digit data set has another number of axes.</summary>
    /// <param name="path">The file.</param>
    /// <param name="rank">How many axes it has to have.</param>
    /// <param name="shape">The shape in the file.</param>
    public static Diagnostic DigitAxesDiffer(string path, int rank, IReadOnlyList<int> shape) => new(
        "MIND0613",
        "a file of the digit data set has the wrong shape",
        [
            ("file", path),
            ("expected", rank == 1 ? "one axis: a label for each image" : "three axes: images, rows, columns"),
            ("found", $"[{string.Join(", ", shape.Select(length => Count(length)))}]"),
        ],
        help: "check that images and labels are not swapped");

    /// <summary>MIND0613: the images to learn from and those to test with differ in size.</summary>
    /// <param name="trainPath">The file of the images to learn from.</param>
    /// <param name="trainRows">Their height.</param>
    /// <param name="trainColumns">Their width.</param>
    /// <param name="testPath">The file of the images to test with.</param>
    /// <param name="testRows">Their height.</param>
    /// <param name="testColumns">Their width.</param>
    public static Diagnostic DigitSizesDiffer(
        string trainPath, int trainRows, int trainColumns, string testPath, int testRows, int testColumns) => new(
        "MIND0613",
        "the images to learn from and to test with differ in size",
        [
            ("train", $"{Count(trainRows)} x {Count(trainColumns)} in {trainPath}"),
            ("test", $"{Count(testRows)} x {Count(testColumns)} in {testPath}"),
        ],
        help: "take all four files from the same data set");

    /// <summary>MIND0630: an argument of a data function is out of range.</summary>
    /// <param name="function">The function.</param>
    /// <param name="parameter">Its parameter.</param>
    /// <param name="expected">The values that it takes, in words.</param>
    /// <param name="found">The value.</param>
    public static Diagnostic DataArgument(string function, string parameter, string expected, long found) => new(
        "MIND0630",
        $"{function}: {parameter} is out of range",
        [("expected", expected), ("found", Count(found))]);

    private static string Count(long count) => count.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static string Bytes(long count) => count == 1 ? "1 byte" : Count(count) + " bytes";
}
