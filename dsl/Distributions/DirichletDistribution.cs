using static MindDsl.Mind;

namespace MindDsl.Distributions;

/// <summary>Dirichlet distributions over the last axis.</summary>
/// <param name="Concentration">The concentrations [batch…, classes], positive.</param>
public sealed record DirichletDistribution(Tensor Concentration)
{
    private static Fn<Tensor, Tensor> Normalised { get; } = Fn((Tensor x) => x / x.Sum(-1, true));

    /// <summary>The normalisation: Σ log Γ(c) − log Γ(Σ c).</summary>
    public static Fn<DirichletDistribution, Tensor> LogBeta { get; } = Fn((DirichletDistribution p) =>
        p.Concentration.Lgamma().Sum(-1, false) - p.Concentration.Sum(-1, false).Lgamma());

    /// <summary>The logarithm of the density, at positive x with the sum 1 along the last axis.</summary>
    public static Fn<DirichletDistribution, Tensor, Tensor> LogDensity { get; } = Fn((DirichletDistribution p, Tensor x) =>
        ((p.Concentration - 1) * x.Log()).Sum(-1, false) - LogBeta(p));

    /// <summary>The differential entropy.</summary>
    public static Fn<DirichletDistribution, Tensor> Entropy { get; } = Fn((DirichletDistribution p) =>
        LogBeta(p) - ((p.Concentration - 1) * (p.Concentration.Digamma() - p.Concentration.Sum(-1, true).Digamma())).Sum(-1, false));

    /// <summary>The Kullback–Leibler divergence of the first from the second.</summary>
    public static Fn<DirichletDistribution, DirichletDistribution, Tensor> Divergence { get; } = Fn((DirichletDistribution p, DirichletDistribution q) =>
        LogBeta(q) - LogBeta(p)
        + ((p.Concentration - q.Concentration) * (p.Concentration.Digamma() - p.Concentration.Sum(-1, true).Digamma())).Sum(-1, false));

    /// <summary>Numbers with the sum 1: those of gamma distributions divided by their sum, with the derivatives of theirs.</summary>
    public static Fn<DirichletDistribution, Key, Tensor> Sample { get; } = Fn((DirichletDistribution p, Key key) => Normalised(StandardGamma(key, p.Concentration)));
}
