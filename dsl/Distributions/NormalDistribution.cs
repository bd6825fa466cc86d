using static MindDsl.Mind;

namespace MindDsl.Distributions;

/// <summary>Normal distributions, one for each element; the parameters broadcast.</summary>
/// <param name="Mean">The means.</param>
/// <param name="Deviation">The standard deviations, positive.</param>
public sealed record NormalDistribution(Tensor Mean, Tensor Deviation)
{
    private const double HalfLogTwoPi = 0.91893853320467274178;

    /// <summary>The logarithm of the density.</summary>
    public static Fn<NormalDistribution, Tensor, Tensor> LogDensity { get; } = Fn((NormalDistribution p, Tensor x) =>
        -0.5 * ((x - p.Mean) / p.Deviation).Square() - p.Deviation.Log() - HalfLogTwoPi);

    /// <summary>The differential entropy.</summary>
    public static Fn<NormalDistribution, Tensor> Entropy { get; } = Fn((NormalDistribution p) => p.Deviation.Log() + (0.5 + HalfLogTwoPi));

    /// <summary>The Kullback–Leibler divergence of the first from the second.</summary>
    public static Fn<NormalDistribution, NormalDistribution, Tensor> Divergence { get; } = Fn((NormalDistribution p, NormalDistribution q) =>
        (q.Deviation / p.Deviation).Log() + (p.Deviation.Square() + (p.Mean - q.Mean).Square()) / (2 * q.Deviation.Square()) - 0.5);

    /// <summary>A number of each; its derivatives by the parameters are those of mean + deviation · noise.</summary>
    public static Fn<NormalDistribution, Key, Tensor> Sample { get; } = Fn((NormalDistribution p, Key key) =>
        p.Mean + p.Deviation * NormalLike(key, p.Mean + p.Deviation));
}
