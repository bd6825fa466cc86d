using MindDsl.Ir;

namespace MindDsl.Backends.Devices;

/// <summary>A device with a library that multiplies matrices.</summary>
internal interface IProductQueue : IDeviceQueue
{
    /// <summary>Computes products in a memory; false if the library has no way to, and nothing was done.</summary>
    bool TryMultiply(nint memory, in MatrixProduct product);
}

/// <summary>Where the elements of a batch of matrices are, row-major unless transposed.</summary>
/// <param name="Offset">Where the first matrix begins in the memory, in bytes.</param>
/// <param name="Stride">Elements from one row to the next; if it is transposed, from one column to the next.</param>
/// <param name="BatchStride">Elements from one matrix to the next.</param>
/// <param name="IsTransposed">Whether columns are contiguous instead of rows.</param>
internal readonly record struct MatrixPlace(long Offset, long Stride, long BatchStride, bool IsTransposed = false);

/// <summary>A batch of products of matrices, <c>result = left · right</c>, with a vector added to each row, if that is wanted.</summary>
/// <param name="Type">The type of the factors' elements; f16 and bf16 are summed in f32, which the result is.</param>
/// <param name="Batch">How many products.</param>
/// <param name="Rows">The rows of each result.</param>
/// <param name="Columns">The columns of each result.</param>
/// <param name="Inner">The terms of each sum.</param>
/// <param name="Left">The left factors.</param>
/// <param name="Right">The right factors.</param>
/// <param name="Result">The results, which are not transposed.</param>
/// <param name="Bias">Where the vector is, in bytes; −1 if there is none.</param>
internal readonly record struct MatrixProduct(
    DType Type, int Batch, long Rows, long Columns, long Inner, MatrixPlace Left, MatrixPlace Right, MatrixPlace Result, long Bias = -1);
