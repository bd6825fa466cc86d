using MindDsl.Examples.Lessons;
using Xunit;

namespace MindDsl.Tests.Docs;

/// <summary>The lessons of docs/calculus.md, against mathematics.</summary>
public class CalculusLessonTests
{
    private static void Close(double expected, double found, double tolerance = 1e-9) => Assert.Equal(expected, found, tolerance * (1 + Math.Abs(expected)));

    [Fact]
    public void Directions()
    {
        var (gradient, tangent, cotangent) = CalculusLessons.Directions();
        Close(2, gradient);
        Close(6, tangent);
        Close(2, cotangent);
    }

    [Fact]
    public void Jacobian_shapes()
    {
        var (matrix, shape) = CalculusLessons.JacobianShapes();
        Assert.Equal(new double[,] { { 3, 2, 0 }, { 0, 0, 1 } }, matrix);
        Assert.Equal([2L, 2, 2, 3], shape);
    }

    [Fact]
    public void Second_derivatives()
    {
        var (matrix, product, diagonal) = CalculusLessons.SecondDerivatives();
        Assert.Equal(new double[,] { { 4, 2 }, { 2, 0 } }, matrix);
        Assert.Equal([6.0, 2], product);
        Assert.Equal([4.0, 0], diagonal);
    }

    [Fact]
    public void Sparse_jacobian()
    {
        var (tangents, matrix) = CalculusLessons.SparseJacobian();
        Assert.Equal(2, tangents);
        for (int i = 0; i < 4; i++)
            for (int j = 0; j < 5; j++) Assert.Equal(j == i ? i + 2 : j == i + 1 ? i + 1 : 0, matrix[i, j]);
    }

    [Fact]
    public void At_a_point()
    {
        var (slope, product) = CalculusLessons.AtAPoint();
        Close(22, slope);
        Close(12, product);
    }

    [Fact]
    public void Taylor_mode()
    {
        var (derivatives, series) = CalculusLessons.TaylorMode();
        for (int k = 0; k < 5; k++) Close(Math.Pow(2, k), derivatives[k]);
        Assert.Equal([-1.0, 1, -1], series);
    }

    [Fact]
    public void Checkpoints()
    {
        var (layer, loop) = CalculusLessons.Checkpoints();
        Close(Math.Sin(1), layer);
        double s = 1, slope = 1;
        for (int i = 0; i < 10_000; i++) (s, slope) = (s + 1e-4 * Math.Sin(s), slope * (1 + 1e-4 * Math.Cos(s)));
        Close(slope, loop);
    }

    [Fact]
    public void Equations()
    {
        var (slope, second, root, solution, sensitivity) = CalculusLessons.Equations();
        // x = cos(a·x): x′ = −x·s / (1 + a·s) with s = sin(a·x), at a = 1.
        double x = 0.7390851332151607, s = Math.Sin(x), c = Math.Cos(x), d = -x * s / (1 + s);
        Close(d, slope);
        // Differentiated again: x″ = −(2·s·x′ + c·(x + x′)²) / (1 + s).
        Close(-(2 * s * d + c * (x + d) * (x + d)) / (1 + s), second, 1e-7);
        Close(1.0 / 12, root);
        Assert.Equal([1.0, 1], solution);
        // The matrix has row sums 1.
        Assert.Equal(1, sensitivity, 1e-9);
    }

    [Fact]
    public void Own_rules()
    {
        var (forward, clipped) = CalculusLessons.OwnRules();
        Close(1, forward);
        Close(1, clipped);
    }

    [Fact]
    public void Statements() => Close(8 * Math.Pow(3, 7), CalculusLessons.Statements());

    [Fact]
    public void Conventions() => Assert.Equal([1, 0, 0.5, 1, double.PositiveInfinity, 0, 0, 3, 0], CalculusLessons.Conventions());
}
