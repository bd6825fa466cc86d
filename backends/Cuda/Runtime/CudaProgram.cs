using System.Text;
using MindDsl.Backends.Cuda.Native;
using MindDsl.Backends.Devices;

namespace MindDsl.Backends.Cuda;

/// <summary>Code on the device.</summary>
internal sealed unsafe class CudaProgram : IDeviceProgram
{
    private const int LogBytes = 8192;

    private readonly CudaDevice _device;
    private readonly CudaQueue _queue;
    private nint _module;

    /// <summary>Loads machine code or assembly text.</summary>
    public CudaProgram(CudaDevice device, CudaQueue queue, byte[] code)
    {
        (_device, _queue) = (device, queue);
        var log = new byte[LogBytes];
        JitOption* names = stackalloc JitOption[] { JitOption.ErrorLogBuffer, JitOption.ErrorLogBufferSizeBytes };
        void** values = stackalloc void*[2];
        nint module = 0;
        CudaResult status;
        fixed (byte* image = code, to = log)
        {
            values[0] = to;
            values[1] = (void*)LogBytes;
            status = device.Driver.ModuleLoadDataEx(&module, image, 2, names, values);
        }
        int end = Array.IndexOf(log, (byte)0);
        device.Check.Driver(status, "cuModuleLoadDataEx", Encoding.UTF8.GetString(log, 0, end < 0 ? LogBytes : end));
        _module = module;
    }

    /// <inheritdoc/>
    public nint Kernel(string name)
    {
        nint kernel = 0;
        fixed (byte* text = Encoding.UTF8.GetBytes(name + "\0"))
            _device.Check.Driver(_device.Driver.ModuleGetFunction(&kernel, _module, text), $"cuModuleGetFunction({name})");
        return kernel;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_module == 0) return;
        _ = _device.Driver.CtxSetCurrent(_device.Context);
        // Kernels may still be running.
        if (_queue.Stream != 0) _ = _device.Driver.StreamSynchronize(_queue.Stream);
        _ = _device.Driver.ModuleUnload(_module);
        _module = 0;
    }
}
