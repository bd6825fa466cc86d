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
}
