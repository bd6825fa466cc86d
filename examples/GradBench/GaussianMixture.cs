using static MindDsl.Mind;

namespace MindDsl.Examples.GradBench;

/// <summary>
/// gmm: the log-posterior of a mixture of Gaussians. Component c has the precision QcᵀQc, where Qc is lower triangular with exp q on its diagonal.
/// <code>
/// βᵢc = αc + Σⱼ qcⱼ - ½ |Qc (xᵢ - μc)|²
/// objective = Σᵢ lse βᵢ - n lse α - n d/2 log 2π + Wishart prior of the Qc
/// </code>
/// Qc (xᵢ - μc) is computed as Qc xᵢ - Qc μc: the first is one product of matrices for all points and components, and so is its derivative.
/// </summary>
internal static class GaussianMixture
{
    /// <summary>The parameters; the gradient has the same form.</summary>
    public sealed record Mixture(Tensor Alpha, Tensor Mu, Tensor Q, Tensor L);

    public static Fn<Mixture, Tensor, double> LogPosterior(int n, int d, int k, int m, double gamma)
    {
        // Below the diagonal, column by column: column j begins after d-1 + d-2 + … + d-j elements.
        var triangular = Fn((Tensor q, Tensor l) => Build(
            from c in Axis(k)
            from i in Axis(d)
            from j in Axis(d)
            select i > j ? l[c, j * (2 * d - 1 - j) / 2 + i - j - 1] : j > i ? 0 : q[c, i].Exp()));

        double constant = -n * d * Math.Log(2 * Math.PI) / 2;
        double prior = k * ((d + m + 1) * d * (Math.Log(gamma) - Math.Log(2) / 2) - LogGamma(d, d + m + 1));
        double precision = gamma * gamma / 2;
        return Fn((Mixture p, Tensor x) =>
            Let(triangular(p.Q, p.L), t =>
            Let(p.Q.Sum(1), s =>
            Let((Einsum("ib,cab->ica", x, t) - Einsum("cb,cab->ca", p.Mu, t)).Square().Sum(2), squares =>
                (double)((p.Alpha + s - 0.5 * squares).LogSumExp(1).Sum() - n * p.Alpha.LogSumExp() - precision * t.Square().Sum() + m * s.Sum()) + constant + prior))));
    }

    /// <summary>The logarithm of the d-variate gamma function at ν/2, by Γ(1) = 1, Γ(½) = √π and Γ(z + 1) = z Γ(z).</summary>
    private static double LogGamma(int d, int nu)
    {
        double sum = d * (d - 1) * Math.Log(Math.PI) / 4;
        for (int j = 0; j < d; j++)
        {
            double z = (nu - j) / 2.0;
            for (; z > 1; z--) sum += Math.Log(z - 1);
            if (z < 1) sum += Math.Log(Math.PI) / 2;
        }
        return sum;
    }

    public static Problem Problem { get; } = new("gmm", (function, input) =>
    {
        var (n, d, k) = (input.Whole("n"), input.Whole("d"), input.Whole("k"));
        var x = input.Matrix("x");
        var p = new Mixture(input.Vector("alpha"), input.Matrix("mu"), input.Matrix("q"), input.Matrix("l", d * (d - 1) / 2));
        var objective = LogPosterior(n, d, k, input.Whole("m"), input.Number("gamma"));
        var gradient = objective.Grad();
        return function switch
        {
            "objective" => Evaluation.Number(() => objective(p, x)),
            "jacobian" => Evaluation.Of(() => gradient(p, x), (json, g) =>
            {
                json.WriteStartObject();
                json.WritePropertyName("alpha");
                json.WriteTensor(g.Alpha);
                json.WritePropertyName("mu");
                json.WriteTensor(g.Mu);
                json.WritePropertyName("q");
                json.WriteTensor(g.Q);
                json.WritePropertyName("l");
                json.WriteTensor(g.L);
                json.WriteEndObject();
            }),
            _ => null,
        };
    });
}
