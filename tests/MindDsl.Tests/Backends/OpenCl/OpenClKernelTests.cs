using MindDsl.Backends;
using MindDsl.Ir;
using MindDsl.Tests.Backends.Conformance;
using MindDsl.Tests.Support;
using Xunit;

namespace MindDsl.Tests.Backends.OpenClDevices;

/// <summary>Kernels that divide work among work items, for operations of every kind, on a device of OpenCL.</summary>
public class OpenClKernelTests
{
    [Theory]
    [InlineData("reduce", DType.F32)]
    [InlineData("reduce", DType.Bool)]
    [InlineData("argreduce", DType.F32)]
    [InlineData("gather", DType.I64)]
    [InlineData("scatter", DType.F32)]
    [InlineData("window", DType.F32)]
    [InlineData("fold", DType.I32)]
    [InlineData("concat", DType.Bool)]
    [InlineData("pow", DType.I32)]
    public void Operations_are_what_the_interpreter_says(string name, DType type)
    {
        var backend = OpenCl.Backend(0);
        var cases = OpCatalogue.Cases(name, type);
        BackendConformance.Agree(backend, BackendConformance.Values(cases), cases, [.. cases.SelectMany((c, n) => BackendConformance.Arguments(c, n))], name);
    }

    [Theory]
    [InlineData(300_000, 1)]
    [InlineData(2, 70_000)]
    [InlineData(70, 300)]
    [InlineData(5000, 40)]
    public void Long_reductions_are_what_the_interpreter_says(int rows, int columns)
    {
        var type = new TensorType(DType.F64, Shape.Of(rows, columns));
        var cases = new List<OpCase>();
        foreach (var monoid in new[] { Monoid.Sum, Monoid.Max }) foreach (int axis in new[] { 0, 1 }) cases.Add(new(new Reduce(monoid, [axis]), [type]));
        cases.Add(new(new Reduce(Monoid.Sum, [0, 1]), [type]));
        cases.Add(new(new ArgReduce(Monoid.ArgMin, 0), [type]));
        cases.Add(new(new ArgReduce(Monoid.ArgMax, 1), [type]));
        var module = BackendConformance.Values(cases);
        var arguments = cases.SelectMany((c, n) => BackendConformance.Arguments(c, n)).ToArray();
        var expected = Interpreter.Run(module, arguments);
        var executable = OpenCl.Backend().Compile(module);
        var (found, again) = (executable.Run(arguments), executable.Run(arguments));
        for (int k = 0; k < expected.Length; k++)
            for (long i = 0; i < expected[k].Count; i++)
            {
                // Another order has another rounding, of terms of about one.
                double x = expected[k][i].Number, y = found[k][i].Number;
                Assert.True(Math.Abs(x - y) <= 1e-15 * rows * columns, $"{cases[k].Op} at {i}: expected {x}, found {y}");
                Assert.Equal(y, again[k][i].Number);
            }
    }

    [Fact]
    public void Updates_of_one_place_by_many_are_in_order()
    {
        // Many updates, few places: each element of the target looks at all of them.
        List<OpCase> cases =
        [
            new(new Scatter(Gather.Take(1, 0, 1), false), [new(DType.F32, Shape.Of(50)), new(DType.I64, Shape.Of(3000)), new(DType.F32, Shape.Of(3000))], 50),
            new(new Scatter(Gather.Take(1, 0, 1), true), [new(DType.F32, Shape.Of(50)), new(DType.I64, Shape.Of(3000)), new(DType.F32, Shape.Of(3000))], 50),
            new(new Scatter(Gather.Take(2, 0, 1), false), [new(DType.F32, Shape.Of(20, 64)), new(DType.I64, Shape.Of(300)), new(DType.F32, Shape.Of(300, 64))], 20),
        ];
        var module = BackendConformance.Values(cases);
        SameBits(module, [.. cases.SelectMany((c, n) => BackendConformance.Arguments(c, n))]);
    }

    /// <summary>Sums in the order of the law have the bits of the interpreter.</summary>
    private static void SameBits(Module module, TensorBuffer[] arguments)
    {
        var expected = Interpreter.Run(module, arguments);
        var executable = OpenCl.Backend().Compile(module);
        var found = executable.Run(arguments);
        for (int k = 0; k < expected.Length; k++) Assert.Equal([.. expected[k].Span<float>()], found[k].Span<float>().ToArray());
    }
}
