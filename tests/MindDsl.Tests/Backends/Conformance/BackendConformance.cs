using MindDsl.Autodiff;
using MindDsl.Backends;
using MindDsl.Ir;
using Xunit;

namespace MindDsl.Tests.Backends.Conformance;

/// <summary>Every operation on every element type and class of shapes: a backend against the interpreter, values and derivatives.</summary>
public abstract class BackendConformance
{
    /// <summary>The backend.</summary>
    protected abstract IBackend Backend { get; }

    /// <summary>True if a program takes long to compile, so that the element types are better tested in one.</summary>
    protected virtual bool IsSlowToCompile => false;

    private static readonly double[] Special =
        [0, -0.0, 1, -1, 0.5, -2.5, 1e-40, -1e-310, 1e30, -1e300, double.PositiveInfinity, double.NegativeInfinity, double.NaN, 7, 1.5e-8, 100, -745, 88.8, Math.PI];

    public static TheoryData<string> Names => [.. OpCatalogue.Names];

    public static TheoryData<string> FloatOperations => [.. ElementwiseOps.All.Where(o => o.Signature is not (Signature.Integer or Signature.Logic)).Select(o => o.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Values_are_what_the_interpreter_says(string name)
    {
        int met = 0;
        foreach (var cases in Programs(Enum.GetValues<DType>().Select(t => OpCatalogue.Cases(name, t))))
        {
            met += cases.Count;
            Agree(Values(cases), cases, [.. cases.SelectMany((c, n) => Arguments(c, n))], name);
        }
        Assert.True(met > 0, name);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Derivatives_are_what_the_interpreter_says(string name)
    {
        var floats = Enum.GetValues<DType>().Where(t => t.IsFloat).Select(type => OpCatalogue.Cases(name, type).Where(c => c.Result.DType.IsFloat && c.Operands.Any(o => o.DType.IsFloat)).ToList());
        foreach (var cases in Programs(floats)) Agree(Gradients(cases), cases, [.. cases.SelectMany((c, n) => Arguments(c, n))], $"the gradient of {name}");
    }

    /// <summary>The cases of each program: those of an element type, or all.</summary>
    private IEnumerable<List<OpCase>> Programs(IEnumerable<List<OpCase>> byType) =>
        (IsSlowToCompile ? [[.. byType.SelectMany(cases => cases)]] : byType).Where(cases => cases.Count > 0);

    [Theory]
    [MemberData(nameof(FloatOperations))]
    public void Special_values_are_what_the_interpreter_says(string name)
    {
        var op = ElementwiseOps.All.Single(o => o.Name == name);
        int count = op.Arity == 1 ? Special.Length : Special.Length * Special.Length;
        foreach (var type in new[] { DType.F32, DType.F64 })
        {
            var operands = Seq.Range(op.Arity).Map(k => new TensorType(op.Signature == Signature.Select && k == 0 ? DType.Bool : type, Shape.Of(count)));
            List<OpCase> cases = [new(op, operands)];
            var arguments = operands.Select((t, k) =>
            {
                var buffer = TensorBuffer.Allocate(t);
                for (int i = 0; i < count; i++)
                {
                    double x = Special[(k == 0 ? i : i / Special.Length + (k - 1) * 3) % Special.Length];
                    // The order of a polygamma is a small whole number.
                    if (op == ElementwiseOps.Polygamma && k == 0) x = i % 4;
                    buffer[i] = t.DType == DType.Bool ? Literal.Of(i % 2 == 0) : Literal.Of(t.DType, x);
                }
                return buffer;
            }).ToArray();
            Agree(Values(cases), cases, arguments, $"{name} of {type.Name}", relative: true);
        }
    }

    [Fact]
    public void Special_values_are_converted_as_the_interpreter_says()
    {
        long[] whole = [0, 1, -1, 255, 256, 257, -129, 2049, 2051, 65519, 65520, 16777217, 16777219, int.MaxValue, int.MinValue, (1L << 60) + (1L << 52) + 1, (1L << 60) + (1L << 36) + 1, long.MaxValue, long.MinValue + 1];
        double[] numbers = [.. Special, .. whole, 65519.99999999999, 5.9604644775390625e-08, 2.98023223876953125e-08, 2.9802322387695316e-08, 1.00390625, 1.0039062500000002, 1.01171875, 1.00048828125, 1.0014648437500002, 3.4e38, 3.39e38, 254.9999, 255.5, -0.9, 1e-45];
        List<OpCase> cases = [.. Enum.GetValues<DType>().SelectMany(from => Enum.GetValues<DType>().Select(to => new OpCase(new MindDsl.Ir.Convert(to), [new TensorType(from, Shape.Of(from.IsFloat ? numbers.Length : whole.Length))])))];
        var arguments = cases.Select(c =>
        {
            var buffer = TensorBuffer.Allocate(c.Operands[0]);
            for (int i = 0; i < buffer.Count; i++) buffer[i] = buffer.DType.IsFloat ? Literal.Of(buffer.DType, numbers[i]) : Literal.Of(buffer.DType, whole[i]);
            return buffer;
        });
        Agree(Values(cases), cases, [.. arguments], "convert", relative: true);
    }

    internal static Module Values(List<OpCase> cases)
    {
        // Not by a builder, which would simplify the cases away.
        var parameters = cases.SelectMany(c => c.Operands).Select(t => new Value(t)).ToSeq();
        var lets = new List<Let>();
        int next = 0;
        foreach (var c in cases)
        {
            var operands = parameters.Slice(next, c.Operands.Count).Map(Atom (v) => v);
            lets.Add(new([new Value(c.Result)], new Apply(c.Op, c.Last is { } literal ? [.. operands, literal] : operands)));
            next += c.Operands.Count;
        }
        var entry = new FunctionName("main");
        var body = new Block(parameters, lets.ToSeq(), lets.Select(Atom (l) => l.Targets[0]).ToSeq());
        return new(entry, new Dictionary<FunctionName, Function> { [entry] = new(entry, body) });
    }

    /// <summary>The gradient of a sum of all elements of all results, each with a weight of its own.</summary>
    private static Module Gradients(List<OpCase> cases)
    {
        var values = Values(cases);
        var body = values.EntryFunction.Body;
        var builder = new BlockBuilder();
        var parameters = body.Parameters.Map(p => new Value(p.Type));
        var weights = body.Results.Select((r, k) =>
        {
            var flat = new Term(builder, builder.Apply(new Iota(new(r.Tensor.DType.Wide, new([r.Tensor.Shape.Size])), 0)));
            return ElementwiseOps.Cos.On(flat + (k + 0.5)).To(r.Tensor.DType).Reshape(r.Tensor.Shape).Atom;
        }).ToSeq();
        var active = parameters.Map(p => p.Type.IsDifferentiable);
        var types = body.Results.Map(r => r.Type).Concat(parameters.Where(p => p.Type.IsDifferentiable).Select(p => p.Type)).ToSeq();
        var all = builder.Emit(new Differentiate(DerivativeKind.Reverse, values.Entry, active, body.Results.Map(_ => true), [.. parameters, .. weights]), types);
        var entry = new FunctionName("gradient");
        var functions = new Dictionary<FunctionName, Function>(values.Functions) { [entry] = new(entry, builder.Build(parameters, all.Map(Atom (a) => a))) };
        return Pipeline.Run(new(entry, functions), Level.FirstOrder, ExpandDerivatives.Pass, Inline.Late, Simplify.Pass, RemoveDead.Pass);
    }

    internal static IEnumerable<TensorBuffer> Arguments(OpCase c, int seed)
    {
        var random = new Random(seed);
        for (int k = 0; k < c.Operands.Count; k++)
        {
            var (type, domain) = (c.Operands[k], c.Op.Domain(k));
            var buffer = TensorBuffer.Allocate(type);
            for (long i = 0; i < buffer.Count; i++)
            {
                double x = domain.Low + (domain.High - domain.Low) * random.NextDouble();
                buffer[i] = type.DType switch
                {
                    DType.Bool => Literal.Of(random.Next(2) == 0),
                    DType.I64 when c.Indices > 0 && k > 0 && k <= IndexOperands(c.Op) => Literal.Of(DType.I64, random.NextInt64(c.Indices)),
                    // Division by zero is an error of its own, as is a negative power of an integer.
                    DType.U8 => Literal.Of(DType.U8, random.NextInt64(256)),
                    DType.I32 or DType.I64 => Literal.Of(type.DType, c.Op == ElementwiseOps.Pow || domain.Low > 0 ? random.NextInt64(1, 6) : random.NextInt64(1, 50) * (random.Next(2) * 2 - 1)),
                    var t => Literal.Of(t, c.Op == ElementwiseOps.Polygamma && k == 0 ? Math.Floor(Math.Abs(x)) : x),
                };
            }
            yield return buffer;
        }
    }

    private static int IndexOperands(Op op) => op switch
    {
        Gather gather => gather.Axes.Count(a => a.Indexed),
        Scatter scatter => scatter.Places.Axes.Count(a => a.Indexed),
        _ => 0,
    };

    private void Agree(Module module, List<OpCase> cases, TensorBuffer[] arguments, string what, bool relative = false) => Agree(Backend, module, cases, arguments, what, relative);

    internal static void Agree(IBackend backend, Module module, List<OpCase> cases, TensorBuffer[] arguments, string what, bool relative = false)
    {
        var expected = Interpreter.Run(module, arguments);
        var found = backend.Compile(module).Run(arguments);
        // Results of the cases, and then, if there are more, gradients of float operands.
        OpCase[] owners = [.. cases, .. cases.SelectMany(c => c.Operands.Where(o => o.DType.IsFloat).Select(_ => c))];
        for (int k = 0; k < expected.Length; k++)
        {
            // What is too small to be held in full is right if it is as small.
            double least = !relative ? 1 : expected[k].DType == DType.F32 ? 1e-32 : 1e-292;
            // What has been f32 on the way is no more exact than f32.
            bool single = owners[k].Operands.Any(o => o.DType.Wide == DType.F32) || owners[k].Result.DType.Wide == DType.F32;
            // What is moved and converted is exact; a sum that is rounded to few bits may differ in the last one.
            double tolerance = expected[k].DType switch
            {
                DType.F16 => k < cases.Count ? 0 : Math.ScaleB(1, -10),
                DType.BF16 => k < cases.Count ? 0 : Math.ScaleB(1, -7),
                var t => !t.IsFloat ? 0 : single ? 2e-5 : 1e-13,
            };
            for (long i = 0; i < expected[k].Count; i++)
            {
                var (x, y) = (expected[k][i], found[k][i]);
                bool same = expected[k].DType.IsFloat
                    ? x.Number.Equals(y.Number) || x.Number == y.Number || Math.Abs(x.Number - y.Number) <= tolerance * Math.Max(least, Math.Abs(x.Number))
                    : x.Integer == y.Integer;
                Assert.True(same, $"{what}: result {k} {expected[k].Type} at {i}: expected {x}, found {y}; {owners[k].Op} of {owners[k].Operands}");
            }
        }
    }
}
