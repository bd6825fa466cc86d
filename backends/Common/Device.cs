using System.Globalization;
using MindDsl.Backends;
using MindDsl.Ir;

namespace MindDsl;

/// <summary>A device that programs can be compiled for. Naming one loads nothing: it is opened when its backend is asked for.</summary>
/// <remarks>Each backend's assembly offers its devices as static members: <c>Device.Cpu</c>, <c>Device.OpenCl(0)</c>, <c>Device.Cuda(0)</c>.</remarks>
public sealed class Device : IEquatable<Device>
{
    private static readonly Lock Opening = new();
    private static readonly Dictionary<Device, IBackend> Opened = [];
    private readonly IDeviceProvider _provider;

    private Device(IDeviceProvider provider, int index) => (_provider, Index) = (provider, index);

    /// <summary>What family it is of: <c>cpu</c>, <c>opencl</c>, <c>cuda</c>.</summary>
    public string Kind => _provider.Kind;

    /// <summary>Its number among the usable devices of its family.</summary>
    public int Index { get; }

    /// <summary>The name by which <see cref="Named"/> finds it: <c>cpu</c>, <c>opencl:0</c>, <c>cuda:1</c>.</summary>
    public string Name => _provider.IsSingle ? Kind : string.Create(CultureInfo.InvariantCulture, $"{Kind}:{Index}");

    /// <summary>Compiles and runs programs on the device; opened at the first use, one for each device in a process.</summary>
    /// <exception cref="MindDslException">MIND0541: the device cannot be used here.</exception>
    public IBackend Backend
    {
        get
        {
            lock (Opening)
            {
                // A failure is not kept: a driver may be there at the next attempt.
                if (!Opened.TryGetValue(this, out var backend)) Opened[this] = backend = _provider.Open(Index);
                return backend;
            }
        }
    }

    /// <summary>A device of a family, by its number; what the assemblies of backends build their members on.</summary>
    public static Device Of(IDeviceProvider provider, int index = 0)
    {
        ArgumentNullException.ThrowIfNull(provider);
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        return new(DeviceProviders.Known(provider), index);
    }

    /// <summary>The device with a name, such as <c>cpu</c>, <c>opencl</c> (which is <c>opencl:0</c>) or <c>cuda:1</c>.</summary>
    /// <exception cref="MindDslException">MIND0540: there is no such name, or the assembly of its family is not there.</exception>
    public static Device Named(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        string[] parts = name.Split(':');
        int index = 0;
        if (parts.Length > 2 || (parts.Length == 2 && !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out index)))
            throw new MindDslException(Diagnostics.NoSuchDevice(name, "a name is a family, or a family, a colon and a number", DeviceProviders.Families));
        var (provider, reason) = DeviceProviders.Find(parts[0]);
        if (provider is null) throw new MindDslException(Diagnostics.NoSuchDevice(name, reason!, DeviceProviders.Families));
        return provider.IsSingle && index > 0
            ? throw new MindDslException(Diagnostics.NoSuchDevice(name, $"there is one {provider.Kind} only", DeviceProviders.Families))
            : new(provider, index);
    }

    /// <summary>Looks at everything that might be a device. What cannot be used is listed too, with the reason. Nothing is kept open.</summary>
    public static Seq<DeviceCandidate> Probe() => DeviceProviders.Families.SelectMany(k => (IEnumerable<DeviceCandidate>)DeviceProviders.Probe(k)).ToSeq();

    /// <summary>Adds a family of devices, or replaces the one of the same kind.</summary>
    public static void Register(IDeviceProvider provider)
    {
        ArgumentNullException.ThrowIfNull(provider);
        DeviceProviders.Set(provider);
        lock (Opening)
            foreach (var device in Opened.Keys.Where(d => d.Kind == provider.Kind).ToList()) Opened.Remove(device);
    }

    /// <inheritdoc/>
    public bool Equals(Device? other) => other is not null && Kind == other.Kind && Index == other.Index;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Device);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Kind, Index);

    /// <summary>The name.</summary>
    public override string ToString() => Name;
}
