using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace MindDsl.Backends;

/// <summary>Writes events in the trace event format of Chrome.</summary>
internal static class ChromeTrace
{
    public static void Write(TextWriter output, IReadOnlyList<TraceEvent> events, long origin)
    {
        using var memory = new MemoryStream();
        using (var json = new Utf8JsonWriter(memory))
        {
            json.WriteStartObject();
            json.WriteString("displayTimeUnit", "ns");
            json.WriteStartArray("traceEvents");
            int caller = events.Count > 0 ? events[0].Thread : 0;
            foreach (int thread in events.Select(e => e.Thread).Distinct().Order())
                Metadata(json, "thread_name", thread, thread == caller ? "caller" : string.Create(CultureInfo.InvariantCulture, $"thread {thread}"));
            foreach (var e in events) Event(json, e, origin);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        output.Write(System.Text.Encoding.UTF8.GetString(memory.GetBuffer(), 0, (int)memory.Length));
    }

    private static void Metadata(Utf8JsonWriter json, string name, int thread, string value)
    {
        json.WriteStartObject();
        json.WriteString("name", name);
        json.WriteString("ph", "M");
        json.WriteNumber("pid", Environment.ProcessId);
        json.WriteNumber("tid", thread);
        json.WriteStartObject("args");
        json.WriteString("name", value);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Event(Utf8JsonWriter json, TraceEvent e, long origin)
    {
        json.WriteStartObject();
        json.WriteString("name", e.Name);
        json.WriteString("cat", e.Category);
        json.WriteString("ph", "X");
        json.WriteNumber("ts", Microseconds(e.Start - origin));
        json.WriteNumber("dur", Microseconds(e.End - e.Start));
        json.WriteNumber("pid", Environment.ProcessId);
        json.WriteNumber("tid", e.Thread);
        if (e.Kernel is { } kernel)
        {
            json.WriteStartObject("args");
            json.WriteNumber("kernel", kernel.Number);
            json.WriteString("loops", string.Join(" x ", kernel.Loops.Concat(kernel.Combined)));
            if (kernel.Source is { } source) json.WriteString("source", source);
            json.WriteNumber("flop", kernel.Operations);
            json.WriteNumber("bytes", kernel.BytesRead + kernel.BytesWritten);
            json.WriteString("computes", kernel.Computes);
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    private static double Microseconds(long ticks) => Math.Round(ticks * (1e6 / Stopwatch.Frequency), 3);
}
