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

    private static void AgreesWithInterpreter(Module module, TensorBuffer[] arguments, string what)
    {
        module = Inline.Late.Run(module);
        var expected = Interpreter.Run(module, arguments);
        var found = new CpuBackend().Compile(module).Run(arguments);
        for (int k = 0; k < expected.Length; k++)
            for (long i = 0; i < expected[k].Count; i++)
            {
                double x = expected[k][i].Number, y = found[k][i].Number;
                Assert.True(Math.Abs(x - y) <= 1e-12 * (1 + Math.Abs(x)) || x.Equals(y), $"{what}: result {k} at {i}: expected {x:R}, found {y:R}\n{Printer.Print(module)}");
            }
    }
}
