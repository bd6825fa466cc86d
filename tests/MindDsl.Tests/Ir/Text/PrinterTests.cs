using MindDsl.Ir;
using Xunit;
using static MindDsl.Ir.ElementwiseOps;

namespace MindDsl.Tests.Ir.Text;

public class PrinterTests
{
    private static readonly TensorType F64 = TensorType.Scalar(DType.F64);
    private static readonly TensorType I64 = TensorType.Scalar(DType.I64);
    private static readonly TensorType Bool = TensorType.Scalar(DType.Bool);

    private static Value Of(IrType type, string? name = null) => new(type, name);

    private static void Prints(string expected, string actual) => Assert.Equal(expected.ReplaceLineEndings("\n") + "\n", actual);

    [Fact]
    public void A_function_prints_a_line_per_let()
    {
        var (x, w, y, z) = (Of(F64, "x"), Of(new TensorType(DType.F32, new([Dim.Symbol("batch"), 784])), "w"), Of(F64, "y"), Of(new TensorType(DType.F32, new([Dim.Symbol("batch")])), "z"));
        Prints("""
            let f (x: f64) (w: f32[batch, 784]) : f64 * f32[batch] =
              let y: f64 = mul x x in
              let z: f32[batch] = sum<[1]> w in
              (y, z)
            """, Printer.Print(new Function(new("f"), new([x, w], [new([y], new Apply(Mul, [x, x])), new([z], new Apply(new Reduce(Monoid.Sum, [1]), [w]))], [y, z]))));
    }

    [Fact]
    public void Names_are_made_unique_and_are_no_words_of_the_language()
    {
        var (a, b, c, d, e, f) = (Of(F64, "x"), Of(F64, "x"), Of(F64), Of(F64, "let"), Of(F64, "2nd value"), Of(F64, "sin"));
        Prints("""
            fun (x: f64) (x1: f64) (v1: f64) (let1: f64) (ndvalue: f64) (sin1: f64) ->
              (x, x1, v1, let1, ndvalue, sin1)
            """, Printer.Print(new Block([a, b, c, d, e, f], [], [a, b, c, d, e, f])));
    }

    [Fact]
    public void Literals_print_as_the_language_writes_them()
    {
        var y = Of(F64, "y");
        Prints("""
            let y: f64 = add 1.5f -2.0 in
            (y, 1L, 7, true, nan, -inff)
            """, Printer.Print(new Block([], [new([y], new Apply(Add, [Literal.Of(DType.F32, 1.5), Literal.Of(DType.F64, -2.0)]))],
            [y, Literal.Index(1), Literal.Of(DType.I32, 7L), Literal.Of(true), Literal.Of(DType.F64, double.NaN), Literal.Of(DType.F32, double.NegativeInfinity)])));
    }

    [Fact]
    public void Regions_are_indented()
    {
        var (c, x, n, y, z) = (Of(Bool, "c"), Of(F64, "x"), Of(I64, "n"), Of(F64, "y"), Of(F64, "z"));
        var (s, s1, t, i, e, r, b, k) = (Of(F64, "s"), Of(F64, "s"), Of(Bool, "t"), Of(I64, "i"), Of(F64, "e"), Of(F64, "r"), Of(new TensorType(DType.F64, Shape.Of(3)), "b"), Of(I64, "k"));
        var block = new Block([c, x, n],
        [
            new([y], new If(c, new([], [new([z], new Apply(Sin, [x]))], [z]), new([], [], [x]))),
            new([s1, Of(new SequenceType(F64), "q")], new While([y], new([s], [new([t], new Apply(Lt, [s, x]))], [t]), new([r], [], [r, x]))),
            new([Of(new TensorType(DType.F64, Shape.Of(3)), "stack")], new Scan(Literal.Index(3), 3, true, [], [b], new([i, e], [], [e]))),
            new([Of(new TensorType(DType.F64, Shape.Of(3)), "made")], new Build([3], new([k], [], [x]))),
        ], []);
        Prints("""
            fun (c: bool) (x: f64) (n: i64) ->
              let y: f64 =
                if c then
                  let z: f64 = sin x in
                  z
                else
                  x
              in
              let (s: f64, q: seq<f64>) =
                while y
                when fun (s1: f64) ->
                  let t: bool = lt s1 x in
                  t
                do fun (r: f64) ->
                  (r, x)
              in
              let stack: f64[3] =
                scan 3L stacked<3> reverse from () over b
                do fun (i: i64) (e: f64) ->
                  e
              in
              let made: f64[3] =
                build<3> fun (k: i64) ->
                  x
              in
              ()
            """, Printer.Print(block));
    }

    [Fact]
    public void A_module_prints_its_unions_then_the_entry_then_what_it_names()
    {
        var (main, other, unused) = (new FunctionName("main"), new FunctionName("other"), new FunctionName("other"));
        var tree = new UnionType("Tree");
        var (x, y, t, r, p, q, u, w) = (Of(F64, "x"), Of(F64, "y"), Of(tree, "t"), Of(F64, "r"), Of(F64, "p"), Of(F64, "x"), Of(F64, "u"), Of(F64, "w"));
        var module = new Module(main, new Dictionary<FunctionName, Function>
        {
            [unused] = new(unused, new([u], [], [u])),
            [other] = new(other, new([y], [], [y]), new CustomRule(DerivativeKind.Forward, unused)),
            [main] = new(main, new([x],
            [
                new([t], new Inject(tree, 1, [x])),
                new([r], new Switch(t, [new([], [], [x]), new([p], [new([q], new Call(other, [p]))], [q])])),
                new([w, Of(F64, "dw")], new Differentiate(DerivativeKind.Forward, other, [true], [true], [r, x])),
            ], [w])),
        }, new Dictionary<UnionType, UnionDefinition> { [tree] = new(tree, [new("Leaf", []), new("Node", [F64])]) });
        Prints("""
            type Tree =
              | Leaf
              | Node of f64

            let rec main (x: f64) : f64 =
              let t: Tree = inject Tree.Node x in
              let r: f64 =
                match t with
                | Leaf () ->
                  x
                | Node (p: f64) ->
                  let x1: f64 = other p in
                  x1
              in
              let (w: f64, dw: f64) = derivative<forward, [true], [true]> other r x in
              w

            and other (y: f64) : f64 with forward other1 =
              y

            and other1 (u: f64) : f64 =
              u
            """, Printer.Print(module));
    }

    [Fact]
    public void A_value_that_another_function_reads_has_one_name()
    {
        var (main, inner) = (new FunctionName("main"), new FunctionName("inner"));
        var type = new FunctionType([F64], [F64]);
        var (x, y, local, f, r) = (Of(F64, "x"), Of(F64, "x"), Of(F64, "x"), Of(type, "f"), Of(F64, "r"));
        var module = new Module(main, new Dictionary<FunctionName, Function>
        {
            [main] = new(main, new([x], [new([f], new MakeClosure(inner, [])), new([r], new Invoke(f, [x]))], [r])),
            [inner] = new(inner, new([y], [new([local], new Apply(Mul, [x, y]))], [local])),
        });
        Prints("""
            let rec main (x: f64) : f64 =
              let f: (f64 -> f64) = closure inner () in
              let r: f64 = invoke f x in
              r

            and inner (x1: f64) : f64 =
              let x2: f64 = mul x x1 in
              x2
            """, Printer.Print(module));
    }
}
