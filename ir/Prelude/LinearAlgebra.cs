namespace MindDsl.Ir;

public static partial class Prelude
{
    /// <summary>
    /// The product of matrices and vectors: the last axis of x with the last but one of y (of a vector its only one); the result has the other axes
    /// of x and then those of y (NumPy: dot).
    /// </summary>
    public static Term Dot(Term x, Term y)
    {
        if (x.Rank == 0 || y.Rank == 0) return x * y;
        string left = Letters(0, x.Rank), right = Letters(x.Rank, y.Rank);
        int inner = Math.Max(y.Rank - 2, 0);
        string other = right.Remove(inner, 1);
        return Apply(new Contract(left, right[..inner] + left[^1] + right[(inner + 1)..], left[..^1] + other), x, y);
    }

    /// <summary>The product of matrices; leading axes are batches, which broadcast. A vector is a row on the left and a column on the right.</summary>
    public static Term MatMul(Term x, Term y)
    {
        if (x.Rank == 0 || y.Rank == 0)
            throw new MindDslException(Diagnostics.ShapesDoNotFit("matmul", "both operands have at least one axis", ("left", x.Type), ("right", y.Type)));
        if (x.Rank <= 2 && y.Rank <= 2) return Dot(x, y);
        string batch = Letters(3, Math.Max(Math.Max(x.Rank, y.Rank) - 2, 0));
        string left = (x.Rank > 2 ? batch[^(x.Rank - 2)..] : "") + (x.Rank == 1 ? "b" : "ab");
        string right = (y.Rank > 2 ? batch[^(y.Rank - 2)..] : "") + (y.Rank == 1 ? "b" : "bc");
        return Product(x, left, y, right, batch + (x.Rank == 1 ? "" : "a") + (y.Rank == 1 ? "" : "c"));
    }

    /// <summary>The products of all pairs of elements of two vectors.</summary>
    public static Term Outer(Term x, Term y) => Apply(new Contract("i", "j", "ij"), Flatten(x), Flatten(y));

    /// <summary>x Wᵀ + bias, with W [out, in].</summary>
    public static Term Linear(Term x, Term weights, Term? bias = null)
    {
        string letters = Letters(0, x.Rank);
        var product = Apply(new Contract(letters, "z" + letters[^1], letters[..^1] + "z"), x, weights);
        return bias is { } b ? product + b : product;
    }

    /// <summary>The Kronecker product of two matrices.</summary>
    public static Term Kron(Term x, Term y)
    {
        var blocks = Apply(new Contract("ij", "kl", "ikjl"), x, y);
        return blocks.Reshape(new([x.Shape[0] * y.Shape[0], x.Shape[1] * y.Shape[1]]));
    }

    /// <summary>The cross product along an axis of length 3.</summary>
    public static Term Cross(Term x, Term y, int axis = -1)
    {
        int k = Axis("cross", axis, x);
        if (x.Shape[k] != Dim.Of(3) || y.Shape != x.Shape)
            throw new MindDslException(Diagnostics.ShapesDoNotFit("cross", "both operands have one shape, with length 3 along the axis", ("left", x.Type), ("right", y.Type)));
        Term Ahead(Term t, int by) => Roll(t, -by, k);
        return Ahead(x, 1) * Ahead(y, 2) - Ahead(x, 2) * Ahead(y, 1);
    }

    /// <summary>The sum of the diagonal of the last two axes.</summary>
    public static Term Trace(Term x) => Sum(Diagonal(x), -1);

    /// <summary>The elements of the last two axes on the diagonal and above it, 0 elsewhere.</summary>
    public static Term Triu(Term x, int diagonal = 0)
    {
        var (row, column) = Grid("triu", x);
        return (row + row.Literal(diagonal) <= column).Select(x, x.Literal(0));
    }

    /// <summary>The elements of the last two axes on the diagonal and below it, 0 elsewhere.</summary>
    public static Term Tril(Term x, int diagonal = 0)
    {
        var (row, column) = Grid("tril", x);
        return (column <= row + row.Literal(diagonal)).Select(x, x.Literal(0));
    }

    /// <summary>A diagonal of the last two axes, as the last axis.</summary>
    public static Term Diagonal(Term x, int offset = 0)
    {
        int r = Axis("diagonal", -2, x);
        long rows = x.Shape[r].Value, columns = x.Shape[r + 1].Value;
        long row = Math.Max(0, -offset), column = Math.Max(0, offset);
        long length = Math.Max(0, Math.Min(rows - row, columns - column));
        var dims = x.Shape.Dims.Slice(0, r);
        // The diagonal of the flattened matrix is every (columns + 1)th element.
        var flat = x.Reshape(new([.. dims, rows * columns]));
        return Part(flat, r, length == 0 ? 0 : row * columns + column, length, checked((int)columns + 1));
    }

    /// <summary>Matrices with the last axis of x on a diagonal, 0 elsewhere.</summary>
    public static Term DiagEmbed(Term x, int offset = 0)
    {
        int last = Axis("diag_embed", -1, x);
        long length = x.Shape[last].Value, size = length + Math.Abs(offset);
        var dims = x.Shape.Dims.Slice(0, last);
        long low = offset >= 0 ? offset : -offset * size;
        long high = size * size - low - (length == 0 ? 0 : (length - 1) * (size + 1) + 1);
        var none = Seq.Repeat(Dim.Of(0), x.Rank);
        var flat = x.Apply(new Pad(none.With(last, low), none.With(last, high), Seq.Repeat(0, x.Rank).With(last, checked((int)size)), 0));
        return flat.Reshape(new([.. dims, size, size]));
    }

    /// <summary>The n-th power of a square matrix, n ≥ 0.</summary>
    public static Term MatrixPower(Term x, int n)
    {
        int r = Axis("matrix_power", -2, x);
        if (x.Shape[r] != x.Shape[r + 1]) throw new MindDslException(Diagnostics.ShapesDoNotFit("matrix_power", "the last two axes have one length", ("operand", x.Type)));
        if (n < 0) throw new MindDslException(Diagnostics.ArgumentOutOfRange("matrix_power", "n", Text(n), "0 and more"));
        Term? result = null;
        for (var square = x; n > 0; n >>= 1)
        {
            if ((n & 1) != 0) result = result is { } r0 ? MatMul(r0, square) : square;
            if (n > 1) square = MatMul(square, square);
        }
        if (result is { } power) return power;
        var (row, column) = Grid("matrix_power", x);
        return row.EqualTo(column).To(x.DType).BroadcastTo(x.Shape);
    }

    /// <summary>Row and column numbers of the last two axes.</summary>
    private static (Term Row, Term Column) Grid(string op, Term x)
    {
        int r = Axis(op, -2, x);
        Shape matrix = new(x.Shape.Dims.Slice(r, 2));
        return (Places(x, matrix, 0), Places(x, matrix, 1));
    }

    private static string Letters(int first, int count) => string.Concat(Enumerable.Range(first, count).Select(k => (char)(k < 26 ? 'a' + k : 'A' + k - 26)));
}
