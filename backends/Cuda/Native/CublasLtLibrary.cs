using MindDsl.Ir;

namespace MindDsl.Backends.Cuda.Native;

/// <summary>cuBLASLt through the addresses of its functions.</summary>
internal sealed unsafe class CublasLtLibrary : ICublasLt
{
    private readonly delegate* unmanaged[Cdecl]<nint*, CublasResult> _create;
    private readonly delegate* unmanaged[Cdecl]<nint, CublasResult> _destroy;
    private readonly delegate* unmanaged[Cdecl]<nint*, ComputeType, CudaType, CublasResult> _matmulDescCreate;
    private readonly delegate* unmanaged[Cdecl]<nint, MatmulAttribute, void*, nuint, CublasResult> _matmulDescSetAttribute;
    private readonly delegate* unmanaged[Cdecl]<nint, CublasResult> _matmulDescDestroy;
    private readonly delegate* unmanaged[Cdecl]<nint*, CudaType, ulong, ulong, long, CublasResult> _matrixLayoutCreate;
    private readonly delegate* unmanaged[Cdecl]<nint, LayoutAttribute, void*, nuint, CublasResult> _matrixLayoutSetAttribute;
    private readonly delegate* unmanaged[Cdecl]<nint, CublasResult> _matrixLayoutDestroy;
    private readonly delegate* unmanaged[Cdecl]<nint*, CublasResult> _matmulPreferenceCreate;
    private readonly delegate* unmanaged[Cdecl]<nint, PreferenceAttribute, void*, nuint, CublasResult> _matmulPreferenceSetAttribute;
    private readonly delegate* unmanaged[Cdecl]<nint, CublasResult> _matmulPreferenceDestroy;
    private readonly delegate* unmanaged[Cdecl]<nint, nint, nint, nint, nint, nint, nint, int, MatmulHeuristic*, int*, CublasResult> _matmulAlgoGetHeuristic;
    private readonly delegate* unmanaged[Cdecl]<nint, nint, void*, ulong, nint, ulong, nint, void*, ulong, nint, ulong, nint, MatmulAlgorithm*, ulong, nuint, nint, CublasResult> _matmul;

    private CublasLtLibrary(LibraryTable table)
    {
        _create = (delegate* unmanaged[Cdecl]<nint*, CublasResult>)table["cublasLtCreate"];
        _destroy = (delegate* unmanaged[Cdecl]<nint, CublasResult>)table["cublasLtDestroy"];
        _matmulDescCreate = (delegate* unmanaged[Cdecl]<nint*, ComputeType, CudaType, CublasResult>)table["cublasLtMatmulDescCreate"];
        _matmulDescSetAttribute = (delegate* unmanaged[Cdecl]<nint, MatmulAttribute, void*, nuint, CublasResult>)table["cublasLtMatmulDescSetAttribute"];
        _matmulDescDestroy = (delegate* unmanaged[Cdecl]<nint, CublasResult>)table["cublasLtMatmulDescDestroy"];
        _matrixLayoutCreate = (delegate* unmanaged[Cdecl]<nint*, CudaType, ulong, ulong, long, CublasResult>)table["cublasLtMatrixLayoutCreate"];
        _matrixLayoutSetAttribute = (delegate* unmanaged[Cdecl]<nint, LayoutAttribute, void*, nuint, CublasResult>)table["cublasLtMatrixLayoutSetAttribute"];
        _matrixLayoutDestroy = (delegate* unmanaged[Cdecl]<nint, CublasResult>)table["cublasLtMatrixLayoutDestroy"];
        _matmulPreferenceCreate = (delegate* unmanaged[Cdecl]<nint*, CublasResult>)table["cublasLtMatmulPreferenceCreate"];
        _matmulPreferenceSetAttribute = (delegate* unmanaged[Cdecl]<nint, PreferenceAttribute, void*, nuint, CublasResult>)table["cublasLtMatmulPreferenceSetAttribute"];
        _matmulPreferenceDestroy = (delegate* unmanaged[Cdecl]<nint, CublasResult>)table["cublasLtMatmulPreferenceDestroy"];
        _matmulAlgoGetHeuristic = (delegate* unmanaged[Cdecl]<nint, nint, nint, nint, nint, nint, nint, int, MatmulHeuristic*, int*, CublasResult>)table["cublasLtMatmulAlgoGetHeuristic"];
        _matmul = (delegate* unmanaged[Cdecl]<nint, nint, void*, ulong, nint, ulong, nint, void*, ulong, nint, ulong, nint, MatmulAlgorithm*, ulong, nuint, nint, CublasResult>)table["cublasLtMatmul"];
    }

    /// <summary>Loads the library; null if it is not there, with all names that were tried.</summary>
    public static (ICublasLt? Library, Seq<LibraryAttempt> Tried) Load()
    {
        var (library, tried) = LibrarySearch.Load(CudaLibraries.CublasLt);
        return (library == 0 ? null : new CublasLtLibrary(new(library, tried[^1].Name)), tried);
    }

    /// <inheritdoc/>
    public CublasResult Create(nint* handle) => _create(handle);

    /// <inheritdoc/>
    public CublasResult Destroy(nint handle) => _destroy(handle);

    /// <inheritdoc/>
    public CublasResult MatmulDescCreate(nint* description, ComputeType compute, CudaType scale) => _matmulDescCreate(description, compute, scale);

    /// <inheritdoc/>
    public CublasResult MatmulDescSetAttribute(nint description, MatmulAttribute attribute, void* value, nuint bytes) => _matmulDescSetAttribute(description, attribute, value, bytes);

    /// <inheritdoc/>
    public CublasResult MatmulDescDestroy(nint description) => _matmulDescDestroy(description);

    /// <inheritdoc/>
    public CublasResult MatrixLayoutCreate(nint* layout, CudaType type, ulong rows, ulong columns, long columnStride) => _matrixLayoutCreate(layout, type, rows, columns, columnStride);

    /// <inheritdoc/>
    public CublasResult MatrixLayoutSetAttribute(nint layout, LayoutAttribute attribute, void* value, nuint bytes) => _matrixLayoutSetAttribute(layout, attribute, value, bytes);

    /// <inheritdoc/>
    public CublasResult MatrixLayoutDestroy(nint layout) => _matrixLayoutDestroy(layout);

    /// <inheritdoc/>
    public CublasResult MatmulPreferenceCreate(nint* preference) => _matmulPreferenceCreate(preference);

    /// <inheritdoc/>
    public CublasResult MatmulPreferenceSetAttribute(nint preference, PreferenceAttribute attribute, void* value, nuint bytes) => _matmulPreferenceSetAttribute(preference, attribute, value, bytes);

    /// <inheritdoc/>
    public CublasResult MatmulPreferenceDestroy(nint preference) => _matmulPreferenceDestroy(preference);

    /// <inheritdoc/>
    public CublasResult MatmulAlgoGetHeuristic(nint handle, nint description, nint a, nint b, nint c, nint d, nint preference, int wanted, MatmulHeuristic* found, int* count) =>
        _matmulAlgoGetHeuristic(handle, description, a, b, c, d, preference, wanted, found, count);

    /// <inheritdoc/>
    public CublasResult Matmul(nint handle, nint description, void* alpha, ulong a, nint layoutA, ulong b, nint layoutB, void* beta, ulong c, nint layoutC, ulong d, nint layoutD, MatmulAlgorithm* algorithm, ulong workspace, nuint workspaceBytes, nint stream) =>
        _matmul(handle, description, alpha, a, layoutA, b, layoutB, beta, c, layoutC, d, layoutD, algorithm, workspace, workspaceBytes, stream);
}
