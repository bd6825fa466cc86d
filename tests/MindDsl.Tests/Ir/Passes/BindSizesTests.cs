using MindDsl.Backends;
using MindDsl.Backends.Cpu;
using MindDsl.Ir;
using Xunit;

namespace MindDsl.Tests.Ir.Passes;

public class BindSizesTests
{
    /// <summary>Σ over i of (x + i)², weighted by slices and pads, with x [n].</summary>
    [Fact]
    public void A_program_of_named_sizes_means_the_same_when_they_are_bound()
    {
        var n = Dim.Symbol("n");
        var type = new TensorType(DType.F64, new([n]));
        var builder = new BlockBuilder();
        var (x, i) = (new Value(type, "x"), new Value(TensorType.Scalar(DType.I64), "i"));
        var place = new Term(builder, builder.Apply(new Iota(type, 0)));
        var padded = (builder[x] + place).Apply(new Pad([1], [2], [0], 0.5)).Apply(new Slice([1], [n], [1]));
        var inner = builder.Nested();
        var element = inner[inner.Apply(Gather.At(1, 1), padded.Atom, i)];
        var built = builder[builder.Emit(new Build([n], inner.Build([i], [(element * element).Atom])), [type])[0]];
        var count = new Term(builder, builder.Apply(new SizeOf(n))).To(DType.F64);
        var name = new FunctionName("main");
        var module = new Module(name, new Dictionary<FunctionName, Function> { [name] = new(name, builder.Build([x], [(built.Sum() * count).Atom])) });

        double[] elements = [0.5, -1, 2, 4];
        double expected = elements.Select((v, k) => (v + k) * (v + k)).Sum() * 4;
        var argument = TensorBuffer.Of<double>(DType.F64, elements, 4);
        Assert.Equal(expected, Interpreter.Run(module, [argument])[0][0].Number, 1e-12);

        var bound = Pipeline.Run(module, Level.Plain, BindSizes.With(new Dictionary<string, long> { ["n"] = 4 }));
        Assert.Equal(expected, new CpuBackend().Compile(bound).Run(argument)[0][0].Number, 1e-12);
    }
}
