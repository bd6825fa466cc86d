using System.Diagnostics;
using MindDsl.Autodiff;
using MindDsl.Ir;
using static MindDsl.Mind;

namespace MindDsl.Benchmarks;

/// <summary>How long programs take from the lambda to the first result.</summary>
internal static class CompileTimes
{
    public static int Run()
    {
        var first = Fn((double x) => x * x + Math.Sin(x));
        double slope = first.Grad()(2.0);
        var start = DateTime.Now - Process.GetCurrentProcess().StartTime;
        Print("process start to first gradient", start.TotalMilliseconds, "ms");
        if (double.IsNaN(slope)) return 1;

        foreach (int primitives in new[] { 20, 200, 1000 })
            Print($"differentiate and optimise {primitives} primitives", Median(200, () => Differentiate(primitives)) / primitives, "µs per primitive");
        Print("quote a lambda met before (about 30 nodes), with the compiler's own building of the tree",
            Median(2000, () => Fn((double x, double y) => Math.Sin(x * y) + Math.Exp(-x) * (y + 1) / (x * x + 2) - Math.Cos(y - x) * 3 + x)), "µs");

        foreach (var (name, prepare) in PeerWorkloads.Training()) FirstResult(name, prepare);
        foreach (int layers in new[] { 1, 2, 12 }) FirstResult(string.Create(CultureInfo.InvariantCulture, $"train.transformer.{layers}_layers"), Transformer.Step(layers).Prepare);
        return 0;
    }

    /// <summary>From the quotes of a workload to its first result; only the parts that are named.</summary>
    public static int Only(string name)
    {
        foreach (var (found, prepare) in PeerWorkloads.Training()) if (found.Contains(name, StringComparison.Ordinal)) FirstResult(found, prepare);
        if (int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int layers)) FirstResult($"train.transformer.{name}_layers", Transformer.Step(layers).Prepare);
        return 0;
    }

    private static void FirstResult(string name, Func<Action> prepare)
    {
        long from = Stopwatch.GetTimestamp();
        var step = prepare();
        double prepared = Stopwatch.GetElapsedTime(from).TotalMilliseconds;
        using var clock = new CompileClock();
        step();
        double total = Stopwatch.GetElapsedTime(from).TotalMilliseconds;
        Print($"quote to first result, {name} ({prepared:F0} ms of it to quote and make inputs; {clock})", total, "ms");
        long again = Stopwatch.GetTimestamp();
        step();
        Print("  the next step", Stopwatch.GetElapsedTime(again).TotalMilliseconds, "ms");
    }

    private static void Print(string what, double value, string unit) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: {value:F1} {unit}"));

    /// <summary>The median of runs once the JIT compiler is done with its second, optimising round.</summary>
    private static double Median(int runs, Action action)
    {
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start).TotalSeconds < 2) action();
        var times = new double[runs];
        for (int i = 0; i < runs; i++)
        {
            long from = Stopwatch.GetTimestamp();
            action();
            times[i] = Stopwatch.GetElapsedTime(from).TotalMicroseconds;
        }
        Array.Sort(times);
        return times[runs / 2];
    }

    private static void Differentiate(int primitives)
    {
        var scalar = TensorType.Scalar(DType.F64);
        var (name, entry) = (new FunctionName("f"), new FunctionName("main"));
        var (x, y, p, q) = (new Value(scalar), new Value(scalar), new Value(scalar), new Value(scalar));
        var body = new BlockBuilder();
        var (t, u) = (body[x], body[y]);
        for (int i = 0; i < primitives / 4; i++) (t, u) = (ElementwiseOps.Sin.On(t * u), ElementwiseOps.Exp.On(-u) + t);
        var outer = new BlockBuilder();
        var all = outer.Emit(
            new Differentiate(DerivativeKind.Reverse, name, [true, true], [true], [p, q, Literal.Of(DType.F64, 1.0)]), [scalar, scalar, scalar]);
        var module = new Module(entry, new Dictionary<FunctionName, Function>
        {
            [name] = new(name, body.Build([x, y], [t.Atom])),
            [entry] = new(entry, outer.Build([p, q], [all[1], all[2]])),
        });
        Pipeline.Run(module, Level.Source, LiftFunctions.Pass, Inline.Early, Simplify.Pass, Defunctionalize.Pass, ExpandDerivatives.Pass, Inline.Late, Simplify.Pass, RemoveDead.Pass);
    }
}
