using System.IO.Compression;
using System.Text;
using System.Text.Json;
using MindDsl.Examples.GradBench;
using MindDsl.Tests.Architecture;
using Xunit;

namespace MindDsl.Tests.Examples;

/// <summary>
/// The GradBench tool against inputs and outputs from outside, which are looked for in shared/gradbench/samples above the repository; without them the tests are skipped. Errors are
/// taken relative to the number, or to the largest one of its part of the output where that is more (but at most 1).
/// </summary>
public class GradBenchTests
{
    private const double Tolerance = 1e-6;
    private static readonly string? Samples = Find();

    public static TheoryData<string> Cases => Samples is null
        ? ["none"]
        : [.. Directory.EnumerateFiles(Samples, "*.output.json*").Select(f => Path.GetFileName(f).Split(".output")[0]).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Samples_are_solved(string name)
    {
        if (Samples is null) Assert.Skip("shared/gradbench/samples is not here");
        string[] parts = name.Split('.');
        string module = parts[0].Split('-')[0];
        string request = $$"""{"id": 3, "kind": "evaluate", "module": "{{module}}", "function": "{{parts[1]}}", "input": {{Read(parts[0] + ".input")}}}""";
        using var answer = JsonDocument.Parse(Tool.Answer(request.ReplaceLineEndings(" ")).ToArray());
        var root = answer.RootElement;
        Assert.True(root.GetProperty("success").GetBoolean(), root.TryGetProperty("error", out var error) ? error.GetString() : null);
        Assert.Equal(3, root.GetProperty("id").GetInt32());
        Assert.Contains(root.GetProperty("timings").EnumerateArray(), t => t.GetProperty("name").GetString() == "evaluate" && t.GetProperty("nanoseconds").GetInt64() >= 0);
        using var expected = JsonDocument.Parse(Read(name + ".output"));
        if (expected.RootElement.ValueKind != JsonValueKind.Object) Compare(expected.RootElement, root.GetProperty("output"), Scale(expected.RootElement), "output");
        else
            foreach (var part in expected.RootElement.EnumerateObject())
                Compare(part.Value, root.GetProperty("output").GetProperty(part.Name), Scale(part.Value), part.Name);
    }

    [Fact]
    public void The_tool_answers_each_line_by_one_line()
    {
        string[] messages =
        [
            """{"id": 0, "kind": "start", "eval": "hello"}""",
            """{"kind": "define", "module": "hello", "id": 1}""",
            """{"id": 2, "kind": "define", "module": "no_such_module"}""",
            """{"id": 3, "kind": "evaluate", "module": "hello", "function": "double", "input": 64, "description": "x"}""",
            """{"id": 4, "kind": "analysis", "of": 3, "valid": true}""",
            """{"id": 5, "kind": "evaluate", "module": "hello", "function": "triple", "input": 1.0}""",
            """{"id": 6, "kind": "evaluate", "module": "llsq", "function": "primal", "input": {"x": [0.5], "n": 2, "min_runs": 3, "min_seconds": 0}}""",
            """{"id": 7, "kind": "end"}""",
        ];
        using var responses = new MemoryStream();
        Tool.Serve(new StringReader(string.Join('\n', messages) + "\n"), responses);
        string[] lines = Encoding.UTF8.GetString(responses.ToArray()).Split('\n');
        Assert.Equal(messages.Length + 1, lines.Length);
        Assert.Equal("", lines[^1]);
        var answers = lines[..^1].Select(l => JsonDocument.Parse(l).RootElement).ToArray();
        Assert.Equal(Enumerable.Range(0, messages.Length), answers.Select(a => a.GetProperty("id").GetInt32()));
        Assert.Equal("minddsl", answers[0].GetProperty("tool").GetString());
        Assert.Equal([true, false, true], new[] { answers[1], answers[2], answers[3] }.Select(a => a.GetProperty("success").GetBoolean()));
        Assert.Equal(128, answers[3].GetProperty("output").GetDouble());
        Assert.False(answers[5].GetProperty("success").GetBoolean());
        Assert.Contains("triple", answers[5].GetProperty("error").GetString()!, StringComparison.Ordinal);
        // r = (-1 - 0.5, 1 - 0.5)
        Assert.Equal((2.25 + 0.25) / 2, answers[6].GetProperty("output").GetDouble());
        Assert.Equal(3, answers[6].GetProperty("timings").EnumerateArray().Count(t => t.GetProperty("name").GetString() == "evaluate"));
    }

    private static string? Find()
    {
        for (var folder = new DirectoryInfo(Repository.Root); folder is not null; folder = folder.Parent)
        {
            string samples = Path.Combine(folder.FullName, "shared", "gradbench", "samples");
            if (Directory.Exists(samples)) return samples;
        }
        return null;
    }

    private static string Read(string name)
    {
        string file = Path.Combine(Samples!, name + ".json");
        if (File.Exists(file)) return File.ReadAllText(file);
        using var text = new StreamReader(new GZipStream(File.OpenRead(file + ".gz"), CompressionMode.Decompress));
        return text.ReadToEnd();
    }

    private static double Scale(JsonElement part) => Math.Min(1, Math.Max(1e-6, Magnitude(part)));

    private static double Magnitude(JsonElement part) => part.ValueKind switch
    {
        JsonValueKind.Array => part.EnumerateArray().Select(Magnitude).DefaultIfEmpty(0).Max(),
        JsonValueKind.Object => part.EnumerateObject().Select(p => Magnitude(p.Value)).DefaultIfEmpty(0).Max(),
        JsonValueKind.Number => Math.Abs(part.GetDouble()),
        _ => 0,
    };

    private static void Compare(JsonElement expected, JsonElement actual, double scale, string path)
    {
        if (!(expected.ValueKind is JsonValueKind.Number && actual.ValueKind is JsonValueKind.Number)) Assert.Equal(expected.ValueKind, actual.ValueKind);
        switch (expected.ValueKind)
        {
            case JsonValueKind.Array:
                Assert.Equal(expected.GetArrayLength(), actual.GetArrayLength());
                int i = 0;
                foreach (var element in expected.EnumerateArray()) Compare(element, actual[i], scale, $"{path}[{i++}]");
                break;
            case JsonValueKind.Object:
                Assert.Equal(expected.EnumerateObject().Select(p => p.Name).Order(StringComparer.Ordinal), actual.EnumerateObject().Select(p => p.Name).Order(StringComparer.Ordinal));
                foreach (var member in expected.EnumerateObject()) Compare(member.Value, actual.GetProperty(member.Name), scale, $"{path}.{member.Name}");
                break;
            case JsonValueKind.Number when expected.TryGetInt64(out long whole) && !expected.GetRawText().Contains('.', StringComparison.Ordinal):
                Assert.Equal(whole, actual.GetInt64());
                break;
            case JsonValueKind.Number:
                double error = Math.Abs(actual.GetDouble() - expected.GetDouble()) / Math.Max(Math.Abs(expected.GetDouble()), scale);
                Assert.True(error <= Tolerance, $"{path}: expected {expected}, got {actual}, error {error:E2}");
                break;
            default:
                Assert.Equal(expected.ToString(), actual.ToString());
                break;
        }
    }
}
