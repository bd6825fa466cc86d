using MindDsl.Backends;
using MindDsl.Backends.Cpu;
using MindDsl.Ir;

namespace MindDsl.Examples.Repl;

/// <summary>The CPU backend, and a look at what it compiled last.</summary>
internal sealed class ObservedBackend : IMeteredBackend
{
    private readonly CpuBackend _inner = new();

    /// <inheritdoc/>
    public string Name => _inner.Name;

    /// <summary>The program that was compiled last.</summary>
    public (Module Module, CpuExecutable Executable)? Last { get; private set; }

    /// <inheritdoc/>
    public IExecutable Compile(Module module, Seq<Donation> donations = default) => Seen(module, _inner.Compile(module, donations));

    /// <inheritdoc/>
    public IExecutable Compile(Module module, Seq<Donation> donations, RunLimits limits, Func<CancellationToken> cancellation) =>
        Seen(module, _inner.Compile(module, donations, limits, cancellation));

    private IExecutable Seen(Module module, IExecutable executable)
    {
        if (executable is CpuExecutable cpu) Last = (module, cpu);
        return executable;
    }
}
