namespace MindDsl.Ir;

/// <summary>
/// The lower triangular L with positive diagonal and A = L Lᵀ, of positive definite matrices: a symmetric A is given, its lower triangle is read. Where a pivot is not
/// positive the columns from there on are NaN.
/// </summary>
public sealed record Cholesky() : Composite("cholesky")
{
    /// <inheritdoc/>
    public override TensorType Infer(Seq<TensorType> operands) => Matrices.RequireSquare(Name, operands[0]);

    /// <inheritdoc/>
    public override Term Define(Seq<Term> operands)
    {
        var a = operands[0];
        // Column by column; what is left of A after j columns is the Schur complement.
        var (_, columns) = Matrices.Loop(a.Rows(), [a], (j, state) =>
        {
            var rest = state[0];
            var column = rest.Column(j);
            var pivot = column.Element(j);
            var root = Prelude.Sqrt((pivot > pivot.Literal(0)).Select(pivot, pivot.Literal(double.NaN)));
            var factor = (column.Number() >= j).Select(column / root.AsLast(), column.Literal(0));
            return ([rest - factor.AsColumn() * factor.AsRow()], [factor]);
        });
        return Prelude.MoveAxis(columns[0], 0, -1);
    }

    /// <inheritdoc/>
    public override Term? Push(Rule rule, int operand, Term tangent)
    {
        var lower = new TriangularSolve(Upper: false, Unit: false);
        var inner = lower.On(rule.Y, lower.On(rule.Y, tangent).T());
        return rule.Y.Times(LowerHalf(inner.T()));
    }

    /// <inheritdoc/>
    public override Contribution? Pull(Rule rule, int operand, Term cotangent)
    {
        var l = rule.Y;
        var upper = new TriangularSolve(Upper: true, Unit: false);
        // L⁻ᵀ Φ(Lᵀ L̄) L⁻¹, made symmetric.
        var inner = upper.On(l.T(), LowerHalf(l.T().Times(cotangent)));
        var full = upper.On(l.T(), inner.T());
        return (full + full.T()) * 0.5;
    }

    /// <summary>The lower triangle with half of the diagonal.</summary>
    private static Term LowerHalf(Term x)
    {
        var (row, column) = (x.Number(x.Shape, ofRow: true), x.Number(x.Shape, ofRow: false));
        return (column < row).Select(x, row.EqualTo(column).Select(x * 0.5, x.Literal(0)));
    }
}

/// <summary>X with A X = B for triangular A; the other triangle, and of unit ones the diagonal, is not read.</summary>
/// <param name="Upper">True for upper triangles.</param>
/// <param name="Unit">True if the diagonal is taken to be 1.</param>
public sealed record TriangularSolve(bool Upper, bool Unit) : Composite("triangular_solve")
{
    /// <inheritdoc/>
    public override string Attributes => $"<{(Upper ? "upper" : "lower")}{(Unit ? ", unit" : "")}>";

    /// <inheritdoc/>
    public override TensorType Infer(Seq<TensorType> operands)
    {
        var (a, b) = (Matrices.RequireSquare(Name, operands[0]), operands[1]);
        return b.Rank == a.Rank && b.DType == a.DType && b.Shape.Dims.Slice(0, b.Rank - 1) == a.Shape.Dims.Slice(0, a.Rank - 1)
            ? b
            : throw new MindDslException(Diagnostics.ShapesDoNotFit(Name, "A is [batch…, n, n] and B [batch…, n, k], of one element type", ("A", a), ("B", b)));
    }

    /// <inheritdoc/>
    public override Term Define(Seq<Term> operands)
    {
        var (a, b) = (operands[0], operands[1]);
        // The rows of X that are not known yet are 0 and so do not count in the product with a row of A.
        var (state, _) = Matrices.Loop(a.Rows(), [b.Filled(0)], (i, known) =>
        {
            var row = a.In(i).Row(i);
            var place = row.Number();
            var before = (Upper ? i < place : place < i).Select(row, row.Literal(0));
            var rest = b.In(i).Row(i) - before.AsRow().Times(known[0]).Reshape(new([.. b.Shape.Dims.Slice(0, b.Rank - 2), b.Columns()]));
            if (!Unit) rest /= row.Element(i).AsLast();
            return ([known[0].WithRow(i, rest)], []);
        }, reverse: Upper);
        return state[0];
    }

    /// <inheritdoc/>
    public override Term? Push(Rule rule, int operand, Term tangent) => operand == 0
        ? -On(rule[0], Triangle(tangent).Times(rule.Y))
        : On(rule[0], tangent);

    /// <inheritdoc/>
    public override Contribution? Pull(Rule rule, int operand, Term cotangent)
    {
        var b = new TriangularSolve(!Upper, Unit).On(rule[0].T(), cotangent);
        return operand == 0 ? -Triangle(b.Times(rule.Y.T())) : b;
    }

    private Term Triangle(Term x) => Upper ? Prelude.Triu(x, Unit ? 1 : 0) : Prelude.Tril(x, Unit ? -1 : 0);
}
