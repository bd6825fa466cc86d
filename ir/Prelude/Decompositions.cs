namespace MindDsl.Ir;

public static partial class Prelude
{
    /// <summary>The inverses of square matrices. A singular matrix gives infinities or NaN.</summary>
    public static Term Inverse(Term a)
    {
        RequireSquare("inverse", a);
        return new FactoredSolve(Transposed: false).On(a, a.Unit(a.Rows()), new Lu().On(a));
    }

    /// <summary>The determinants of square matrices; their derivative is exact for singular matrices too.</summary>
    public static Term Det(Term a)
    {
        RequireSquare("det", a);
        return new Determinant().On(a, new Lu().On(a));
    }

    /// <summary>
    /// The signs of the determinants of square matrices, 1, −1, or 0 of singular ones, and log |det A|, which does not overflow where the determinant does; −∞ of singular ones.
    /// </summary>
    public static (Term Sign, Term LogAbsDet) SlogDet(Term a)
    {
        RequireSquare("slogdet", a);
        var factors = new Lu().On(a);
        return (Lu.SignOfPlaces(factors) * Prod(Sign(Lu.Both(factors).DiagonalOf()), -1), new LogAbsDeterminant().On(a, factors));
    }

    /// <summary>X with A X = B. B has the rank of A, or one less: then it is a vector, or a batch of vectors. Leading axes broadcast. A singular A gives infinities or NaN.</summary>
    public static Term Solve(Term a, Term b)
    {
        RequireSquare("solve", a);
        return Solved("solve", a, b, static (a, b) => new FactoredSolve(Transposed: false).On(a, b, new Lu().On(a)));
    }

    /// <summary>X with A X = B for a triangular A, of which the other triangle is not read, nor the diagonal if it is taken to be 1. B is as for <see cref="Solve"/>.</summary>
    public static Term TriangularSolve(Term a, Term b, bool upper = false, bool unit = false)
    {
        RequireSquare("triangular_solve", a);
        return Solved("triangular_solve", a, b, (a, b) => new TriangularSolve(upper, unit).On(a, b));
    }

    /// <summary>The lower triangular L with L Lᵀ = (A + Aᵀ)/2; NaN where that is not positive definite.</summary>
    public static Term Cholesky(Term a)
    {
        RequireSquare("cholesky", a);
        return Tril(new Cholesky().On(Symmetric(a)));
    }

    /// <summary>
    /// Q and R with A = Q R: Q has orthonormal columns, as many as A has rows or columns, whichever are fewer; R is upper triangular, its diagonal not negative.
    /// </summary>
    public static (Term Q, Term R) Qr(Term a)
    {
        RequireMatrix("qr", a);
        long columns = Math.Min(a.Rows().Value, a.Columns().Value);
        var q = new Orthonormal().On(Slice(a, -1, 0, columns));
        return (q, Triu(q.T().Times(a)));
    }

    /// <summary>The eigenvalues of (A + Aᵀ)/2 in ascending order.</summary>
    public static Term Eigvalsh(Term a) => Eigh(a).Values;

    /// <summary>
    /// The eigenvalues of (A + Aᵀ)/2 in ascending order, and their eigenvectors as columns, each with its largest component positive. Equal eigenvalues have eigenvectors of
    /// which only the span has a derivative.
    /// </summary>
    public static (Term Values, Term Vectors) Eigh(Term a)
    {
        RequireSquare("eigh", a);
        var symmetric = Symmetric(a);
        var vectors = new Eigenvectors().On(symmetric);
        return (new ValuesOfVectors().On(vectors, symmetric, vectors), vectors);
    }

    /// <summary>The exponential of (A + Aᵀ)/2, by its eigenvalues. It has derivatives of any order, of equal eigenvalues, too.</summary>
    public static Term SymmetricExp(Term a) => Spectral(a, new(SpectralKind.Exp));

    /// <summary>The logarithm of (A + Aᵀ)/2, whose eigenvalues have to be positive. It has derivatives of any order, of equal eigenvalues, too.</summary>
    public static Term SymmetricLog(Term a) => Spectral(a, new(SpectralKind.Log));

    /// <summary>
    /// A power of (A + Aᵀ)/2, whose eigenvalues have to be positive unless the exponent is a whole number: ½ for the square root, −½ for the inverse of that. It has derivatives of any order, of equal eigenvalues,
    /// too.
    /// </summary>
    public static Term SymmetricPower(Term a, double exponent) => Spectral(a, new(SpectralKind.Pow, exponent));

    private static Term Spectral(Term a, SpectralFunction f)
    {
        RequireSquare(f.Name, a);
        var symmetric = Symmetric(a);
        return f.On(symmetric, new Eigenvectors().On(symmetric));
    }

    /// <summary>The singular values in descending order; derivative 0 where they are 0.</summary>
    public static Term SingularValues(Term a) => Svd(a).S;

    /// <summary>
    /// U, s and V with A = U diag(s) Vᵀ: orthonormal columns, as many as A has rows or columns, whichever are fewer, and singular values in descending order.
    /// </summary>
    public static (Term U, Term S, Term V) Svd(Term a)
    {
        RequireMatrix("svd", a);
        bool wide = a.Rows().Value < a.Columns().Value;
        var tall = wide ? a.T() : a;
        var (u, v) = SingularVectors.Parts(new SingularVectors().On(tall), tall);
        var values = Relu(new ValuesOfVectors().On(u, tall, v));
        return wide ? (v, values, u) : (u, values, v);
    }

    /// <summary>
    /// The exponentials of square matrices, by scaling and squaring with the Padé approximant of degree 13 (N. Higham, "The scaling and squaring method for the matrix
    /// exponential revisited", SIAM J. Matrix Anal. Appl. 26 (2005)).
    /// </summary>
    public static Term Expm(Term a)
    {
        RequireSquare("expm", a);
        const double largest = 5.371920351148152;
        var norm = StopGradient(Max(Sum(Abs(a), -2), -1));
        var steps = Ceiling(Log2(Maximum(norm / largest, 1)));
        steps = ElementwiseOps.IsFinite.On(steps).Select(steps, steps.Literal(0));
        var scaled = a * Exp2(-steps).AsLast().AsLast();
        var result = PadeExp(scaled);

        // Each matrix is squared as often as it was halved.
        var builder = a.Builder;
        var most = Max(Flatten(steps), null).To(DType.I64);
        var (index, carry) = (new Value(TensorType.Scalar(DType.I64)), new Value(a.Type));
        var inner = builder.Nested();
        var power = inner[carry];
        var isOpen = inner[index].To(a.DType) < inner[steps.Atom];
        var next = isOpen.AsLast().AsLast().Select(power.Times(power), power);
        var body = inner.Build([index, carry], [next.Atom]);
        return builder[builder.Emit(new Scan(most.Atom, null, Reverse: false, [result.Atom], [], body), [a.Type])[0]];
    }

    private static Term PadeExp(Term a)
    {
        double[] b =
        [
            64764752532480000, 32382376266240000, 7771770303897600, 1187353796428800, 129060195264000, 10559470521600, 670442572800, 33522128640, 1323241920, 40840800, 960960,
            16380, 182, 1,
        ];
        // The quotient is the same for coefficients that are smaller by one factor, which f32 can hold.
        for (int k = 0; k < b.Length; k++) b[k] /= 64764752532480000;
        var unit = a.Unit(a.Rows());
        var a2 = a.Times(a);
        var a4 = a2.Times(a2);
        var a6 = a4.Times(a2);
        var odd = a.Times(a6.Times(b[13] * a6 + b[11] * a4 + b[9] * a2) + b[7] * a6 + b[5] * a4 + b[3] * a2 + b[1] * unit);
        var even = a6.Times(b[12] * a6 + b[10] * a4 + b[8] * a2) + b[6] * a6 + b[4] * a4 + b[2] * a2 + b[0] * unit;
        return Solve(even - odd, even + odd);
    }

    private static Term Symmetric(Term a) => (a + a.T()) * 0.5;

    private static Term Solved(string op, Term a, Term b, Func<Term, Term, Term> solve)
    {
        bool isVector = b.Rank == a.Rank - 1;
        var wide = isVector ? b.AsLast() : b;
        bool fits = b.Rank >= 1 && wide.Rank >= 2 && wide.DType == a.DType && wide.Rows() == a.Rows();
        var batches = fits ? Shape.Broadcast(new(a.Shape.Dims.Slice(0, a.Rank - 2)), new(wide.Shape.Dims.Slice(0, wide.Rank - 2))) : null;
        if (batches is not { } lead)
            throw new MindDslException(Diagnostics.ShapesDoNotFit(op, "A is [batch…, n, n], B is [batch…, n, k] or [batch…, n], of one element type", ("A", a.Type), ("B", b.Type)));
        var x = solve(a.BroadcastTo(new([.. lead.Dims, a.Rows(), a.Rows()])), wide.BroadcastTo(new([.. lead.Dims, wide.Rows(), wide.Columns()])));
        return isVector ? Squeeze(x, [-1]) : x;
    }

    private static void RequireSquare(string op, Term a) => Matrices.RequireSquare(op, a.Type);

    private static void RequireMatrix(string op, Term a)
    {
        if (a.Rank < 2 || a.DType is not { IsFloat: true, IsStorage: false }) throw new MindDslException(Diagnostics.ShapesDoNotFit(op, "the operand is a matrix of floats, or a batch of such", ("operand", a.Type)));
    }
}
