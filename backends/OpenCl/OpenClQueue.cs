using MindDsl.Backends.Devices;

namespace MindDsl.Backends.OpenCl;

/// <summary>A device of OpenCL with an in-order queue.</summary>
internal sealed class OpenClQueue : IDeviceQueue
{
    private readonly ClApi _api;
    private readonly nint _device, _context, _queue;
    private readonly string _options, _driver;
    private readonly ProgramCache? _cache;

    public OpenClQueue(ClApi api, OpenClDevice device, ProgramCache? cache = null)
    {
        (_api, _device, Limits, _cache) = (api, device.Handle, device.Limits, cache);
        _driver = $"{device.Platform}, {device.Version}, {device.Driver}";
        Dialect = OpenClDialect.For(Limits.HasF64);
        _options = "-cl-std=CL1.2" + (device.RoundsDivision ? " -cl-fp32-correctly-rounded-divide-sqrt" : "") + (Limits.HasF64 ? "" : " -cl-single-precision-constant");
        _context = api.CreateContext(_device);
        _queue = api.CreateQueue(_context, _device);
    }

    /// <inheritdoc/>
    public DeviceLimits Limits { get; }

    /// <inheritdoc/>
    public Dialect Dialect { get; }

    /// <inheritdoc/>
    public nint Allocate(long bytes)
    {
        nint buffer = bytes > Limits.MaxAllocation ? 0 : _api.CreateBuffer(_context, bytes);
        return buffer != 0 ? buffer : throw new MindDslException(Diagnostics.DeviceMemoryExhausted(Limits.Device, null, bytes, Limits.MaxAllocation));
    }

    /// <inheritdoc/>
    public void Free(nint memory) => _api.ReleaseBuffer(memory);

    /// <inheritdoc/>
    public void Write(nint memory, long offset, nint host, long bytes) => _api.Write(_queue, memory, offset, host, bytes);

    /// <inheritdoc/>
    public void Read(nint memory, long offset, nint host, long bytes) => _api.Read(_queue, memory, offset, host, bytes);

    /// <inheritdoc/>
    public void Copy(nint to, long toOffset, nint from, long fromOffset, long bytes) => _api.Copy(_queue, to, toOffset, from, fromOffset, bytes);

    /// <inheritdoc/>
    public IDeviceProgram Build(string source)
    {
        string key = ProgramCache.Key("opencl", source, _options, Limits.Device, _driver);
        if (_cache?.Find(key) is { } kept)
        {
            if (_api.Load(_context, _device, kept, _options) is { } loaded) return new Program(_api, loaded);
            // What the driver does not take is compiled again.
            _cache.Forget(key);
        }
        var (program, log) = _api.Build(_context, _device, source, _options);
        if (log is null && _cache is not null && _api.Code(program) is { } code) _cache.Keep(key, code);
        return log is null ? new Program(_api, program) : throw new MindDslException(Diagnostics.KernelsRefused(Limits.Device, BuildLog.Facts(log, source)));
    }

    /// <inheritdoc/>
    public void Launch(nint kernel, LaunchSize size, nint memory, ReadOnlySpan<long> arguments)
    {
        _api.SetBuffer(kernel, 0, memory);
        for (int k = 0; k < arguments.Length; k++) _api.SetNumber(kernel, (uint)(1 + k), arguments[k]);
        _api.Launch(_queue, kernel, size.Groups, size.GroupSize);
    }

    /// <inheritdoc/>
    public void Finish() => _api.Finish(_queue);

    /// <inheritdoc/>
    public void Dispose()
    {
        _api.ReleaseQueue(_queue);
        _api.ReleaseContext(_context);
    }

    private sealed class Program(ClApi api, nint program) : IDeviceProgram
    {
        private readonly Dictionary<string, nint> _kernels = [];

        public nint Kernel(string name) => _kernels.TryGetValue(name, out nint known) ? known : _kernels[name] = api.CreateKernel(program, name);

        public void Dispose()
        {
            foreach (nint kernel in _kernels.Values) api.ReleaseKernel(kernel);
            api.ReleaseProgram(program);
        }
    }
}
