using static MindDsl.Mind;

namespace MindDsl;

/// <summary>Jacobians and Hessians whose pattern is known: columns, or rows, that do not meet are found by one derivative together.</summary>
public static class SparseJacobians
{
    /// <summary>The partial derivatives at the places of a pattern, in their order, by as many tangents or cotangents as its columns or rows have colors, whichever are fewer.</summary>
    /// <exception cref="MindDslException">MIND0110: the function was not quoted.</exception>
    public static Fn<double[], double[]> SparseJacobian(this Fn<double[], double[]> f, SparsityPattern pattern)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        int[] columns = pattern.ColorColumns(), rows = pattern.Transpose().ColorColumns();
        bool forward = columns.DefaultIfEmpty(-1).Max() <= rows.DefaultIfEmpty(-1).Max();
        double[][] seeds = Seeds(forward ? columns : rows);
        int[] color = [.. pattern.Places.Select(p => forward ? columns[p.Column] : rows[p.Row])], place = [.. pattern.Places.Select(p => forward ? p.Row : p.Column)];
        return forward
            ? Fn((double[] x) => Let(f.Linearize(x), r => Let(seeds.Select(s => r.Tangent(s)).ToArray(), j => color.Zip(place, (c, p) => j[c][p]).ToArray())))
            : Fn((double[] x) => Let(f.Vjp(x), r => Let(seeds.Select(s => r.Pullback(s)).ToArray(), j => color.Zip(place, (c, p) => j[c][p]).ToArray())));
    }

    /// <summary>The second partial derivatives of a loss at the places of a pattern, in their order, by as many products as its columns have colors. A diagonal takes one.</summary>
    /// <exception cref="MindDslException">MIND0110: the function was not quoted.</exception>
    public static Fn<double[], double[]> SparseHessian(this Fn<double[], double> f, SparsityPattern pattern)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        int[] columns = pattern.ColorColumns();
        double[][] seeds = Seeds(columns);
        int[] color = [.. pattern.Places.Select(p => columns[p.Column])], place = [.. pattern.Places.Select(p => p.Row)];
        var gradient = f.Grad();
        return Fn((double[] x) => Let(gradient.Linearize(x), r => Let(seeds.Select(s => r.Tangent(s)).ToArray(), h => color.Zip(place, (c, p) => h[c][p]).ToArray())));
    }

    private static double[][] Seeds(int[] colors) =>
        [.. Enumerable.Range(0, colors.DefaultIfEmpty(-1).Max() + 1).Select(c => colors.Select(own => own == c ? 1.0 : 0.0).ToArray())];
}
