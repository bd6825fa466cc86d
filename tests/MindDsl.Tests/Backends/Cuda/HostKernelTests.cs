using MindDsl.Backends.Cuda;
using Xunit;

namespace MindDsl.Tests.Backends.Cuda;

/// <summary>The words of the dialect, compiled as C++ and run on the host.</summary>
public unsafe class HostKernelTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Threads_of_a_block_wait_for_one_another_and_share_memory(bool backwards)
    {
        Assert.SkipWhen(HostKernels.Compiler is null, "there is no C++ compiler");
        var found = Run(backwards, 6 * 8, new(6, 8), """
            KERNEL(k)(GLOBAL u8* m, i64 a0)
            {
                LOCAL i64 shared[8];
                shared[LOCAL_ID] = GROUP * 100 + LOCAL_ID;
                BARRIER;
                i64 other = shared[GROUP_SIZE - 1 - LOCAL_ID];
                BARRIER;
                ((GLOBAL i64*)(m + a0))[GROUP * GROUP_SIZE + LOCAL_ID] = other;
            }

            """);
        for (int group = 0; group < 6; group++)
            for (int item = 0; item < 8; item++) Assert.Equal(group * 100 + 7 - item, found[group * 8 + item]);
    }

    [Fact]
    public void The_first_to_claim_a_place_has_it()
    {
        Assert.SkipWhen(HostKernels.Compiler is null, "there is no C++ compiler");
        var found = Run(false, 2, new(4, 16), """
            KERNEL(k)(GLOBAL u8* m, i64 a0)
            {
                GLOBAL i64* count = (GLOBAL i64*)(m + a0) + 1;
                if (CLAIM((GLOBAL i32*)(m + a0))) count[0] = count[0] + 1;
            }

            """);
        Assert.Equal((-1, 1), ((int)found[0], found[1]));
    }

    [Fact]
    public void Bits_and_numbers_are_what_they_are_elsewhere()
    {
        Assert.SkipWhen(HostKernels.Compiler is null, "there is no C++ compiler");
        var found = Run(false, 5, new(1, 1), """
            KERNEL(k)(GLOBAL u8* m, i64 a0)
            {
                GLOBAL i64* to = (GLOBAL i64*)(m + a0);
                to[0] = f32_bits(f32_sqrt(bits_f32(1073741824)));
                to[1] = f64_bits(f64_pow(bits_f64(I64(4611686018427387904)), 0.5));
                to[2] = mulhi_u32((u32)4000000000u, (u32)4000000000u);
                to[3] = (f32_isfinite(1.0f) ? 1 : 0) + (f32_isfinite(1.0f / 0.0f) ? 2 : 0) + (f64_isfinite(0.0 / 0.0) ? 4 : 0);
                to[4] = f64_bits(f64_fma(3.0, 5.0, -15.0));
            }

            """);
        Assert.Equal(BitConverter.SingleToInt32Bits(MathF.Sqrt(2)), found[0]);
        Assert.Equal(BitConverter.DoubleToInt64Bits(Math.Sqrt(2)), found[1]);
        Assert.Equal((long)(4000000000UL * 4000000000UL >> 32), found[2]);
        Assert.Equal(1, found[3]);
        Assert.Equal(0, found[4]);
    }

    private static long[] Run(bool backwards, int count, MindDsl.Backends.Devices.LaunchSize size, string kernel)
    {
        var cuda = HostKernels.Cuda(backwards);
        using var device = CudaDevice.Open(cuda.Platform, 0);
        using var queue = new CudaQueue(device, CudaOptions.Default);
        using var program = queue.Build(CudaDialect.Instance.Prelude + kernel);
        nint memory = queue.Allocate(64 + count * 8);
        var found = new long[count];
        fixed (long* at = found)
        {
            queue.Write(memory, 64, (nint)at, count * 8);
            queue.Launch(program.Kernel("k"), size, memory, [64]);
            queue.Read(memory, 64, (nint)at, count * 8);
        }
        queue.Free(memory);
        return found;
    }
}
