using MindDsl.Backends.Cuda.Native;
using MindDsl.Backends.Devices;
using MindDsl.Ir;

namespace MindDsl.Backends.Cuda;

/// <summary>The libraries of CUDA that were found, each looked for when it is first asked for.</summary>
internal sealed class CudaPlatform
{
    private readonly Lazy<(ICudaDriver? Library, Seq<LibraryAttempt> Tried)> _driver;
    private readonly Lazy<(INvrtc? Library, Seq<LibraryAttempt> Tried)> _nvrtc;
    private readonly Lazy<(ICublasLt? Library, Seq<LibraryAttempt> Tried)> _blas;

    /// <summary>The libraries of this machine.</summary>
    public CudaPlatform() => (_driver, _nvrtc, _blas, Cache) = (new(DriverLibrary.Load), new(NvrtcLibrary.Load), new(CublasLtLibrary.Load), ProgramCache.OfUser);

    /// <summary>Libraries that are given.</summary>
    public CudaPlatform(ICudaDriver? driver, INvrtc? nvrtc, ICublasLt? blas, ProgramCache? cache = null) =>
        (_driver, _nvrtc, _blas, Cache) = (new((driver, [])), new((nvrtc, [])), new((blas, [])), cache);

    /// <summary>Where compiled programs are kept; null if they are not.</summary>
    public ProgramCache? Cache { get; }

    /// <summary>The driver.</summary>
    public ICudaDriver? Driver => _driver.Value.Library;

    /// <summary>The names that were tried for the driver.</summary>
    public Seq<LibraryAttempt> DriverTried => _driver.Value.Tried;

    /// <summary>The compiler.</summary>
    public INvrtc? Nvrtc => _nvrtc.Value.Library;

    /// <summary>The names that were tried for the compiler.</summary>
    public Seq<LibraryAttempt> NvrtcTried => _nvrtc.Value.Tried;

    /// <summary>Products of matrices; what there is without it is slower.</summary>
    public ICublasLt? Blas => _blas.Value.Library;

    /// <summary>The names that were tried for products of matrices.</summary>
    public Seq<LibraryAttempt> BlasTried => _blas.Value.Tried;
}
