using System.Globalization;
using MindDsl.Backends;
using MindDsl.Backends.Cuda;
using MindDsl.Backends.Cuda.Native;
using MindDsl.Ir;

[assembly: DeviceProvider<CudaDeviceProvider>]

namespace MindDsl.Backends.Cuda;

/// <summary>The family of the devices of NVIDIA.</summary>
public sealed unsafe class CudaDeviceProvider : IDeviceProvider
{
    private readonly CudaPlatform _platform;

    /// <summary>Devices through the libraries of this machine, which are looked for when they are needed.</summary>
    public CudaDeviceProvider() : this(new CudaPlatform())
    {
    }

    /// <summary>Devices through other bindings; <see cref="Device.Register"/> puts them in the place of those of this machine.</summary>
    /// <param name="driver">The driver.</param>
    /// <param name="nvrtc">The compiler.</param>
    /// <param name="blas">Products of matrices; null if there are none.</param>
    public CudaDeviceProvider(ICudaDriver driver, INvrtc nvrtc, ICublasLt? blas) : this(new CudaPlatform(driver, nvrtc, blas))
    {
    }

    internal CudaDeviceProvider(CudaPlatform platform) => _platform = platform;

    /// <inheritdoc/>
    public string Kind => "cuda";

    /// <inheritdoc/>
    public Seq<DeviceCandidate> Probe()
    {
        try
        {
            var driver = CudaDevice.Start(_platform, Kind);
            var check = new CudaCheck(driver, Kind);
            int count = CudaDevice.CountOf(driver, check);
            return count == 0
                ? [Refused("the driver finds no device", [])]
                : Seq.Range(count).Map(n => Candidate(driver, n));
        }
        catch (MindDslException e)
        {
            return [Refused(Reason(e), _platform.DriverTried)];
        }
    }

    /// <inheritdoc/>
    public IBackend Open(int index) => CudaBackend.Open(_platform, index, CudaOptions.Default);

    private DeviceCandidate Candidate(ICudaDriver driver, int index)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"cuda:{index}");
        var check = new CudaCheck(driver, name);
        try
        {
            int device, major, minor, multiprocessors;
            nuint bytes = 0;
            check.Driver(driver.DeviceGet(&device, index), "cuDeviceGet");
            check.Driver(driver.DeviceGetAttribute(&major, DeviceAttribute.ComputeCapabilityMajor, device), "cuDeviceGetAttribute");
            check.Driver(driver.DeviceGetAttribute(&minor, DeviceAttribute.ComputeCapabilityMinor, device), "cuDeviceGetAttribute");
            check.Driver(driver.DeviceGetAttribute(&multiprocessors, DeviceAttribute.MultiprocessorCount, device), "cuDeviceGetAttribute");
            check.Driver(driver.DeviceTotalMem(&bytes, device), "cuDeviceTotalMem");
            int architecture = major * 10 + minor;
            var found = new DeviceCandidate(Kind, CudaDevice.TitleOf(driver, check, device))
            {
                Memory = (long)bytes,
                Capabilities =
                [
                    ("architecture", string.Create(CultureInfo.InvariantCulture, $"sm_{architecture}, {multiprocessors} multiprocessors")),
                    ("driver", "CUDA " + CudaDevice.Version(CudaDevice.VersionOf(driver, check))),
                    ("cublasLt", _platform.Blas is null ? "not found: products of matrices use kernels of MindDsl" : "found"),
                    ("types", "f32, f64, i32, i64, bool"),
                ],
            };
            if (_platform.Nvrtc is not { } nvrtc) return found with { Refusal = "NVRTC, the compiler of CUDA C, is not installed", Tried = _platform.NvrtcTried };
            var compiler = new CudaCompiler(nvrtc, check, architecture);
            string target = compiler.Target.Option;
            return found with
            {
                Device = Device.Of(this, index),
                Capabilities = [.. found.Capabilities, ("compiler", $"NVRTC {compiler.Version}, {target[(target.IndexOf('=', StringComparison.Ordinal) + 1)..]}")],
                Tried = _platform.Blas is null ? _platform.BlasTried : [],
            };
        }
        catch (MindDslException e)
        {
            return new(Kind, name) { Refusal = Reason(e) };
        }
    }

    private DeviceCandidate Refused(string reason, Seq<LibraryAttempt> tried) => new(Kind, "NVIDIA CUDA") { Refusal = reason, Tried = tried };

    /// <summary>The reason of a device that cannot be used; of other errors, what they say.</summary>
    private static string Reason(MindDslException e) => e.Diagnostics[0].Facts.FirstOrDefault(f => f.Label == "reason").Text ?? e.Diagnostics[0].Statement;
}
