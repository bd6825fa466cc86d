using System.Text.Json;

namespace MindDsl.Examples.GradBench;

/// <summary>One of the benchmark's problems.</summary>
/// <param name="Name">The name of the module in messages.</param>
/// <param name="Prepare">Reads an input and gives what is to be computed for a function by name, or null if there is no such function.</param>
internal sealed record Problem(string Name, Func<string, JsonElement, Evaluation?> Prepare)
{
    /// <summary>All problems.</summary>
    public static IReadOnlyList<Problem> All { get; } =
    [
        Hello.Problem, LeastSquares.Problem, LogSumExp.Problem, GaussianMixture.Problem, BundleAdjustment.Problem, HandTracking.Problem,
        LongShortTermMemory.Problem, DifferentialEquation.Problem, Determinant.Problem, KMeans.Problem, Particle.Problem, Saddle.Problem,
    ];
}

/// <summary>A function of a problem at an input that was read: a computation to be timed, and the writing of what it gave.</summary>
internal abstract class Evaluation
{
    /// <summary>Computes the result, all of it, each time.</summary>
    public abstract void Run();

    /// <summary>Writes the result of the last run.</summary>
    public abstract void Write(Utf8JsonWriter json);

    /// <summary>An evaluation of a function without arguments.</summary>
    public static Evaluation Of<R>(Func<R> compute, Action<Utf8JsonWriter, R> write) => new Computation<R>(compute, write);

    /// <summary>An evaluation that gives a number.</summary>
    public static Evaluation Number(Func<double> compute) => Of(compute, static (json, y) => json.WriteNumberValue(y));

    /// <summary>An evaluation that gives a tensor, which is written as nested arrays.</summary>
    public static Evaluation Elements(Func<Tensor> compute) => Of(compute, static (json, y) => json.WriteTensor(y));

    private sealed class Computation<R>(Func<R> compute, Action<Utf8JsonWriter, R> write) : Evaluation
    {
        private R? _result;

        public override void Run() => _result = compute();

        public override void Write(Utf8JsonWriter json) => write(json, _result!);
    }
}
