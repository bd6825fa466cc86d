using MindDsl.Ir;

namespace MindDsl.Backends.Devices;

/// <summary>Contractions that are products of matrices as they lie in memory.</summary>
/// <param name="Product">The product; places begin at 0.</param>
/// <param name="IsSwapped">Whether the right operand of the contraction is the left factor.</param>
/// <param name="IsLastAxis">Whether the columns of the result are its last axis.</param>
internal sealed record ProductPlan(MatrixProduct Product, bool IsSwapped, bool IsLastAxis)
{
    /// <summary>The product that a contraction is; null if its axes do not lie as those of matrices.</summary>
    public static ProductPlan? Of(Contract contract, Seq<TensorType> operands)
    {
        if (!operands[0].DType.IsFloat) return null;
        var lengths = new Dictionary<char, long>();
        foreach (char c in contract.Left + contract.Right) lengths[c] = contract.Length(c, operands).Value;
        if (lengths.Values.Any(n => n == 0)) return null;
        return Of(contract, operands[0].DType, lengths, false) ?? Of(contract.Swapped, operands[0].DType, lengths, true);
    }

    private static ProductPlan? Of(Contract contract, DType type, Dictionary<char, long> lengths, bool isSwapped)
    {
        var (left, right, result) = (contract.Left, contract.Right, contract.Result);
        if (new[] { left, right, result }.Any(s => s.Distinct().Count() != s.Length)) return null;
        string batch = Letters(result, c => left.Contains(c) && right.Contains(c)), rows = Letters(result, c => left.Contains(c) && !right.Contains(c));
        string columns = Letters(result, c => !left.Contains(c) && right.Contains(c)), inner = Letters(left, c => right.Contains(c) && !result.Contains(c));
        if (batch.Length + rows.Length + columns.Length != result.Length || batch.Length + rows.Length + inner.Length != left.Length || batch.Length + columns.Length + inner.Length != right.Length) return null;
        var (b, m, n, k) = (Length(batch, lengths), Length(rows, lengths), Length(columns, lengths), Length(inner, lengths));
        if (b > int.MaxValue || Matrix(left, batch, rows, inner, lengths) is not { } x || Matrix(right, batch, inner, columns, lengths) is not { } y
            || Matrix(result, batch, rows, columns, lengths) is not { IsTransposed: false } z) return null;
        return new(new(type, (int)b, m, n, k, x, y, z), isSwapped, columns.Length == 1 && result.EndsWith(columns, StringComparison.Ordinal));
    }

    /// <summary>How an operand is a batch of matrices with these rows and columns; null if it is not.</summary>
    private static MatrixPlace? Matrix(string letters, string batch, string rows, string columns, Dictionary<char, long> lengths)
    {
        if (Stride(letters, batch, lengths) is not { } batchStride || Stride(letters, rows, lengths) is not { } row || Stride(letters, columns, lengths) is not { } column) return null;
        var (m, n) = (Length(rows, lengths), Length(columns, lengths));
        // An axis of length one lies as it is wanted.
        if (n == 1 || column == 1) return m == 1 ? new(0, n, batchStride) : row >= n ? new(0, row, batchStride) : null;
        return m == 1 || row == 1 ? n == 1 || column >= m ? new(0, column, batchStride, true) : null : null;
    }

    /// <summary>Elements from one index of several axes, taken as one, to the next; null if they are not as one.</summary>
    private static long? Stride(string letters, string axes, Dictionary<char, long> lengths)
    {
        if (axes.Length == 0) return 0;
        int at = letters.IndexOf(axes, StringComparison.Ordinal);
        return at < 0 ? null : Length(letters[(at + axes.Length)..], lengths);
    }

    private static string Letters(string of, Func<char, bool> are) => string.Concat(of.Where(are));

    private static long Length(string letters, Dictionary<char, long> lengths) => letters.Aggregate(1L, (n, c) => n * lengths[c]);
}

/// <summary>Multiplies matrices with the library of the device, or with kernels where it has no way to.</summary>
internal sealed class ProductStep(MatrixProduct product, Place left, Place right, Place result, Place? bias, Step[] otherwise) : Step
{
    public override IEnumerable<Step> Inner => otherwise;

    public override long? InnerRuns => 0;

    public override KernelPlan? Plan => new(0, bias is null ? "product of matrices" : "product of matrices, with a vector added")
    {
        Loops = [product.Batch, product.Rows, product.Columns],
        Combined = [product.Inner],
        Operations = 2.0 * product.Batch * product.Rows * product.Columns * product.Inner,
        BytesRead = product.Batch * (product.Rows + product.Columns) * product.Inner * product.Type.Size,
        BytesWritten = product.Batch * product.Rows * product.Columns * product.Type.Size,
        Schedule = new("library", product.Batch, 1, 1, ""),
    };

    public override bool IsFixed => new[] { left, right, result, bias }.All(p => p is null || p.Terms.Count == 0) && otherwise.All(s => s.IsFixed);

    public override void Run(DeviceRun run)
    {
        var placed = product with
        {
            Left = product.Left with { Offset = left.Evaluate(run.Registers) },
            Right = product.Right with { Offset = right.Evaluate(run.Registers) },
            Result = product.Result with { Offset = result.Evaluate(run.Registers) },
            Bias = bias?.Evaluate(run.Registers) ?? -1,
        };
        if (!((IProductQueue)run.Queue).TryMultiply(run.Memory, placed)) All(otherwise, run);
    }
}
