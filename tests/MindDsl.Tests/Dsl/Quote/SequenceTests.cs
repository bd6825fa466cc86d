using Xunit;
using static MindDsl.Mind;

namespace MindDsl.Tests.Dsl;

public class SequenceTests
{
    private static readonly (double[], double)[] Arrays = [([1, 2, 3], 0.5), ([-4.5], 2), ([3, -1, 0.25, 8], -1)];

    [Fact]
    public void Linq_over_arrays_is_that_of_dotnet()
    {
        Oracle.Agree((double[] xs, double a) => xs.Select(x => x * a).Sum(), Arrays);
        Oracle.Agree((double[] xs, double a) => xs.Sum(x => x * x) / xs.Length + xs.Average(), Arrays);
        Oracle.Agree((double[] xs, double a) => xs.Select((x, i) => x * i + a).ToArray(), Arrays);
        Oracle.Agree((double[] xs, double a) => xs.Max() - xs.Min(x => x * a), Arrays);
        Oracle.Agree((double[] xs, double a) => xs.Aggregate((s, x) => s * 0.5 + x), Arrays);
        Oracle.Agree((double[] xs, double a) => xs.Aggregate(a, (s, x) => Math.Sin(s) + x), Arrays);
        Oracle.Agree((double[] xs, double a) => xs.Aggregate(a, (s, x) => s + x, s => s * 2), Arrays);
        Oracle.Agree((double[] xs, double a) => xs.Zip(xs.Reverse<double>(), (x, y) => x * y).Sum(), Arrays);
        Oracle.Agree((double[] xs, double a) => xs.Zip(xs.Skip(1), (x, y) => x * y).Sum(), ([1, 2, 3, 4], 0));
        Oracle.Agree((double[] xs, double a) => xs.Count(x => x > a) + xs.Count(), Arrays);
        Oracle.Agree((double[] xs, double a) => xs.Any(x => x > a) || xs.All(x => x < a), Arrays);
        Oracle.Agree((double[] xs, double a) => xs.Contains(3), Arrays);
        Oracle.Agree((double[] xs, double a) => xs.First() + xs.Last() + xs.ElementAt(0) + xs[xs.Length - 1], Arrays);
        Oracle.Agree((double[] xs, double a) => xs.Take(2).Sum() + xs.Skip(1).Sum(), Arrays);
        Oracle.Agree((double[] xs, double a) => Enumerable.Range(1, 4).Select(i => i * a).Sum(), Arrays);
        Oracle.Agree((int n, double a) => Enumerable.Range(1, n).Select(i => i * a).Sum(), (4, 0.5), (0, 1));
        Oracle.Agree((int[] xs, int a) => xs.Sum(x => x * a) + xs.Average(), ([1, 2, 4], 3));
        Oracle.Agree((double[] xs, double a) => xs.Select(Math.Sin).Sum(), Arrays);
    }

    [Fact]
    public void Linq_over_arrays_is_differentiated()
    {
        Assert.Equal([2.0, 4, 6], Fn((double[] xs) => xs.Select(x => x * x).Sum()).Grad()([1, 2, 3]));
        // Σ x[i]·x[i+1]
        Assert.Equal([2.0, 4, 6, 3], Fn((double[] x) => Enumerable.Range(0, 3).Sum(i => x[i] * x[i + 1])).Grad()([1, 2, 3, 4]));
        Assert.Equal([2.0, 4, 6, 3], Fn((double[] x) => x.Zip(x.Skip(1), (a, b) => a * b).Sum()).Grad()([1, 2, 3, 4]));
        Assert.Equal([6.0, 3, 2], Fn((double[] x) => x.Aggregate(1.0, (s, v) => s * v)).Grad()([1, 2, 3]));
        Assert.Equal([0.5, 0.5, 0], Fn((double[] x) => x.Max()).Grad()([3, 3, 1]));
        Assert.Equal([2.0, 0, 0], Fn((double[] x) => x[0] + x[0]).Grad()([1, 2, 3]));
    }

    [Fact]
    public void Arrays_of_several_axes_are_tensors_of_numbers()
    {
        Oracle.Agree((double[,] a, int i) => a[i, 0] + a[1, 1] + a.GetLength(1) * a.Length, (new[,] { { 1.0, 2 }, { 3, 4 } }, 1));
        Oracle.Agree((double[][] a, int i) => a[i][0] + a[1].Sum() + a.Select(r => r.Max()).Sum(), ([[1, 2], [3, 4]], 1));
        var gradient = Fn((double[,] a) => a[0, 1] * a[1, 0]).Grad()(new[,] { { 1.0, 2 }, { 3, 4 } });
        Assert.Equal(new[,] { { 0.0, 3 }, { 2, 0 } }, gradient);
        var rows = Fn((double[][] a) => a.Sum(r => r[0] * r[1])).Grad()([[1, 2], [3, 4]]);
        Assert.Equal([[2.0, 1], [4, 3]], rows);
        var made = Fn((double x) => new[] { x, 2 * x, 3 });
        Assert.Equal([1.5, 3, 3], made(1.5));
    }

    [Fact]
    public void Rows_of_different_lengths_are_an_error() =>
        Assert.Equal("MIND0121", Assert.Throws<MindDslException>(() => Fn((double[][] a) => a[0][0])([[1, 2], [3]])).Code);

    [Fact]
    public void A_place_outside_of_an_array_is_an_error()
    {
        Assert.Equal("MIND0302", Assert.Throws<MindDslException>(() => Fn((double[] a) => a[3])([1, 2])).Code);
        Assert.Equal("MIND0302", Assert.Throws<MindDslException>(() => Fn((double[] a, int i) => a[i])([1, 2], 2)).Code);
    }

    [Fact]
    public void Index_comprehensions_are_written_out_and_summed_up()
    {
        var (a, b) = (Tensor.Of(new[,] { { 1.0, 2 }, { 3, 4 }, { 5, 6 } }), Tensor.Of(new[,] { { 1.0, -1 }, { 2, 0.5 } }));
        var product = Fn((Tensor a, Tensor b) => Build(
            from i in new Axis(3)
            from j in new Axis(2)
            select Sum(from k in new Axis(2) select a[i, k] * b[k, j])));
        var expected = a.Dot(b);
        Assert.Equal(expected.ToArray<double>(), product(a, b).ToArray<double>());
        Assert.Equal([3, 2], product(a, b).Shape.ToArray());
        var eager = Build(from i in new Axis(3) from j in new Axis(2) select Sum(from k in new Axis(2) select a[i, k] * b[k, j]));
        Assert.Equal(expected.ToArray<double>(), eager.ToArray<double>());

        // The gradient of the sum of all elements of ab with respect to a has the row sums of b in its columns.
        var gradient = Fn((Tensor a, Tensor b) => product(a, b).Sum(null, false)).Grad()(a, b);
        Assert.Equal([0, 2.5, 0, 2.5, 0, 2.5], gradient.ToArray<double>());
    }

    [Fact]
    public void Comprehensions_have_three_axes_names_and_numbers()
    {
        var f = Fn((double x) => Sum(from i in new Axis(2) from j in new Axis(3) from k in new Axis(2) let s = Val(i) + x select s * Val(j) * Val(k)));
        // Σᵢ (i + x) · Σⱼ j · Σₖ k = (1 + 2x)·3·1
        Assert.Equal(15, f(2));
        Assert.Equal(6, f.Grad()(2));
        Assert.Equal(4, Fn((double x) => Max(from i in new Axis(3) select Val(i) * x))(2));
        int n = 4;
        Assert.Equal([0, 1, 4, 9], Fn(() => Build(from i in new Axis(n) select Val(i) * Val(i)))().ToArray<double>());
        Assert.Equal([0, 1, 1, 2], Fn(() => Build(from i in new Axis(2) from j in new Axis(2) select (long)(i + j)))().ToArray<long>());
        Assert.Equal([0, 1, 1, 2], Build(from i in new Axis(2) from j in new Axis(2) select (long)(i + j)).ToArray<long>());
    }
}
