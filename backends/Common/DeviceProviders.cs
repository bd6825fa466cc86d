using System.Reflection;
using MindDsl.Ir;

namespace MindDsl.Backends;

/// <summary>The families of devices that a process knows: those of MindDsl's own assemblies, as far as the application has them, and those that were registered.</summary>
internal static class DeviceProviders
{
    private static readonly (string Kind, string Assembly)[] Own =
        [("cpu", "MindDsl.Backends.Cpu"), ("opencl", "MindDsl.Backends.OpenCl"), ("cuda", "MindDsl.Backends.Cuda")];

    private static readonly Lock Gate = new();
    private static readonly List<IDeviceProvider> Registered = [];

    /// <summary>The names of all families, those whose assemblies are not there among them.</summary>
    public static Seq<string> Families
    {
        get
        {
            lock (Gate) return [.. Own.Select(o => o.Kind), .. Registered.Select(p => p.Kind).Where(k => Own.All(o => o.Kind != k))];
        }
    }

    /// <summary>The family of a kind that is in use; the given one if there is none yet.</summary>
    public static IDeviceProvider Known(IDeviceProvider provider)
    {
        lock (Gate) return Registered.Find(p => p.Kind == provider.Kind) ?? provider;
    }

    /// <summary>Puts a family in the place of its kind.</summary>
    public static void Set(IDeviceProvider provider)
    {
        lock (Gate)
        {
            Registered.RemoveAll(p => p.Kind == provider.Kind);
            Registered.Add(provider);
        }
    }

    /// <summary>The family of a kind, or the reason why there is none.</summary>
    public static (IDeviceProvider? Provider, string? Reason) Find(string kind)
    {
        lock (Gate)
        {
            if (Registered.Find(p => p.Kind == kind) is { } known) return (known, null);
        }
        if (Own.FirstOrDefault(o => o.Kind == kind).Assembly is not { } assembly) return (null, "no family of devices has this name");
        try
        {
            var attribute = Assembly.Load(new AssemblyName(assembly)).GetCustomAttribute<DeviceProviderAttribute>();
            if (attribute is null) return (null, $"{assembly} has no devices");
            var provider = attribute.Create();
            lock (Gate)
            {
                if (Registered.Find(p => p.Kind == kind) is { } other) return (other, null);
                Registered.Add(provider);
                return (provider, null);
            }
        }
        catch (Exception e) when (e is IOException or BadImageFormatException)
        {
            return (null, e is FileNotFoundException ? $"the application has no {assembly}; reference it to use these devices" : e.Message);
        }
    }

    /// <summary>The candidates of a family.</summary>
    public static Seq<DeviceCandidate> Probe(string kind)
    {
        var (provider, reason) = Find(kind);
        if (provider is null) return [new(kind, Own.First(o => o.Kind == kind).Assembly) { Refusal = reason }];
        try
        {
            return provider.Probe();
        }
        catch (MindDslException e)
        {
            return [new(kind, kind) { Refusal = e.Message }];
        }
    }
}
