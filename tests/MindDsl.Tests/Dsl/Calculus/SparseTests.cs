using Xunit;
using static MindDsl.Mind;

namespace MindDsl.Tests.Dsl.Calculus;

/// <summary>Jacobians of known pattern.</summary>
public class SparseTests
{
    private static readonly Fn<double[], double[]> Chain = Fn((double[] x) => Enumerable.Range(0, x.Length)
        .Select(i => (i > 0 ? x[i - 1] * x[i] : 0) + Math.Sin(x[i]) + (i < x.Length - 1 ? x[i + 1] * x[i + 1] : 0)).ToArray());

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(9)]
    public void A_banded_jacobian_is_that_of_the_dense_modes(int n)
    {
        double[] x = [.. Enumerable.Range(0, n).Select(i => Math.Cos(i))];
        var band = SparsityPattern.Band(n, 1);
        Assert.True(band.ColorColumns().Max() <= 2);
        double[,] dense = Chain.JacFwd()(x), sparse = band.ToDense(Chain.SparseJacobian(band)(x));
        for (int i = 0; i < n; i++) for (int j = 0; j < n; j++) Assert.Equal(dense[i, j], sparse[i, j], 1e-12);
    }

    [Fact]
    public void Columns_of_one_color_have_no_row_in_common()
    {
        var random = new Random(3);
        for (int trial = 0; trial < 20; trial++)
        {
            var places = Enumerable.Range(0, 30).Select(_ => (random.Next(8), random.Next(12)));
            var pattern = new SparsityPattern(8, 12, places);
            int[] colors = pattern.ColorColumns();
            foreach (var row in pattern.Places.GroupBy(p => p.Row)) Assert.Distinct(row.Select(p => colors[p.Column]));
        }
    }

    [Fact]
    public void A_matrix_with_one_full_row_is_found_by_rows()
    {
        // An arrow: the first row is full, the others have one place each.
        var f = Fn((double[] x) => Enumerable.Range(0, 6).Select(i => i == 0 ? x.Sum() * x[0] : x[i] * x[i]).ToArray());
        var pattern = new SparsityPattern(6, 6, Enumerable.Range(0, 6).SelectMany(i => i == 0 ? Enumerable.Range(0, 6).Select(j => (0, j)) : [(i, i)]));
        Assert.Equal((5, 1), (pattern.ColorColumns().Max(), pattern.Transpose().ColorColumns().Max()));
        double[] x = [1, 2, 3, 4, 5, 6];
        double[,] dense = f.JacRev()(x), sparse = pattern.ToDense(f.SparseJacobian(pattern)(x));
        Assert.Equal(dense, sparse);
    }

    [Fact]
    public void A_diagonal_hessian_takes_one_product()
    {
        Assert.Equal(0, SparsityPattern.Band(3, 0).ColorColumns().Max());
        var f = Fn((double[] x) => x.Select(v => v * v * v).Sum());
        Assert.Equal([6.0, 12, 18], f.SparseHessian(SparsityPattern.Band(3, 0))([1, 2, 3]));
        foreach (var mistake in new Action[]
        {
            () => _ = new SparsityPattern(2, 2, (2, 0)), () => _ = new SparsityPattern(-1, 2), () => SparsityPattern.Band(3, -1), () => SparsityPattern.Band(-3, 1),
            () => SparsityPattern.Band(2, 0).ToDense([1.0]),
        })
            Assert.Equal("MIND0225", Assert.Throws<MindDslException>(mistake).Code);
    }

    private static SparsityPattern Places(int rows, int columns, Func<int, int, bool> holds) =>
        new(rows, columns, Enumerable.Range(0, rows).SelectMany(i => Enumerable.Range(0, columns).Where(j => holds(i, j)).Select(j => (i, j))));

    private static void Same(SparsityPattern expected, SparsityPattern found)
    {
        Assert.Equal((expected.Rows, expected.Columns), (found.Rows, found.Columns));
        Assert.Equal(expected.Places, found.Places);
    }

    [Fact]
    public void The_pattern_is_found_in_the_program()
    {
        double[] x = [.. Enumerable.Range(0, 9).Select(i => Math.Cos(i))];
        Same(SparsityPattern.Band(9, 1), SparsityPattern.Of(Chain, x));
        Same(Places(9, 9, (i, j) => i == j), SparsityPattern.Of(Fn((double[] v) => v.Select(e => Math.Exp(e) * e).ToArray()), x));
        Same(Places(8, 9, (i, j) => j == i || j == i + 1), SparsityPattern.Of(Fn((double[] v) => v.Zip(v.Skip(1), (a, b) => a * b).ToArray()), x));
        Same(Places(9, 9, (i, j) => j <= i), SparsityPattern.Of(Fn((double[] v) => Scan(1.0, v, (s, e) => ValueTuple.Create(s * e, s + e)).Outputs), x));
        // An arrow: the first result reads all, the others one each.
        Same(Places(9, 9, (i, j) => i == 0 || i == j), SparsityPattern.Of(Fn((double[] v) => Enumerable.Range(0, 9).Select(i => i == 0 ? v.Sum() * v[0] : v[i] * v[i]).ToArray()), x));
        // What is rounded, compared or multiplied by zero has no part.
        Same(Places(9, 9, (i, j) => i == j && i != 4), SparsityPattern.Of(Fn((double[] v) => Enumerable.Range(0, 9).Select(i => (i == 4 ? 0 : 1) * v[i] + Math.Floor(v[(i + 1) % 9])).ToArray()), x));
    }

    [Fact]
    public void Where_values_decide_the_pattern_has_all_that_may_be()
    {
        double[] x = [1, 2, 3, 4];
        Same(Places(4, 4, (i, j) => i == j || j == 0), SparsityPattern.Of(Fn((double[] v) => v.Select(e => e > 0 ? e * e : v[0]).ToArray()), x));
        Same(Places(1, 4, (i, j) => true), SparsityPattern.Of(Fn((double[] v) => new[] { v[(int)v[0] % 4] }), x));
        // A rotation a number of times that the data say mixes all but the last.
        var f = Fn((double[] v) => Let(While(new { A = v[0], B = v[1], C = v[2] }, s => s.A < 100, s => new { A = s.B, B = s.C, C = 2 * s.A }), s => new[] { s.A, v[3] }));
        Same(Places(2, 4, (i, j) => (i == 0) == (j < 3)), SparsityPattern.Of(f, x));
    }

    [Fact]
    public void Found_patterns_give_jacobians_and_hessians()
    {
        double[] x = [.. Enumerable.Range(0, 300).Select(i => Math.Cos(i))];
        var pattern = SparsityPattern.Of(Chain, x);
        Assert.True(pattern.ColorColumns().Max() <= 2);
        double[,] dense = Chain.JacFwd()(x), sparse = pattern.ToDense(Chain.SparseJacobian(pattern)(x));
        Assert.All(dense.Cast<double>().Zip(sparse.Cast<double>()), p => Assert.Equal(p.First, p.Second, 1e-12));
        // Rosenbrock's function: second derivatives of neighbours.
        var loss = Fn((double[] v) => v.Zip(v.Skip(1), (a, b) => 100 * (b - a * a) * (b - a * a) + (1 - a) * (1 - a)).Sum());
        double[] y = [0.3, -0.5, 0.8, 1.1, 0.2];
        var second = SparsityPattern.OfHessian(loss, y);
        Same(SparsityPattern.Band(5, 1), second);
        double[,] hessian = loss.Hessian()(y), found = second.ToDense(loss.SparseHessian(second)(y));
        Assert.All(hessian.Cast<double>().Zip(found.Cast<double>()), p => Assert.Equal(p.First, p.Second, 1e-9));
    }

    /// <summary>The pattern holds whatever the values: differences at random points are zero outside of it.</summary>
    [Fact]
    public void Derivatives_outside_of_the_pattern_are_zero()
    {
        var functions = new[]
        {
            Fn((double[] v) => Let(Build(from i in Axis(12) select v[i]).Reshape(3, 4), m => Let((m.Roll(1, 0) * m + m.CumSum(1)).Reshape(12), t => Enumerable.Range(0, 12).Select(i => (double)t[i]).ToArray()))),
            Fn((double[] v) => Enumerable.Range(0, 6).Select(i => Iterate(i, v[i], s => s * v[2 * i % 12] + v[11 - i])).ToArray()),
            Fn((double[] v) => Enumerable.Range(0, 12).Select(i => Math.Max(v[i], v[(i + 5) % 12]) * (i % 2 == 0 ? v[i] : 1)).ToArray()),
        };
        var random = new Random(5);
        foreach (var f in functions)
        {
            var pattern = SparsityPattern.Of(f, new double[12]);
            for (int trial = 0; trial < 5; trial++)
            {
                double[] x = [.. Enumerable.Range(0, 12).Select(_ => (random.NextDouble() * 4) - 2)];
                double[,] jacobian = f.JacFwd()(x);
                var places = pattern.Places.ToHashSet();
                for (int i = 0; i < pattern.Rows; i++) for (int j = 0; j < 12; j++) if (!places.Contains((i, j))) Assert.Equal(0, jacobian[i, j]);
            }
            Assert.True(pattern.Places.Count < pattern.Rows * 12);
        }
    }
}
