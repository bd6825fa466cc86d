namespace MindDsl;

/// <summary>MIND0701 to MIND0719: reading programs as text, and printed IR.</summary>
public static partial class Diagnostics
{
    /// <summary>MIND0701: something else was expected.</summary>
    public static Diagnostic UnexpectedText(string expected, string found, string? help, string at) => new(
        "MIND0701", "the program cannot be read here", [("expected", expected), ("found", found)], at, help);

    /// <summary>MIND0702: a character that the language does not have.</summary>
    public static Diagnostic CharacterUnknown(string found, string at) => new(
        "MIND0702", $"the character {found} has no meaning here", [], at);

    /// <summary>MIND0703: a bracket, text or comment without its end.</summary>
    public static Diagnostic NotClosed(string what, string expected, string at) => new(
        "MIND0703", $"{what} is not closed", [("expected", expected)], at);

    /// <summary>MIND0704: a number that is not written as one, or too large for its type.</summary>
    public static Diagnostic NumberMalformed(string found, string at, string? help = null) => new(
        "MIND0704", $"{found} is not a number", [], at, help ?? "numbers are written 1 (i32), 1L (i64), 1.0 (f64), 1.0f (f32); a product needs its *");

    /// <summary>MIND0705: nesting over the limit.</summary>
    public static Diagnostic NestedTooDeep(int limit, string at) => new(
        "MIND0705", "the program is nested too deeply", [("limit", Text(limit))], at, "give names to inner parts with let");

    /// <summary>MIND0706: a text over the limit.</summary>
    public static Diagnostic TextTooLong(int length, int limit) => new(
        "MIND0706", "the text is too long", [("length", Text(length) + " characters"), ("limit", Text(limit) + " characters")]);
}
