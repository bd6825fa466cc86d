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
}
