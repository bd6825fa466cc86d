using MindDsl.Backends;
using MindDsl.Ir;

namespace MindDsl;

/// <summary>Compiles programs that have to keep within bounds.</summary>
internal static class CompilationLimits
{
    /// <summary>Compiles a module; with bounds, to a program that keeps them.</summary>
    public static IExecutable Compile(IBackend backend, Module module, Seq<Donation> donations, RunLimits? limits)
    {
        if (limits is null) return backend.Compile(module, donations);
        if (backend is not IMeteredBackend metered) throw new MindDslException(Diagnostics.BackendWithoutLimits(backend.Name));
        foreach (var function in module.Functions.Values) RequireMemory(function.Body, limits);
        return metered.Compile(module, donations, limits, static () => MindLanguage.Cancellation);
    }

    /// <summary>Refuses tensors that are too large, before anything is as large.</summary>
    private static void RequireMemory(Block block, RunLimits limits)
    {
        foreach (var let in block.Lets)
        {
            foreach (var target in let.Targets)
            {
                if (target.Type is not TensorType tensor) continue;
                double bytes = tensor.DType.Size;
                foreach (var length in tensor.Shape.Dims) bytes *= length.IsConstant ? length.Value : 1;
                if (bytes > limits.Memory) throw new MindDslException(Diagnostics.MemoryExhausted((long)Math.Min(bytes, 9e18), limits.Memory) with { At = target.Span?.ToString() });
            }
            foreach (var inner in let.Expr.Blocks) RequireMemory(inner, limits);
        }
    }
}
