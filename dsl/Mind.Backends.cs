using MindDsl.Backends;

namespace MindDsl;

public static partial class Mind
{
    /// <summary>Lets quoted functions that are called in this flow of execution run on a backend, until the result is disposed.</summary>
    public static IDisposable Use(IBackend backend)
    {
        ArgumentNullException.ThrowIfNull(backend);
        var before = Compilation.InScope;
        Compilation.UseInScope(Backends.Profile.Current is null ? backend : Profiled(backend));
        return new BackendScope(before);
    }

    /// <summary>Lets quoted functions that are called in this flow of execution run on a device, until the result is disposed.</summary>
    /// <exception cref="MindDslException">MIND0541: the device cannot be used here.</exception>
    public static IDisposable Use(Device device)
    {
        ArgumentNullException.ThrowIfNull(device);
        return Use(device.Backend);
    }

    /// <summary>
    /// Takes the times of quoted functions that are called in this flow of execution and of their kernels, until the result is disposed. What runs elsewhere is not slowed down: programs are
    /// compiled once more, with clocks.
    /// </summary>
    public static Backends.Profile Profile()
    {
        var before = Compilation.InScope;
        Compilation.UseInScope(Profiled(Compilation.Backend));
        return new(() => Compilation.UseInScope(before));
    }

    private static IBackend Profiled(IBackend backend) => backend is IProfiledBackend profiled ? profiled.Profiled : backend;

    private sealed class BackendScope(IBackend? before) : IDisposable
    {
        public void Dispose() => Compilation.UseInScope(before);
    }
}
