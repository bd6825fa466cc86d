using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text;

namespace MindDsl.Examples.Doctor;

/// <summary>How a part of the report is meant.</summary>
internal enum Tone
{
    /// <summary>A fact.</summary>
    Plain,

    /// <summary>What the facts below are about.</summary>
    Title,

    /// <summary>Something that can be used.</summary>
    Good,

    /// <summary>Something that cannot be used.</summary>
    Bad,
}

/// <summary>What was found, as sections of labelled lines.</summary>
internal sealed class Report
{
    private const int LabelWidth = 14;
    private readonly List<(string Label, string Text, Tone Tone)> _lines = [];

    /// <summary>The report on this process and the devices that were found.</summary>
    public static Report Of(IEnumerable<DeviceCandidate> candidates)
    {
        var report = new Report();
        report.Add("MindDsl", Version(), Tone.Title);
        report.Add("  .NET", $"{Environment.Version}, {(System.Runtime.CompilerServices.RuntimeFeature.IsDynamicCodeCompiled ? "compiles at run time" : "without compilation at run time: programs are interpreted")}");
        report.Add("  system", $"{RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}");
        report.Add("  cores", Number(Environment.ProcessorCount));
        report.Add("  vectors", Vectors());
        foreach (var candidate in candidates) report.Add(candidate);
        return report;
    }

    /// <summary>The report as text; the tone of a line is shown by a function of its parts.</summary>
    public string Text(Func<string, Tone, string>? show = null)
    {
        show ??= static (text, _) => text;
        var text = new StringBuilder();
        foreach (var (label, value, tone) in _lines)
        {
            if (!label.StartsWith(' ') && text.Length > 0) text.Append('\n');
            text.Append(show(label, tone == Tone.Plain ? Tone.Plain : Tone.Title)).Append(' ', Math.Max(LabelWidth - label.Length, 1));
            text.Append(show(value.ReplaceLineEndings("\n" + new string(' ', LabelWidth)), tone == Tone.Title ? Tone.Plain : tone)).Append('\n');
        }
        return text.ToString();
    }

    private void Add(DeviceCandidate candidate)
    {
        Add(candidate.Device?.Name ?? candidate.Kind, candidate.Title, Tone.Title);
        if (candidate.IsUsable) Add("  usable", "yes", Tone.Good);
        else Add("  usable", $"no: {candidate.Refusal}", Tone.Bad);
        if (candidate.Memory is { } bytes) Add("  memory", string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 30):0.0} GiB"));
        foreach (var (name, text) in candidate.Capabilities) Add("  " + name, text);
        foreach (var (name, outcome) in candidate.Tried) Add("  tried", $"{name}: {outcome}");
    }

    private void Add(string label, string text, Tone tone = Tone.Plain) => _lines.Add((label, text, tone));

    private static string Number(long n) => n.ToString(CultureInfo.InvariantCulture);

    private static string Version() => typeof(Mind).Assembly.GetName().Version?.ToString(3) ?? "of unknown version";

    private static string Vectors() =>
        Vector512.IsHardwareAccelerated ? "512 bits" : Vector256.IsHardwareAccelerated ? "256 bits" : Vector128.IsHardwareAccelerated ? "128 bits" : "none";
}
