using MindDsl.Autodiff;
using MindDsl.Backends;
using MindDsl.Ir;
using Xunit;
using static MindDsl.Ir.Prelude;

namespace MindDsl.Tests.Ir;

/// <summary>Conventions that no other library has a value for, and laws at the places where a formula has to choose.</summary>
public class ConventionTests
{
    private const double Infinity = double.PositiveInfinity;

    [Fact]
    public void Logsumexp_of_only_minus_infinities_is_minus_infinity_with_gradient_zero()
    {
        var (value, gradient) = Derive(x => LogSumExp(x), [-Infinity, -Infinity]);
        Assert.Equal(-Infinity, value);
        Assert.Equal([0.0, 0], gradient);
    }

    [Fact]
    public void Logaddexp_of_two_minus_infinities_has_gradient_zero()
    {
        var (value, gradient) = Derive(x => Sum(LogAddExp(x, x)), [-Infinity]);
        Assert.Equal(-Infinity, value);
        Assert.Equal([0.0], gradient);
    }

    [Fact]
    public void Norms_and_hypot_have_gradient_zero_at_zero()
    {
        foreach (double order in new[] { 1, 1.5, 2, 3, Infinity })
            Assert.Equal([0.0, 0], Derive(x => Norm(x, order: order), [0, 0]).Gradient);
        Assert.Equal([0.0], Derive(x => Sum(Hypot(x, x)), [0]).Gradient);
        Assert.Equal([0.0, 0], Derive(x => Std(x), [2, 2]).Gradient);
    }

    [Fact]
    public void Empty_reductions_are_their_neutral_elements()
    {
        Assert.Equal(-Infinity, Value(x => Max(x), []));
        Assert.Equal(Infinity, Value(x => Min(x), []));
        Assert.Equal(0, Value(x => Sum(x), []));
        Assert.Equal(1, Value(x => Prod(x), []));
        Assert.True(double.IsNaN(Value(x => Mean(x), [])));
        Assert.Equal("MIND0209", Assert.Throws<MindDslException>(() => Value(x => ArgMax(x), [])).Code);
    }

    [Theory]
    [InlineData(700)]
    [InlineData(-700)]
    [InlineData(1e300)]
    [InlineData(-1e300)]
    public void Stable_forms_neither_overflow_nor_give_nan_in_gradients(double at)
    {
        foreach (var f in new Func<Term, Term>[] { x => Softplus(x), LogSigmoid, Sigmoid, x => LogAddExp(x, x.Literal(0)), x => Elu(x), x => LogSoftmax(Concat([x, -x])) })
        {
            var (value, gradient) = Derive(x => Sum(f(x)), [at]);
            Assert.True(double.IsFinite(value) && double.IsFinite(gradient[0]), $"{value}, {gradient[0]}");
        }
    }

    [Fact]
    public void Second_derivatives_of_softplus_are_right_at_zero_too()
    {
        // softplus″ = σ(1 − σ) = ¼ at 0, by differences of the first derivative.
        double Slope(double at) => Derive(x => Sum(Softplus(x)), [at]).Gradient[0];
        Assert.Equal(0.25, (Slope(1e-5) - Slope(-1e-5)) / 2e-5, 8);
        Assert.Equal(0.5, Slope(0));
    }

    [Fact]
    public void The_last_of_several_updates_at_one_place_stays_and_has_the_gradient()
    {
        Term Put(Term x) => Scatter(x.Filled(0), Places(x, [1, 1, 0]), x, 0);
        Assert.Equal([3.0, 2, 0], Run(Program(Put, 3), [1, 2, 3])[0].Span<double>().ToArray());
        Assert.Equal([0.0, 1, 1], Derive(x => Sum(Put(x)), [1, 2, 3]).Gradient);
    }

    [Fact]
    public void An_ignored_label_need_not_be_a_class()
    {
        var logits = Tensor.Of(new[,] { { 0.0, 0.0 }, { 5.0, 1.0 } });
        var loss = Mind.CrossEntropy(logits, Tensor.Of([0L, -100]), ignore: -100);
        Assert.Equal(Math.Log(2), loss.Item<double>(), 15);
    }

    [Fact]
    public void A_convolution_with_groups_is_the_convolutions_of_its_groups()
    {
        var x = Mind.Normal(new(1), [2, 4, 5, 5], DType.F64);
        var w = Mind.Normal(new(2), [6, 2, 3, 3], DType.F64);
        var whole = Mind.Conv2D(x, w, stride: 2, padding: 1, groups: 2);
        var parts = x.Split([2, 2], 1).Zip(w.Split([3, 3]), (a, b) => Mind.Conv2D(a, b, stride: 2, padding: 1)).ToArray();
        Assert.InRange((double)(whole - Mind.Concat(parts, 1)).Abs().Max(), 0, 1e-12);
    }

    private static Term Places(Term beside, long[] places) =>
        Stack([.. places.Select(p => new Term(beside.Builder, Literal.Index(p)))]);

    private static double Value(Func<Term, Term> f, double[] x) => Run(Program(f, x.Length), x)[0][0] is var y && y.DType.IsFloat ? y.Number : y.Integer;

    private static (double Value, double[] Gradient) Derive(Func<Term, Term> f, double[] x)
    {
        var module = Program(f, x.Length);
        var (inner, builder, argument) = (module.EntryFunction, new BlockBuilder(), new Value(new TensorType(DType.F64, Shape.Of(x.Length))));
        var results = builder.Emit(new Differentiate(DerivativeKind.Reverse, inner.Name, [true], [true], [argument, Literal.Of(DType.F64, 1.0)]),
            [TensorType.Scalar(DType.F64), argument.Type]);
        var entry = new FunctionName("gradient");
        var both = new Dictionary<FunctionName, Function>(module.Functions) { [entry] = new(entry, builder.Build([argument], results.Map(Atom (r) => r))) };
        var derived = Pipeline.Run(new Module(entry, both), Level.FirstOrder, ExpandDerivatives.Pass, RemoveDead.Pass);
        var found = Run(derived, x);
        return (found[0][0].Number, found[1].Span<double>().ToArray());
    }

    private static Module Program(Func<Term, Term> f, long length)
    {
        var (builder, x) = (new BlockBuilder(), new Value(new TensorType(DType.F64, Shape.Of(length))));
        var name = new FunctionName("f");
        return new(name, new Dictionary<FunctionName, Function> { [name] = new(name, builder.Build([x], [f(builder[x]).Atom])) });
    }

    private static TensorBuffer[] Run(Module module, double[] x) => Interpreter.Run(module, [TensorBuffer.Of<double>(DType.F64, x, x.Length)]);
}
