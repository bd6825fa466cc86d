using MindDsl.Ir;

namespace MindDsl.Backends.Cuda.Native;

/// <summary>The driver of NVIDIA through the addresses of its functions.</summary>
internal sealed unsafe class DriverLibrary : ICudaDriver
{
    private readonly delegate* unmanaged[Cdecl]<uint, CudaResult> _init;
    private readonly delegate* unmanaged[Cdecl]<int*, CudaResult> _driverGetVersion;
    private readonly delegate* unmanaged[Cdecl]<CudaResult, byte**, CudaResult> _getErrorName;
    private readonly delegate* unmanaged[Cdecl]<int*, CudaResult> _deviceGetCount;
    private readonly delegate* unmanaged[Cdecl]<int*, int, CudaResult> _deviceGet;
    private readonly delegate* unmanaged[Cdecl]<byte*, int, int, CudaResult> _deviceGetName;
    private readonly delegate* unmanaged[Cdecl]<int*, DeviceAttribute, int, CudaResult> _deviceGetAttribute;
    private readonly delegate* unmanaged[Cdecl]<nuint*, int, CudaResult> _deviceTotalMem;
    private readonly delegate* unmanaged[Cdecl]<nint*, int, CudaResult> _devicePrimaryCtxRetain;
    private readonly delegate* unmanaged[Cdecl]<int, CudaResult> _devicePrimaryCtxRelease;
    private readonly delegate* unmanaged[Cdecl]<nint, CudaResult> _ctxSetCurrent;
    private readonly delegate* unmanaged[Cdecl]<nuint*, nuint*, CudaResult> _memGetInfo;
    private readonly delegate* unmanaged[Cdecl]<nint*, void*, uint, JitOption*, void**, CudaResult> _moduleLoadDataEx;
    private readonly delegate* unmanaged[Cdecl]<nint, CudaResult> _moduleUnload;
    private readonly delegate* unmanaged[Cdecl]<nint*, nint, byte*, CudaResult> _moduleGetFunction;
    private readonly delegate* unmanaged[Cdecl]<nint, uint, uint, uint, uint, uint, uint, uint, nint, void**, void**, CudaResult> _launchKernel;
    private readonly delegate* unmanaged[Cdecl]<ulong*, nuint, CudaResult> _memAlloc;
    private readonly delegate* unmanaged[Cdecl]<ulong, CudaResult> _memFree;
    private readonly delegate* unmanaged[Cdecl]<ulong*, nuint, nint, CudaResult> _memAllocAsync;
    private readonly delegate* unmanaged[Cdecl]<ulong, nint, CudaResult> _memFreeAsync;
    private readonly delegate* unmanaged[Cdecl]<nint*, int, CudaResult> _deviceGetDefaultMemPool;
    private readonly delegate* unmanaged[Cdecl]<nint, PoolAttribute, void*, CudaResult> _memPoolSetAttribute;
    private readonly delegate* unmanaged[Cdecl]<nint, nuint, CudaResult> _memPoolTrimTo;
    private readonly delegate* unmanaged[Cdecl]<void**, nuint, uint, CudaResult> _memHostAlloc;
    private readonly delegate* unmanaged[Cdecl]<void*, CudaResult> _memFreeHost;
    private readonly delegate* unmanaged[Cdecl]<ulong, void*, nuint, nint, CudaResult> _memcpyHtoDAsync;
    private readonly delegate* unmanaged[Cdecl]<void*, ulong, nuint, nint, CudaResult> _memcpyDtoHAsync;
    private readonly delegate* unmanaged[Cdecl]<ulong, ulong, nuint, nint, CudaResult> _memcpyDtoDAsync;
    private readonly delegate* unmanaged[Cdecl]<nint*, uint, CudaResult> _streamCreate;
    private readonly delegate* unmanaged[Cdecl]<nint, CudaResult> _streamDestroy;
    private readonly delegate* unmanaged[Cdecl]<nint, CudaResult> _streamSynchronize;
    private readonly delegate* unmanaged[Cdecl]<nint, CaptureMode, CudaResult> _streamBeginCapture;
    private readonly delegate* unmanaged[Cdecl]<nint, nint*, CudaResult> _streamEndCapture;
    private readonly delegate* unmanaged[Cdecl]<nint*, nint, ulong, CudaResult> _graphInstantiateWithFlags;
    private readonly delegate* unmanaged[Cdecl]<nint*, nint, nint*, byte*, nuint, CudaResult> _graphInstantiate;
    private readonly delegate* unmanaged[Cdecl]<nint, nint, CudaResult> _graphLaunch;
    private readonly delegate* unmanaged[Cdecl]<nint, CudaResult> _graphExecDestroy;
    private readonly delegate* unmanaged[Cdecl]<nint, CudaResult> _graphDestroy;
    private readonly delegate* unmanaged[Cdecl]<nint*, uint, CudaResult> _eventCreate;
    private readonly delegate* unmanaged[Cdecl]<nint, nint, CudaResult> _eventRecord;
    private readonly delegate* unmanaged[Cdecl]<nint, CudaResult> _eventSynchronize;
    private readonly delegate* unmanaged[Cdecl]<nint, CudaResult> _eventDestroy;

    private DriverLibrary(LibraryTable table)
    {
        _init = (delegate* unmanaged[Cdecl]<uint, CudaResult>)table["cuInit"];
        _driverGetVersion = (delegate* unmanaged[Cdecl]<int*, CudaResult>)table["cuDriverGetVersion"];
        _getErrorName = (delegate* unmanaged[Cdecl]<CudaResult, byte**, CudaResult>)table["cuGetErrorName"];
        _deviceGetCount = (delegate* unmanaged[Cdecl]<int*, CudaResult>)table["cuDeviceGetCount"];
        _deviceGet = (delegate* unmanaged[Cdecl]<int*, int, CudaResult>)table["cuDeviceGet"];
        _deviceGetName = (delegate* unmanaged[Cdecl]<byte*, int, int, CudaResult>)table["cuDeviceGetName"];
        _deviceGetAttribute = (delegate* unmanaged[Cdecl]<int*, DeviceAttribute, int, CudaResult>)table["cuDeviceGetAttribute"];
        _deviceTotalMem = (delegate* unmanaged[Cdecl]<nuint*, int, CudaResult>)table["cuDeviceTotalMem_v2"];
        _devicePrimaryCtxRetain = (delegate* unmanaged[Cdecl]<nint*, int, CudaResult>)table["cuDevicePrimaryCtxRetain"];
        _devicePrimaryCtxRelease = (delegate* unmanaged[Cdecl]<int, CudaResult>)table["cuDevicePrimaryCtxRelease_v2", "cuDevicePrimaryCtxRelease"];
        _ctxSetCurrent = (delegate* unmanaged[Cdecl]<nint, CudaResult>)table["cuCtxSetCurrent"];
        _memGetInfo = (delegate* unmanaged[Cdecl]<nuint*, nuint*, CudaResult>)table["cuMemGetInfo_v2"];
        _moduleLoadDataEx = (delegate* unmanaged[Cdecl]<nint*, void*, uint, JitOption*, void**, CudaResult>)table["cuModuleLoadDataEx"];
        _moduleUnload = (delegate* unmanaged[Cdecl]<nint, CudaResult>)table["cuModuleUnload"];
        _moduleGetFunction = (delegate* unmanaged[Cdecl]<nint*, nint, byte*, CudaResult>)table["cuModuleGetFunction"];
        _launchKernel = (delegate* unmanaged[Cdecl]<nint, uint, uint, uint, uint, uint, uint, uint, nint, void**, void**, CudaResult>)table["cuLaunchKernel"];
        _memAlloc = (delegate* unmanaged[Cdecl]<ulong*, nuint, CudaResult>)table["cuMemAlloc_v2"];
        _memFree = (delegate* unmanaged[Cdecl]<ulong, CudaResult>)table["cuMemFree_v2"];
        _memAllocAsync = (delegate* unmanaged[Cdecl]<ulong*, nuint, nint, CudaResult>)table.Find("cuMemAllocAsync");
        _memFreeAsync = (delegate* unmanaged[Cdecl]<ulong, nint, CudaResult>)table.Find("cuMemFreeAsync");
        _deviceGetDefaultMemPool = (delegate* unmanaged[Cdecl]<nint*, int, CudaResult>)table.Find("cuDeviceGetDefaultMemPool");
        _memPoolSetAttribute = (delegate* unmanaged[Cdecl]<nint, PoolAttribute, void*, CudaResult>)table.Find("cuMemPoolSetAttribute");
        _memPoolTrimTo = (delegate* unmanaged[Cdecl]<nint, nuint, CudaResult>)table.Find("cuMemPoolTrimTo");
        _memHostAlloc = (delegate* unmanaged[Cdecl]<void**, nuint, uint, CudaResult>)table["cuMemHostAlloc"];
        _memFreeHost = (delegate* unmanaged[Cdecl]<void*, CudaResult>)table["cuMemFreeHost"];
        _memcpyHtoDAsync = (delegate* unmanaged[Cdecl]<ulong, void*, nuint, nint, CudaResult>)table["cuMemcpyHtoDAsync_v2"];
        _memcpyDtoHAsync = (delegate* unmanaged[Cdecl]<void*, ulong, nuint, nint, CudaResult>)table["cuMemcpyDtoHAsync_v2"];
        _memcpyDtoDAsync = (delegate* unmanaged[Cdecl]<ulong, ulong, nuint, nint, CudaResult>)table["cuMemcpyDtoDAsync_v2"];
        _streamCreate = (delegate* unmanaged[Cdecl]<nint*, uint, CudaResult>)table["cuStreamCreate"];
        _streamDestroy = (delegate* unmanaged[Cdecl]<nint, CudaResult>)table["cuStreamDestroy_v2"];
        _streamSynchronize = (delegate* unmanaged[Cdecl]<nint, CudaResult>)table["cuStreamSynchronize"];
        _streamBeginCapture = (delegate* unmanaged[Cdecl]<nint, CaptureMode, CudaResult>)table["cuStreamBeginCapture_v2"];
        _streamEndCapture = (delegate* unmanaged[Cdecl]<nint, nint*, CudaResult>)table["cuStreamEndCapture"];
        // CUDA 11.4 has the simpler form; the older one has room for a log.
        _graphInstantiateWithFlags = (delegate* unmanaged[Cdecl]<nint*, nint, ulong, CudaResult>)table.Find("cuGraphInstantiateWithFlags");
        _graphInstantiate = (delegate* unmanaged[Cdecl]<nint*, nint, nint*, byte*, nuint, CudaResult>)(_graphInstantiateWithFlags == null ? table["cuGraphInstantiate_v2", "cuGraphInstantiate"] : 0);
        _graphLaunch = (delegate* unmanaged[Cdecl]<nint, nint, CudaResult>)table["cuGraphLaunch"];
        _graphExecDestroy = (delegate* unmanaged[Cdecl]<nint, CudaResult>)table["cuGraphExecDestroy"];
        _graphDestroy = (delegate* unmanaged[Cdecl]<nint, CudaResult>)table["cuGraphDestroy"];
        _eventCreate = (delegate* unmanaged[Cdecl]<nint*, uint, CudaResult>)table["cuEventCreate"];
        _eventRecord = (delegate* unmanaged[Cdecl]<nint, nint, CudaResult>)table["cuEventRecord"];
        _eventSynchronize = (delegate* unmanaged[Cdecl]<nint, CudaResult>)table["cuEventSynchronize"];
        _eventDestroy = (delegate* unmanaged[Cdecl]<nint, CudaResult>)table["cuEventDestroy_v2"];
    }

    /// <summary>Loads the library; null if it is not there, with all names that were tried.</summary>
    public static (ICudaDriver? Library, Seq<LibraryAttempt> Tried) Load()
    {
        var (library, tried) = LibrarySearch.Load(CudaLibraries.Driver);
        return (library == 0 ? null : new DriverLibrary(new(library, tried[^1].Name)), tried);
    }

    /// <inheritdoc/>
    public bool Has(OptionalEntry entry) => entry switch
    {
        OptionalEntry.MemoryPools => _memAllocAsync != null && _memFreeAsync != null && _deviceGetDefaultMemPool != null && _memPoolSetAttribute != null && _memPoolTrimTo != null,
    };

    /// <inheritdoc/>
    public CudaResult Init(uint flags) => _init(flags);

    /// <inheritdoc/>
    public CudaResult DriverGetVersion(int* version) => _driverGetVersion(version);

    /// <inheritdoc/>
    public CudaResult GetErrorName(CudaResult status, byte** name) => _getErrorName(status, name);

    /// <inheritdoc/>
    public CudaResult DeviceGetCount(int* count) => _deviceGetCount(count);

    /// <inheritdoc/>
    public CudaResult DeviceGet(int* device, int ordinal) => _deviceGet(device, ordinal);

    /// <inheritdoc/>
    public CudaResult DeviceGetName(byte* name, int length, int device) => _deviceGetName(name, length, device);

    /// <inheritdoc/>
    public CudaResult DeviceGetAttribute(int* value, DeviceAttribute attribute, int device) => _deviceGetAttribute(value, attribute, device);

    /// <inheritdoc/>
    public CudaResult DeviceTotalMem(nuint* bytes, int device) => _deviceTotalMem(bytes, device);

    /// <inheritdoc/>
    public CudaResult DevicePrimaryCtxRetain(nint* context, int device) => _devicePrimaryCtxRetain(context, device);

    /// <inheritdoc/>
    public CudaResult DevicePrimaryCtxRelease(int device) => _devicePrimaryCtxRelease(device);

    /// <inheritdoc/>
    public CudaResult CtxSetCurrent(nint context) => _ctxSetCurrent(context);

    /// <inheritdoc/>
    public CudaResult MemGetInfo(nuint* free, nuint* total) => _memGetInfo(free, total);

    /// <inheritdoc/>
    public CudaResult ModuleLoadDataEx(nint* module, void* image, uint options, JitOption* names, void** values) => _moduleLoadDataEx(module, image, options, names, values);

    /// <inheritdoc/>
    public CudaResult ModuleUnload(nint module) => _moduleUnload(module);

    /// <inheritdoc/>
    public CudaResult ModuleGetFunction(nint* function, nint module, byte* name) => _moduleGetFunction(function, module, name);

    /// <inheritdoc/>
    public CudaResult LaunchKernel(nint function, uint gridX, uint gridY, uint gridZ, uint blockX, uint blockY, uint blockZ, uint sharedBytes, nint stream, void** parameters, void** extra) =>
        _launchKernel(function, gridX, gridY, gridZ, blockX, blockY, blockZ, sharedBytes, stream, parameters, extra);

    /// <inheritdoc/>
    public CudaResult MemAlloc(ulong* memory, nuint bytes) => _memAlloc(memory, bytes);

    /// <inheritdoc/>
    public CudaResult MemFree(ulong memory) => _memFree(memory);

    /// <inheritdoc/>
    public CudaResult MemAllocAsync(ulong* memory, nuint bytes, nint stream) => _memAllocAsync(memory, bytes, stream);

    /// <inheritdoc/>
    public CudaResult MemFreeAsync(ulong memory, nint stream) => _memFreeAsync(memory, stream);

    /// <inheritdoc/>
    public CudaResult DeviceGetDefaultMemPool(nint* pool, int device) => _deviceGetDefaultMemPool(pool, device);

    /// <inheritdoc/>
    public CudaResult MemPoolSetAttribute(nint pool, PoolAttribute attribute, void* value) => _memPoolSetAttribute(pool, attribute, value);

    /// <inheritdoc/>
    public CudaResult MemPoolTrimTo(nint pool, nuint bytesToKeep) => _memPoolTrimTo(pool, bytesToKeep);

    /// <inheritdoc/>
    public CudaResult MemHostAlloc(void** memory, nuint bytes, uint flags) => _memHostAlloc(memory, bytes, flags);

    /// <inheritdoc/>
    public CudaResult MemFreeHost(void* memory) => _memFreeHost(memory);

    /// <inheritdoc/>
    public CudaResult MemcpyHtoDAsync(ulong to, void* from, nuint bytes, nint stream) => _memcpyHtoDAsync(to, from, bytes, stream);

    /// <inheritdoc/>
    public CudaResult MemcpyDtoHAsync(void* to, ulong from, nuint bytes, nint stream) => _memcpyDtoHAsync(to, from, bytes, stream);

    /// <inheritdoc/>
    public CudaResult MemcpyDtoDAsync(ulong to, ulong from, nuint bytes, nint stream) => _memcpyDtoDAsync(to, from, bytes, stream);

    /// <inheritdoc/>
    public CudaResult StreamCreate(nint* stream, uint flags) => _streamCreate(stream, flags);

    /// <inheritdoc/>
    public CudaResult StreamDestroy(nint stream) => _streamDestroy(stream);

    /// <inheritdoc/>
    public CudaResult StreamSynchronize(nint stream) => _streamSynchronize(stream);

    /// <inheritdoc/>
    public CudaResult StreamBeginCapture(nint stream, CaptureMode mode) => _streamBeginCapture(stream, mode);

    /// <inheritdoc/>
    public CudaResult StreamEndCapture(nint stream, nint* graph) => _streamEndCapture(stream, graph);

    /// <inheritdoc/>
    public CudaResult GraphInstantiate(nint* executable, nint graph) =>
        _graphInstantiateWithFlags != null ? _graphInstantiateWithFlags(executable, graph, 0) : _graphInstantiate(executable, graph, null, null, 0);

    /// <inheritdoc/>
    public CudaResult GraphLaunch(nint executable, nint stream) => _graphLaunch(executable, stream);

    /// <inheritdoc/>
    public CudaResult GraphExecDestroy(nint executable) => _graphExecDestroy(executable);

    /// <inheritdoc/>
    public CudaResult GraphDestroy(nint graph) => _graphDestroy(graph);

    /// <inheritdoc/>
    public CudaResult EventCreate(nint* @event, uint flags) => _eventCreate(@event, flags);

    /// <inheritdoc/>
    public CudaResult EventRecord(nint @event, nint stream) => _eventRecord(@event, stream);

    /// <inheritdoc/>
    public CudaResult EventSynchronize(nint @event) => _eventSynchronize(@event);

    /// <inheritdoc/>
    public CudaResult EventDestroy(nint @event) => _eventDestroy(@event);
}
