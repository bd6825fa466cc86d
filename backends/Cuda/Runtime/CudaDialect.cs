using MindDsl.Backends.Devices;

namespace MindDsl.Backends.Cuda;

/// <summary>CUDA C.</summary>
internal static class CudaDialect
{
    private const string Prelude = "MindDsl.Backends.Cuda.Prelude.cu";

    /// <summary>The dialect; its words are in Prelude.cu.</summary>
    public static Dialect Instance { get; } = new("CUDA C", Read());

    private static string Read()
    {
        using var stream = typeof(CudaDialect).Assembly.GetManifestResourceStream(Prelude)!;
        return new StreamReader(stream).ReadToEnd().ReplaceLineEndings("\n");
    }
}
