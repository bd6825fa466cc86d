using MindDsl.Backends;
using MindDsl.Ir;
using MindDsl.Tests.Backends.Cpu;
using Xunit;

namespace MindDsl.Tests.Ir.Passes;

public class FissionLoopsTests
{
    private const long Steps = 5;

    [Fact]
    public void Random_loops_that_add_up_products_give_the_same_without_them()
    {
        int left = 0;
        for (int seed = 0; seed < 200; seed++)
        {
            var module = Loop(seed);
            var split = Pipeline.Run(module, Level.Plain, FissionLoops.Pass, RemoveDead.Pass);
            Verifier.Check(split, Level.Plain, "the test");
            if (Products(split) < Products(module)) left++;
            var random = new Random(seed);
            TensorBuffer[] arguments = [.. module.EntryFunction.Body.Parameters.Select(p => TensorPrograms.Sample(p.Tensor, random))];
            var (expected, found) = (Interpreter.Run(module, arguments), Interpreter.Run(split, arguments));
            for (int k = 0; k < expected.Length; k++)
                for (long i = 0; i < expected[k].Count; i++)
                    Assert.True(Math.Abs(expected[k][i].Number - found[k][i].Number) <= 1e-12 * (1 + Math.Abs(expected[k][i].Number)), $"seed {seed}, result {k}\n{Printer.Print(module)}\n{Printer.Print(split)}");
        }
        Assert.InRange(left, 60, 190);
    }

    [Fact]
    public void Products_that_need_more_memory_than_their_sum_stay_in_the_loop()
    {
        Assert.Equal(0, Products(Added(4, 2)));
        Assert.Equal(1, Products(Added(2, 4)));

        // Factors [depth, size] added up to [size, size].
        static Module Added(long size, long depth)
        {
            var builder = new BlockBuilder();
            var factor = new Value(new TensorType(DType.F64, Shape.Of(depth, size)));
            return Pipeline.Run(Program(builder, [factor], body =>
            {
                var sum = new Value(new TensorType(DType.F64, Shape.Of(size, size)));
                var state = new Value(factor.Type);
                var (inner, index) = (body.Nested(), new Value(TensorType.Scalar(DType.I64)));
                var next = Prelude.Tanh(inner[state]);
                var product = inner[inner.Apply(new Contract("ki", "kj", "ij"), next.Atom, next.Atom)];
                var block = inner.Build([index, sum, state], [(inner[sum] + product).Atom, next.Atom]);
                return body.Emit(new Scan(Literal.Index(Steps), Steps, false, [body[Literal.Of(DType.F64, 0)].BroadcastTo(Shape.Of(size, size)).Atom, factor], [], block), [sum.Type, state.Type]);
            }), Level.Plain, FissionLoops.Pass, RemoveDead.Pass);
        }
    }

    [Fact]
    public void Whole_numbers_that_a_sum_starts_from_stay()
    {
        var builder = new BlockBuilder();
        var rows = new Value(new TensorType(DType.I64, Shape.Of(Steps, 2, 3)));
        var module = Program(builder, [rows], body =>
        {
            var (sum, row) = (new Value(new TensorType(DType.I64, Shape.Of(3))), new Value(new TensorType(DType.I64, Shape.Of(2, 3))));
            var inner = body.Nested();
            var block = inner.Build([new Value(TensorType.Scalar(DType.I64)), sum, row], [(inner[sum] + inner[row].Sum([0])).Atom]);
            return body.Emit(new Scan(Literal.Index(Steps), Steps, false, [body[Literal.Index(5)].BroadcastTo(Shape.Of(3)).Atom], [rows], block), [sum.Type]);
        });
        var split = Pipeline.Run(module, Level.Plain, FissionLoops.Pass, RemoveDead.Pass);
        Assert.DoesNotContain(split.EntryFunction.Body.Lets, l => l.Expr is Scan);
        Assert.Equal(15, Interpreter.Run(split, [TensorBuffer.Of<long>(DType.I64, Enumerable.Repeat(1L, 30).ToArray(), Steps, 2, 3)])[0][0].Integer);
    }

    /// <summary>The contractions in loops.</summary>
    private static int Products(Module module) => module.EntryFunction.Body.Lets.Sum(l => l.Expr.Blocks.Sum(b => b.Lets.Count(inner => inner.Expr is Apply { Op: Contract })));

    private static Module Program(BlockBuilder builder, Seq<Value> parameters, Func<BlockBuilder, Seq<Value>> make)
    {
        var name = new FunctionName("main");
        return new(name, new Dictionary<FunctionName, Function> { [name] = new(name, builder.Build(parameters, make(builder).Map(Atom (v) => v))) });
    }

    /// <summary>A loop with a state, sums of many forms and emissions, over inputs.</summary>
    private static Module Loop(int seed)
    {
        var random = new Random(seed);
        var builder = new BlockBuilder();
        long rows = random.Next(1, 4), size = random.Next(2, 5);
        TensorType Of(params long[] dims) => new(DType.F64, Shape.Of(dims));
        Value[] inputs = [new(Of(Steps, rows, size)), new(Of(Steps, rows, size))], starts = [new(Of(rows, size)), new(Of(size, size)), new(Of(size)), new(Of(size * size))];
        return Program(builder, [.. inputs, .. starts], outer =>
        {
            var inner = outer.Nested();
            var index = new Value(TensorType.Scalar(DType.I64));
            Value[] carries = [.. starts.Select(s => new Value(s.Type))], elements = [.. inputs.Select(x => new Value(Of(rows, size)))];
            var values = new List<Term> { inner[carries[0]], inner[elements[0]], inner[elements[1]] };
            for (int k = 0, count = random.Next(1, 4); k < count; k++)
                values.Add(random.Next(3) switch { 0 => Prelude.Sin(Any()), 1 => Any() * Any(), _ => Any() + Any() });
            Term Any() => values[random.Next(values.Count)];
            Term Product()
            {
                var product = inner[inner.Apply(new Contract("ki", "kj", random.Next(2) == 0 ? "ij" : "ji"), Any().Atom, Any().Atom)];
                return random.Next(3) == 0 ? product.Permute([1, 0]) : product;
            }

            var (matrix, vector, flat) = (inner[carries[1]], inner[carries[2]], inner[carries[3]]);
            for (int k = 0, count = random.Next(1, 4); k < count; k++)
                matrix = random.Next(5) switch { 0 => matrix + Prelude.Cos(Product()), 1 => Product() + matrix, 2 when seed % 7 == 0 => matrix * 0.5, _ => matrix + Product() };
            vector = vector + Any().Sum([0]);
            flat = Product().Reshape(Shape.Of(size * size)) + flat;
            var emitted = random.Next(2) == 0 ? Any() : seed % 5 == 0 ? matrix : Any();
            var block = inner.Build([index, .. carries, .. elements], [Any().Atom, matrix.Atom, vector.Atom, flat.Atom, emitted.Atom]);
            Seq<IrType> types = [.. starts.Select(s => s.Type), emitted.Type with { Shape = new([Steps, .. emitted.Shape.Dims]) }];
            return outer.Emit(new Scan(Literal.Index(Steps), Steps, random.Next(2) == 0, [.. starts], [.. inputs], block), types);
        });
    }
}
