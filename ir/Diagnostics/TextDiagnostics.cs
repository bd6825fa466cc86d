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

    /// <summary>MIND0711: something that the language has, but printed IR has not.</summary>
    public static Diagnostic NotOfTheIr(string what, string at) => new(
        "MIND0711", $"{what} has no place in printed IR", [], at, "docs/grammar.md says what printed IR consists of");

    /// <summary>MIND0712: a name that nothing has.</summary>
    public static Diagnostic IrNameUnknown(string name, string at) => new(
        "MIND0712", $"{name} is not known here", [], at);

    /// <summary>MIND0713: two things of one name.</summary>
    public static Diagnostic IrNameBoundTwice(string name, string at) => new(
        "MIND0713", $"{name} is bound twice", [], at, "in printed IR each name of a function is bound once");

    /// <summary>MIND0714: attributes that the operation does not have.</summary>
    public static Diagnostic AttributesMisread(string found, string at) => new(
        "MIND0714", "the attributes do not fit the operation", [("found", found)], at);

    /// <summary>MIND0715: results of other types than stated.</summary>
    public static Diagnostic IrResultsDiffer(string function, string found, string at) => new(
        "MIND0715", $"the results of {function} have other types than it states", [("found", found)], at);

    /// <summary>MIND0716: a rule of the IR is broken.</summary>
    public static Diagnostic IrRuleBroken(string level, Diagnostic fault) => new(
        "MIND0716", $"the text is not a program of the level {level}", fault.Facts, fault.At);
}
