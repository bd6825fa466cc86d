using System.Numerics;
using MindDsl.Backends.Cuda.Native;
using MindDsl.Backends.Devices;
using MindDsl.Ir;

namespace MindDsl.Backends.Cuda;

/// <summary>Multiplies matrices with cuBLASLt in the order of a queue, and keeps what it found out about each shape.</summary>
/// <remarks>
/// The library thinks in columns. A matrix by rows is its transpose by columns, so the product is asked for with the factors exchanged: the columns of our result are the
/// rows of the library's, and its bias, one number for each of its rows, is ours along the columns.
/// </remarks>
internal sealed unsafe class MatrixProducts : IDisposable
{
    /// <summary>What the library advises for its largest kernels.</summary>
    private const int WorkspaceBytes = 32 << 20;

    /// <summary>The alignment beyond which the library does not care.</summary>
    private const int BestAlignment = 256;

    private readonly CudaDevice _device;
    private readonly ICublasLt _blas;
    private readonly CudaQueue _queue;
    private readonly bool _tf32;
    private readonly Dictionary<(MatrixProduct Shape, int Alignment), Plan?> _plans = [];
    private nint _handle;
    private nint _workspace;

    /// <summary>Starts the library.</summary>
    /// <param name="device">The device; it has the library.</param>
    /// <param name="queue">The queue.</param>
    /// <param name="tf32">Whether factors in f32 may be rounded to 10 bits of fraction.</param>
    public MatrixProducts(CudaDevice device, CudaQueue queue, bool tf32)
    {
        (_device, _blas, _queue, _tf32) = (device, device.Blas!, queue, tf32);
        device.Enter();
        nint handle = 0;
        device.Check.Blas(_blas.Create(&handle), "cublasLtCreate");
        _handle = handle;
        try
        {
            _workspace = queue.Allocate(WorkspaceBytes);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Computes products in a memory; false if the library has no way to, and nothing was done.</summary>
    public bool TryMultiply(nint memory, in MatrixProduct product)
    {
        _device.Enter();
        var shape = product with
        {
            Left = product.Left with { Offset = 0 },
            Right = product.Right with { Offset = 0 },
            Result = product.Result with { Offset = 0 },
            Bias = product.Bias < 0 ? -1 : 0,
        };
        long places = memory + product.Left.Offset | memory + product.Right.Offset | memory + product.Result.Offset | (product.Bias < 0 ? 0 : memory + product.Bias) | BestAlignment;
        int alignment = 1 << BitOperations.TrailingZeroCount(places);
        if (!_plans.TryGetValue((shape, alignment), out var plan)) _plans[(shape, alignment)] = plan = Prepare(shape, alignment);
        if (plan is null) return false;
        if (product.Bias >= 0)
        {
            ulong bias = (ulong)(memory + product.Bias);
            _device.Check.Blas(_blas.MatmulDescSetAttribute(plan.Description, MatmulAttribute.BiasPointer, &bias, sizeof(ulong)), "cublasLtMatmulDescSetAttribute");
        }
        // The numbers are of the type of the sums.
        double one = 1, zero = 0;
        float oneF32 = 1, zeroF32 = 0;
        bool wide = product.Type == DType.F64;
        ulong result = (ulong)(memory + product.Result.Offset);
        var algorithm = plan.Algorithm;
        _device.Check.Blas(
            _blas.Matmul(
                _handle, plan.Description, wide ? &one : &oneF32, (ulong)(memory + product.Right.Offset), plan.Right, (ulong)(memory + product.Left.Offset), plan.Left,
                wide ? &zero : &zeroF32, result, plan.Result, result, plan.Result, &algorithm, (ulong)_workspace, WorkspaceBytes, _queue.Stream),
            "cublasLtMatmul");
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_handle == 0) return;
        _ = _device.Driver.CtxSetCurrent(_device.Context);
        foreach (var plan in _plans.Values) plan?.Dispose();
        _plans.Clear();
        _ = _blas.Destroy(_handle);
        _handle = 0;
        _queue.Free(_workspace);
        _workspace = 0;
    }

    /// <summary>Finds a way to compute products of a shape; null if the library has none.</summary>
    private Plan? Prepare(in MatrixProduct shape, int alignment)
    {
        var plan = new Plan(_blas);
        nint preference = 0;
        try
        {
            Describe(plan, shape);
            _device.Check.Blas(_blas.MatmulPreferenceCreate(&preference), "cublasLtMatmulPreferenceCreate");
            ulong bytes = WorkspaceBytes;
            Set(preference, PreferenceAttribute.MaxWorkspaceBytes, &bytes, sizeof(ulong));
            uint aligned = (uint)alignment;
            for (var attribute = PreferenceAttribute.MinAlignmentA; attribute <= PreferenceAttribute.MinAlignmentD; attribute++) Set(preference, attribute, &aligned, sizeof(uint));
            MatmulHeuristic found;
            int count = 0;
            var status = _blas.MatmulAlgoGetHeuristic(_handle, plan.Description, plan.Right, plan.Left, plan.Result, plan.Result, preference, 1, &found, &count);
            if (status != CublasResult.NotSupported) _device.Check.Blas(status, "cublasLtMatmulAlgoGetHeuristic");
            if (status == CublasResult.NotSupported || count == 0 || found.State != CublasResult.Success)
            {
                plan.Dispose();
                return null;
            }
            plan.Algorithm = found.Algorithm;
            return plan;
        }
        catch
        {
            plan.Dispose();
            throw;
        }
        finally
        {
            if (preference != 0) _ = _blas.MatmulPreferenceDestroy(preference);
        }
    }

    private void Describe(Plan plan, in MatrixProduct shape)
    {
        var (type, sum) = (TypeOf(shape.Type), TypeOf(shape.Type.Wide));
        var compute = type == CudaType.F64 ? ComputeType.F64 : _tf32 && type == CudaType.F32 ? ComputeType.F32FastTf32 : ComputeType.F32;
        _device.Check.Blas(plan.Describe(compute, sum), "cublasLtMatmulDescCreate");
        int right = shape.Right.IsTransposed ? 1 : 0, left = shape.Left.IsTransposed ? 1 : 0;
        Set(plan, MatmulAttribute.TransposeA, &right, sizeof(int));
        Set(plan, MatmulAttribute.TransposeB, &left, sizeof(int));
        var epilogue = shape.Bias < 0 ? Epilogue.None : Epilogue.Bias;
        Set(plan, MatmulAttribute.Epilogue, &epilogue, sizeof(Epilogue));
        // By columns, as it lies: rows of a matrix that is not transposed are the columns that the library sees.
        plan.Right = Layout(type, shape.Batch, shape.Columns, shape.Inner, shape.Right);
        plan.Left = Layout(type, shape.Batch, shape.Inner, shape.Rows, shape.Left);
        plan.Result = Layout(sum, shape.Batch, shape.Columns, shape.Rows, shape.Result);
    }

    private nint Layout(CudaType type, int batch, long contiguous, long other, MatrixPlace place)
    {
        nint layout = 0;
        var (rows, columns) = place.IsTransposed ? (other, contiguous) : (contiguous, other);
        _device.Check.Blas(_blas.MatrixLayoutCreate(&layout, type, (ulong)rows, (ulong)columns, place.Stride), "cublasLtMatrixLayoutCreate");
        if (batch == 1) return layout;
        long stride = place.BatchStride;
        var status = _blas.MatrixLayoutSetAttribute(layout, LayoutAttribute.BatchCount, &batch, sizeof(int));
        if (status == CublasResult.Success) status = _blas.MatrixLayoutSetAttribute(layout, LayoutAttribute.StridedBatchOffset, &stride, sizeof(long));
        if (status != CublasResult.Success) _ = _blas.MatrixLayoutDestroy(layout);
        _device.Check.Blas(status, "cublasLtMatrixLayoutSetAttribute");
        return layout;
    }

    private static CudaType TypeOf(DType type) => type switch
    {
        DType.F32 => CudaType.F32,
        DType.F64 => CudaType.F64,
        DType.F16 => CudaType.F16,
        DType.BF16 => CudaType.BF16,
        DType.Bool or DType.I32 or DType.I64 or DType.U8 => throw new MindDslException(Diagnostics.Internal($"a product of {type.Name}")),
    };

    private void Set(Plan plan, MatmulAttribute attribute, void* value, int bytes) =>
        _device.Check.Blas(_blas.MatmulDescSetAttribute(plan.Description, attribute, value, (nuint)bytes), "cublasLtMatmulDescSetAttribute");

    private void Set(nint preference, PreferenceAttribute attribute, void* value, int bytes) =>
        _device.Check.Blas(_blas.MatmulPreferenceSetAttribute(preference, attribute, value, (nuint)bytes), "cublasLtMatmulPreferenceSetAttribute");

    /// <summary>The descriptions of a product and the way that was found.</summary>
    private sealed class Plan(ICublasLt blas) : IDisposable
    {
        public nint Description { get; private set; }

        public nint Left { get; set; }

        public nint Right { get; set; }

        public nint Result { get; set; }

        public MatmulAlgorithm Algorithm { get; set; }

        public CublasResult Describe(ComputeType compute, CudaType scale)
        {
            nint description = 0;
            var status = blas.MatmulDescCreate(&description, compute, scale);
            Description = description;
            return status;
        }

        public void Dispose()
        {
            foreach (nint layout in (ReadOnlySpan<nint>)[Left, Right, Result]) if (layout != 0) _ = blas.MatrixLayoutDestroy(layout);
            if (Description != 0) _ = blas.MatmulDescDestroy(Description);
            (Description, Left, Right, Result) = (0, 0, 0, 0);
        }
    }
}
