using MindDsl.Ir;

namespace MindDsl;

public sealed partial class Tensor
{
#pragma warning disable CS1591 // Each method is the prelude's function of the same name, which says what it computes.
    public Tensor Inverse() => Eager.Call(Prelude.Inverse, this);
    public Tensor Det() => Eager.Call(Prelude.Det, this);
    public Tensor Solve(Tensor b) => Eager.Call(Prelude.Solve, this, b);
    public Tensor TriangularSolve(Tensor b, bool upper = false, bool unit = false) =>
        Eager.Call(static (x, a) => Prelude.TriangularSolve(x[0], x[1], a.upper, a.unit), (upper, unit), this, b);
    public Tensor Cholesky() => Eager.Call(Prelude.Cholesky, this);
    public Tensor Eigvalsh() => Eager.Call(Prelude.Eigvalsh, this);
    public Tensor SingularValues() => Eager.Call(Prelude.SingularValues, this);
    public Tensor Expm() => Eager.Call(Prelude.Expm, this);
    public Tensor SymmetricExp() => Eager.Call(Prelude.SymmetricExp, this);
    public Tensor SymmetricLog() => Eager.Call(Prelude.SymmetricLog, this);
    public Tensor SymmetricPower(double exponent) => Eager.Call(static (x, p) => Prelude.SymmetricPower(x[0], p), exponent, this);
#pragma warning restore CS1591

    /// <inheritdoc cref="Prelude.SlogDet(Term)"/>
    public (Tensor Sign, Tensor LogAbsDet) SlogDet() =>
        Eager.CallMany(static (x, _) => Prelude.SlogDet(x[0]) is var (sign, log) ? [sign, log] : [], 0, this) is [var s, var l] ? (s, l) : default;

    /// <inheritdoc cref="Prelude.Qr(Term)"/>
    public (Tensor Q, Tensor R) Qr() =>
        Eager.CallMany(static (x, _) => Prelude.Qr(x[0]) is var (q, r) ? [q, r] : [], 0, this) is [var q, var r] ? (q, r) : default;

    /// <inheritdoc cref="Prelude.Eigh(Term)"/>
    public (Tensor Values, Tensor Vectors) Eigh() =>
        Eager.CallMany(static (x, _) => Prelude.Eigh(x[0]) is var (values, vectors) ? [values, vectors] : [], 0, this) is [var l, var v] ? (l, v) : default;

    /// <inheritdoc cref="Prelude.Svd(Term)"/>
    public (Tensor U, Tensor S, Tensor V) Svd() =>
        Eager.CallMany(static (x, _) => Prelude.Svd(x[0]) is var (u, s, v) ? [u, s, v] : [], 0, this) is [var a, var b, var c] ? (a, b, c) : default;
}
