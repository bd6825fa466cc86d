using MindDsl.Backends;
using MindDsl.Ir;
using static MindDsl.Ir.ElementwiseOps;
using static MindDsl.Tests.Autodiff.Derivatives;

namespace MindDsl.Tests.Autodiff;

/// <summary>Smooth programs with every construct of the language, and arguments for them.</summary>
internal static class SamplePrograms
{
    public static readonly Dictionary<string, Func<(Module, TensorBuffer[])>> All = new()
    {
        ["straight line"] = () => (Program([Real, Real], (b, x) => x[0] * Sin.On(x[1]) + Exp.On(x[0] / x[1])), [Scalar(0.7), Scalar(1.3)]),
        ["matrix product"] = () => (Program([Vector(2, 3), Vector(3, 2)], (b, x) =>
            Tanh.On(new Term(b, b.Apply(new Contract("ij", "jk", "ik"), x[0].Atom, x[1].Atom))).Sum()),
            [Of([0.1, 0.2, 0.3, 0.4, 0.5, 0.6], 2, 3), Of([1, -1, 0.5, 0.25, -0.3, 0.7], 3, 2)]),
        ["broadcast and reductions"] = () => (Program([Vector(2, 3), Vector(3)], (b, x) =>
            ((x[0] * x[1]).Apply(new Reduce(Monoid.Product, [1])) + Exp.On(x[1]).Apply(new Reduce(Monoid.Max, [0]))).Sum()),
            [Of([0.1, 0.2, 0.3, 0.4, 0.5, 0.6], 2, 3), Of([1, -1, 0.5], 3)]),
        ["branch"] = () => (Program([Real, Real], (b, x) => Branch(b, x[0] < x[1],
            c => Sin.On(x[0]) * In(c, x[1]), c => new Term(c, x[0].Atom) * Exp.On(new Term(c, x[1].Atom)))), [Scalar(1.7), Scalar(0.4)]),
        ["while on run-time data"] = () => (Program([Real, Real], (b, x) => Squaring(b, x[0], x[1])), [Scalar(1.3), Scalar(0.6)]),
        ["branch in a loop"] = () => (Program([Real], (b, x) => BranchInLoop(b, x[0])), [Scalar(0.8)]),
        ["scan over a tensor"] = () => (Program([Vector(4), Real], (b, x) => Recurrence(b, x[0], x[1], false)), [Of([0.3, -0.2, 0.5, 0.9], 4), Scalar(0.4)]),
        ["scan downwards"] = () => (Program([Vector(4), Real], (b, x) => Recurrence(b, x[0], x[1], true)), [Of([0.3, -0.2, 0.5, 0.9], 4), Scalar(0.4)]),
        ["loop that replaces elements"] = () => (Program([Vector(3)], (b, x) => SquareInPlace(b, x[0])), [Of([0.3, -0.2, 0.5], 3)]),
        ["comprehension"] = () => (Program([Vector(2, 3), Vector(3, 2)], (b, x) => Product(b, x[0], x[1])),
            [Of([0.1, 0.2, 0.3, 0.4, 0.5, 0.6], 2, 3), Of([1, -1, 0.5, 0.25, -0.3, 0.7], 3, 2)]),
        ["neighbours"] = () => (Program([Vector(4)], (b, x) => Neighbours(b, x[0])), [Of([0.3, -0.2, 0.5, 0.9], 4)]),
        ["recursion"] = () => (Recursion(), [Scalar(1.4), TensorBuffer.Of<long>(DType.I64, [4])]),
        ["short recursion"] = () => (Recursion(), [Scalar(1.4), TensorBuffer.Of<long>(DType.I64, [1])]),
        ["closures chosen by data"] = () => (Closures(), [Scalar(0.6), Scalar(1.1)]),
        ["closures in a loop"] = () => (ClosureInLoop(), [Scalar(0.6), Scalar(0.3)]),
    };

    private static Term In(BlockBuilder builder, Term x) => new(builder, x.Atom);

    private static Term Branch(BlockBuilder b, Term condition, Func<BlockBuilder, Term> then, Func<BlockBuilder, Term> otherwise)
    {
        Block Make(Func<BlockBuilder, Term> f)
        {
            var inner = b.Nested();
            return inner.Build([], [f(inner).Atom]);
        }
        return b[b.Emit(new If(condition.Atom, Make(then), Make(otherwise)), [Real])[0]];
    }

    /// <summary>while r &lt; 10: r = r² + y.</summary>
    private static Term Squaring(BlockBuilder b, Term start, Term y)
    {
        var r = new Value(Real);
        var test = b.Nested();
        var condition = test.Build([r], [(test[r] < test[Literal.Of(DType.F64, 10.0)]).Atom]);
        var s = new Value(Real);
        var inner = b.Nested();
        var body = inner.Build([s], [(inner[s] * inner[s] + inner[y.Atom]).Atom]);
        return b[b.Emit(new While([start.Atom], condition, body), [Real])[0]];
    }

    /// <summary>Five times: x = n even ? sin x · x : x + exp(−x), n counted in the state.</summary>
    private static Term BranchInLoop(BlockBuilder b, Term start)
    {
        var (x, n) = (new Value(Real), new Value(Whole));
        var test = b.Nested();
        var condition = test.Build([x, n], [(test[n] < test[Literal.Index(5)]).Atom]);
        var (y, m) = (new Value(Real), new Value(Whole));
        var inner = b.Nested();
        var even = Rem.On(inner[m], inner[Literal.Index(2)]).EqualTo(inner[Literal.Index(0)]);
        var next = Branch(inner, even, c => Sin.On(c[y]) * c[y], c => c[y] + Exp.On(-c[y]));
        var body = inner.Build([y, m], [next.Atom, (inner[m] + inner[Literal.Index(1)]).Atom]);
        return b[b.Emit(new While([start.Atom, Literal.Index(0)], condition, body), [Real, Whole])[0]];
    }

    /// <summary>h = tanh(w·h + xᵢ), y = Σ hᵢ².</summary>
    private static Term Recurrence(BlockBuilder b, Term x, Term w, bool reverse)
    {
        var (i, h, e) = (new Value(Whole), new Value(Real), new Value(Real));
        var inner = b.Nested();
        var next = Tanh.On(inner[w.Atom] * inner[h] + inner[e]);
        var body = inner.Build([i, h, e], [next.Atom, (next * next).Atom]);
        var results = b.Emit(new Scan(Literal.Index(4), 4, reverse, [w.Atom], [x.Atom], body), [Real, Vector(4)]);
        return b[results[0]] + b[results[1]].Sum();
    }

    /// <summary>for i: x[i] = x[i]²; then Σ sin x.</summary>
    private static Term SquareInPlace(BlockBuilder b, Term x)
    {
        var (i, v) = (new Value(Whole), new Value(x.Type));
        var inner = b.Nested();
        var element = inner[inner.Apply(Gather.At(1, 1), v, i)];
        var updated = inner.Apply(new Scatter(Gather.At(1, 1), true), v, i, (element * element).Atom);
        var body = inner.Build([i, v], [updated]);
        return Sin.On(b[b.Emit(new Scan(Literal.Index(3), 3, false, [x.Atom], [], body), [x.Type])[0]]).Sum();
    }

    /// <summary>Σ over i, j of sin(Σ over k of a[i, k]·b[k, j]), as comprehensions.</summary>
    private static Term Product(BlockBuilder b, Term x, Term y)
    {
        var (i, j, k) = (new Value(Whole), new Value(Whole), new Value(Whole));
        var outer = b.Nested();
        var inner = outer.Nested();
        var element = inner[inner.Apply(Gather.At(2, 2), x.Atom, i, k)] * inner[inner.Apply(Gather.At(2, 2), y.Atom, k, j)];
        var row = outer.Emit(new Build([3], inner.Build([k], [element.Atom])), [Vector(3)]);
        var body = outer.Build([i, j], [Sin.On(outer[row[0]].Sum()).Atom]);
        return b[b.Emit(new Build([2, 2], body), [Vector(2, 2)])[0]].Sum();
    }

    /// <summary>Σ x[i]·exp(x[i+1]).</summary>
    private static Term Neighbours(BlockBuilder b, Term x)
    {
        var i = new Value(Whole);
        var inner = b.Nested();
        var left = inner[inner.Apply(Gather.At(1, 1), x.Atom, i)];
        var right = inner[inner.Apply(Gather.At(1, 1), x.Atom, (inner[i] + inner[Literal.Index(1)]).Atom)];
        var body = inner.Build([i], [(left * Exp.On(right)).Atom]);
        return b[b.Emit(new Build([3], body), [Vector(3)])[0]].Sum();
    }

    /// <summary>f(x, n) = n ≤ 0 ? sin x : x · f(x + 0.1, n − 1).</summary>
    private static Module Recursion()
    {
        var name = new FunctionName("f");
        var (x, n) = (new Value(Real), new Value(Whole));
        var builder = new BlockBuilder();
        var result = Branch(builder, builder[n] <= builder[Literal.Index(0)],
            c => Sin.On(c[x]),
            c => c[x] * c[c.Emit(new Call(name, [(c[x] + 0.1).Atom, (c[n] - c[Literal.Index(1)]).Atom]), [Real])[0]]);
        var f = new Function(name, builder.Build([x, n], [result.Atom]));
        return Program([Real, Whole], (b, p) => b[b.Emit(new Call(name, [p[0].Atom, p[1].Atom]), [Real])[0]] * Cos.On(p[0]), [f]);
    }

    private static readonly FunctionType Unary = new([Real], [Real]);

    private static Function Lambda(string name, int captured, Func<Seq<Term>, Term> body)
    {
        var builder = new BlockBuilder();
        var parameters = Seq.Range(captured + 1).Map(_ => new Value(Real));
        return new(new FunctionName(name), builder.Build(parameters, [body(parameters.Map(p => builder[p])).Atom]));
    }

    /// <summary>g = x &lt; y ? (z ↦ x·sin z) : (z ↦ z·x + y); g(g(y)).</summary>
    private static Module Closures()
    {
        var first = Lambda("first", 1, p => p[0] * Sin.On(p[1]));
        var second = Lambda("second", 2, p => p[2] * p[0] + p[1]);
        return Program([Real, Real], (b, x) =>
        {
            var (then, otherwise) = (b.Nested(), b.Nested());
            var g = b.Emit(new If((x[0] < x[1]).Atom,
                then.Build([], [then.Emit(new MakeClosure(first.Name, [x[0].Atom]), [Unary])[0]]),
                otherwise.Build([], [otherwise.Emit(new MakeClosure(second.Name, [x[0].Atom, x[1].Atom]), [Unary])[0]])), [Unary])[0];
            var once = b.Emit(new Invoke(g, [x[1].Atom]), [Real])[0];
            return b[b.Emit(new Invoke(g, [once]), [Real])[0]];
        }, [first, second]);
    }

    /// <summary>A function in the state of a loop: g₀ = (z ↦ z·y), gₙ₊₁ = (z ↦ sin(gₙ(z)) · x); g₃(x).</summary>
    private static Module ClosureInLoop()
    {
        var start = Lambda("start", 1, p => p[1] * p[0]);
        var name = new FunctionName("wrap");
        var (g, x, z) = (new Value(Unary), new Value(Real), new Value(Real));
        var builder = new BlockBuilder();
        var inside = builder.Emit(new Invoke(g, [z]), [Real])[0];
        var wrap = new Function(name, builder.Build([g, x, z], [(Sin.On(builder[inside]) * builder[x]).Atom]));
        return Program([Real, Real], (b, p) =>
        {
            var first = b.Emit(new MakeClosure(start.Name, [p[1].Atom]), [Unary])[0];
            var (i, f) = (new Value(Whole), new Value(Unary));
            var inner = b.Nested();
            var body = inner.Build([i, f], [inner.Emit(new MakeClosure(name, [f, p[0].Atom]), [Unary])[0]]);
            var last = b.Emit(new Scan(Literal.Index(3), 3, false, [first], [], body), [Unary])[0];
            return b[b.Emit(new Invoke(last, [p[0].Atom]), [Real])[0]];
        }, [start, wrap]);
    }
}
