using MindDsl.Ir;
using Xunit;
using static MindDsl.Mind;

namespace MindDsl.Tests.Dsl;

public class TensorQuoteTests
{
    private static readonly Tensor X = Tensor.Of(new[,] { { 1.0f, -2, 3 }, { 0.5f, 4, -1 } });

    [Fact]
    public void Methods_of_tensors_give_in_a_quote_what_they_give_at_once()
    {
        Same(x => x.Relu().Sum(), X);
        Same(x => x.Sum(1, false) * 2 + x.Mean(1, true).Reshape(2), X);
        Same(x => x.Transpose().Dot(x), X);
        Same(x => x.Softmax(1).Log(), X);
        Same(x => x.Max(null, false) - x.Min(null, false), X);
        Same(x => Concat(new[] { x, -x }, 0), X);
        Same(x => Where(x > 0, x, 0), X);
        Same(x => x[1] * x[0, 2], X);
        Same(x => (x > 0).Sum(null, false), X);
        Same(x => x / 2 + 1 - x * x % 3, X);
        Same(x => x.Clamp(-1, 1).To(DType.F64), X);
    }

    [Fact]
    public void A_number_beside_a_tensor_takes_its_element_type()
    {
        var w = Tensor.Of(new[] { 1f, 2f });
        Assert.Equal(DType.F32, Fn((Tensor w) => 0.1f * w)(w).DType);
        Assert.Equal([0.1f, 0.2f], Fn((Tensor w) => 0.1f * w)(w).ToArray<float>());
        // A literal is read as it was written, not as the float that it became.
        Assert.Equal([0.1], Fn((Tensor w) => 0.1f * w)(Tensor.Of(new[] { 1.0 })).ToArray<double>());
        var scaled = Fn((Tensor w, double rate) => rate * w + w.Pow(rate));
        Assert.Equal([1.5f, 1 + (float)Math.Sqrt(2)], scaled(w, 0.5).ToArray<float>());
        double rate = 0.25;
        Assert.Equal([0.25f, 0.5f], Fn((Tensor w) => rate * w)(w).ToArray<float>());
        Assert.Equal([2, 4], Fn((Tensor n) => 2 * n)(Tensor.Of(new[] { 1, 2 })).ToArray<int>());
        // A whole number stays one beside whole numbers, known or computed.
        int count = 3;
        Assert.Equal([7, 8], Fn((Tensor n, int k) => k * count + n)(Tensor.Of(new[] { 1, 2 }), 2).ToArray<int>());
        Assert.Equal("MIND0205", Assert.Throws<MindDslException>(() => Fn((Tensor n, double k) => k * n)(Tensor.Of(new[] { 1, 2 }), 2)).Code);
    }

    [Fact]
    public void Branches_and_states_of_numbers_and_tensors_agree()
    {
        var f = Fn((Tensor v) => v > 0 ? v.Log() : 0);
        Assert.Equal(0, (float)f(Tensor.Of(-1f)));
        Assert.Equal(DType.F32, f(Tensor.Of(1f)).DType);
        var g = Fn((Tensor v) => Iterate(3, (Tensor)0.0, s => s + v));
        Assert.Equal(6f, (float)g(Tensor.Of(2f)));
    }

    [Fact]
    public void Axes_are_captured_as_attributes_and_specialise_the_code()
    {
        int axis = 0;
        var f = Fn((Tensor x) => x.Sum(axis, false));
        Assert.Equal([3], f(X).Shape.ToArray());
        axis = 1;
        Assert.Equal([2], f(X).Shape.ToArray());
        int[] axes = [0, 1];
        Assert.Equal(0, Fn((Tensor x) => x.Sum(axes, false))(X).Rank);
        Assert.Equal(0, Fn((Tensor x) => x.Sum(new[] { 0, 1 }, false))(X).Rank);
    }

    [Fact]
    public void An_attribute_may_come_through_a_quoted_function()
    {
        var sum = Fn((Tensor x, int axis) => x.Sum(axis, false));
        Assert.Equal([2], Fn((Tensor x) => sum(x, 1))(X).Shape.ToArray());
        Assert.Equal([2], Fn((Tensor x) => sum(sum(x.Reshape(1, 2, 3), 0), 1))(X).Shape.ToArray());
        Assert.Equal("MIND0105", Assert.Throws<MindDslException>(() => sum(X, 1)).Code);
    }

    [Fact]
    public void Places_may_be_known_at_run_time_only()
    {
        var f = Fn((Tensor x, int i) => x[i, 2 - i] * 2);
        Assert.Equal(8f, (float)f(X, 1));
        Assert.Equal([0, 0, 0, 0, 2, 0], f.Grad()(X, 1).ToArray<float>());
    }

    [Fact]
    public void Shapes_that_do_not_fit_are_reported_with_their_place()
    {
        var f = Fn((Tensor x, Tensor w) => x.Dot(w).Relu());
        var error = Assert.Throws<MindDslException>(() => f(X, X));
        Assert.Contains("x.Dot(w)", error.Message, StringComparison.Ordinal);
        Assert.Contains("TensorQuoteTests.cs:", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Relu", error.Diagnostics[0].At!, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_float_types_side_by_side_are_an_error() => Assert.Equal("MIND0205",
        Assert.Throws<MindDslException>(() => Fn((Tensor x, Tensor y) => x + y)(Tensor.Of(1f), Tensor.Of(1.0))).Code);

    private sealed record Mlp(Tensor W1, Tensor B1, Tensor W2, Tensor B2);

    [Fact]
    public void A_training_step_over_a_record_is_one_program()
    {
        var model = Fn((Mlp p, Tensor x) => (x.Dot(p.W1) + p.B1).Tanh().Dot(p.W2) + p.B2);
        var loss = Fn((Mlp p, Tensor x, Tensor t) => MseLoss(model(p, x), t, Reduction.Mean));
        var step = Fn((Mlp p, Tensor x, Tensor t) => Tree.Map((w, dw) => w - 0.1f * dw, p, loss.Grad()(p, x, t)));
        float[] Some(int n, int seed) => [.. Enumerable.Range(0, n).Select(i => (float)Math.Sin(i * 1.7 + seed))];
        var p = new Mlp(Tensor.Of(Some(6, 1), 3, 2), Tensor.Of(Some(2, 2)), Tensor.Of(Some(2, 3), 2, 1), Tensor.Of(Some(1, 4)));
        var t = Tensor.Of(new[] { 1f, -1f }, 2, 1);
        float before = (float)loss(p, X, t);
        for (int i = 0; i < 50; i++) p = step(p, X, t);
        Assert.True((float)loss(p, X, t) < before / 4, $"{(float)loss(p, X, t)} after {before}");

        var gradient = loss.Grad()(p, X, t);
        var map = Tree.Map((w, dw) => w - 0.1f * dw, p, gradient);
        Assert.Equal(step(p, X, t).W1.ToArray<float>(), map.W1.ToArray<float>());
    }

    private static void Same(System.Linq.Expressions.Expression<Func<Tensor, Tensor>> quote, Tensor x)
    {
        var (quoted, eager) = (Fn(quote)(x), quote.Compile()(x));
        Assert.Equal(eager.Shape.ToArray(), quoted.Shape.ToArray());
        Assert.Equal(eager.DType, quoted.DType);
        var (a, b) = (eager.To(DType.F64).ToArray<double>(), quoted.To(DType.F64).ToArray<double>());
        for (int i = 0; i < a.Length; i++) Oracle.Near(a[i], b[i]);
    }
}
