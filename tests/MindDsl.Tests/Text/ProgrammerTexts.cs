using Xunit;
using static MindDsl.Mind;

namespace MindDsl.Tests.Text;

/// <summary>Texts as somebody writes them who knows F#, beside the same in C#: equal values, and derivatives like differences of values.</summary>
public class ProgrammerTexts
{
    private static readonly double[] Points = [0.3, 1.7, 2.6];

    private static readonly Dictionary<string, (string Text, Func<double, double> Same)> All = new()
    {
        ["precedence of the minus"] = ("fun x -> -x ** 2.0 + -x * -x - -x", x => x * x + x * x + x),
        ["powers group to the right"] = ("fun x -> x ** 2.0 ** 0.5 - 2.0 ** -x", x => Math.Pow(x, Math.Sqrt(2)) - Math.Pow(2, -x)),
        ["pipes and compositions"] = ("let double x = 2.0 * x\nlet inc x = x + 1.0\nlet main x = x |> (double >> inc >> sqrt) |> (exp << sin) |> fun y -> y / 2.0", x => Math.Exp(Math.Sin(Math.Sqrt(2 * x + 1))) / 2),
        ["numbers with suffixes"] = ("fun x -> x + f64 (1_000L + 24L) / 1024.0 + f64 0.5f + 1e-3 * 1000.0", x => x + 1 + 0.5 + 1),
        ["integers divide towards zero"] = ("fun x -> x + f64 (-7 / 2) + f64 (7 % -3) + f64 (-7 % 3)", x => x - 3 + 1 - 1),
        ["bits"] = ("fun x -> x + f64 ((5 &&& 6) ||| (1 <<< 4) ^^^ 3) + f64 (1024 >>> 3)", x => x + (4 | (16 ^ 3)) + 128),
        ["a chain of conditions"] = ("fun x -> if x < 0.5 then x elif x < 2.0 && not (x = 1.0) || false then x * x else x ** 3.0", x => x < 0.5 ? x : x < 2 ? x * x : x * x * x),
        ["records with updates"] = ("type Leg = { Notional: f64; Rate: f64; Years: f64 }\nlet swap = { Notional = 100; Rate = 0.05; Years = 2 }\nlet bump l d = { l with Rate = l.Rate + d; Years = l.Years * 2.0 }\nlet value l = l.Notional * exp (-l.Rate * l.Years)\nlet main x = value (bump swap x)",
            x => 100 * Math.Exp(-(0.05 + x) * 4)),
        ["records in records"] = ("let main x = let r = { A = { B = { C = x } }; D = 2.0 } in let s = { r with A = { r.A with B = { C = r.A.B.C * r.D } } } in s.A.B.C + r.A.B.C", x => 3 * x),
        ["nested patterns"] = ("type Shape = | Circle of f64 | Box of f64 * f64 | Group of Shape * Shape\nlet rec area s = match s with | Circle r -> 3.0 * r * r | Box (a, b) -> a * b | Group (Circle r, Box (a, _)) -> r * a | Group (a, b) -> area a + area b\nlet main x = area (Group (Group (Circle x, Box (2.0, x)), Group (Box (x, x), Circle 1.0)))",
            x => 2 * x + x * x + 3),
        ["matches on numbers and pairs"] = ("let f a b = match a, b with | 0, _ -> 1.0 | _, 0 -> 2.0 | 1, 1 -> 3.0 | _ -> 4.0\nlet main x = x + f 0 5 * 1000.0 + f 5 0 * 100.0 + f 1 1 * 10.0 + f 2 3", x => x + 1234),
        ["options"] = ("type Option<'a> = | None | Some of 'a\nlet bind f o = match o with | None -> None | Some v -> f v\nlet root v = if v < 1.0 then None else Some (sqrt v)\nlet main x = match Some x |> bind root |> bind root with | None -> -1.0 | Some v -> v", x => x < 1 ? -1 : Math.Sqrt(x) < 1 ? -1 : Math.Sqrt(Math.Sqrt(x))),
        ["mutual recursion"] = ("let rec even n = if n = 0 then 1.0 else odd (n - 1) and odd n = if n = 0 then 0.0 else even (n - 1)\nlet main x = x * even 10 + odd 7", x => x + 1),
        ["recursion with an accumulator"] = ("let power x n = let rec go acc k = if k = 0 then acc else go (acc * x) (k - 1) in go 1.0 n\nlet main x = power x 5", x => Math.Pow(x, 5)),
        ["a recursive tree"] = ("type Tree<'a> = | Leaf | Node of Tree<'a> * 'a * Tree<'a>\nlet rec insert v t = match t with | Leaf -> Node (Leaf, v, Leaf) | Node (l, w, r) -> if v < w then Node (insert v l, w, r) else Node (l, w, insert v r)\nlet rec sumTree t = match t with | Leaf -> 0.0 | Node (l, v, r) -> sumTree l + v * v + sumTree r\nlet main x = Leaf |> insert 1.0 |> insert x |> insert 2.0 |> sumTree",
            x => 5 + x * x),
        ["a loop on a condition"] = ("fun x -> fst (while (x, 0) when fun (y, n) -> y < 100.0 && n < 50 do fun (y, n) -> (y * y + 1.0, n + 1))", x =>
        {
            for (int n = 0; x < 100 && n < 50; n++) x = x * x + 1;
            return x;
        }
        ),
        ["a scan from the end"] = ("fun x -> let (last, all) = scan 4 reverse from x over [1.0; 2.0; 3.0; 4.0] do fun i s v -> (s * 0.5 + v, s) in last + sum all", x =>
        {
            double s = x, all = 0;
            foreach (double v in new[] { 4.0, 3, 2, 1 }) (s, all) = (s * 0.5 + v, all + s);
            return s + all;
        }
        ),
        ["scan as a function"] = ("fun x -> let (s, ys) = scan (fun s v -> (s + v * x, s * v)) 1.0 [1.0; 2.0; 3.0] in s + sum ys", x =>
        {
            double s = 1, all = 0;
            foreach (double v in new[] { 1.0, 2, 3 }) (s, all) = (s + v * x, all + s * v);
            return s + all;
        }
        ),
        ["Horner's rule as a fold"] = ("fun x -> [2.0; -3.0; 0.5; 1.0] |> fold (fun acc c -> acc * x + c) 0.0", x => ((2 * x - 3) * x + 0.5) * x + 1),
        ["maps of lists of pairs"] = ("fun x -> [(1.0, 2.0); (3.0, 4.0)] |> map (fun (a, b) -> a * x + b) |> fold (+) 0.0", x => 4 * x + 6),
        ["zip and mapi"] = ("fun x -> fold (fun s (a, b) -> s + a * b) 0.0 (zip [x; 2.0] [3.0; x]) + sum (mapi (fun i v -> f64 i * v) [5.0; x; x])", x => 5 * x + 3 * x),
        ["slices with steps"] = ("fun x -> let v = [x; 2.0; 3.0; 4.0; 5.0 * x] in sum v[1..3] + sum v[..1] + sum v[3..] + sum v[0..2..4]", x => 9 + (x + 2) + (4 + 5 * x) + (x + 3 + 5 * x)),
        ["rows and columns"] = ("fun x -> let m = [[x; 2.0]; [3.0; 4.0 * x]] in sum m[0, *] + sum m[*, 1] + m[1, 0] * m[1][1]", x => x + 2 + 2 + 4 * x + 12 * x),
        ["comprehensions over ranges"] = ("fun x -> sum [for i in 1..2..9 -> x ** f64 i] + prod [for i in 3..-1..1 -> f64 i] + f64 (sum [1..4])", x => x + Math.Pow(x, 3) + Math.Pow(x, 5) + Math.Pow(x, 7) + Math.Pow(x, 9) + 6 + 10),
        ["nested comprehensions"] = ("fun x -> sum (sum<[0]> [for i in 3, j in 4 -> if i = j then x else f64 (i * j) * 0.1])", x => 3 * x + 0.1 * (0 + 0 + 0 + (0 + 2 + 3) + (0 + 2 + 6))),
        ["matrix products by hand"] = ("let mul (a: f64[n, m]) (b: f64[m, k]) = [for i in n, j in k -> sum [for l in m -> a[i, l] * b[l, j]]]\nlet main x = let a = [[x; 1.0]; [0.0; x]] in let b = mul a (mul a a) in b[0, 0] + b[0, 1]", x => Math.Pow(x, 3) + 3 * x * x),
        ["polymorphic functions"] = ("let pair a = (a, a)\nlet swap (a, b) = (b, a)\nlet apply f (a, b) = f a b\nlet main x = apply (fun a b -> a - b) (swap (x, 2.0 * x)) + (if fst (pair true) then 1.0 else 0.0) + f64 (apply (+) (pair 3))", x => x + 1 + 6),
        ["partial application"] = ("let clamp lo hi v = min hi (max lo v)\nlet unit = clamp 0.0 1.0\nlet main x = unit x + unit -3.0 + clamp 0.0 10.0 x", x => Math.Min(1, x) + x),
        ["functions in structures"] = ("let ops = { Up = (fun v -> v * 2.0); Down = (fun v -> v - 1.0) }\nlet main x = ops.Up (ops.Down x) + (fst ((fun a -> a * a), 0)) x", x => 2 * (x - 1) + x * x),
        ["shadowing"] = ("let main x = let x = x + 1.0 in let x = x * x in let f x = x - 1.0 in f x + x", x => 2 * (x + 1) * (x + 1) - 1),
        ["comments"] = ("(* a (* nested *) comment *) let main x = // to the end\n  (* here *) x (* and *) * 2.0 // and here", x => 2 * x),
        ["letters of all scripts"] = ("let Δ = 0.5\nlet größe ``the x`` = Δ * ``the x``\nlet main ξ' = größe ξ' + Δ", x => 0.5 * x + 0.5),
        ["lines of Windows and tabs"] = ("let f x =\r\n\tlet y = x\r\n\t\t* 2.0 in\r\n\ty + 1.0\r\nlet main x = f x\r\n", x => 2 * x + 1),
        ["a very long line"] = ("fun x -> " + string.Join(" + ", Enumerable.Repeat("x", 2000)), x => 2000 * x),
        ["deep parentheses"] = ("fun x -> " + new string('(', 100) + "x" + new string(')', 100), x => x),
        ["operators as functions"] = ("fun x -> fold (*) 1.0 [x; 2.0; 3.0] + (+) x 1.0 + ((-) 5.0) x + map2 (/) [x] [2.0] |> sum", x => 6 * x + x + 1 + 5 - x + x / 2),
        ["derivatives inside"] = ("let f x y = x ** 3.0 * y\nlet main x = grad f x 2.0 + snd (jvp (fun z -> z * z) x 1.0) + grad (grad (f x)) 1.0 + (grad (fun p -> p.A * p.B) { A = x; B = 7.0 }).A", x => 6 * x * x + 2 * x + 7),
        ["Newton's method by hand"] = ("let newton f = iterate 8 (fun x -> x - f x / grad f x)\nlet main a = newton (fun x -> x * x - a) 1.0", Math.Sqrt),
        ["a price"] = ("let cdf x = 0.5 * erfc (-x / sqrt 2.0)\nlet main spot = let (k, r, v, t) = (1.5, 0.05, 0.2, 0.5) in let d1 = (log (spot / k) + (r + v * v / 2.0) * t) / (v * sqrt t) in spot * cdf d1 - k * exp (-r * t) * cdf (d1 - v * sqrt t)",
            s => Price(s)),
        ["a binomial tree"] = ("let main s = let n = 3 in let (u, d, p) = (1.1, 0.9, 0.55) in let leaves = [for j in 4 -> max 0.0 (s * u ** f64 j * d ** f64 (n - i32 j) - 1.0)] in (iterate 3 (fun v -> [for j in 4 -> if j < 3 then p * v[min (j + 1) 3] + (1.0 - p) * v[j] else 0.0]) leaves)[0]", s =>
        {
            double[] v = [.. Enumerable.Range(0, 4).Select(j => Math.Max(0, s * Math.Pow(1.1, j) * Math.Pow(0.9, 3 - j) - 1))];
            for (int n = 3; n > 0; n--) for (int j = 0; j < n; j++) v[j] = 0.55 * v[j + 1] + 0.45 * v[j];
            return v[0];
        }
        ),
    };

    public static TheoryData<string> Names => [.. All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Values_are_those_of_CSharp_and_derivatives_those_of_the_values(string name)
    {
        var (text, same) = All[name];
        var f = Parse<Fn<double, double>>(text);
        var slope = f.Grad();
        foreach (double x in Points)
        {
            double expected = same(x), difference = (same(x + 1e-6) - same(x - 1e-6)) / 2e-6;
            Assert.Equal(expected, f(x), 1e-12 * (1 + Math.Abs(expected)));
            Assert.Equal(difference, slope(x), 1e-5 * (1 + Math.Abs(difference)));
        }
        // Laid out anew, the text means the same.
        Assert.Equal(f(Points[0]), Parse<Fn<double, double>>(MindText.Format(text, 60))(Points[0]));
    }

    private static double Price(double s)
    {
        double k = 1.5, r = 0.05, v = 0.2, t = 0.5, d1 = (Math.Log(s / k) + (r + v * v / 2) * t) / (v * Math.Sqrt(t));
        return s * Normal(d1) - k * Math.Exp(-r * t) * Normal(d1 - v * Math.Sqrt(t));
    }

    /// <summary>The distribution function of the normal distribution, by Simpson's rule over the density.</summary>
    private static double Normal(double x)
    {
        const int n = 20_000;
        double h = x / n, sum = 0;
        for (int i = 0; i <= n; i++) sum += (i == 0 || i == n ? 1 : i % 2 == 1 ? 4 : 2) * Math.Exp(-(i * h) * (i * h) / 2);
        return 0.5 + sum * h / 3 / Math.Sqrt(2 * Math.PI);
    }
}
