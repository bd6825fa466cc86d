using Xunit;
using static MindDsl.Mind;

namespace MindDsl.Tests.Text;

/// <summary>Texts of functions of one number: their values and slopes, from mathematics.</summary>
public class TextFunctionTests
{
    [Theory]
    [InlineData("fun x -> x * x + sin x", 2.0, 4.909297426825682, 3.5838531634528574)]
    [InlineData("fun x -> 2 * x + 1", 2.0, 5.0, 2.0)]
    [InlineData("fun x -> 1 / 2 * x", 3.0, 1.5, 0.5)]
    [InlineData("fun x -> x - 1 - 2", 3.0, 0.0, 1.0)]
    [InlineData("fun x -> 2 ** x", 3.0, 8.0, 5.545177444479562)]
    [InlineData("fun x -> let y = x * x in let z = y + 1 in z * y", 2.0, 20.0, 36.0)]
    [InlineData("fun x -> let x = x * x in let x = x + 1 in x * x", 2.0, 25.0, 40.0)]
    [InlineData("fun x -> if x > 0 then x else -x", -2.0, 2.0, -1.0)]
    [InlineData("fun x -> if x > 0 && x < 3 || x = 7 then 2 * x else x", 7.0, 14.0, 2.0)]
    [InlineData("fun x -> x |> sin |> exp", 0.0, 1.0, 1.0)]
    [InlineData("sin >> exp", 0.0, 1.0, 1.0)]
    [InlineData("exp << sin", 0.0, 1.0, 1.0)]
    [InlineData("fun x -> sin <| x", 0.0, 0.0, 1.0)]
    [InlineData("let add a b = a + b in let inc = add 1 in fun x -> inc (inc x) * x", 1.0, 3.0, 4.0)]
    [InlineData("fun x -> (fun a b c -> a * b + c) x x 1", 3.0, 10.0, 6.0)]
    [InlineData("fun x -> let (a, b) = (x, x + 1) in a * b", 2.0, 6.0, 5.0)]
    [InlineData("fun x -> let r = { A = x; B = 2 * x } in { r with A = r.A * x }.A + r.B", 2.0, 8.0, 6.0)]
    [InlineData("let sq x = x * x in fun x -> sq (sq x) + f64 (sq 3)", 2.0, 25.0, 32.0)]
    [InlineData("let twice f x = f (f x) in fun x -> twice (fun y -> y * y) x", 2.0, 16.0, 32.0)]
    [InlineData("fun x -> (*) x x", 3.0, 9.0, 6.0)]
    [InlineData("fun x -> fst (x, true) * snd (1, x)", 3.0, 9.0, 6.0)]
    [InlineData("fun x -> clamp x 0 1 + max x 2 + min x 2", 3.0, 6.0, 1.0)]
    [InlineData("let f x = x ** 3 in grad f", 2.0, 12.0, 12.0)]
    [InlineData("grad (grad (fun x -> x ** 4))", 2.0, 48.0, 48.0)]
    [InlineData("fun x -> grad (fun y -> x * y * y) x", 3.0, 18.0, 12.0)]
    [InlineData("fun x -> grad<1> (fun a b -> a * b * b) x x", 3.0, 18.0, 12.0)]
    [InlineData("fun x -> snd (jvp sin x 1)", 0.0, 1.0, 0.0)]
    [InlineData("fun x -> snd (vjp (fun a -> a * a * a) x 1)", 2.0, 12.0, 12.0)]
    [InlineData("fun x -> let (v, g) = value_and_grad (fun y -> y * y) x in v + g", 3.0, 15.0, 8.0)]
    [InlineData("fun x -> let (a, b) = grad_all (fun a b -> a * b) x (2 * x) in a * b", 3.0, 18.0, 12.0)]
    [InlineData("custom_jvp (fun x -> x * x) (fun x dx -> (x * x, 10 * dx))", 3.0, 9.0, 10.0)]
    [InlineData("custom_vjp (fun x -> x * x) (fun x y dy -> 10 * dy)", 3.0, 9.0, 10.0)]
    [InlineData("fun x -> stop_gradient x * x", 3.0, 9.0, 3.0)]
    [InlineData("fun x -> while x when fun r -> r < 100 do fun r -> r * r", 3.0, 6561.0, 17496.0)]
    [InlineData("fun x -> let (r, n) = while (1, 0) when fun (r, n) -> n < 3 do fun (r, n) -> (r * x, n + 1) in r", 2.0, 8.0, 12.0)]
    [InlineData("fun x -> iterate 3 (fun y -> y * x) 1", 2.0, 8.0, 12.0)]
    [InlineData("fun x -> fold (fun s a -> s * x + a) 0 [1; 2; 3]", 2.0, 11.0, 6.0)]
    [InlineData("fun x -> sum [for i in 4 -> x * f64 i]", 2.0, 12.0, 6.0)]
    [InlineData("fun x -> sum [for i in 1..2..5 -> x ** f64 i]", 1.0, 3.0, 9.0)]
    [InlineData("fun x -> f64 (sum [for i in 3..-1..1 -> i]) * x", 1.0, 6.0, 6.0)]
    [InlineData("let rec fact n = if n <= 1 then 1 else n * fact (n - 1)", 4.1, 29.3601, 57.304)]
    [InlineData("let rec even n = if n = 0 then 1 else odd (n - 1) and odd n = if n = 0 then 0 else even (n - 1) let main x = even 6 * x", 3.0, 3.0, 1.0)]
    [InlineData("let rec power x n = if n = 0 then 1 else x * power x (n - 1) let main x = power x 3", 2.0, 8.0, 12.0)]
    [InlineData("let rec iter f n x = if n = 0 then x else iter f (n - 1) (f x) let main x = iter (fun y -> y * y) 2 x", 2.0, 16.0, 32.0)]
    [InlineData("fun x -> let f = if x > 0 then sin else cos in f x", 0.5, 0.479425538604203, 0.8775825618903728)]
    [InlineData("fun x -> fold (fun s f -> s + f x) 0 [sin; cos]", 0.0, 1.0, 1.0)]
    [InlineData("fun x -> match i32 x with | 0 -> 10 | 1 -> 20 * x | _ -> x", 1.0, 20.0, 20.0)]
    [InlineData("fun x -> match (x > 0, x > 1) with | (true, true) -> 2 * x | (true, false) -> 3 * x | (false, _) -> x", 0.5, 1.5, 3.0)]
    [InlineData("(* a comment *) fun x -> x // another\n  * 2", 2.0, 4.0, 2.0)]
    public void Texts_have_the_values_and_slopes_of_mathematics(string text, double x, double value, double slope)
    {
        var f = Parse<Fn<double, double>>(text);
        Assert.Equal(value, f(x), 1e-9);
        Assert.Equal(slope, f.Grad()(x), 1e-9);
    }

    [Fact]
    public void Numbers_that_nothing_says_more_about_are_whole_or_f64()
    {
        Assert.Equal(7, Parse<Fn<int>>("1 + 2 * 3")());
        Assert.Equal(2, Parse<Fn<int>>("5 / 2")());
        Assert.Equal(2.5, Parse<Fn<double>>("5.0 / 2")());
        Assert.Equal(1L << 40, Parse<Fn<long>>("1L <<< 40")());
        Assert.Equal(0.1f, Parse<Fn<float>>("0.1f")());
        Assert.Equal(0.1f, Parse<Fn<float>>("0.1")());
        Assert.True(Parse<Fn<bool>>("not (1 > 2)")());
    }

    [Fact]
    public void A_polymorphic_function_is_used_at_several_types()
    {
        var f = Parse<Fn<double, int, (double, int)>>("let sq x = x * x in fun a n -> (sq a, sq n)");
        Assert.Equal((6.25, 9), f(2.5, 3));
    }

    [Fact]
    public void Texts_and_quotes_compose_both_ways()
    {
        var f = Parse<Fn<double, double>>("fun x -> x * x");
        var g = Fn((double x) => f(x) + f.Grad()(x));
        Assert.Equal(15, g(3));
        Assert.Equal(8, g.Grad()(3));
        var twice = Parse<Fn<Func<double, double>, double, double>>("fun f x -> f (f x)");
        var h = Fn((double x) => twice(y => y * y + x, x));
        Assert.Equal(147, h(3), 1e-12);
        Assert.Equal(2 * 12 * 7 + 1, h.Grad()(3), 1e-9);
    }

    [Fact]
    public void Equal_texts_share_their_code()
    {
        const string Text = "fun x -> x * 3 + 0.123";
        var (a, b) = (Parse<Fn<double, double>>(Text), Parse<Fn<double, double>>(Text));
        Assert.Equal(a(1), b(1));
        Assert.Same(((QuotedFunction)a.Target!).Code, ((QuotedFunction)b.Target!).Code);
    }

    [Fact]
    public void Printed_programs_are_read_back_as_functions()
    {
        var factorial = Parse<Fn<double, double>>("let rec fact n = if n <= 1 then 1 else n * fact (n - 1)");
        Assert.Equal(120, Parse<Fn<double, double>>(factorial.ShowSource())(5));
        var loop = Parse<Fn<double, double>>("fun x -> while x when fun r -> r < 100 do fun r -> r * r");
        var printed = Parse<Fn<double, double>>(loop.Grad().Show());
        Assert.Equal(17496, printed(3));
        Assert.Equal(loop.Grad().Grad()(3), printed.Grad()(3), 1e-6);
        var two = Parse<Fn<double, (double, double)>>(Parse<Fn<double, (double, double)>>("fun x -> (x, x * x)").Show());
        Assert.Equal((3.0, 9.0), two(3));
    }

    [Fact]
    public void Files_open_other_files()
    {
        using var folder = new Dsl.TempFolder();
        Directory.CreateDirectory(Path.Combine(folder.Path, "Finance"));
        File.WriteAllText(Path.Combine(folder.Path, "Finance", "Rates.mind"), "type Curve = { Short: f64; Long: f64 }\nlet discount c t = exp (-c.Short * t)");
        File.WriteAllText(Path.Combine(folder.Path, "bond.mind"), "open Finance.Rates\nlet bond t = Rates.discount { Short = 0.5; Long = 1.0 } t + discount { Short = 0.0; Long = 1.0 } t");
        var bond = Load<Fn<double, double>>(Path.Combine(folder.Path, "bond.mind"));
        Assert.Equal(Math.Exp(-1) + 1, bond(2), 1e-14);
        Assert.Equal(-0.5 * Math.Exp(-1), bond.Grad()(2), 1e-14);
        File.WriteAllText(Path.Combine(folder.Path, "Finance", "Rates.mind"), "let discount c t = nonsense");
        var error = Assert.Throws<MindDslException>(() => Load<Fn<double, double>>(Path.Combine(folder.Path, "bond.mind")));
        Assert.Contains("Rates.mind:1", error.Diagnostics[0].At, StringComparison.Ordinal);
    }

    [Fact]
    public void Errors_at_run_time_and_in_derivatives_name_the_place_in_the_text()
    {
        var outside = Assert.Throws<MindDslException>(() => Parse<Fn<double[], double>>("fun v ->\n  v[0] + v[7]")([1, 2]));
        Assert.Contains("line 2, column 10", outside.Diagnostics[0].At, StringComparison.Ordinal);
        var loss = Assert.Throws<MindDslException>(() => Parse<Fn<Tensor, Tensor>>("fun x ->\n  x * grad (fun y -> y * x) x")(Tensor.Of([1f, 2f])));
        Assert.Equal("MIND0403", loss.Code);
        Assert.Contains("line 2", loss.Diagnostics[0].At, StringComparison.Ordinal);
    }
}
