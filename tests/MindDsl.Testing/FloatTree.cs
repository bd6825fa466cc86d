using System.Globalization;
using MindDsl.Ir;
using MindDsl.Structures;

namespace MindDsl.Testing;

/// <summary>The float elements of a structure, in order: those of numbers, arrays, tensors, records, tuples and lists.</summary>
internal static class FloatTree
{
    /// <summary>A float element.</summary>
    /// <param name="Path">The members that lead to the leaf.</param>
    /// <param name="Place">The place in the leaf; empty for a number.</param>
    /// <param name="Value">The element.</param>
    /// <param name="DType">The element type.</param>
    public readonly record struct Element(string Path, string Place, double Value, DType DType)
    {
        /// <inheritdoc/>
        public override string ToString() => Path + Place;
    }

    /// <summary>All float elements.</summary>
    /// <param name="tree">The structure.</param>
    /// <param name="names">The name of the structure, or those of its members if it is a tuple of arguments.</param>
    public static List<Element> Elements<T>(T tree, params string[] names)
    {
        var elements = new List<Element>();
        Map(tree, (element, _) =>
        {
            elements.Add(element);
            return element.Value;
        }, names);
        return elements;
    }

    /// <summary>The structure with a function of each float element and its number.</summary>
    public static T Map<T>(T tree, Func<Element, int, double> f, params string[] names)
    {
        int next = 0;
        string root = names.Length == 1 ? names[0] : "";
        if (names.Length <= 1) return (T)Go(typeof(T), tree, root, e => f(e, next++))!;
        var product = (Layout.Product)Layout.Of(typeof(T));
        return (T)product.Constructor.Invoke([.. product.Members.Select((m, k) => Go(m.Type, m.Read(tree!), names[k], e => f(e, next++)))]);
    }

    /// <summary>The sum of the products of equal elements.</summary>
    public static double Dot<T>(T a, T b) => Elements(a).Zip(Elements(b), (x, y) => x.Value * y.Value).Sum();

    private static object? Go(Type type, object? value, string path, Func<Element, double> f)
    {
        switch (Layout.Of(type))
        {
            case Layout.Number { DType: DType.F64 }:
                return f(new(path, "", (double)value!, DType.F64));
            case Layout.Number { DType: DType.F32 }:
                return (float)f(new(path, "", (float)value!, DType.F32));
            case Layout.Tensor when value is Tensor { DType: DType.F64 } tensor:
                return Shaped(Tensor.Of(Elements(tensor.ToArray<double>(), [.. tensor.Shape], path, f, DType.F64)), tensor);
            case Layout.Tensor when value is Tensor { DType: DType.F32 } tensor:
                double[] mapped = Elements([.. tensor.ToArray<float>().Select(x => (double)x)], [.. tensor.Shape], path, f, DType.F32);
                return Shaped(Tensor.Of([.. mapped.Select(x => (float)x)]), tensor);
            case Layout.Array { DType: DType.F64 or DType.F32 } array:
                return OfArray(array, (Array)value!, path, f);
            case Layout.Product product:
                return product.Constructor.Invoke([.. product.Members.Select(m => Go(m.Type, m.Read(value!), path.Length == 0 ? m.Name : path + "." + m.Name, f))]);
            case Layout.List list:
                var from = (Array)value!;
                var to = Array.CreateInstance(list.Element, from.Length);
                for (int i = 0; i < from.Length; i++) to.SetValue(Go(list.Element, from.GetValue(i), path + Place([i]), f), i);
                return to;
            default:
                return value;
        }
    }

    private static Tensor Shaped(Tensor elements, Tensor like) => elements.Reshape([.. like.Shape]);

    private static double[] Elements(double[] elements, long[] shape, string path, Func<Element, double> f, DType type)
    {
        double[] mapped = new double[elements.Length];
        for (int n = 0; n < elements.Length; n++)
        {
            long[] place = new long[shape.Length];
            long rest = n;
            for (int k = place.Length - 1; k >= 0; k--) (place[k], rest) = (rest % shape[k], rest / shape[k]);
            mapped[n] = f(new(path, Place(place), elements[n], type));
        }
        return mapped;
    }

    private static Array OfArray(Layout.Array layout, Array array, string path, Func<Element, double> f)
    {
        var copy = (Array)array.Clone();
        if (layout.Jagged)
        {
            for (int i = 0; i < array.Length; i++) copy.SetValue(OfArray((Layout.Array)Layout.Of(layout.Element.MakeArrayType()), (Array)array.GetValue(i)!, path + Place([i]), f), i);
            return copy;
        }
        int[] place = new int[array.Rank];
        foreach (object? element in array)
        {
            double mapped = f(new(path, Place([.. place.Select(p => (long)p)]), System.Convert.ToDouble(element, CultureInfo.InvariantCulture), layout.DType));
            copy.SetValue(layout.DType == DType.F32 ? (object)(float)mapped : mapped, place);
            for (int k = place.Length - 1; k >= 0 && ++place[k] == array.GetLength(k); k--) place[k] = 0;
        }
        return copy;
    }

    private static string Place(long[] place) => place.Length == 0 ? "" : $"[{string.Join(", ", place.Select(p => p.ToString(CultureInfo.InvariantCulture)))}]";
}
