using FsCheck;
using FsCheck.Fluent;

namespace MindDsl.Testing;

/// <summary>Values of generators, the same ones for the same seed.</summary>
internal static class Sampling
{
    private const int Size = 30;

    public static T[] Draw<T>(Gen<T> values, CheckOptions options) => [.. values.Sample(numberOfSamples: options.Points, seed: new Rnd((ulong)options.Seed), size: Size)];
}
