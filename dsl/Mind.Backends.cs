using MindDsl.Backends;

namespace MindDsl;

public static partial class Mind
{
    /// <summary>Lets quoted functions that are called in this flow of execution run on a backend, until the result is disposed.</summary>
    public static IDisposable Use(IBackend backend)
    {
        var before = Compilation.InScope;
        Compilation.UseInScope(backend);
        return new BackendScope(before);
    }

    /// <summary>Lets quoted functions that are called in this flow of execution run on a device, until the result is disposed.</summary>
    /// <exception cref="MindDslException">MIND0541: the device cannot be used here.</exception>
    public static IDisposable Use(Device device)
    {
        ArgumentNullException.ThrowIfNull(device);
        return Use(device.Backend);
    }

    private sealed class BackendScope(IBackend? before) : IDisposable
    {
        public void Dispose() => Compilation.UseInScope(before);
    }
}
