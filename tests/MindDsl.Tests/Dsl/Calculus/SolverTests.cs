using MindDsl.Ir;
using Xunit;
using static MindDsl.Mind;

namespace MindDsl.Tests.Dsl.Calculus;

/// <summary>Roots of equations and solutions of linear systems that are given as products.</summary>
public class SolverTests
{
    private static void Close(double expected, double found, double tolerance = 1e-8) => Assert.Equal(expected, found, tolerance * (1 + Math.Abs(expected)));

    [Fact]
    public void A_root_has_the_derivatives_of_its_equation()
    {
        var root = Fn((double a) => Root(1.5, x => x * x * x - a));
        Close(Math.Cbrt(5), root(5));
        Close(Math.Pow(5, -2.0 / 3) / 3, root.Grad()(5));
        Close(-2.0 / 9 * Math.Pow(5, -5.0 / 3), root.Grad().Grad()(5));
        Close(-2.0 / 9 * Math.Pow(5, -5.0 / 3), Fn((double a) => root.Jvp()(a, 1.0).Tangent).Jvp()(5, 1.0).Tangent);
    }

    [Fact]
    public void A_system_of_equations_is_solved_by_newtons_method()
    {
        // x₀² + x₁² = p, x₀ = x₁: x = √(p/2).
        Tensor start = new double[] { 1, 2 };
        var solve = Fn((Tensor p) => Root(start, x => Stack(new[] { x[0] * x[0] + x[1] * x[1] - p, x[0] - x[1] })));
        Tensor p = 8.0;
        Assert.All(solve(p).ToArray<double>(), x => Close(2, x));
        Assert.All(solve.JacRev()(p).ToArray<double>(), d => Close(0.125, d));
        Assert.All(solve.JacFwd()(p).ToArray<double>(), d => Close(0.125, d));
    }

    [Fact]
    public void A_linear_system_is_given_by_its_product()
    {
        var solve = Fn((Tensor a, Tensor b) => LinearSolve(x => a.Dot(x) + 2 * x, b));
        Tensor a = new double[,] { { 1, 1 }, { 0, 2 } }, b = new double[] { 5, 8 };
        // (A + 2)x = b: [[3, 1], [0, 4]].
        var x = solve(a, b).ToArray<double>();
        Close(1, x[0]);
        Close(2, x[1]);
        var loss = Fn((Tensor m, Tensor c) => solve(m, c).Sum(null, false));
        var (dm, dc) = loss.GradAll()(a, b);
        // w = (A + 2)⁻ᵀ·1 = (1/3, 1/6); b̄ = w, Ā = −w xᵀ.
        Close(1.0 / 3, dc.ToArray<double>()[0]);
        Close(1.0 / 6, dc.ToArray<double>()[1]);
        Close(-2.0 / 3, dm.ToArray<double>()[1]);
        Close(-1.0 / 6, dm.ToArray<double>()[2]);
    }

    private static readonly double[] Diagonal = [2.5, 3, 2.2, 4, 3.5], Right = [1, -2, 0.5, 3, 1.5];

    /// <summary>A tridiagonal product: d on the diagonal, −1 above it and −e below.</summary>
    private static readonly Fn<Tensor, Tensor, Tensor, Tensor> Chain = Fn((Tensor d, Tensor e, Tensor x) =>
        (d * x) - Concat(new[] { x.Slice(0, 1, 5, 1), Tensor.Zeros(DType.F64, new long[] { 1 }) }, 0) - (e * Concat(new[] { Tensor.Zeros(DType.F64, new long[] { 1 }), x.Slice(0, 0, 4, 1) }, 0)));

    public static TheoryData<bool> Kinds => [true, false];

    private static Fn<Tensor, Tensor, Tensor, Tensor> Solved(bool symmetric) => symmetric
        ? Fn((Tensor d, Tensor e, Tensor b) => LinearSolve(x => Chain(d, e, x), b, (a, r) => ConjugateGradient(a, r, 1e-14)))
        : Fn((Tensor d, Tensor e, Tensor b) => LinearSolve(x => Chain(d, e, x), b, (a, r) => BiconjugateGradient(a, r, 1e-14)));

    /// <summary>The same system, whose matrix is formed.</summary>
    private static readonly Fn<Tensor, Tensor, Tensor, Tensor> Dense = Fn((Tensor d, Tensor e, Tensor b) => LinearSolve(x => Chain(d, e, x), b));

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_solver_that_reads_products_has_the_derivatives_of_the_solution_in_all_modes(bool symmetric)
    {
        Tensor d = Diagonal, e = symmetric ? Tensor.Full(1, DType.F64, 5) : new double[] { 9, 0.5, -0.3, 0.8, 0.2 }, b = Right, v = new double[] { 0.3, -1, 2, 0.7, -0.4 };
        var solve = Solved(symmetric);
        void Same(string what, Tensor expected, Tensor found) =>
            Assert.All(expected.ToArray<double>().Zip(found.ToArray<double>()), p => Assert.Equal(p.First, p.Second, 1e-9 * (1 + Math.Abs(p.First))));
        Same("value", Dense(d, e, b), solve(d, e, b));
        Same("product", b, Chain(d, e, solve(d, e, b)));
        Fn<Tensor, Tensor, Tensor, Tensor> Loss(Fn<Tensor, Tensor, Tensor, Tensor> f) => Fn((Tensor p, Tensor q, Tensor r) => (f(p, q, r).Sin() * q).Sum(null, false));
        var (loss, dense) = (Loss(solve), Loss(Dense));
        var (found, expected) = (loss.GradAll()(d, e, b), dense.GradAll()(d, e, b));
        Same("∂d", expected.Item1, found.Item1);
        if (!symmetric) Same("∂e", expected.Item2, found.Item2);
        Same("∂b", expected.Item3, found.Item3);
        Same("forward", Dense.Jvp()(d, e, b, v, e * 0.0, v).Tangent, solve.Jvp()(d, e, b, v, e * 0.0, v).Tangent);
        Same("forward over reverse", dense.Hvp()(d, e, b, v), loss.Hvp()(d, e, b, v));
        Fn<Tensor, Tensor> Directional(Fn<Tensor, Tensor, Tensor, Tensor> f) => Fn((Tensor p) => f.Jvp()(p, e, b, v, e * 0.0, b * 0.0).Tangent);
        Same("reverse over forward", Directional(dense).Grad()(d), Directional(loss).Grad()(d));
        Same("third", Directional(dense).Hvp()(d, v), Directional(loss).Hvp()(d, v));
        Fn<Tensor, Tensor> Twice(Fn<Tensor, Tensor> f)
        {
            var gradient = f.Grad();
            return Fn((Tensor p) => (gradient(p) * v).Sum(null, false)).Grad();
        }
        Same("reverse over reverse", Twice(Directional(dense))(d), Twice(Directional(loss))(d));
    }

    [Fact]
    public void A_million_unknowns_need_no_matrix()
    {
        // (2 + h)·x with periodic neighbours subtracted; the sum of the solution is Σ b / h, its derivative with respect to b is 1/h everywhere.
        var solve = Fn((Tensor b, double h) => LinearSolve(x => ((2 + h) * x) - x.Roll(1, 0) - x.Roll(-1, 0), b, (a, r) => ConjugateGradient(a, r)).Sum(null, false));
        Tensor b = Tensor.Full(3, DType.F64, 1_000_000);
        Assert.Equal(3e6 / 0.5, (double)solve(b, 0.5), 1e-3);
        Assert.Equal(2, solve.Grad()(b, 0.5).ToArray<double>()[77], 1e-9);
        Assert.Equal(-3e6 / 0.25, solve.Grad(Wrt.Arg2)(b, 0.5), 1e-2);
    }

    [Fact]
    public void Solvers_solve_structures_and_run_outside_of_quotes()
    {
        // x = (p, q): (2p + q, 3q) = (5, 3) by Jacobi's method.
        var f = Fn((double c) => LinearSolve(
            s => ValueTuple.Create(2 * s.Item1 + c * s.Item2, 3 * s.Item2), ValueTuple.Create(5.0, 3.0),
            (a, b) => Iterate(60, b, x => Let(a(x), y => ValueTuple.Create(x.Item1 + (b.Item1 - y.Item1) / 2, x.Item2 + (b.Item2 - y.Item2) / 3)))).Item1);
        Close(2, f(1));
        Close(-0.5, f.Grad()(1));
        Close(0, f.Grad().Grad()(1));
        Tensor a = new double[,] { { 4, 1 }, { 1, 3 } }, b = new double[] { 1, 2 };
        Assert.All(new[] { ConjugateGradient(x => a.Dot(x), b), BiconjugateGradient(x => a.Dot(x), b), LinearSolve(x => a.Dot(x), b, (m, r) => ConjugateGradient(m, r)) }, x =>
        {
            Close(1.0 / 11, x.ToArray<double>()[0]);
            Close(7.0 / 11, x.ToArray<double>()[1]);
        });
    }

    [Fact]
    public void A_solver_that_ends_exactly_has_derivatives_of_its_steps()
    {
        var f = Fn((Tensor b) => BiconjugateGradient(x => 2.0 * x, b, 1e-12, 10_000).Sum(null, false));
        Assert.All(f.Grad()(new double[] { 1, -2, 3 }).ToArray<double>(), slope => Close(0.5, slope));
    }

    [Fact]
    public void Outside_of_a_quote_there_is_no_derivative_of_a_lambda() =>
        Assert.Contains(Assert.Throws<MindDslException>(() => Root(1.0, x => x * x - 2)).Diagnostics, d => d.Code == "MIND0414");
}
