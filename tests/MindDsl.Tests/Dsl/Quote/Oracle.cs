using System.Linq.Expressions;
using Xunit;

namespace MindDsl.Tests.Dsl;

/// <summary>Compares quoted functions with what .NET makes of the same lambda, and their gradients with differences.</summary>
internal static class Oracle
{
    /// <summary>The quoted function gives what the compiled expression gives.</summary>
    public static void Agree<R>(Expression<Func<double, R>> quote, params double[] points)
    {
        var (quoted, compiled) = (Mind.Fn(quote), quote.Compile());
        foreach (double x in points) Same(compiled(x), quoted(x));
    }

    /// <summary>The quoted function gives what the compiled expression gives.</summary>
    public static void Agree<A, B, R>(Expression<Func<A, B, R>> quote, params (A, B)[] points)
    {
        var (quoted, compiled) = (Mind.Fn(quote), quote.Compile());
        foreach (var (a, b) in points) Same(compiled(a, b), quoted(a, b));
    }

    /// <summary>The quoted function gives what the compiled expression gives, and its gradient is the limit of differences.</summary>
    public static void AgreeWithGradient(Expression<Func<double, double>> quote, params double[] points)
    {
        Agree(quote, points);
        var (gradient, compiled) = (Mind.Fn(quote).Grad(), quote.Compile());
        foreach (double x in points) Near(Slope(compiled, x), gradient(x));
    }

    /// <summary>The derivative by Richardson extrapolation of central differences.</summary>
    public static double Slope(Func<double, double> f, double x)
    {
        double h = 1e-3 * Math.Max(1, Math.Abs(x));
        double Central(double step) => (f(x + step) - f(x - step)) / (2 * step);
        return (4 * Central(h / 2) - Central(h)) / 3;
    }

    /// <summary>Equal up to what differences can tell.</summary>
    public static void Near(double expected, double actual, double tolerance = 1e-6) =>
        Assert.True(Math.Abs(expected - actual) <= tolerance * Math.Max(1, Math.Abs(expected)), $"{actual} instead of {expected}");

    private static void Same<R>(R expected, R actual)
    {
        if (expected is double x && actual is double y)
        {
            bool same = x.Equals(y) || Math.Abs(x - y) <= 4e-15 * Math.Max(Math.Abs(x), Math.Abs(y));
            Assert.True(same, $"{y:R} instead of {x:R}");
        }
        else
        {
            Assert.Equal(expected, actual);
        }
    }
}
