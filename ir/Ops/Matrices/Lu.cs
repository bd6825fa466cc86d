namespace MindDsl.Ir;

/// <summary>
/// The factors of square matrices with rows exchanged, P A = L U: U with its diagonal, below it L, whose diagonal is 1, and in one more column the number in A of each row.
/// The largest element left in its column is the pivot, the first of equals; a column without any but zeros is passed over.
/// </summary>
/// <remarks>
/// It has no derivative: the operations that read it are given the matrix as well, and differentiate with respect to that, so that one factorisation serves a solution and all
/// its derivatives.
/// </remarks>
public sealed record Lu() : Composite("lu")
{
    /// <inheritdoc/>
    public override TensorType Infer(Seq<TensorType> operands)
    {
        var a = Matrices.RequireSquare(Name, operands[0]);
        return a with { Shape = new(a.Shape.Dims.With(a.Rank - 1, a.Shape[a.Rank - 1] + 1)) };
    }

    /// <inheritdoc/>
    public override Term Define(Seq<Term> operands)
    {
        var a = operands[0];
        var (n, last) = (a.Rows(), a.Rank - 1);
        var numbers = new Term(a.Builder, a.Builder.Apply(new Iota(new(DType.I64, a.Sized(n, 1)), last - 1))).To(a.DType);
        var (state, _) = Matrices.Loop(n, [Prelude.Concat([a, numbers], last)], (k, carried) =>
        {
            var all = carried[0];
            var column = all.Column(k);
            var place = column.Number();
            var size = (place >= k).Select(Prelude.Abs(column), column.Literal(-1));
            var pivot = Prelude.ArgMax(size, -1, keepDims: true);
            // Rows k and pivot change places.
            var (row, col) = (all.Number(all.Shape, ofRow: true), all.Number(all.Shape, ofRow: false));
            var (upper, lower) = (all.Row(k).AsRow(), all.At(pivot, rows: true));
            var swapped = row.EqualTo(k).Select(lower, row.EqualTo(pivot.AsColumn()).Select(upper, all));

            var left = swapped.Column(k);
            var head = left.Element(k).AsLast();
            var isZero = head.EqualTo(head.Literal(0));
            var factor = isZero.Select(left.Literal(0), left / isZero.Select(head.Literal(1), head));
            var reduced = swapped - factor.AsColumn() * lower;
            var inside = (k < col) & (col < col.Literal(n.Value));
            var next = (k < row).Select(inside.Select(reduced, col.EqualTo(k).Select(factor.AsColumn(), swapped)), swapped);
            return ([next], []);
        });
        return state[0];
    }

    /// <inheritdoc/>
    public override Term? Push(Rule rule, int operand, Term tangent) => null;

    /// <inheritdoc/>
    public override Contribution? Pull(Rule rule, int operand, Term cotangent) => null;

    /// <summary>The number in the matrix of each row of the factors, as i64.</summary>
    internal static Term Places(Term factors) => Prelude.Flatten(Prelude.Slice(factors, -1, -1, factors.Columns().Value), factors.Rank - 2).To(DType.I64);

    /// <summary>The factors without the places.</summary>
    internal static Term Both(Term factors) => Prelude.Slice(factors, -1, 0, -1);

    /// <summary>1 or −1: the sign of the exchanges of rows.</summary>
    internal static Term SignOfPlaces(Term factors)
    {
        var places = Places(factors);
        var after = places.AsColumn() > places.AsRow();
        var inversions = (after & (factors.Number(after.Shape, ofRow: true) < factors.Number(after.Shape, ofRow: false))).To(DType.I64).Sum([after.Rank - 2, after.Rank - 1]);
        return 1 - 2 * ElementwiseOps.Rem.On(inversions, inversions.Literal(2)).To(factors.DType);
    }
}

/// <summary>X with A X = B, or Aᵀ X = B, given A, B and the factors of A. The factors give the value, A the derivative.</summary>
/// <param name="Transposed">True for Aᵀ.</param>
public sealed record FactoredSolve(bool Transposed) : Composite("solve")
{
    /// <inheritdoc/>
    public override string Attributes => Transposed ? "<transposed>" : "";

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
        var (b, factors, places) = (operands[1], Lu.Both(operands[2]), Lu.Places(operands[2]));
        var (lower, upper) = (new TriangularSolve(Upper: false, Unit: true), new TriangularSolve(Upper: true, Unit: false));
        if (!Transposed) return upper.On(factors, lower.On(factors, b.At(places, rows: true)));
        var transposed = factors.T();
        var inner = (lower with { Unit = false }).On(transposed, b);
        return (upper with { Unit = true }).On(transposed, inner).PutAt(places, rows: true);
    }

    /// <inheritdoc/>
    public override Term? Push(Rule rule, int operand, Term tangent) => operand switch
    {
        0 => -On(rule[0], (Transposed ? tangent.T() : tangent).Times(rule.Y), rule[2]),
        1 => On(rule[0], tangent, rule[2]),
        _ => null,
    };

    /// <inheritdoc/>
    public override Contribution? Pull(Rule rule, int operand, Term cotangent)
    {
        if (operand == 2) return null;
        var b = new FactoredSolve(!Transposed).On(rule[0], cotangent, rule[2]);
        return operand == 1 ? b : Transposed ? -rule.Y.Times(b.T()) : -b.Times(rule.Y.T());
    }
}

/// <summary>The determinant, given the matrix and its factors.</summary>
public sealed record Determinant() : Composite("det")
{
    /// <inheritdoc/>
    public override TensorType Infer(Seq<TensorType> operands) => operands[0] with { Shape = new(operands[0].Shape.Dims.Slice(0, operands[0].Rank - 2)) };

    /// <inheritdoc/>
    public override Term Define(Seq<Term> operands) =>
        Lu.SignOfPlaces(operands[1]) * Prelude.Prod(Lu.Both(operands[1]).DiagonalOf(), -1);

    /// <inheritdoc/>
    public override Term? Push(Rule rule, int operand, Term tangent) =>
        operand == 0 ? (new Cofactors().On(rule[0], rule[1]) * tangent).Sum([tangent.Rank - 2, tangent.Rank - 1]) : null;

    /// <inheritdoc/>
    public override Contribution? Pull(Rule rule, int operand, Term cotangent) =>
        operand == 0 ? cotangent.AsLast().AsLast() * new Cofactors().On(rule[0], rule[1]) : null;
}

/// <summary>The cofactors, the derivative of the determinant, given the matrix and its factors; exact for singular matrices too, since nothing is divided by a pivot.</summary>
public sealed record Cofactors() : Composite("cofactors")
{
    /// <inheritdoc/>
    public override TensorType Infer(Seq<TensorType> operands) => Matrices.RequireSquare(Name, operands[0]);

    /// <inheritdoc/>
    public override Term Define(Seq<Term> operands)
    {
        // A = Pᵀ L U, so adj(A) = adj(U) L⁻¹ (sign P), and the cofactors are its transpose: Pᵀ L⁻ᵀ adj(U)ᵀ, times the sign.
        var (factors, places) = (Lu.Both(operands[1]), Lu.Places(operands[1]));
        var adjugate = AdjugateOfUpper(factors);
        var inner = new TriangularSolve(Upper: true, Unit: true).On(factors.T(), adjugate.T());
        return Lu.SignOfPlaces(operands[1]).AsLast().AsLast() * inner.PutAt(places, rows: true);
    }

    /// <summary>
    /// The adjugate of upper triangular U. Element (i, j) is the product of the diagonal before i and after j times V(i, j), where V(j, j) = 1 and
    /// V(i, j) = −Σ over m from i + 1 to j of u(i, m) · (u(i+1, i+1) … u(m−1, m−1)) · V(m, j): the expansion of the minor along its first row.
    /// </summary>
    private static Term AdjugateOfUpper(Term u)
    {
        var diagonal = u.DiagonalOf();
        var none = diagonal.Filled(0);
        var (state, _) = Matrices.Loop(u.Rows(), [u.Filled(0), none, diagonal.Sum([diagonal.Rank - 1]).Filled(1)], (i, carried) =>
        {
            // between[m] = u(i+1, i+1) … u(m−1, m−1), by one step from that of row i + 1.
            var (known, between, next) = (carried[0], carried[1], carried[2]);
            var place = diagonal.In(i).Number();
            between = place.EqualTo(i + 1).Select(between.Literal(1), (i + 1 < place).Select(between * next.AsLast(), none));
            var weights = u.In(i).Row(i) * between;
            var row = -weights.AsRow().Times(known).Reshape(diagonal.Shape);
            return ([known.WithRow(i, place.EqualTo(i).Select(row.Literal(1), row)), between, diagonal.In(i).Element(i)], []);
        }, reverse: true);
        var (before, after) = (ProductOf(u, diagonal, ofBefore: true), ProductOf(u, diagonal, ofBefore: false));
        return before.AsColumn() * state[0] * after.AsRow();
    }

    /// <summary>For each place the product of the elements before it, or after it.</summary>
    private static Term ProductOf(Term matrix, Term elements, bool ofBefore)
    {
        var (place, other) = (matrix.Number(matrix.Shape, ofRow: true), matrix.Number(matrix.Shape, ofRow: false));
        return Prelude.Prod((ofBefore ? other < place : place < other).Select(elements.AsRow(), elements.Literal(1)), -1);
    }

    /// <inheritdoc/>
    public override Term? Push(Rule rule, int operand, Term tangent)
    {
        if (operand != 0) return null;
        var inverse = InverseTransposed(rule);
        return (inverse * tangent).Sum([tangent.Rank - 2, tangent.Rank - 1]).AsLast().AsLast() * rule.Y - inverse.Times(tangent.T()).Times(rule.Y);
    }

    /// <inheritdoc/>
    public override Contribution? Pull(Rule rule, int operand, Term cotangent)
    {
        if (operand != 0) return null;
        var inverse = InverseTransposed(rule);
        return (cotangent * rule.Y).Sum([cotangent.Rank - 2, cotangent.Rank - 1]).AsLast().AsLast() * inverse - rule.Y.Times(cotangent.T()).Times(inverse);
    }

    private static Term InverseTransposed(Rule rule) => new FactoredSolve(Transposed: true).On(rule[0], rule[0].Unit(rule[0].Rows()), rule[1]);
}

/// <summary>log |det A|, given the matrix and its factors; −∞ of singular ones.</summary>
public sealed record LogAbsDeterminant() : Composite("log_abs_det")
{
    /// <inheritdoc/>
    public override TensorType Infer(Seq<TensorType> operands) => operands[0] with { Shape = new(operands[0].Shape.Dims.Slice(0, operands[0].Rank - 2)) };

    /// <inheritdoc/>
    public override Term Define(Seq<Term> operands) => Prelude.Sum(Prelude.Log(Prelude.Abs(Lu.Both(operands[1]).DiagonalOf())), -1);

    /// <inheritdoc/>
    public override Term? Push(Rule rule, int operand, Term tangent) => operand == 0
        ? new FactoredSolve(Transposed: false).On(rule[0], tangent, rule[1]).DiagonalOf() is var d ? d.Sum([d.Rank - 1]) : null
        : null;

    /// <inheritdoc/>
    public override Contribution? Pull(Rule rule, int operand, Term cotangent) => operand == 0
        ? cotangent.AsLast().AsLast() * new FactoredSolve(Transposed: true).On(rule[0], rule[0].Unit(rule[0].Rows()), rule[1])
        : null;
}
