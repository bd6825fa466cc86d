using MindDsl.Backends;
using MindDsl.Ir;
using MindDsl.Testing;
using MindDsl.Tests.Properties;
using Xunit;
using static MindDsl.Mind;
using static MindDsl.Tests.Autodiff.Counted;

namespace MindDsl.Tests.Autodiff;

/// <summary>
/// What derivatives cost, counted in the interpreter: arithmetic 1, a division 4, a transcendental function 20; elements written and bytes that loops put aside. Nothing here depends on a clock.
/// </summary>
public class CostTests
{
    private static TensorBuffer Vector(int n) => Derivatives.Of([.. Enumerable.Range(0, n).Select(i => Math.Sin(i + 1))], n);

    private static TensorBuffer Whole(long n) => TensorBuffer.Of<long>(DType.I64, [n]);

    private static int Size(Module module) => module.Functions.Values.Sum(f => Scope.Size(f.Body));

    /// <summary>Value and gradient of a program, through all passes.</summary>
    private static Module ValueAndGradient(Module module)
    {
        var function = module.EntryFunction;
        var builder = new BlockBuilder();
        var parameters = function.Body.Parameters.Map(p => new Value(p.Type));
        var active = parameters.Map(p => p.Type.IsDifferentiable);
        Seq<IrType> types = [Derivatives.Real, .. parameters.Where(p => p.Type.IsDifferentiable).Select(p => p.Type)];
        var all = builder.Emit(new Differentiate(DerivativeKind.Reverse, function.Name, active, [true], [.. parameters, Literal.Of(DType.F64, 1.0)]), types);
        var entry = new FunctionName("value_and_gradient");
        var functions = new Dictionary<FunctionName, Function>(module.Functions) { [entry] = new(entry, builder.Build(parameters, all.Map(Atom (v) => v))) };
        return Optimised(new Module(entry, functions, module.Unions), ExpandDerivativesPass);
    }

    private static readonly Pass ExpandDerivativesPass = MindDsl.Autodiff.ExpandDerivatives.Pass;

    private static Module Optimised(Module module, params Pass[] first) => Pipeline.Run(module, Level.FirstOrder, [.. first, Inline.Late, Simplify.Pass, RemoveDead.Pass]);

    [Fact]
    public void Value_and_gradient_cost_at_most_five_times_the_value() => DerivativeLaws.Check(DerivativeLaws.Programs(30), p =>
    {
        var module = Derivatives.Prepare(new ProgramGenerator(p.Seed, smooth: false).Make(Math.Max(20, p.Size)));
        var arguments = DerivativeLaws.Arguments(p.Seed);
        long value = Run(Optimised(module), arguments).Operations, both = Run(ValueAndGradient(module), arguments).Operations;
        Assert.True(both <= 5 * Math.Max(value, 200), $"value {value}, value and gradient {both}, ratio {both / (double)value}");
    }, 60);

    /// <summary>Dense formulas of scalars, where most operations have a derivative of several: the worst case.</summary>
    [Fact]
    public void Random_programs_grow_by_a_bounded_factor_with_each_derivative() => DerivativeLaws.Check(DerivativeLaws.Programs(30), p =>
    {
        var module = Derivatives.Prepare(new ProgramGenerator(p.Seed, smooth: true).Make(Math.Max(20, p.Size), closures: false));
        int primal = Math.Max(40, Size(Optimised(module))), first = Size(ValueAndGradient(module));
        Assert.True(first <= 3.2 * primal, $"{primal} operations, {first} after one derivative");
        int second = Size(Derivatives.Directional(Derivatives.Directional(module, DerivativeKind.Reverse), DerivativeKind.Forward));
        Assert.True(second <= 8 * primal, $"{primal} operations, {second} after two derivatives");
    }, 30);

    private sealed record Layer(Tensor W, Tensor B);

    [Fact]
    public void Models_grow_by_at_most_three_with_the_first_derivative_and_eight_with_the_second()
    {
        Tensor x = Tensor.Zeros(DType.F64, [6, 4]), v = Tensor.Zeros(DType.F64, [4]);
        var layer = new Layer(Tensor.Zeros(DType.F64, [4, 4]), v);
        void Grows<A, B>(string name, Fn<A, B, Tensor> f, A a, B b)
        {
            int primal = Math.Max(12, Size(Program(f, a, b))), first = Size(Program(f.ValueAndGrad(), a, b)), second = Size(Program(f.Hvp(), a, b, a));
            Assert.True(first <= 3 * primal, $"{name}: {primal} operations, {first} after one derivative");
            Assert.True(second <= 8 * primal, $"{name}: {primal} operations, {second} after two derivatives");
        }
        Grows("a layer", Fn((Layer p, Tensor t) => ((t.Dot(p.W) + p.B).Tanh().Dot(p.W) + p.B).Square().Sum(null, false)), layer, x);
        Grows("a mixture", Fn((Layer p, Tensor t) => ((t.Dot(p.W) + p.B).LogSumExp(new[] { 1 }, false) - (p.W * p.W).Sum(null, false)).Sum(null, false)), layer, x);
        Grows("a recurrent net", Fn((Layer p, Tensor t) => Fold(p.B, t, (h, e) => (p.W.Dot(h) + e).Tanh() + p.B).Square().Sum(null, false)), layer, x);
        Grows("a comprehension", Fn((Layer p, Tensor t) => Build(from i in Axis(6) from j in Axis(4) select Sum(from k in Axis(4) select t[i, k] * p.W[k, j]).Sin() * p.B[j]).Sum(null, false)), layer, x);
    }

    [Fact]
    public void A_million_iterations_are_reversed_and_a_recursion_of_a_hundred_thousand_calls()
    {
        var loop = Fn((double x) => While(new { S = x, N = 0 }, s => s.N < 1_000_000, s => new { S = Math.Sin(s.S) + 1e-3 * x, N = s.N + 1 }).S);
        double s = 0.4, growth = 1;
        for (int i = 0; i < 1_000_000; i++) (s, growth) = (Math.Sin(s) + 1e-3 * 0.4, Math.Cos(s) * growth + 1e-3);
        Assert.Equal(s, loop(0.4), 1e-12);
        Assert.Equal(growth, loop.Grad()(0.4), 1e-9);
        Fn<double, int, double> deep = null!;
        deep = Fn((double x, int n) => n == 0 ? x : 0.5 * Math.Sin(deep(x, n - 1)) + x);
        double y = 0.3, slope = 1;
        for (int i = 0; i < 100_000; i++) (y, slope) = (0.5 * Math.Sin(y) + 0.3, 0.5 * Math.Cos(y) * slope + 1);
        Assert.Equal(y, deep(0.3, 100_000), 1e-12);
        Assert.Equal(slope, deep.Grad()(0.3, 100_000), 1e-9);
        Assert.Equal(slope, deep.Jvp()(0.3, 100_000, 1, 0).Tangent, 1e-9);
    }

    [Fact]
    public void The_gradient_of_indexing_in_a_loop_is_linear_in_the_length()
    {
        var f = Fn((double[] x, long n) => Iterate(n, 0.0, (s, i) => s + Math.Sin(x[i]) * x[i]));
        (long Operations, long Elements) At(int n)
        {
            var run = Run(Program(f.Grad(), new double[n], (long)n), Vector(n), Whole(n));
            return (run.Operations, run.Elements);
        }
        var (small, large) = (At(100), At(400));
        Assert.InRange(large.Operations / (double)small.Operations, 3.5, 4.2);
        Assert.InRange(large.Elements / (double)small.Elements, 3.5, 4.2);
    }

    [Fact]
    public void A_loop_keeps_the_values_that_the_backward_sweep_reads()
    {
        var f = Fn((double x, long n) => Iterate(n, x, s => Math.Sin(s) * 0.9));
        Assert.Equal(100 * sizeof(double), Run(Program(f.Grad(), 1.0, 100L), Derivatives.Scalar(0.4), Whole(100)).KeptBytes);
        // The carry and the factor that multiplies it.
        var g = Fn((double x, long n) => Iterate(n, x, s => Math.Tanh(s) * Math.Exp(-s * s)));
        Assert.InRange(Run(Program(g.Grad(), 1.0, 100L), Derivatives.Scalar(0.4), Whole(100)).KeptBytes, 100 * sizeof(double), 3 * 100 * sizeof(double));
    }

    [Fact]
    public void A_linear_loop_keeps_nothing()
    {
        var f = Fn((double x, double y) => While(new { S = x, N = 0 }, s => s.N < 100, s => new { S = s.S * 0.5 + 3 * y, N = s.N + 1 }).S);
        Assert.Equal(0, Run(Program(f.GradAll(), 1.0, 2.0), Derivatives.Scalar(1), Derivatives.Scalar(2)).KeptBytes);
        var scan = Fn((double x, double[] v) => Enumerable.Range(0, v.Length).Aggregate(x, (s, i) => 0.5 * s + v[i]));
        Assert.Equal(0, Run(Program(scan.Grad(), 1.0, new double[50]), Derivatives.Scalar(1), Vector(50)).KeptBytes);
    }

    [Fact]
    public void A_loop_in_segments_keeps_a_state_for_each_root_of_its_steps_and_computes_no_step_thrice()
    {
        Fn<double, long, double> plain = Fn((double x, long n) => Iterate(n, x, s => Math.Sin(s) * x)),
            segments = Fn((double x, long n) => Iterate(n, x, s => Math.Sin(s) * x, 0));
        (long Kept, long Operations) At(Fn<double, long, double> f, long n)
        {
            var run = Run(Program(f.Grad(), 1.0, n), Derivatives.Scalar(0.9), Whole(n));
            return (run.MostKeptBytes, run.Operations);
        }
        foreach (long n in new long[] { 400, 2500 })
        {
            var (all, root) = (At(plain, n), At(segments, n));
            Assert.True(root.Kept <= 8 * sizeof(double) * (long)Math.Sqrt(n), $"{n} steps keep {root.Kept} bytes");
            Assert.True(all.Kept >= n * sizeof(double));
            Assert.True(root.Operations <= 2 * all.Operations, $"{all.Operations} operations, {root.Operations} in segments");
        }
    }

    [Fact]
    public void A_chain_of_fans_stays_linear_in_size()
    {
        Fn<double, double> Chain(int n)
        {
            var f = Fn((double x) => Math.Sin(x) + x);
            for (int i = 0; i < n; i++)
            {
                var inner = f;
                f = Fn((double x) => Let(inner(x), y => y * y + y * Math.Sin(y)));
            }
            return f;
        }
        int Cost(int n) => Size(Program(Chain(n).Grad(), 1.0));
        Assert.InRange((Cost(40) - Cost(20)) / (double)(Cost(20) - Cost(10)), 1.5, 2.2);
    }

    [Fact]
    public void A_hundred_equal_layers_are_differentiated_once()
    {
        var layer = Fn((double[] w, double h) => Math.Tanh(h * w[0] + w[1]) * w[2] + Math.Sin(h * w[3]) * Math.Exp(h * w[4]) + Math.Cos(h + w[5]) / (1 + h * h));
        int Functions(int depth)
        {
            var f = Fn((double[] w, double x) => layer(w, x));
            for (int i = 1; i < depth; i++)
            {
                var inner = f;
                f = Fn((double[] w, double x) => layer(w, inner(w, x)));
            }
            return Made(Fn((double[] w, double x) => f(w, x)).Grad(), new double[6], 1.0);
        }
        int Made(Fn<double[], double, double[]> f, double[] w, double x)
        {
            int most = 0, here = Environment.CurrentManagedThreadId;
            Pipeline.Trace = (pass, _, after, _) =>
            {
                // Other tests run passes meanwhile.
                if (Environment.CurrentManagedThreadId == here && pass.Name == "expand-derivatives") most = Math.Max(most, after.Functions.Count);
            };
            try
            {
                Program(f, w, x);
            }
            finally
            {
                Pipeline.Trace = null;
            }
            Assert.True(most > 0);
            return most;
        }
        Assert.True(Functions(100) <= 1.3 * Functions(2), $"{Functions(100)} and {Functions(2)} functions");
    }

    [Fact]
    public void A_hundred_equal_layers_are_emitted_once()
    {
        var layer = Fn((Layer p, Tensor h) => Let(h.Dot(p.W) + p.B, a => Let((h.Dot(p.W) - p.B).Sigmoid(), g => Let(g * a.Tanh() + ((1 - g) * h), r => Let(r - r.Mean(new[] { 1 }, true), c =>
            (c / ((c * c).Mean(new[] { 1 }, true) + 1e-5).Sqrt() * p.B) + h + ((r * a.Sin()).Exp() * 0.01))))));
        Tensor x = Tensor.Full(0.1, DType.F64, 6, 4);
        var given = new Layer(Tensor.Full(0.02, DType.F64, 4, 4), Tensor.Full(0.1, DType.F64, 4));
        ProgramCounts Chained(int depth)
        {
            var f = Fn((Layer p, Tensor h) => layer(p, h));
            for (int i = 1; i < depth; i++)
            {
                var inner = f;
                f = Fn((Layer p, Tensor h) => layer(p, inner(p, h)));
            }
            return Fn((Layer p, Tensor h) => f(p, h).Square().Sum(null, false)).Grad().Explain(given, x).Counts;
        }
        ProgramCounts Listed(int depth) =>
            Fn((Layer[] p, Tensor h) => p.Aggregate(h, (s, q) => layer(q, s)).Square().Sum(null, false)).Grad().Explain([.. Enumerable.Repeat(given, depth)], x).Counts;
        foreach (var make in new[] { Chained, Listed })
        {
            var (two, hundred) = (make(2), make(100));
            Assert.True(hundred.Kernels <= 1.3 * two.Kernels, $"{hundred.Kernels} kernels, {two.Kernels} of two layers");
            Assert.True(hundred.Functions <= 3, $"{hundred.Functions} functions");
        }
        // The same values as of a loop.
        var loop = Fn((Layer p, Tensor h) => Iterate(100, h, s => layer(p, s)).Square().Sum(null, false)).Grad();
        var chain = Fn((Layer p, Tensor h) => layer(p, h));
        for (int i = 1; i < 100; i++)
        {
            var inner = chain;
            chain = Fn((Layer p, Tensor h) => layer(p, inner(p, h)));
        }
        var whole = Fn((Layer p, Tensor h) => chain(p, h).Square().Sum(null, false)).Grad();
        Assert.All(loop(given, x).W.ToArray<double>().Zip(whole(given, x).W.ToArray<double>()), p => Assert.Equal(p.First, p.Second, 1e-9 * (1 + Math.Abs(p.First))));
    }

    [Fact]
    public void Jacobians_run_the_function_once()
    {
        var f = Fn((double[] x) => Enumerable.Range(0, 20).Select(i => Math.Sin(Math.Exp(x[i % 5]) * x[(i + 1) % 5])).ToArray());
        double[] x = new double[5];
        var value = Run(Program(f, x), Vector(5));
        foreach (var (jacobian, lanes) in new[] { (f.JacFwd(), 5), (f.JacRev(), 20) })
        {
            var module = Program(jacobian, x);
            // A lane costs multiplications and additions: all transcendental functions are outside.
            var run = Run(module, Vector(5));
            Assert.True(run.Operations <= 3 * value.Operations + lanes * 20 * 8, $"value {value.Operations}, Jacobian {run.Operations}");
        }
    }
}
