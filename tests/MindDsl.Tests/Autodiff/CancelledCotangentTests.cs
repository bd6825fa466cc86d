using MindDsl.Ir;
using Xunit;
using static MindDsl.Mind;

namespace MindDsl.Tests.Autodiff;

/// <summary>Cotangents of which nothing is left, before branches that add to them.</summary>
public class CancelledCotangentTests
{
    private static readonly Tensor X = Tensor.From<double>([0.3, -0.7, 1.2, 0.1, 0.8, -0.4], 2, 3);
    private static readonly Tensor W = Tensor.From<double>([0.9, -1.3], 2);

    [Theory]
    [InlineData(1.0)]
    [InlineData(-1.0)]
    public void The_maximum_in_a_logarithm_of_a_sum_may_be_read_in_branches_too(double s)
    {
        var f = Fn((Tensor x, Tensor w, double sign) =>
            Let(x.Max(1, false), m =>
            Let(sign > 0 ? m * w : w - m, r =>
            Let(m + (x - m.Reshape(2, 1)).Exp().Sum(1, false).Log(), lse => (r * 0.5).Sum(null, false) + (lse * w).Sum(null, false)))));
        Agrees(x => (double)f(x, W, s), f.Grad()(X, W, s), X);
    }

    [Theory]
    [InlineData(1.0)]
    [InlineData(-1.0)]
    public void Summands_that_cancel_may_be_read_in_branches_too(double s)
    {
        var f = Fn((Tensor x, Tensor w, double sign) =>
            Let(sign > 0 ? x * w : w - x, r =>
            Let((x + w) + (w * 2.0 - x), z => (z * z).Sum(null, false) + (r * 3.0).Sum(null, false))));
        Agrees(x => (double)f(x, W, s), f.Grad()(W, W, s), W);
    }

    private static void Agrees(Func<Tensor, double> f, Tensor gradient, Tensor at)
    {
        const double step = 1e-6;
        double[] point = at.ToArray<double>(), slopes = gradient.ToArray<double>();
        long[] shape = [.. at.Shape.ToArray()];
        for (int k = 0; k < point.Length; k++)
        {
            double Shifted(double by)
            {
                double[] moved = [.. point];
                moved[k] += by;
                return f(Tensor.From<double>(moved, shape));
            }
            Assert.Equal((Shifted(step) - Shifted(-step)) / (2 * step), slopes[k], 1e-7);
        }
    }
}
