using MindDsl.Backends;
using MindDsl.Ir;
using static MindDsl.Ir.ElementwiseOps;

namespace MindDsl.Testing;

/// <summary>
/// Makes random well-typed programs: f64 parameters (a scalar, a vector [3], a matrix [2, 3]) and an i64 one, a scalar result, and every construct of the language between them. Equal seeds and
/// sizes give equal programs; smaller sizes give smaller ones, which is how failures shrink.
/// </summary>
/// <param name="seed">Which program.</param>
/// <param name="smooth">True if the program must have no kinks, so that differences converge: branches then depend on integers only.</param>
public sealed class ProgramGenerator(int seed, bool smooth)
{
    private static readonly TensorType Scalar = TensorType.Scalar(DType.F64);
    private static readonly TensorType Whole = TensorType.Scalar(DType.I64);
    private static readonly TensorType Vector = new(DType.F64, Shape.Of(3));
    private static readonly TensorType Matrix = new(DType.F64, Shape.Of(2, 3));
    private static readonly FunctionType Lambda = new([Scalar], [Scalar]);
    private static readonly Elementwise[] Bounded = [Sin, Cos, Tanh, Sigmoid, Atan, Erf, Asinh];

    private readonly Random _random = new(seed);
    private readonly Dictionary<FunctionName, Function> _functions = [];

    /// <summary>The types of the parameters of every program.</summary>
    public static Seq<TensorType> Parameters { get; } = [Scalar, Vector, Matrix, Whole];

    /// <summary>Arguments for a program, by a seed: floats between -1 and 1, and a small whole number.</summary>
    public static TensorBuffer[] Arguments(int seed)
    {
        var random = new Random(seed);
        double[] Draw(int n) => [.. Enumerable.Range(0, n).Select(_ => random.NextDouble() * 2 - 1)];
        return
        [
            TensorBuffer.Of<double>(DType.F64, Draw(1)), TensorBuffer.Of<double>(DType.F64, Draw(3), 3), TensorBuffer.Of<double>(DType.F64, Draw(6), 2, 3),
            TensorBuffer.Of<long>(DType.I64, [random.Next(1, 4)]),
        ];
    }

    /// <summary>Makes the program.</summary>
    /// <param name="size">About how many operations.</param>
    /// <param name="closures">True if function values may occur.</param>
    public Module Make(int size, bool closures = true)
    {
        _closures = closures;
        var builder = new BlockBuilder();
        var values = Parameters.Map(t => new Value(t));
        var scope = new List<Atom>(values);
        Grow(builder, scope, size, 3);
        var all = scope.Where(a => a.Tensor.DType == DType.F64).TakeLast(4).Select(a => Tanh.On(builder[a]).Sum());
        var result = all.Aggregate((x, y) => x + y);
        var entry = new FunctionName("main");
        _functions[entry] = new(entry, builder.Build(values, [result.Atom]));
        return new(entry, _functions);
    }

    private bool _closures;

    private int Below(int n) => _random.Next(n);

    private Atom Pick(List<Atom> scope, TensorType type)
    {
        var fitting = scope.Where(a => a.Type == type).ToList();
        return fitting[Below(fitting.Count)];
    }

    private TensorType PickFloat() => Below(3) switch { 0 => Scalar, 1 => Vector, _ => Matrix };

    private void Grow(BlockBuilder b, List<Atom> scope, int size, int depth)
    {
        for (int i = 0; i < size; i++)
        {
            var made = Below(depth > 0 ? 20 : 11) switch
            {
                0 or 1 => Bounded[Below(Bounded.Length)].On(b[Pick(scope, PickFloat())]),
                2 => b[Pick(scope, Scalar)] * b[Pick(scope, PickFloat())],
                3 => b[Pick(scope, Vector)] + b[Pick(scope, Matrix)],
                4 => b[Pick(scope, Vector)] - 0.5 * b[Pick(scope, Vector)],
                5 => b[Pick(scope, PickFloat())] / (2 + Sin.On(b[Pick(scope, Scalar)])),
                6 => b[Pick(scope, Matrix)].Sum([Below(2)]) is { Rank: 1 } sum && sum.Shape == Vector.Shape ? sum : b[Pick(scope, Matrix)].Sum(),
                7 => Moved(b, scope),
                8 => new(b, b.Apply(new Contract("ik", "k", "i"), Pick(scope, Matrix), Pick(scope, Vector))),
                9 => Indexed(b, scope),
                10 => Exp.On(Tanh.On(b[Pick(scope, PickFloat())])),
                11 or 12 => Branch(b, scope, size / 2, depth - 1),
                13 => Repeat(b, scope, size / 2, depth - 1),
                14 or 15 => Sweep(b, scope, size / 2, depth - 1),
                16 or 17 => Comprehension(b, scope, size / 2, depth - 1),
                18 => Recursion(b, scope),
                _ => _closures ? Chosen(b, scope) : b[Pick(scope, PickFloat())] * 0.25,
            };
            var bounded = made.Rank > 0 && made.Shape != Vector.Shape && made.Shape != Matrix.Shape ? made.Sum() : made;
            scope.Add(bounded.Atom);
        }
    }

    private Term Moved(BlockBuilder b, List<Atom> scope)
    {
        var (m, v) = (b[Pick(scope, Matrix)], b[Pick(scope, Vector)]);
        return Below(6) switch
        {
            0 => m.Permute([1, 0]).Reshape(Matrix.Shape),
            1 => v.Apply(new Flip([0])),
            2 => m.Apply(new Slice([1, 0], [1, 3], [1, 1])).Reshape(Vector.Shape),
            3 => v.Apply(new Slice([0], [2], [2])).Apply(new Pad([1], [0], [0], 0.5)),
            4 => new(b, b.Apply(new Concat(0), v.Apply(new Slice([1], [1], [1])).Atom, v.Apply(new Slice([0], [2], [1])).Atom)),
            _ => v.Apply(new Window([2], [1], [1], [1], [3], 0.25)).Sum([0]),
        };
    }

    private Term Indexed(BlockBuilder b, List<Atom> scope)
    {
        var n = new Term(b, Pick(scope, Whole));
        var place = Rem.On(n * n, n.Literal(3));
        if (Below(2) == 0) return new(b, b.Apply(Gather.At(1, 1), Pick(scope, Vector), place.Atom));
        return new(b, b.Apply(new Scatter(Gather.At(1, 1), Below(2) == 0), Pick(scope, Vector), place.Atom, Pick(scope, Scalar)));
    }

    private Block Inner(BlockBuilder b, List<Atom> scope, Seq<Value> parameters, int size, int depth, params TensorType[] results)
    {
        var inner = b.Nested();
        var local = new List<Atom>([.. scope, .. parameters]);
        Grow(inner, local, Math.Max(size, 1), depth);
        return inner.Build(parameters, results.Select(t => Tanh.On(inner[local.Last(a => a.Type == t)]).Atom).ToSeq());
    }

    private Atom Condition(BlockBuilder b, List<Atom> scope) => smooth
        ? (Rem.On(b[Pick(scope, Whole)], b[Literal.Index(2)]) < b[Literal.Index(1)]).Atom
        : (b[Pick(scope, Scalar)] < b[Pick(scope, Scalar)]).Atom;

    private Term Branch(BlockBuilder b, List<Atom> scope, int size, int depth)
    {
        var type = PickFloat();
        var expr = new If(Condition(b, scope), Inner(b, scope, [], size, depth, type), Inner(b, scope, [], size, depth, type));
        return b[b.Emit(expr, [type])[0]];
    }

    /// <summary>While with a counter that runs to a small number known at run time only.</summary>
    private Term Repeat(BlockBuilder b, List<Atom> scope, int size, int depth)
    {
        var type = PickFloat();
        var bound = Rem.On(b[Pick(scope, Whole)] * b[Pick(scope, Whole)], b[Literal.Index(4)]);
        var (x, n) = (new Value(type), new Value(Whole));
        var test = b.Nested();
        var condition = test.Build([x, n], [(test[n] < test[bound.Atom]).Atom]);
        var (y, m) = (new Value(type), new Value(Whole));
        var body = Inner(b, scope, [y, m], size, depth, type);
        var next = new Value(Whole);
        body = new([y, m], [.. body.Lets, new Let([next], new Apply(Add, [m, Literal.Index(1)]))], [body.Results[0], next]);
        return b[b.Emit(new While([Pick(scope, type), Literal.Index(0)], condition, body), [type, Whole])[0]];
    }

    private Term Sweep(BlockBuilder b, List<Atom> scope, int size, int depth)
    {
        var (i, h, e) = (new Value(Whole), new Value(Scalar), new Value(Scalar));
        var body = Inner(b, scope, [i, h, e], size, depth, Scalar, Scalar);
        var scan = new Scan(Literal.Index(3), 3, Below(2) == 0, [Pick(scope, Scalar)], [Pick(scope, Vector)], body);
        var results = b.Emit(scan, [Scalar, Vector]);
        return Below(2) == 0 ? b[results[1]] : b[results[0]] * b[results[1]].Sum();
    }

    private Term Comprehension(BlockBuilder b, List<Atom> scope, int size, int depth)
    {
        var (i, j) = (new Value(Whole), new Value(Whole));
        var inner = b.Nested();
        var local = new List<Atom>([.. scope, i, j]);
        local.Add(inner.Apply(Gather.At(2, 2), Pick(scope, Matrix), i, j));
        local.Add(inner.Apply(Gather.At(1, 1), Pick(scope, Vector), j));
        Grow(inner, local, Math.Max(size, 1), depth);
        var result = inner[local.Last(a => a.Type == Scalar)] * inner[local[scope.Count + 2]] + inner[local[scope.Count + 3]];
        return b[b.Emit(new Build([2, 3], inner.Build([i, j], [result.Atom])), [Matrix])[0]];
    }

    /// <summary>f(x, n) = n ≤ 0 ? sin x : c·f(tanh x + c, n − 1)·x, called with a small n.</summary>
    private Term Recursion(BlockBuilder b, List<Atom> scope)
    {
        var name = new FunctionName("f");
        var (x, c, n) = (new Value(Scalar), new Value(Scalar), new Value(Whole));
        var builder = new BlockBuilder();
        var (then, otherwise) = (builder.Nested(), builder.Nested());
        var smaller = (otherwise[n] - otherwise[Literal.Index(1)]).Atom;
        var next = (Tanh.On(otherwise[x]) + otherwise[c]).Atom;
        var deeper = otherwise[otherwise.Emit(new Call(name, [next, c, smaller]), [Scalar])[0]];
        var result = builder.Emit(new If(
            (builder[n] <= builder[Literal.Index(0)]).Atom,
            then.Build([], [Sin.On(then[x]).Atom]),
            otherwise.Build([], [(otherwise[c] * deeper * otherwise[x]).Atom])), [Scalar]);
        _functions[name] = new(name, builder.Build([x, c, n], [result[0]]));
        var times = Rem.On(b[Pick(scope, Whole)] * b[Pick(scope, Whole)], b[Literal.Index(4)]);
        return b[b.Emit(new Call(name, [Pick(scope, Scalar), Tanh.On(b[Pick(scope, Scalar)]).Atom, times.Atom]), [Scalar])[0]];
    }

    /// <summary>One of two functions that captured different things, called twice.</summary>
    private Term Chosen(BlockBuilder b, List<Atom> scope)
    {
        Block Closure(bool first)
        {
            var name = new FunctionName(first ? "wave" : "line");
            var (x, y, z) = (new Value(Scalar), new Value(Scalar), new Value(Scalar));
            var body = new BlockBuilder();
            var result = first ? body[x] * Sin.On(body[z]) : Tanh.On(body[z] * body[x] + body[y]);
            _functions[name] = new(name, body.Build(first ? [x, z] : [x, y, z], [result.Atom]));
            var inner = b.Nested();
            Seq<Atom> captured = first ? [Pick(scope, Scalar)] : [Pick(scope, Scalar), Pick(scope, Scalar)];
            return inner.Build([], [inner.Emit(new MakeClosure(name, captured), [Lambda])[0]]);
        }

        var f = b.Emit(new If(Condition(b, scope), Closure(true), Closure(false)), [Lambda])[0];
        var once = b.Emit(new Invoke(f, [Pick(scope, Scalar)]), [Scalar])[0];
        return b[b.Emit(new Invoke(f, [once]), [Scalar])[0]];
    }
}
