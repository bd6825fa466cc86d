using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MindDsl.Benchmarks;

/// <summary>What one core can do: the peak of fused multiply-adds, and the bandwidth of a copy.</summary>
internal static unsafe class Limits
{
    private const int Rounds = 30;
    private const long Repeats = 2_000_000;
    private const long CopyBytes = 400_000_000;

    public static int Run()
    {
        double peak = 0, bandwidth = 0;
        long from = (long)NativeMemory.AlignedAlloc((nuint)CopyBytes, 64), to = (long)NativeMemory.AlignedAlloc((nuint)CopyBytes, 64);
        NativeMemory.Fill((void*)from, (nuint)CopyBytes, 1);
        for (int i = 0; i < Rounds; i++)
        {
            long start = Stopwatch.GetTimestamp();
            double flops = Vector512.IsHardwareAccelerated ? MultiplyAdds512() : MultiplyAdds256();
            peak = Math.Max(peak, flops / Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
        for (int i = 0; i < Rounds / 5; i++)
        {
            long start = Stopwatch.GetTimestamp();
            Buffer.MemoryCopy((void*)from, (void*)to, CopyBytes, CopyBytes);
            bandwidth = Math.Max(bandwidth, 2 * CopyBytes / Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{{\"name\":\"limits\",\"fma_gflops\":{peak / 1e9:F1},\"copy_gbytes_per_s\":{bandwidth / 1e9:F1},\"vector_bits\":{(Vector512.IsHardwareAccelerated ? 512 : 256)}}}"));
        NativeMemory.AlignedFree((void*)from);
        NativeMemory.AlignedFree((void*)to);
        return 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double MultiplyAdds256()
    {
        var x = Vector256.Create(0.999f);
        var y = Vector256.Create(0.001f);
        Vector256<float> a = y, b = y, c = y, d = y, e = y, f = y, g = y, h = y, i = y, j = y;
        for (long n = 0; n < Repeats; n++)
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
        return 10.0 * 2 * Vector256<float>.Count * Repeats;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double MultiplyAdds512()
    {
        var x = Vector512.Create(0.999f);
        var y = Vector512.Create(0.001f);
        Vector512<float> a = y, b = y, c = y, d = y, e = y, f = y, g = y, h = y, i = y, j = y;
        for (long n = 0; n < Repeats; n++)
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
        return 10.0 * 2 * Vector512<float>.Count * Repeats;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Keep(float value) => _ = value;
}
