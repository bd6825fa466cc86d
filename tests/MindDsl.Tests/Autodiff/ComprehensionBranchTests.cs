using Xunit;
using static MindDsl.Mind;

namespace MindDsl.Tests.Autodiff;

/// <summary>Cotangents of what the elements of a comprehension read in branches stay with the places that were read.</summary>
public class ComprehensionBranchTests
{
    [Fact]
    public void Reading_in_a_branch_of_a_comprehension_makes_no_tensor_for_each_element()
    {
        const int n = 37;
        var x = Tensor.Of([.. Enumerable.Range(0, n).Select(i => 0.1 * i - 1)]);
        var f = Fn((Tensor x) => Sum(from i in Axis(n) select i > 3 ? x[i] * x[i - 2] : i > 1 ? x[i] : x[0] * x[2 * i]));
        Assert.DoesNotContain($"f64[{n}, {n}]", f.Grad().Show(x), StringComparison.Ordinal);
        Assert.DoesNotContain($"f64[{n}, {n}]", Fn((Tensor x) => f.Grad()(x).Square().Sum()).Grad().Show(x), StringComparison.Ordinal);
        MindDsl.Testing.Gradients.CheckAt(f, x, new() { Points = 1, Elements = n });

        // xᵢ xᵢ₋₂ for i from 4, x₂ + x₃, and x₀ x₀ + x₀ x₂.
        double[] v = x.ToArray<double>(), expected = new double[n];
        for (int i = 4; i < n; i++) (expected[i], expected[i - 2]) = (expected[i] + v[i - 2], expected[i - 2] + v[i]);
        expected[2] += 1 + v[0];
        expected[3] += 1;
        expected[0] += 2 * v[0] + v[2];
        Assert.Equal(expected, f.Grad()(x).ToArray<double>().Select((g, k) => Math.Abs(g - expected[k]) < 1e-12 ? expected[k] : g));
    }

    [Fact]
    public void Rows_and_choices_by_a_union_are_gathered_too()
    {
        var m = Tensor.Of(new[,] { { 1.0, 2, 3 }, { -1, 0.5, 2 } });
        var f = Fn((Tensor m, double[] w) => Sum(from i in Axis(2)
                                                 from j in Axis(3)
                                                 select
            (double)(m[i, j] > 0 ? (m[i].Sum() * m[1 - i, j]) : m[i, 2 - j] * w[j]) * w[i]));
        MindDsl.Testing.Gradients.CheckAt(f, m, [1.0, 2, -1], new() { Points = 2 });
    }
}
