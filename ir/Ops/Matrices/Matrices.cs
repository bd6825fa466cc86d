namespace MindDsl.Ir;

/// <summary>What programs on matrices are written with. A matrix is the last two axes of a tensor; the axes before them are batches.</summary>
internal static class Matrices
{
    /// <summary>This term in the block of another, inside the one that it comes from.</summary>
    public static Term In(this Term x, Term inside) => new(inside.Builder, x.Atom);

    /// <summary>The number of rows.</summary>
    public static Dim Rows(this Term x) => x.Shape[x.Rank - 2];

    /// <summary>The number of columns.</summary>
    public static Dim Columns(this Term x) => x.Shape[x.Rank - 1];

    /// <summary>The shape of matrices of other sizes in the same batches.</summary>
    public static Shape Sized(this Term x, Dim rows, Dim columns) => new([.. x.Shape.Dims.Slice(0, x.Rank - 2), rows, columns]);

    /// <summary>The transposes.</summary>
    public static Term T(this Term x) => Prelude.Transpose(x);

    /// <summary>The products of matrices in equal batches.</summary>
    public static Term Times(this Term x, Term y) => Prelude.MatMul(x, y);

    /// <summary>The number of each row, or of each column, at each element of a shape.</summary>
    public static Term Number(this Term beside, Shape shape, bool ofRow) =>
        new(beside.Builder, beside.Builder.Apply(new Iota(new(DType.I64, shape), shape.Rank - (ofRow ? 2 : 1))));

    /// <summary>Unit matrices.</summary>
    public static Term Unit(this Term x, Dim size)
    {
        var shape = x.Sized(size, size);
        return x.Number(shape, ofRow: true).EqualTo(x.Number(shape, ofRow: false)).To(x.DType);
    }

    /// <summary>The row with a number (an i64 scalar) of each matrix.</summary>
    public static Term Row(this Term x, Term number) => Part(x, number, x.Rank - 2);

    /// <summary>The column with a number (an i64 scalar) of each matrix.</summary>
    public static Term Column(this Term x, Term number) => Part(x, number, x.Rank - 1);

    /// <summary>The matrices with one row replaced.</summary>
    public static Term WithRow(this Term x, Term number, Term row) =>
        new(x.Builder, x.Builder.Apply(new Scatter(Along(x.Rank, x.Rank - 2), Overwrite: true), x.Atom, number.Atom, row.Atom));

    /// <summary>A vector for each matrix as a column.</summary>
    public static Term AsColumn(this Term x) => Prelude.ExpandDims(x, -1);

    /// <summary>A vector for each matrix as a row.</summary>
    public static Term AsRow(this Term x) => Prelude.ExpandDims(x, -2);

    /// <summary>A number for each batch, with an axis of length 1 behind.</summary>
    public static Term AsLast(this Term x) => Prelude.ExpandDims(x, -1);

    /// <summary>The element with a number (an i64 scalar) of each vector.</summary>
    public static Term Element(this Term x, Term number) => Part(x, number, x.Rank - 1);

    /// <summary>The number of each element of vectors.</summary>
    public static Term Number(this Term x) => new(x.Builder, x.Builder.Apply(new Iota(new(DType.I64, x.Shape), x.Rank - 1)));

    /// <summary>The diagonal of each square matrix.</summary>
    public static Term DiagonalOf(this Term x) => Prelude.Diagonal(x);

    /// <summary>The sum over the rows of each matrix.</summary>
    public static Term SumOfRows(this Term x) => x.Sum([x.Rank - 2]);

    /// <summary>
    /// The gather that reads, for each batch, rows (or columns) at places of its own: y[b, i, j] = x[b, p[b, i], j], or x[b, i, p[b, j]].
    /// </summary>
    public static Gather PlacesOf(int rank, bool rows)
    {
        int axis = rank - (rows ? 2 : 1);
        Seq<int> own = [.. Seq.Range(rank - 2), axis];
        return new(Seq.Range(rank).Map(k => k == axis ? GatherAxis.From(own) : GatherAxis.Along(k)), rank);
    }

    /// <summary>Rows (or columns) at places, one list of places for each batch.</summary>
    public static Term At(this Term x, Term places, bool rows) => new(x.Builder, x.Builder.Apply(PlacesOf(x.Rank, rows), x.Atom, places.Atom));

    /// <summary>Rows (or columns) put at places, one list of places for each batch: the inverse of <see cref="At"/>.</summary>
    public static Term PutAt(this Term x, Term places, bool rows) =>
        new(x.Builder, x.Builder.Apply(new Scatter(PlacesOf(x.Rank, rows), Overwrite: true), x.Filled(0).Atom, places.Atom, x.Atom));

    /// <summary>The state after a step for each index below a length, and what the steps emit along a new first axis.</summary>
    public static (Seq<Term> State, Seq<Term> Emitted) Loop(
        Dim length, Seq<Term> initial, Func<Term, Seq<Term>, (Seq<Term> State, Seq<Term> Emitted)> step, bool reverse = false)
    {
        var outer = initial[0].Builder;
        var index = new Value(TensorType.Scalar(DType.I64), "i");
        var carries = initial.Map(t => new Value(t.Type));
        var inner = outer.Nested();
        var (next, emitted) = step(inner[index], carries.Map(c => inner[c]));
        var body = inner.Build([index, .. carries], [.. next.Map(t => t.Atom), .. emitted.Map(t => t.Atom)]);
        var count = length.IsConstant ? Literal.Index(length.Constant) : outer.Apply(new SizeOf(length));
        Seq<IrType> types = [.. carries.Map(c => c.Type), .. emitted.Map(e => (IrType)(e.Type with { Shape = new([length, .. e.Shape.Dims]) }))];
        var results = outer.Emit(new Scan(count, length, reverse, initial.Map(t => t.Atom), [], body), types).Map(v => outer[v]);
        return (results.Slice(0, carries.Count), results.Slice(carries.Count, emitted.Count));
    }

    /// <summary>The state after steps while a condition holds.</summary>
    public static Seq<Term> Repeat(Seq<Term> initial, Func<Seq<Term>, Term> condition, Func<Seq<Term>, Seq<Term>> step)
    {
        var outer = initial[0].Builder;
        Block Inside(Func<Seq<Term>, Seq<Term>> write)
        {
            var inner = outer.Nested();
            var carries = initial.Map(t => new Value(t.Type));
            return inner.Build(carries, write(carries.Map(c => inner[c])).Map(t => t.Atom));
        }
        var loop = new While(initial.Map(t => t.Atom), Inside(s => [condition(s)]), Inside(step));
        return outer.Emit(loop, initial.Map(t => (IrType)t.Type)).Map(v => outer[v]);
    }

    /// <summary>Requires square matrices of floats.</summary>
    /// <exception cref="MindDslException">MIND0221: the operand is something else.</exception>
    public static TensorType RequireSquare(string op, TensorType x)
    {
        Storage.Refuse(op, [x]);
        return x.Rank >= 2 && x.DType.IsFloat && x.Shape[x.Rank - 1] == x.Shape[x.Rank - 2]
            ? x
            : throw new MindDslException(Diagnostics.ShapesDoNotFit(op, "the operand is a square matrix of floats, or a batch of such", ("operand", x)));
    }

    private static Gather Along(int rank, int axis) =>
        new(Seq.Range(rank).Map(k => k == axis ? GatherAxis.From([]) : GatherAxis.Along(k < axis ? k : k - 1)), rank - 1);

    private static Term Part(Term x, Term number, int axis) => new(x.Builder, x.Builder.Apply(Along(x.Rank, axis), x.Atom, number.Atom));
}
