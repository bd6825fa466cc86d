using MindDsl.Backends.Cuda;
using MindDsl.Backends.Cuda.Native;
using Xunit;

namespace MindDsl.Tests.Backends.Cuda;

public class CudaDeviceTests
{
    [Fact]
    public void Without_a_driver_every_name_that_was_tried_is_told()
    {
        var error = Assert.Throws<MindDslException>(() => CudaDevice.Open(new(null, null, null), 0));
        Assert.Equal("MIND0541", error.Code);
        Assert.Contains("the driver of NVIDIA is not installed", error.Message, StringComparison.Ordinal);
        Assert.SkipWhen(new CudaPlatform().Driver is not null, "there is a driver here");
        error = Assert.Throws<MindDslException>(() => CudaDevice.Open(new(), 0));
        Assert.Contains(error.Diagnostics[0].Facts, f => f.Label == "tried" && f.Text.StartsWith(OperatingSystem.IsWindows() ? "nvcuda.dll: " : "libcuda.so.1: ", StringComparison.Ordinal));
        var candidate = Assert.Single(new CudaDeviceProvider().Probe());
        Assert.Equal("the driver of NVIDIA is not installed", candidate.Refusal);
        Assert.NotEmpty(candidate.Tried);
    }

    [Fact]
    public void Libraries_of_cuda_13_12_and_11_are_looked_for_in_this_order()
    {
        var names = CudaLibraries.Nvrtc.Select(n => Path.GetFileName(n)).Where(n => n.Contains("13", StringComparison.Ordinal) || n.Contains("12", StringComparison.Ordinal) || n.Contains("11", StringComparison.Ordinal)).Distinct().ToList();
        Assert.Equal(
            OperatingSystem.IsWindows()
                ? ["nvrtc64_130_0.dll", "nvrtc64_120_0.dll", "nvrtc64_112_0.dll", "nvrtc64_111_0.dll", "nvrtc64_110_0.dll"]
                : ["libnvrtc.so.13", "libnvrtc.so.12", "libnvrtc.so.11.2", "libnvrtc.so.11.1", "libnvrtc.so.11.0"],
            names);
    }

    [Fact]
    public void A_device_is_listed_with_what_it_can_do()
    {
        var cuda = new FakeCuda();
        var candidate = Assert.Single(new CudaDeviceProvider(cuda.Platform).Probe());
        Assert.True(candidate.IsUsable);
        Assert.Equal("Fake GPU", candidate.Title);
        Assert.Equal(1L << 30, candidate.Memory);
        Assert.Equal("sm_90, 4 multiprocessors", candidate.Capabilities[0].Text);
        Assert.Equal("CUDA 13.0", candidate.Capabilities[1].Text);
        Assert.Equal("NVRTC 13.0, sm_90", candidate.Capabilities[4].Text);
        // A look takes nothing of the device.
        Assert.Empty(cuda.Calls.Live);
        Assert.DoesNotContain("cuDevicePrimaryCtxRetain", cuda.Calls.Names);
    }

    [Fact]
    public void A_device_without_a_compiler_is_listed_with_the_reason()
    {
        var cuda = new FakeCuda();
        var candidate = Assert.Single(new CudaDeviceProvider(new CudaPlatform(cuda.Driver, null, null)).Probe());
        Assert.Equal("NVRTC, the compiler of CUDA C, is not installed", candidate.Refusal);
        Assert.Equal("Fake GPU", candidate.Title);
        Assert.Contains(candidate.Capabilities, c => c.Text.StartsWith("not found", StringComparison.Ordinal));
        Assert.Equal("MIND0541", Assert.Throws<MindDslException>(() => CudaDevice.Open(new(cuda.Driver, null, null), 0)).Code);
    }

    [Fact]
    public void A_device_older_than_the_compiler_is_refused()
    {
        var cuda = new FakeCuda();
        cuda.Driver.Architecture = 61;
        Assert.Contains("sm_61", Assert.Single(new CudaDeviceProvider(cuda.Platform).Probe()).Refusal, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 0, "the driver finds no device")]
    [InlineData(1, 1, "there is one device, counted from 0")]
    [InlineData(2, 5, "there are 2 devices, counted from 0")]
    public void A_number_without_a_device_is_refused(int count, int index, string reason)
    {
        var cuda = new FakeCuda();
        cuda.Driver.Count = count;
        var error = Assert.Throws<MindDslException>(() => CudaDevice.Open(cuda.Platform, index));
        Assert.Equal("MIND0541", error.Code);
        Assert.Equal(reason, error.Diagnostics[0].Facts[0].Text);
    }

    [Fact]
    public void A_driver_older_than_cuda_11_is_refused()
    {
        var cuda = new FakeCuda();
        cuda.Driver.DriverVersion = 10020;
        var error = Assert.Throws<MindDslException>(() => CudaDevice.Open(cuda.Platform, 0));
        Assert.Contains("CUDA 10.2 only", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(3)]
    [InlineData(803)]
    public void A_driver_that_does_not_start_is_a_reason_not_an_exception(int status)
    {
        var cuda = new FakeCuda();
        cuda.Calls.Failure = (0, status);
        var candidate = Assert.Single(new CudaDeviceProvider(cuda.Platform).Probe());
        Assert.False(candidate.IsUsable);
        Assert.Contains(CudaStatusTexts.Of((CudaResult)status).Meaning, candidate.Refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void Devices_have_names_and_are_not_opened_by_them()
    {
        Assert.Equal("cuda:1", Device.Cuda(1).Name);
        Assert.Equal(Device.Cuda(), Device.Named("cuda"));
        Assert.NotEqual(Device.Cuda(0), Device.Cuda(1));
    }
}
