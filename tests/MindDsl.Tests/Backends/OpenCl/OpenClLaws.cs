using MindDsl.Autodiff;
using MindDsl.Backends;
using MindDsl.Ir;
using MindDsl.Tests.Autodiff;
using MindDsl.Tests.Properties;
using MindDsl.Tests.Support;
using Xunit;

namespace MindDsl.Tests.Backends.OpenClDevices;

/// <summary>Programs on a device of OpenCL against the interpreter: as one work item does them, and divided as large ones are.</summary>
public class OpenClLaws
{
    /// <summary>A device does by one work item what is not larger than this; with 0, all that is no scalar is divided.</summary>
    private static readonly double[] SerialWork = [512, 0];

    public static TheoryData<string, double> Programs
    {
        get
        {
            var data = new TheoryData<string, double>();
            foreach (string name in SamplePrograms.All.Keys)
                foreach (double work in SerialWork) data.Add(name, work);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Programs))]
    public void Programs_and_their_derivatives_are_what_the_interpreter_says(string name, double serialWork)
    {
        var (program, arguments) = SamplePrograms.All[name]();
        var module = Derivatives.Prepare(program);
        AgreesWithInterpreter(module, arguments, serialWork, name);
        var derived = Derivatives.Directional(module, DerivativeKind.Reverse);
        AgreesWithInterpreter(derived, arguments, serialWork, $"{name}, reverse");
    }

    [Theory]
    [InlineData(512, 25)]
    [InlineData(0, 6)]
    public void Random_programs_are_what_the_interpreter_says(double serialWork, int count) => DerivativeLaws.Check(DerivativeLaws.Programs(12), p =>
        AgreesWithInterpreter(
            Derivatives.Prepare(new ProgramGenerator(p.Seed, smooth: false).Make(p.Size)), DerivativeLaws.Arguments(p.Seed), serialWork, $"{p}"), count);

    [Theory]
    [InlineData(512, 15)]
    [InlineData(0, 4)]
    public void Derivatives_of_random_programs_are_what_the_interpreter_says(double serialWork, int count) => DerivativeLaws.Check(DerivativeLaws.Programs(8), p =>
    {
        var module = Derivatives.Prepare(new ProgramGenerator(p.Seed, smooth: false).Make(p.Size));
        AgreesWithInterpreter(Derivatives.Directional(module, DerivativeKind.Reverse), DerivativeLaws.Arguments(p.Seed), serialWork, $"{p}");
    }, count);

    private static void AgreesWithInterpreter(Module module, TensorBuffer[] arguments, double serialWork, string what)
    {
        var backend = OpenCl.Backend(serialWork);
        module = Inline.Late.Run(module);
        if (CallGraph.Recursive(module).Count > 0)
        {
            Assert.Equal("MIND0552", Assert.Throws<MindDslException>(() => backend.Compile(module)).Diagnostics[0].Code);
            return;
        }
        var expected = Interpreter.Run(module, arguments);
        var found = backend.Compile(module).Run(arguments);
        for (int k = 0; k < expected.Length; k++)
            for (long i = 0; i < expected[k].Count; i++)
            {
                double x = expected[k][i].Number, y = found[k][i].Number;
                Assert.True(Math.Abs(x - y) <= 1e-12 * (1 + Math.Abs(x)) || x.Equals(y), $"result {k} at {i}: expected {x:R}, found {y:R} in {what}\n{Printer.Print(module)}");
            }
    }
}
