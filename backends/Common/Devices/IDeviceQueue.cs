namespace MindDsl.Backends.Devices;

/// <summary>
/// A device and the order of its work: what is asked for is done in that order, and nothing waits but <see cref="Read"/> and <see cref="Finish"/>. It is
/// used by one thread at a time.
/// </summary>
/// <remarks>
/// Memory and kernels are named by handles of the driver. A kernel is given one memory and numbers (i64): byte offsets into the memory, and the bits of scalars.
/// Its text is <c>KERNEL(name)(GLOBAL u8* m, i64 a0, i64 a1, …)</c> in the words of the <see cref="Dialect"/>.
/// </remarks>
internal interface IDeviceQueue : IDisposable
{
    /// <summary>What the device has room for.</summary>
    DeviceLimits Limits { get; }

    /// <summary>The C that the device compiles.</summary>
    Dialect Dialect { get; }

    /// <summary>Takes memory, whose contents are not set.</summary>
    /// <exception cref="MindDslException">MIND0550: the device has too little.</exception>
    nint Allocate(long bytes);

    /// <summary>Gives memory back, when all that was asked for is done.</summary>
    void Free(nint memory);

    /// <summary>Copies bytes of the host to memory; the host's bytes may change when this returns.</summary>
    void Write(nint memory, long offset, nint host, long bytes);

    /// <summary>Copies bytes of memory to the host, and waits for them.</summary>
    void Read(nint memory, long offset, nint host, long bytes);

    /// <summary>Copies bytes between places of memory that do not overlap.</summary>
    void Copy(nint to, long toOffset, nint from, long fromOffset, long bytes);

    /// <summary>Compiles a program; it belongs to the caller.</summary>
    /// <exception cref="MindDslException">MIND0551: the compiler of the device refuses it.</exception>
    IDeviceProgram Build(string source);

    /// <summary>Runs a kernel.</summary>
    void Launch(nint kernel, LaunchSize size, nint memory, ReadOnlySpan<long> arguments);

    /// <summary>Waits until all is done.</summary>
    void Finish();
}

/// <summary>A compiled program.</summary>
internal interface IDeviceProgram : IDisposable
{
    /// <summary>The kernel of a name.</summary>
    nint Kernel(string name);
}

/// <summary>How many work items run a kernel: groups (blocks) of so many.</summary>
internal readonly record struct LaunchSize(long Groups, int GroupSize);

/// <summary>What a device has room for.</summary>
/// <param name="Device">The name of the device.</param>
/// <param name="MaxGroupSize">The most work items in a group.</param>
/// <param name="LocalBytes">Bytes of memory that a group shares.</param>
/// <param name="MemoryBytes">Bytes of memory.</param>
/// <param name="MaxAllocation">Bytes of the largest piece of memory.</param>
/// <param name="ComputeUnits">How many groups run at a time, at least.</param>
/// <param name="HasF64">True if the device computes in f64.</param>
internal sealed record DeviceLimits(string Device, int MaxGroupSize, long LocalBytes, long MemoryBytes, long MaxAllocation, int ComputeUnits, bool HasF64);
