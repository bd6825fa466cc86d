using System.Collections.Concurrent;

namespace MindDsl.Backends.Devices;

/// <summary>Memory of a device.</summary>
internal sealed record DeviceBlock(nint Memory, long Bytes);

/// <summary>
/// Memory of a device besides that of programs, by size class, and what waits to be freed. Everything but what says otherwise is done while the queue is locked.
/// </summary>
internal sealed class DevicePool(IDeviceQueue queue)
{
    private const long SmallestBlock = 256;

    private readonly Dictionary<long, Stack<DeviceBlock>> _free = [];
    private readonly ConcurrentQueue<DeviceBlock> _returned = [];
    private readonly ConcurrentQueue<IDisposable> _abandoned = [];

    /// <summary>The device.</summary>
    public IDeviceQueue Queue => queue;

    /// <summary>Bytes that the pool took from the device and has not given back.</summary>
    public long Bytes { get; private set; }

    /// <summary>Memory of at least some bytes.</summary>
    /// <exception cref="MindDslException">MIND0550: the device has too little.</exception>
    public DeviceBlock Rent(long bytes)
    {
        Collect();
        long size = (long)System.Numerics.BitOperations.RoundUpToPowerOf2((ulong)Math.Max(bytes, SmallestBlock));
        if (_free.TryGetValue(size, out var free) && free.TryPop(out var block)) return block;
        block = new(Allocate(size), size);
        Bytes += size;
        return block;
    }

    /// <summary>Takes memory from the device; what the pool keeps is given back if there is too little.</summary>
    /// <exception cref="MindDslException">MIND0550: the device has too little.</exception>
    public nint Allocate(long bytes)
    {
        Collect();
        try
        {
            return queue.Allocate(bytes);
        }
        catch (MindDslException e) when (e.Code == Diagnostics.DeviceMemoryExhaustedCode && _free.Values.Any(f => f.Count > 0))
        {
            Trim();
            return queue.Allocate(bytes);
        }
    }

    /// <summary>Takes memory back, from any thread.</summary>
    public void Return(DeviceBlock block) => _returned.Enqueue(block);

    /// <summary>Takes something that nobody uses any more, from any thread; it is freed later.</summary>
    public void Abandon(IDisposable what) => _abandoned.Enqueue(what);

    /// <summary>Frees what was abandoned.</summary>
    public void Collect()
    {
        while (_abandoned.TryDequeue(out var what)) what.Dispose();
        while (_returned.TryDequeue(out var block))
        {
            if (!_free.TryGetValue(block.Bytes, out var free)) _free[block.Bytes] = free = new();
            free.Push(block);
        }
    }

    private void Trim()
    {
        foreach (var block in _free.Values.SelectMany(f => f))
        {
            queue.Free(block.Memory);
            Bytes -= block.Bytes;
        }
        _free.Clear();
    }
}

/// <summary>The elements of a tensor on a device, newer than those in its buffer.</summary>
internal sealed unsafe class ResidentElements(DevicePool pool, DeviceBlock block, long bytes)
{
    /// <summary>Where the device is.</summary>
    public DevicePool Pool => pool;

    /// <summary>The memory.</summary>
    public nint Memory => block.Memory;

    /// <summary>Copies the elements to the host.</summary>
    public void Fetch(nint address) => pool.Queue.Read(block.Memory, 0, address, bytes);

    /// <summary>Gives the memory back.</summary>
    public void Release() => pool.Return(block);
}

/// <summary>A program whose arguments and results may stay on its device between calls.</summary>
internal interface IResidentExecutable : IExecutable
{
    /// <summary>Runs the program on elements in buffers, or at addresses where there is no buffer.</summary>
    /// <param name="arguments">Where the elements of arguments are in memory of the host.</param>
    /// <param name="results">Where the elements of results are in memory of the host.</param>
    /// <param name="argumentBuffers">The buffers of arguments that have one. Their elements may be on the device.</param>
    /// <param name="resultBuffers">The buffers of results that have one. Their elements may stay on the device until they are asked for.</param>
    void Run(ReadOnlySpan<nint> arguments, ReadOnlySpan<nint> results, ReadOnlySpan<TensorBuffer?> argumentBuffers, ReadOnlySpan<TensorBuffer?> resultBuffers);
}
