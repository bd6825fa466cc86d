using MindDsl.Ir;
using Xunit;
using static MindDsl.Mind;

namespace MindDsl.Tests.Text;

/// <summary>Transformations by name do what those of C# do, to the last bit: they are the same.</summary>
public class TransformationTextTests
{
    private static readonly double[] Points = [-1.3, 0.2, 0.7, 2.9];
    private static readonly Fn<double, double, double> Mixed = Fn((double x, double y) => Math.Sin(x * y) + x * x * x * y);
    private const string MixedText = "(fun x y -> sin (x * y) + x * x * x * y)";
    private static readonly Fn<double[], double[]> Vector = Fn((double[] x) => x.Select(a => Math.Sin(a) * x.Select(b => b * b).Sum()).ToArray());
    private const string VectorText = "(fun (x: f64[n]) -> let s = sum (x * x) in [for i in n -> sin x[i] * s])";

    private static void AreEqual<R>(Fn<double, double, R> expected, string text)
    {
        var found = Parse<Fn<double, double, R>>(text);
        foreach (double x in Points) foreach (double y in Points) Assert.Equal(expected(x, y), found(x, y));
    }

    private static void AreClose(double[] expected, double[] found)
    {
        Assert.Equal(expected.Length, found.Length);
        for (int k = 0; k < found.Length; k++) Assert.Equal(expected[k], found[k], 1e-11 * (1 + Math.Abs(expected[k])));
    }

    private static void AreClose(double[] expected, Tensor found) => AreClose(expected, found.ToArray<double>());

    private static double[] Flat(Array array) => [.. array.Cast<double>()];

    [Fact]
    public void Gradients_and_directional_derivatives_are_those_of_CSharp()
    {
        AreEqual(Mixed.Grad(), $"grad {MixedText}");
        AreEqual(Mixed.Grad(Wrt.Arg2), $"grad<1> {MixedText}");
        AreEqual(Mixed.GradAll(), $"grad_all {MixedText}");
        AreEqual(Mixed.ValueAndGrad(), $"value_and_grad {MixedText}");
        AreEqual(Fn((double x, double y) => Mixed.Jvp()(x, y, y, x)), $"fun x y -> jvp {MixedText} x y y x");
        AreEqual(Fn((double x, double y) => Mixed.Vjp()(x, y, 2.5)), $"fun x y -> vjp {MixedText} x y 2.5");
        AreEqual(Fn((double x, double y) => Mixed.Hvp()(x, y, 1.5)), $"fun x y -> hvp {MixedText} x y 1.5");
        AreEqual(Mixed.HessianDiagonal(), $"hessian_diagonal {MixedText}");
    }

    [Fact]
    public void Matrices_of_derivatives_are_those_of_CSharp()
    {
        AreClose(Flat(Vector.Jacobian()(Points)), Parse<Fn<double[], double[,]>>($"jacobian {VectorText}")(Points).Cast<double>().ToArray());
        AreClose(Flat(Vector.JacFwd()(Points)), Parse<Fn<double[], double[,]>>($"jacfwd {VectorText}")(Points).Cast<double>().ToArray());
        AreClose(Flat(Vector.JacRev()(Points)), Parse<Fn<double[], double[,]>>($"jacrev {VectorText}")(Points).Cast<double>().ToArray());
        var loss = Fn((double[] x) => x.Select(v => v * v * v).Sum() * x[0]);
        AreClose(Flat(loss.Hessian()(Points)), Parse<Fn<double[], double[,]>>("hessian (fun (x: f64[n]) -> sum (x ** 3) * x[0])")(Points).Cast<double>().ToArray());
    }

    [Fact]
    public void Jacobians_of_structures_have_a_tensor_for_each_pair_of_leaves()
    {
        // (a, b) ↦ { P = a·b; Q = a + b² }
        var jacobian = Parse<Fn<double, double, (Tensor, Tensor, Tensor, Tensor)>>(
            "fun a b -> let j = jacobian (fun (a, b) -> { P = a * b; Q = a + b * b }) (a, b) in (fst j.P, snd j.P, fst j.Q, snd j.Q)");
        var (pa, pb, qa, qb) = jacobian(2, 5);
        Assert.Equal((5.0, 2.0, 1.0, 10.0), ((double)pa, (double)pb, (double)qa, (double)qb));
        var hessian = Parse<Fn<double, double, (Tensor, Tensor)>>("fun a b -> let h = hessian (fun (a, b) -> a * a * b) (a, b) in (snd (fst h), fst (fst h))");
        Assert.Equal((4.0, 10.0), ((double)hessian(2, 5).Item1, (double)hessian(2, 5).Item2));
    }

    [Fact]
    public void A_linearised_function_is_called_many_times()
    {
        AreEqual(Fn((double x, double y) => Let(Mixed.Linearize(x, y), l => l.Value + l.Tangent(1, 0) * l.Tangent(0, 1))),
            $"fun x y -> let (value, tangent) = linearize {MixedText} x y in value + tangent 1 0 * tangent 0 1");
        AreEqual(Fn((double x, double y) => Let(Mixed.Vjp(x, y), l => l.Pullback(2).Item1 * l.Pullback(3).Item2)),
            $"fun x y -> let (value, pull) = pullback {MixedText} x y in fst (pull 2) * snd (pull 3)");
        AreEqual(Mixed.Grad(), $"fun x y -> let (_, pull) = pullback (fun r -> {MixedText} r.X r.Y) {{ Y = y; X = x }} in (pull 1).X");
    }

    [Fact]
    public void A_linearised_function_of_the_host_takes_its_records()
    {
        var language = MindLanguage.Plain.WithFunction("f", Fn((Pair p) => p.Zeta * p.Zeta * p.Alpha));
        var found = language.Parse<Fn<double, double, (double, double)>>(
            "fun z a -> let (_, tangent) = linearize f { Alpha = a; Zeta = z } in let (_, pull) = pullback f { Alpha = a; Zeta = z } in (tangent { Alpha = 1; Zeta = 0 }, (pull 1).Zeta)")(3, 5);
        Assert.Equal((9, 30), found);
    }

    public sealed record Pair(double Zeta, double Alpha);

    [Fact]
    public void Taylor_coefficients_and_higher_derivatives_are_those_of_CSharp()
    {
        var f = Fn((double x) => Math.Exp(x) * x);
        var jet = Parse<Fn<double, double[], (double, double[])>>("fun x s -> jet (fun x -> exp x * x) x s");
        foreach (double x in Points)
        {
            var (value, series) = f.Jet()(x, [1, 0.5, -2]);
            Assert.Equal(value, jet(x, [1, 0.5, -2]).Item1);
            AreClose(series, jet(x, [1, 0.5, -2]).Item2);
            // The n-th derivative of x·eˣ is (x + n)·eˣ.
            AreClose([.. Enumerable.Range(0, 5).Select(n => (x + n) * Math.Exp(x))], Parse<Fn<double, double[]>>("derivatives<4> (fun x -> exp x * x)")(x));
            AreClose(f.Derivatives(4)(x), Parse<Fn<double, double[]>>("derivatives<4> (fun x -> exp x * x)")(x));
            AreClose([f(x)], Parse<Fn<double, double[]>>("derivatives<0> (fun x -> exp x * x)")(x));
        }
    }

    [Fact]
    public void Batches_run_along_the_axes_that_are_named()
    {
        var a = Tensor.Of(new[,] { { 1.0, 2, 3 }, { 4, 5, 6 } });
        var b = Tensor.Of(new[] { 10.0, 20 });
        var f = Fn((Tensor x, Tensor y) => x * y);
        void Same(Fn<Tensor, Tensor, Tensor> expected, string text) => Assert.Equal(expected(a, b).ToString(), Parse<Fn<Tensor, Tensor, Tensor>>(text)(a, b).ToString());
        Same(f.Vmap([1, null]), "vmap<[1, _]> (fun x y -> x * y)");
        Same(f.Vmap([1, null], 1), "vmap<[1, _], 1> (fun x y -> x * y)");
        Same(f.Vmap([0, 0], -1), "vmap<[0, 0], -1> (fun x y -> x * y)");
        Same(f.Vmap([-1, null]), "vmap<[-1, _]> (fun x y -> x * y)");
        Assert.Equal("f64[a, _] -> f64[b] -> f64[_, _, _]", MindLanguage.Plain.TypeOf("vmap<[1, _]> (fun (x: f64[a]) (y: f64[b]) -> [for i in a, j in b -> x[i] * y[j]])"));
    }

    [Fact]
    public void Solutions_of_equations_and_their_derivatives_are_those_of_CSharp()
    {
        var root = Fn((double a) => FixedPoint(1.0, x => (x + a / x) / 2));
        var cube = Fn((double a) => Root(1.0, x => x * x * x - a));
        foreach (double a in new[] { 0.3, 2.0, 7.5 })
        {
            Assert.Equal(root(a), Parse<Fn<double, double>>("fun a -> fixed_point (fun x -> (x + a / x) / 2) 1.0")(a));
            Assert.Equal(root.Grad()(a), Parse<Fn<double, double>>("grad (fun a -> fixed_point (fun x -> (x + a / x) / 2) 1.0)")(a));
            Assert.Equal(cube.Grad().Grad()(a), Parse<Fn<double, double>>("grad (grad (fun a -> root (fun x -> x * x * x - a) 1))")(a));
            // 1/(2√a) and 1/(3·a^(2/3))
            Assert.Equal(0.5 / Math.Sqrt(a), Parse<Fn<double, double>>("grad (fun a -> fixed_point<1e-10, 50> (fun x -> (x + a / x) / 2) 1.0)")(a), 1e-9);
            Assert.Equal(Math.Pow(a, -2.0 / 3) / 3, Parse<Fn<double, double>>("grad (fun a -> root<1e-10, 50> (fun x -> x * x * x - a) 1)")(a), 1e-9);
        }
        // 2x + y = b₀, x + 3y = b₁
        AreClose([0.6, 0.8], Parse<Fn<double[], double[]>>("fun b -> linear_solve (fun (x: f64[n]) -> [2 * x[0] + x[1]; x[0] + 3 * x[1]]) b")([2, 3]));
        Assert.Equal(0.6 - 0.2, Parse<Fn<double[], double[]>>("grad (fun b -> sum (linear_solve (fun (x: f64[n]) -> [2 * x[0] + x[1]; x[0] + 3 * x[1]]) b))")([2, 3])[0], 1e-12);
        Assert.Equal(1.0 / 100, Parse<Fn<double, double>>("fun a -> fixed_point<0.0, 3> (fun x -> x / a) 10000.0")(100), 1e-15);
    }

    [Theory]
    [InlineData("checkpoint")]
    [InlineData("checkpoint<true>")]
    [InlineData("checkpoint<false, [\"h\"]>")]
    [InlineData("checkpoint<true, [\"h\", \"k\"], 1024>")]
    public void Checkpoints_leave_values_and_derivatives_as_they_are(string checkpoint)
    {
        const string body = "(fun (x: f64[n]) -> let h = tag<\"h\"> (exp x) in sum (h * sin h * dot h x))";
        AreClose(Parse<Fn<double[], double[]>>("grad " + body)(Points), Parse<Fn<double[], double[]>>($"grad ({checkpoint} {body})")(Points));
        var source = Parse<Fn<double[], double>>($"fun x -> {checkpoint} {body} x");
        double value = source(Points);
        string printed = source.ShowSource();
        Assert.Contains("with " + (checkpoint == "checkpoint<true>" ? "checkpoint<true, [], 0>" : checkpoint == "checkpoint<false, [\"h\"]>" ? "checkpoint<false, [\"h\"], 0>" : checkpoint), printed, StringComparison.Ordinal);
        Assert.Equal(value, Parse<Fn<double[], double>>(printed)(Points));
    }

    [Fact]
    public void Loops_keep_states_at_the_distance_that_is_asked_for()
    {
        foreach (string every in new[] { "", "<0>", "<3>", "<100>" })
        {
            Assert.Equal(Math.Pow(1.1, 9) * 10, Parse<Fn<double, double>>($"grad (fun x -> iterate{every} 10 (fun y -> y * x) 1)")(1.1), 1e-12);
            Assert.Equal(Math.Pow(1.1, 9) * 10, Parse<Fn<double, double>>($"grad (fun x -> fst (scan{every} (fun s y -> (s * x + 0 * y, s)) 1 [for i in 10 -> 0.0]))")(1.1), 1e-12);
            // x, x², x⁴, …, until it exceeds 100: of 1.5 that is x^16.
            Assert.Equal(16 * Math.Pow(1.5, 15), Parse<Fn<double, double>>($"grad (fun x -> iterate_while{every} (fun y -> y < 100) (fun y -> y * y) x)")(1.5), 1e-9);
        }
    }

    [Fact]
    public void Operands_that_may_be_absent_may_be_there()
    {
        Tensor x = Tensor.Of(new[,] { { 1.0, 2 }, { 3, 4 } }), w = Tensor.Of(new[,] { { 1.0, -1 }, { 0.5, 2 }, { 3, 1 } }), b = Tensor.Of(new[] { 10.0, 20, 30 });
        Assert.Equal(x.Linear(w, b).ToString(), Parse<Fn<Tensor, Tensor, Tensor, Tensor>>("fun x w b -> linear x w b")(x, w, b).ToString());
        Assert.Equal(x.Linear(w).ToString(), Parse<Fn<Tensor, Tensor, Tensor>>("linear")(x, w).ToString());
        Tensor image = Tensor.Of(Enumerable.Range(0, 16).Select(k => (double)k).ToArray()).Reshape(1, 1, 4, 4), kernel = Tensor.Of(new[] { 1.0, 2, 3, 4 }).Reshape(1, 1, 2, 2), bias = Tensor.Of(new[] { 0.5 });
        Assert.Equal(Conv2D(image, kernel, bias, stride: 2).ToString(), Parse<Fn<Tensor, Tensor, Tensor, Tensor>>("fun x w b -> conv2d<2> x w b")(image, kernel, bias).ToString());
        Assert.Equal(Conv2D(image, kernel, stride: 2).ToString(), Parse<Fn<Tensor, Tensor, Tensor>>("fun x w -> conv2d<2> x w")(image, kernel).ToString());
    }

    [Fact]
    public void Rules_of_functions_with_several_parameters()
    {
        AreEqual(Mixed, $"custom_vjp {MixedText} (fun x y r dr -> (7 * dr, 11 * dr))");
        Assert.Equal((7, 11), Parse<Fn<double, double, (double, double)>>($"grad_all (custom_vjp {MixedText} (fun x y r dr -> (7 * dr, 11 * dr)))")(1, 2));
        Assert.Equal(13, Parse<Fn<double, double, double>>($"grad (custom_jvp {MixedText} (fun x y dx dy -> ({MixedText} x y, 13 * dx + 17 * dy)))")(1, 2));
        Assert.Equal(17, Parse<Fn<double, double, double>>($"let rule x y dx dy = ({MixedText} x y, 13 * dx + 17 * dy)\nlet f x y with forward rule = {MixedText} x y\nlet main = grad<1> f")(1, 2));
        Assert.Equal(6, Parse<Fn<double, double>>("let f x with checkpoint = x * x\nlet main = grad f")(3));
    }

    [Fact]
    public void A_forward_rule_that_cannot_be_right_is_refused()
    {
        Assert.Equal("MIND0411", Code("custom_jvp (fun x -> x * x) (fun x dx -> (x * x, dx * dx))"));
        Assert.Equal("MIND0412", Code("custom_jvp (fun x -> x * x) (fun x dx -> (x, dx))"));

        static string? Code(string text)
        {
            try
            {
                Parse<Fn<double, double>>($"grad ({text})")(2);
                return null;
            }
            catch (MindDslException error)
            {
                return error.Code;
            }
        }
    }

    [Theory]
    [InlineData("grad<-1> sin", "MIND0747")]
    [InlineData("grad<1, 2> sin", "MIND0747")]
    [InlineData("derivatives sin", "MIND0747")]
    [InlineData("vmap<1> sin", "MIND0747")]
    [InlineData("vmap<[0, 1]> sin", "MIND0430")]
    [InlineData("jvp<1> sin", "MIND0747")]
    [InlineData("checkpoint<1> sin", "MIND0747")]
    [InlineData("fixed_point<true> sin", "MIND0747")]
    [InlineData("fun x -> tag x", "MIND0747")]
    [InlineData("grad<1> sin", "MIND0752")]
    public void Settings_that_do_not_fit_are_named(string text, string code)
    {
        var errors = MindLanguage.Plain.Check<Fn<double, double>>(text);
        Assert.Contains(errors, e => e.Code == code);
        Assert.All(errors, e => Assert.Contains("line 1, column", e.At, StringComparison.Ordinal));
    }

    [Fact]
    public void A_host_may_refuse_them()
    {
        foreach (var transformation in new[] { "jet", "linearize", "pullback", "derivatives<2>", "custom_jvp", "jacobian" })
            Assert.Contains(MindLanguage.Plain.Without(LanguageFeatures.Transformations).Check<Fn<double, double>>("fun x -> " + transformation), e => e.Code == "MIND0757");
        foreach (var loop in new[] { "root", "fixed_point", "iterate_while<3>", "iterate" })
            Assert.Contains(MindLanguage.Plain.Without(LanguageFeatures.Loops).Check<Fn<double, double>>("fun x -> " + loop), e => e.Code == "MIND0757");
    }
}
