using Xunit;
using static MindDsl.Mind;

namespace MindDsl.Tests.Text;

/// <summary>Records, arrays, lists, tensors and unions of texts.</summary>
public class TextStructureTests
{
    /// <summary>A record whose members do not stand in the order of their names.</summary>
    public sealed record Point(double Y, double X, double A);

    /// <summary>A record of tensors.</summary>
    public sealed record Line(Tensor Slope, Tensor Offset);

    [Fact]
    public void Records_of_csharp_are_records_by_the_names_of_their_members()
    {
        var f = Parse<Fn<Point, double>>("fun p -> p.Y * p.Y * p.X + p.A");
        Assert.Equal(16, f(new(2, 3, 4)));
        Assert.Equal(new Point(12, 4, 1), f.Grad()(new(2, 3, 4)));
        Assert.Equal(new Point(2, 1, 3), Parse<Fn<double, Point>>("fun x -> { X = x; A = 3; Y = 2 }")(1));
        Assert.Equal(new Point(9, 3, 4), Parse<Fn<Point, Point>>("fun p -> { p with Y = 9 }")(new(2, 3, 4)));
        Assert.Equal(5, Parse<Fn<Point, double>>("fun { X = a; Y = b } -> a + b")(new(2, 3, 4)));
        Assert.Equal(9, Parse<Fn<Point[], double>>("fun ps -> fold (fun s p -> s + p.X * p.Y) 0 ps")([new(1, 3, 0), new(2, 3, 0)]));
        Assert.Equal([new Point(2, 1, 3), new Point(4, 2, 6)], Parse<Fn<Point[], Point[]>>("map (fun p -> { X = p.X; Y = 2 * p.X; A = 3 * p.X })")([new(0, 1, 0), new(0, 2, 0)]));
    }

    [Fact]
    public void A_model_of_tensors_is_trained_by_a_text()
    {
        var loss = Parse<Fn<Line, Tensor, Tensor, Tensor>>("fun p x y -> mean (square (p.Slope * x + p.Offset - y))");
        var step = Fn((Line p, Tensor x, Tensor y) => Tree.Map((w, dw) => w - 0.1 * dw, p, loss.Grad()(p, x, y)));
        var line = new Line(0.0, 0.0);
        Tensor xs = new double[] { 0, 1, 2, 3 }, ys = new double[] { 1, 3, 5, 7 };
        for (int i = 0; i < 300; i++) line = step(line, xs, ys);
        Assert.Equal(2, (double)line.Slope, 1e-6);
        Assert.Equal(1, (double)line.Offset, 1e-6);
    }

    [Theory]
    [InlineData("jacobian")]
    [InlineData("jacfwd")]
    [InlineData("jacrev")]
    public void Jacobians_are_matrices(string transformation)
    {
        double[] v = [1, 2];
        var jacobian = Parse<Fn<double[], double[,]>>(transformation + " (fun x -> x * x + x[0])");
        Assert.Equal(new double[,] { { 3, 0 }, { 1, 4 } }, jacobian(v));
        Assert.Equal(new double[,] { { 6, 0 }, { 0, 12 } }, Parse<Fn<double[], double[,]>>(transformation + " (grad (fun x -> sum (x ** 3)))")(v));
        Assert.Equal(2.0, Parse<Fn<double, double>>(transformation + " (fun x -> x * x)")(1));
    }

    [Fact]
    public void Second_derivatives_of_texts()
    {
        double[] v = [1, 2];
        const string f = "(fun x -> sum (x ** 3) + x[0] * x[1])";
        Assert.Equal(new double[,] { { 6, 1 }, { 1, 12 } }, Parse<Fn<double[], double[,]>>("hessian " + f)(v));
        Assert.Equal([6.0, 12], Parse<Fn<double[], double[]>>("hessian_diagonal " + f)(v));
        Assert.Equal([8.0, 25], Parse<Fn<double[], double[], double[]>>("hvp " + f)(v, [1, 2]));
        Assert.Equal([5.0, 13], Parse<Fn<double[], double[]>>("grad (checkpoint " + f + ")")(v));
    }

    [Fact]
    public void Arrays_are_tensors_and_sequences()
    {
        double[] v = [1, 2, 3];
        Assert.Equal(14, Parse<Fn<double[], double>>("fun v -> sum (v * v)")(v));
        Assert.Equal([2.0, 4, 6], Parse<Fn<double[], double>>("fun v -> sum (v * v)").Grad()(v));
        Assert.Equal([2.0, 5, 10], Parse<Fn<double[], double[]>>("map (fun x -> x * x + 1)")(v));
        Assert.Equal([1.0, 4, 9], Parse<Fn<double[], double[]>>("vmap (fun x -> x * x)")(v));
        Assert.Equal([0.0, 2, 6], Parse<Fn<double[], double[]>>("mapi (fun i x -> f64 i * x)")(v));
        Assert.Equal([2.0, 4, 6], Parse<Fn<double[], double[]>>("fun v -> map2 (+) v v")(v));
        Assert.Equal(14, Parse<Fn<double[], double>>("fun v -> fold (fun s (a, b) -> s + a * b) 0 (zip v v)")(v));
        Assert.Equal([0.0, 1, 4], Parse<Fn<double[]>>("init 3 (fun i -> f64 (i * i))")());
        Assert.Equal([0L, 1, 2], Parse<Fn<long[]>>("range 3")());
        Assert.Equal(3L, Parse<Fn<double[], long>>("length")(v));
        var (total, partial) = Parse<Fn<double[], (double, double[])>>("scan (fun s x -> (s + x, s + x)) 0")(v);
        Assert.Equal(6, total);
        Assert.Equal([1.0, 3, 6], partial);
        Assert.Equal(2, Parse<Fn<double[], double>>("fun (x: f64[n]) -> sum x / f64 n")(v));
        Assert.Equal(12, Parse<Fn<double[], double>>("fun v -> sum (map (grad (fun x -> x * x)) v)")(v));
        Assert.Equal([0.0, 2, 3], Parse<Fn<double[], double[]>>("fun v -> where (v > 1) v 0")(v));
    }

    [Fact]
    public void Scans_run_in_both_directions()
    {
        double[] v = [1, 2, 3];
        const string Forward = "fun v -> snd (scan 3 from 0 over v do fun i s x -> (s + x, s + x * f64 i))";
        Assert.Equal([0.0, 3, 9], Parse<Fn<double[], double[]>>(Forward)(v));
        Assert.Equal([6.0, 5, 3], Parse<Fn<double[], double[]>>("fun v -> snd (scan 3 reverse from 0 over v do fun i s x -> (s + x, s + x))")(v));
        Assert.Equal([0L, 1, 3], Parse<Fn<long[]>>("snd (scan 3 from 0L over () do fun i s -> (s + i, s + i))")());
    }

    [Fact]
    public void Indices_ranges_and_comprehensions()
    {
        double[,] a = { { 1, 2, 3 }, { 4, 5, 6 } };
        Assert.Equal(6, Parse<Fn<double[,], double>>("fun a -> a[1, 2]")(a));
        Assert.Equal([4.0, 5, 6], Parse<Fn<double[,], double[]>>("fun a -> a[1]")(a));
        Assert.Equal([2.0, 5], Parse<Fn<double[,], double[]>>("fun a -> a[*, 1]")(a));
        Assert.Equal([4.0, 6], Parse<Fn<double[,], double[]>>("fun a -> a[1, 0..2..2]")(a));
        Assert.Equal(new double[,] { { 2, 3 }, { 5, 6 } }, Parse<Fn<double[,], double[,]>>("fun a -> a[*, 1..]")(a));
        Assert.Equal(new double[,] { { 1, 4 }, { 2, 5 }, { 3, 6 } }, Parse<Fn<double[,], double[,]>>("fun (a: f64[n, m]) -> [for j in m, i in n -> a[i, j]]")(a));
        Assert.Equal([6.0, 15], Parse<Fn<double[,], double[]>>("fun a -> [for row in a -> sum [for x in row -> x]]")(a));
        Assert.Equal([14.0, 32], Parse<Fn<double[,], double[], double[]>>("fun (a: f64[n, m]) (x: f64[m]) -> [for i in n -> sum [for j in m -> a[i, j] * x[j]]]")(a, [1, 2, 3]));
        var gradient = Parse<Fn<double[], double[,], double>>("fun (x: f64[m]) (a: f64[n, m]) -> sum [for i in n, j in m -> a[i, j] * x[j] ** 2]").Grad()([1, 2, 3], a);
        Assert.Equal([10.0, 28, 54], gradient);
    }

    [Fact]
    public void Operations_have_attributes()
    {
        double[,] a = { { 1, 2 }, { 3, 4 } };
        Assert.Equal([4.0, 6], Parse<Fn<double[,], double[]>>("sum<[0]>")(a));
        Assert.Equal([3.0, 7], Parse<Fn<double[,], double[]>>("fun a -> sum<1> a")(a));
        Assert.Equal([1.0, 2, 3, 4], Parse<Fn<double[,], double[]>>("fun (a: f64[n, m]) -> reshape<[n*m]> a")(a));
        Assert.Equal(new double[,] { { 1, 3 }, { 2, 4 } }, Parse<Fn<double[,], double[,]>>("permute<1, 0>")(a));
        Assert.Equal(new double[,] { { 7, 10 }, { 15, 22 } }, Parse<Fn<double[,], double[,]>>("fun a -> einsum \"ij,jk->ik\" a a")(a));
        Assert.Equal(new double[,] { { 7, 10 }, { 15, 22 } }, Parse<Fn<double[,], double[,]>>("fun a -> dot a a")(a));
        Assert.Equal([0.5, 0.5], Parse<Fn<double[], double[]>>("softmax")([3, 3]));
        Assert.Equal([1.0, 2, 1, 2], Parse<Fn<double[], double[]>>("fun v -> concat [v; v]")([1, 2]));
        Assert.Equal([1L, 0], Parse<Fn<long[], long[]>>("fun v -> one_hot<2, i64> v[0]")([0]));
    }

    [Fact]
    public void Tensors_of_csharp_take_their_element_type_from_the_call()
    {
        var f = Parse<Fn<Tensor, double, Tensor>>("fun x k -> k * x + 1 / 2");
        Assert.Equal(new float[] { 2.5f, 4.5f }, f(Tensor.Of([1f, 2f]), 2).ToArray<float>());
        Assert.Equal(new double[] { 2.5, 4.5 }, f(Tensor.Of([1.0, 2.0]), 2).ToArray<double>());
        Assert.Equal("MIND0759", Assert.Throws<MindDslException>(() => Parse<Fn<Tensor, Tensor>>("fun (x: f64[n]) -> x")(Tensor.Of([1f]))).Code);
        Assert.Equal("MIND0759", Assert.Throws<MindDslException>(() => Parse<Fn<Tensor, Tensor, Tensor>>("fun (x: f32[n]) (y: f32[n]) -> x + y")(Tensor.Of([1f]), Tensor.Of([1f, 2f]))).Code);
        Assert.Equal(new float[] { 4 }, Parse<Fn<Tensor, Tensor, Tensor>>("fun (x: f32[n]) (y: f32[n+1]) -> x + y[1..]")(Tensor.Of([1f]), Tensor.Of([2f, 3f])).ToArray<float>());
    }

    private const string Shapes = "type Shape = | Circle of f64 | Rect of f64 * f64 | Empty\n"
        + "let area s = match s with | Circle r -> 3 * r * r | Rect (a, b) -> a * b | Empty -> 0\n";

    [Theory]
    [InlineData("let main x = area (Rect (x, 2)) + area (Circle x) + area Empty", 2, 16, 14)]
    [InlineData("let main x = area (if x > 1 then Rect (x, 2) else Circle x)", 2, 4, 2)]
    [InlineData("let main x = area (if x > 1 then Rect (x, 2) else Circle x)", 0.5, 0.75, 3)]
    [InlineData("let main x = area (if x > 1 then (if x > 2 then Rect (x, x) else Empty) else Circle x)", 3, 9, 6)]
    [InlineData("let grow s = match s with | Circle r -> Circle (2 * r) | other -> other\nlet main x = area (grow (grow (if x > 1 then Rect (x, 2) else Circle x)))", 0.5, 12, 48)]
    [InlineData("let main x = let s = while Circle x when fun s -> area s < 100 do fun s -> match s with | Circle r -> Rect (r, r) | Rect (a, b) -> Circle (a * b) | Empty -> Empty in area s", 2, 768, 3072)]
    public void Unions_are_known_while_reading_or_at_run_time(string text, double x, double value, double slope)
    {
        var f = Parse<Fn<double, double>>(Shapes + text);
        Assert.Equal(value, f(x), 1e-9);
        Assert.Equal(slope, f.Grad()(x), 1e-9);
    }

    [Fact]
    public void A_polymorphic_function_is_read_for_the_types_of_each_use()
    {
        const string Option = "type Option<'a> = | None | Some of 'a\nlet divide a b = if b = 0 then None else Some (a / b)\nlet orElse d o = match o with | None -> d | Some x -> x\n";
        var f = Parse<Fn<double, int, (double, int)>>(Option + "let main x n = (orElse 0 (divide 1 x), orElse 0 (divide 7 n))");
        Assert.Equal((0.25, 3), f(4, 2));
        Assert.Equal((0.0, 0), f(0, 0));
        Assert.Equal(-1 / 16.0, Parse<Fn<double, double>>(Option + "let main x = orElse 0 (divide 1 x)").Grad()(4));
        // Numbers are whole or not by the type of the use, as if the function stood there.
        Assert.Equal((0.5, 0), Parse<Fn<double, int, (double, int)>>("let half x = 1 / 2 * x in fun a n -> (half a, half n)")(1, 1));
        var power = Parse<Fn<double, int, (double, int)>>("let rec power x n = if n = 0 then 1 else x * power x (n - 1)\nlet main x n = (power x n, power n n)");
        Assert.Equal((2.25, 4), power(1.5, 2));
    }

    [Fact]
    public void Recursive_and_polymorphic_unions()
    {
        const string Tree = "type Tree<'a> = | Leaf of 'a | Node of Tree<'a> * Tree<'a>\n"
            + "let rec total t = match t with | Leaf x -> x | Node (l, r) -> total l + total r\n"
            + "let rec make n x = if n = 0 then Leaf x else Node (make (n - 1) (x * x), Leaf x)\n"
            + "let main x = total (make 3 x)";
        var f = Parse<Fn<double, double>>(Tree.Replace("<'a>", "", StringComparison.Ordinal).Replace("'a", "f64", StringComparison.Ordinal));
        Assert.Equal(2 + 4 + 16 + 256, f(2));
        Assert.Equal(1 + 4 + 4 * 8 + 8 * 128, f.Grad()(2));
        var option = Parse<Fn<double, double>>("type Option<'a> = | None | Some of 'a\nlet orElse d o = match o with | None -> d | Some x -> x\nlet main x = orElse 5 (if x > 0 then Some x else None) * x");
        Assert.Equal(-5, option(-1));
        Assert.Equal(4, option(2));
        Assert.Equal(4, option.Grad()(2));
    }
}
