using MindDsl.Autodiff;
using MindDsl.Ir;
using MindDsl.Structures;
using MindDsl.Testing;
using MindDsl.Tests.Autodiff;
using MindDsl.Tests.Properties;
using Xunit;

namespace MindDsl.Tests.Dsl.Text;

/// <summary>Print, then read, is the identity on programs of every level.</summary>
public class IrTextLaws
{
    private static void ReadsBack(Module module, Level level)
    {
        string text = Printer.Print(module);
        var read = IrText.Read(text, level: level);
        Assert.Equal(text, Printer.Print(read));
        Assert.True(ModuleEquality.Difference(module, read) is null, ModuleEquality.Difference(module, read) + "\n" + text);
    }

    /// <summary>Runs passes one by one and looks at each program on the way.</summary>
    private static void ReadsBackAlong(Module module, params Pass[] passes)
    {
        var level = Level.Source;
        ReadsBack(module, level);
        foreach (var pass in passes)
        {
            module = pass.Run(module);
            level = pass.Result ?? level;
            ReadsBack(module, level);
        }
    }

    [Fact]
    public void Random_programs_of_every_level_read_back() => DerivativeLaws.Check(DerivativeLaws.Programs(15), p => ReadsBackAlong(
        new ProgramGenerator(p.Seed, smooth: false).Make(p.Size),
        LiftFunctions.Pass, Inline.Early, Simplify.Pass, Defunctionalize.Pass, ExpandDerivatives.Pass, Inline.Late, Simplify.Pass, RemoveDead.Pass, BindSizes.With(new Dictionary<string, long>())), 100);

    [Theory]
    [InlineData(DerivativeKind.Forward)]
    [InlineData(DerivativeKind.Reverse)]
    public void Derivatives_of_random_programs_read_back_before_and_after_they_are_expanded(DerivativeKind kind) => DerivativeLaws.Check(DerivativeLaws.Programs(8), p =>
    {
        var module = Derivatives.Prepare(new ProgramGenerator(p.Seed, smooth: false).Make(p.Size));
        ReadsBackAlong(Named(module, kind), ExpandDerivatives.Pass, Inline.Late, Simplify.Pass, RemoveDead.Pass);
    }, 60);

    [Fact]
    public void Second_derivatives_of_random_programs_read_back() => DerivativeLaws.Check(DerivativeLaws.Programs(5), p =>
    {
        var module = Derivatives.Prepare(new ProgramGenerator(p.Seed, smooth: true).Make(p.Size));
        var once = Derivatives.Directional(module, DerivativeKind.Reverse);
        ReadsBack(once, Level.Plain);
        ReadsBack(Derivatives.Directional(once, DerivativeKind.Forward), Level.Plain);
    }, 30);

    /// <summary>The program of a function as it is read.</summary>
    private static Module Read(Delegate function, double[] x)
    {
        var frame = CallFrame.Rent();
        try
        {
            Structure<double[]>.Write(x, frame);
            return Compilation.Module(QuotedFunction.Of(function), frame, isOptimised: false);
        }
        finally
        {
            frame.Return();
        }
    }

    /// <summary>Functions of a program with random rules: checkpoints with every setting, and steps of which they are fixed points.</summary>
    private static Module Ruled(Module module, Random random)
    {
        var functions = new Dictionary<FunctionName, Function>(module.Functions);
        foreach (var (name, function) in module.Functions)
        {
            string[] tags = ["h", "two words", "a \"b\" \\ c\n"];
            var policy = new CheckpointPolicy(random.Next(2) == 0, tags.Where(_ => random.Next(2) == 0).ToSeq(), random.Next(3) switch { 0 => 0, 1 => 1L << 40, _ => random.Next() });
            var ruled = function with { Checkpoint = random.Next(4) == 0 ? null : policy };
            if (random.Next(2) == 0 && function.ParameterTypes.Count > 0)
            {
                // A step results in the last of what it takes.
                int states = 1 + random.Next(function.ParameterTypes.Count);
                Block Last()
                {
                    var parameters = function.ParameterTypes.Map(t => new Value(t));
                    return new(parameters, [], parameters.Slice(parameters.Count - states, states).Map(Atom (p) => p));
                }
                var (step, point) = (new FunctionName("step"), new FunctionName("solution"));
                functions[step] = new(step, Last());
                functions[point] = new(point, Last())
                {
                    FixedPoint = new(step, Math.Pow(10, -random.Next(17)) * (1 + random.NextDouble()), random.NextInt64(1, long.MaxValue)),
                    Checkpoint = random.Next(2) == 0 ? policy : null,
                };
            }
            functions[name] = ruled;
        }
        return module.With(functions);
    }

    [Fact]
    public void Random_programs_with_random_rules_read_back() => DerivativeLaws.Check(DerivativeLaws.Programs(12), p =>
    {
        var module = Ruled(LiftFunctions.Pass.Run(new ProgramGenerator(p.Seed, smooth: false).Make(p.Size)), new Random(p.Seed));
        ReadsBack(module, Level.Closed);
        foreach (var kind in new[] { DerivativeKind.Forward, DerivativeKind.Reverse })
        {
            var prepared = Ruled(Derivatives.Prepare(new ProgramGenerator(p.Seed, smooth: false).Make(p.Size)), new Random(p.Seed));
            ReadsBackAlong(Named(prepared, kind), ExpandDerivatives.Pass, Inline.Late, Simplify.Pass, RemoveDead.Pass);
        }
    }, 60);

    [Fact]
    public void Derivatives_of_functions_with_rules_read_back_at_every_level()
    {
        var solve = Mind.Fn((double a) => Mind.FixedPoint(1.0, x => (x + a / x) / 2, 1e-9, 77));
        var kept = Mind.Fn((double[] x) => Mind.Tag(x.Select(v => Math.Exp(v) * v).ToArray(), "h").Select(v => v * v).Sum()).Checkpoint(Keep.Named("h", "k"));
        var own = Mind.Fn((double x) => x * x).CustomVjp((x, y, dy) => 3 * dy);
        var loss = Mind.Fn((double[] x) => solve(x[0]) * kept(x) + own(x[1]) + Mind.Root(x[0], r => r * r * r - x[1], 1e-8, 55)
            + Mind.LinearSolve(y => y * x[2], x[0], (f, b) => Mind.Iterate(5, b, y => y + (b - f(y)) / 2))
            + Mind.Scan(1.0, x, (s, v) => ValueTuple.Create(s * v, s), 2).State);
        ReadsBackAlong(Read(loss, [0.9, 1.2, 0.7]), [.. Compilation.Passes]);
        ReadsBackAlong(Read(loss.Grad(), [0.9, 1.2, 0.7]), [.. Compilation.Passes]);
        ReadsBackAlong(Read(loss.Grad().Jacobian(), [0.9, 1.2, 0.7]), [.. Compilation.Passes]);
    }

    [Fact]
    public void Composite_operations_read_back_as_they_are_and_as_their_programs()
    {
        var matrix = Derivatives.Vector(2, 3, 3);
        var module = Derivatives.Program([matrix, matrix], (b, p) =>
        {
            var factors = new Lu().On(p[0]);
            Term[] results =
            [
                new Cholesky().On(p[0]), new TriangularSolve(false, false).On(p[0], p[1]), new TriangularSolve(true, true).On(p[0], p[1]), new FactoredSolve(false).On(p[0], p[1], factors),
                new FactoredSolve(true).On(p[0], p[1], factors), new Determinant().On(p[0], factors), new Cofactors().On(p[0], factors), new LogAbsDeterminant().On(p[0], factors),
                new Orthonormal().On(p[0]), new Eigenvectors().On(p[0]), new SingularVectors().On(p[0]), new ValuesOfVectors().On(p[0], p[1], p[0]),
                new StandardGamma().On(b[Literal.Index(3)], p[1]),
            ];
            return results.Select(r => r.Sum()).Aggregate((x, y) => x + y);
        });
        ReadsBackAlong(module, ExpandComposites.Pass);
    }

    public static TheoryData<string> Samples => [.. SamplePrograms.All.Keys];

    [Theory]
    [MemberData(nameof(Samples))]
    public void Programs_with_every_construct_read_back(string name)
    {
        var (module, arguments) = SamplePrograms.All[name]();
        ReadsBack(module, Level.Source);
        var gradient = Derivatives.Directional(Derivatives.Prepare(module), DerivativeKind.Reverse);
        ReadsBack(gradient, Level.Plain);
        // What was read runs to the same bits.
        Assert.Equal(Derivatives.Run(gradient, arguments), Derivatives.Run(IrText.Read(Printer.Print(gradient)), arguments));
    }

    /// <summary>A module whose entry is a derivative that is still to be expanded.</summary>
    private static Module Named(Module module, DerivativeKind kind)
    {
        var function = module.EntryFunction;
        var parameters = function.Body.Parameters.Map(p => new Value(p.Type, p.Name));
        var active = parameters.Map(p => p.Type.IsDifferentiable);
        var floats = parameters.Where(p => p.Type.IsDifferentiable).Select(p => new Value(p.Type)).ToSeq();
        bool forward = kind == DerivativeKind.Forward;
        Seq<IrType> types = forward ? [.. function.ResultTypes, .. function.ResultTypes] : [.. function.ResultTypes, .. floats.Map(f => f.Type)];
        Seq<Value> given = forward ? floats : [new Value(function.ResultTypes[0])];
        var targets = types.Map(t => new Value(t));
        var entry = new FunctionName("derived");
        var differentiate = new Differentiate(kind, function.Name, active, [true], [.. parameters, .. given]);
        return new(entry, new Dictionary<FunctionName, Function>(module.Functions)
        {
            [entry] = new(entry, new([.. parameters, .. given], [new(targets, differentiate)], targets.Map(Atom (t) => t))),
        }, module.Unions);
    }
}
