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
            Layout.Tensor => leaves[next++],
            Layout.Product product => product.Constructor.Invoke([.. product.Members.Select(m => Replace(m.Type, m.Read(value!)))]),
            Layout.List list => OfElements(list, ((Array)value!).Cast<object?>().Select(e => Replace(list.Element, e)).ToList()),
            _ => value,
        };
        return (T)Replace(typeof(T), tree)!;
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
            case Layout.Array { DType: DType.F64, Rank: 1 }:
                return f([.. trees.Select(t => Tensor.Of((double[])t!))]).ToArray<double>();
            case Layout.Array { DType: DType.F32, Rank: 1 }:
                return f([.. trees.Select(t => Tensor.Of((float[])t!))]).ToArray<float>();
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

    private static Array OfElements(Layout.List list, List<object?> elements)
    {
        var array = Array.CreateInstance(list.Element, elements.Count);
        for (int i = 0; i < elements.Count; i++) array.SetValue(elements[i], i);
        return array;
    }
}
