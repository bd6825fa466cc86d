using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MindDsl.Ir;
using MindDsl.Structures;

namespace MindDsl;

/// <summary>Functions of whole structures: records, tuples, anonymous types and arrays of tensors and numbers.</summary>
public static class Tree
{
    /// <summary>A function of every float leaf; a number is given as a rank-0 tensor. Other leaves stay.</summary>
    public static T Map<T>(Func<Tensor, Tensor> f, T tree) => (T)Go(typeof(T), [tree], leaves => f(leaves[0]))!;

    /// <summary>A function of every float leaf and the leaf of another tree at its place. Other leaves are those of the first tree.</summary>
    public static T Map<T>(Func<Tensor, Tensor, Tensor> f, T tree, T second) => (T)Go(typeof(T), [tree, second], leaves => f(leaves[0], leaves[1]))!;

    /// <inheritdoc cref="Map{T}(Func{Tensor, Tensor, Tensor}, T, T)"/>
    public static T Map<T>(Func<Tensor, Tensor, Tensor, Tensor> f, T tree, T second, T third) =>
        (T)Go(typeof(T), [tree, second, third], leaves => f(leaves[0], leaves[1], leaves[2]))!;

    /// <inheritdoc cref="Map{T}(Func{Tensor, Tensor, Tensor}, T, T)"/>
    public static T Map<T>(Func<Tensor, Tensor, Tensor, Tensor, Tensor> f, T tree, T second, T third, T fourth) =>
        (T)Go(typeof(T), [tree, second, third, fourth], leaves => f(leaves[0], leaves[1], leaves[2], leaves[3]))!;

    /// <summary>The structure with tensors that have memory of their own: to keep a state that is updated further.</summary>
    public static T Copy<T>(T tree) => WithLeaves(tree, [.. Leaves(tree).Select(leaf => leaf.Tensor.Copy())]);

    /// <summary>The tensors of a structure with the paths that lead to them: <c>Layers[0].W</c>.</summary>
    public static IReadOnlyList<(string Path, Tensor Tensor)> Leaves<T>(T tree)
    {
        var leaves = new List<(string, Tensor)>();
        Collect(typeof(T), tree, "", leaves);
        return leaves;
    }

    /// <summary>The structure with other tensors, in the order of <see cref="Leaves{T}"/>.</summary>
    public static T WithLeaves<T>(T tree, IReadOnlyList<Tensor> leaves)
    {
        ArgumentNullException.ThrowIfNull(leaves);
        int next = 0;
        object? Replace(Type type, object? value) => Layout.Of(type) switch
        {
            Layout.Tensor => next < leaves.Count ? leaves[next++] : throw new MindDslException(Diagnostics.TreesDiffer()),
            Layout.Product product => product.Constructor.Invoke([.. product.Members.Select(m => Replace(m.Type, m.Read(value!)))]),
            Layout.List list => OfElements(list, ((Array)value!).Cast<object?>().Select(e => Replace(list.Element, e)).ToList()),
            _ => value,
        };
        var replaced = (T)Replace(typeof(T), tree)!;
        return next == leaves.Count ? replaced : throw new MindDslException(Diagnostics.TreesDiffer());
    }

    private static void Collect(Type type, object? value, string path, List<(string, Tensor)> leaves)
    {
        switch (Layout.Of(type))
        {
            case Layout.Tensor:
                leaves.Add((path, (Tensor)value!));
                break;
            case Layout.Product product:
                foreach (var member in product.Members) Collect(member.Type, member.Read(value!), path.Length == 0 ? member.Name : path + "." + member.Name, leaves);
                break;
            case Layout.List list:
                int at = 0;
                foreach (object? element in (Array)value!) Collect(list.Element, element, $"{path}[{at++}]", leaves);
                break;
        }
    }

    private static object? Go(Type type, object?[] trees, Func<Tensor[], Tensor> f)
    {
        switch (Layout.Of(type))
        {
            case Layout.Tensor when ((Tensor?)trees[0])?.DType.IsFloat == true:
                return f([.. trees.Select(t => (Tensor)t!)]);
            case Layout.Number { DType: DType.F64 }:
                return (double)f([.. trees.Select(t => Tensor.Of((double)t!))]);
            case Layout.Number { DType: DType.F32 }:
                return (float)f([.. trees.Select(t => Tensor.Of((float)t!))]);
            case Layout.Number { DType: DType.F16 }:
                return f([.. trees.Select(t => Tensor.Of((Half)t!))]).Item<Half>();
            case Layout.Number { DType: DType.BF16 }:
                return f([.. trees.Select(t => Tensor.Of((BFloat16)t!))]).Item<BFloat16>();
            case Layout.Array { DType: DType.F16 } array:
                return FromTensor<Half>(f([.. trees.Select(t => ToTensor<Half>((Array)t!))]), array);
            case Layout.Array { DType: DType.BF16 } array:
                return FromTensor<BFloat16>(f([.. trees.Select(t => ToTensor<BFloat16>((Array)t!))]), array);
            case Layout.Array { DType: DType.F64 } array:
                return FromTensor<double>(f([.. trees.Select(t => ToTensor<double>((Array)t!))]), array);
            case Layout.Array { DType: DType.F32 } array:
                return FromTensor<float>(f([.. trees.Select(t => ToTensor<float>((Array)t!))]), array);
            case Layout.Product product:
                return product.Constructor.Invoke([.. product.Members.Select(m => Go(m.Type, [.. trees.Select(t => m.Read(t!))], f))]);
            case Layout.List list:
                int length = ((Array)trees[0]!).Length;
                if (trees.Any(t => ((Array)t!).Length != length)) throw new MindDslException(Diagnostics.TreesDiffer());
                return OfElements(list, [.. Enumerable.Range(0, length).Select(i => Go(list.Element, [.. trees.Select(t => ((Array)t!).GetValue(i))], f))]);
            case Layout.Unsupported fault:
                throw new MindDslException(Diagnostics.TypeNotSupported(fault.Type, fault.Reason));
            default:
                return trees[0];
        }
    }

    private static Tensor ToTensor<T>(Array value) where T : unmanaged
    {
        if (value is T[][] rows)
        {
            int width = rows.Length == 0 ? 0 : rows[0].Length;
            for (int i = 0; i < rows.Length; i++) if (rows[i].Length != width) throw new MindDslException(Diagnostics.RowsDiffer(i, rows[i].Length, width));
            return Tensor.From<T>(rows.SelectMany(r => r).ToArray(), rows.Length, width);
        }
        var elements = ElementsOf<T>(value).ToArray();
        return Tensor.From<T>(elements, [.. Enumerable.Range(0, value.Rank).Select(value.GetLongLength)]);
    }

    private static Span<T> ElementsOf<T>(Array array) where T : unmanaged =>
        MemoryMarshal.CreateSpan(ref Unsafe.As<byte, T>(ref MemoryMarshal.GetArrayDataReference(array)), array.Length);

    private static Array FromTensor<T>(Tensor tensor, Layout.Array layout) where T : unmanaged
    {
        if (tensor.Rank != layout.Rank) throw new MindDslException(Diagnostics.TreesDiffer());
        var elements = tensor.ToArray<T>();
        if (layout.Jagged) return elements.Length == 0 ? new T[tensor.Shape[0]][] : elements.Chunk((int)tensor.Shape[1]).ToArray();
        var array = Array.CreateInstance(typeof(T), tensor.Shape.ToArray());
        elements.CopyTo(ElementsOf<T>(array));
        return array;
    }

    private static Array OfElements(Layout.List list, List<object?> elements)
    {
        var array = Array.CreateInstance(list.Element, elements.Count);
        for (int i = 0; i < elements.Count; i++) array.SetValue(elements[i], i);
        return array;
    }
}
