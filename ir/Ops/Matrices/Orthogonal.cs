namespace MindDsl.Ir;

/// <summary>
/// The Q of A = Q R with orthonormal columns, as many as A has, for matrices with no fewer rows than columns; R = Qᵀ A has no negative element on its diagonal, which makes Q
/// the only one if the columns of A are independent. If they are not, Q is orthonormal all the same and has no derivative.
/// </summary>
public sealed record Orthonormal() : Composite("qr_q")
{
    /// <inheritdoc/>
    public override TensorType Infer(Seq<TensorType> operands)
    {
        var a = operands[0];
        bool fits = a.Rank >= 2 && a.DType is { IsFloat: true, IsStorage: false } && (!a.Shape.IsConstant || a.Shape[a.Rank - 2].Value >= a.Shape[a.Rank - 1].Value);
        return fits ? a : throw new MindDslException(Diagnostics.ShapesDoNotFit(Name, "the operand has no fewer rows than columns", ("operand", a)));
    }

    /// <inheritdoc/>
    public override Term Define(Seq<Term> operands)
    {
        var a = operands[0];
        // Householder: reflections that turn A into R, then the same ones backwards on the first columns of the unit matrix.
        var (_, emitted) = Matrices.Loop(a.Columns(), [a], (j, carried) =>
        {
            var column = carried[0].Column(j);
            var place = column.Number();
            var x = (place >= j).Select(column, column.Literal(0));
            var head = column.Element(j);
            var scale = Prelude.Max(Prelude.Abs(x), -1);
            var divisor = scale.EqualTo(scale.Literal(0)).Select(scale.Literal(1), scale).AsLast();
            var length = scale * Prelude.Sqrt(Prelude.Square(x / divisor).Sum([x.Rank - 1]));
            var target = (head <= head.Literal(0)).Select(length, -length);
            var v = (x - place.EqualTo(j).Select(target.AsLast(), x.Literal(0))) / divisor;
            var square = Prelude.Square(v).Sum([v.Rank - 1]);
            v /= Prelude.Sqrt(square.EqualTo(square.Literal(0)).Select(square.Literal(1), square)).AsLast();
            return ([Reflected(carried[0], v)], [v, target]);
        });
        var (reflections, diagonal) = (emitted[0], Prelude.MoveAxis(emitted[1], 0, -1));
        var unit = a.Number(a.Shape, ofRow: true).EqualTo(a.Number(a.Shape, ofRow: false)).To(a.DType);
        var (q, _) = Matrices.Loop(a.Columns(), [unit], (j, carried) => ([Reflected(carried[0], Prelude.At(reflections.In(j), j))], []), reverse: true);
        return (diagonal < diagonal.Literal(0)).AsRow().Select(-q[0], q[0]);
    }

    private static Term Reflected(Term x, Term v) => x - 2 * v.AsColumn() * v.AsRow().Times(x);

    /// <inheritdoc/>
    public override Term? Push(Rule rule, int operand, Term tangent)
    {
        var q = rule.Y;
        var r = Prelude.Triu(q.T().Times(rule.X));
        var scaled = new TriangularSolve(Upper: false, Unit: false).On(r.T(), tangent.T()).T();
        var inner = q.T().Times(scaled);
        return scaled + q.Times(Prelude.Tril(inner, -1) - Prelude.Tril(inner, -1).T() - inner);
    }

    /// <inheritdoc/>
    public override Contribution? Pull(Rule rule, int operand, Term cotangent)
    {
        var q = rule.Y;
        var r = Prelude.Triu(q.T().Times(rule.X));
        var inner = q.T().Times(cotangent);
        var scaled = cotangent + q.Times(Prelude.Tril(inner - inner.T(), -1) - inner);
        return new TriangularSolve(Upper: true, Unit: false).On(r, scaled.T()).T();
    }
}

/// <summary>The diagonal of Uᵀ A V for singular vectors U and V of A, or eigenvectors: the values that belong to them. To first order they depend on A alone.</summary>
public sealed record ValuesOfVectors() : Composite("values_of_vectors")
{
    /// <inheritdoc/>
    public override TensorType Infer(Seq<TensorType> operands)
    {
        var right = operands[2];
        return right with { Shape = new([.. right.Shape.Dims.Slice(0, right.Rank - 2), right.Shape[right.Rank - 1]]) };
    }

    /// <inheritdoc/>
    public override Term Define(Seq<Term> operands) => Values(operands[0], operands[1], operands[2]);

    /// <inheritdoc/>
    public override Term? Push(Rule rule, int operand, Term tangent) => operand == 1 ? Values(rule[0], tangent, rule[2]) : null;

    /// <inheritdoc/>
    public override Contribution? Pull(Rule rule, int operand, Term cotangent) =>
        operand == 1 ? (rule[0] * cotangent.AsRow()).Times(rule[2].T()) : null;

    private static Term Values(Term left, Term a, Term right) => (left * a.Times(right)).SumOfRows();
}
