using System.Globalization;
using System.Text;
using MindDsl.Ir;

namespace MindDsl.Backends;

/// <summary>Writes explanations as a page.</summary>
internal static class ExplanationText
{
    private static readonly string[] Units = ["B", "KiB", "MiB", "GiB", "TiB"];
    private static readonly string[] Powers = ["", "k", "M", "G", "T", "P"];

    public static string Write(Explanation e)
    {
        var text = new StringBuilder();
        var (memory, counts) = (e.Memory, e.Counts);
        text.Append(CultureInfo.InvariantCulture, $"{e.Backend}: {(counts.SourceNodes > 0 ? $"{counts.SourceNodes} operations read, " : "")}{counts.Nodes} compiled in {counts.Functions} functions");
        text.Append(CultureInfo.InvariantCulture, $": {counts.Nests} loop nests, {counts.Kernels} kernels, {counts.Methods} methods\n");
        text.Append(CultureInfo.InvariantCulture, $"memory: {(memory.IsBounded ? "" : "at least ")}{Bytes(memory.Peak)} = {Bytes(memory.Arguments)} of arguments + {Bytes(memory.Results)} of results");
        if (memory.InPlace > 0) text.Append(CultureInfo.InvariantCulture, $" - {Bytes(memory.InPlace)} in place");
        text.Append(CultureInfo.InvariantCulture, $" + {Bytes(memory.Working)} to work in");
        if (memory.Scratch > 0) text.Append(CultureInfo.InvariantCulture, $" + {Bytes(memory.Scratch)} of threads");
        text.Append('\n');
        if (memory.Buffers.Count > 0) text.Append(CultureInfo.InvariantCulture, $"  {memory.Buffers.Count} buffers of {Bytes(memory.WithoutReuse)} together\n");
        foreach (var b in memory.Buffers)
            text.Append(CultureInfo.InvariantCulture, $"  {b.Offset,10} {Bytes(b.Bytes),10}  kernels {b.From} to {b.To}{In(b.Function)}: {b.Holds}\n");
        foreach (string update in memory.Updates) text.Append(CultureInfo.InvariantCulture, $"  in place: {update}\n");
        foreach (var k in e.Kernels) Write(text, k);
        text.Append(CultureInfo.InvariantCulture, $"total: {Number(e.Operations)}FLOP, {Bytes(e.BytesRead)} read, {Bytes(e.BytesWritten)} written, {e.Intensity:F2} FLOP/B\n");
        return text.ToString();
    }

    private static void Write(StringBuilder text, KernelPlan k)
    {
        text.Append(CultureInfo.InvariantCulture, $"kernel {k.Number}{In(k.Function)}: {k.Name}{(k.Source is null ? "" : $"  at {k.Source}")}\n");
        if (k.Computes.Length > 0) text.Append("    ").Append(k.Computes.Replace("\n", "\n    ", StringComparison.Ordinal)).Append('\n');
        text.Append("    ");
        if (k.Loops.Count + k.Combined.Count > 0)
            text.Append(CultureInfo.InvariantCulture, $"loops {string.Join(" x ", k.Loops)}{(k.Combined.Count == 0 ? "" : $" over {string.Join(" x ", k.Combined)}")}, ");
        text.Append(CultureInfo.InvariantCulture, $"{Number(k.Operations)}FLOP, {Bytes(k.BytesRead)} read, {Bytes(k.BytesWritten)} written, {k.Intensity:F2} FLOP/B, ");
        text.Append(k.VectorBits == 0 ? "scalars" : string.Create(CultureInfo.InvariantCulture, $"vectors of {k.VectorBits} bits"));
        text.Append(CultureInfo.InvariantCulture, $"; {k.Schedule.Form}");
        if (k.Schedule.Units > 1) text.Append(CultureInfo.InvariantCulture, $", {k.Schedule.Units} units");
        if (k.Schedule.UnitsAtOnce > 1 && k.Schedule.UnitsAtOnce < k.Schedule.Units) text.Append(CultureInfo.InvariantCulture, $", {k.Schedule.UnitsAtOnce} at a time");
        if (k.Schedule.Threads > 1) text.Append(CultureInfo.InvariantCulture, $", {k.Schedule.Threads} threads");
        if (k.Schedule.Blocks.Length > 0) text.Append(", ").Append(k.Schedule.Blocks);
        if (k.Runs != 1) text.Append(k.Runs is { } runs ? string.Create(CultureInfo.InvariantCulture, $"; runs {runs} times") : "; runs as often as values say");
        text.Append('\n');
    }

    private static string In(string function) => function.Length == 0 ? "" : $" in {function}";

    /// <summary>A number of bytes with three digits.</summary>
    public static string Bytes(double bytes)
    {
        int unit = 0;
        for (; bytes >= 1024 && unit < Units.Length - 1; unit++) bytes /= 1024;
        return string.Create(CultureInfo.InvariantCulture, $"{Digits(bytes)} {Units[unit]}");
    }

    /// <summary>A number with three digits and the sign of its power of a thousand.</summary>
    public static string Number(double number)
    {
        int power = 0;
        for (; number >= 1000 && power < Powers.Length - 1; power++) number /= 1000;
        return string.Create(CultureInfo.InvariantCulture, $"{Digits(number)} {Powers[power]}");
    }

    private static string Digits(double number) => number.ToString(number < 10 && number != Math.Floor(number) ? "F2" : number < 100 && number != Math.Floor(number) ? "F1" : "F0", CultureInfo.InvariantCulture);
}
