using static MindDsl.Mind;

namespace MindDsl.Distributions;

/// <summary>Gamma distributions, one for each element; the parameters broadcast.</summary>
/// <param name="Concentration">The concentrations (shapes), positive.</param>
/// <param name="Rate">The rates, positive.</param>
public sealed record GammaDistribution(Tensor Concentration, Tensor Rate)
{
    /// <summary>The logarithm of the density, at x &gt; 0.</summary>
    public static Fn<GammaDistribution, Tensor, Tensor> LogDensity { get; } = Fn((GammaDistribution p, Tensor x) =>
        p.Concentration * p.Rate.Log() + (p.Concentration - 1) * x.Log() - p.Rate * x - p.Concentration.Lgamma());

    /// <summary>The differential entropy.</summary>
    public static Fn<GammaDistribution, Tensor> Entropy { get; } = Fn((GammaDistribution p) =>
        p.Concentration - p.Rate.Log() + p.Concentration.Lgamma() + (1 - p.Concentration) * p.Concentration.Digamma());

    /// <summary>The Kullback–Leibler divergence of the first from the second.</summary>
    public static Fn<GammaDistribution, GammaDistribution, Tensor> Divergence { get; } = Fn((GammaDistribution p, GammaDistribution q) =>
        (p.Concentration - q.Concentration) * p.Concentration.Digamma() - p.Concentration.Lgamma() + q.Concentration.Lgamma()
        + q.Concentration * (p.Rate / q.Rate).Log() + p.Concentration * (q.Rate / p.Rate - 1));

    /// <summary>A number of each; its derivatives by the parameters are those of the quantile.</summary>
    public static Fn<GammaDistribution, Key, Tensor> Sample { get; } = Fn((GammaDistribution p, Key key) =>
        StandardGamma(key, p.Concentration + 0 * p.Rate) / p.Rate);
}
