using Xunit;
using static MindDsl.Mind;

namespace MindDsl.Tests.Dsl;

public class StructureTests
{
    private sealed record Point(double X, double Y);

    private sealed record Layer(Tensor W, Tensor B);

    private sealed record Network(Layer[] Layers, double Scale, int Steps);

    private readonly record struct Pair(float A, int N);

    private sealed record Computed(double X)
    {
        public double Twice => 2 * X;
    }

    private record Base(double X);

    private sealed record Derived(double X, double Y) : Base(X);

    private static Network Some() => new(
        [new(Tensor.Of(new[,] { { 1f, 2 }, { 3, 4 } }), Tensor.Of(new[] { 1f, 2 })), new(Tensor.Of(new[,] { { 5f }, { 6 } }), Tensor.Of(new[] { 3f }))], 0.5, 7);

    [Fact]
    public void Records_are_arguments_results_and_gradients()
    {
        var f = Fn((Point p) => new Point(p.X * p.Y, p.X + p.Y));
        Assert.Equal(new Point(6, 5), f(new(2, 3)));
        Assert.Equal(new Point(3, 2), Fn((Point p) => f(p).X).Grad()(new(2, 3)));
        Assert.Equal(new Pair(4, 0), Fn((Pair p) => p.A * p.A * p.N).Grad()(new(2, 1)));
        Assert.Equal((1.0, 2), Fn((double x) => ValueTuple.Create(x, 2))(1));
        Assert.Equal(Tuple.Create(1.0, true), Fn((double x) => Tuple.Create(x, x > 0))(1));
        Assert.Equal(new { A = 1.0, B = new { C = 2L } }, Fn((double x) => new { A = x, B = new { C = 2L } })(1));
        Assert.Equal([new Point(1, 2), new Point(3, 4)], Fn((Point[] p) => new[] { p[1], p[0] })([new(3, 4), new(1, 2)]));
    }

    [Fact]
    public void The_gradient_of_a_structure_has_its_structure()
    {
        var f = Fn((Network n, Tensor x) => n.Layers.Aggregate(x, (h, l) => h.Dot(l.W) + l.B).Sum(null, false) * n.Scale * n.Steps);
        var n = Some();
        var x = Tensor.Of(new[,] { { 1f, 1 } });
        var g = f.Grad()(n, x);
        Assert.Equal(2, g.Layers.Length);
        Assert.Equal(0, g.Steps);
        // h = (5, 8), y = 5·5 + 8·6 + 3
        Assert.Equal(76f * 7, (float)g.Scale);
        Assert.Equal([17.5f, 28], g.Layers[1].W.ToArray<float>());
        Assert.Equal([3.5f], g.Layers[1].B.ToArray<float>());
        Assert.Equal([17.5f, 21], g.Layers[0].B.ToArray<float>());
    }

    [Fact]
    public void An_index_tensor_gets_no_gradient()
    {
        var f = Fn((Layer l) => l.W.Take(l.B, 0).Sum(null, false));
        var g = f.Grad()(new(Tensor.Of(new[] { 1.0, 2, 3 }), Tensor.Of(new[] { 0L, 0 })));
        Assert.Equal([2, 0, 0], g.W.ToArray<double>());
        Assert.Null(g.B);
    }

    [Fact]
    public void Trees_are_mapped_leaf_by_leaf_in_and_outside_of_quotes()
    {
        var (a, b) = (Some(), Some());
        var outside = Tree.Map((x, y) => x + 2 * y, a, b);
        var inside = Fn((Network p, Network q) => Tree.Map((x, y) => x + 2 * y, p, q))(a, b);
        foreach (var result in new[] { outside, inside })
        {
            Assert.Equal(1.5, result.Scale);
            Assert.Equal(7, result.Steps);
            Assert.Equal([15f, 18], result.Layers[1].W.ToArray<float>());
        }
        Assert.Equal(["Layers[0].W", "Layers[0].B", "Layers[1].W", "Layers[1].B"], Tree.Leaves(a).Select(l => l.Path));
        var replaced = Tree.WithLeaves(a, [.. Tree.Leaves(a).Select(l => -l.Tensor)]);
        Assert.Equal([-3f], replaced.Layers[1].B.ToArray<float>());
        Assert.Equal("MIND0122", Assert.Throws<MindDslException>(() => Tree.Map((x, y) => x + y, a, b with { Layers = [] })).Code);
    }

    [Fact]
    public void Captured_records_and_functions_in_records_are_read()
    {
        var n = Some();
        var f = Fn((Tensor x) => (x.Dot(n.Layers[0].W) + n.Layers[0].B).Sum(null, false) * n.Scale);
        Assert.Equal(6.5f, (float)f(Tensor.Of(new[] { 1f, 1 })));
        n = n with { Scale = 1 };
        Assert.Equal(13f, (float)f(Tensor.Of(new[] { 1f, 1 })));
        var tools = new { Square = Fn((double x) => x * x), Factor = 3.0 };
        Assert.Equal(12, Fn((double x) => tools.Square(x) * tools.Factor)(2));
    }

    [Fact]
    public void Records_that_hold_more_than_their_constructor_lists_are_errors()
    {
        Assert.Contains("Twice", Assert.Throws<MindDslException>(() => Fn((Computed c) => c.X)).Message, StringComparison.Ordinal);
        Assert.Contains("inherits", Assert.Throws<MindDslException>(() => Fn((Derived c) => c.X)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Null_in_an_argument_is_an_error()
    {
        Assert.Equal("MIND0120", Assert.Throws<MindDslException>(() => Fn((Tensor x) => x)(null!)).Code);
        Assert.Equal("MIND0120", Assert.Throws<MindDslException>(() => Fn((Layer l) => l.W)(new(null!, Tensor.Of(1f)))).Code);
    }
}
