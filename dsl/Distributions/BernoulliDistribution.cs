using static MindDsl.Mind;

namespace MindDsl.Distributions;

/// <summary>Distributions over 0 and 1, one for each element.</summary>
/// <param name="Logits">log(p / (1 − p)) of the probability p of 1.</param>
public sealed record BernoulliDistribution(Tensor Logits)
{
    /// <summary>The logarithm of the probability of x, which is 0 or 1 (or between: their mixture).</summary>
    public static Fn<BernoulliDistribution, Tensor, Tensor> LogProbability { get; } = Fn((BernoulliDistribution p, Tensor x) => x * p.Logits - p.Logits.Softplus(1));

    /// <summary>The entropy.</summary>
    public static Fn<BernoulliDistribution, Tensor> Entropy { get; } = Fn((BernoulliDistribution p) => p.Logits.Softplus(1) - p.Logits * p.Logits.Sigmoid());

    /// <summary>The Kullback–Leibler divergence of the first from the second.</summary>
    public static Fn<BernoulliDistribution, BernoulliDistribution, Tensor> Divergence { get; } = Fn((BernoulliDistribution p, BernoulliDistribution q) =>
        p.Logits.Sigmoid() * (p.Logits - q.Logits) - p.Logits.Softplus(1) + q.Logits.Softplus(1));

    /// <summary>0 or 1 of each, in the type of the logits; without a derivative.</summary>
    public static Fn<BernoulliDistribution, Key, Tensor> Sample { get; } = Fn((BernoulliDistribution p, Key key) =>
        (UniformLike(key, p.Logits) < p.Logits.Sigmoid()).To(p.Logits.DType));
}
