using System.Diagnostics;
using System.Text.Json;

namespace MindDsl.Examples.GradBench;

/// <summary>The tool's side of the protocol: one line of JSON in, one line of JSON out.</summary>
internal static class Tool
{
    private static readonly JsonWriterOptions Options = new() { SkipValidation = false };

    /// <summary>Answers messages until there are none left.</summary>
    public static void Serve(TextReader messages, Stream responses)
    {
        while (messages.ReadLine() is { } line)
        {
            if (line.Length == 0) continue;
            responses.Write(Answer(line));
            responses.WriteByte((byte)'\n');
            responses.Flush();
        }
    }

    /// <summary>The response to a message.</summary>
    public static ReadOnlySpan<byte> Answer(string message)
    {
        using var document = JsonDocument.Parse(message);
        var root = document.RootElement;
        return Written(json =>
        {
            json.WriteNumber("id", root.GetProperty("id").GetInt64());
            switch (root.GetProperty("kind").GetString())
            {
                case "start":
                    json.WriteString("tool", "minddsl");
                    break;
                case "define":
                    string module = root.GetProperty("module").GetString()!;
                    bool known = Find(module) is not null;
                    json.WriteBoolean("success", known);
                    if (!known) json.WriteString("error", $"there is no module {module}");
                    break;
                case "evaluate":
                    Evaluate(json, root);
                    break;
                case "analysis" when root.TryGetProperty("error", out var error):
                    Console.Error.WriteLine($"message {root.GetProperty("of")}: {error}");
                    break;
            }
        });
    }

    private static Problem? Find(string module) => Problem.All.FirstOrDefault(p => p.Name == module);

    private static void Evaluate(Utf8JsonWriter json, JsonElement message)
    {
        byte[] output;
        List<(string Name, long Nanoseconds)> timings;
        try
        {
            (output, timings) = Evaluate(message.GetProperty("module").GetString()!, message.GetProperty("function").GetString()!, message.GetProperty("input"));
        }
        // Whatever is wrong with one input is the answer to one message; the run goes on.
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            json.WriteBoolean("success", false);
            json.WriteString("error", e.Message);
            return;
        }
        json.WriteBoolean("success", true);
        json.WritePropertyName("output");
        json.WriteRawValue(output);
        json.WriteStartArray("timings");
        foreach (var (name, nanoseconds) in timings)
        {
            json.WriteStartObject();
            json.WriteString("name", name);
            json.WriteNumber("nanoseconds", nanoseconds);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static (byte[] Output, List<(string, long)> Timings) Evaluate(string module, string function, JsonElement input)
    {
        long start = Stopwatch.GetTimestamp();
        var evaluation = Find(module)?.Prepare(function, input) ?? throw new ArgumentException($"there is no function {function} in a module {module}");
        // The first run reads the quote, differentiates, and compiles; in the next ones the runtime gets to know what they call. All of that is preparation.
        evaluation.Run();
        long warm = Stopwatch.GetTimestamp();
        for (int run = 0; run < 50 && Stopwatch.GetElapsedTime(warm).TotalMilliseconds < 50; run++) evaluation.Run();
        var timings = new List<(string, long)> { ("prepare", Nanoseconds(Stopwatch.GetTimestamp() - start)) };

        bool isObject = input.ValueKind == JsonValueKind.Object;
        int runs = isObject && input.TryGetProperty("min_runs", out var r) ? r.GetInt32() : 1;
        double seconds = isObject && input.TryGetProperty("min_seconds", out var s) ? s.GetDouble() : 0;
        long total = 0;
        for (int run = 0; run < Math.Max(runs, 1) || total < seconds * Stopwatch.Frequency; run++)
        {
            long from = Stopwatch.GetTimestamp();
            evaluation.Run();
            long ticks = Stopwatch.GetTimestamp() - from;
            total += ticks;
            timings.Add(("evaluate", Nanoseconds(ticks)));
        }
        return (Written(json => evaluation.Write(json), isObject: false), timings);
    }

    private static long Nanoseconds(long ticks) => (long)(ticks * (1e9 / Stopwatch.Frequency));

    private static byte[] Written(Action<Utf8JsonWriter> write, bool isObject = true)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, Options))
        {
            if (isObject) json.WriteStartObject();
            write(json);
            if (isObject) json.WriteEndObject();
        }
        return bytes.ToArray();
    }
}
