using static MindDsl.Mind;

namespace MindDsl.Distributions;

/// <summary>Beta distributions, one for each element; the parameters broadcast.</summary>
/// <param name="Alpha">The concentrations at 1, positive.</param>
/// <param name="Beta">The concentrations at 0, positive.</param>
public sealed record BetaDistribution(Tensor Alpha, Tensor Beta)
{
    private static Fn<Tensor, Tensor, Tensor> Ratio { get; } = Fn((Tensor x, Tensor y) => x / (x + y));

    /// <summary>log B(alpha, beta), the normalisation.</summary>
    public static Fn<BetaDistribution, Tensor> LogBeta { get; } = Fn((BetaDistribution p) => p.Alpha.Lgamma() + p.Beta.Lgamma() - (p.Alpha + p.Beta).Lgamma());

    /// <summary>The logarithm of the density, at 0 &lt; x &lt; 1.</summary>
    public static Fn<BetaDistribution, Tensor, Tensor> LogDensity { get; } = Fn((BetaDistribution p, Tensor x) =>
        (p.Alpha - 1) * x.Log() + (p.Beta - 1) * (-x).Log1p() - LogBeta(p));

    /// <summary>The differential entropy.</summary>
    public static Fn<BetaDistribution, Tensor> Entropy { get; } = Fn((BetaDistribution p) =>
        LogBeta(p) - (p.Alpha - 1) * p.Alpha.Digamma() - (p.Beta - 1) * p.Beta.Digamma() + (p.Alpha + p.Beta - 2) * (p.Alpha + p.Beta).Digamma());

    /// <summary>The Kullback–Leibler divergence of the first from the second.</summary>
    public static Fn<BetaDistribution, BetaDistribution, Tensor> Divergence { get; } = Fn((BetaDistribution p, BetaDistribution q) =>
        LogBeta(q) - LogBeta(p) + (p.Alpha - q.Alpha) * p.Alpha.Digamma() + (p.Beta - q.Beta) * p.Beta.Digamma()
        + (q.Alpha - p.Alpha + q.Beta - p.Beta) * (p.Alpha + p.Beta).Digamma());

    /// <summary>A number of each, x/(x + y) of two gamma distributions, with the derivatives of theirs.</summary>
    public static Fn<BetaDistribution, Key, Tensor> Sample { get; } = Fn((BetaDistribution p, Key key) => Ratio(
        StandardGamma(key.FoldIn(0), p.Alpha + 0 * p.Beta), StandardGamma(key.FoldIn(1), p.Beta + 0 * p.Alpha)));
}
