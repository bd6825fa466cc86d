using MindDsl.Ir;
using MindDsl.Text;
using MindDsl.Text.IrReading;

namespace MindDsl;

/// <summary>Programs of the IR as text: what <see cref="Printer"/> prints, read back.</summary>
public static class IrText
{
    /// <summary>Reads a printed module. Printing it again gives the same text.</summary>
    /// <param name="text">The text; the first function is the entry.</param>
    /// <param name="name">The file, or another name that messages give the text.</param>
    /// <param name="level">The level whose grammar the module must satisfy.</param>
    /// <exception cref="MindDslException">MIND07xx: the text is not printed IR, or breaks a rule of the IR.</exception>
    public static Module Read(string text, string? name = null, Level level = Level.Source)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parsed = TextParser.ParseModule(new(text, name));
        var module = IrReader.Read(parsed.Source, parsed.OrThrow());
        try
        {
            Verifier.Check(module, level, "reading");
        }
        catch (MindDslException e) when (e.Code == "MIND0001")
        {
            throw new MindDslException(Diagnostics.IrRuleBroken(level.ToString(), e.Diagnostics[0]), e);
        }
        return module;
    }
}
