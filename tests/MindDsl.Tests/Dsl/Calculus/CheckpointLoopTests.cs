using MindDsl.Backends;
using MindDsl.Ir;
using MindDsl.Tests.Autodiff;
using Xunit;
using static MindDsl.Mind;

namespace MindDsl.Tests.Dsl.Calculus;

/// <summary>What loops put aside under checkpoints, counted in bytes by the interpreter.</summary>
public class CheckpointLoopTests
{
    private const int Width = 4, Steps = 50;
    private const long Vector = Width * sizeof(double);

    /// <summary>A step with a product of matrices, a value under a name, and four functions whose derivatives read what goes in or comes out.</summary>
    private static readonly Fn<Tensor, Tensor, Tensor> Step = Fn((Tensor w, Tensor h) => Tag(w.Dot(h).Sin(), "h").Exp().Tanh().Cos() * 0.9);

    public static TheoryData<string> Policies => ["none", "nothing", "dots", "named", "bytes", "many bytes"];

    private static Fn<Tensor, Tensor, Tensor> Under(string policy) => policy switch
    {
        "none" => Step,
        "nothing" => Step.Checkpoint(),
        "dots" => Step.Checkpoint(Keep.Dots),
        "named" => Step.Checkpoint(Keep.Named("h")),
        "bytes" => Step.Checkpoint(Keep.Bytes(Vector)),
        _ => Step.Checkpoint(Keep.Bytes(1000)),
    };

    private static Tensor Weights => Fn((Key key) => Normal(key, new long[] { Width, Width }, DType.F64))(new Key(3)) * 0.4;

    private static readonly Tensor Start = new double[] { 0.3, -0.6, 0.9, 0.1 };

    private static InterpreterStatistics Count(Fn<Tensor, Tensor, Tensor> f) => Counted.Run(
        Counted.Program(f.Grad(), Weights, Start), Derivatives.Of(Weights.ToArray<double>(), Width, Width), Derivatives.Of(Start.ToArray<double>(), Width));

    private static void Same(Tensor expected, Tensor found) =>
        Assert.All(expected.ToArray<double>().Zip(found.ToArray<double>()), p => Assert.Equal(p.First, p.Second, 1e-10 * (1 + Math.Abs(p.First))));

    [Theory]
    [MemberData(nameof(Policies))]
    public void A_policy_in_a_loop_holds_for_every_iteration(string policy)
    {
        var step = Under(policy);
        var loop = Fn((Tensor w, Tensor h) => Iterate(Steps, h, s => step(w, s)).Sum(null, false));
        var scan = Fn((Tensor w, Tensor h) => Scan(h, Tensor.Ones(DType.F64, new long[] { Steps }), (s, x) => ValueTuple.Create(step(w, s), s.Sum(null, false) * x)).Outputs.Sum(null, false));
        var until = Fn((Tensor w, Tensor h) => While(new { S = h, N = 0 }, s => s.N < Steps, s => new { S = step(w, s.S), N = s.N + 1 }).S.Sum(null, false));
        // Beside the state, of which the product's derivative reads what goes in: what the policy allows.
        long allowed = policy switch { "nothing" => 0, "dots" or "named" or "bytes" => 1, _ => 4 };
        foreach (var f in new[] { loop, scan, until })
        {
            long vectors = Count(f).KeptBytes / (Steps * Vector);
            Assert.InRange(vectors, 1, 1 + allowed);
            if (policy is "none" or "many bytes") Assert.True(vectors > 2, $"{policy} keeps {vectors} vectors a step");
        }
        var plain = Fn((Tensor w, Tensor h) => Iterate(Steps, h, s => Step(w, s)).Sum(null, false));
        Same(plain.Grad()(Weights, Start), loop.Grad()(Weights, Start));
        Same(plain.Grad()(Weights, Start), until.Grad()(Weights, Start));
        Same(plain.Hvp()(Weights, Start, Weights), loop.Hvp()(Weights, Start, Weights));
    }

    [Theory]
    [MemberData(nameof(Policies))]
    public void Of_loops_under_checkpoints_one_at_a_time_has_its_steps_in_memory(string policy)
    {
        var inner = Fn((Tensor w, Tensor h) => Iterate(Steps, h, s => Step(w, s)));
        var run = policy switch
        {
            "none" => inner,
            "nothing" => inner.Checkpoint(),
            "dots" => inner.Checkpoint(Keep.Dots),
            "named" => inner.Checkpoint(Keep.Named("h")),
            _ => inner.Checkpoint(Keep.Bytes(2 * Vector)),
        };
        // Two loops after one another: with a checkpoint only one of them has its steps aside at a time.
        var twice = Fn((Tensor w, Tensor h) => run(w, run(w, h)).Sum(null, false));
        var plain = Fn((Tensor w, Tensor h) => inner(w, inner(w, h)).Sum(null, false));
        long Working(Fn<Tensor, Tensor, Tensor> f) => f.Grad().Explain(Weights, Start).Memory.Working;
        if (policy == "none") Assert.Equal(Working(plain), Working(twice));
        else Assert.True(Working(twice) < 0.7 * Working(plain), $"{Working(plain)} bytes without, {Working(twice)} with a checkpoint");
        Assert.True(Count(twice).Operations <= 2 * Count(plain).Operations);
        Same(plain.Grad()(Weights, Start), twice.Grad()(Weights, Start));
        Same(plain.Hvp()(Weights, Start, Weights), twice.Hvp()(Weights, Start, Weights));
    }

    [Fact]
    public void Checkpoints_in_loops_in_checkpoints_keep_what_both_allow()
    {
        var step = Step.Checkpoint();
        var inner = Fn((Tensor w, Tensor h) => Iterate(10, h, s => step(w, s))).Checkpoint();
        var nested = Fn((Tensor w, Tensor h) => Iterate(10, h, s => inner(w, s)).Sum(null, false));
        var plain = Fn((Tensor w, Tensor h) => Iterate(100, h, s => Step(w, s)).Sum(null, false));
        // Ten states, and, for one of them at a time, ten more.
        Assert.InRange(Count(nested).MostKeptBytes, 20 * Vector, 24 * Vector);
        Assert.True(Count(plain).MostKeptBytes >= 300 * Vector);
        Same(plain.Grad()(Weights, Start), nested.Grad()(Weights, Start));
    }

    [Theory]
    [InlineData(100)]
    [InlineData(2_500)]
    [InlineData(10_000)]
    public void A_scan_in_segments_keeps_memory_for_the_root_of_its_length(int n)
    {
        // A state and an output; the derivative of a step reads both the state and the input.
        var whole = Fn((double[] x) => Scan(0.3, x, (h, e) => ValueTuple.Create(Math.Sin(h) * e, Math.Exp(h) * e)).Outputs.Sum());
        int every = (int)Math.Sqrt(n);
        var segments = Fn((double[] x) => Scan(0.3, x, (h, e) => ValueTuple.Create(Math.Sin(h) * e, Math.Exp(h) * e), every).Outputs.Sum());
        double[] x = [.. Enumerable.Range(0, n).Select(i => Math.Cos(i))];
        InterpreterStatistics Run(Fn<double[], double> f) => Counted.Run(Counted.Program(f.Grad(), x), Derivatives.Of(x, n));
        var (all, root) = (Run(whole), Run(segments));
        long outputs = (long)n * sizeof(double);
        Assert.True(all.MostKeptBytes >= 2 * outputs);
        Assert.InRange(root.MostKeptBytes, every * sizeof(double), 8 * every * sizeof(double));
        Assert.True(root.Operations <= 2 * all.Operations, $"{all.Operations} operations, {root.Operations} in segments");
        Assert.All(whole.Grad()(x).Zip(segments.Grad()(x)), p => Assert.Equal(p.First, p.Second, 1e-10 * (1 + Math.Abs(p.First))));
    }

    [Fact]
    public void The_gradient_of_indexing_in_segments_is_linear_in_the_length()
    {
        var f = Fn((double[] x) => Iterate(x.Length, 1.0, (s, i) => Math.Sin(s * x[i]) + x[i], 0));
        (double Operations, double Elements) At(int n)
        {
            var run = Counted.Run(Counted.Program(f.Grad(), new double[n]), Derivatives.Of([.. Enumerable.Range(0, n).Select(i => Math.Cos(i))], n));
            return (run.Operations, run.Elements);
        }
        var (small, large) = (At(400), At(6400));
        Assert.InRange(large.Operations / small.Operations, 14, 17);
        Assert.InRange(large.Elements / small.Elements, 14, 17);
    }
}
