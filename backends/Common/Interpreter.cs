using MindDsl.Backends.Interpretation;
using MindDsl.Ir;

namespace MindDsl.Backends;

/// <summary>The meaning of programs: runs them one expression after another, each operation by its element law. Slow and obvious.</summary>
/// <remarks>All levels but derivatives still to be expanded run. Named sizes take their values from the arguments.</remarks>
public static class Interpreter
{
    /// <summary>Runs the entry of a module.</summary>
    /// <param name="module">The program.</param>
    /// <param name="arguments">The arguments of the entry, all of them tensors.</param>
    /// <param name="statistics">Counts what is done, if given.</param>
    /// <exception cref="MindDslException">MIND03xx: a value that the program cannot go on with.</exception>
    public static TensorBuffer[] Run(Module module, IReadOnlyList<TensorBuffer> arguments, InterpreterStatistics? statistics = null)
    {
        var values = new Interpretation.Program(ExpandComposites.Pass.Run(module)).Run([.. arguments.Select(Read)], statistics);
        return [.. values.Select(Write)];
    }

    private static TensorValue Read(TensorBuffer buffer)
    {
        var value = TensorValue.Read(buffer.Type, buffer.Address);
        GC.KeepAlive(buffer);
        return value;
    }

    private static TensorBuffer Write(TensorValue value)
    {
        var buffer = TensorBuffer.Allocate(value.DType, value.Lengths);
        value.Write(buffer.Address);
        GC.KeepAlive(buffer);
        return buffer;
    }
}

/// <summary>The interpreter as a backend.</summary>
public sealed class InterpreterBackend : IMeteredBackend
{
    /// <inheritdoc/>
    public string Name => "interpreter";

    /// <inheritdoc/>
    public IExecutable Compile(Module module, Seq<Donation> donations = default) => new Executable(module);

    /// <inheritdoc/>
    public IExecutable Compile(Module module, Seq<Donation> donations, RunLimits limits, Func<CancellationToken> cancellation)
    {
        ArgumentNullException.ThrowIfNull(cancellation);
        return new Executable(module, () => new(limits, cancellation()));
    }

    private sealed class Executable(Module module, Func<Meter>? meter = null) : IExecutable
    {
        private readonly Interpretation.Program _program = new(ExpandComposites.Pass.Run(module), meter);

        public Seq<TensorType> ParameterTypes { get; } = module.EntryFunction.Body.Parameters.Map(p => p.Tensor);

        public Seq<TensorType> ResultTypes { get; } = module.EntryFunction.Body.Results.Map(r => r.Tensor);

        public void Run(ReadOnlySpan<nint> arguments, ReadOnlySpan<nint> results)
        {
            var values = new TensorValue[arguments.Length];
            for (int n = 0; n < values.Length; n++) values[n] = TensorValue.Read(ParameterTypes[n], arguments[n]);
            values = _program.Run(values, null);
            for (int n = 0; n < values.Length; n++) values[n].Write(results[n]);
        }
    }
}
