using MindDsl.Backends;
using MindDsl.Backends.CText;
using MindDsl.Backends.Devices;
using MindDsl.Backends.Loops;
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

    [Theory]
    [InlineData(DType.F32, 40, 33, 5000, 1)]
    [InlineData(DType.F64, 17, 130, 2100, 1)]
    [InlineData(DType.F32, 16, 20, 600, 3)]
    [InlineData(DType.BF16, 64, 64, 1030, 1)]
    public void Products_of_few_results_and_many_terms_are_summed_in_parts(DType type, int rows, int columns, int terms, int batch)
    {
        var op = new Contract("bki", "bkj", "bij");
        List<OpCase> cases = [new(op, [new(type, Shape.Of(batch, terms, rows)), new(type, Shape.Of(batch, terms, columns))])];
        var module = BackendConformance.Values(cases);
        var arguments = BackendConformance.Arguments(cases[0], 1).ToArray();
        var expected = Interpreter.Run(module, arguments)[0];
        var executable = OpenCl.Backend().Compile(module);
        var (found, again) = (executable.Run(arguments)[0], executable.Run(arguments)[0]);
        double unit = type == DType.F64 ? 1e-15 : 5e-7;
        for (long i = 0; i < expected.Count; i++)
        {
            // The terms are below nine.
            Assert.True(Math.Abs(expected[i].Number - found[i].Number) <= unit * terms * 9, $"at {i}: expected {expected[i]}, found {found[i]}");
            Assert.Equal(found[i], again[i]);
        }
        var limits = new DeviceLimits("a device", 1024, 1 << 16, 1 << 30, 1 << 30, 1, HasF64: true);
        Assert.True(NestParts(op, cases[0].Operands, limits) > 1);
    }

    /// <summary>The parts in which the sums of a contraction are computed.</summary>
    private static long NestParts(Contract op, Seq<TensorType> operands, DeviceLimits limits)
    {
        var law = (ElementLaw.Reduce)op.Law(operands);
        Seq<Atom> arguments = operands.Map(Atom (t) => new Value(t));
        var nest = NestBuilder.Reduce(op.Infer(operands), law, new InMemory(), (lowering, space, reduced) => lowering.Graph.MultiplyAdd(
            lowering.Lower(((Scalar.Compute)law.Body).Operands[0], space, reduced, arguments, false), lowering.Lower(((Scalar.Compute)law.Body).Operands[1], space, reduced, arguments, false), lowering.Graph.Constant(Literal.Of(op.Infer(operands).DType, 0L))));
        return new NestKernels(limits).Parts(nest);
    }

    private sealed class InMemory : IOperands
    {
        public VirtualTensor? Virtual(Value value) => null;

        public int NumberOf(SourceSpan? place) => 0;
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
