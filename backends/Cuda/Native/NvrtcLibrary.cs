using MindDsl.Ir;

namespace MindDsl.Backends.Cuda.Native;

/// <summary>NVRTC through the addresses of its functions.</summary>
internal sealed unsafe class NvrtcLibrary : INvrtc
{
    private readonly delegate* unmanaged[Cdecl]<int*, int*, NvrtcResult> _version;
    private readonly delegate* unmanaged[Cdecl]<int*, NvrtcResult> _getNumSupportedArchs;
    private readonly delegate* unmanaged[Cdecl]<int*, NvrtcResult> _getSupportedArchs;
    private readonly delegate* unmanaged[Cdecl]<nint*, byte*, byte*, int, byte**, byte**, NvrtcResult> _createProgram;
    private readonly delegate* unmanaged[Cdecl]<nint, int, byte**, NvrtcResult> _compileProgram;
    private readonly delegate* unmanaged[Cdecl]<nint, nuint*, NvrtcResult> _getProgramLogSize;
    private readonly delegate* unmanaged[Cdecl]<nint, byte*, NvrtcResult> _getProgramLog;
    private readonly delegate* unmanaged[Cdecl]<nint, nuint*, NvrtcResult> _getPtxSize;
    private readonly delegate* unmanaged[Cdecl]<nint, byte*, NvrtcResult> _getPtx;
    private readonly delegate* unmanaged[Cdecl]<nint, nuint*, NvrtcResult> _getCubinSize;
    private readonly delegate* unmanaged[Cdecl]<nint, byte*, NvrtcResult> _getCubin;
    private readonly delegate* unmanaged[Cdecl]<nint*, NvrtcResult> _destroyProgram;

    private NvrtcLibrary(LibraryTable table)
    {
        _version = (delegate* unmanaged[Cdecl]<int*, int*, NvrtcResult>)table["nvrtcVersion"];
        _getNumSupportedArchs = (delegate* unmanaged[Cdecl]<int*, NvrtcResult>)table.Find("nvrtcGetNumSupportedArchs");
        _getSupportedArchs = (delegate* unmanaged[Cdecl]<int*, NvrtcResult>)table.Find("nvrtcGetSupportedArchs");
        _createProgram = (delegate* unmanaged[Cdecl]<nint*, byte*, byte*, int, byte**, byte**, NvrtcResult>)table["nvrtcCreateProgram"];
        _compileProgram = (delegate* unmanaged[Cdecl]<nint, int, byte**, NvrtcResult>)table["nvrtcCompileProgram"];
        _getProgramLogSize = (delegate* unmanaged[Cdecl]<nint, nuint*, NvrtcResult>)table["nvrtcGetProgramLogSize"];
        _getProgramLog = (delegate* unmanaged[Cdecl]<nint, byte*, NvrtcResult>)table["nvrtcGetProgramLog"];
        _getPtxSize = (delegate* unmanaged[Cdecl]<nint, nuint*, NvrtcResult>)table["nvrtcGetPTXSize"];
        _getPtx = (delegate* unmanaged[Cdecl]<nint, byte*, NvrtcResult>)table["nvrtcGetPTX"];
        _getCubinSize = (delegate* unmanaged[Cdecl]<nint, nuint*, NvrtcResult>)table.Find("nvrtcGetCUBINSize");
        _getCubin = (delegate* unmanaged[Cdecl]<nint, byte*, NvrtcResult>)table.Find("nvrtcGetCUBIN");
        _destroyProgram = (delegate* unmanaged[Cdecl]<nint*, NvrtcResult>)table["nvrtcDestroyProgram"];
    }

    /// <summary>Loads the library; null if it is not there, with all names that were tried.</summary>
    public static (INvrtc? Library, Seq<LibraryAttempt> Tried) Load()
    {
        var (library, tried) = LibrarySearch.Load(CudaLibraries.Nvrtc);
        return (library == 0 ? null : new NvrtcLibrary(new(library, tried[^1].Name)), tried);
    }

    /// <inheritdoc/>
    public bool HasCubin => _getCubin != null && _getCubinSize != null && _getNumSupportedArchs != null && _getSupportedArchs != null;

    /// <inheritdoc/>
    public NvrtcResult Version(int* major, int* minor) => _version(major, minor);

    /// <inheritdoc/>
    public NvrtcResult GetNumSupportedArchs(int* count) => _getNumSupportedArchs(count);

    /// <inheritdoc/>
    public NvrtcResult GetSupportedArchs(int* architectures) => _getSupportedArchs(architectures);

    /// <inheritdoc/>
    public NvrtcResult CreateProgram(nint* program, byte* source, byte* name, int headers, byte** headerTexts, byte** headerNames) =>
        _createProgram(program, source, name, headers, headerTexts, headerNames);

    /// <inheritdoc/>
    public NvrtcResult CompileProgram(nint program, int options, byte** texts) => _compileProgram(program, options, texts);

    /// <inheritdoc/>
    public NvrtcResult GetProgramLogSize(nint program, nuint* bytes) => _getProgramLogSize(program, bytes);

    /// <inheritdoc/>
    public NvrtcResult GetProgramLog(nint program, byte* log) => _getProgramLog(program, log);

    /// <inheritdoc/>
    public NvrtcResult GetPtxSize(nint program, nuint* bytes) => _getPtxSize(program, bytes);

    /// <inheritdoc/>
    public NvrtcResult GetPtx(nint program, byte* text) => _getPtx(program, text);

    /// <inheritdoc/>
    public NvrtcResult GetCubinSize(nint program, nuint* bytes) => _getCubinSize(program, bytes);

    /// <inheritdoc/>
    public NvrtcResult GetCubin(nint program, byte* code) => _getCubin(program, code);

    /// <inheritdoc/>
    public NvrtcResult DestroyProgram(nint* program) => _destroyProgram(program);
}
