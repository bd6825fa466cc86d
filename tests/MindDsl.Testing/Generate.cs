using FsCheck;
using FsCheck.Fluent;
using MindDsl.Ir;
using MindDsl.Structures;

namespace MindDsl.Testing;

/// <summary>Generators of what programs take: shapes, numbers, tensors, structures of them, and programs.</summary>
public static class Generate
{
    /// <summary>Shapes of up to so many axes of lengths from 1.</summary>
    public static Gen<long[]> Shapes(int largestRank = 3, int longestAxis = 4) =>
        from rank in Gen.Choose(0, largestRank)
        from lengths in Gen.ArrayOf(Gen.Choose(1, longestAxis), rank)
        select lengths.Select(n => (long)n).ToArray();

    /// <summary>
    /// Numbers from -3 to 3 that are away from the kinks of what programs compute of them (0, whole numbers and halves are no closer than 1/50), and whose exponential does not
    /// overflow. Two of them are equal with probability below 1/2000.
    /// </summary>
    public static Gen<double> Numbers() =>
        from cell in Gen.Choose(-6, 5)
        from place in Gen.Choose(0, 399)
        select 0.5 * cell + 0.02 + 0.46 * (place + 0.5) / 400;

    /// <summary>Positive numbers of the same kind, for logarithms, roots and powers.</summary>
    public static Gen<double> PositiveNumbers() => Numbers().Select(Math.Abs);

    /// <summary>Tensors of a shape with such numbers as elements.</summary>
    public static Gen<Tensor> Tensors(params long[] shape) =>
        Gen.ArrayOf(Numbers(), (int)shape.Aggregate(1L, (a, b) => a * b)).Select(elements => Tensor.Of(elements, shape));

    /// <summary>Structures like a sample, of the same shapes and lengths, with such numbers in the place of all floats.</summary>
    public static Gen<T> Trees<T>(T sample)
    {
        int count = FloatTree.Elements(sample).Count;
        return Gen.ArrayOf(Numbers(), count).Select(numbers => FloatTree.Map(sample, (_, k) => numbers[k]));
    }

    /// <summary>Structures of a type: arrays and lists have three elements, tensors are vectors of three, whole numbers are from 1 to 3.</summary>
    public static Gen<T> Values<T>() => Trees((T)Sample(typeof(T), 3)!);

    /// <summary>Random programs that use every construct of the language, of up to so many operations; see <see cref="RandomProgram"/>.</summary>
    /// <param name="largest">The largest number of operations.</param>
    /// <param name="smooth">True if differences of the program must converge: no kinks.</param>
    public static Gen<RandomProgram> Programs(int largest = 12, bool smooth = true) =>
        from seed in Gen.Choose(0, int.MaxValue - 1)
        from size in Gen.Choose(1, largest)
        select RandomProgram.Make(seed, size, smooth);

    /// <summary>A value of a type, to take the structure from.</summary>
    private static object? Sample(Type type, int length) => Layout.Of(type) switch
    {
        Layout.Number { DType: DType.Bool } => true,
        Layout.Number => System.Convert.ChangeType(2, type, System.Globalization.CultureInfo.InvariantCulture),
        Layout.Tensor => Tensor.Zeros(DType.F64, length),
        Layout.Array { Jagged: true } array => Filled(array.Element.MakeArrayType(), length),
        Layout.Array { DType.IsFloat: true } array => Array.CreateInstance(array.Element, Enumerable.Repeat(length, array.Rank).ToArray()),
        Layout.Array { Rank: 1 } array => Filled(array.Element, length),
        Layout.Product product => product.Constructor.Invoke([.. product.Members.Select(m => Sample(m.Type, length))]),
        Layout.List list => Filled(list.Element, length),
        _ => throw new CheckException($"no values of type {type} can be generated; give a sample of the arguments"),
    };

    private static Array Filled(Type element, int length)
    {
        var array = Array.CreateInstance(element, length);
        for (int i = 0; i < length; i++) array.SetValue(Sample(element, length), i);
        return array;
    }
}
