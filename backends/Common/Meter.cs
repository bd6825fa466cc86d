using MindDsl.Ir;

namespace MindDsl.Backends;

/// <summary>Bounds on one run of a program.</summary>
/// <param name="Fuel">The most steps: iterations of loops, calls of functions that call themselves, and, many at a time, elements that are computed.</param>
/// <param name="Memory">The most bytes that tensors and traces take.</param>
public sealed record RunLimits(long Fuel, long Memory)
{
    /// <summary>No bounds.</summary>
    public static RunLimits None { get; } = new(long.MaxValue, long.MaxValue);

    /// <summary>The smaller of each bound.</summary>
    public RunLimits And(RunLimits other) => new(Math.Min(Fuel, other.Fuel), Math.Min(Memory, other.Memory));
}

/// <summary>A backend whose programs can keep within bounds.</summary>
public interface IMeteredBackend : IBackend
{
    /// <summary>Compiles a module to a program that ends with an error when it leaves its bounds, and when the token of a run is cancelled.</summary>
    /// <param name="module">The program.</param>
    /// <param name="donations">Pairs of a parameter and a result of the entry that may have the same memory at a call.</param>
    /// <param name="limits">The bounds.</param>
    /// <param name="cancellation">Gives the token at the start of a run.</param>
    IExecutable Compile(Module module, Seq<Donation> donations, RunLimits limits, Func<CancellationToken> cancellation);
}

/// <summary>Counts the steps of one run.</summary>
public sealed class Meter(RunLimits limits, CancellationToken token)
{
    /// <summary>Steps between two looks at the token.</summary>
    private const long Stride = 1 << 14;

    /// <summary>Computed elements that count as a step.</summary>
    private const double ElementsPerStep = 256;

    private long _left = limits.Fuel;
    private long _next = limits.Fuel;

    /// <summary>The most bytes.</summary>
    public long Memory => limits.Memory;

    /// <summary>How many steps some work is.</summary>
    public static long StepsOf(double elements) => 1 + (long)Math.Min(elements / ElementsPerStep, 1e15);

    /// <summary>Counts steps.</summary>
    /// <exception cref="MindDslException">MIND0761: there were too many.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public void Spend(long steps)
    {
        _left -= steps;
        if (_left <= _next) Look();
    }

    /// <summary>Refuses memory beyond the bound.</summary>
    /// <exception cref="MindDslException">MIND0762: it is too much.</exception>
    public void RequireMemory(long bytes)
    {
        if (bytes > limits.Memory) throw new MindDslException(Diagnostics.MemoryExhausted(bytes, limits.Memory));
    }

    private void Look()
    {
        if (_left < 0) throw new MindDslException(Diagnostics.FuelExhausted(limits.Fuel));
        token.ThrowIfCancellationRequested();
        _next = Math.Max(_left - Stride, -1);
    }
}
