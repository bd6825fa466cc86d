namespace MindDsl;

/// <summary>All messages of MindDsl: one method for each code, so that no text is written where it is thrown.</summary>
public static partial class Diagnostics
{
    /// <summary>MIND0001: MindDsl broke one of its own rules.</summary>
    /// <param name="what">What was found that can't be, one sentence without a full stop.</param>
    /// <param name="where">The pass or the part that found it, or null.</param>
    /// <param name="details">A text that helps to find the cause, such as the program that was being compiled, or null.</param>
    public static Diagnostic Internal(string what, string? where = null, string? details = null)
    {
        var facts = new List<(string Label, string Text)> { ("found", what) };
        if (where is not null) facts.Add(("in", where));
        if (details is not null) facts.Add(("with", details));
        return new(
            "MIND0001",
            "this is a bug in MindDsl, not in your program",
            facts,
            help: "please report it with this text and, if you can, the smallest program that shows it");
    }
}
