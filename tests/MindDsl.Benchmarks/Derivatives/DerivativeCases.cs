using MindDsl.Benchmarks.Derivatives.ByHand;
using MindDsl.Examples.GradBench;
using static MindDsl.Mind;

namespace MindDsl.Benchmarks.Derivatives;

/// <summary>The problems at the sizes of GradBench's middle workloads, with pseudo-random numbers.</summary>
internal static class DerivativeCases
{
    public static IEnumerable<(string Name, Func<DerivativeCase> Make)> All =>
    [
        ("llsq n=4096 m=128", () => LeastSquaresCase(4096, 128)),
        ("lse n=100000", () => LogSumExpCase(100_000)),
        ("gmm n=1000 d=10 k=25", () => MixtureCase(1000, 10, 25)),
        ("gmm n=1000 d=32 k=25", () => MixtureCase(1000, 32, 25)),
        ("lstm l=2 c=1024", () => LstmCase(2, 1024, 14)),
        ("lstm l=4 c=4096", () => LstmCase(4, 4096, 14)),
        ("ode n=1000 s=100", () => EquationCase(1000, 100)),
        ("det l=7", () => DeterminantCase(7)),
        ("kmeans k=100 n=10000 d=8", () => KMeansCase(100, 10_000, 8)),
        ("ba n=49 m=7776 p=31843", () => AdjustmentCase(49, 7776, 31_843)),
        ("ht 10000 vertices", () => HandCase(10_000, 100)),
        .. from mode in new[] { "ff", "fr", "rf", "rr" } select ("particle " + mode, (Func<DerivativeCase>)(() => ParticleCase(mode))),
        .. from mode in new[] { "ff", "fr", "rf", "rr" } select ("saddle " + mode, (Func<DerivativeCase>)(() => SaddleCase(mode))),
    ];

    private static double[] Uniform(int count, int seed, double low = 0)
    {
        var random = new Random(seed);
        double[] numbers = new double[count];
        for (int i = 0; i < count; i++) numbers[i] = low + (1 - low) * random.NextDouble();
        return numbers;
    }

    private static double Difference(IEnumerable<double> found, double[] expected)
    {
        double scale = expected.Max(Math.Abs);
        return found.Zip(expected, (a, b) => Math.Abs(a - b)).Max() / (scale == 0 ? 1 : scale);
    }

    private static double[] Numbers(params Tensor[] tensors) => [.. tensors.SelectMany(t => t.ToArray<double>())];

    private static DerivativeCase LeastSquaresCase(int n, int m)
    {
        double[] numbers = Uniform(m, 1);
        var x = Tensor.Of(numbers);
        var f = LeastSquares.Distance(n);
        var g = f.ValueAndGrad();
        var hand = new LeastSquaresByHand(numbers, n);
        return new(() => f(x), () => g(x), () => hand.Value(), () => hand.ValueAndGradient(), "1.8", () => Difference(Numbers(g(x).Grad), hand.Gradient));
    }

    private static DerivativeCase LogSumExpCase(int n)
    {
        double[] numbers = Uniform(n, 2);
        var x = Tensor.Of(numbers);
        var f = LogSumExp.SmoothMaximum;
        var g = f.ValueAndGrad();
        var hand = new LogSumExpByHand(numbers);
        return new(() => f(x), () => g(x), () => hand.Value(), () => hand.ValueAndGradient(), "1.4", () => Difference(Numbers(g(x).Grad), hand.Gradient));
    }

    private static DerivativeCase MixtureCase(int n, int d, int k)
    {
        var (alpha, mu, q, l, x) = (Uniform(k, 3, -1), Uniform(k * d, 4), Uniform(k * d, 5, -1), Uniform(k * d * (d - 1) / 2, 6, -1), Uniform(n * d, 7, -1));
        var p = new GaussianMixture.Mixture(Tensor.Of(alpha), Tensor.Of(mu, k, d), Tensor.Of(q, k, d), Tensor.Of(l, k, d * (d - 1) / 2));
        var points = Tensor.Of(x, n, d);
        var f = GaussianMixture.LogPosterior(n, d, k, 0, 1);
        var g = f.ValueAndGrad();
        var hand = new GaussianMixtureByHand(n, d, k, 0, 1, alpha, mu, q, l, x);
        return new(() => f(p, points), () => g(p, points), () => hand.Value(), () => hand.ValueAndGradient(), "3", () =>
        {
            var found = g(p, points).Grad;
            return Difference(Numbers(found.Alpha, found.Mu, found.Q, found.L), [.. hand.Alpha, .. hand.Mu, .. hand.Q, .. hand.L]);
        });
    }

    private static DerivativeCase LstmCase(int layers, int characters, int bits)
    {
        var (main, extra, state) = (Uniform(8 * layers * bits, 8), Uniform(3 * bits, 9), Uniform(2 * layers * bits, 10));
        double[] text = [.. Uniform(characters * bits, 11).Select(v => Math.Round(v))];
        Tensor Part(double[] all, int from) => Tensor.Of(all[from..(from + bits)]);
        LongShortTermMemory.Gates Gates(int from) => new(Part(main, from), Part(main, from + bits), Part(main, from + 2 * bits), Part(main, from + 3 * bits));
        var network = new LongShortTermMemory.Network(
            [.. Enumerable.Range(0, layers).Select(i => new LongShortTermMemory.Layer(Gates(8 * i * bits), Gates((8 * i + 4) * bits)))],
            Part(extra, 0), Part(extra, bits), Part(extra, 2 * bits));
        LongShortTermMemory.Memory[] start = [.. Enumerable.Range(0, layers).Select(i => new LongShortTermMemory.Memory(Part(state, 2 * i * bits), Part(state, (2 * i + 1) * bits)))];
        var sequence = Tensor.Of(text, characters, bits);
        var f = LongShortTermMemory.Loss(characters, bits);
        var g = f.ValueAndGrad();
        var hand = new LongShortTermMemoryByHand(layers, bits, main, extra, state, text);
        return new(() => f(network, start, sequence), () => g(network, start, sequence), () => hand.Value(), () => hand.ValueAndGradient(), "3", () =>
            Difference(Numbers([.. Tree.Leaves(g(network, start, sequence).Grad).Select(leaf => leaf.Tensor)]), [.. hand.Main, .. hand.Extra]));
    }

    private static DerivativeCase EquationCase(int n, int steps)
    {
        double[] numbers = Uniform(n, 12);
        var x = Tensor.Of(numbers);
        var solve = DifferentialEquation.Solve(n);
        var f = Fn((Tensor x, int steps) => (double)solve(x, steps).Sum());
        var last = Fn((Tensor x, int steps) => (double)solve(x, steps)[n - 1]);
        var g = last.ValueAndGrad();
        var hand = new DifferentialEquationByHand(numbers, steps);
        return new(() => solve(x, steps), () => g(x, steps), () => hand.Value(), () => hand.ValueAndGradient(), "3", () => Difference(Numbers(g(x, steps).Grad), hand.Gradient));
    }

    private static DerivativeCase DeterminantCase(int l)
    {
        double[] numbers = Uniform(l * l, 13);
        double[,] m = new double[l, l];
        Buffer.BlockCopy(numbers, 0, m, 0, numbers.Length * sizeof(double));
        var f = Determinant.Expansion();
        var g = f.ValueAndGrad();
        var hand = new DeterminantByHand(numbers, l);
        return new(() => f(m), () => g(m), () => hand.Value(), () => hand.ValueAndGradient(), "4", () => Difference(g(m).Grad.Cast<double>(), hand.Gradient));
    }

    private static DerivativeCase KMeansCase(int k, int n, int d)
    {
        double[] points = Uniform(n * d, 14);
        double[] centroids = points[^(k * d)..];
        var (p, c) = (Tensor.Of(points, n, d), Tensor.Of(centroids, k, d));
        var f = KMeans.Cost(n, k, d);
        var g = KMeans.Direction(n, k, d);
        var hand = new KMeansByHand(points, centroids, d);
        return new(() => f(c, p), () => g(c, p), () => hand.Value(), () => hand.ValueAndDirection(), "4", () => Difference(Numbers(g(c, p)), hand.Direction));
    }

    private static DerivativeCase AdjustmentCase(int n, int m, int p)
    {
        double[] Repeated(double[] row, int count) => [.. Enumerable.Repeat(row, count).SelectMany(r => r)];
        var (cameras, points) = (Repeated(Uniform(11, 15), n), Repeated([0.3, -0.2, 4.1], m));
        var (weights, features) = (Repeated([0.6], p), Repeated([0.2, 0.7], p));
        var scene = new BundleAdjustment.Scene(Tensor.Of(cameras, n, 11), Tensor.Of(points, m, 3), Tensor.Of(weights), Tensor.Of(features, p, 2));
        var f = BundleAdjustment.Errors(n, m, p);
        var g = BundleAdjustment.Jacobian(n, m, p);
        var hand = new BundleAdjustmentByHand(n, m, p, cameras, points, weights, features);
        return new(() => f(scene), () => g(scene), hand.Objective, hand.Jacobian, "4", () => Difference(Numbers(g(scene).Values), hand.Values));
    }

    private static DerivativeCase HandCase(int vertices, int count)
    {
        int[] parents = [-1, .. Enumerable.Range(0, 20).Select(i => i % 4 == 0 ? 0 : i), 0];
        int bones = parents.Length;
        long[] first = [.. Enumerable.Repeat(26L, bones)], second = [.. first];
        for (int f = 0; f < 5; f++) (first[4 * f + 2], second[4 * f + 2], first[4 * f + 3], first[4 * f + 4]) = (6 + 4 * f, 7 + 4 * f, 8 + 4 * f, 9 + 4 * f);
        double[] Homogeneous(int seed) => [.. Enumerable.Range(0, bones).SelectMany(b => Uniform(12, seed + b, -1).Concat([0, 0, 0, 1]))];
        var (relatives, inverses, weights) = (Homogeneous(100), Homogeneous(200), Uniform(vertices * bones, 16));
        double[] positions = [.. Uniform(vertices * 4, 17, -1).Select((v, i) => i % 4 == 3 ? 1 : v)];
        long[] places = [.. Uniform(count, 18).Select(v => (long)(v * vertices))];
        var (points, theta) = (Uniform(3 * count, 19), Uniform(26, 20, -1));
        var model = new HandTracking.Model(
            Tensor.Of(relatives, bones, 4, 4), Tensor.Of(inverses, bones, 4, 4), Tensor.Of(positions, vertices, 4), Tensor.Of(weights, vertices, bones));
        var scene = new HandTracking.Scene(model, Tensor.Of(points, count, 3));
        var errors = HandTracking.Errors(new(parents, first, second, false, Tensor.Of(places)));
        var jacobian = HandTracking.Jacobian(errors, isSimple: true);
        var (pose, us) = (Tensor.Of(theta), Tensor.Zeros(Ir.DType.F64, 1, 2));
        var hand = new HandTrackingByHand(parents, first, second, relatives, inverses, positions, weights, places, points, theta);
        return new(() => errors(pose, us, scene), () => jacobian(pose, us, scene), hand.Objective, hand.Jacobian, "6",
            () => Difference(Numbers(jacobian(pose, us, scene)), hand.Derivatives));
    }

    private static DerivativeCase ParticleCase(string mode)
    {
        var f = Particle.Solve(mode[0], mode[1]);
        var hand = new ParticleByHand();
        return new(null, () => f(0), null, () => hand.Solve(0, mode[0] == 'r'), "1.2 by hand", () => Difference([f(0)], [hand.Solve(0, mode[0] == 'r')]));
    }

    private static DerivativeCase SaddleCase(string mode)
    {
        var f = Saddle.Solve(mode[0], mode[1]);
        bool reverse = mode[0] == 'r';
        return new(null, () => f(new(1, 1)), null, () => SaddleByHand.Solve((1, 1), reverse), "1.2 by hand", () =>
        {
            var (found, expected) = (f(new(1, 1)), SaddleByHand.Solve((1, 1), reverse));
            return Difference([found.X.X, found.X.Y, found.Y.X, found.Y.Y], [expected.X.X, expected.X.Y, expected.Y.X, expected.Y.Y]);
        });
    }
}
