using MindDsl.Ir;
using Xunit;
using static MindDsl.Mind;

namespace MindDsl.Tests.Dsl;

public class CompositionTests
{
    private static readonly double Half = 0.5;
    private readonly double _k = 3;

    private double Third { get; } = 1.0 / 3;

    private sealed record Cell(Tensor W, Tensor U);

    private sealed record Sample(double X, double Y);

    [Fact]
    public void Fields_properties_and_statics_are_captured()
    {
        Assert.Equal(3 * 0.5 * 2, Fn((double x) => _k * Half * x)(2));
        Assert.Equal(1, Fn((double x) => Third * x)(3), 15);
        Assert.Equal(Math.PI + Math.E, Fn((double x) => Math.PI * x + Math.E)(1));
        Assert.Equal(6, Fn((double x) => this._k * x)(2));
    }

    [Fact]
    public void A_recurrent_network_runs_over_a_sequence_and_learns()
    {
        var cell = Fn((Cell c, Tensor h, Tensor x) => (h.Dot(c.W) + x.Dot(c.U)).Tanh());
        var loss = Fn((Cell c, Tensor xs) => Fold(Tensor.Zeros(DType.F64, 2), xs, (h, x) => cell(c, h, x)).Square().Sum(null, false));
        var c = new Cell(Tensor.Of(new[,] { { 0.1, -0.3 }, { 0.2, 0.4 } }), Tensor.Of(new[,] { { 0.5, 0.1 } }));
        var xs = Tensor.Of(new[,] { { 1.0 }, { -0.5 }, { 0.25 } });
        var g = loss.Grad()(c, xs);
        double w = c.W.ToArray<double>()[1];
        double At(double v) => (double)loss(new(Tensor.Of(new[,] { { 0.1, v }, { 0.2, 0.4 } }), c.U), xs);
        Oracle.Near(Oracle.Slope(At, w), g.W.ToArray<double>()[1]);
    }

    [Fact]
    public void Gradients_are_batched_over_samples_with_shared_parameters()
    {
        var loss = Fn((Tensor w, Tensor x, Tensor t) => (w * x - t).Square().Sum(null, false));
        var w = Tensor.Of(new[] { 1.0, 2 });
        var each = Fn((Tensor x, Tensor t) => loss.Grad()(w, x, t)).Vmap();
        var (xs, ts) = (Tensor.Of(new[,] { { 1.0, 2 }, { 3, 4 } }), Tensor.Of(new[,] { { 0.0, 1 }, { 1, 1 } }));
        Assert.Equal([2, 12, 12, 56], each(xs, ts).ToArray<double>());
        var twice = Fn((Tensor x) => x.Sum(null, false)).Vmap().Vmap();
        Assert.Equal([2, 2], twice(Tensor.Ones(DType.F64, 2, 2, 3)).Shape.ToArray());
        var samples = Fn((Sample s) => s.X * s.Y);
        Assert.Equal("MIND0406", Assert.Throws<MindDslException>(() => samples.Vmap()(new(1, 2))).Code);
    }

    [Fact]
    public void Lists_of_records_are_folded_zipped_and_indexed()
    {
        Sample[] samples = [new(1, 2), new(3, 5), new(4, 4)];
        var error = Fn((double a, Sample[] s) => s.Sum(p => (a * p.X - p.Y) * (a * p.X - p.Y)));
        Assert.Equal(samples.Sum(p => (2 * p.X - p.Y) * (2 * p.X - p.Y)), error(2, samples));
        Assert.Equal(samples.Sum(p => 2 * p.X * (2 * p.X - p.Y)), error.Grad()(2, samples));
        var picked = Fn((Sample[] s, int i) => s[i].X * s[0].Y);
        Assert.Equal(8, picked(samples, 2));
        Assert.Equal(new Sample(2, 0), picked.Grad()(samples, 2)[2]);
        var made = Fn((double[] xs) => xs.Select(x => new Sample(x, x * x)).ToArray());
        Assert.Equal([new Sample(1, 1), new Sample(2, 4)], made([1, 2]));
        var fold = Fn((Sample[] s) => Fold(1.0, s, (acc, p) => acc * p.X + p.Y));
        Assert.Equal(Fold(1.0, samples, (acc, p) => acc * p.X + p.Y), fold(samples));
    }

    [Fact]
    public void Scans_over_lists_in_a_structure_give_lists()
    {
        var f = Fn((Sample[] layers, double v) => Scan(v, layers, (s, p) => Let(s * p.X + p.Y, t => ValueTuple.Create(t, new Sample(t, s)))).Outputs);
        Assert.Equal([new(7, 3), new(19, 7)], f([new(2, 1), new(3, -2)], 3));
        var last = Fn((Sample[] layers, double v) => f(layers, v)[layers.Length - 1].X);
        Assert.Equal(6, last.Grad(Wrt.Arg2)([new(2, 1), new(3, -2)], 3));
    }

    [Fact]
    public void Scans_emit_records()
    {
        var f = Fn((double[] xs) => Scan(0.0, xs, (s, x) => ValueTuple.Create(s + x, new { Sum = s + x, Square = x * x })).Outputs.Sum(o => o.Sum * o.Square));
        Assert.Equal(1 * 1 + 3 * 4 + 6 * 9, f([1, 2, 3]));
        Assert.Equal(3 * 1 + 4 + 9, f.Grad()([1, 2, 3])[0]);
    }

    [Fact]
    public void Functions_of_functions_recurse()
    {
        // Continuations: the function that is passed grows with each call.
        Fn<double, Func<double, double>, double> product = null!;
        product = Fn((double n, Func<double, double> k) => n <= 1 ? k(1) : product(n - 1, v => k(n * v)));
        var f = Fn((double n) => product(n, v => v));
        Oracle.Near(57.304, f.Grad()(4.1), 1e-12);
        Assert.Equal(120, f(5));
        var compose = Fn((Fn<double, double> a, Fn<double, double> b, double x) => a(b(x)));
        var (sin, square) = (Fn((double x) => Math.Sin(x)), Fn((double x) => x * x));
        Assert.Equal(Math.Sin(4), compose(sin, square, 2));
        Assert.Equal(Math.Sin(2) * Math.Sin(2), compose(square, sin, 2));
        Oracle.Near(4 * Math.Cos(4), compose.Grad(Wrt.Arg3)(sin, square, 2), 1e-14);
    }

    [Fact]
    public void Newton_s_method_uses_the_derivative_of_what_it_is_given()
    {
        var root = Fn((Fn<double, double> f, double start) => While(start, x => Math.Abs(f(x)) > 1e-12, x => x - f(x) / f.Grad()(x)));
        Oracle.Near(Math.Sqrt(2), root(Fn((double x) => x * x - 2), 1), 1e-12);
        Oracle.Near(Math.PI, root(Fn((double x) => Math.Sin(x)), 3), 1e-12);
        // The slope of √a, through the iterations.
        var sqrt = Fn((double a) => Iterate(8, 1.0, x => x - Fn((double y) => y * y - a)(x) / Fn((double y) => y * y - a).Grad()(x)));
        Oracle.Near(0.5 / Math.Sqrt(2), sqrt.Grad()(2), 1e-10);
    }

    [Fact]
    public void Second_derivatives_agree_in_all_combinations_of_modes()
    {
        var f = Fn((double x) => Iterate(3, x, s => Math.Sin(s) * x) + (x > 0 ? x * x * x : 0));
        var first = f.Grad();
        double expected = Oracle.Slope(x => first(x), 0.8);
        Oracle.Near(expected, f.Grad().Grad()(0.8));
        Oracle.Near(expected, f.Grad().Jvp()(0.8, 1).Tangent);
        Oracle.Near(expected, Fn((double x) => f.Jvp()(x, 1).Tangent).Grad()(0.8));
        Oracle.Near(expected, Fn((double x) => f.Jvp()(x, 1).Tangent).Jvp()(0.8, 1).Tangent);
    }

    [Fact]
    public void Whole_numbers_are_passed_over_by_derivatives_of_all_arguments()
    {
        var f = Fn((double x, int n) => x * n);
        Assert.Equal((6.0, 3.0), f.Jvp()(2, 3, 1, 7));
        Assert.Equal((6.0, (3.0, 0)), f.Vjp()(2, 3, 1));
        Assert.Equal("MIND0404", Assert.Throws<MindDslException>(() => f.GradAll()(2, 3)).Code);
    }

    [Fact]
    public void A_while_may_have_a_tensor_as_its_condition()
    {
        var f = Fn((Tensor x) => While(x, s => s.Sum(null, false) < 10, s => s * 2));
        Assert.Equal([4, 8], f(Tensor.Of(new[] { 1.0, 2 })).ToArray<double>());
        Assert.Equal([4, 8], While(Tensor.Of(new[] { 1.0, 2 }), s => s.Sum(null, false) < 10, s => s * 2).ToArray<double>());
    }

    [Fact]
    public void Tensors_are_made_inside_of_quotes()
    {
        Assert.Equal([1, 2, 3], Fn((double x) => Tensor.Of(new[] { x, 2 * x, 3 }))(1).ToArray<double>());
        Assert.Equal([2f, 2], Fn((Tensor x) => Tensor.Ones(2) + x)(Tensor.Of(1f)).ToArray<float>());
        Assert.Equal([0, 1, 2], Fn((Tensor x) => Tensor.Arange(3, DType.F64) * x)(Tensor.Of(1.0)).ToArray<double>());
        Assert.Equal([7.0, 7], Fn((Tensor x) => Tensor.Full(7, DType.F64, 2) * x)(Tensor.Of(1.0)).ToArray<double>());
        int n = 2;
        Assert.Equal([1, 0, 0, 1], Fn((Tensor x) => Tensor.Eye(n, DType.F64) * x)(Tensor.Of(1.0)).ToArray<double>());
        Assert.Equal([2, 3], Fn((Tensor x) => x.Reshape(n, 3))(Tensor.Zeros(6)).Shape.ToArray());
        Assert.Equal([4, 3], Fn((Tensor x) => x.Reshape(n * 2, 3))(Tensor.Zeros(12)).Shape.ToArray());
    }

    [Fact]
    public void The_same_results_come_from_the_interpreter()
    {
        var f = Fn((double x) => Iterate(4, x, s => s > 1 ? Math.Log(s) + x : s * s + 1));
        double value = f(0.7), slope = f.Grad()(0.7);
        using (Use(new global::MindDsl.Backends.InterpreterBackend()))
        {
            Oracle.Near(value, f(0.7), 1e-14);
            Oracle.Near(slope, f.Grad()(0.7), 1e-14);
        }
    }

    [Fact]
    public void Lists_of_functions_are_applied_one_after_another()
    {
        Fn<double, double>[] steps = [Fn((double x) => x * x), Fn((double x) => Math.Sin(x)), Fn((double x) => x + 1)];
        var all = Fn((double x) => steps.Aggregate(x, (v, f) => f(v)));
        Assert.Equal(Math.Sin(4) + 1, all(2), 15);
        Oracle.Near(4 * Math.Cos(4), all.Grad()(2), 1e-14);
        steps = [steps[2]];
        Assert.Equal(3, all(2));
        var given = Fn((Fn<double, double>[] fs, double x) => fs[1](fs[0](x)));
        Assert.Equal(10, given([Fn((double x) => x * 3), Fn((double x) => x + 1)], 3));
    }

    [Fact]
    public void A_condition_of_tensors_may_be_built_of_several()
    {
        var f = Fn((Tensor x) => x.Sum(null, false) > 1 && x.Max(null, false) < 5 ? x : -x);
        Assert.Equal([1, 2], f(Tensor.Of(new[] { 1.0, 2 })).ToArray<double>());
        Assert.Equal([-1, -6], f(Tensor.Of(new[] { 1.0, 6 })).ToArray<double>());
    }

    [Fact]
    public void Loops_carry_records_with_lists_and_numbers()
    {
        var f = Fn((Cell c, double x) => While(new { C = c, All = new[] { x, 0.0 }, N = 0 }, s => s.N < 3,
            s => new { C = new Cell(s.C.W * 2, s.C.U), All = new[] { s.All[1], s.All[0] + 1 }, N = s.N + 1 }));
        var r = f(new(Tensor.Of(1.0), Tensor.Of(2.0)), 5);
        Assert.Equal((8.0, 1.0, 7.0), ((double)r.C.W, r.All[0], r.All[1]));
    }
}
