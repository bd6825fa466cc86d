using MindDsl.Examples.Lessons;
using Xunit;

namespace MindDsl.Tests.Docs;

/// <summary>The lessons, against mathematics.</summary>
public class LessonTests
{
    [Fact]
    public void First_look()
    {
        var (value, slope, nested) = Lessons.FirstLook();
        Assert.Equal(4 + Math.Sin(2), value, 1e-14);
        Assert.Equal(4 + Math.Cos(2), slope, 1e-14);
        Assert.Equal(slope * slope + value * (2 - Math.Sin(2)), nested, 1e-12);
    }

    [Fact]
    public void Journey() => Assert.Equal(3.0, Lessons.Journey());

    [Fact]
    public void Loops()
    {
        var (loop, recursion) = Lessons.Loops();
        Assert.Equal(8 * Math.Pow(3, 7), loop);
        Assert.Equal(57.304, recursion, 1e-9);
    }

    [Fact]
    public void Storage()
    {
        var (before, after, gradient) = Lessons.Storage();
        Assert.True(after < before / 2, $"{before} to {after}");
        Assert.Equal(MindDsl.Ir.DType.BF16, gradient);
    }

    [Fact]
    public void Memory()
    {
        var (updated, donated, isGone) = Lessons.Memory();
        Assert.Equal(2.5, (double)updated);
        Assert.Equal([2.0, 4.0], donated.ToArray<double>());
        Assert.True(isGone);
    }

    [Fact]
    public void Arrays() => Assert.Equal([4.0, 8.0, 12.0], Lessons.Arrays());

    [Fact]
    public void Fit()
    {
        var line = Lessons.Fit();
        Assert.Equal(2, (double)line.Slope, 1e-6);
        Assert.Equal(1, (double)line.Offset, 1e-6);
    }

    [Fact]
    public void Matrices()
    {
        var (weights, slope) = MatrixLessons.Regression();
        Assert.Equal([1.0, 2.0], weights.Select(w => Math.Round(w, 12)));
        Assert.Equal(0.5, slope, 1e-12);
        var (value, gradient) = MatrixLessons.LogLikelihood();
        Assert.Equal(-1 - Math.Log(2 * Math.PI), value, 1e-12);
        Assert.Equal([0.25, 0, 0, -1], gradient.Select(g => Math.Round(g, 12)));
        var (values, largest) = MatrixLessons.Spectrum();
        Assert.Equal([1.0, 3.0], values.Select(v => Math.Round(v, 12)));
        Assert.All(largest, x => Assert.Equal(0.5, x, 1e-12));
        var (tangent, second) = MatrixLessons.EqualEigenvalues();
        Assert.All(tangent.Zip([0, 0.5, 0.5, 0]), p => Assert.Equal(p.Second, p.First, 1e-12));
        Assert.All(second.Zip([-0.25, 0, 0, -0.25]), p => Assert.Equal(p.Second, p.First, 1e-9));
        var (det, log, cofactors) = MatrixLessons.Singular();
        Assert.Equal((0, double.NegativeInfinity), (det, log));
        Assert.Equal([4.0, -2, -2, 1], cofactors);
    }

    [Fact]
    public void Batches_and_samples()
    {
        var (lanes, slopes, table) = MatrixLessons.Batches();
        Assert.Equal([2.0, 3.0, 1.5], lanes.Select(x => Math.Round(x, 9)));
        Assert.Equal([0.25, 1.0 / 6, 1.0 / 3], slopes, (a, b) => Math.Abs(a - b) < 1e-5);
        Assert.Equal(new[,] { { 3.0, 4, 5 }, { 6, 8, 10 } }, table);
        var (shape, differ) = MatrixLessons.Streams();
        Assert.Equal([8, 100], shape);
        Assert.True(differ);
        Assert.Equal(0.5, MatrixLessons.Reparameterised(), 0.03);
    }

    [Fact]
    public void Texts()
    {
        var (value, slope, composed) = TextLessons.Texts();
        Assert.Equal(4 + Math.Sin(2), value, 1e-14);
        Assert.Equal(4 + Math.Cos(2), slope, 1e-14);
        Assert.Equal(value * slope, composed, 1e-12);
        Assert.Equal(2, (double)TextLessons.Fit().Slope, 1e-6);
    }

    [Fact]
    public void Formulas()
    {
        var (price, complaint, endless) = TextLessons.Formulas();
        Assert.Equal(119 * Math.Exp(-0.06), price, 1e-10);
        Assert.Equal("did you mean tax?", complaint);
        Assert.Equal("MIND0761", endless);
    }
}
