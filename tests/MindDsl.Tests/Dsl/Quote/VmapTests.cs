using MindDsl.Ir;
using Xunit;
using static MindDsl.Mind;

namespace MindDsl.Tests.Dsl;

/// <summary>A batched function is the loop over its calls, whatever the function holds and whatever is done to it before or after.</summary>
public class VmapTests
{
    private sealed record Point(double X, double Y);

    private static readonly double[] Xs = [0.5, 1.25, 2, 3.75, 7];

    [Fact]
    public void Axes_are_chosen_for_each_argument_and_for_the_result()
    {
        var f = Fn((Tensor x, Tensor w) => x.Dot(w) + x.Sum(null, false));
        Tensor columns = Tensor.Of(new[,] { { 1.0, 2, 3 }, { 4, 5, 6 } }), w = Tensor.Of(new[] { 10.0, 100 });
        double[] expected = [410 + 5, 520 + 7, 630 + 9];
        Assert.Equal(expected, f.Vmap(new int?[] { 1, null })(columns, w).ToArray<double>());
        Assert.Equal(expected, f.Vmap(new int?[] { -1, null })(columns, w).ToArray<double>());
        var inside = Fn((Tensor x, Tensor v) => f.Vmap(new int?[] { 1, null }, 0)(x, v));
        Assert.Equal(expected, inside(columns, w).ToArray<double>());

        var pair = Fn((Tensor x) => Stack(new[] { x, 2 * x }, 0));
        var outside = pair.Vmap(new int?[] { 0 }, outAxis: 1)(Tensor.Of(new[] { 1.0, 2, 3 }));
        Assert.Equal([2, 3], outside.Shape.ToArray());
        Assert.Equal([1.0, 2, 3, 2, 4, 6], outside.ToArray<double>());
    }

    [Fact]
    public void Numbers_that_are_mapped_are_arrays_and_the_others_stay_numbers()
    {
        var f = Fn((double x, double y, int n) => x * Math.Exp(y) + n);
        var g = f.Vmap<Fn<double[], double, int[], double[]>>(new int?[] { 0, null, 0 });
        Assert.Equal(Xs.Select((x, i) => f(x, 0.5, i)), g(Xs, 0.5, [0, 1, 2, 3, 4]));
        var eight = Fn((double a, double b, double c, double d, double e, double f, double g, double h) => a - b * c + d / e * (f - g) + h);
        Assert.Equal(Xs.Select(x => eight(x, x, 2, x, x, 3, 4, x)), eight.Vmap()(Xs, Xs, [2, 2, 2, 2, 2], Xs, Xs, [3, 3, 3, 3, 3], [4, 4, 4, 4, 4], Xs));
    }

    [Fact]
    public void Loops_end_lane_by_lane_and_so_do_their_derivatives()
    {
        // How often x is squared until it is at least 100 depends on x; x = 200 is never squared.
        var f = Fn((double x) => While(new { R = x }, s => s.R < 100, s => new { R = s.R * s.R }).R);
        double[] xs = [1.5, 2, 3, 11, 200];
        Assert.Equal(xs.Select(x => f(x)), f.Vmap()(xs));
        Assert.Equal(xs.Select(x => f.Grad()(x)), f.Grad().Vmap()(xs));
        var total = Fn((double[] v) => f.Vmap()(v).Sum());
        Assert.Equal(xs.Select(x => f.Grad()(x)), total.Grad()(xs));
        Assert.Equal(xs.Select(x => f.Grad().Grad()(x)), f.Grad().Grad().Vmap()(xs));
        var directions = Fn((double[] v) => f.Vmap().Jvp()(v, v).Tangent.Sum());
        Assert.Equal(xs.Sum(x => x * f.Grad()(x)), directions(xs), 1e-9 * directions(xs));
    }

    [Fact]
    public void Recursion_is_as_deep_as_each_lane_needs()
    {
        Fn<double, double> factorial = null!;
        factorial = Fn((double n) => n <= 1 ? 1 : n * factorial(n - 1));
        double[] ns = [1, 2.5, 4, 7.25, 10];
        Assert.Equal(ns.Select(n => factorial(n)), factorial.Vmap()(ns));
        Assert.Equal(ns.Select(n => factorial.Grad()(n)), factorial.Grad().Vmap()(ns));
        var total = Fn((double[] v) => factorial.Vmap()(v).Sum());
        Assert.Equal(ns.Select(n => factorial.Grad()(n)), total.Grad()(ns));
    }

    [Fact]
    public void Keys_that_are_mapped_draw_streams_of_their_own()
    {
        var noise = Fn((Key key) => Normal(key, new long[] { 4 }, DType.F64));
        Key[] keys = new Key(7).Split(3);
        var batch = noise.Vmap()(keys);
        Assert.Equal([3, 4], batch.Shape.ToArray());
        Assert.Equal(keys.SelectMany(k => noise(k).ToArray<double>()), batch.ToArray<double>());
        Assert.Equal(12, batch.ToArray<double>().Distinct().Count());

        // Keys are split and folded inside of quotes as they are outside.
        var inner = Fn((Key key, double[] x) => noise.Vmap()(key.Split(3)).Sum(null, false) + Normal(key.FoldIn(5), new long[] { 1 }, DType.F64)[0] * x[0]);
        double expected = batch.ToArray<double>().Sum() + Normal(new Key(7).FoldIn(5), [1], DType.F64).ToArray<double>()[0] * 2;
        Assert.Equal(expected, inner(new Key(7), [2]).ToArray<double>()[0], 1e-12);
        var same = Fn((Tensor x, Key key) => x + Uniform(key, new long[] { 1 }, DType.F64)).Vmap(new int?[] { 0, null });
        double[] drawn = same(Tensor.Of(new[] { 0.0, 0, 0 }), new Key(3)).ToArray<double>();
        Assert.Single(drawn.Distinct());
    }

    [Fact]
    public void Keys_go_in_and_out_of_quotes_and_records()
    {
        var halves = Fn((Key key) => key.Split(2)[1]);
        Assert.Equal(new Key(9).Split(2)[1], halves(new Key(9)));
        var all = Fn((Key key) => key.Split(4));
        Assert.Equal(new Key(9).Split(4), all(new Key(9)));
        var captured = new Key(11);
        var draw = Fn((Tensor x) => x.Dropout(captured, 0.5));
        var x = Tensor.Of(new[] { 1f, 2, 3, 4, 5, 6, 7, 8 });
        Assert.Equal(x.Dropout(captured, 0.5).ToArray<float>(), draw(x).ToArray<float>());
    }

    [Fact]
    public void Batches_nest_and_commute_with_derivatives()
    {
        var f = Fn((double x, double y) => Math.Sin(x * y) + x * x * y);
        var table = f.Vmap<Fn<double, double[], double[]>>(new int?[] { null, 0 }).Vmap<Fn<double[], double[], double[,]>>(new int?[] { 0, null });
        double[,] grid = table(Xs, [1, 2]);
        Assert.Equal([5, 2], new[] { grid.GetLength(0), grid.GetLength(1) });
        for (int i = 0; i < 5; i++) for (int j = 0; j < 2; j++) Assert.Equal(f(Xs[i], j + 1), grid[i, j], 1e-15);

        var rows = Fn((Tensor x) => (x * x).Sum(null, false));
        var matrix = Tensor.Of(new[,] { { 1.0, 2 }, { 3, 4 } });
        var loss = Fn((Tensor x) => rows.Vmap()(x).Sum(null, false));
        Assert.Equal([2.0, 4, 6, 8], loss.Grad()(matrix).ToArray<double>());
        Assert.Equal([2.0, 4, 6, 8], rows.Grad().Vmap()(matrix).ToArray<double>());
        var hessians = rows.Grad().Jvp().Vmap()(matrix, Tensor.Of(new[,] { { 1.0, 0 }, { 0, 1 } }));
        Assert.Equal([2.0, 0, 0, 2], hessians.Tangent.ToArray<double>());
    }

    [Fact]
    public void Records_of_numbers_are_taken_apart_into_records()
    {
        var f = Fn((Point p) => p.X * p.Y);
        var g = f.Vmap<Fn<(double[] X, double[] Y), double[]>>(new int?[] { 0 });
        Assert.Equal([3.0, 8.0], g(([1, 2], [3, 4])));
    }

    [Fact]
    public void Axes_that_do_not_fit_are_errors()
    {
        var f = Fn((Tensor x, Tensor y) => x + y);
        var x = Tensor.Of(new[] { 1.0, 2 });
        Assert.Equal("MIND0430", Assert.Throws<MindDslException>(() => f.Vmap(new int?[] { 0 })(x, x)).Code);
        Assert.Equal("MIND0220", Assert.Throws<MindDslException>(() => f.Vmap(new int?[] { 0, 1 })(x, x)).Code);
        Assert.Equal("MIND0406", Assert.Throws<MindDslException>(() => f.Vmap(new int?[] { null, null })(x, x)).Code);
    }
}
