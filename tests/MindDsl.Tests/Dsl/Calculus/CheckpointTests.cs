using MindDsl.Ir;
using Xunit;
using static MindDsl.Mind;

namespace MindDsl.Tests.Dsl.Calculus;

/// <summary>What is kept for the backward sweep changes memory and time, never a value.</summary>
public class CheckpointTests
{
    private static void Close(double expected, double found) => Assert.Equal(expected, found, 1e-10 * (1 + Math.Abs(expected)));

    private static readonly Fn<double, double> Wave = Fn((double x) => Math.Sin(Math.Exp(Math.Sin(x)) * x) * x);

    public static TheoryData<string> Policies => ["nothing", "dots", "named", "bytes"];

    private static CheckpointPolicy Policy(string name) => name switch
    {
        "nothing" => Keep.Nothing,
        "dots" => Keep.Dots,
        "named" => Keep.Named("h"),
        _ => Keep.Bytes(16),
    };

    [Theory]
    [MemberData(nameof(Policies))]
    public void A_checkpoint_changes_no_derivative(string policy)
    {
        var f = Fn((Tensor w, Tensor x) => Tag(w.Dot(x), "h").Tanh().Dot(x).Tanh().Sum(null, false));
        var g = f.Checkpoint(Policy(policy));
        var loss = Fn((Tensor w, Tensor x) => g(w * w, x) * g(w, x));
        var plain = Fn((Tensor w, Tensor x) => f(w * w, x) * f(w, x));
        Tensor w = new double[,] { { 0.3, -0.2 }, { 0.7, 0.4 } }, x = new double[,] { { 0.5, 0.1 }, { -0.6, 0.9 } };
        var (expected, found) = (plain.Grad()(w, x).ToArray<double>(), loss.Grad()(w, x).ToArray<double>());
        for (int k = 0; k < 4; k++) Close(expected[k], found[k]);
        (expected, found) = (plain.Hvp()(w, x, x).ToArray<double>(), loss.Hvp()(w, x, x).ToArray<double>());
        for (int k = 0; k < 4; k++) Close(expected[k], found[k]);
    }

    [Fact]
    public void A_policy_says_what_is_computed_again()
    {
        var f = Fn((Tensor w, Tensor x) => Tag(w.Dot(x), "h").Tanh());
        Tensor w = new double[,] { { 0.3, -0.2 }, { 0.7, 0.4 } }, x = new double[,] { { 0.5, 0.1 }, { -0.6, 0.9 } };
        (int Products, int Functions) Counted(CheckpointPolicy? policy)
        {
            var g = policy is null ? f : f.Checkpoint(policy);
            string program = Fn((Tensor w, Tensor x) => g(w, x).Square().Sum(null, false)).Grad().Show(w, x);
            return (program.Split(" contract<").Length - 1, program.Split(" tanh ").Length - 1);
        }
        Assert.Equal((2, 1), Counted(null));
        Assert.Equal((3, 2), Counted(Keep.Nothing));
        Assert.Equal((2, 2), Counted(Keep.Dots));
        Assert.Equal((2, 2), Counted(Keep.Named("h")));
        Assert.Equal((3, 2), Counted(Keep.Named("other")));
        Assert.Equal((2, 1), Counted(Keep.Bytes(1000)));
    }

    [Fact]
    public void Checkpoints_nest_and_have_derivatives_of_every_order()
    {
        var f = Fn((double x) => Wave.Checkpoint()(x) * x).Checkpoint();
        var g = Fn((double x) => Wave(x) * x);
        Close(g.Grad()(0.6), f.Grad()(0.6));
        Close(g.Grad().Grad()(0.6), f.Grad().Grad()(0.6));
        Close(g.Grad().Grad().Grad()(0.6), f.Grad().Grad().Grad()(0.6));
        Close(g.Jvp()(0.6, 2).Tangent, f.Jvp()(0.6, 2).Tangent);
    }

    [Fact]
    public void A_policy_may_be_written_in_the_quote()
    {
        var f = Fn((double x) => Wave.Checkpoint(Keep.Named("h", "k"))(x) + Wave.Checkpoint(Keep.Nothing)(x));
        Close(2 * Wave.Grad()(0.6), f.Grad()(0.6));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(100)]
    public void Loops_in_segments_are_loops(int every)
    {
        var plain = Fn((double x, int n) => Iterate(n, x, (s, i) => Math.Sin(s) + 0.1 * x * i));
        var segments = Fn((double x, int n) => Iterate(n, x, (s, i) => Math.Sin(s) + 0.1 * x * i, every));
        foreach (int n in new[] { 0, 1, 7, 16 })
        {
            Close(plain(0.4, n), segments(0.4, n));
            Close(plain.Grad()(0.4, n), segments.Grad()(0.4, n));
            Close(plain.Grad().Grad()(0.4, n), segments.Grad().Grad()(0.4, n));
        }
        var until = Fn((double x) => While(x, s => s < 100, s => s * 1.1 + x));
        var inSegments = Fn((double x) => While(x, s => s < 100, s => s * 1.1 + x, every));
        Close(until(1.5), inSegments(1.5));
        Close(until.Grad()(1.5), inSegments.Grad()(1.5));
        Close(until.Grad().Grad()(1.5), inSegments.Grad().Grad()(1.5));
        var scan = Fn((double[] v) => Let(Scan(0.3, v, (h, x) => ValueTuple.Create(Math.Sin(h + x), h * x)), r => r.State + r.Outputs.Sum()));
        var scanInSegments = Fn((double[] v) => Let(Scan(0.3, v, (h, x) => ValueTuple.Create(Math.Sin(h + x), h * x), every), r => r.State + r.Outputs.Sum()));
        foreach (int n in new[] { 1, 7, 16 })
        {
            double[] v = [.. Enumerable.Range(0, n).Select(i => Math.Cos(i))];
            Close(scan(v), scanInSegments(v));
            var (expected, found) = (scan.Grad()(v), scanInSegments.Grad()(v));
            for (int i = 0; i < n; i++) Close(expected[i], found[i]);
        }
    }
}
