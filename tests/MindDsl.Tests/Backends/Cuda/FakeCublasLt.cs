using MindDsl.Backends.Cuda.Native;

namespace MindDsl.Tests.Backends.Cuda;

/// <summary>Products of matrices as the documentation of cuBLASLt says: by columns, with sums in f64.</summary>
internal sealed unsafe class FakeCublasLt(FakeCalls calls, FakeDriver driver) : ICublasLt
{
    private readonly Dictionary<nint, Description> _descriptions = [];
    private readonly Dictionary<nint, Layout> _layouts = [];

    /// <summary>Whether there is a way to compute products at all.</summary>
    public bool HasWays { get; set; } = true;

    /// <summary>The smallest alignment that was promised.</summary>
    public int Alignment { get; private set; }

    /// <summary>How sums were asked for last.</summary>
    public ComputeType Compute { get; private set; }

    /// <summary>The element types of the matrices, in the order in which they were described.</summary>
    public List<CudaType> Types { get; } = [];

    private static CublasResult Status(int status) => (CublasResult)status;

    public CublasResult Create(nint* handle)
    {
        int status = calls.Note("cublasLtCreate");
        if (status == 0) *handle = calls.Make("blas");
        return Status(status);
    }

    public CublasResult Destroy(nint handle)
    {
        calls.End("blas", handle);
        return Status(calls.Note("cublasLtDestroy"));
    }

    public CublasResult MatmulDescCreate(nint* description, ComputeType compute, CudaType scale)
    {
        int status = calls.Note("cublasLtMatmulDescCreate");
        if (status != 0) return Status(status);
        *description = calls.Make("description");
        _descriptions.Add(*description, new() { Scale = scale });
        Compute = compute;
        return CublasResult.Success;
    }

    public CublasResult MatmulDescSetAttribute(nint description, MatmulAttribute attribute, void* value, nuint bytes)
    {
        int status = calls.Note($"cublasLtMatmulDescSetAttribute({attribute})");
        if (status != 0) return Status(status);
        var d = _descriptions[description];
        switch (attribute)
        {
            case MatmulAttribute.TransposeA: d.TransposeA = Int(value, bytes) == 1; break;
            case MatmulAttribute.TransposeB: d.TransposeB = Int(value, bytes) == 1; break;
            case MatmulAttribute.Epilogue: d.Epilogue = (Epilogue)Int(value, bytes); break;
            case MatmulAttribute.BiasPointer: d.Bias = *(ulong*)value; break;
        }
        return CublasResult.Success;
    }

    public CublasResult MatmulDescDestroy(nint description)
    {
        calls.End("description", description);
        return Status(calls.Note("cublasLtMatmulDescDestroy"));
    }

    public CublasResult MatrixLayoutCreate(nint* layout, CudaType type, ulong rows, ulong columns, long columnStride)
    {
        int status = calls.Note($"cublasLtMatrixLayoutCreate({rows}, {columns}, {columnStride})");
        if (status != 0) return Status(status);
        *layout = calls.Make("layout");
        Types.Add(type);
        _layouts.Add(*layout, new() { Type = type, Rows = (long)rows, Columns = (long)columns, Stride = columnStride });
        return columnStride >= (long)rows ? CublasResult.Success : (CublasResult)7;
    }

    public CublasResult MatrixLayoutSetAttribute(nint layout, LayoutAttribute attribute, void* value, nuint bytes)
    {
        int status = calls.Note($"cublasLtMatrixLayoutSetAttribute({attribute})");
        if (status != 0) return Status(status);
        if (attribute == LayoutAttribute.BatchCount) _layouts[layout].Batch = Int(value, bytes);
        else _layouts[layout].BatchStride = bytes == 8 ? *(long*)value : throw new InvalidOperationException("8 bytes");
        return CublasResult.Success;
    }

    public CublasResult MatrixLayoutDestroy(nint layout)
    {
        calls.End("layout", layout);
        return Status(calls.Note("cublasLtMatrixLayoutDestroy"));
    }

    public CublasResult MatmulPreferenceCreate(nint* preference)
    {
        int status = calls.Note("cublasLtMatmulPreferenceCreate");
        if (status == 0) *preference = calls.Make("preference");
        return Status(status);
    }

    public CublasResult MatmulPreferenceSetAttribute(nint preference, PreferenceAttribute attribute, void* value, nuint bytes)
    {
        calls.Need("preference", preference);
        if (attribute != PreferenceAttribute.MaxWorkspaceBytes) Alignment = Int(value, bytes);
        return Status(calls.Note($"cublasLtMatmulPreferenceSetAttribute({attribute})"));
    }

    public CublasResult MatmulPreferenceDestroy(nint preference)
    {
        calls.End("preference", preference);
        return Status(calls.Note("cublasLtMatmulPreferenceDestroy"));
    }

    public CublasResult MatmulAlgoGetHeuristic(
        nint handle, nint description, nint a, nint b, nint c, nint d, nint preference, int wanted, MatmulHeuristic* found, int* count)
    {
        calls.Need("blas", handle);
        *found = default;
        *count = HasWays ? 1 : 0;
        return Status(calls.Note("cublasLtMatmulAlgoGetHeuristic"));
    }

    public CublasResult Matmul(
        nint handle, nint description, void* alpha, ulong a, nint layoutA, ulong b, nint layoutB, void* beta, ulong c, nint layoutC, ulong d, nint layoutD,
        MatmulAlgorithm* algorithm, ulong workspace, nuint workspaceBytes, nint stream)
    {
        var how = _descriptions[description] with { };
        var (A, B, D) = (_layouts[layoutA], _layouts[layoutB], _layouts[layoutD]);
        double scale = how.Scale == CudaType.F64 ? *(double*)alpha : *(float*)alpha, kept = how.Scale == CudaType.F64 ? *(double*)beta : *(float*)beta;
        return (CublasResult)driver.Put(stream, "cublasLtMatmul", () =>
        {
            long inner = how.TransposeA ? A.Rows : A.Columns;
            if (inner != (how.TransposeB ? B.Columns : B.Rows) || (how.TransposeA ? A.Columns : A.Rows) != D.Rows || (how.TransposeB ? B.Rows : B.Columns) != D.Columns || kept != 0)
                throw new InvalidOperationException("the shapes do not fit");
            for (long n = 0; n < D.Batch; n++)
                for (long i = 0; i < D.Rows; i++)
                    for (long j = 0; j < D.Columns; j++)
                    {
                        double sum = 0;
                        for (long k = 0; k < inner; k++) sum += (how.TransposeA ? A.Get(a, n, k, i) : A.Get(a, n, i, k)) * (how.TransposeB ? B.Get(b, n, j, k) : B.Get(b, n, k, j));
                        sum *= scale;
                        if (how.Epilogue == Epilogue.Bias) sum += D.Type == CudaType.F64 ? ((double*)how.Bias)[i] : ((float*)how.Bias)[i];
                        D.Set(d, n, i, j, sum);
                    }
        });
    }

    private static int Int(void* value, nuint bytes) => bytes == 4 ? *(int*)value : throw new InvalidOperationException("4 bytes");

    private sealed record Description
    {
        public CudaType Scale { get; init; }

        public bool TransposeA { get; set; }

        public bool TransposeB { get; set; }

        public Epilogue Epilogue { get; set; } = Epilogue.None;

        public ulong Bias { get; set; }
    }

    private sealed record Layout
    {
        public CudaType Type { get; init; }

        public long Rows { get; init; }

        public long Columns { get; init; }

        public long Stride { get; init; }

        public int Batch { get; set; } = 1;

        public long BatchStride { get; set; }

        public double Get(ulong matrix, long n, long row, long column)
        {
            long at = n * BatchStride + column * Stride + row;
            return Type switch
            {
                CudaType.F64 => ((double*)matrix)[at],
                CudaType.F32 => ((float*)matrix)[at],
                CudaType.F16 => (double)((Half*)matrix)[at],
                _ => ((BFloat16*)matrix)[at],
            };
        }

        public void Set(ulong matrix, long n, long row, long column, double value)
        {
            long at = n * BatchStride + column * Stride + row;
            if (Type == CudaType.F64) ((double*)matrix)[at] = value;
            else if (Type == CudaType.F32) ((float*)matrix)[at] = (float)value;
            else throw new InvalidOperationException("sums are not rounded to 16 bits");
        }
    }
}
