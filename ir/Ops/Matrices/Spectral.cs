namespace MindDsl.Ir;

/// <summary>
/// The eigenvectors of symmetric matrices as columns, in the order of ascending eigenvalues, each with its largest component positive (the first of those within a hundredth of it). A pair of
/// eigenvalues that agree to within rounding counts as equal, and contributes nothing to the derivative.
/// </summary>
public sealed record Eigenvectors() : Composite("eigenvectors")
{
    /// <inheritdoc/>
    public override TensorType Infer(Seq<TensorType> operands) => Matrices.RequireSquare(Name, operands[0]);

    /// <inheritdoc/>
    public override Term Define(Seq<Term> operands)
    {
        var a = operands[0];
        var pairs = new JacobiPairs(a, a.Columns());
        var total = Prelude.Square(a).Sum([a.Rank - 2, a.Rank - 1]);
        var allowed = total * Math.Pow(Spectra.Epsilon(a) * a.Rows().Value, 2);
        var state = Matrices.Repeat(
            [a, a.Unit(a.Rows()), new Term(a.Builder, Literal.Index(0))],
            s =>
            {
                var outside = s[0].Number(a.Shape, ofRow: true).EqualTo(s[0].Number(a.Shape, ofRow: false)).Select(a.Literal(0), s[0]);
                var left = Prelude.Square(outside).Sum([a.Rank - 2, a.Rank - 1]);
                return Prelude.Any(left > allowed.In(left)) & (s[2] < s[2].Literal(Spectra.MostSweeps));
            },
            s =>
            {
                var (swept, _) = Matrices.Loop(pairs.Rounds, [s[0], s[1]], (round, carried) =>
                {
                    var partner = pairs.Partner(round);
                    var diagonal = carried[0].DiagonalOf();
                    var between = (carried[0] * pairs.IsPartner(partner, a.Shape).To(a.DType)).Sum([a.Rank - 1]);
                    var rotation = pairs.Rotation(partner, diagonal, between);
                    var columns = rotation.OnColumns(carried[0]);
                    return ([rotation.OnColumns(columns.T()), rotation.OnColumns(carried[1])], []);
                });
                return [swept[0], swept[1], s[2] + 1];
            });
        return Spectra.Signed(state[1].PutAt(Spectra.Ranks(state[0].DiagonalOf()), rows: false));
    }

    /// <inheritdoc/>
    public override Term? Push(Rule rule, int operand, Term tangent)
    {
        var v = rule.Y;
        return v.Times(Gaps(rule) * v.T().Times(tangent).Times(v));
    }

    /// <inheritdoc/>
    public override Contribution? Pull(Rule rule, int operand, Term cotangent)
    {
        var v = rule.Y;
        return v.Times(Gaps(rule) * v.T().Times(cotangent)).Times(v.T());
    }

    /// <summary>1 / (λⱼ − λᵢ) in row i and column j, 0 for equal eigenvalues.</summary>
    private static Term Gaps(Rule rule) => Spectra.Reciprocal(new ValuesOfVectors().On(rule.Y, rule.X, rule.Y), (column, row) => column - row);
}

/// <summary>
/// The singular vectors of matrices with no fewer rows than columns, in the order of descending singular values: the left ones, as columns, and below them the right ones,
/// of which each has its largest component positive.
/// </summary>
public sealed record SingularVectors() : Composite("singular_vectors")
{
    /// <inheritdoc/>
    public override TensorType Infer(Seq<TensorType> operands)
    {
        var a = new Orthonormal().Infer(operands);
        return a with { Shape = new(a.Shape.Dims.With(a.Rank - 2, a.Shape[a.Rank - 2] + a.Shape[a.Rank - 1])) };
    }

    /// <inheritdoc/>
    public override Term Define(Seq<Term> operands)
    {
        // One-sided Jacobi: rotations on the right make the columns orthogonal; then they are U times the singular values.
        var a = operands[0];
        var pairs = new JacobiPairs(a, a.Columns());
        var none = a.Literal(0);
        double allowed = Spectra.Epsilon(a) * Math.Sqrt(a.Rows().Value);
        var state = Matrices.Repeat(
            [a, a.Unit(a.Columns()), a.Literal(double.PositiveInfinity), new Term(a.Builder, Literal.Index(0))],
            s => (s[2] > s[2].Literal(allowed)) & (s[3] < s[3].Literal(Spectra.MostSweeps)),
            s =>
            {
                var (swept, _) = Matrices.Loop(pairs.Rounds, [s[0], s[1], none], (round, carried) =>
                {
                    var partner = pairs.Partner(round);
                    var squares = Prelude.Square(carried[0]).SumOfRows();
                    var between = (carried[0] * Prelude.Take(carried[0], partner, -1)).SumOfRows();
                    between = pairs.HasPartner(partner).Select(between, between.Literal(0));
                    var rotation = pairs.Rotation(partner, squares, between);
                    var sizes = squares * Prelude.Take(squares, partner, -1);
                    var cosine = Prelude.Abs(between) / Prelude.Sqrt((sizes > sizes.Literal(0)).Select(sizes, sizes.Literal(1)));
                    return ([rotation.OnColumns(carried[0]), rotation.OnColumns(carried[1]), Prelude.Maximum(carried[2], Prelude.Max(cosine, null))], []);
                });
                return [swept[0], swept[1], swept[2], s[3] + 1];
            });
        var ranks = Spectra.Ranks(-Prelude.Square(state[0]).SumOfRows());
        var v = state[1].PutAt(ranks, rows: false);
        var sign = Spectra.Signs(v).AsRow();
        // The columns are orthogonal, so R is their lengths; columns of zeros get directions all the same.
        var u = new Orthonormal().On(state[0].PutAt(ranks, rows: false));
        return Prelude.Concat([u * sign, v * sign], a.Rank - 2);
    }

    /// <inheritdoc/>
    public override Term? Push(Rule rule, int operand, Term tangent)
    {
        var (u, v) = Parts(rule.Y, rule.X);
        var s = new ValuesOfVectors().On(u, rule.X, v);
        var (gaps, row, column) = (Gaps(s), s.AsRow(), s.AsColumn());
        var p = u.T().Times(tangent).Times(v);
        var left = u.Times(gaps * (p * row + column * p.T()));
        var outside = tangent.Times(v) * Inverted(s).AsRow();
        left += outside - u.Times(u.T().Times(outside));
        var right = v.Times(gaps * (column * p + p.T() * row));
        return Prelude.Concat([left, right], tangent.Rank - 2);
    }

    /// <inheritdoc/>
    public override Contribution? Pull(Rule rule, int operand, Term cotangent)
    {
        var (u, v) = Parts(rule.Y, rule.X);
        var (left, right) = Parts(cotangent, rule.X);
        var s = new ValuesOfVectors().On(u, rule.X, v);
        var (gaps, row, column) = (Gaps(s), s.AsRow(), s.AsColumn());
        var (g, h) = (gaps * u.T().Times(left), gaps * v.T().Times(right));
        var inner = u.Times((g + g.T()) * row + column * (h + h.T()));
        var outside = left * Inverted(s).AsRow();
        return (inner + outside - u.Times(u.T().Times(outside))).Times(v.T());
    }

    /// <summary>The left and the right vectors.</summary>
    internal static (Term Left, Term Right) Parts(Term both, Term a)
    {
        long rows = a.Rows().Value;
        return (Prelude.Slice(both, -2, 0, rows), Prelude.Slice(both, -2, rows, rows + a.Columns().Value));
    }

    /// <summary>1 / (sⱼ² − sᵢ²) in row i and column j, 0 for equal ones.</summary>
    private static Term Gaps(Term s) => Spectra.Reciprocal(s, (column, row) => (column - row) * (column + row));

    /// <summary>1 / s, 0 for those that are 0 to within rounding.</summary>
    private static Term Inverted(Term s)
    {
        var smallest = Prelude.StopGradient(Prelude.Max(Prelude.Abs(s), -1, keepDims: true) * Spectra.Epsilon(s));
        var isZero = Prelude.Abs(s) <= smallest;
        return isZero.Select(s.Literal(0), 1 / isZero.Select(s.Literal(1), s));
    }
}

/// <summary>What eigenvalues and singular values have in common.</summary>
public static class Spectra
{
    /// <summary>The first component that is at least so large in terms of the largest gives a vector its sign: components that are equal but for rounding are ties.</summary>
    public const double NearlyLargest = 0.99;

    /// <summary>Jacobi's method converges quadratically; this many sweeps are more than any matrix of numbers needs.</summary>
    internal const int MostSweeps = 40;

    /// <summary>The distance of 1 from the next number.</summary>
    internal static double Epsilon(Term x) => x.DType == DType.F32 ? Math.ScaleB(1, -23) : Math.ScaleB(1, -52);

    /// <summary>The number of values that come before each in ascending order; equal ones keep their order.</summary>
    internal static Term Ranks(Term values)
    {
        var (own, other) = (values.AsColumn(), values.AsRow());
        var isLess = other < own;
        var (row, column) = (values.Number(isLess.Shape, ofRow: true), values.Number(isLess.Shape, ofRow: false));
        var before = ElementwiseOps.Or.On(isLess, own.EqualTo(other) & (column < row));
        return before.To(DType.I64).Sum([before.Rank - 1]);
    }

    /// <summary>1 or −1 for each column: the sign of its largest component, the first of those that are nearly as large.</summary>
    internal static Term Signs(Term columns)
    {
        var size = Prelude.Abs(columns);
        var place = Prelude.ArgMax((size >= NearlyLargest * Prelude.Max(size, -2, keepDims: true)).To(columns.DType), -2, keepDims: true);
        var largest = Prelude.Gather(columns, place, -2);
        return Prelude.Squeeze((largest < largest.Literal(0)).Select(largest.Literal(-1), largest.Filled(1)), [-2]);
    }

    /// <summary>The columns with their largest components positive.</summary>
    internal static Term Signed(Term columns) => columns * Signs(columns).AsRow();

    /// <summary>1 / distance(value of the column, value of the row), 0 for values that are equal to within rounding.</summary>
    internal static Term Reciprocal(Term values, Func<Term, Term, Term> distance)
    {
        var (column, row) = (values.AsRow(), values.AsColumn());
        var scale = Prelude.StopGradient(Prelude.Max(Prelude.Abs(values), -1, keepDims: true).AsLast() * Epsilon(values));
        var isEqual = Prelude.Abs(column - row) <= scale;
        return isEqual.Select(values.Literal(0), 1 / isEqual.Select(values.Literal(1), distance(column, row)));
    }
}

/// <summary>
/// Which columns Jacobi's method rotates at once: in n − 1 rounds (n for an odd number of columns, of which one then rests) each meets every other one, as in a tournament.
/// </summary>
internal sealed class JacobiPairs(Term matrix, Dim columns)
{
    private readonly long _columns = columns.Value;

    /// <summary>The number of players, one of whom is missing if the columns are odd in number, less one.</summary>
    private long Circle => _columns % 2 == 0 ? _columns - 1 : _columns;

    /// <summary>The number of rounds.</summary>
    public Dim Rounds => _columns < 2 ? 0 : Circle;

    /// <summary>For each column the one that it is rotated with in a round (an i64 scalar); itself if it rests.</summary>
    public Term Partner(Term round)
    {
        var place = new Term(round.Builder, round.Builder.Apply(new Iota(new(DType.I64, Shape.Of(_columns)), 0)));
        var circle = place.Literal(Circle);
        var across = ElementwiseOps.Rem.On(2 * round + circle - place, circle);
        if (_columns % 2 != 0) return across;
        // The last one stands outside the circle and meets who would meet himself.
        return place.EqualTo(circle).Select(round, across.EqualTo(place).Select(circle, across));
    }

    /// <summary>True for the columns that do not rest.</summary>
    public Term HasPartner(Term partner) => ElementwiseOps.Ne.On(partner, partner.Number());

    /// <summary>True at (i, partner of i) of square matrices, where i has a partner.</summary>
    public Term IsPartner(Term partner, Shape shape) =>
        partner.AsColumn().EqualTo(matrix.Number(shape, ofRow: false)) & HasPartner(partner).AsColumn();

    /// <summary>The rotations that make pairs orthogonal, from the squares of columns and the products of partners.</summary>
    public JacobiRotation Rotation(Term partner, Term squares, Term between)
    {
        var isFirst = partner.Number() < partner;
        var others = Prelude.Take(squares, partner, -1);
        var isZero = between.EqualTo(between.Literal(0));
        var difference = isFirst.Select(others - squares, squares - others);
        var ratio = difference / (2 * isZero.Select(between.Literal(1), between));
        var tangent = (ratio < ratio.Literal(0)).Select(ratio.Literal(-1), ratio.Filled(1)) / (Prelude.Abs(ratio) + Prelude.Sqrt(ratio * ratio + 1));
        tangent = isZero.Select(tangent.Literal(0), tangent);
        var cosine = 1 / Prelude.Sqrt(tangent * tangent + 1);
        var sine = tangent * cosine;
        return new(partner, cosine, isFirst.Select(-sine, sine));
    }
}

/// <summary>Rotations of disjoint pairs: each column becomes itself times a cosine and its partner times a sine.</summary>
internal sealed class JacobiRotation(Term partner, Term cosine, Term sine)
{
    /// <summary>The columns rotated.</summary>
    public Term OnColumns(Term x) => x * cosine.AsRow() + Prelude.Take(x, partner, -1) * sine.AsRow();
}
