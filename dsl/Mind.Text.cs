using MindDsl.Text;
using MindDsl.Text.Elaboration;

namespace MindDsl;

public static partial class Mind
{
    /// <summary>
    /// A function that is written as text: <c>Parse&lt;Fn&lt;double, double&gt;&gt;("fun x -> x * x + sin x")</c>. It is like a quoted one: it is called, differentiated, compiled, and used in
    /// quotes. The text is an expression, definitions, or a printed program; docs/text-language.md has its meaning.
    /// </summary>
    /// <typeparam name="F">The type of the function, one of <see cref="Fn{R}"/>; records are records of the language by the names of their members.</typeparam>
    /// <param name="text">The text.</param>
    /// <param name="entry">Of definitions, the one that is meant; null for <c>main</c>, or else the last one.</param>
    /// <exception cref="MindDslException">MIND07xx: all errors of the text, each with its place.</exception>
    public static F Parse<F>(string text, string? entry = null) where F : Delegate
    {
        ArgumentNullException.ThrowIfNull(text);
        return (F)TextFunctions.Make(typeof(F), new SourceText(text), TextEnvironment.Plain, entry, null);
    }

    /// <summary>A function that a file holds, as <see cref="Parse{F}"/> reads it. A module that it opens is a file beside it: <c>open Nets.Layers</c> is <c>Nets/Layers.mind</c>.</summary>
    /// <typeparam name="F">The type of the function.</typeparam>
    /// <param name="file">The file.</param>
    /// <param name="entry">The definition that is meant; null for <c>main</c>, or else the last one.</param>
    /// <exception cref="MindDslException">MIND07xx: all errors of the text, each with its place. MIND0765 if the file cannot be read.</exception>
    public static F Load<F>(string file, string? entry = null) where F : Delegate
    {
        ArgumentNullException.ThrowIfNull(file);
        var (text, folder) = TextFunctions.ReadFile(file);
        var environment = new TextEnvironment
        {
            Open = path =>
            {
                string found = Path.Combine([folder, .. path]) + ".mind";
                return File.Exists(found) ? new SourceText(TextFunctions.ReadFile(found).Text, found) : null;
            },
        };
        return (F)TextFunctions.Make(typeof(F), new SourceText(text, file), environment, entry, null);
    }
}
