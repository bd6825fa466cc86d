namespace MindDsl.Backends.Cuda.Native;

/// <summary>
/// The driver of NVIDIA: a method for each entry point that is used, with its parameters, and its status as the result. This is the seam: an application that
/// has other bindings, and tests without a device, implement it.
/// </summary>
/// <remarks>The names are those of the entry points without the <c>cu</c> and without the number of their version; the versions are in <see cref="DriverLibrary"/>.</remarks>
public unsafe interface ICudaDriver
{
    /// <summary>Starts the driver.</summary>
    CudaResult Init(uint flags);

    /// <summary>The newest CUDA that the driver knows, as 1000 × major + 10 × minor.</summary>
    CudaResult DriverGetVersion(int* version);

    /// <summary>The short name of a status, in static memory.</summary>
    CudaResult GetErrorName(CudaResult status, byte** name);

    /// <summary>The number of devices.</summary>
    CudaResult DeviceGetCount(int* count);

    /// <summary>A device by its number.</summary>
    CudaResult DeviceGet(int* device, int ordinal);

    /// <summary>The name of a device, ended by a zero.</summary>
    CudaResult DeviceGetName(byte* name, int length, int device);

    /// <summary>A property of a device.</summary>
    CudaResult DeviceGetAttribute(int* value, DeviceAttribute attribute, int device);

    /// <summary>The bytes of a device's memory.</summary>
    CudaResult DeviceTotalMem(nuint* bytes, int device);

    /// <summary>Takes a share of the context that all libraries of a process use on a device.</summary>
    CudaResult DevicePrimaryCtxRetain(nint* context, int device);

    /// <summary>Gives the share back.</summary>
    CudaResult DevicePrimaryCtxRelease(int device);

    /// <summary>Makes a context the one of this thread.</summary>
    CudaResult CtxSetCurrent(nint context);

    /// <summary>The bytes of memory that are free, and all of them.</summary>
    CudaResult MemGetInfo(nuint* free, nuint* total);

    /// <summary>Loads code for the device.</summary>
    CudaResult ModuleLoadDataEx(nint* module, void* image, uint options, JitOption* names, void** values);

    /// <summary>Unloads code.</summary>
    CudaResult ModuleUnload(nint module);

    /// <summary>A kernel by its name.</summary>
    CudaResult ModuleGetFunction(nint* function, nint module, byte* name);

    /// <summary>Starts a kernel.</summary>
    CudaResult LaunchKernel(
        nint function, uint gridX, uint gridY, uint gridZ, uint blockX, uint blockY, uint blockZ, uint sharedBytes, nint stream, void** parameters, void** extra);

    /// <summary>Takes memory.</summary>
    CudaResult MemAlloc(ulong* memory, nuint bytes);

    /// <summary>Gives memory back.</summary>
    CudaResult MemFree(ulong memory);

    /// <summary>Takes memory from the pool of the device, in the order of a stream.</summary>
    CudaResult MemAllocAsync(ulong* memory, nuint bytes, nint stream);

    /// <summary>Gives memory back to the pool, in the order of a stream.</summary>
    CudaResult MemFreeAsync(ulong memory, nint stream);

    /// <summary>The pool of a device.</summary>
    CudaResult DeviceGetDefaultMemPool(nint* pool, int device);

    /// <summary>Sets a property of a pool.</summary>
    CudaResult MemPoolSetAttribute(nint pool, PoolAttribute attribute, void* value);

    /// <summary>Gives what a pool keeps back to the device.</summary>
    CudaResult MemPoolTrimTo(nint pool, nuint bytesToKeep);

    /// <summary>Takes memory of the host that the device copies from and to by itself.</summary>
    CudaResult MemHostAlloc(void** memory, nuint bytes, uint flags);

    /// <summary>Gives such memory back.</summary>
    CudaResult MemFreeHost(void* memory);

    /// <summary>Copies from the host to the device.</summary>
    CudaResult MemcpyHtoDAsync(ulong to, void* from, nuint bytes, nint stream);

    /// <summary>Copies from the device to the host.</summary>
    CudaResult MemcpyDtoHAsync(void* to, ulong from, nuint bytes, nint stream);

    /// <summary>Copies on the device.</summary>
    CudaResult MemcpyDtoDAsync(ulong to, ulong from, nuint bytes, nint stream);

    /// <summary>Makes a stream.</summary>
    CudaResult StreamCreate(nint* stream, uint flags);

    /// <summary>Ends a stream.</summary>
    CudaResult StreamDestroy(nint stream);

    /// <summary>Waits for all work of a stream.</summary>
    CudaResult StreamSynchronize(nint stream);

    /// <summary>From here on, work of a stream is not done but noted.</summary>
    CudaResult StreamBeginCapture(nint stream, CaptureMode mode);

    /// <summary>Ends the notes, and gives them as a graph.</summary>
    CudaResult StreamEndCapture(nint stream, nint* graph);

    /// <summary>Prepares a graph to be run.</summary>
    CudaResult GraphInstantiate(nint* executable, nint graph);

    /// <summary>Runs a graph in the order of a stream.</summary>
    CudaResult GraphLaunch(nint executable, nint stream);

    /// <summary>Ends a prepared graph.</summary>
    CudaResult GraphExecDestroy(nint executable);

    /// <summary>Ends a graph.</summary>
    CudaResult GraphDestroy(nint graph);

    /// <summary>Makes an event.</summary>
    CudaResult EventCreate(nint* @event, uint flags);

    /// <summary>Marks where a stream is.</summary>
    CudaResult EventRecord(nint @event, nint stream);

    /// <summary>Waits until a stream has come to the mark.</summary>
    CudaResult EventSynchronize(nint @event);

    /// <summary>Ends an event.</summary>
    CudaResult EventDestroy(nint @event);

    /// <summary>Whether an entry point that older drivers lack is there.</summary>
    bool Has(OptionalEntry entry);
}

/// <summary>Entry points of the driver that are newer than CUDA 11.0.</summary>
public enum OptionalEntry
{
    /// <summary>Memory in the order of streams, CUDA 11.2.</summary>
    MemoryPools,
}

/// <summary>A property of a device, by the number that the driver has for it.</summary>
public enum DeviceAttribute
{
    /// <summary>The most threads of a block.</summary>
    MaxThreadsPerBlock = 1,

    /// <summary>Bytes of shared memory of a block.</summary>
    MaxSharedMemoryPerBlock = 8,

    /// <summary>How many multiprocessors it has.</summary>
    MultiprocessorCount = 16,

    /// <summary>The major number of the architecture.</summary>
    ComputeCapabilityMajor = 75,

    /// <summary>The minor number of the architecture.</summary>
    ComputeCapabilityMinor = 76,

    /// <summary>Whether it has pools of memory.</summary>
    MemoryPoolsSupported = 115,
}

/// <summary>A property of a pool of memory.</summary>
public enum PoolAttribute
{
    /// <summary>How many bytes that are not used stay in the pool.</summary>
    ReleaseThreshold = 4,
}

/// <summary>What is asked of the compiler in the driver.</summary>
public enum JitOption
{
    /// <summary>Where errors are written.</summary>
    ErrorLogBuffer = 5,

    /// <summary>The bytes there are for errors.</summary>
    ErrorLogBufferSizeBytes = 6,
}

/// <summary>Whose calls may not disturb a capture.</summary>
public enum CaptureMode
{
    /// <summary>Unsafe calls of this thread end the capture with an error, those of others do not.</summary>
    ThreadLocal = 1,
}
