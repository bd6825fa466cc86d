using MindDsl.Backends.Cuda.Native;
using MindDsl.Backends.Devices;

namespace MindDsl.Backends.Cuda;

/// <summary>A stream of a device: what is asked for is done in its order.</summary>
internal sealed unsafe class CudaQueue : IProductQueue, IRecordingQueue
{
    /// <summary>A stream that does not wait for the default one.</summary>
    private const uint NonBlocking = 1;

    private readonly CudaDevice _device;
    private readonly ICudaDriver _driver;
    private readonly CudaCheck _check;
    private readonly CudaOptions _options;
    private readonly PinnedSlab?[] _slabs = new PinnedSlab?[2];
    private MatrixProducts? _products;
    private int _slab;
    private nint _stream;

    /// <summary>Makes a stream.</summary>
    public CudaQueue(CudaDevice device, CudaOptions options)
    {
        (_device, _driver, _check, _options) = (device, device.Driver, device.Check, options);
        device.Enter();
        nint stream = 0;
        _check.Driver(_driver.StreamCreate(&stream, NonBlocking), "cuStreamCreate");
        _stream = stream;
    }

    /// <inheritdoc/>
    public DeviceLimits Limits => _device.Limits;

    /// <inheritdoc/>
    public Dialect Dialect => CudaDialect.Instance;

    /// <summary>The stream, for libraries that work in its order.</summary>
    public nint Stream => _stream;

    /// <inheritdoc/>
    public nint Allocate(long bytes)
    {
        _device.Enter();
        nuint size = (nuint)Math.Max(bytes, 1);
        ulong memory = 0;
        var status = Take(&memory, size);
        if (status == CudaResult.OutOfMemory)
        {
            // What was freed may still be in use, or kept for sizes that are not asked for any more.
            Finish();
            if (_device.HasPools) _check.Driver(_driver.MemPoolTrimTo(_device.Pool, 0), "cuMemPoolTrimTo");
            status = Take(&memory, size);
        }
        if (status == CudaResult.OutOfMemory) throw Exhausted(bytes);
        _check.Driver(status, _device.HasPools ? "cuMemAllocAsync" : "cuMemAlloc");
        return (nint)memory;
    }

    /// <inheritdoc/>
    public void Free(nint memory)
    {
        if (memory == 0) return;
        // Nothing depends on the status of a call that ends something; what it may tell is an error of earlier work, which the next call tells too.
        _ = _driver.CtxSetCurrent(_device.Context);
        if (_device.HasPools)
        {
            _ = _driver.MemFreeAsync((ulong)memory, _stream);
            return;
        }
        _ = _driver.StreamSynchronize(_stream);
        _ = _driver.MemFree((ulong)memory);
    }

    /// <inheritdoc/>
    public void Write(nint memory, long offset, nint host, long bytes)
    {
        _device.Enter();
        for (long done = 0; done < bytes;)
        {
            var slab = Slab(_slab);
            if (slab.Left == 0)
            {
                slab.Mark(_stream);
                slab = Slab(_slab ^= 1);
                slab.Await();
            }
            int part = (int)Math.Min(bytes - done, slab.Left);
            byte* staged = slab.Take(part);
            Buffer.MemoryCopy((byte*)host + done, staged, part, part);
            _check.Driver(_driver.MemcpyHtoDAsync((ulong)(memory + offset + done), staged, (nuint)part, _stream), "cuMemcpyHtoDAsync");
            done += part;
        }
    }

    /// <inheritdoc/>
    public void Read(nint memory, long offset, nint host, long bytes)
    {
        if (bytes == 0) return;
        _device.Enter();
        Slab(_slab).Mark(_stream);
        // One part is on its way from the device while the one before it is copied to its place.
        long asked = 0;
        for (long done = 0; done < bytes;)
        {
            for (; asked < bytes && asked - done < 2L * PinnedSlab.Size; asked += PinnedSlab.Size)
            {
                var free = Slab((int)(asked / PinnedSlab.Size) & 1);
                int part = (int)Math.Min(bytes - asked, PinnedSlab.Size);
                free.Await();
                _check.Driver(_driver.MemcpyDtoHAsync(free.Take(part), (ulong)(memory + offset + asked), (nuint)part, _stream), "cuMemcpyDtoHAsync");
                free.Mark(_stream);
            }
            var slab = Slab((int)(done / PinnedSlab.Size) & 1);
            slab.Await();
            int ready = (int)Math.Min(bytes - done, PinnedSlab.Size);
            Buffer.MemoryCopy(slab.Take(ready), (byte*)host + done, ready, ready);
            slab.Reset();
            done += ready;
        }
    }

    /// <inheritdoc/>
    public void Copy(nint to, long toOffset, nint from, long fromOffset, long bytes)
    {
        if (bytes == 0) return;
        _device.Enter();
        _check.Driver(_driver.MemcpyDtoDAsync((ulong)(to + toOffset), (ulong)(from + fromOffset), (nuint)bytes, _stream), "cuMemcpyDtoDAsync");
    }

    /// <inheritdoc/>
    public IDeviceProgram Build(string source)
    {
        _device.Enter();
        if (_device.Cache is not { } cache) return new CudaProgram(_device, this, _device.Compiler.Compile(source));
        string key = ProgramCache.Key("cuda", source, _device.Compiler.Description, Limits.Device, CudaDevice.Version(CudaDevice.VersionOf(_driver, _check)));
        if (cache.Find(key) is { } kept)
        {
            try
            {
                return new CudaProgram(_device, this, kept);
            }
            catch (MindDslException)
            {
                // What the driver does not take is compiled again.
                cache.Forget(key);
            }
        }
        byte[] code = _device.Compiler.Compile(source);
        cache.Keep(key, code);
        return new CudaProgram(_device, this, code);
    }

    /// <inheritdoc/>
    public void Launch(nint kernel, LaunchSize size, nint memory, ReadOnlySpan<long> arguments)
    {
        if (size.Groups == 0) return;
        if (size.Groups > int.MaxValue) throw new MindDslException(Diagnostics.Internal($"{size.Groups} blocks of threads", "the launch of a kernel"));
        _device.Enter();
        int count = arguments.Length;
        long* values = stackalloc long[count + 1];
        void** addresses = stackalloc void*[count + 1];
        values[0] = memory;
        addresses[0] = values;
        for (int i = 0; i < count; i++)
        {
            values[i + 1] = arguments[i];
            addresses[i + 1] = values + i + 1;
        }
        _check.Driver(_driver.LaunchKernel(kernel, (uint)size.Groups, 1, 1, (uint)size.GroupSize, 1, 1, 0, _stream, addresses, null), "cuLaunchKernel");
    }

    /// <inheritdoc/>
    public bool TryMultiply(nint memory, in MatrixProduct product) =>
        _device.Blas is not null && (_products ??= new(_device, this, _options.Tf32)).TryMultiply(memory, product);

    /// <inheritdoc/>
    public IDeviceRecording Record(Action work) => CudaGraph.Record(_device, this, work);

    /// <inheritdoc/>
    public void Finish()
    {
        _device.Enter();
        _check.Driver(_driver.StreamSynchronize(_stream), "cuStreamSynchronize");
        foreach (var slab in _slabs) slab?.Reset();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_stream == 0) return;
        // Nothing depends on the status of a call that ends something; what it may tell is an error of earlier work.
        _ = _driver.CtxSetCurrent(_device.Context);
        _ = _driver.StreamSynchronize(_stream);
        _products?.Dispose();
        foreach (var slab in _slabs) slab?.Dispose();
        Array.Clear(_slabs);
        _ = _driver.StreamDestroy(_stream);
        _stream = 0;
    }

    private PinnedSlab Slab(int index) => _slabs[index] ??= new(_device);

    private CudaResult Take(ulong* memory, nuint bytes) => _device.HasPools ? _driver.MemAllocAsync(memory, bytes, _stream) : _driver.MemAlloc(memory, bytes);

    private MindDslException Exhausted(long bytes)
    {
        nuint free = 0, total = 0;
        _check.Driver(_driver.MemGetInfo(&free, &total), "cuMemGetInfo");
        return new(Diagnostics.DeviceMemoryExhausted(Limits.Device, _device.HasPools ? "cuMemAllocAsync" : "cuMemAlloc", bytes, (long)free));
    }
}
