using MindDsl.Ir;
using Xunit;
using static MindDsl.Mind;

namespace MindDsl.Tests.Dsl;

/// <summary>Functions of symmetric matrices, whose derivatives exist where eigenvalues are equal.</summary>
public class SpectralFunctionTests
{
    private static readonly Tensor Orthogonal = new double[,] { { 2.0 / 3, -1.0 / 3, 2.0 / 3 }, { 2.0 / 3, 2.0 / 3, -1.0 / 3 }, { -1.0 / 3, 2.0 / 3, 2.0 / 3 } };

    /// <summary>Matrices of which none, two or three eigenvalues are equal, or nearly so.</summary>
    public static TheoryData<double, double, double> Spectra => new()
    {
        { 0.5, 1.2, 2.5 }, { 0.7, 0.7, 2 }, { 2, 0.7, 0.7 }, { 1.3, 1.3, 1.3 }, { 0.7, 0.7 + 1e-9, 2 }, { 0.7, 0.7 + 1e-5, 0.7 - 1e-5 }, { 0.7, 0.703, 0.706 },
    };

    private static Tensor Matrix(double a, double b, double c) => Orthogonal.MatMul(new double[,] { { a, 0, 0 }, { 0, b, 0 }, { 0, 0, c } }).MatMul(Orthogonal.Transpose());

    private static readonly Tensor Weights = new double[,] { { 0.3, -1, 0.4 }, { 0.8, 0.2, -0.5 }, { -0.7, 0.6, 1.1 } };

    private static readonly Tensor E = new double[,] { { 0.5, 0.3, -0.2 }, { 0.3, -0.4, 0.9 }, { -0.2, 0.9, 0.1 } }, F = new double[,] { { -0.3, 0.7, 0.2 }, { 0.7, 0.6, -0.1 }, { 0.2, -0.1, 0.8 } };

    private static void Close(Tensor expected, Tensor found, double tolerance) =>
        Assert.All(expected.ToArray<double>().Zip(found.ToArray<double>()), p => Assert.Equal(p.First, p.Second, tolerance * (1 + Math.Abs(p.First))));

    /// <summary>All derivatives to the third of a loss, in all modes: its gradient, and products with directions.</summary>
    private static Tensor[] Derivatives(Fn<Tensor, Tensor> loss, Tensor a)
    {
        var along = Fn((Tensor x) => loss.Jvp()(x, E).Tangent);
        return [loss(a), loss.Grad()(a), along(a), loss.Hvp()(a, E), along.Grad()(a), Fn((Tensor x) => along.Jvp()(x, F).Tangent)(a), along.Hvp()(a, F)];
    }

    private static void Agree(Fn<Tensor, Tensor> expected, Fn<Tensor, Tensor> found, Tensor a, params double[] tolerances)
    {
        var (left, right) = (Derivatives(expected, a), Derivatives(found, a));
        int[] orders = [0, 1, 1, 2, 2, 2, 3];
        for (int k = 0; k < left.Length; k++) if (orders[k] < tolerances.Length) Close(left[k], right[k], tolerances[orders[k]]);
    }

    [Theory]
    [MemberData(nameof(Spectra))]
    public void The_exponential_has_the_derivatives_of_its_series(double a, double b, double c) => Agree(
        Fn((Tensor x) => (((x + x.Transpose()) / 2).Expm() * Weights).Sin().Sum(null, false)),
        Fn((Tensor x) => (x.SymmetricExp() * Weights).Sin().Sum(null, false)),
        Matrix(a, b, c), 1e-12, 1e-9, 1e-6, 1e-4);

    [Theory]
    [MemberData(nameof(Spectra))]
    public void Whole_powers_have_the_derivatives_of_products(double a, double b, double c)
    {
        Agree(
            Fn((Tensor x) => Let((x + x.Transpose()) / 2, s => (s.MatMul(s).MatMul(s) * Weights).Sum(null, false))),
            Fn((Tensor x) => (x.SymmetricPower(3) * Weights).Sum(null, false)),
            Matrix(a, b, c), 1e-12, 1e-9, 1e-6, 1e-4);
        Agree(
            Fn((Tensor x) => (((x + x.Transpose()) / 2).Inverse() * Weights).Sum(null, false)),
            Fn((Tensor x) => (x.SymmetricPower(-1) * Weights).Sum(null, false)),
            Matrix(a, b, c), 1e-11, 1e-9, 1e-5, 1e-3);
    }

    [Theory]
    [MemberData(nameof(Spectra))]
    public void Roots_and_logarithms_undo_squares_and_exponentials(double a, double b, double c)
    {
        var symmetric = Fn((Tensor x) => ((x + x.Transpose()) / 2 * Weights).Sum(null, false));
        Agree(symmetric, Fn((Tensor x) => (x.SymmetricExp().SymmetricLog() * Weights).Sum(null, false)), Matrix(a, b, c), 1e-12, 1e-8, 1e-5);
        Agree(symmetric, Fn((Tensor x) => Let((x + x.Transpose()) / 2, s => (s.MatMul(s).SymmetricPower(0.5) * Weights).Sum(null, false))), Matrix(a, b, c), 1e-12, 1e-8);
    }

    [Theory]
    [MemberData(nameof(Spectra))]
    public void Sums_over_the_spectrum_have_second_derivatives_as_traces(double a, double b, double c)
    {
        // Σ λ log λ = tr A log A; with F = E: its first derivative is log A + 1.
        var trace = Fn((Tensor x) => x.MatMul(x.SymmetricLog()).Trace());
        Tensor m = Matrix(a, b, c);
        Close(m.SymmetricLog() + new double[,] { { 1, 0, 0 }, { 0, 1, 0 }, { 0, 0, 1 } }, trace.Grad()(m), 1e-9);
        // At a multiple of the unit matrix the second derivative of tr f(A) is f″·tr(E F).
        Tensor unit = Matrix(2, 2, 2);
        double second = (double)(trace.Hvp()(unit, E) * F).Sum(null, false);
        Assert.Equal(0.5 * (double)(E * F).Sum(null, false), second, 1e-8);
        Assert.All(trace.Hessian()(unit).ToArray<double>(), x => Assert.True(double.IsFinite(x)));
    }

    [Fact]
    public void Batches_single_precision_and_wrong_shapes()
    {
        Tensor all = Stack(new[] { Matrix(1, 1, 2), Matrix(0.5, 0.7, 3) });
        var f = Fn((Tensor x) => x.SymmetricLog());
        Close(f(all), f.Vmap()(all), 1e-12);
        Close(f(Matrix(1, 1, 2)), f(all)[0], 1e-12);
        Assert.Equal(2, Tensor.Of(new[,] { { 4f, 0 }, { 0, 4f } }).SymmetricPower(0.5).ToArray<float>()[0], 1e-5f);
        Assert.Equal("MIND0221", Assert.Throws<MindDslException>(() => Tensor.Zeros(DType.F64, 2, 3).SymmetricExp()).Code);
    }

    [Fact]
    public void Equal_and_zero_singular_values_have_the_derivatives_that_exist()
    {
        // Of Σ s at twice an orthogonal matrix: U Vᵀ; of Σ s² anywhere: 2 A, with the Hessian 2 on zeros of the spectrum as well.
        var nuclear = Fn((Tensor x) => x.SingularValues().Sum(null, false));
        Close(Orthogonal, nuclear.Grad()(2 * Orthogonal), 1e-12);
        var frobenius = Fn((Tensor x) => x.SingularValues().Square().Sum(null, false));
        Tensor low = new double[,] { { 1, 2, 3 }, { 2, 4, 6 }, { 0, 0, 0 } };
        Close(2 * low, frobenius.Grad()(low), 1e-12);
        Close(Tensor.Zeros(DType.F64, 3, 3), frobenius.Grad()(Tensor.Zeros(DType.F64, 3, 3)), 1e-12);
        // The polar factor at twice an orthogonal matrix Q: along Q·S with S symmetric it does not move, along Q·K with K antisymmetric by Q·K/2.
        var polar = Fn((Tensor x) => x.MatMul(x.Transpose().MatMul(x).SymmetricPower(-0.5)));
        Tensor k = new double[,] { { 0, 1, -2 }, { -1, 0, 0.5 }, { 2, -0.5, 0 } };
        Close(Orthogonal, polar(2 * Orthogonal), 1e-12);
        Close(Tensor.Zeros(DType.F64, 3, 3), polar.Jvp()(2 * Orthogonal, Orthogonal.MatMul(E)).Tangent, 1e-9);
        Close(Orthogonal.MatMul(k) / 2, polar.Jvp()(2 * Orthogonal, Orthogonal.MatMul(k)).Tangent, 1e-9);
    }
}
