using static MindDsl.Mind;

namespace MindDsl.Examples.GradBench;

/// <summary>
/// kmeans: the squared distance of points to their nearest centroids, and a step of Newton's method towards its minimum.
/// <code>
/// cost(C) = Σᵢ minⱼ |Pᵢ - Cⱼ|²,   dir = gradient / diagonal of the Hessian
/// </code>
/// The minimum is taken as the distance to the nearest centroid, which is found first: what is not the nearest has no part in the derivative, and of several that are equally near
/// the first one counts. The Hessian has no other elements than its diagonal, which is therefore its product with a vector of ones: the forward derivative of the gradient.
/// </summary>
internal static class KMeans
{
    public static Fn<Tensor, Tensor, double> Cost(int n, int k, int d)
    {
        var nearest = Fn((Tensor c, Tensor p) => Build(
            from i in Axis(n) from j in Axis(k) select Sum(from a in Axis(d) select (p[i, a] - c[j, a]).Square())).ArgMin(1));
        return Fn((Tensor c, Tensor p) => (double)(p - c.Take(nearest(c, p))).Square().Sum());
    }

    public static Fn<Tensor, Tensor, Tensor> Direction(int n, int k, int d)
    {
        var gradient = Cost(n, k, d).Grad();
        return Fn((Tensor c, Tensor p) => Let(gradient.Jvp()(c, p, 0 * c + 1, 0 * p), g => g.Value / g.Tangent));
    }

    public static Problem Problem { get; } = new("kmeans", (function, input) =>
    {
        var (points, centroids) = (input.Matrix("points"), input.Matrix("centroids"));
        var (n, k, d) = ((int)points.Shape[0], (int)centroids.Shape[0], (int)points.Shape[1]);
        var cost = Cost(n, k, d);
        var direction = Direction(n, k, d);
        return function switch
        {
            "cost" => Evaluation.Number(() => cost(centroids, points)),
            "dir" => Evaluation.Elements(() => direction(centroids, points)),
            _ => null,
        };
    });
}
