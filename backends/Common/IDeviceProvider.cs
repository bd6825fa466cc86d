using MindDsl.Ir;

namespace MindDsl.Backends;

/// <summary>One family of devices. An assembly that has one says so with a <see cref="DeviceProviderAttribute{T}"/>.</summary>
public interface IDeviceProvider
{
    /// <summary>The family's name: <c>cpu</c>, <c>opencl</c>, <c>cuda</c>.</summary>
    string Kind { get; }

    /// <summary>Whether the family never has more than one device, which then needs no number.</summary>
    bool IsSingle => false;

    /// <summary>All candidates, usable ones in the order of their numbers; never empty: a family without devices gives one candidate that says why.</summary>
    Seq<DeviceCandidate> Probe();

    /// <summary>Makes the backend of a device.</summary>
    /// <exception cref="MindDslException">MIND0541: the device cannot be used here.</exception>
    IBackend Open(int index);
}

/// <summary>Names the family of devices that an assembly has.</summary>
[AttributeUsage(AttributeTargets.Assembly)]
public abstract class DeviceProviderAttribute : Attribute
{
    /// <summary>Makes the family; no native code is loaded.</summary>
    public abstract IDeviceProvider Create();
}

/// <inheritdoc/>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class DeviceProviderAttribute<T> : DeviceProviderAttribute where T : IDeviceProvider, new()
{
    /// <inheritdoc/>
    public override IDeviceProvider Create() => new T();
}
