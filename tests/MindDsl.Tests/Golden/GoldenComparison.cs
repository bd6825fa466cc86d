using System.Globalization;
using MindDsl.Backends;
using MindDsl.Backends.Cpu;
using MindDsl.Ir;
using Xunit;

namespace MindDsl.Tests.Golden;

/// <summary>The backends that the cases are run on.</summary>
internal static class GoldenBackends
{
    public static readonly Dictionary<string, IBackend> All = new IBackend[] { new InterpreterBackend(), new CpuBackend() }.ToDictionary(b => b.Name);

    /// <summary>The cases that fulfil a condition, each on every backend.</summary>
    public static TheoryData<string, string> Cases(Func<GoldenCase, bool> condition)
    {
        var data = new TheoryData<string, string>();
        if (GoldenFiles.Folder is null) data.Add("the files are not there", "");
        foreach (var given in GoldenFiles.Cases.Values.Where(condition))
            foreach (string backend in All.Keys) data.Add(given.Id, backend);
        return data;
    }
}

/// <summary>Compares tensors element by element.</summary>
internal static class GoldenComparison
{
    /// <summary>What is wrong, at most three elements of it. NaN equals NaN, an infinity only itself.</summary>
    public static IEnumerable<string> Differences(string what, TensorBuffer expected, TensorBuffer found, (double Relative, double Absolute) tolerance, bool signedZero)
    {
        if (!expected.Lengths.SequenceEqual(found.Lengths))
            return [$"{what}: shape {Shape.Of(found.Lengths)} instead of {Shape.Of(expected.Lengths)}"];
        return Enumerable.Range(0, (int)expected.Count)
            .Where(i => !Agree(Number(expected[i]), Number(found[i]), tolerance, signedZero))
            .Take(3)
            .Select(i => string.Create(CultureInfo.InvariantCulture, $"{what}[{i}]: {Number(found[i]):R} instead of {Number(expected[i]):R}"));
    }

    /// <summary>The mean of matrices and their transposes.</summary>
    public static TensorBuffer Symmetric(TensorBuffer x)
    {
        var result = TensorBuffer.Allocate(x.Type);
        int n = (int)x.Lengths[^1];
        for (int i = 0; i < x.Count; i++)
        {
            int matrix = i / (n * n), row = i / n % n, column = i % n;
            result[i] = Literal.Of(x.DType, (x[i].Number + x[(matrix * n + column) * n + row].Number) / 2);
        }
        return result;
    }

    private static double Number(Literal literal) => literal.DType.IsFloat ? literal.Number : literal.Integer;

    private static bool Agree(double expected, double found, (double Relative, double Absolute) tolerance, bool signedZero)
    {
        if (double.IsNaN(expected)) return double.IsNaN(found);
        if (double.IsInfinity(expected) || double.IsInfinity(found)) return expected == found;
        if (signedZero && expected == 0 && double.IsNegative(expected) != double.IsNegative(found)) return false;
        return Math.Abs(found - expected) <= tolerance.Absolute + tolerance.Relative * Math.Abs(expected);
    }
}
