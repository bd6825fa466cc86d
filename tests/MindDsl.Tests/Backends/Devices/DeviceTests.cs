using MindDsl.Backends;
using MindDsl.Backends.Cpu;
using MindDsl.Ir;
using Xunit;

namespace MindDsl.Tests.Backends.Devices;

public class DeviceTests
{
    [Fact]
    public void The_processor_is_always_usable_and_listed_first()
    {
        var first = Device.Probe()[0];
        Assert.Equal(Device.Cpu, first.Device);
        Assert.True(first.IsUsable);
        Assert.Null(first.Refusal);
        Assert.True(first.Memory > 0);
        Assert.Equal(["threads", "vectors", "types"], first.Capabilities.Select(c => c.Label));
    }

    [Fact]
    public void Every_candidate_is_usable_or_says_why_not() => Assert.All(Device.Probe(), c => Assert.True(c.IsUsable == string.IsNullOrEmpty(c.Refusal), c.Title));

    [Fact]
    public void All_families_are_listed() => Assert.Subset(Device.Probe().Select(c => c.Kind).ToHashSet(), new HashSet<string> { "cpu", "opencl", "cuda" });

    [Fact]
    public void Devices_are_equal_by_name_and_have_one_backend()
    {
        Assert.Equal(Device.Cpu, Device.Named("cpu"));
        Assert.Equal(Device.Cpu.GetHashCode(), Device.Named("cpu").GetHashCode());
        Assert.Same(Device.Cpu.Backend, Device.Named("cpu").Backend);
        Assert.IsType<CpuBackend>(Device.Cpu.Backend);
        Assert.Equal("cpu", Device.Cpu.ToString());
    }

    [Theory]
    [InlineData("gpu", "no family of devices has this name")]
    [InlineData("cpu:1", "there is one cpu only")]
    [InlineData("cpu:x", "a name is a family, or a family, a colon and a number")]
    [InlineData("cpu:0:0", "a name is a family, or a family, a colon and a number")]
    [InlineData("", "no family of devices has this name")]
    public void A_wrong_name_is_refused_with_the_reason(string name, string reason)
    {
        var e = Assert.Throws<MindDslException>(() => Device.Named(name));
        Assert.Equal("MIND0540", e.Code);
        Assert.Contains(e.Diagnostics[0].Facts, f => f.Text == reason);
    }

    [Fact]
    public void A_family_can_be_added_and_its_devices_are_used_by_calls()
    {
        var family = new Family();
        Device.Register(family);
        var device = Device.Named("counting:2");
        Assert.Equal("counting:2", device.Name);
        Assert.Equal(0, family.Opened);
        var f = Mind.Fn((double x) => x * x);
        using (Mind.Use(device)) Assert.Equal(9, f(3));
        using (Mind.Use(device)) Assert.Equal(16, f(4));
        Assert.Equal(1, family.Opened);
        Assert.Equal(1, ((Counting)device.Backend).Compiled);
        Assert.Contains(Device.Probe(), c => c.Kind == "counting" && c.Refusal == "it is for tests");
    }

    [Fact]
    public void A_device_that_cannot_be_opened_is_an_error_and_can_be_asked_again()
    {
        var family = new Missing();
        Device.Register(family);
        var device = Device.Named("missing");
        Assert.Equal("MIND0541", Assert.Throws<MindDslException>(() => Mind.Use(device)).Code);
        family.IsThere = true;
        Assert.NotNull(device.Backend);
    }

    [Fact]
    public void A_library_that_is_not_there_is_reported_with_the_words_of_the_loader()
    {
        var (library, tried) = LibrarySearch.Load(["libminddsl-none.so.7", "/nowhere/libminddsl-none.so"]);
        Assert.Equal(0, library);
        Assert.Equal(["libminddsl-none.so.7", "/nowhere/libminddsl-none.so"], tried.Select(t => t.Name));
        Assert.All(tried, t => Assert.False(t.IsLoaded));
        Assert.All(tried, t => Assert.NotEmpty(t.Outcome));
        Assert.All(tried, t => Assert.DoesNotContain('\n', t.Outcome));
    }

    private sealed class Family : IDeviceProvider
    {
        public int Opened { get; private set; }

        public string Kind => "counting";

        public Seq<DeviceCandidate> Probe() => [new(Kind, "a counter") { Refusal = "it is for tests" }];

        public IBackend Open(int index)
        {
            Opened++;
            return new Counting();
        }
    }

    private sealed class Counting : IBackend
    {
        public int Compiled { get; private set; }

        public string Name => "counting";

        public IExecutable Compile(Module module, Seq<Donation> donations = default)
        {
            Compiled++;
            return new InterpreterBackend().Compile(module, donations);
        }
    }

    private sealed class Missing : IDeviceProvider
    {
        public bool IsThere { get; set; }

        public string Kind => "missing";

        public Seq<DeviceCandidate> Probe() => [new(Kind, "nothing") { Refusal = "it is for tests" }];

        public IBackend Open(int index) => IsThere
            ? new InterpreterBackend()
            : throw new MindDslException(Diagnostics.DeviceUnusable("missing", "it is for tests", [("libnone.so", "not found")], "wait"));
    }
}
