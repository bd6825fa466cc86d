using MindDsl.Backends;
using MindDsl.Ir;
using Xunit;

namespace MindDsl.Tests.Ir.Ops;

/// <summary>The derivative rules of every operation, against differences of its values and against each other.</summary>
public class OpDerivativeTests
{
    /// <summary>Operands without a rule although the value depends on them.</summary>
    private static readonly HashSet<(string, int)> Opaque = [("stop_gradient", 0), ("polygamma", 0)];

    public static TheoryData<string> Names => [.. OpCase.All.Select(c => c.Name)];

    [Fact]
    public void Names_of_cases_are_distinct() => Assert.Distinct(OpCase.All.Select(c => c.Name));

    [Theory]
    [MemberData(nameof(Names))]
    public void The_forward_rule_agrees_with_differences(string name)
    {
        var c = OpCase.All.First(c => c.Name == name);
        foreach (int k in Floats(c))
        {
            var tangent = Random(c.Operands[k], k);
            double[] rule = Push(c, k, tangent);
            if (Opaque.Contains((c.Op.Name, k))) continue;
            // Five points: the error falls with the fourth power of the step.
            const double Step = 1e-3;
            double[] a = At(-2), b = At(-1), d = At(1), e = At(2);
            for (int n = 0; n < rule.Length; n++)
            {
                double difference = (8 * (d[n] - b[n]) - (e[n] - a[n])) / (12 * Step);
                Assert.True(Math.Abs(rule[n] - difference) <= 1e-8 * (1 + Math.Abs(difference)), $"operand {k}, element {n}: {rule[n]} by the rule, {difference} by differences");
            }

            double[] At(double steps)
            {
                var moved = TensorBuffer.Allocate(c.Operands[k].Type);
                for (int n = 0; n < moved.Count; n++)
                    moved.Span<double>()[n] = c.Operands[k].Span<double>()[n] + steps * Step * tangent.Span<double>()[n];
                return Value(c, [.. c.Operands.Select((o, i) => i == k ? moved : o)]);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_reverse_rule_is_the_transpose_of_the_forward_rule(string name)
    {
        var c = OpCase.All.First(c => c.Name == name);
        foreach (int k in Floats(c))
        {
            var tangent = Random(c.Operands[k], k);
            double[] pushed = Push(c, k, tangent);
            var cotangent = Random(Interpreter.Run(ValueOf(c), c.Operands)[0], k + 10);
            double[] pulled = Pull(c, k, cotangent);
            double left = pushed.Zip(cotangent.Span<double>().ToArray(), (x, y) => x * y).Sum();
            double right = pulled.Zip(tangent.Span<double>().ToArray(), (x, y) => x * y).Sum();
            Assert.Equal(c.Operands[k].Count, pulled.Length);
            Assert.True(Math.Abs(left - right) <= 1e-12 * (1 + Math.Abs(left)), $"operand {k}: {left} forwards, {right} in reverse");
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Without_a_float_there_is_no_derivative(string name)
    {
        var c = OpCase.All.First(c => c.Name == name);
        var builder = new BlockBuilder();
        var (operands, rule) = Bind(c, builder);
        for (int k = 0; k < operands.Count; k++)
        {
            if (operands[k].Tensor.DType.IsFloat && rule.Y.DType.IsFloat) continue;
            var term = builder[new Value(rule.Y.Type with { DType = DType.F64 })];
            Assert.Null(c.Op.Pull(rule, k, term));
        }
    }

    /// <summary>The float operands of a case whose result is a float.</summary>
    private static IEnumerable<int> Floats(OpCase c) => c.Op.Infer(c.Operands.Select(o => o.Type).ToSeq()).DType.IsFloat
        ? Enumerable.Range(0, c.Operands.Length).Where(k => c.Operands[k].DType.IsFloat)
        : [];

    private static (Seq<Atom> Operands, Rule Rule) Bind(OpCase c, BlockBuilder builder)
    {
        var operands = c.Operands.Select(Atom (o) => new Value(o.Type, "x")).ToSeq();
        return (operands, new(builder, operands, builder.Bind(new(c.Op, operands), "y")));
    }

    private static Module ValueOf(OpCase c)
    {
        var builder = new BlockBuilder();
        var (operands, rule) = Bind(c, builder);
        return Program(builder, operands, rule.Y.Atom);
    }

    private static double[] Value(OpCase c, TensorBuffer[] operands) => [.. Interpreter.Run(ValueOf(c), operands)[0].Span<double>()];

    private static double[] Push(OpCase c, int operand, TensorBuffer tangent)
    {
        var builder = new BlockBuilder();
        var (operands, rule) = Bind(c, builder);
        var t = new Value(tangent.Type, "t");
        var result = c.Op.Push(rule, operand, builder[t]) ?? rule.Y.Filled(0);
        Assert.Equal(rule.Y.Type, result.Type);
        return Run(builder, c, operands, t, result, tangent);
    }

    private static double[] Pull(OpCase c, int operand, TensorBuffer cotangent)
    {
        var builder = new BlockBuilder();
        var (operands, rule) = Bind(c, builder);
        var t = new Value(cotangent.Type, "t");
        var x = rule[operand];
        var result = c.Op.Pull(rule, operand, builder[t]) switch
        {
            null => x.Filled(0),
            { Scatter: null } dense => dense.Value,
            { Scatter: { } places } sparse => builder[builder.Apply(new Scatter(places, false), [x.Filled(0).Atom, .. sparse.Indices, sparse.Value.Atom])],
        };
        Assert.Equal(x.Type, result.Type);
        return Run(builder, c, operands, t, result, cotangent);
    }

    private static double[] Run(BlockBuilder builder, OpCase c, Seq<Atom> operands, Value t, Term result, TensorBuffer argument) =>
        [.. Interpreter.Run(Program(builder, [.. operands, t], result.Atom), [.. c.Operands, argument])[0].Span<double>()];

    private static Module Program(BlockBuilder builder, Seq<Atom> parameters, Atom result)
    {
        var name = new FunctionName("f");
        var module = new Module(name, new Dictionary<FunctionName, Function> { [name] = new(name, builder.Build(parameters.Map(p => (Value)p), [result])) });
        Verifier.Check(module, Level.Sized, "the test");
        return module;
    }

    private static TensorBuffer Random(TensorBuffer like, int seed)
    {
        var random = new Random(100 + seed);
        var buffer = TensorBuffer.Allocate(DType.F64, like.Lengths);
        foreach (ref double x in buffer.Span<double>()) x = 2 * random.NextDouble() - 1;
        return buffer;
    }
}
