using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using MindDsl.Ir;

namespace MindDsl.Backends;

/// <summary>What the machine can do: the roofline of kernels.</summary>
/// <param name="FlopsPerCore">Operations per second of one core in f32, fused multiply-adds counted as two; in f64 it is half of that.</param>
/// <param name="BytesPerSecond">Bytes per second that one core copies from memory to memory, read and written ones counted.</param>
/// <param name="VectorBits">Bits of its vectors.</param>
public sealed record MachineLimits(double FlopsPerCore, double BytesPerSecond, int VectorBits)
{
    private const int Rounds = 5;
    private const long Repeats = 300_000, CopyBytes = 64 << 20;

    private static readonly Lazy<MachineLimits> Once = new(() => Measure(Rounds, Repeats, CopyBytes));

    /// <summary>The limits of this machine, measured when they are first asked for, which takes about a tenth of a second.</summary>
    public static MachineLimits Measured => Once.Value;

    /// <summary>Measures the limits of one core: the best of some rounds.</summary>
    /// <param name="rounds">Rounds of each kind.</param>
    /// <param name="repeats">Repetitions of ten vector operations in a round.</param>
    /// <param name="copyBytes">Bytes that a round copies.</param>
    public static unsafe MachineLimits Measure(int rounds, long repeats, long copyBytes)
    {
        double peak = 0, bandwidth = 0;
        for (int i = 0; i < rounds; i++)
        {
            long start = Stopwatch.GetTimestamp();
            double flops = Vector512.IsHardwareAccelerated ? MultiplyAdds512(repeats) : MultiplyAdds256(repeats);
            peak = Math.Max(peak, flops / Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
        void* from = NativeMemory.AlignedAlloc((nuint)copyBytes, 64), to = NativeMemory.AlignedAlloc((nuint)copyBytes, 64);
        try
        {
            NativeMemory.Fill(from, (nuint)copyBytes, 1);
            NativeMemory.Fill(to, (nuint)copyBytes, 1);
            for (int i = 0; i < rounds; i++)
            {
                long start = Stopwatch.GetTimestamp();
                Buffer.MemoryCopy(from, to, copyBytes, copyBytes);
                bandwidth = Math.Max(bandwidth, 2 * copyBytes / Stopwatch.GetElapsedTime(start).TotalSeconds);
            }
        }
        finally
        {
            NativeMemory.AlignedFree(from);
            NativeMemory.AlignedFree(to);
        }
        return new(peak, bandwidth, Vector512.IsHardwareAccelerated ? 512 : 256);
    }

    /// <summary>The seconds that a kernel takes at the limits: of its operations on all its threads, or of its bytes, whichever is more.</summary>
    public double SecondsOf(KernelPlan kernel)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        double peak = FlopsPerCore / (kernel.Type == DType.F64 ? 2 : 1) * kernel.Schedule.Threads;
        double bandwidth = BytesPerSecond * kernel.Schedule.Threads;
        return Math.Max(kernel.Operations / peak, ((double)kernel.BytesRead + kernel.BytesWritten) / bandwidth);
    }

    /// <summary>The limits in a line.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{FlopsPerCore / 1e9:F1} GFLOP/s and {BytesPerSecond / 1e9:F1} GB/s of a core, vectors of {VectorBits} bits");

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double MultiplyAdds256(long repeats)
    {
        var x = Vector256.Create(0.999f);
        var y = Vector256.Create(0.001f);
        Vector256<float> a = y, b = y, c = y, d = y, e = y, f = y, g = y, h = y, i = y, j = y;
        for (long n = 0; n < repeats; n++)
        {
            a = Vector256.FusedMultiplyAdd(a, x, y);
            b = Vector256.FusedMultiplyAdd(b, x, y);
            c = Vector256.FusedMultiplyAdd(c, x, y);
            d = Vector256.FusedMultiplyAdd(d, x, y);
            e = Vector256.FusedMultiplyAdd(e, x, y);
            f = Vector256.FusedMultiplyAdd(f, x, y);
            g = Vector256.FusedMultiplyAdd(g, x, y);
            h = Vector256.FusedMultiplyAdd(h, x, y);
            i = Vector256.FusedMultiplyAdd(i, x, y);
            j = Vector256.FusedMultiplyAdd(j, x, y);
        }
        Keep(Vector256.Sum(a + b + c + d + e + f + g + h + i + j));
        return 10.0 * 2 * Vector256<float>.Count * repeats;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double MultiplyAdds512(long repeats)
    {
        var x = Vector512.Create(0.999f);
        var y = Vector512.Create(0.001f);
        Vector512<float> a = y, b = y, c = y, d = y, e = y, f = y, g = y, h = y, i = y, j = y;
        for (long n = 0; n < repeats; n++)
        {
            a = Vector512.FusedMultiplyAdd(a, x, y);
            b = Vector512.FusedMultiplyAdd(b, x, y);
            c = Vector512.FusedMultiplyAdd(c, x, y);
            d = Vector512.FusedMultiplyAdd(d, x, y);
            e = Vector512.FusedMultiplyAdd(e, x, y);
            f = Vector512.FusedMultiplyAdd(f, x, y);
            g = Vector512.FusedMultiplyAdd(g, x, y);
            h = Vector512.FusedMultiplyAdd(h, x, y);
            i = Vector512.FusedMultiplyAdd(i, x, y);
            j = Vector512.FusedMultiplyAdd(j, x, y);
        }
        Keep(Vector512.Sum(a + b + c + d + e + f + g + h + i + j));
        return 10.0 * 2 * Vector512<float>.Count * repeats;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Keep(float value) => _ = value;
}
