namespace MindDsl;

public static partial class Diagnostics
{
    /// <summary>MIND0647: a checkpoint that belongs to another structure.</summary>
    public static Diagnostic CheckpointDiffers(string file, string tensor, string expected, string found) => new(
        "MIND0647", "the checkpoint does not fit the parameters",
        [("file", file), ("tensor", tensor), ("expected", expected), ("found", found)],
        help: "resume with the model and options that the checkpoint was made with");
}
