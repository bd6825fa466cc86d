using System.Globalization;

namespace MindDsl.Benchmarks.Derivatives;

/// <summary>
/// Prints the table of docs/performance.md: a value, and a value with its derivative, of the GradBench problems, beside loops in which somebody derived the derivative by hand.
/// One thread; the least of many processor times.
/// </summary>
internal static class DerivativeBenchmark
{
    public static int Run(string[] only)
    {
        Environment.SetEnvironmentVariable("MINDDSL_THREADS", "1");
        Console.WriteLine("| problem | value, µs | with derivative, µs | ratio | wanted | by hand: value, µs | with derivative, µs | ours / by hand | bytes a call | difference |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|");
        double product = 1;
        int gradients = 0;
        foreach (var (name, make) in DerivativeCases.All)
        {
            if (only.Length > 0 && !only.Any(o => name.StartsWith(o, StringComparison.Ordinal))) continue;
            var c = make();
            double value = c.Value is null ? double.NaN : ProcessorTime.Of(c.Value).Microseconds;
            var (derivative, bytes) = ProcessorTime.Of(c.Derivative);
            double valueByHand = c.ValueByHand is null ? double.NaN : ProcessorTime.Of(c.ValueByHand).Microseconds;
            double byHand = ProcessorTime.Of(c.DerivativeByHand).Microseconds;
            (product, gradients) = (product * derivative / byHand, gradients + 1);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {name} | {value:F1} | {derivative:F1} | {derivative / value:F2} | {c.Wanted} | {valueByHand:F1} | {byHand:F1} | {derivative / byHand:F2} | {bytes} | {c.Difference():E0} |").Replace("NaN", "", StringComparison.Ordinal));
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"\ngeometric mean of ours / by hand: {Math.Pow(product, 1.0 / gradients):F2}"));
        return 0;
    }
}

/// <summary>A problem to be timed.</summary>
/// <param name="Value">The value alone, if there is such a thing.</param>
/// <param name="Derivative">The value and the derivative.</param>
/// <param name="ValueByHand">The value by hand-written loops.</param>
/// <param name="DerivativeByHand">The value and the derivative by hand-written loops.</param>
/// <param name="Wanted">The largest ratio that is wanted: of value with derivative to value, or of ours to by hand.</param>
/// <param name="Difference">The largest difference between the derivatives, relative to the largest element.</param>
internal sealed record DerivativeCase(
    Action? Value, Action Derivative, Action? ValueByHand, Action DerivativeByHand, string Wanted, Func<double> Difference);
