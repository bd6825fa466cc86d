using MindDsl.Backends.Cuda.Native;

namespace MindDsl.Backends.Cuda;

/// <summary>Memory of the host that the device copies from and to by itself, and an event that tells when it is done with it.</summary>
internal sealed unsafe class PinnedSlab : IDisposable
{
    /// <summary>Enough to keep the bus busy, and little beside what a program of this kind needs.</summary>
    public const int Size = 4 << 20;

    /// <summary>Each copy begins where the bus likes it.</summary>
    private const int Alignment = 256;

    /// <summary>An event that does not measure time, which is cheaper.</summary>
    private const uint WithoutTiming = 2;

    private readonly CudaDevice _device;
    private nint _event;
    private byte* _memory;
    private bool _isMarked;

    /// <summary>Takes the memory.</summary>
    public PinnedSlab(CudaDevice device)
    {
        _device = device;
        nint made = 0;
        void* memory = null;
        device.Check.Driver(device.Driver.EventCreate(&made, WithoutTiming), "cuEventCreate");
        _event = made;
        try
        {
            device.Check.Driver(device.Driver.MemHostAlloc(&memory, Size, 0), "cuMemHostAlloc");
            _memory = (byte*)memory;
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The bytes that were given out since the device was last done.</summary>
    public int Used { get; private set; }

    /// <summary>The bytes that are left.</summary>
    public int Left => Size - Used;

    /// <summary>Gives bytes out, no more than are left.</summary>
    public byte* Take(int bytes)
    {
        byte* at = _memory + Used;
        Used = Math.Min(Size, (Used + bytes + Alignment - 1) / Alignment * Alignment);
        return at;
    }

    /// <summary>Marks the stream: when it has come here, the device is done with what was given out.</summary>
    public void Mark(nint stream)
    {
        if (Used == 0) return;
        _device.Check.Driver(_device.Driver.EventRecord(_event, stream), "cuEventRecord");
        _isMarked = true;
    }

    /// <summary>Waits for the mark; all bytes are left then.</summary>
    public void Await()
    {
        if (_isMarked) _device.Check.Driver(_device.Driver.EventSynchronize(_event), "cuEventSynchronize");
        Reset();
    }

    /// <summary>All bytes are left: the stream was waited for.</summary>
    public void Reset() => (_isMarked, Used) = (false, 0);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_memory != null) _ = _device.Driver.MemFreeHost(_memory);
        if (_event != 0) _ = _device.Driver.EventDestroy(_event);
        _memory = null;
        _event = 0;
    }
}
