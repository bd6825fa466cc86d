using MindDsl.Ir;
using MindDsl.Text.CSharp;
using Xunit;
using static MindDsl.Mind;

namespace MindDsl.Tests.Dsl.Text;

public class ShowCSharpTests
{
    private static string Print(string program) => CSharpPrinter.Print(IrText.Read(program));

    private static void Equal(string expected, string actual) => Assert.Equal(expected.ReplaceLineEndings("\n") + "\n", actual);

    [Fact]
    public void A_lambda_prints_as_it_was_written()
    {
        Assert.Equal("(double x) => x * x + Math.Sin(x)", Fn((double x) => x * x + Math.Sin(x)).ShowCSharp());
        var sum = Fn((double x, double y) => x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + x + y);
        Assert.EndsWith("+ x + y", sum.ShowCSharp(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_derivative_prints_as_a_method()
    {
        var f = Fn((double x) => x * x * x);
        string text = f.Grad().ShowCSharp();
        Assert.StartsWith("static double Main(double x", text, StringComparison.Ordinal);
        Assert.Contains("return ", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Primitive", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Values_that_are_read_once_stand_where_they_are_read() => Equal("""
        static double F(double x, double y)
        {
            double p = x * (y + 1.0);
            return p - Math.Sin(-p);
        }
        """, Print("""
        let f (x: f64) (y: f64) : f64 =
          let s: f64 = add y 1.0 in
          let p: f64 = mul x s in
          let n: f64 = neg p in
          let t: f64 = sin n in
          let r: f64 = sub p t in
          r
        """));

    [Fact]
    public void Loops_and_branches_are_statements() => Equal("""
        static double F(double x, long n)
        {
            double p = 1.0;
            long k = 0L;
            while (k < n)
            {
                double q;
                if (x < 0.0)
                {
                    q = p * -x;
                }
                else
                {
                    q = p * x;
                }
                (p, k) = (q, k + 1L);
            }
            return p;
        }
        """, Print("""
        let f (x: f64) (n: i64) : f64 =
          let (p: f64, k: i64) =
            while (1.0, 0L)
            when fun (p1: f64) (k1: i64) ->
              let more: bool = lt k1 n in
              more
            do fun (p2: f64) (k2: i64) ->
              let c: bool = lt x 0.0 in
              let q: f64 =
                if c then
                  let m: f64 = neg x in
                  let a: f64 = mul p2 m in
                  a
                else
                  let b: f64 = mul p2 x in
                  b
              in
              let k3: i64 = add k2 1L in
              (q, k3)
          in
          p
        """));

    [Fact]
    public void Tensors_print_with_their_methods() => Equal("""
        static Tensor F(Tensor x, Tensor w)
        {
            return Einsum("ij,jk->ik", x.Permute(1, 0), w).Maximum(0.0) + w.Sum([0]).BroadcastTo(3, 4);
        }
        """, Print("""
        let f (x: f64[2, 3]) (w: f64[2, 4]) : f64[3, 4] =
          let t: f64[3, 2] = permute<[1, 0]> x in
          let y: f64[3, 4] = contract<"ij,jk->ik"> t w in
          let z: f64[3, 4] = max y 0.0 in
          let s: f64[4] = sum<[0]> w in
          let b: f64[3, 4] = broadcast<[3, 4], [1]> s in
          let r: f64[3, 4] = add z b in
          r
        """));

    [Fact]
    public void Unions_are_records_and_matches_are_switches() => Equal("""
        abstract record Shape
        {
            public sealed record Point() : Shape;
            public sealed record Rectangle(double Item1, double Item2) : Shape;
        }

        static double F(Shape s)
        {
            double a;
            switch (s)
            {
                case Shape.Point:
                    {
                        a = 0.0;
                        break;
                    }
                case Shape.Rectangle(var w, var h):
                    {
                        a = w * h;
                        break;
                    }
                default: throw new InvalidOperationException();
            }
            return a;
        }
        """, Print("""
        type Shape = | Point | Rectangle of f64 * f64
        let f (s: Shape) : f64 =
          let a: f64 =
            match s with
            | Point () -> 0.0
            | Rectangle (w: f64) (h: f64) -> let p: f64 = mul w h in p
          in
          a
        """));
}
