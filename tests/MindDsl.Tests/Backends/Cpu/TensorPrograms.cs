using MindDsl.Autodiff;
using MindDsl.Backends;
using MindDsl.Backends.Cpu;
using MindDsl.Ir;
using Xunit;

namespace MindDsl.Tests.Backends.Cpu;

/// <summary>Programs of tensors for tests of the CPU backend, and their comparison with the interpreter.</summary>
internal static class TensorPrograms
{
    /// <summary>The gradient of a program of one number with respect to all parameters.</summary>
    public static Module Gradient(Module module, DType type)
    {
        var function = module.EntryFunction;
        var builder = new BlockBuilder();
        var parameters = function.Body.Parameters.Map(p => new Value(p.Type));
        Seq<IrType> types = [TensorType.Scalar(type), .. parameters.Map(p => p.Type)];
        var all = builder.Emit(new Differentiate(DerivativeKind.Reverse, function.Name, parameters.Map(_ => true), [true], [.. parameters, Literal.Of(type, 1.0)]), types);
        var entry = new FunctionName("gradient");
        var functions = new Dictionary<FunctionName, Function>(module.Functions) { [entry] = new(entry, builder.Build(parameters, all.Slice(1, parameters.Count).Map(v => (Atom)v))) };
        return Pipeline.Run(new(entry, functions, module.Unions), Level.Source, LiftFunctions.Pass, Inline.Early, Simplify.Pass, Defunctionalize.Pass, ExpandDerivatives.Pass, Inline.Late, Simplify.Pass, RemoveDead.Pass);
    }

    /// <summary>A program of tensors.</summary>
    public static Module Program(TensorType[] types, Func<Term[], Term[]> make)
    {
        var builder = new BlockBuilder();
        Value[] parameters = [.. types.Select(t => new Value(t))];
        Term[] results = make([.. parameters.Select(p => builder[p])]);
        var name = new FunctionName("main");
        return new(name, new Dictionary<FunctionName, Function> { [name] = new(name, builder.Build([.. parameters], [.. results.Select(r => r.Atom)])) });
    }

    /// <summary>Compares a program of tensors with the interpreter.</summary>
    public static CpuStatistics Agrees(TensorType[] types, Func<Term[], Term[]> make, int seed) => Agrees(Program(types, make), seed);

    /// <summary>Compares a program with the interpreter, on random arguments.</summary>
    public static CpuStatistics Agrees(Module module, int seed)
    {
        var types = module.EntryFunction.Body.Parameters.Map(p => p.Tensor);
        var random = new Random(seed);
        TensorBuffer[] arguments = [.. types.Select(t => Sample(t, random))];
        var executable = (CpuExecutable)new CpuBackend().Compile(module);
        var (expected, found) = (Interpreter.Run(module, arguments), executable.Run(arguments));
        for (int k = 0; k < expected.Length; k++)
            for (long i = 0; i < expected[k].Count; i++)
            {
                double tolerance = types[0].DType == DType.F32 ? 2e-5 : 1e-13;
                double x = expected[k][i].Number, y = found[k][i].Number;
                Assert.True(Math.Abs(x - y) <= tolerance * (10 + Math.Abs(x)), $"result {k} at {i}: expected {x:R}, found {y:R}, seed {seed}, {string.Join(", ", types)}\n{Printer.Print(module)}");
            }
        return executable.Statistics;
    }

    /// <summary>Random elements between −1 and 1.</summary>
    public static TensorBuffer Sample(TensorType type, Random random)
    {
        var buffer = TensorBuffer.Allocate(type);
        for (long i = 0; i < buffer.Count; i++) buffer[i] = Literal.Of(type.DType, 2 * random.NextDouble() - 1);
        return buffer;
    }

    /// <summary>A tensor of f64 with random elements between −1 and 1.</summary>
    public static TensorBuffer Filled(int seed, params long[] lengths) => Sample(new(DType.F64, Shape.Of(lengths)), new Random(seed));
}
