using MindDsl.Ir;
using Xunit;
using static MindDsl.Mind;

namespace MindDsl.Tests.Dsl.Calculus;

/// <summary>Derivatives at a point as functions.</summary>
public class LinearizationTests
{
    private static void Close(double expected, double found) => Assert.Equal(expected, found, 1e-10 * (1 + Math.Abs(expected)));

    [Fact]
    public void A_pullback_may_be_called_many_times_from_many_threads()
    {
        var f = Fn((double[] x) => new[] { x[0] * Math.Sin(x[1]), x[0] * x[1] });
        double[] x = [0.7, 1.3];
        var (value, pullback) = f.Vjp(x);
        Close(0.7 * Math.Sin(1.3), value[0]);
        Parallel.For(0, 200, k =>
        {
            double[] ct = [k, 1 - k];
            var found = pullback(ct);
            Close(k * Math.Sin(1.3) + (1 - k) * 1.3, found[0]);
            Close(k * 0.7 * Math.Cos(1.3) + (1 - k) * 0.7, found[1]);
        });
    }

    [Fact]
    public void A_pullback_keeps_the_run_of_its_function()
    {
        double k = 2;
        var f = Fn((Tensor w, Tensor x) => (w.Dot(x) * k).Tanh());
        Tensor w = new double[,] { { 0.3, -0.2 }, { 0.7, 0.4 } }, x = new double[] { 0.5, 0.1 };
        var (value, pullback) = f.Vjp(w, x);
        Tensor ct = new double[] { 1, -2 };
        var before = pullback(ct).Item1.ToArray<double>();
        k = 3;
        Assert.Equal(before, pullback(ct).Item1.ToArray<double>());
        var y = value.ToArray<double>();
        Close(2 * 1 * (1 - y[0] * y[0]) * 0.5, before[0]);
        Close(2 * -2 * (1 - y[1] * y[1]) * 0.1, before[3]);
        var quoted = QuotedFunction.Of(pullback);
        Assert.NotNull(quoted.Stage);
        // As a function in a quote it is what it says.
        k = 2;
        var inQuote = Fn((Tensor c) => pullback(c).Item1.Sum(null, false));
        Close(before.Sum(), inQuote(ct).Item<double>());
        Close(before.Sum(), ct.ToArray<double>().Zip(inQuote.Grad()(ct).ToArray<double>(), (a, b) => a * b).Sum());
    }

    [Fact]
    public void The_stages_of_a_pullback_share_the_work()
    {
        var f = Fn((double x, double y) => While(x, s => s < 100, s => s * s + Math.Sin(y)));
        var (_, pullback) = f.Vjp(1.5, 0.25);
        Assert.Equal(f.Vjp()(1.5, 0.25, 2.0).Cotangent, pullback(2.0));
        var g = Fn((double[] x) => x.Select(v => Math.Exp(Math.Sin(v))).ToArray());
        var tangent = QuotedFunction.Of(g.Linearize([0.1, 0.2, 0.3]).Tangent);
        var frame = MindDsl.Structures.CallFrame.Rent();
        MindDsl.Structures.Structure<double[]>.Write([1, 2, 3], frame);
        var (first, second) = Stages.Split(Compilation.Module(tangent, frame, isOptimised: true), 1);
        frame.Return();
        Assert.Contains("exp", Printer.Print(first), StringComparison.Ordinal);
        Assert.DoesNotContain("exp", Printer.Print(second), StringComparison.Ordinal);
    }

    [Fact]
    public void The_linear_map_is_the_transpose_of_the_pullback()
    {
        var f = Fn((double x, double y) => While(x, s => s < 100, s => s * s + y));
        var (value, tangent) = f.Linearize(1.5, 0.25);
        var (again, pullback) = f.Vjp(1.5, 0.25);
        Assert.Equal(value, again);
        var (dx, dy) = pullback(1.0);
        Close(dx * 0.3 - dy * 0.7, tangent(0.3, -0.7));
        Close(f.Jvp()(1.5, 0.25, 0.3, -0.7).Tangent, tangent(0.3, -0.7));
    }

    [Fact]
    public void Pullbacks_are_values_in_quotes()
    {
        var f = Fn((double x) => Math.Sin(x) * x);
        var twice = Fn((double x) => Let(f.Vjp(x), r => r.Value + r.Pullback(1.0) * r.Pullback(2.0)));
        double d = Math.Cos(0.7) * 0.7 + Math.Sin(0.7);
        Close(Math.Sin(0.7) * 0.7 + 2 * d * d, twice(0.7));
        double dd = 2 * Math.Cos(0.7) - 0.7 * Math.Sin(0.7);
        Close(d + 4 * d * dd, twice.Grad()(0.7));
        Close(d + 4 * d * dd, twice.Jvp()(0.7, 1.0).Tangent);
    }

    [Fact]
    public void A_pullback_is_called_in_a_loop_whose_length_is_known_at_run_time()
    {
        var f = Fn((double x) => Math.Exp(x) * x);
        // Newton's method of f(x) = 3 by slopes of the pullback at the start (the chord method).
        var chord = Fn((double x, int n) => Let(f.Vjp(x), r => Iterate(n, x, s => s - (f(s) - 3) / r.Pullback(1.0))));
        double slope = Math.Exp(1.2) * 2.2, s = 1.2;
        for (int i = 0; i < 5; i++) s -= (Math.Exp(s) * s - 3) / slope;
        Close(s, chord(1.2, 5));
    }

    [Fact]
    public void Recursive_functions_are_linearised()
    {
        Fn<double, int, double> power = null!;
        power = Fn((double x, int n) => n == 0 ? 1 : x * power(x, n - 1));
        var (value, tangent) = power.Linearize(2, 5);
        Close(32, value);
        Close(80 * 0.5, tangent(0.5, 0));
        Close(80, power.Vjp(2, 5).Pullback(1.0).Item1);
        Close(160, power.JacFwd<double, int, double, double>().JacFwd<double, int, double, double>()(2, 5));
    }

    [Fact]
    public void Linear_maps_of_linear_maps_exist()
    {
        var f = Fn((double x) => Math.Sin(x) * x);
        var first = Fn((double x) => f.Linearize(x).Tangent(1.0));
        var second = Fn((double x) => first.Linearize(x).Tangent(1.0));
        var third = Fn((double x) => second.Vjp(x).Pullback(1.0));
        // (x sin x)′′′ = −3 sin x − x cos x.
        Close(-3 * Math.Sin(0.7) - 0.7 * Math.Cos(0.7), third(0.7));
    }
}
