using MindDsl.Backends;

namespace MindDsl.Benchmarks;

/// <summary>What one core can do: the peak of fused multiply-adds, and the bandwidth of a copy.</summary>
internal static class Limits
{
    private const int Rounds = 30;
    private const long Repeats = 2_000_000;
    private const long CopyBytes = 400_000_000;

    public static int Run()
    {
        var limits = MachineLimits.Measure(Rounds, Repeats, CopyBytes);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{{\"name\":\"limits\",\"fma_gflops\":{limits.FlopsPerCore / 1e9:F1},\"copy_gbytes_per_s\":{limits.BytesPerSecond / 1e9:F1},\"vector_bits\":{limits.VectorBits}}}"));
        return 0;
    }
}
