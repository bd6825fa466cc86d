using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using MindDsl.Ir;
using static MindDsl.Mind;

namespace MindDsl.Benchmarks;

/// <summary>Single operations under BenchmarkDotNet, with the memory that they allocate.</summary>
public class KernelBenchmarks
{
    private static string s_only = "";
    private Action _run = () => { };

    /// <summary>The operation.</summary>
    [ParamsSource(nameof(Names))]
    public string Operation { get; set; } = "";

    /// <summary>The operations whose names were asked for.</summary>
    public static IEnumerable<string> Names => All().Select(k => k.Name).Where(n => n.Contains(s_only, StringComparison.Ordinal));

    /// <summary>Runs those whose names hold a text.</summary>
    public static int Run(string only)
    {
        s_only = only;
        if (!Names.Any())
        {
            Console.Error.WriteLine($"no operation has {only} in its name");
            return 2;
        }
        // In this process: what is measured is generated code, which no project has to be built for.
        var job = Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance);
        BenchmarkRunner.Run<KernelBenchmarks>(DefaultConfig.Instance.AddJob(job).AddDiagnoser(MemoryDiagnoser.Default).WithOptions(ConfigOptions.DisableLogFile));
        return 0;
    }

    /// <summary>Makes inputs, compiles.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _run = All().First(k => k.Name == Operation).Prepare();
        _run();
    }

    /// <summary>One call.</summary>
    [Benchmark]
    public void Call() => _run();

    private static IEnumerable<(string Name, Func<Action> Prepare)> All()
    {
        foreach (var workload in PeerWorkloads.Operations().Concat(OwnWorkloads.All())) yield return workload;
        yield return ("contract.batched.32x64x64x64", () => Two([32, 64, 64], [32, 64, 64], (x, y) => x.MatMul(y)));
        yield return ("contract.transposed.256", () => Two([256, 256], [256, 256], (x, y) => x.Transpose().MatMul(y)));
        yield return ("contract.bias_relu.256", () => Two([256, 256], [256, 256], (x, y) => (x.MatMul(y) + 1).Relu()));
        yield return ("softmax.f64.1000x100", () => Double([1000, 100], x => x.Softmax(1)));
        yield return ("layernorm.gradient.1024x256", () =>
        {
            var x = Sample.Normal(1024, 256);
            var gradient = Fn((Tensor v) => Let(v - v.Mean(-1, true), c => c / (c.Square().Mean(-1, true) + 1e-5).Sqrt()).Square().Sum(null, false)).Grad();
            return () => gradient(x);
        }
        );
        yield return ("reduce.sum_all.f64.1000000", () => Double([1_000_000], x => x.Sum(null, false)));
        yield return ("reduce.max_rows.2000x2000", () => One([2000, 2000], x => x.Max(1, false)));
        yield return ("reduce.argmax.1000x1000", () => One([1000, 1000], x => x.ArgMax(1, false)));
        yield return ("elementwise.f64.100000", () => Double([100_000], x => (x * x + 1).Sqrt() / (x.Abs() + 2)));
        yield return ("gather.100000_of_1000x16", () =>
        {
            var (table, places) = (Sample.Normal(1000, 16), Sample.Classes(1000, 100_000));
            var take = Fn((Tensor t, Tensor p) => t.Take(p, 0));
            return () => take(table, places);
        }
        );
        yield return ("comprehension.distances.300x300", () =>
        {
            var x = Sample.Normal(300, 3);
            var distances = Fn((Tensor p) => Build(from i in Axis(300) from j in Axis(300)
                select ((p[i, 0] - p[j, 0]).Square() + (p[i, 1] - p[j, 1]).Square() + (p[i, 2] - p[j, 2]).Square()).Sqrt()));
            return () => distances(x);
        }
        );
        yield return ("while.newton.f64", () =>
        {
            var root = Fn((double a) => While(new { X = a, Error = 1.0 }, s => s.Error > 1e-12, s => Let((s.X + a / s.X) / 2, next => new { X = next, Error = Math.Abs(next - s.X) })).X);
            return () => root(2e10);
        }
        );
    }

    private static Action One(long[] shape, System.Linq.Expressions.Expression<Func<Tensor, Tensor>> quote)
    {
        var (x, f) = (Sample.Normal(shape), Fn(quote));
        return () => f(x);
    }

    private static Action Double(long[] shape, System.Linq.Expressions.Expression<Func<Tensor, Tensor>> quote)
    {
        var (x, f) = (Sample.Normal(shape).To(DType.F64), Fn(quote));
        return () => f(x);
    }

    private static Action Two(long[] first, long[] second, System.Linq.Expressions.Expression<Func<Tensor, Tensor, Tensor>> quote)
    {
        var (x, y, f) = (Sample.Normal(first), Sample.Normal(second), Fn(quote));
        return () => f(x, y);
    }
}
