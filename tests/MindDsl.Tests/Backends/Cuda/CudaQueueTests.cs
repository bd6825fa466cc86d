using System.Runtime.InteropServices;
using MindDsl.Backends.Cuda;
using MindDsl.Backends.Cuda.Native;
using MindDsl.Backends.Devices;
using Xunit;

namespace MindDsl.Tests.Backends.Cuda;

/// <summary>The queue over a driver that puts all work off for as long as it may.</summary>
public unsafe class CudaQueueTests
{
    private const string Source = "KERNEL(twice)(GLOBAL u8* m, i64 from, i64 to)\n{\n}\n";

    private static FakeCuda Doubling() => new()
    {
        Translate = _ => _ => (arguments, _, _) => *(long*)(arguments[0] + arguments[2]) = 2 * *(long*)(arguments[0] + arguments[1]),
    };

    [Fact]
    public void The_calls_are_those_of_a_step_in_its_order()
    {
        var cuda = Doubling();
        using (var device = CudaDevice.Open(cuda.Platform, 0)) Step(device);
        Assert.Empty(cuda.Calls.Live);
        Assert.Equal(
            """
            cuInit
            cuDriverGetVersion
            cuDeviceGetCount
            cuDeviceGet
            cuDeviceGetName
            cuDeviceTotalMem
            cuDeviceGetAttribute
            cuDeviceGetAttribute
            cuDeviceGetAttribute
            cuDeviceGetAttribute
            cuDeviceGetAttribute
            cuDeviceGetAttribute
            cuDevicePrimaryCtxRetain
            cuDeviceGetDefaultMemPool
            cuMemPoolSetAttribute(18446744073709551615)
            cuStreamCreate(1)
            nvrtcGetNumSupportedArchs
            nvrtcGetSupportedArchs
            nvrtcCreateProgram
            nvrtcCompileProgram
            nvrtcGetCUBINSize
            nvrtcGetCUBIN
            nvrtcDestroyProgram
            cuModuleLoadDataEx
            cuModuleGetFunction(twice)
            cuMemAllocAsync(64)
            cuEventCreate(2)
            cuMemHostAlloc(4194304)
            cuMemcpyHtoDAsync(8)
            cuLaunchKernel(twice, 3, 32)
            cuMemcpyDtoDAsync(8)
            cuStreamBeginCapture
            cuLaunchKernel(twice, 1, 1)
            cuStreamEndCapture
            cuGraphInstantiate
            cuGraphDestroy
            cuGraphLaunch(1)
            cuGraphExecDestroy
            cuEventRecord
            cuEventSynchronize
            cuMemcpyDtoHAsync(8)
            cuEventRecord
            cuEventSynchronize
            cuMemFreeAsync
            cuStreamSynchronize
            cuModuleUnload
            cuStreamSynchronize
            cuMemFreeHost
            cuEventDestroy
            cuStreamDestroy
            cuDevicePrimaryCtxRelease
            """.ReplaceLineEndings("\n"), string.Join('\n', cuda.Calls.Log));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(100)]
    [InlineData(700)]
    [InlineData(719)]
    [InlineData(999)]
    [InlineData(4711)]
    public void Every_error_of_every_call_is_a_designed_error_and_nothing_stays_alive(int status)
    {
        var clean = Doubling();
        using (var device = CudaDevice.Open(clean.Platform, 0)) Step(device);
        for (int n = 0; n < clean.Calls.Log.Count; n++)
        {
            var cuda = Doubling();
            cuda.Calls.Failure = (n, status);
            string call = clean.Calls.Log[n].Split('(')[0];
            var error = Record.Exception(() =>
            {
                using var device = CudaDevice.Open(cuda.Platform, 0);
                Step(device);
            });
            Assert.Empty(cuda.Calls.Live);
            Assert.Equal(call, cuda.Calls.Failed);
            // What ends something has no error that matters, and memory is asked for twice.
            bool isEnd = call is "cuStreamDestroy" or "cuEventDestroy" or "cuModuleUnload" or "cuMemFreeHost" or "cuDevicePrimaryCtxRelease" or "cuGraphDestroy" or "cuGraphExecDestroy"
                or "nvrtcDestroyProgram" or "cuMemFreeAsync" or "cuStreamSynchronize";
            bool isAskedAgain = call == "cuMemAllocAsync" && status == 2;
            if (isEnd || isAskedAgain)
            {
                Assert.Null(error);
                continue;
            }
            var designed = Assert.IsType<MindDslException>(error);
            Assert.Equal((call, status) is ("cuInit" or "cuDeviceGetCount", 100) ? "MIND0541" : "MIND0560", designed.Code);
            Assert.NotNull(designed.Diagnostics[0].Help);
            if (designed.Code == "MIND0541") continue;
            Assert.StartsWith($"{call}", designed.Diagnostics[0].Statement, StringComparison.Ordinal);
            Assert.Contains($"({status})", designed.Diagnostics[0].Facts[0].Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Every_status_of_the_driver_has_a_name_a_meaning_and_a_help() => Assert.All(CudaStatusTexts.Known, status =>
    {
        var text = CudaStatusTexts.Of(status);
        Assert.StartsWith("CUDA_ERROR_", text.Name, StringComparison.Ordinal);
        Assert.False(text.Meaning.EndsWith('.') || text.Help.EndsWith('.'));
        Assert.False(char.IsUpper(text.Meaning[0]) && !text.Meaning.StartsWith("NVRTC", StringComparison.Ordinal));
    });

    [Theory]
    [InlineData(1)]
    [InlineData(5_000_000)]
    [InlineData(13_000_001)]
    public void What_is_written_is_read_however_late_the_device_copies(int length)
    {
        var cuda = new FakeCuda();
        using var device = CudaDevice.Open(cuda.Platform, 0);
        using var queue = new CudaQueue(device, CudaOptions.Default);
        var (from, to) = (new byte[length], new byte[length]);
        new Random(1).NextBytes(from);
        nint memory = queue.Allocate(length + 3);
        fixed (byte* source = from, target = to)
        {
            // Many small writes, then one large one; the bytes of the host change at once.
            for (int at = 0; at < Math.Min(length, 1000); at++) queue.Write(memory, 3 + at, (nint)source + at, 1);
            queue.Write(memory, 3, (nint)source, length);
            var kept = from.ToArray();
            Array.Clear(from);
            queue.Read(memory, 3, (nint)target, length);
            Assert.Equal(kept, to);
        }
        queue.Free(memory);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void After_too_little_memory_the_device_can_be_used_further(bool pools)
    {
        var cuda = new FakeCuda();
        cuda.Driver.HasPools = pools;
        using (var device = CudaDevice.Open(cuda.Platform, 0))
        using (var queue = new CudaQueue(device, CudaOptions.Default))
        {
            nint small = queue.Allocate(1 << 20);
            var error = Assert.Throws<MindDslException>(() => queue.Allocate(1L << 40));
            Assert.Equal("MIND0550", error.Code);
            Assert.Contains(error.Diagnostics[0].Facts, f => f == ("wanted", "1,099,511,627,776 bytes"));
            Assert.Contains(error.Diagnostics[0].Facts, f => f == ("largest", "1,072,693,248 bytes"));
            nint other = queue.Allocate(1 << 20);
            queue.Free(small);
            queue.Free(other);
        }
        Assert.Equal(pools, cuda.Calls.Names.Contains("cuMemPoolTrimTo"));
        Assert.Equal(!pools, cuda.Calls.Names.Contains("cuMemAlloc"));
        Assert.Empty(cuda.Calls.Live);
        Assert.Equal(0, cuda.Driver.BytesInUse);
    }

    [Fact]
    public void Ten_thousand_steps_take_no_more_memory_than_one()
    {
        var cuda = Doubling();
        using var device = CudaDevice.Open(cuda.Platform, 0);
        using var queue = new CudaQueue(device, CudaOptions.Default);
        using var program = queue.Build(Source);
        nint kernel = program.Kernel("twice");
        nint memory = queue.Allocate(16);
        long value = 1, seen = 0;
        int live = 0;
        for (int step = 0; step < 10_000; step++)
        {
            queue.Write(memory, 0, (nint)(&value), 8);
            queue.Launch(kernel, new(1, 1), memory, [0, 8]);
            queue.Read(memory, 8, (nint)(&seen), 8);
            Assert.Equal(2 * value, seen);
            value = step;
            if (step == 0) live = cuda.Calls.Live.Count();
        }
        Assert.Equal(live, cuda.Calls.Live.Count());
        queue.Free(memory);
    }

    private static void Step(CudaDevice device)
    {
        using var queue = new CudaQueue(device, CudaOptions.Default);
        using var program = queue.Build(Source);
        nint kernel = program.Kernel("twice");
        nint memory = queue.Allocate(64);
        try
        {
            long number = 21, seen = 0;
            queue.Write(memory, 0, (nint)(&number), 8);
            queue.Launch(kernel, new LaunchSize(3, 32), memory, [0, 8]);
            queue.Copy(memory, 16, memory, 8, 8);
            using (var recording = queue.Record(() => queue.Launch(kernel, new(1, 1), memory, [16, 24]))) recording.Run();
            queue.Read(memory, 24, (nint)(&seen), 8);
            Assert.Equal(84, seen);
        }
        finally
        {
            queue.Free(memory);
        }
    }
}
