using System.Globalization;
using System.Text.Json;
using MindDsl.Backends;
using MindDsl.Ir;

namespace MindDsl.Tests.Golden;

/// <summary>One case of the files with values from outside; the folder's own page explains the fields.</summary>
internal sealed class GoldenCase(JsonElement json)
{
    public string Op { get; } = json.GetProperty("op").GetString()!;

    public string Id { get; } = json.GetProperty("id").GetString()!;

    public GoldenAttributes Attributes { get; } = new(json.GetProperty("attrs"));

    public TensorBuffer[] Inputs => [.. json.GetProperty("inputs").EnumerateArray().Select(Tensor)!];

    public TensorBuffer[] Outputs => [.. json.GetProperty("outputs").EnumerateArray().Select(Tensor)!];

    public TensorBuffer?[]? Cotangents => Tensors("ct");

    public TensorBuffer?[]? Gradients => Tensors("vjp");

    public (double Relative, double Absolute) Tolerance => (Number(json.GetProperty("tol").GetProperty("rel")), Number(json.GetProperty("tol").GetProperty("abs")));

    public bool SignedZero => Flag("signedZero");

    public bool SymmetricGradient => Flag("symmetricGradient");

    public string? Convention => json.TryGetProperty("convention", out var c) ? c.GetString() : null;

    public string? Note => json.TryGetProperty("note", out var c) ? c.GetString() : null;

    public static double Number(JsonElement json) => json.ValueKind == JsonValueKind.String
        ? double.Parse(json.GetString()!, CultureInfo.InvariantCulture)
        : json.GetDouble();

    private bool Flag(string name) => json.TryGetProperty(name, out var flag) && flag.ValueKind == JsonValueKind.True;

    private TensorBuffer?[]? Tensors(string name) => json.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array
        ? [.. list.EnumerateArray().Select(Tensor)]
        : null;

    private static TensorBuffer? Tensor(JsonElement json)
    {
        if (json.ValueKind == JsonValueKind.Null) return null;
        var type = json.GetProperty("dtype").GetString() switch
        {
            "f64" => DType.F64,
            "f32" => DType.F32,
            "i64" => DType.I64,
            "i32" => DType.I32,
            "bool" => DType.Bool,
            var other => throw new InvalidDataException($"element type {other}"),
        };
        var buffer = TensorBuffer.Allocate(type, [.. json.GetProperty("shape").EnumerateArray().Select(d => d.GetInt64())]);
        long i = 0;
        foreach (var element in json.GetProperty("data").EnumerateArray())
        {
            buffer[i++] = type switch
            {
                DType.Bool => Literal.Of(element.GetBoolean()),
                DType.I32 or DType.I64 => Literal.Of(type, element.GetInt64()),
                _ => Literal.Of(type, Number(element)),
            };
        }
        return i == buffer.Count ? buffer : throw new InvalidDataException($"{i} elements for {buffer.Type}");
    }
}

/// <summary>The named settings of a case; one that is missing or null has its default.</summary>
internal sealed class GoldenAttributes(JsonElement json)
{
    public bool Has(string name) => json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null;

    public int Int(string name, int otherwise = 0) => Has(name) ? json.GetProperty(name).GetInt32() : otherwise;

    public double Double(string name, double otherwise = 0) => Has(name) ? GoldenCase.Number(json.GetProperty(name)) : otherwise;

    public bool Bool(string name) => Has(name) && json.GetProperty(name).GetBoolean();

    public string Text(string name, string otherwise = "") => Has(name) ? json.GetProperty(name).GetString()! : otherwise;

    /// <summary>A list of whole numbers; one number is a list of itself; null if it is missing.</summary>
    public int[]? Ints(string name) => !Has(name) ? null
        : json.GetProperty(name) is { ValueKind: JsonValueKind.Number } one ? [one.GetInt32()]
        : [.. json.GetProperty(name).EnumerateArray().Select(e => e.GetInt32())];

    public long[] Longs(string name) => [.. json.GetProperty(name).EnumerateArray().Select(e => e.GetInt64())];

    /// <summary>A list of pairs, as the list of the firsts and that of the seconds.</summary>
    public (int[] First, int[] Second) Pairs(string name) => (
        [.. json.GetProperty(name).EnumerateArray().Select(e => e[0].GetInt32())],
        [.. json.GetProperty(name).EnumerateArray().Select(e => e[1].GetInt32())]);
}

/// <summary>The files, if they are there: in the folder that MINDDSL_GOLDEN names, else in shared/golden above the tests.</summary>
internal static class GoldenFiles
{
    private static readonly Lazy<Dictionary<string, GoldenCase>> Loaded = new(Load);

    public static string? Folder { get; } = Find();

    public static Dictionary<string, GoldenCase> Cases => Loaded.Value;

    private static Dictionary<string, GoldenCase> Load() => Folder is null ? [] : (
        from file in Directory.GetFiles(Folder, "*.json").Order(StringComparer.Ordinal)
        from json in JsonDocument.Parse(File.ReadAllText(file)).RootElement.EnumerateArray()
        select new GoldenCase(json)).ToDictionary(c => c.Id);

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("MINDDSL_GOLDEN") is { Length: > 0 } named) return named;
        for (var up = new DirectoryInfo(AppContext.BaseDirectory); up is not null; up = up.Parent)
            if (Path.Combine(up.FullName, "shared", "golden") is var folder && Directory.Exists(folder)) return folder;
        return null;
    }
}
