using MindDsl.Backends;
using MindDsl.Backends.Cpu;
using MindDsl.Backends.Loops;
using MindDsl.Ir;
using MindDsl.Tests.Properties;
using Xunit;
using static MindDsl.Ir.Prelude;

namespace MindDsl.Tests.Backends.Cpu;

/// <summary>Nests that go together through their outermost loop compute what they compute one after another.</summary>
public class NestGroupTests
{
    /// <summary>
    /// Steps from a matrix, another one and a parameter to one of the same shape: of elements, of rows, across rows, of neighbours, in another order. They are continuous in what was
    /// computed and none makes numbers larger, so that sums in another order are no reason for other results.
    /// </summary>
    private static readonly Func<Term, Term, Term, Term>[] Steps =
    [
        (x, _, _) => Tanh(x), (x, _, _) => Exp(-Abs(x)), (x, y, _) => x * y * 0.25 + 0.5, (x, y, _) => Maximum(x, y), (x, _, _) => (x - Max(x, -1, keepDims: true)) * 0.5,
        (x, _, _) => x / (1 + Sum(Abs(x), -1, keepDims: true)), (x, _, _) => (x - Mean(x, 0, keepDims: true)) * 0.5, (x, y, _) => (x + Mean(y, -1, keepDims: true)) * 0.5,
        (x, _, _) => Reshape(Tanh(Reshape(x, x.Shape.Size.Value)), x.Shape.ToArray()), (x, y, _) => (x + Flip(y, [0])) * 0.5, (x, y, _) => (x - Flip(y, [y.Shape.Rank - 1])) * 0.5,
        (x, _, _) => Sin(x), (x, _, p) => (x + ArgMax(p, -1, keepDims: true).To(x.DType) / p.Shape[p.Shape.Rank - 1].Value) * 0.5,
        (x, y, p) => (p <= p.Literal(0.5)).Select(x, y * 0.5),
    ];

    [Fact]
    public void Random_chains_are_what_the_interpreter_says() => DerivativeLaws.Check(DerivativeLaws.Programs(9), p =>
    {
        var random = new Random(p.Seed);
        var type = random.Next(3) == 0 ? DType.F64 : DType.F32;
        var shape = random.Next(2) == 0 ? Shape.Of(random.Next(4, 70), random.Next(1, 50)) : Shape.Of(random.Next(2, 9), random.Next(1, 7), random.Next(1, 40));
        var module = Chain(random, new(type, shape), 2 + p.Size);
        var arguments = Arguments(module, p.Seed);
        var found = new CpuBackend().Compile(module).Run(arguments);
        Equal(Interpreter.Run(module, arguments), found, $"{p}\n{Printer.Print(module)}");
    }, 150);

    [Theory]
    [InlineData(700, 257)]
    [InlineData(96, 1000)]
    [InlineData(4099, 31)]
    public void More_than_the_cache_holds_goes_through_in_runs_of_rows(int rows, int columns)
    {
        var module = Program([new(DType.F32, Shape.Of(rows, columns))], x =>
        {
            var e = Exp(x[0] - Max(x[0], -1, keepDims: true));
            var y = e / Sum(e, -1, keepDims: true);
            var z = y - Mean(y, -1, keepDims: true);
            return [z / Sqrt(Mean(z * z, -1, keepDims: true) + 1e-5), y];
        });
        var executable = (CpuExecutable)new CpuBackend().Compile(module);
        Assert.Equal(1, executable.Statistics.Groups);
        var arguments = Arguments(module, rows);
        Equal(Interpreter.Run(module, arguments), executable.Run(arguments), "softmax, then normalised");
    }

    [Fact]
    public void What_rows_need_of_all_rows_ends_a_group()
    {
        var module = Program([new(DType.F32, Shape.Of(512, 300))], x =>
        {
            var y = Tanh(x[0]) * 2;
            return [y - Sum(y, 0, keepDims: true)];
        });
        var executable = (CpuExecutable)new CpuBackend().Compile(module);
        Assert.Equal(0, executable.Statistics.Groups);
        var arguments = Arguments(module, 1);
        Equal(Interpreter.Run(module, arguments), executable.Run(arguments), "less the sum of all rows");
    }

    private static Module Chain(Random random, TensorType type, int steps) => Program([type, type], x =>
    {
        var known = new List<Term>(x);
        for (int k = 0; k < steps; k++) known.Add(Steps[random.Next(Steps.Length)](known[^1], known[random.Next(known.Count)], x[random.Next(2)]));
        return random.Next(2) == 0 ? [known[^1]] : [known[^1], known[random.Next(2, known.Count)]];
    });

    private static Module Program(TensorType[] types, Func<Term[], Term[]> make)
    {
        var (builder, main) = (new BlockBuilder(), new FunctionName("main"));
        Value[] parameters = [.. types.Select(t => new Value(t))];
        var results = make([.. parameters.Select(p => builder[p])]);
        return new(main, new Dictionary<FunctionName, Function> { [main] = new(main, builder.Build([.. parameters], [.. results.Select(r => r.Atom)])) });
    }

    private static TensorBuffer[] Arguments(Module module, int seed)
    {
        var random = new Random(seed);
        return [.. module.EntryFunction.ParameterTypes.Select(t =>
        {
            var buffer = TensorBuffer.Allocate(((TensorType)t));
            for (long k = 0; k < buffer.Count; k++) buffer[k] = Literal.Of(((TensorType)t).DType, random.NextDouble() * 4 - 2);
            return buffer;
        })];
    }

    private static void Equal(TensorBuffer[] expected, TensorBuffer[] found, string what)
    {
        for (int r = 0; r < expected.Length; r++)
            for (long k = 0; k < expected[r].Count; k++)
            {
                double tolerance = expected[r].DType == DType.F32 ? 2e-5 : 1e-12;
                var (a, b) = (expected[r][k].Number, found[r][k].Number);
                Assert.True(Math.Abs(a - b) <= tolerance * (1 + Math.Abs(a)), $"result {r}, element {k}: {a} expected, {b} found\n{what}");
            }
    }
}
