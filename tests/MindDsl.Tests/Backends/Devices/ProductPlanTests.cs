using MindDsl.Backends.Devices;
using MindDsl.Ir;
using Xunit;

namespace MindDsl.Tests.Backends.Devices;

public class ProductPlanTests
{
    [Theory]
    [InlineData("ij", "jk", "ik")]
    [InlineData("ji", "jk", "ik")]
    [InlineData("ij", "kj", "ik")]
    [InlineData("ji", "kj", "ik")]
    [InlineData("ij", "jk", "ki")]
    [InlineData("bij", "bjk", "bik")]
    [InlineData("ibj", "bjk", "bik")]
    [InlineData("bij", "jk", "bik")]
    [InlineData("abij", "abkj", "abik")]
    [InlineData("ij", "j", "i")]
    [InlineData("j", "jk", "k")]
    [InlineData("i", "k", "ik")]
    [InlineData("iab", "abk", "ik")]
    [InlineData("bj", "bjk", "bk")]
    public void A_contraction_that_lies_so_is_a_product_of_matrices(string left, string right, string result)
    {
        var lengths = new Dictionary<char, long> { ['i'] = 3, ['j'] = 4, ['k'] = 5, ['a'] = 2, ['b'] = 6 };
        TensorType Type(string letters) => new(DType.F64, Shape.Of(letters.Select(c => lengths[c]).ToArray()));
        var plan = ProductPlan.Of(new(left, right, result), [Type(left), Type(right)]);
        Assert.NotNull(plan);
        var random = new Random(1);
        double[] Numbers(string letters) => [.. Enumerable.Range(0, (int)letters.Aggregate(1L, (n, c) => n * lengths[c])).Select(_ => (double)random.Next(-5, 6))];
        var (x, y) = (Numbers(left), Numbers(right));
        var expected = Contraction(left, x, right, y, result, lengths);
        var p = plan.Product;
        var (from, by) = plan.IsSwapped ? (y, x) : (x, y);
        var found = new double[expected.Length];
        for (int n = 0; n < p.Batch; n++)
            for (long r = 0; r < p.Rows; r++)
                for (long c = 0; c < p.Columns; c++)
                    for (long k = 0; k < p.Inner; k++) found[At(p.Result, n, r, c)] += from[At(p.Left, n, r, k)] * by[At(p.Right, n, k, c)];
        Assert.Equal(expected, found);
        Assert.True(p.Left.Stride >= (p.Left.IsTransposed ? p.Rows : p.Inner) && p.Right.Stride >= (p.Right.IsTransposed ? p.Inner : p.Columns) && p.Result.Stride >= p.Columns);
    }

    [Theory]
    [InlineData("iaj", "jk", "iak", true)]
    [InlineData("iaj", "ajk", "ik", true)]
    [InlineData("aij", "jak", "ik", false)] // the summed axes do not lie as one
    [InlineData("ii", "ik", "ik", false)] // a diagonal
    [InlineData("ija", "jk", "ik", false)] // a sum of one operand
    [InlineData("ij", "jk", "ijk", true)]
    [InlineData("iaj", "jk", "aik", false)]
    [InlineData("ij", "bjk", "bik", false)]
    public void What_lies_otherwise_is_none(string left, string right, string result, bool isOne)
    {
        TensorType Type(string letters) => new(DType.F32, Shape.Of(letters.Select(_ => 4L).ToArray()));
        Assert.Equal(isOne, ProductPlan.Of(new(left, right, result), [Type(left), Type(right)]) is not null);
    }

    [Fact]
    public void Integers_and_empty_tensors_are_none()
    {
        Assert.Null(ProductPlan.Of(new("ij", "jk", "ik"), [new(DType.I32, Shape.Of(3, 4)), new(DType.I32, Shape.Of(4, 5))]));
        Assert.Null(ProductPlan.Of(new("ij", "jk", "ik"), [new(DType.F32, Shape.Of(3, 0)), new(DType.F32, Shape.Of(0, 5))]));
    }

    private static long At(MatrixPlace place, long batch, long row, long column) => batch * place.BatchStride + (place.IsTransposed ? column * place.Stride + row : row * place.Stride + column);

    private static double[] Contraction(string left, double[] x, string right, double[] y, string result, Dictionary<char, long> lengths)
    {
        string all = string.Concat((left + right).Distinct());
        long Place(string letters, long[] index) => letters.Aggregate(0L, (at, c) => at * lengths[c] + index[all.IndexOf(c)]);
        var sums = new double[result.Aggregate(1L, (n, c) => n * lengths[c])];
        var index = new long[all.Length];
        for (long n = 0; n < all.Aggregate(1L, (m, c) => m * lengths[c]); n++)
        {
            long rest = n;
            for (int k = 0; k < all.Length; k++) (rest, index[k]) = (rest / lengths[all[k]], rest % lengths[all[k]]);
            sums[Place(result, index)] += x[Place(left, index)] * y[Place(right, index)];
        }
        return sums;
    }
}
