using MindDsl.Examples.Lessons;
using Xunit;

namespace MindDsl.Tests.Docs;

/// <summary>The lessons of docs/devices.md.</summary>
public class DeviceLessonTests
{
    [Theory]
    [InlineData("cpu")]
    [InlineData("opencl")]
    [InlineData("cuda")]
    public void Devices(string name)
    {
        Assert.SkipUnless(Device.Probe().Any(c => c.Kind == name && c.IsUsable), $"there is no device {name}");
        Assert.Equal((14, 14), DeviceLessons.Devices(name));
    }

    [Fact]
    public void A_device_that_is_not_there_is_refused_where_it_is_chosen()
    {
        Assert.SkipWhen(Device.Probe().Any(c => c.Kind == "cuda" && c.IsUsable), "there is a device");
        Assert.Equal("MIND0541", Assert.Throws<MindDslException>(() => DeviceLessons.Devices("cuda")).Code);
    }

    [Fact]
    public void Probe() => Assert.StartsWith("cpu: ", DeviceLessons.Probe()[0], StringComparison.Ordinal);

    [Fact]
    public void Options()
    {
        var name = DeviceLessons.Options();
        Assert.SkipWhen(name is null, "there is no device of NVIDIA");
        Assert.Equal("cuda", name);
    }
}
