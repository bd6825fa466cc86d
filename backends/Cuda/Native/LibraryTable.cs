using System.Runtime.InteropServices;

namespace MindDsl.Backends.Cuda.Native;

/// <summary>Entry points of a library that was loaded.</summary>
internal sealed class LibraryTable(nint library, string name)
{
    /// <summary>An entry point, under the first of its names that the library has.</summary>
    /// <exception cref="MindDslException">MIND0541: the library has none of them.</exception>
    public nint this[params ReadOnlySpan<string> names] => Find(names) is var entry and not 0
        ? entry
        : throw new MindDslException(Diagnostics.DeviceUnusable("cuda", $"{name} has no function {names[0]}", [], "install CUDA 11 or newer"));

    /// <summary>An entry point, or zero.</summary>
    public nint Find(params ReadOnlySpan<string> names)
    {
        foreach (string entry in names) if (NativeLibrary.TryGetExport(library, entry, out nint address)) return address;
        return 0;
    }
}
