namespace MindDsl;

public static partial class Diagnostics
{
    private const string StoredHelp = "the file is damaged or was cut: copy it again, or take an earlier one";

    /// <summary>MIND0640: a file can't be written.</summary>
    /// <param name="path">The file.</param>
    /// <param name="reason">What the operating system says.</param>
    public static Diagnostic FileUnwritable(string path, string reason) => new(
        "MIND0640",
        "a file can't be written",
        [("file", path), ("reason", reason)],
        help: "check that the folder exists, that it may be written and that the disk is not full; an earlier file was left as it was");

    /// <summary>MIND0641: a tensor or a text can't be stored in a safetensors file.</summary>
    /// <param name="path">The file that was to be written.</param>
    /// <param name="what">The tensor or the text.</param>
    /// <param name="reason">What stands against it.</param>
    public static Diagnostic SafetensorsUnstorable(string path, string what, string reason) => new(
        "MIND0641",
        "a value can't be stored in a safetensors file",
        [("file", path), ("value", what), ("found", reason)],
        help: "give every tensor a name of its own, one of the types F64 I64 F32 I32 F16 BF16 U8 BOOL, and all bytes of its shape");

    /// <summary>MIND0642: the header of a safetensors file is longer than the file, or than any header may be.</summary>
    /// <param name="path">The file.</param>
    /// <param name="length">The length that the file states.</param>
    /// <param name="longest">The longest that is possible.</param>
    public static Diagnostic SafetensorsHeaderLength(string path, ulong length, long longest) => new(
        "MIND0642",
        "not a safetensors file, or one that was cut",
        [
            ("file", path),
            ("expected", $"a header of at most {Bytes(longest)}"),
            ("found", $"a header of {length.ToString(System.Globalization.CultureInfo.InvariantCulture)} bytes"),
        ],
        help: "check that the path names a safetensors file; " + StoredHelp);

    /// <summary>MIND0643: the header of a safetensors file is malformed.</summary>
    /// <param name="path">The file.</param>
    /// <param name="found">What is wrong with it.</param>
    public static Diagnostic SafetensorsHeader(string path, string found) => new(
        "MIND0643",
        "the header of a safetensors file is malformed",
        [("file", path), ("expected", "a JSON object with dtype, shape and data_offsets for each tensor"), ("found", found)],
        help: StoredHelp);

    /// <summary>MIND0644: the bytes of the tensors overlap, leave a gap, or aren't all there.</summary>
    /// <param name="path">The file.</param>
    /// <param name="tensor">The tensor whose place is wrong.</param>
    /// <param name="expected">The place that it should have, in words.</param>
    /// <param name="found">The place that it has.</param>
    public static Diagnostic SafetensorsOffsets(string path, string tensor, string expected, long found) => new(
        "MIND0644",
        "the tensors of a safetensors file overlap or leave a gap",
        [("file", path), ("tensor", tensor), ("expected", expected), ("found", Count(found))],
        help: StoredHelp);

    /// <summary>MIND0644: a safetensors file is shorter or longer than its contents.</summary>
    /// <param name="path">The file.</param>
    /// <param name="expected">How many bytes there should be.</param>
    /// <param name="found">How many bytes there are.</param>
    public static Diagnostic SafetensorsLength(string path, long expected, long found) => new(
        "MIND0644",
        found < expected ? "a safetensors file ends too early" : "a safetensors file goes on after its last tensor",
        [("file", path), ("expected", Bytes(expected)), ("found", Bytes(found))],
        help: StoredHelp);

    /// <summary>MIND0645: the bytes of a tensor aren't as many as its type and its shape ask for.</summary>
    /// <param name="path">The file.</param>
    /// <param name="tensor">The tensor.</param>
    /// <param name="dtype">Its type.</param>
    /// <param name="shape">Its shape.</param>
    /// <param name="expected">How many bytes there should be, or null when they are too many to count.</param>
    /// <param name="found">How many bytes there are.</param>
    public static Diagnostic SafetensorsSize(
        string path, string tensor, string dtype, IReadOnlyList<long> shape, long? expected, long found) => new(
        "MIND0645",
        "a tensor in a safetensors file has the wrong size",
        [
            ("file", path),
            ("tensor", $"{tensor}   {dtype}[{string.Join(", ", shape.Select(Count))}]"),
            ("expected", expected is { } bytes ? Bytes(bytes) : "fewer than 2^63 bytes"),
            ("found", Bytes(found)),
        ],
        help: StoredHelp);

    /// <summary>MIND0645: a tensor is too large for the memory of one array.</summary>
    /// <param name="path">The file.</param>
    /// <param name="tensor">The tensor.</param>
    /// <param name="found">How many bytes it has.</param>
    public static Diagnostic SafetensorsTooLarge(string path, string tensor, long found) => new(
        "MIND0645",
        "a tensor in a safetensors file is too large",
        [("file", path), ("tensor", tensor), ("expected", "less than 2 GiB"), ("found", Bytes(found))],
        help: "split the tensor along an axis before storing it");

    /// <summary>MIND0646: a tensor in a safetensors file has a type that MindDsl doesn't know.</summary>
    /// <param name="path">The file.</param>
    /// <param name="tensor">The tensor.</param>
    /// <param name="found">Its type.</param>
    public static Diagnostic SafetensorsType(string path, string tensor, string found) => new(
        "MIND0646",
        "a tensor in a safetensors file has a type that is not supported",
        [("file", path), ("tensor", tensor), ("expected", "F64, I64, F32, I32, F16, BF16, U8 or BOOL"), ("found", found)],
        help: "convert the tensor before it is stored, such as F8_E4M3 to BF16");
}
