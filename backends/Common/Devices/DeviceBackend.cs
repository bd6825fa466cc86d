using MindDsl.Backends.Loops;
using MindDsl.Ir;

namespace MindDsl.Backends.Devices;

/// <summary>Compiles programs for a device, whatever its driver is.</summary>
/// <param name="queue">The device.</param>
/// <param name="serialWork">The most element operations that one work item does by itself, before work is divided.</param>
internal sealed class DeviceBackend(IDeviceQueue queue, double? serialWork = null)
{
    private const double SerialWork = 512;

    private readonly DevicePool _pool = new(queue);

    /// <summary>Bytes of the device that arguments and results have, besides the memory of programs.</summary>
    public long PooledBytes => _pool.Bytes;

    /// <summary>Compiles a module.</summary>
    /// <exception cref="MindDslException">MIND0552: the device cannot run it.</exception>
    public DeviceExecutable Compile(Module module)
    {
        module = Inline.All.Run(ExpandComposites.Pass.Run(module));
        if (CallGraph.Recursive(module) is { Count: > 0 } recursive)
            throw new MindDslException(Diagnostics.RefusedByDevice(queue.Limits.Device, "a function that calls itself", recursive.Select(f => f.Text).Order(StringComparer.Ordinal).First(),
                "write the recursion as a loop (While, Scan), or run the program on the CPU"));
        if (!queue.Limits.HasF64 && Doubles(module.EntryFunction.Body) is { } value)
            throw new MindDslException(Diagnostics.RefusedByDevice(queue.Limits.Device, "f64", value, "compute in f32, or run the program on the CPU"));
        module = KernelForms.Pass.Run(module);
        if (queue is IProductQueue) module = StoredFactors.Pass.Run(module);
        return new(module, _pool, new(module, queue.Limits, queue.Dialect, serialWork ?? SerialWork, queue is IProductQueue, queue is IRecordingQueue));
    }

    /// <summary>The type of a value in f64.</summary>
    private static string? Doubles(Block block) =>
        block.Parameters.Concat(block.Lets.SelectMany(l => l.Targets)).Select(v => v.Type).OfType<TensorType>().FirstOrDefault(t => t.DType == DType.F64)?.ToString()
        ?? block.Lets.SelectMany(l => l.Expr.Blocks).Select(Doubles).FirstOrDefault(d => d is not null);
}
