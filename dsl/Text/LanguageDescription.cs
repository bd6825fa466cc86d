using System.Collections.Concurrent;
using System.Xml.Linq;
using MindDsl.Ir;
using MindDsl.Text.Elaboration;
using MindDsl.Text.Types;

namespace MindDsl;

/// <summary>A name that may stand in a text.</summary>
/// <param name="Name">The name.</param>
/// <param name="Kind">What it is: constant, function, transformation, conversion, type.</param>
/// <param name="Type">Its type, as the language writes it.</param>
/// <param name="Summary">What it is or does, in one line.</param>
public sealed record LanguageName(string Name, string Kind, string Type, string Summary);

/// <summary>Lists what a language offers.</summary>
internal static class LanguageDescription
{
    private static readonly Lazy<IReadOnlyDictionary<string, string>> Summaries = new(ReadSummaries);
    private static readonly ConcurrentDictionary<LanguageFeatures, LanguageName[]> Known = new();

    /// <summary>All names, in ordinal order.</summary>
    public static Seq<LanguageName> Of(Text.Elaboration.TextEnvironment environment)
    {
        var names = new Dictionary<string, LanguageName>();
        foreach (var name in Known.GetOrAdd(environment.Refused, OfLanguage)) names[name.Name] = name;
        foreach (var (name, type) in environment.Types) names[name] = new(name, "type", Fields(type), "");
        foreach (var (name, host) in environment.Names)
            names[name] = new(name, host.Type is ArrowType ? "function" : "constant", host.Type.ToString(), host.Summary);
        return names.Values.OrderBy(n => n.Name, StringComparer.Ordinal).ToSeq();
    }

    private static LanguageName[] OfLanguage(LanguageFeatures refused)
    {
        var names = new List<LanguageName>();
        string TypeOf(Func<Inference, MindType> type)
        {
            var inference = new Inference();
            var found = type(inference);
            inference.Finish();
            return found.ToString();
        }
        foreach (var builtin in Builtin.All.Values)
            if (!builtin.IsLoop || (refused & LanguageFeatures.Loops) == 0)
                names.Add(new(builtin.Name, "function", builtin.Type(new(), default).ToString(), builtin.Summary));
        if ((refused & LanguageFeatures.Transformations) == 0)
            foreach (var transformation in TextTransformation.All.Values) names.Add(new(transformation.Name, "transformation", "('a -> 'b) -> 'a -> …", transformation.Summary));
        foreach (var (name, operation) in PreludeTable.Operations)
            names.Add(new(name, "function", PreludeUse.Find(name, [], operation.Arity)!.TypeOf(new(), default).ToString(),
                Summaries.Value.GetValueOrDefault(name) ?? name + ", element by element"));
        foreach (var (name, functions) in PreludeTable.Functions)
        {
            if ((refused & LanguageFeatures.Random) != 0 && functions.All(f => f.Parameters.Any(p => p.Name == "key"))) continue;
            string type = PreludeUse.Find(name, [], 0) is { } use ? TypeOf(t => use.TypeOf(t, default)) : PreludeUse.Describe(name);
            names.Add(new(name, "function", type, Summaries.Value.GetValueOrDefault(name) ?? ""));
        }
        foreach (var dtype in Enum.GetValues<DType>()) names.Add(new(dtype.Name, "conversion", "'a -> " + dtype.Name, $"converted to {dtype.Name}; also a type"));
        return [.. names];
    }

    private static string Fields(Type type) => ClrTypes.TypeOf(type) is RecordType record ? new RecordType(record.Names, record.Types).ToString() : ClrTypes.TypeOf(type).ToString();

    /// <summary>The summaries of the functions of the prelude, from the documentation file beside the assembly; none if there is no such file.</summary>
    private static Dictionary<string, string> ReadSummaries()
    {
        var found = new Dictionary<string, string>();
        string file = Path.Combine(AppContext.BaseDirectory, typeof(Prelude).Assembly.GetName().Name + ".xml");
        if (!File.Exists(file)) return found;
        try
        {
            foreach (var member in XDocument.Load(file).Descendants("member"))
            {
                string id = (string?)member.Attribute("name") ?? "";
                const string prefix = "M:MindDsl.Ir.Prelude.";
                if (!id.StartsWith(prefix, StringComparison.Ordinal) || member.Element("summary")?.Value is not { } summary) continue;
                found.TryAdd(PreludeTable.NameOf(id[prefix.Length..].Split('(')[0]), string.Join(' ', summary.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)));
            }
        }
        catch (Exception error) when (error is IOException or System.Xml.XmlException or UnauthorizedAccessException)
        {
            // Without the file there are names and types still.
        }
        return found;
    }
}
