using MindDsl.Distributions;
using MindDsl.Ir;
using static MindDsl.Mind;

namespace MindDsl.Examples.Lessons;

/// <summary>Lessons on linear algebra, batches and distributions.</summary>
public static class MatrixLessons
{
    /// <summary>A ridge regression and its derivative by the data.</summary>
    public static (double[] Weights, double Slope) Regression()
    {
        #region Regression
        Tensor x = Tensor.Of(new[,] { { 1.0, 0 }, { 1, 1 }, { 1, 2 } }), y = Tensor.Of(new[] { 1.0, 3, 5 });
        var fit = Fn((Tensor a, Tensor b) => a.Transpose().MatMul(a).Solve(a.Transpose().MatMul(b)));
        double[] weights = fit(x, y).ToArray<double>();                  // 1 and 2: y = 1 + 2 t

        var last = Fn((Tensor b) => fit(x, b)[1]);                       // how the slope hangs on each measurement
        double slope = last.Grad()(y).ToArray<double>()[2];              // ½
        #endregion
        return (weights, slope);
    }

    /// <summary>The log-likelihood of a normal distribution in several dimensions, by its Cholesky factor.</summary>
    public static (double Value, double[] Gradient) LogLikelihood()
    {
        #region LogLikelihood
        var density = Fn((Tensor covariance, Tensor point) =>
            -0.5 * covariance.Cholesky().TriangularSolve(point, false, false).Square().Sum(null, false)
            - covariance.Cholesky().Diagonal(0).Log().Sum(null, false) - Math.Log(2 * Math.PI));
        Tensor c = Tensor.Of(new[,] { { 2.0, 0 }, { 0, 0.5 } }), z = Tensor.Of(new[] { 2.0, 0 });
        double value = (double)density(c, z);                            // −1 − log 2π
        double[] gradient = density.Grad()(c, z).ToArray<double>();      // ½ (C⁻¹ z zᵀ C⁻¹ − C⁻¹) = ¼, 0, 0, −1
        #endregion
        return (value, gradient);
    }

    /// <summary>The spectrum of a symmetric matrix and the derivative of its largest value.</summary>
    public static (double[] Values, double[] Slope) Spectrum()
    {
        #region Spectrum
        var matrix = Tensor.Of(new[,] { { 2.0, 1 }, { 1, 2 } });
        var (values, vectors) = matrix.Eigh();                           // 1 and 3; vectors are columns
        var largest = Fn((Tensor a) => a.Eigvalsh()[1]);
        double[] slope = largest.Grad()(matrix).ToArray<double>();       // v vᵀ = ½ everywhere
        #endregion
        _ = vectors;
        return (values.ToArray<double>(), slope);
    }

    /// <summary>A function of a symmetric matrix with equal eigenvalues.</summary>
    public static (double[] Tangent, double[] Second) EqualEigenvalues()
    {
        #region EqualEigenvalues
        var log = Fn((Tensor a) => a.SymmetricLog());                    // V log(Λ) Vᵀ
        Tensor twice = Tensor.Of(new[,] { { 2.0, 0 }, { 0, 2 } });       // equal eigenvalues
        Tensor e = Tensor.Of(new[,] { { 0.0, 1 }, { 1, 0 } });
        double[] tangent = log.Jvp()(twice, e).Tangent.ToArray<double>();                                  // E/2
        double[] second = Fn((Tensor a) => log.Jvp()(a, e).Tangent).Jvp()(twice, e).Tangent.ToArray<double>();   // −E²/4
        #endregion
        return (tangent, second);
    }

    /// <summary>What is said of singular matrices.</summary>
    public static (double Det, double Log, double[] Cofactors) Singular()
    {
        #region Singular
        var singular = Tensor.Of(new[,] { { 1.0, 2 }, { 2, 4 } });
        double det = (double)singular.Det();                             // 0
        double log = (double)singular.SlogDet().LogAbsDet;               // −∞; the sign is 0
        double[] cofactors = Fn((Tensor a) => a.Det()).Grad()(singular).ToArray<double>();   // 4, −2, −2, 1: exact all the same
        #endregion
        return (det, log, cofactors);
    }

    /// <summary>One function on many arguments.</summary>
    public static (double[] Lanes, double[] Slopes, double[,] Table) Batches()
    {
        #region Batches
        // Each lane ends when its own condition says so, and so does its derivative.
        var root = Fn((double a) => While(new { X = a }, s => Math.Abs(s.X * s.X - a) > 1e-12, s => new { X = (s.X + a / s.X) / 2 }).X);
        double[] lanes = root.Vmap()([4, 9, 2.25]);                      // 2, 3, 1.5
        double[] slopes = root.Grad().Vmap()([4, 9, 2.25]);              // ¼, ⅙, ⅓

        // An axis for each argument; null for one that all lanes share.
        var product = Fn((double x, double y) => x * y);
        var rows = product.Vmap<Fn<double, double[], double[]>>(new int?[] { null, 0 });
        double[,] table = rows.Vmap<Fn<double[], double[], double[,]>>(new int?[] { 0, null })([1, 2], [3, 4, 5]);
        #endregion
        return (lanes, slopes, table);
    }

    /// <summary>A stream of its own for each lane.</summary>
    public static (long[] Shape, bool Differ) Streams()
    {
        #region Streams
        var walk = Fn((Key key) => Normal(key, new long[] { 100 }, DType.F64).CumSum(0));
        Tensor walks = walk.Vmap()(new Key(1).Split(8));                 // 8 independent walks of 100 steps
        #endregion
        return (walks.Shape.ToArray(), (double)walks[0][0] != (double)walks[1][0]);
    }

    /// <summary>A gradient through samples.</summary>
    public static double Reparameterised()
    {
        #region Reparameterised
        // d/da E[x] of gamma distributions is 1 / rate; here as the mean of derivatives of samples.
        var mean = Fn((GammaDistribution p, Key key) => GammaDistribution.Sample(p, key).Mean(null, false));
        var p = new GammaDistribution(Tensor.Full(3, DType.F64, 10000), Tensor.Of(2.0));
        double slope = mean.Grad()(p, new Key(7)).Concentration.ToArray<double>().Sum();     // about ½
        #endregion
        return slope;
    }
}
