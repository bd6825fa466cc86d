using MindDsl.Ir;

namespace MindDsl.Backends;

/// <summary>Compiles programs for one kind of device.</summary>
public interface IBackend
{
    /// <summary>The name, as users choose it: <c>interpreter</c>, <c>cpu</c>.</summary>
    string Name { get; }

    /// <summary>
    /// Compiles a module whose functions are closed, whose parameters and results are tensors, whose sizes are all known, and that holds no function values
    /// and no derivatives to expand.
    /// </summary>
    /// <param name="module">The program.</param>
    /// <param name="donations">Pairs of a parameter and a result of the entry that may have the same memory at a call.</param>
    IExecutable Compile(Module module, Seq<Donation> donations = default);
}

/// <summary>A promise that the memory of a parameter is given up at the call, and may be that of a result.</summary>
public readonly record struct Donation(int Parameter, int Result);

/// <summary>A compiled program. It may be run from many threads at once.</summary>
public interface IExecutable
{
    /// <summary>The types of the entry's parameters.</summary>
    Seq<TensorType> ParameterTypes { get; }

    /// <summary>The types of the entry's results.</summary>
    Seq<TensorType> ResultTypes { get; }

    /// <summary>Runs the program on elements at addresses, row-major; allocates nothing once it is warm.</summary>
    /// <param name="arguments">Where each argument's elements are.</param>
    /// <param name="results">Where each result's elements are to be put; memory of other places only, but for donations.</param>
    void Run(ReadOnlySpan<nint> arguments, ReadOnlySpan<nint> results);
}

/// <summary>Runs executables on buffers.</summary>
public static class Executables
{
    /// <summary>Runs a program on buffers of the right types and gives new buffers.</summary>
    public static TensorBuffer[] Run(this IExecutable executable, params ReadOnlySpan<TensorBuffer> arguments)
    {
        var results = executable.ResultTypes.Select(TensorBuffer.Allocate).ToArray();
        var (from, to) = (new nint[arguments.Length], new nint[results.Length]);
        var owners = arguments.ToArray();
        for (int i = 0; i < from.Length; i++) from[i] = owners[i].Address;
        for (int i = 0; i < to.Length; i++) to[i] = results[i].Address;
        executable.Run(from, to);
        GC.KeepAlive(owners);
        return results;
    }
}
