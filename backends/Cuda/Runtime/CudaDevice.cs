using System.Globalization;
using System.Text;
using MindDsl.Backends.Cuda.Native;
using MindDsl.Backends.Devices;
using MindDsl.Ir;

namespace MindDsl.Backends.Cuda;

/// <summary>A device that was opened: a share of its primary context, and what it has room for.</summary>
internal sealed unsafe class CudaDevice : IDisposable
{
    /// <summary>The oldest CUDA whose drivers are used.</summary>
    private const int OldestDriver = 11000;

    private readonly int _device;
    private bool _isOpen;

    private CudaDevice(ICudaDriver driver, INvrtc nvrtc, ICublasLt? blas, ProgramCache? cache, int device, string name)
    {
        (Driver, Blas, Cache, _device) = (driver, blas, cache, device);
        Check = new(driver, name);
        string title = TitleOf(driver, Check, device);
        nuint bytes = 0;
        Check.Driver(driver.DeviceTotalMem(&bytes, device), "cuDeviceTotalMem");
        Limits = new(title, Attribute(DeviceAttribute.MaxThreadsPerBlock), Attribute(DeviceAttribute.MaxSharedMemoryPerBlock), (long)bytes, (long)bytes,
            Attribute(DeviceAttribute.MultiprocessorCount), HasF64: true);
        Architecture = Attribute(DeviceAttribute.ComputeCapabilityMajor) * 10 + Attribute(DeviceAttribute.ComputeCapabilityMinor);
        Compiler = new(nvrtc, Check, Architecture);
        HasPools = driver.Has(OptionalEntry.MemoryPools) && Attribute(DeviceAttribute.MemoryPoolsSupported) != 0;
    }

    /// <summary>The driver.</summary>
    public ICudaDriver Driver { get; }

    /// <summary>Products of matrices, if the library is there.</summary>
    public ICublasLt? Blas { get; }

    /// <summary>Turns statuses into errors.</summary>
    public CudaCheck Check { get; }

    /// <summary>The compiler for the device.</summary>
    public CudaCompiler Compiler { get; }

    /// <summary>Where compiled programs are kept; null if they are not.</summary>
    public ProgramCache? Cache { get; }

    /// <summary>What it has room for.</summary>
    public DeviceLimits Limits { get; }

    /// <summary>The architecture, as 10 × major + minor.</summary>
    public int Architecture { get; }

    /// <summary>Whether memory comes from a pool in the order of streams.</summary>
    public bool HasPools { get; }

    /// <summary>The pool, if there are pools.</summary>
    public nint Pool { get; private set; }

    /// <summary>The context.</summary>
    public nint Context { get; private set; }

    /// <summary>Opens a device.</summary>
    /// <exception cref="MindDslException">MIND0541: it cannot be used; MIND0560: the driver fails.</exception>
    public static CudaDevice Open(CudaPlatform platform, int index)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"cuda:{index}");
        var driver = Start(platform, name);
        var check = new CudaCheck(driver, name);
        int count = CountOf(driver, check);
        if (index >= count)
        {
            throw Unusable(name, count == 0 ? "the driver finds no device" : $"there {(count == 1 ? "is one device" : $"are {count.ToString(CultureInfo.InvariantCulture)} devices")}, counted from 0", [],
                "examples/Doctor lists the devices; CUDA_VISIBLE_DEVICES hides some");
        }
        var nvrtc = platform.Nvrtc ?? throw Unusable(name, "NVRTC, the compiler of CUDA C, is not installed", platform.NvrtcTried,
            $"install the package cuda-nvrtc, or the wheel nvidia-cuda-nvrtc, and name its folder in {CudaLibraries.PathVariable}");
        int device;
        check.Driver(driver.DeviceGet(&device, index), "cuDeviceGet");
        var opened = new CudaDevice(driver, nvrtc, platform.Blas, platform.Cache, device, name);
        try
        {
            opened.Retain();
            return opened;
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    /// <summary>The driver, started.</summary>
    public static ICudaDriver Start(CudaPlatform platform, string name)
    {
        var driver = platform.Driver ?? throw Unusable(name, "the driver of NVIDIA is not installed", platform.DriverTried,
            $"install the driver of the graphics card, or name the folder of libcuda in {CudaLibraries.PathVariable}");
        var status = driver.Init(0);
        if (status is CudaResult.NoDevice or CudaResult.StubLibrary)
        {
            var text = CudaStatusTexts.Of(status);
            throw Unusable(name, text.Meaning, platform.DriverTried, text.Help);
        }
        var check = new CudaCheck(driver, name);
        check.Driver(status, "cuInit");
        int version = VersionOf(driver, check);
        return version >= OldestDriver ? driver : throw Unusable(name, $"the driver knows CUDA {Version(version)} only", [], "install a driver for CUDA 11 or newer");
    }

    /// <summary>The number of devices.</summary>
    public static int CountOf(ICudaDriver driver, CudaCheck check)
    {
        int count;
        var status = driver.DeviceGetCount(&count);
        if (status == CudaResult.NoDevice) return 0;
        check.Driver(status, "cuDeviceGetCount");
        return count;
    }

    /// <summary>What a device calls itself.</summary>
    public static string TitleOf(ICudaDriver driver, CudaCheck check, int device)
    {
        byte* name = stackalloc byte[256];
        check.Driver(driver.DeviceGetName(name, 256, device), "cuDeviceGetName");
        return Encoding.UTF8.GetString(new ReadOnlySpan<byte>(name, 256) is var bytes && bytes.IndexOf((byte)0) is >= 0 and var end ? bytes[..end] : bytes);
    }

    /// <summary>The newest CUDA that a driver knows.</summary>
    public static int VersionOf(ICudaDriver driver, CudaCheck check)
    {
        int version;
        check.Driver(driver.DriverGetVersion(&version), "cuDriverGetVersion");
        return version;
    }

    /// <summary>A version of CUDA as it is written.</summary>
    public static string Version(int version) => string.Create(CultureInfo.InvariantCulture, $"{version / 1000}.{version % 1000 / 10}");

    /// <summary>Makes the context that of this thread; threads come and go, and other libraries have contexts too.</summary>
    public void Enter() => Check.Driver(Driver.CtxSetCurrent(Context), "cuCtxSetCurrent");

    /// <summary>Gives the share of the context back.</summary>
    public void Dispose()
    {
        if (!_isOpen) return;
        _isOpen = false;
        // Nothing depends on the status of a call that ends something.
        _ = Driver.DevicePrimaryCtxRelease(_device);
    }

    private void Retain()
    {
        nint context = 0;
        Check.Driver(Driver.DevicePrimaryCtxRetain(&context, _device), "cuDevicePrimaryCtxRetain");
        (Context, _isOpen) = (context, true);
        Enter();
        if (!HasPools) return;
        nint pool = 0;
        Check.Driver(Driver.DeviceGetDefaultMemPool(&pool, _device), "cuDeviceGetDefaultMemPool");
        Pool = pool;
        // Memory that was freed stays in the pool, so that the next program has it without a call of the system.
        ulong everything = ulong.MaxValue;
        Check.Driver(Driver.MemPoolSetAttribute(pool, PoolAttribute.ReleaseThreshold, &everything), "cuMemPoolSetAttribute");
    }

    private int Attribute(DeviceAttribute attribute)
    {
        int value = 0;
        Check.Driver(Driver.DeviceGetAttribute(&value, attribute, _device), "cuDeviceGetAttribute");
        return value;
    }

    private static MindDslException Unusable(string name, string reason, Seq<LibraryAttempt> tried, string help) =>
        new(Diagnostics.DeviceUnusable(name, reason, tried.Select(t => (t.Name, t.Outcome)), help));
}
