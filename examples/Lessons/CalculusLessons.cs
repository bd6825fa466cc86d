using System.Linq.Expressions;
using static MindDsl.Mind;

namespace MindDsl.Examples.Lessons;

/// <summary>Lessons of docs/calculus.md: each transformation once, and the conventions at work.</summary>
public static class CalculusLessons
{
    /// <summary>Gradients and directional derivatives.</summary>
    public static (double Gradient, double Tangent, double Cotangent) Directions()
    {
        #region Directions
        var f = Fn((double x, double y) => x * Math.Sin(y));
        double gradient = f.Grad(Wrt.Arg2)(2, 0);                       // ∂f/∂y = x·cos y
        var (_, tangent) = f.Jvp()(2, 0, 1, 3);                         // along (1, 3)
        var (_, (dx, dy)) = f.Vjp()(2, 0, 1);                           // both partial derivatives, for the seed 1
        #endregion
        return (gradient, tangent, dx + dy);
    }

    /// <summary>Jacobians and their shapes.</summary>
    public static (double[,] Matrix, long[] Shape) JacobianShapes()
    {
        #region JacobianShapes
        var f = Fn((double[] x) => new[] { x[0] * x[1], Math.Exp(x[2]) });
        double[,] matrix = f.Jacobian()([2, 3, 0]);                     // {{3, 2, 0}, {0, 0, 1}}

        var outer = Fn((Tensor x) => x.Dot(x.Transpose()));             // [2, 3] → [2, 2]
        Tensor j = outer.JacRev()(Tensor.Zeros(Ir.DType.F64, [2, 3]));  // [2, 2, 2, 3]: result axes, then argument axes
        #endregion
        return (matrix, j.Shape.ToArray());
    }

    /// <summary>Second derivatives.</summary>
    public static (double[,] Matrix, double[] Product, double[] Diagonal) SecondDerivatives()
    {
        #region SecondDerivatives
        var f = Fn((double[] x) => x[0] * x[0] * x[1]);
        double[,] matrix = f.Hessian()([1, 2]);                         // {{4, 2}, {2, 0}}
        double[] product = f.Hvp()([1, 2], [1, 1]);                     // the matrix times (1, 1), without the matrix
        double[] diagonal = f.HessianDiagonal()([1, 2]);
        #endregion
        return (matrix, product, diagonal);
    }

    /// <summary>A Jacobian whose pattern is known.</summary>
    public static (int Tangents, double[,] Matrix) SparseJacobian()
    {
        #region SparseJacobian
        var f = Fn((double[] x) => x.Zip(x.Skip(1), (a, b) => a * b).ToArray());    // each result reads two neighbours
        var pattern = SparsityPattern.Of(f, new double[5]);                         // found in the program, for any values; or given: SparsityPattern.Band(…)
        int tangents = pattern.ColorColumns().Max() + 1;                            // 2, for any number of columns
        double[,] matrix = pattern.ToDense(f.SparseJacobian(pattern)([1, 2, 3, 4, 5]));
        #endregion
        return (tangents, matrix);
    }

    /// <summary>Derivatives at a point as functions.</summary>
    public static (double Slope, double Product) AtAPoint()
    {
        #region AtAPoint
        var f = Fn((double x) => Math.Exp(2 * x));
        var (value, pullback) = f.Vjp(0);                               // 1, and ct ↦ 2·ct
        double slope = pullback(1) + pullback(10);                      // called as often as needed

        var g = Fn((double x) => Let(f.Linearize(x), at => at.Value * at.Tangent(1) * at.Tangent(3)));
        double product = g(0);                                          // exp runs once
        #endregion
        return (value * slope, product);
    }

    /// <summary>Derivatives of high order.</summary>
    public static (double[] Derivatives, double[] Series) TaylorMode()
    {
        #region TaylorMode
        double[] derivatives = Fn((double x) => Math.Exp(2 * x)).Derivatives(4)(0);     // 1, 2, 4, 8, 16
        var (_, series) = Fn((double x) => 1 / x).Jet()(1, [1, 0, 0]);                  // 1/(1 + t) = 1 − t + t² − t³ …
        #endregion
        return (derivatives, series);
    }

    /// <summary>What reverse mode keeps.</summary>
    public static (double Layer, double Loop) Checkpoints()
    {
        #region Checkpoints
        var layer = Fn((double x) => Math.Sin(Tag(Math.Exp(x), "hidden"))).Checkpoint(Keep.Named("hidden"));
        double dLayer = Fn((double x) => layer(x) * x).Grad()(0.0);

        var loop = Fn((double x) => Iterate(10_000, x, s => s + 1e-4 * Math.Sin(s), checkpointEvery: 0));
        double dLoop = loop.Grad()(1.0);                                // keeps 100 states, not 10,000
        #endregion
        return (dLayer, dLoop);
    }

    /// <summary>Solutions of equations.</summary>
    public static (double FixedPoint, double Second, double Root, double[] Solution, double Sensitivity) Equations()
    {
        #region Equations
        var cosine = Fn((double a) => FixedPoint(1.0, x => Math.Cos(a * x)));           // x = cos(a·x)
        double slope = cosine.Grad()(1.0), second = cosine.Grad().Grad()(1.0);

        var cube = Fn((double a) => Root(1.0, x => x * x * x - a));                     // Newton's method
        double third = cube.Grad()(8.0);                                                // 1 / (3·8^(2/3))

        var solve = Fn((Tensor a, Tensor b) => LinearSolve(x => a.Dot(x) + x, b));      // the product is any linear function
        Tensor solution = solve(new double[,] { { 1, 0 }, { 0, 3 } }, new double[] { 2, 4 });

        var ring = Fn((Tensor b) => LinearSolve(                                        // a solver reads products only, for many unknowns
            x => 3 * x - x.Roll(1, 0) - x.Roll(-1, 0), b, (a, r) => ConjugateGradient(a, r)).Sum(null, false));
        double sensitivity = (double)ring.Grad()(Tensor.Full(1, Ir.DType.F64, 100_000))[0];  // 1, by the same solver
        #endregion
        return (slope, second, third, solution.ToArray<double>(), sensitivity);
    }

    /// <summary>Rules of one's own.</summary>
    public static (double Forward, double Clipped) OwnRules()
    {
        #region OwnRules
        var softplus = Fn((double x) => Math.Log(1 + Math.Exp(x)))
            .CustomJvp((x, dx) => ValueTuple.Create(Math.Log(1 + Math.Exp(x)), dx / (1 + Math.Exp(-x))));
        double forward = softplus.Grad()(100);                                          // 1, where exp(x)/(1 + exp(x)) may overflow

        var clip = Fn((double x) => x).CustomVjp((x, y, ct) => Math.Clamp(ct, -1, 1));
        double clipped = Fn((double x) => 10 * clip(x)).Grad()(0);                      // 1, not 10
        #endregion
        return (forward, clipped);
    }

    /// <summary>A tree with a loop and assignments.</summary>
    public static double Statements()
    {
        #region Statements
        var (x, y, end) = (Expression.Parameter(typeof(double), "x"), Expression.Variable(typeof(double), "y"), Expression.Label());
        var tree = Expression.Lambda<Func<double, double>>(Expression.Block([y],
            Expression.Assign(y, x),
            Expression.Loop(Expression.IfThenElse(
                Expression.LessThan(y, Expression.Constant(100.0)),
                Expression.MultiplyAssign(y, y),
                Expression.Break(end)), end),
            y), x);
        double slope = Fn(tree).Grad()(3.0);                            // 3 → 9 → 81 → 6561
        #endregion
        return slope;
    }

    /// <summary>The conventions of docs/derivatives.md.</summary>
    public static double[] Conventions()
    {
        #region Conventions
        double confusion = Fn((double x) => x * Fn((double y) => x + y).Grad()(1.0)).Grad()(1.0);  // 1: the inner derivative doesn't see x vary
        double kink = Fn((double x) => Math.Abs(x)).Grad()(0);                                    // 0
        double tie = Fn((double x, double y) => Math.Max(x, y)).Grad()(2, 2);                     // ½
        double edge = Fn((double x) => Math.Clamp(x, 0, 1)).Grad()(1);                            // 1: the interval is closed
        double root = Fn((double x) => Math.Sqrt(x)).Grad()(0);                                   // +∞
        double lazy = Fn((double x) => x > 0 ? Math.Log(x) : 0).Grad()(0);                        // 0: the branch not taken has no part
        double power = Fn((double x) => Math.Pow(x, 0)).Grad()(0);                                // 0
        double stopped = Fn((double x) => x * StopGradient(x)).Grad()(3);                         // 3
        double unused = Fn((double x, double y) => x).Grad(Wrt.Arg2)(1, 2);                       // 0, never missing
        #endregion
        return [confusion, kink, tie, edge, root, lazy, power, stopped, unused];
    }
}
