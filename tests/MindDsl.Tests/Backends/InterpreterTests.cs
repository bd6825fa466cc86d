using MindDsl.Backends;
using MindDsl.Ir;
using Xunit;
using static MindDsl.Ir.ElementwiseOps;

namespace MindDsl.Tests.Backends;

public class InterpreterTests
{
    private static readonly TensorType F64 = TensorType.Scalar(DType.F64);
    private static readonly TensorType I64 = TensorType.Scalar(DType.I64);

    private static TensorBuffer Scalar(double x) => TensorBuffer.Of<double>(DType.F64, [x]);

    private static TensorBuffer Integer(long x) => TensorBuffer.Of<long>(DType.I64, [x]);

    private static TensorBuffer Vector(params double[] x) => TensorBuffer.Of<double>(DType.F64, x, x.Length);

    private static Module Program(params Function[] functions) => new(functions[0].Name, functions.ToDictionary(f => f.Name));

    private static Function Define(FunctionName name, Seq<Value> parameters, Func<BlockBuilder, Seq<Atom>> body)
    {
        var b = new BlockBuilder();
        var results = body(b);
        return new(name, b.Build(parameters, results));
    }

    private static Block Block(BlockBuilder outer, Seq<Value> parameters, Func<BlockBuilder, Seq<Atom>> body)
    {
        var b = outer.Nested();
        var results = body(b);
        return b.Build(parameters, results);
    }

    private static double[] Run(Module module, params TensorBuffer[] arguments) =>
        [.. Interpreter.Run(module, arguments)[0].Span<double>()];

    [Fact]
    public void Recursion_of_ten_thousand_levels_ends()
    {
        var sum = new FunctionName("sum");
        var n = new Value(I64, "n");
        var module = Program(Define(sum, [n], b =>
        {
            var done = b.Apply(Le, n, Literal.Index(0));
            return b.Emit(new If(done, Block(b, [], c => [Literal.Index(0)]), Block(b, [], c =>
            {
                var rest = c.Emit(new Call(sum, [c.Apply(Sub, n, Literal.Index(1))]), [I64])[0];
                return [c.Apply(Add, n, rest)];
            })), [I64]).Map(Atom (v) => v);
        }));
        Assert.Equal([50_005_000L], Interpreter.Run(module, [Integer(10_000)])[0].Span<long>());
    }

    [Fact]
    public void Endless_recursion_is_reported()
    {
        var f = new FunctionName("f");
        var x = new Value(F64, "x");
        var module = Program(Define(f, [x], b => b.Emit(new Call(f, [x]), [F64]).Map(Atom (v) => v)));
        Assert.Equal("MIND0309", Assert.Throws<MindDslException>(() => Run(module, Scalar(1))).Code);
    }

    [Fact]
    public void A_loop_of_ten_thousand_iterations_ends_with_the_right_sum()
    {
        var n = new Value(I64, "n");
        var (s, i, s2, i2) = (new Value(F64, "s"), new Value(I64, "i"), new Value(F64, "s"), new Value(I64, "i"));
        var module = Program(Define(new("f"), [n], b => b.Emit(new While([Literal.Of(DType.F64, 0.0), Literal.Index(0)],
            Block(b, [s, i], c => [c.Apply(Lt, i, n)]),
            Block(b, [s2, i2], c => [c.Apply(Add, s2, c.Apply(new MindDsl.Ir.Convert(DType.F64), i2)), c.Apply(Add, i2, Literal.Index(1)), s2])),
            [F64, I64, new SequenceType(F64)]) is var r ? [r[0]] : []));
        Assert.Equal([10_000 * 9_999 / 2.0], Run(module, Integer(10_000)));
    }

    [Fact]
    public void Closures_keep_the_values_of_the_activation_that_made_them()
    {
        // let f x = let g y = x * y in (make (x = x)) for each index of a scan, called afterwards: sum over k of k * (10 * k).
        var (f, g) = (new FunctionName("f"), new FunctionName("g"));
        var type = new FunctionType([F64], [F64]);
        var (x, y) = (new Value(F64, "x"), new Value(F64, "y"));
        var (index, index2, total) = (new Value(I64, "i"), new Value(I64, "i"), new Value(F64, "t"));
        var (closure, closures) = (new Value(type, "c"), new Value(type, "c"));
        Value local = null!;
        var main = Define(f, [x], b =>
        {
            var made = b.Emit(new Scan(Literal.Index(4), null, false, [], [], Block(b, [index], c =>
            {
                local = c.Bind(new(Mul, [x, c.Apply(new MindDsl.Ir.Convert(DType.F64), index)]), "local");
                return [c.Emit(new MakeClosure(g, []), [type])[0]];
            })), [new SequenceType(type)])[0];
            return [b.Emit(new Scan(Literal.Index(4), null, true, [Literal.Of(DType.F64, 0.0)], [made], Block(b, [index2, total, closures], c =>
                [c.Apply(Add, total, c.Emit(new Invoke(closures, [c.Apply(new MindDsl.Ir.Convert(DType.F64), index2)]), [F64])[0])])), [F64])[0]];
        });
        var inner = Define(g, [y], b => [b.Apply(Mul, local, y)]);
        Assert.Equal([10.0 * (0 + 1 + 4 + 9)], Run(Program(main, inner), Scalar(10)));
    }

    [Fact]
    public void An_index_out_of_range_is_reported()
    {
        var (x, i) = (new Value(new TensorType(DType.F64, Shape.Of(3)), "x"), new Value(I64, "i"));
        var module = Program(Define(new("f"), [x, i], b => [b.Apply(Gather.At(1, 1), x, i)]));
        Assert.Equal([7.0], Run(module, Vector(5, 6, 7), Integer(2)));
        Assert.Equal("MIND0302", Assert.Throws<MindDslException>(() => Run(module, Vector(5, 6, 7), Integer(3))).Code);
        Assert.Equal("MIND0302", Assert.Throws<MindDslException>(() => Run(module, Vector(5, 6, 7), Integer(-1))).Code);
    }

    [Fact]
    public void Named_sizes_take_their_values_from_the_arguments()
    {
        var x = new Value(new TensorType(DType.F64, new([Dim.Symbol("n")])), "x");
        var module = Program(Define(new("f"), [x], b => [b.Apply(Concat(), x, x), b.Apply(new SizeOf(Dim.Symbol("n")))]));
        var results = Interpreter.Run(module, [Vector(1, 2, 3)]);
        Assert.Equal([1, 2, 3, 1, 2, 3], results[0].Span<double>());
        Assert.Equal([3L], results[1].Span<long>());

        static Op Concat() => new Concat(0);
    }

    [Fact]
    public void A_build_stacks_its_results_by_index()
    {
        var (i, j) = (new Value(I64, "i"), new Value(I64, "j"));
        var module = Program(Define(new("f"), [], b => [b.Emit(new Build([2, 3], Block(b, [i, j], c =>
            [c.Apply(new MindDsl.Ir.Convert(DType.F64), c.Apply(Add, c.Apply(Mul, i, Literal.Index(10)), j))])), [new TensorType(DType.F64, Shape.Of(2, 3))])[0]]));
        Assert.Equal([0, 1, 2, 10, 11, 12], Run(module));
    }

    [Theory]
    [InlineData(Monoid.Sum, 0.0)]
    [InlineData(Monoid.Product, 1.0)]
    [InlineData(Monoid.Max, double.NegativeInfinity)]
    [InlineData(Monoid.Min, double.PositiveInfinity)]
    public void Reductions_of_nothing_are_the_neutral_element(Monoid monoid, double expected)
    {
        var x = new Value(new TensorType(DType.F64, Shape.Of(0)), "x");
        Assert.Equal([expected], Run(Program(Define(new("f"), [x], b => [b.Apply(new Reduce(monoid, [0]), x)])), Vector()));
    }

    [Theory]
    [InlineData(Monoid.ArgMax, new[] { 1.0, 3, 3, 2 }, 1)]
    [InlineData(Monoid.ArgMin, new[] { 4.0, 1, 1, 2 }, 1)]
    [InlineData(Monoid.ArgMax, new[] { 1.0, double.NaN, double.PositiveInfinity, double.NaN }, 1)]
    [InlineData(Monoid.ArgMin, new[] { 1.0, double.NaN, double.NegativeInfinity, 0 }, 1)]
    public void The_first_of_equals_is_the_place_and_nan_counts_as_extreme(Monoid monoid, double[] elements, long place)
    {
        var x = new Value(new TensorType(DType.F64, Shape.Of(4)), "x");
        var module = Program(Define(new("f"), [x], b => [b.Apply(new ArgReduce(monoid, 0), x)]));
        Assert.Equal([place], Interpreter.Run(module, [Vector(elements)])[0].Span<long>());
    }

    [Fact]
    public void Operations_are_counted_by_weight()
    {
        var x = new Value(new TensorType(DType.F64, Shape.Of(5)), "x");
        var module = Program(Define(new("f"), [x], b => [b.Apply(Sin, b.Apply(Div, b.Apply(new Flip([0]), x), b.Apply(Add, x, Literal.Of(DType.F64, 1.0))))]));
        var statistics = new InterpreterStatistics();
        Interpreter.Run(module, [Vector(1, 2, 3, 4, 5)], statistics);
        Assert.Equal(5 * (20 + 4 + 1), statistics.Operations);
        Assert.Equal(4, statistics.Applications);
    }
}
