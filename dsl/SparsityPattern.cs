using MindDsl.Ir;

namespace MindDsl;

/// <summary>The places of a matrix that may be other than zero, ordered by row and then by column.</summary>
public sealed class SparsityPattern
{
    /// <summary>A pattern of the given places.</summary>
    /// <exception cref="MindDslException">MIND0225: a place is outside of the matrix, or a length is negative.</exception>
    public SparsityPattern(int rows, int columns, params IEnumerable<(int Row, int Column)> places)
    {
        ArgumentNullException.ThrowIfNull(places);
        Require("rows", rows, rows >= 0, "0 and more");
        Require("columns", columns, columns >= 0, "0 and more");
        (Rows, Columns) = (rows, columns);
        Places = [.. places.Distinct().Order()];
        foreach (var (row, column) in Places)
            Require("a place", (row, column), row >= 0 && row < rows && column >= 0 && column < columns, FormattableString.Invariant($"places of {rows} × {columns}"));
    }

    /// <summary>The number of rows.</summary>
    public int Rows { get; }

    /// <summary>The number of columns.</summary>
    public int Columns { get; }

    /// <summary>The places.</summary>
    public IReadOnlyList<(int Row, int Column)> Places { get; }

    /// <summary>A square band of the given half width: the places with |row − column| at most that.</summary>
    public static SparsityPattern Band(int size, int halfWidth)
    {
        Require("the size", size, size >= 0, "0 and more");
        Require("the half width", halfWidth, halfWidth >= 0, "0 and more");
        halfWidth = Math.Min(halfWidth, size);
        return new(size, size, Enumerable.Range(0, size).SelectMany(i =>
            Enumerable.Range(Math.Max(0, i - halfWidth), Math.Min(size, i + halfWidth + 1) - Math.Max(0, i - halfWidth)).Select(j => (i, j))));
    }

    /// <summary>The pattern of a matrix: its elements other than zero.</summary>
    public static SparsityPattern Of(double[,] matrix)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        var places = new List<(int, int)>();
        for (int i = 0; i < matrix.GetLength(0); i++) for (int j = 0; j < matrix.GetLength(1); j++) if (matrix[i, j] != 0) places.Add((i, j));
        return new(matrix.GetLength(0), matrix.GetLength(1), places);
    }

    /// <summary>
    /// The pattern of a function's Jacobian, found in its program without running it. It holds for all arguments of the length of <paramref name="x"/>: where branches or places depend on values, it has all places
    /// that may be other than zero.
    /// </summary>
    /// <param name="f">A quoted function.</param>
    /// <param name="x">An argument, of which only the length is read.</param>
    public static SparsityPattern Of(Fn<double[], double[]> f, double[] x)
    {
        ArgumentNullException.ThrowIfNull(f);
        ArgumentNullException.ThrowIfNull(x);
        var frame = Structures.CallFrame.Rent();
        try
        {
            Structures.Structure<double[]>.Write(x, frame);
            var module = Compilation.Module(QuotedFunction.Of(f), frame, isOptimised: true);
            return new((int)module.EntryFunction.Body.Results[0].Tensor.Shape.Size.Value, x.Length, Autodiff.Sparsity.Of(module, 0));
        }
        finally
        {
            frame.Return();
        }
    }

    /// <summary>The pattern of a loss's second derivatives.</summary>
    /// <inheritdoc cref="Of(Fn{double[], double[]}, double[])"/>
    public static SparsityPattern OfHessian(Fn<double[], double> f, double[] x) => Of(f.Grad(), x);

    /// <summary>The pattern with rows and columns exchanged.</summary>
    public SparsityPattern Transpose() => new(Columns, Rows, Places.Select(p => (p.Column, p.Row)));

    /// <summary>
    /// A color for each column, so that columns of one color have no row in common and may be found together (Curtis, Powell and Reid, 1974). Columns with many places are colored first.
    /// </summary>
    public int[] ColorColumns()
    {
        var rowsOf = Places.ToLookup(p => p.Column, p => p.Row);
        var columnsOf = Places.ToLookup(p => p.Row, p => p.Column);
        int[] colors = new int[Columns];
        Array.Fill(colors, -1);
        foreach (int column in Enumerable.Range(0, Columns).OrderByDescending(c => rowsOf[c].Count()))
        {
            var taken = rowsOf[column].SelectMany(r => columnsOf[r]).Select(c => colors[c]).ToHashSet();
            int color = 0;
            while (taken.Contains(color)) color++;
            colors[column] = color;
        }
        return colors;
    }

    /// <summary>The matrix with the given values at the places, in their order.</summary>
    public double[,] ToDense(IReadOnlyList<double> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        Require("the number of values", values.Count, values.Count == Places.Count, FormattableString.Invariant($"{Places.Count}, one for each place"));
        double[,] matrix = new double[Rows, Columns];
        for (int k = 0; k < Places.Count; k++) matrix[Places[k].Row, Places[k].Column] = values[k];
        return matrix;
    }

    private static void Require<T>(string argument, T value, bool holds, string allowed)
    {
        if (!holds) throw new MindDslException(Diagnostics.ArgumentOutOfRange("a sparsity pattern", argument, FormattableString.Invariant($"{value}"), allowed));
    }
}
