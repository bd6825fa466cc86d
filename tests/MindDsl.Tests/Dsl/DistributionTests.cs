using MindDsl.Distributions;
using MindDsl.Ir;
using Xunit;
using static MindDsl.Mind;

namespace MindDsl.Tests.Dsl;

/// <summary>Distributions against their definitions: sums and integrals of the density, moments of the samples, and quantiles by bisection.</summary>
public class DistributionTests
{
    [Fact]
    public void Normal_densities_entropies_and_divergences_are_those_of_the_integrals()
    {
        var (p, q) = (new NormalDistribution(0.5, 1.5), new NormalDistribution(-1.0, 2.0));
        Integrals(x => Number(NormalDistribution.LogDensity(p, x)), x => Number(NormalDistribution.LogDensity(q, x)), -20, 20,
            NormalDistribution.Entropy(p), NormalDistribution.Divergence(p, q));
        Assert.Equal(0, Number(NormalDistribution.Divergence(p, p)), 1e-14);
    }

    [Fact]
    public void Gamma_densities_entropies_and_divergences_are_those_of_the_integrals()
    {
        var (p, q) = (new GammaDistribution(2.5, 1.5), new GammaDistribution(4.0, 2.0));
        Integrals(x => Number(GammaDistribution.LogDensity(p, x)), x => Number(GammaDistribution.LogDensity(q, x)), 1e-9, 30,
            GammaDistribution.Entropy(p), GammaDistribution.Divergence(p, q));
        Assert.Equal(0, Number(GammaDistribution.Divergence(p, p)), 1e-14);
    }

    [Fact]
    public void Beta_densities_entropies_and_divergences_are_those_of_the_integrals()
    {
        var (p, q) = (new BetaDistribution(2.5, 3.0), new BetaDistribution(3.5, 2.0));
        Integrals(x => Number(BetaDistribution.LogDensity(p, x)), x => Number(BetaDistribution.LogDensity(q, x)), 1e-9, 1 - 1e-9,
            BetaDistribution.Entropy(p), BetaDistribution.Divergence(p, q));
    }

    [Fact]
    public void A_Dirichlet_distribution_of_two_is_a_beta_distribution()
    {
        var (p, q) = (new DirichletDistribution(Tensor.Of(new[] { 2.5, 3.0 })), new DirichletDistribution(Tensor.Of(new[] { 3.5, 2.0 })));
        var (b, c) = (new BetaDistribution(2.5, 3.0), new BetaDistribution(3.5, 2.0));
        Assert.Equal(Number(BetaDistribution.LogDensity(b, 0.3)), Number(DirichletDistribution.LogDensity(p, Tensor.Of(new[] { 0.3, 0.7 }))), 1e-12);
        Assert.Equal(Number(BetaDistribution.Entropy(b)), Number(DirichletDistribution.Entropy(p)), 1e-12);
        Assert.Equal(Number(BetaDistribution.Divergence(b, c)), Number(DirichletDistribution.Divergence(p, q)), 1e-12);
        // The mean of each class is its share of the concentration.
        var many = new DirichletDistribution(Tensor.Of(new[] { 0.5, 1.5, 3.0 }).BroadcastTo(4000, 3));
        var drawn = DirichletDistribution.Sample(many, new Key(3));
        Assert.All(drawn.Sum(-1, false).ToArray<double>(), s => Assert.Equal(1, s, 1e-12));
        double[] means = drawn.Mean(0, false).ToArray<double>();
        Assert.Equal([0.1, 0.3, 0.6], means.Select(m => Math.Round(m, 1)));
    }

    [Fact]
    public void Probabilities_of_classes_sum_to_one_and_give_entropy_and_divergence()
    {
        var logits = Tensor.Of(new[] { 0.3, -1.2, double.NegativeInfinity, 2.0 });
        var (p, q) = (new CategoricalDistribution(logits), new CategoricalDistribution(Tensor.Of(new[] { 1.0, 0, 3, -1 })));
        double[] of = Probabilities(p), other = Probabilities(q);
        Assert.Equal(1, of.Sum(), 1e-14);
        Assert.Equal(-of.Where(x => x > 0).Sum(x => x * Math.Log(x)), Number(CategoricalDistribution.Entropy(p)), 1e-14);
        Assert.Equal(of.Zip(other).Where(x => x.First > 0).Sum(x => x.First * Math.Log(x.First / x.Second)), Number(CategoricalDistribution.Divergence(p, q)), 1e-14);

        var draws = CategoricalDistribution.Sample(new CategoricalDistribution(logits.BroadcastTo(20000, 4)), new Key(5)).ToArray<long>();
        for (int k = 0; k < 4; k++) Assert.Equal(of[k], draws.Count(d => d == k) / 20000.0, 0.015);
        double[] gradient = Fn((Tensor x) => CategoricalDistribution.Entropy(new CategoricalDistribution(x))).Grad()(logits).ToArray<double>();
        Assert.All(gradient, g => Assert.True(double.IsFinite(g)));

        static double[] Probabilities(CategoricalDistribution c) =>
            [.. Enumerable.Range(0, 4).Select(k => Math.Exp(Number(CategoricalDistribution.LogProbability(c, Tensor.Of((long)k)))))];
    }

    [Fact]
    public void Bernoulli_distributions_are_categorical_ones_of_two_classes()
    {
        var (p, q) = (new BernoulliDistribution(0.7), new BernoulliDistribution(-0.4));
        var (two, other) = (new CategoricalDistribution(Tensor.Of(new[] { 0.0, 0.7 })), new CategoricalDistribution(Tensor.Of(new[] { 0.0, -0.4 })));
        for (int k = 0; k < 2; k++)
            Assert.Equal(Number(CategoricalDistribution.LogProbability(two, Tensor.Of((long)k))), Number(BernoulliDistribution.LogProbability(p, (double)k)), 1e-14);
        Assert.Equal(Number(CategoricalDistribution.Entropy(two)), Number(BernoulliDistribution.Entropy(p)), 1e-14);
        Assert.Equal(Number(CategoricalDistribution.Divergence(two, other)), Number(BernoulliDistribution.Divergence(p, q)), 1e-14);
        double[] draws = BernoulliDistribution.Sample(new BernoulliDistribution(Tensor.Full(0.7, DType.F64, 20000)), new Key(6)).ToArray<double>();
        Assert.All(draws, d => Assert.True(d is 0 or 1));
        Assert.Equal(1 / (1 + Math.Exp(-0.7)), draws.Average(), 0.015);
    }

    [Fact]
    public void Normal_samples_move_with_their_parameters()
    {
        var mean = Fn((NormalDistribution p, Key key) => NormalDistribution.Sample(p, key).Mean(null, false));
        var p = new NormalDistribution(Tensor.Full(2, DType.F64, 20000), Tensor.Full(3, DType.F64, 20000));
        double[] drawn = NormalDistribution.Sample(p, new Key(4)).ToArray<double>();
        Assert.Equal(2, drawn.Average(), 0.1);
        Assert.Equal(9, drawn.Average(x => (x - 2) * (x - 2)), 0.3);
        var gradient = mean.Grad()(p, new Key(4));
        Assert.All(gradient.Mean.ToArray<double>(), g => Assert.Equal(1.0 / 20000, g, 1e-12));
    }

    [Theory]
    [InlineData(0.2)]
    [InlineData(0.9)]
    [InlineData(1.0)]
    [InlineData(3.5)]
    [InlineData(80.0)]
    public void Gamma_samples_have_the_moments_and_the_derivatives_of_quantiles(double a)
    {
        const int n = 20000;
        var concentrations = Tensor.Full(a, DType.F64, n);
        var (key, sample) = (new Key(8), Fn((Tensor c, Key k) => StandardGamma(k, c)));
        double[] drawn = sample(concentrations, key).ToArray<double>();
        double error = 5 * Math.Sqrt(a / n);
        Assert.Equal(a, drawn.Average(), error);
        Assert.Equal(a, drawn.Average(x => (x - a) * (x - a)), 0.2 * a + 0.02);
        Assert.All(drawn, x => Assert.True(x >= 0));

        // E x = a and E x² = a² + a, so the means of the derivatives are 1 and 2 a + 1.
        var total = Fn((Tensor c, Key k) => StandardGamma(k, c).Sum(null, false));
        var squares = Fn((Tensor c, Key k) => StandardGamma(k, c).Square().Sum(null, false));
        double[] slopes = total.Grad()(concentrations, key).ToArray<double>();
        Assert.Equal(1, slopes.Average(), 0.05);
        Assert.Equal(1, squares.Grad()(concentrations, key).ToArray<double>().Average() / (2 * a + 1), 0.1);

        // Along the quantile of a number the probability below stays the same.
        var second = Fn((Tensor c, Key k) => total.Grad()(c, k).Sum(null, false)).Grad();
        double[] curvatures = second(concentrations, key).ToArray<double>();
        for (int i = 0; i < 5; i++)
        {
            double x = drawn[i], h = 1e-3 * Math.Min(a, 1);
            double below = Quantile(x, a, a - h), above = Quantile(x, a, a + h);
            Assert.Equal((above - below) / (2 * h), slopes[i], 1e-4 * (1 + Math.Abs(slopes[i])));
            Assert.Equal((above - 2 * x + below) / (h * h), curvatures[i], 1e-2 * (1 + Math.Abs(curvatures[i])));
        }
    }

    [Fact]
    public void Gamma_and_beta_samples_follow_their_parameters_and_bad_ones_are_NaN()
    {
        var p = new GammaDistribution(Tensor.Full(3, DType.F64, 20000), Tensor.Of(2.0));
        Assert.Equal(1.5, GammaDistribution.Sample(p, new Key(1)).ToArray<double>().Average(), 0.05);
        var b = new BetaDistribution(Tensor.Full(3, DType.F32, 20000), Tensor.Of(2f));
        Assert.Equal(0.6, BetaDistribution.Sample(b, new Key(1)).ToArray<float>().Average(), 0.02);
        var bad = StandardGamma(new Key(1), Tensor.Of(new[] { -1.0, 0, double.NaN, 1 })).ToArray<double>();
        Assert.Equal([true, true, true, false], bad.Select(double.IsNaN));
    }

    [Fact]
    public void Each_key_of_a_batch_draws_what_it_draws_alone()
    {
        var draw = Fn((Key key, Tensor a) => StandardGamma(key, a).Sum(null, false));
        var keys = new Key(2).Split(3);
        double[] batch = draw.Vmap<Fn<Key[], Tensor, Tensor>>(new int?[] { 0, null })(keys, Tensor.Of(new[] { 0.5, 2.0 })).ToArray<double>();
        Assert.Equal(keys.Select(k => Number(draw(k, Tensor.Of(new[] { 0.5, 2.0 })))), batch);
    }

    /// <summary>The density integrates to 1, and entropy and divergence are the integrals that define them; by the trapezium rule in arctanh of the place.</summary>
    private static void Integrals(Func<double, double> p, Func<double, double> q, double low, double high, Tensor entropy, Tensor divergence)
    {
        double mass = 0, ofP = 0, ofQ = 0;
        const int n = 400;
        for (int i = -n; i <= n; i++)
        {
            double t = 4.0 * i / n, u = Math.Tanh(t), x = low + (high - low) * (u + 1) / 2, width = 4.0 / n * (1 - u * u) * (high - low) / 2;
            double log = p(x), weight = Math.Exp(log) * width;
            mass += weight;
            if (weight > 0) (ofP, ofQ) = (ofP + weight * log, ofQ + weight * q(x));
        }
        Assert.Equal(1, mass, 1e-4);
        Assert.Equal(-ofP, Number(entropy), 1e-3);
        Assert.Equal(ofP - ofQ, Number(divergence), 1e-3);
    }

    /// <summary>The number below which there is as much of the gamma distribution of b as below x of that of a.</summary>
    private static double Quantile(double x, double a, double b)
    {
        double wanted = Below(x, a), low = 0, high = 4 * x + 4;
        for (int i = 0; i < 200; i++)
        {
            double middle = (low + high) / 2;
            if (Below(middle, b) < wanted) low = middle;
            else high = middle;
        }
        return (low + high) / 2;
    }

    /// <summary>The incomplete gamma function, by its series.</summary>
    private static double Below(double x, double a)
    {
        if (x <= 0) return 0;
        double sum = 0, term = 1;
        for (int n = 1; n < 5000 && term > 1e-18 * sum; n++)
        {
            sum += term;
            term *= x / (a + n);
        }
        return Math.Exp(a * Math.Log(x) - x - SpecialFunctions.Lgamma(a + 1)) * sum;
    }

    private static double Number(Tensor x) => (double)x;
}
