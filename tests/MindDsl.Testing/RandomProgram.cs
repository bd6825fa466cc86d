using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using MindDsl.Backends;
using MindDsl.Ir;

namespace MindDsl.Testing;

/// <summary>A random program of the language and arguments for it. Its text is how it prints.</summary>
/// <param name="Module">The program: parameters as <see cref="ProgramGenerator"/> says, and one number as result.</param>
/// <param name="Arguments">What it is run on.</param>
public sealed record RandomProgram(Module Module, IReadOnlyList<TensorBuffer> Arguments)
{
    /// <summary>The program of a seed and about so many operations.</summary>
    public static RandomProgram Make(int seed, int size, bool smooth) => new(new ProgramGenerator(seed, smooth).Make(size), ProgramGenerator.Arguments(seed));

    /// <summary>What the program results in, by the interpreter.</summary>
    public double Run() => Interpreter.Run(Module, [.. Arguments])[0][0].Number;

    /// <summary>Programs with one operation less, whose result is a constant instead.</summary>
    public IEnumerable<RandomProgram> Smaller() => ProgramShrinker.Smaller(Module).Select(m => this with { Module = m });

    /// <summary>The generator of programs and how they become smaller, for properties of FsCheck.</summary>
    public static Arbitrary<RandomProgram> Arbitrary(int largest = 12, bool smooth = true) => Arb.From(Generate.Programs(largest, smooth), p => p.Smaller());

    /// <summary>Checks a law on random programs.</summary>
    /// <param name="law">Throws if a program does not keep the law.</param>
    /// <param name="options">The number of programs and the seed.</param>
    /// <param name="largest">The largest number of operations.</param>
    /// <param name="smooth">True if differences of the programs must converge.</param>
    /// <exception cref="CheckException">The smallest program that was found not to keep the law, as text, and its arguments.</exception>
    public static void Check(Action<RandomProgram> law, CheckOptions? options = null, int largest = 12, bool smooth = true)
    {
        foreach (var program in Sampling.Draw(Generate.Programs(largest, smooth), options ?? CheckOptions.Default))
        {
            if (Failure(law, program) is not { } failure) continue;
            var smallest = program;
            for (bool smaller = true; smaller;)
            {
                smaller = false;
                foreach (var candidate in smallest.Smaller())
                {
                    if (Failure(law, candidate) is not { } other) continue;
                    (smallest, failure, smaller) = (candidate, other, true);
                    break;
                }
            }
            throw new CheckException($"{failure.Message}\n{smallest}");
        }
    }

    private static Exception? Failure(Action<RandomProgram> law, RandomProgram program)
    {
        try
        {
            law(program);
            return null;
        }
        // Whatever a law throws is how it says that it does not hold.
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return e;
        }
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        var text = new StringBuilder(Printer.Print(Module)).Append("\nfor");
        var parameters = Module.EntryFunction.Body.Parameters;
        for (int k = 0; k < Arguments.Count; k++)
        {
            var elements = Enumerable.Range(0, (int)Arguments[k].Count).Select(i => Arguments[k][i] is { DType.IsFloat: true } x
                ? x.Number.ToString("R", CultureInfo.InvariantCulture)
                : Arguments[k][i].Integer.ToString(CultureInfo.InvariantCulture));
            text.Append(CultureInfo.InvariantCulture, $"\n  {parameters[k].Type}: {string.Join(", ", elements)}");
        }
        return text.ToString();
    }
}
