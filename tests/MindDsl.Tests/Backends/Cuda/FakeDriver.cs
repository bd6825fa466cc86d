using System.Runtime.InteropServices;
using System.Text;
using MindDsl.Backends.Cuda.Native;

namespace MindDsl.Tests.Backends.Cuda;

/// <summary>
/// A driver without a device: memory is memory of the host, work on streams is put off until someone waits for it, as late as a device could, and kernels are methods.
/// </summary>
internal sealed unsafe class FakeDriver(FakeCalls calls, FakeCuda cuda) : ICudaDriver
{
    private const int Device = 7;

    private readonly Dictionary<nint, List<Action>> _streams = [];
    private readonly Dictionary<nint, (nint Stream, int Place)> _events = [];
    private readonly Dictionary<nint, List<Action>> _graphs = [];
    private readonly Dictionary<nint, List<Action>> _executables = [];
    private readonly Dictionary<nint, FakeKernel> _kernels = [];
    private readonly Dictionary<long, nuint> _memory = [];
    private (nint Stream, List<Action> Work)? _capture;
    private nint _current;

    /// <summary>How many devices there are.</summary>
    public int Count { get; set; } = 1;

    public int Architecture { get; set; } = 90;

    public int DriverVersion { get; set; } = 13000;

    public bool HasPools { get; set; } = true;

    /// <summary>The bytes there are.</summary>
    public long Bytes { get; set; } = 1L << 30;

    public long BytesInUse => _memory.Values.Sum(b => (long)b);

    private static CudaResult Status(int status) => (CudaResult)status;

    public CudaResult Init(uint flags) => Status(calls.Note("cuInit"));

    public CudaResult DriverGetVersion(int* version)
    {
        *version = DriverVersion;
        return Status(calls.Note("cuDriverGetVersion"));
    }

    public CudaResult GetErrorName(CudaResult status, byte** name)
    {
        *name = null;
        return CudaResult.InvalidValue;
    }

    public CudaResult DeviceGetCount(int* count)
    {
        *count = Count;
        return Status(calls.Note("cuDeviceGetCount"));
    }

    public CudaResult DeviceGet(int* device, int ordinal)
    {
        *device = Device + ordinal;
        return Status(calls.Note("cuDeviceGet"));
    }

    public CudaResult DeviceGetName(byte* name, int length, int device)
    {
        Encoding.UTF8.GetBytes("Fake GPU\0").CopyTo(new Span<byte>(name, length));
        return Status(calls.Note("cuDeviceGetName"));
    }

    public CudaResult DeviceGetAttribute(int* value, DeviceAttribute attribute, int device)
    {
        *value = attribute switch
        {
            DeviceAttribute.MaxThreadsPerBlock => 1024,
            DeviceAttribute.MaxSharedMemoryPerBlock => 48 << 10,
            DeviceAttribute.MultiprocessorCount => 4,
            DeviceAttribute.ComputeCapabilityMajor => Architecture / 10,
            DeviceAttribute.ComputeCapabilityMinor => Architecture % 10,
            DeviceAttribute.MemoryPoolsSupported => HasPools ? 1 : 0,
        };
        return Status(calls.Note("cuDeviceGetAttribute"));
    }

    public CudaResult DeviceTotalMem(nuint* bytes, int device)
    {
        *bytes = (nuint)Bytes;
        return Status(calls.Note("cuDeviceTotalMem"));
    }

    public CudaResult DevicePrimaryCtxRetain(nint* context, int device)
    {
        int status = calls.Note("cuDevicePrimaryCtxRetain");
        if (status != 0) return Status(status);
        *context = 500 + device;
        calls.Made("context", *context);
        return CudaResult.Success;
    }

    public CudaResult DevicePrimaryCtxRelease(int device)
    {
        calls.End("context", 500 + device);
        return Status(calls.Note("cuDevicePrimaryCtxRelease"));
    }

    public CudaResult CtxSetCurrent(nint context)
    {
        // It stands before every call; a list of them would hide the others.
        calls.Need("context", context);
        _current = context;
        return CudaResult.Success;
    }

    public CudaResult MemGetInfo(nuint* free, nuint* total)
    {
        (*free, *total) = ((nuint)(Bytes - BytesInUse), (nuint)Bytes);
        return Status(calls.Note("cuMemGetInfo"));
    }

    public CudaResult ModuleLoadDataEx(nint* module, void* image, uint options, JitOption* names, void** values)
    {
        int status = Note("cuModuleLoadDataEx");
        if (status != 0) return Status(status);
        *module = calls.Make("module");
        cuda.Load(*module, Marshal.PtrToStringUTF8((nint)image)!);
        return CudaResult.Success;
    }

    public CudaResult ModuleUnload(nint module)
    {
        calls.End("module", module);
        return Status(calls.Note("cuModuleUnload"));
    }

    public CudaResult ModuleGetFunction(nint* function, nint module, byte* name)
    {
        string text = Marshal.PtrToStringUTF8((nint)name)!;
        int status = Note($"cuModuleGetFunction({text})");
        calls.Need("module", module);
        if (status != 0) return Status(status);
        if (cuda.Find(module, text) is not { } kernel) return CudaResult.NotFound;
        *function = 9000 + _kernels.Count;
        _kernels.Add(*function, kernel);
        return CudaResult.Success;
    }

    public CudaResult LaunchKernel(
        nint function, uint gridX, uint gridY, uint gridZ, uint blockX, uint blockY, uint blockZ, uint sharedBytes, nint stream, void** parameters, void** extra)
    {
        var kernel = _kernels[function];
        var arguments = new long[kernel.Parameters];
        for (int i = 0; i < arguments.Length; i++) arguments[i] = *(long*)parameters[i];
        return Later(stream, $"cuLaunchKernel({kernel.Name}, {gridX}, {blockX})", () => kernel.Run(arguments, gridX, blockX));
    }

    public CudaResult MemAlloc(ulong* memory, nuint bytes) => Take(memory, bytes, $"cuMemAlloc({bytes})");

    public CudaResult MemFree(ulong memory) => Give(memory, "cuMemFree");

    public CudaResult MemAllocAsync(ulong* memory, nuint bytes, nint stream) => Take(memory, bytes, $"cuMemAllocAsync({bytes})");

    public CudaResult MemFreeAsync(ulong memory, nint stream)
    {
        Wait(stream);
        return Give(memory, "cuMemFreeAsync");
    }

    public CudaResult DeviceGetDefaultMemPool(nint* pool, int device)
    {
        *pool = 300;
        return Status(calls.Note("cuDeviceGetDefaultMemPool"));
    }

    public CudaResult MemPoolSetAttribute(nint pool, PoolAttribute attribute, void* value) => Status(calls.Note($"cuMemPoolSetAttribute({*(ulong*)value})"));

    public CudaResult MemPoolTrimTo(nint pool, nuint bytesToKeep) => Status(calls.Note($"cuMemPoolTrimTo({bytesToKeep})"));

    public CudaResult MemHostAlloc(void** memory, nuint bytes, uint flags)
    {
        int status = Note($"cuMemHostAlloc({bytes})");
        if (status != 0) return Status(status);
        *memory = NativeMemory.Alloc(bytes);
        calls.Made("pinned", (long)*memory);
        return CudaResult.Success;
    }

    public CudaResult MemFreeHost(void* memory)
    {
        calls.End("pinned", (long)memory);
        NativeMemory.Free(memory);
        return Status(calls.Note("cuMemFreeHost"));
    }

    public CudaResult MemcpyHtoDAsync(ulong to, void* from, nuint bytes, nint stream) =>
        Later(stream, $"cuMemcpyHtoDAsync({bytes})", () => NativeMemory.Copy(from, Inside(to, bytes), bytes));

    public CudaResult MemcpyDtoHAsync(void* to, ulong from, nuint bytes, nint stream) =>
        Later(stream, $"cuMemcpyDtoHAsync({bytes})", () => NativeMemory.Copy(Inside(from, bytes), to, bytes));

    public CudaResult MemcpyDtoDAsync(ulong to, ulong from, nuint bytes, nint stream) =>
        Later(stream, $"cuMemcpyDtoDAsync({bytes})", () => NativeMemory.Copy(Inside(from, bytes), Inside(to, bytes), bytes));

    public CudaResult StreamCreate(nint* stream, uint flags)
    {
        int status = Note($"cuStreamCreate({flags})");
        if (status != 0) return Status(status);
        *stream = calls.Make("stream");
        _streams.Add(*stream, []);
        return CudaResult.Success;
    }

    public CudaResult StreamDestroy(nint stream)
    {
        calls.End("stream", stream);
        _streams.Remove(stream);
        return Status(calls.Note("cuStreamDestroy"));
    }

    public CudaResult StreamSynchronize(nint stream)
    {
        int status = Note("cuStreamSynchronize");
        if (_capture is not null) return (CudaResult)900;
        Wait(stream);
        return Status(status);
    }

    public CudaResult StreamBeginCapture(nint stream, CaptureMode mode)
    {
        int status = Note("cuStreamBeginCapture");
        if (status == 0) _capture = (stream, []);
        return Status(status);
    }

    public CudaResult StreamEndCapture(nint stream, nint* graph)
    {
        int status = Note("cuStreamEndCapture");
        var work = _capture!.Value.Work;
        _capture = null;
        *graph = 0;
        if (status != 0) return Status(status);
        *graph = calls.Make("graph");
        _graphs.Add(*graph, work);
        return CudaResult.Success;
    }

    public CudaResult GraphInstantiate(nint* executable, nint graph)
    {
        int status = Note("cuGraphInstantiate");
        calls.Need("graph", graph);
        if (status != 0) return Status(status);
        *executable = calls.Make("executable");
        _executables.Add(*executable, _graphs[graph]);
        return CudaResult.Success;
    }

    public CudaResult GraphLaunch(nint executable, nint stream)
    {
        calls.Need("executable", executable);
        var work = _executables[executable];
        return Later(stream, $"cuGraphLaunch({work.Count})", () => work.ForEach(w => w()));
    }

    public CudaResult GraphExecDestroy(nint executable)
    {
        calls.End("executable", executable);
        return Status(calls.Note("cuGraphExecDestroy"));
    }

    public CudaResult GraphDestroy(nint graph)
    {
        calls.End("graph", graph);
        return Status(calls.Note("cuGraphDestroy"));
    }

    public CudaResult EventCreate(nint* @event, uint flags)
    {
        int status = Note($"cuEventCreate({flags})");
        if (status == 0) *@event = calls.Make("event");
        return Status(status);
    }

    public CudaResult EventRecord(nint @event, nint stream)
    {
        int status = Note("cuEventRecord");
        calls.Need("event", @event);
        if (status == 0) _events[@event] = (stream, _streams[stream].Count);
        return Status(status);
    }

    public CudaResult EventSynchronize(nint @event)
    {
        int status = Note("cuEventSynchronize");
        calls.Need("event", @event);
        if (_events.TryGetValue(@event, out var mark)) Wait(mark.Stream, mark.Place);
        return Status(status);
    }

    public CudaResult EventDestroy(nint @event)
    {
        calls.End("event", @event);
        return Status(calls.Note("cuEventDestroy"));
    }

    public bool Has(OptionalEntry entry) => HasPools;

    /// <summary>Puts work of another library off, as that of the driver is.</summary>
    public int Put(nint stream, string call, Action work) => (int)Later(stream, call, work);

    private int Note(string call)
    {
        if (_current == 0) throw new InvalidOperationException($"{call} without a context");
        return calls.Note(call);
    }

    private CudaResult Later(nint stream, string call, Action work)
    {
        int status = Note(call);
        calls.Need("stream", stream);
        if (status != 0) return Status(status);
        if (_capture is var (captured, noted) && captured == stream) noted.Add(work);
        else _streams[stream].Add(work);
        return CudaResult.Success;
    }

    private void Wait(nint stream, int until = int.MaxValue)
    {
        var work = _streams[stream];
        int count = Math.Min(until, work.Count);
        for (int i = 0; i < count; i++)
        {
            work[i]();
            // Places stay as they are, for the marks.
            work[i] = static () => { };
        }
    }

    private CudaResult Take(ulong* memory, nuint bytes, string call)
    {
        int status = Note(call);
        if (status != 0) return Status(status);
        if (bytes == 0) return CudaResult.InvalidValue;
        if (BytesInUse + (long)bytes > Bytes) return CudaResult.OutOfMemory;
        *memory = (ulong)NativeMemory.AlignedAlloc(bytes, 256);
        new Span<byte>((void*)*memory, (int)bytes).Fill(0xCD);
        _memory.Add((long)*memory, bytes);
        calls.Made("memory", (long)*memory);
        return CudaResult.Success;
    }

    private CudaResult Give(ulong memory, string call)
    {
        int status = Note(call);
        calls.End("memory", (long)memory);
        _memory.Remove((long)memory);
        NativeMemory.AlignedFree((void*)memory);
        return Status(status);
    }

    private void* Inside(ulong address, nuint bytes) => _memory.Any(m => address >= (ulong)m.Key && address + bytes <= (ulong)m.Key + m.Value)
        ? (void*)address
        : throw new InvalidOperationException("a copy outside of the memory that was taken");
}
