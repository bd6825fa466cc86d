using MindDsl.Ir;

namespace MindDsl.Backends;

/// <summary>Explanations of programs, whatever their backend.</summary>
public static class Explanations
{
    /// <summary>What a program was compiled to; of a backend that does not say, the counts and what arguments and results take.</summary>
    public static Explanation Of(string backend, IExecutable executable, Module module)
    {
        ArgumentNullException.ThrowIfNull(executable);
        ArgumentNullException.ThrowIfNull(module);
        if (executable is IExplainedExecutable explained) return explained.Explain() with { Backend = backend };
        return new(backend, [], new(executable.ParameterTypes.Sum(BytesOf), executable.ResultTypes.Sum(BytesOf), 0, 0, 0, false, [], []),
            new(ProgramCounts.NodesOf(module), module.Functions.Count, 0, 0, 0));
    }

    internal static long BytesOf(TensorType type) => type.Shape.Size.Value * type.DType.Size;
}
