using MindDsl.Ir;
using static MindDsl.Mind;

namespace MindDsl.Benchmarks;

/// <summary>Workloads beyond those of the peer, where a user would expect speed as well.</summary>
internal static class OwnWorkloads
{
    public static void Run(Bench bench)
    {
        foreach (var (name, prepare) in All()) bench.Measure(name, prepare);
    }

    /// <summary>The workloads.</summary>
    public static IEnumerable<(string Name, Func<Action> Prepare)> All()
    {
        yield return Unary("op.transpose.1000x1000", [1000, 1000], x => x.Transpose() + 1);
        yield return Unary("op.cumsum.1000x1000", [1000, 1000], x => x.CumSum(1));
        yield return Unary("op.sum_rows.2000x2000", [2000, 2000], x => x.Sum(0, false));
        yield return Unary("op.sum_columns.2000x2000", [2000, 2000], x => x.Sum(1, false));
        yield return Unary("op.erf.100000", [100_000], x => x.Erf());
        yield return Unary("op.exp_log.100000", [100_000], x => (x.Exp() + 1).Log());
        yield return Unary("op.sin_cos.100000", [100_000], x => x.Sin() * x.Cos());
        yield return Unary("op.max_pool.16x64x28x28", [16, 64, 28, 28], x => x.MaxPool2D(2, null, 0, 1, false));
        yield return Unary("op.avg_pool3x3.16x64x28x28", [16, 64, 28, 28], x => x.AvgPool2D(3, 1, 1, false, true));
        yield return Unary("op.batchnorm.16x64x28x28", [16, 64, 28, 28], x =>
            Let(x - x.Mean(new[] { 0, 2, 3 }, true), c => c / (c.Square().Mean(new[] { 0, 2, 3 }, true) + 1e-5).Sqrt()));
        yield return Unary("op.causal_softmax.32x128x128", [32, 128, 128], x => Where(Tensor.Ones(DType.Bool, 128, 128).Tril(0), x, -1e9).Softmax(-1));
        foreach (var (n, k, m) in new[] { (37, 53, 71), (1, 1024, 1024), (1024, 1024, 1), (1000, 10, 1000), (7, 7, 7) })
            yield return ($"op.matmul.{n}x{k}x{m}", () =>
            {
                var (a, b) = (Sample.Normal(n, k), Sample.Normal(k, m));
                var product = Fn((Tensor x, Tensor y) => x.MatMul(y));
                return () => product(a, b);
            }
            );
        yield return ("op.matmul.f64.256", () =>
        {
            var (a, b) = (Sample.Normal(256, 256).To(DType.F64), Sample.Normal(256, 256).To(DType.F64));
            var product = Fn((Tensor x, Tensor y) => x.MatMul(y));
            return () => product(a, b);
        }
        );
        yield return ("op.conv_depthwise3x3.64c.28x28.b16", () => Convolution(64, 1, 3, 1, 1, 64));
        yield return ("op.conv3x3_strided.64c.28x28.b16", () => Convolution(64, 64, 3, 2, 1, 1));
        yield return ("op.conv1x1.64c.28x28.b16", () => Convolution(64, 64, 1, 1, 0, 1));
        yield return ("op.gather_scatter.10000x64", () =>
        {
            var (table, places) = (Sample.Normal(10_000, 64), Sample.Classes(10_000, 5000));
            var gradient = Fn((Tensor t, Tensor p) => t.Take(p, 0).Square().Sum(null, false)).Grad();
            return () => gradient(table, places);
        }
        );
        yield return ("train.lenet5.b32.adam", () => PeerWorkloads.Adam(LeNet.Create(), LeNet.Model, Sample.Normal(32, 1, 28, 28), Sample.Classes(10, 32)));
        yield return ("while.collatz.f64", () =>
        {
            var count = Fn((double n) => While(new { N = n, Steps = 0.0 }, s => s.N > 1,
                s => new { N = s.N % 2 == 0 ? s.N / 2 : 3 * s.N + 1, Steps = s.Steps + 1 }).Steps);
            return () => count(837_799);
        }
        );
    }

    private static (string, Func<Action>) Unary(string name, long[] shape, System.Linq.Expressions.Expression<Func<Tensor, Tensor>> quote) => (name, () =>
    {
        var x = Sample.Normal(shape);
        var f = Fn(quote);
        return () => f(x);
    }
    );

    private static Action Convolution(int channels, int perGroup, int kernel, int stride, int padding, int groups)
    {
        var (x, w) = (Sample.Normal(16, channels, 28, 28), Sample.Normal(64, perGroup, kernel, kernel));
        var convolve = Fn((Tensor v, Tensor k) => Conv2D(v, k, null, stride, padding, 1, groups));
        return () => convolve(x, w);
    }
}
