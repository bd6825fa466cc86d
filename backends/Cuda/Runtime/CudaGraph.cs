using MindDsl.Backends.Cuda.Native;
using MindDsl.Backends.Devices;

namespace MindDsl.Backends.Cuda;

/// <summary>Work that was recorded once, and is asked for with one call from then on.</summary>
internal sealed unsafe class CudaGraph : IDeviceRecording
{
    private readonly CudaDevice _device;
    private readonly CudaQueue _queue;
    private nint _executable;

    private CudaGraph(CudaDevice device, CudaQueue queue, nint executable) => (_device, _queue, _executable) = (device, queue, executable);

    /// <summary>Records work that only starts kernels, copies on the device and multiplies; it is not done.</summary>
    public static CudaGraph Record(CudaDevice device, CudaQueue queue, Action work)
    {
        var driver = device.Driver;
        device.Enter();
        device.Check.Driver(driver.StreamBeginCapture(queue.Stream, CaptureMode.ThreadLocal), "cuStreamBeginCapture");
        nint graph = 0, executable = 0;
        try
        {
            work();
        }
        catch
        {
            // The stream records until it is told to stop, whatever became of the work.
            if (driver.StreamEndCapture(queue.Stream, &graph) == CudaResult.Success && graph != 0) _ = driver.GraphDestroy(graph);
            throw;
        }
        device.Check.Driver(driver.StreamEndCapture(queue.Stream, &graph), "cuStreamEndCapture");
        var status = driver.GraphInstantiate(&executable, graph);
        // What is run is a copy.
        _ = driver.GraphDestroy(graph);
        device.Check.Driver(status, "cuGraphInstantiate");
        return new(device, queue, executable);
    }

    /// <inheritdoc/>
    public void Run()
    {
        _device.Enter();
        _device.Check.Driver(_device.Driver.GraphLaunch(_executable, _queue.Stream), "cuGraphLaunch");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_executable == 0) return;
        _ = _device.Driver.CtxSetCurrent(_device.Context);
        _ = _device.Driver.GraphExecDestroy(_executable);
        _executable = 0;
    }
}
