using static MindDsl.Mind;

namespace MindDsl.Distributions;

/// <summary>Distributions over classes, which are numbered along the last axis.</summary>
/// <param name="Logits">Logarithms of the probabilities, up to one summand for all [batch…, classes]; −∞ for a class that never occurs.</param>
public sealed record CategoricalDistribution(Tensor Logits)
{
    /// <summary>The mean of a number for each class; classes that never occur count for nothing, whatever their number.</summary>
    private static Fn<CategoricalDistribution, Tensor, Tensor> Expected { get; } = Fn((CategoricalDistribution p, Tensor x) =>
        Where(p.Logits > double.NegativeInfinity, p.Logits.Softmax(-1) * Where(p.Logits > double.NegativeInfinity, x, 0.0), 0.0).Sum(-1, false));

    /// <summary>The logarithm of the probability of classes, whole numbers [batch…].</summary>
    public static Fn<CategoricalDistribution, Tensor, Tensor> LogProbability { get; } = Fn((CategoricalDistribution p, Tensor x) =>
        p.Logits.LogSoftmax(-1).Gather(x.ExpandDims(-1), -1).Sum(-1, false));

    /// <summary>The entropy.</summary>
    public static Fn<CategoricalDistribution, Tensor> Entropy { get; } = Fn((CategoricalDistribution p) => -Expected(p, p.Logits.LogSoftmax(-1)));

    /// <summary>The Kullback–Leibler divergence of the first from the second.</summary>
    public static Fn<CategoricalDistribution, CategoricalDistribution, Tensor> Divergence { get; } = Fn((CategoricalDistribution p, CategoricalDistribution q) =>
        Expected(p, p.Logits.LogSoftmax(-1) - q.Logits.LogSoftmax(-1)));

    /// <summary>A class of each (i64), the place of the largest logit with Gumbel noise added; without a derivative. The small number keeps the noise finite.</summary>
    public static Fn<CategoricalDistribution, Key, Tensor> Sample { get; } = Fn((CategoricalDistribution p, Key key) =>
        (p.Logits - (-(UniformLike(key, p.Logits) + 1e-8).Log()).Log()).ArgMax(-1, false));
}
