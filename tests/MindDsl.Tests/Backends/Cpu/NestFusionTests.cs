using MindDsl.Backends;
using MindDsl.Backends.Cpu;
using MindDsl.Ir;
using Xunit;
using static MindDsl.Ir.Prelude;

namespace MindDsl.Tests.Backends.Cpu;

/// <summary>Nests with the same loops are one loop, and parts of concatenations are written where they belong; both compute what the interpreter computes.</summary>
public class NestFusionTests
{
    [Fact]
    public void What_several_results_share_is_one_loop_with_several_targets()
    {
        var executable = Same([new(DType.F64, Shape.Of(37))], x =>
        {
            var y = Exp(x[0]) + 1;
            return [y, y * x[0], Tanh(y) - x[0]];
        });
        Assert.Equal(1, executable.Statistics.Loops);
    }

    [Fact]
    public void What_is_read_at_other_places_is_not_part_of_the_loop()
    {
        var executable = Same([new(DType.F64, Shape.Of(37))], x =>
        {
            var y = Exp(x[0]);
            return [y, y + Flip(y, [0])];
        });
        Assert.Equal(2, executable.Statistics.Loops);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(19)]
    [InlineData(500)]
    public void Columns_side_by_side_are_written_in_one_go(int rows) => Same([new(DType.F64, Shape.Of(rows)), new(DType.F64, Shape.Of(rows, 3))], x =>
    {
        var columns = Enumerable.Range(0, 5).Select(k => Reshape(x[0] * (k + 1.0), rows, 1));
        var wide = Joined(1, [.. columns, x[1], Reshape(Tanh(x[0]), rows, 1)]);
        return [Joined(0, [Reshape(wide, rows * 9), x[0]])];
    });

    [Fact]
    public void Conditions_in_memory_choose_in_vectors() => Same([new(DType.F64, Shape.Of(41)), new(DType.F64, Shape.Of(41))], x =>
    {
        var isLess = x[0] < x[1];
        return [isLess.Select(Sin(x[0]), x[1] / 3), isLess.Select(x[1], x[0]) * 2, isLess.To(DType.F64)];
    });

    private static Term Joined(int axis, Term[] parts) => new(parts[0].Builder, parts[0].Builder.Apply(new Concat(axis), [.. parts.Select(p => p.Atom)]));

    private static CpuExecutable Same(TensorType[] types, Func<Term[], Term[]> make)
    {
        var (builder, main) = (new BlockBuilder(), new FunctionName("main"));
        Value[] parameters = [.. types.Select(t => new Value(t))];
        var results = make([.. parameters.Select(p => builder[p])]);
        var module = new Module(main, new Dictionary<FunctionName, Function> { [main] = new(main, builder.Build([.. parameters], [.. results.Select(r => r.Atom)])) });
        var random = new Random(5);
        TensorBuffer[] arguments = [.. types.Select(t =>
        {
            var buffer = TensorBuffer.Allocate(t);
            for (long k = 0; k < buffer.Count; k++) buffer[k] = Literal.Of(t.DType, random.NextDouble() * 4 - 2);
            return buffer;
        })];
        var executable = (CpuExecutable)new CpuBackend().Compile(module);
        var (expected, found) = (Interpreter.Run(module, arguments), executable.Run(arguments));
        for (int r = 0; r < expected.Length; r++)
            for (long k = 0; k < expected[r].Count; k++) Assert.Equal(expected[r][k].Number, found[r][k].Number, 1e-14 * (1 + Math.Abs(expected[r][k].Number)));
        return executable;
    }
}
