using System.Text.Json;
using MindDsl.Ir;

namespace MindDsl.Examples.GradBench;

/// <summary>Tensors and numbers from JSON and to it.</summary>
internal static class Json
{
    public static double Number(this JsonElement input, string field) => input.GetProperty(field).GetDouble();

    public static int Whole(this JsonElement input, string field) => input.GetProperty(field).GetInt32();

    /// <summary>A field as a vector.</summary>
    public static Tensor Vector(this JsonElement input, string field) => input.GetProperty(field).Vector();

    /// <summary>An array of numbers.</summary>
    public static Tensor Vector(this JsonElement array)
    {
        double[] elements = new double[array.GetArrayLength()];
        int i = 0;
        foreach (var element in array.EnumerateArray()) elements[i++] = element.GetDouble();
        return Tensor.Of(elements);
    }

    /// <summary>A field as a matrix, of its own sizes or of given ones.</summary>
    public static Tensor Matrix(this JsonElement input, string field, int? columns = null)
    {
        var rows = input.GetProperty(field);
        var elements = new List<double>();
        foreach (var row in rows.EnumerateArray()) foreach (var element in row.EnumerateArray()) elements.Add(element.GetDouble());
        int count = rows.GetArrayLength();
        return Tensor.Of(elements.ToArray(), count, columns ?? elements.Count / Math.Max(count, 1));
    }

    /// <summary>A field as an array of axes of three lengths.</summary>
    public static Tensor Matrices(this JsonElement input, string field)
    {
        var matrices = input.GetProperty(field);
        double[] elements = [.. from matrix in matrices.EnumerateArray() from row in matrix.EnumerateArray() from element in row.EnumerateArray() select element.GetDouble()];
        int count = matrices.GetArrayLength(), rows = matrices[0].GetArrayLength();
        return Tensor.Of(elements, count, rows, elements.Length / (count * rows));
    }

    /// <summary>A field of whole numbers.</summary>
    public static long[] Indices(this JsonElement input, string field) => [.. input.GetProperty(field).EnumerateArray().Select(e => e.GetInt64())];

    /// <summary>Writes a tensor as nested arrays; a scalar as a number.</summary>
    public static void WriteTensor(this Utf8JsonWriter json, Tensor tensor)
    {
        if (tensor.DType == DType.F64) WriteElements(json, tensor.AsSpan<double>(), tensor.Shape, static (w, x) => w.WriteNumberValue(x));
        else WriteElements(json, tensor.AsSpan<long>(), tensor.Shape, static (w, x) => w.WriteNumberValue(x));
        GC.KeepAlive(tensor);
    }

    private static void WriteElements<T>(Utf8JsonWriter json, ReadOnlySpan<T> elements, ReadOnlySpan<long> shape, Action<Utf8JsonWriter, T> write)
    {
        if (shape.Length == 0)
        {
            write(json, elements[0]);
            return;
        }
        json.WriteStartArray();
        int part = shape[0] == 0 ? 0 : elements.Length / (int)shape[0];
        for (int i = 0; i < shape[0]; i++) WriteElements(json, elements.Slice(i * part, part), shape[1..], write);
        json.WriteEndArray();
    }
}
