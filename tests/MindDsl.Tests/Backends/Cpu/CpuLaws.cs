using MindDsl.Autodiff;
using MindDsl.Backends;
using MindDsl.Backends.Cpu;
using MindDsl.Ir;
using MindDsl.Tests.Autodiff;
using MindDsl.Tests.Properties;
using Xunit;

namespace MindDsl.Tests.Backends.Cpu;

/// <summary>The CPU backend against the interpreter, on the programs that use every construct and on random ones.</summary>
public class CpuLaws
{
    public static TheoryData<string> Programs => [.. SamplePrograms.All.Keys];

    [Theory]
    [MemberData(nameof(Programs))]
    public void Programs_and_their_derivatives_are_what_the_interpreter_says(string name)
    {
        var (program, arguments) = SamplePrograms.All[name]();
        var module = Derivatives.Prepare(program);
        AgreesWithInterpreter(module, arguments, name);
        foreach (var kind in new[] { DerivativeKind.Forward, DerivativeKind.Reverse })
        {
            var derived = Derivatives.Directional(module, kind);
            AgreesWithInterpreter(derived, arguments, $"{name}, {kind}");
            AgreesWithInterpreter(Derivatives.Directional(derived, DerivativeKind.Reverse), arguments, $"{name}, {kind}, reverse");
        }
    }

    [Fact]
    public void Random_programs_are_what_the_interpreter_says() => DerivativeLaws.Check(DerivativeLaws.Programs(12), p =>
        AgreesWithInterpreter(
            Derivatives.Prepare(new ProgramGenerator(p.Seed, smooth: false).Make(p.Size)), DerivativeLaws.Arguments(p.Seed), $"{p}"), 60);

    [Fact]
    public void Derivatives_of_random_programs_are_what_the_interpreter_says() => DerivativeLaws.Check(DerivativeLaws.Programs(8), p =>
    {
        var module = Derivatives.Prepare(new ProgramGenerator(p.Seed, smooth: false).Make(p.Size));
        AgreesWithInterpreter(Derivatives.Directional(module, DerivativeKind.Reverse), DerivativeLaws.Arguments(p.Seed), $"{p}");
    }, 60);

    [Fact]
    public void Results_in_the_memory_of_arguments_are_the_same() => DerivativeLaws.Check(DerivativeLaws.Programs(12), p =>
    {
        var module = Inline.Late.Run(Derivatives.Prepare(new ProgramGenerator(p.Seed, smooth: false).Make(p.Size)));
        if (p.Seed % 2 == 0) module = Inline.Late.Run(Derivatives.Directional(module, DerivativeKind.Reverse));
        module = WithUpdates(module, p.Seed);
        var arguments = DerivativeLaws.Arguments(p.Seed);
        var expected = Interpreter.Run(module, arguments);

        // The parameters are a scalar, a vector, a matrix and a whole number; the last two results are a vector and a matrix.
        var executable = new CpuBackend().Compile(module, [new Donation(1, expected.Length - 2), new Donation(2, expected.Length - 1)]);
        nint[] from = [.. arguments.Select(a => a.Address)];
        var found = executable.ResultTypes.Select(TensorBuffer.Allocate).ToArray();
        (found[^2], found[^1]) = (arguments[1], arguments[2]);
        executable.Run(from, [.. found.Select(r => r.Address)]);
        Equal(expected, found, $"{p}\n{Printer.Print(module)}");
        GC.KeepAlive(arguments);
    }, 100);

    /// <summary>A module with two more results: a vector and a matrix that were computed last, or a step from the parameters by them.</summary>
    private static Module WithUpdates(Module module, int seed)
    {
        var body = module.EntryFunction.Body;
        var (lets, results) = (body.Lets.ToList(), body.Results.ToList());
        foreach (int k in new[] { 1, 2 })
        {
            var parameter = body.Parameters[k];
            var computed = body.Lets.SelectMany(l => l.Targets).LastOrDefault(t => t.Type == parameter.Type) ?? parameter;
            var reversed = new Value(parameter.Tensor);
            if (seed % 3 == 0) lets.Add(new([reversed], new Apply(new Flip([0]), [parameter])));
            var step = new Value(parameter.Tensor);
            lets.Add(new([step], new Apply(seed % 5 == 0 ? ElementwiseOps.Mul : ElementwiseOps.Add, [seed % 3 == 0 ? reversed : parameter, computed])));
            results.Add(seed % 7 == 0 ? computed : step);
        }
        return module.MapBodies(f => f.Name == module.Entry ? new Block(body.Parameters, lets.ToSeq(), results.ToSeq()) : f.Body);
    }

    private static void AgreesWithInterpreter(Module module, TensorBuffer[] arguments, string what)
    {
        module = Inline.Late.Run(module);
        var expected = Interpreter.Run(module, arguments);
        Equal(expected, new CpuBackend().Compile(module).Run(arguments), $"{what}\n{Printer.Print(module)}");
    }

    private static void Equal(TensorBuffer[] expected, TensorBuffer[] found, string what)
    {
        for (int k = 0; k < expected.Length; k++)
            for (long i = 0; i < expected[k].Count; i++)
            {
                double x = expected[k][i].Number, y = found[k][i].Number;
                Assert.True(Math.Abs(x - y) <= 1e-12 * (1 + Math.Abs(x)) || x.Equals(y), $"result {k} at {i}: expected {x:R}, found {y:R} in {what}");
            }
    }
}
