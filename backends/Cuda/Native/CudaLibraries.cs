namespace MindDsl.Backends.Cuda.Native;

/// <summary>Where the libraries of CUDA are looked for, in which order.</summary>
internal static class CudaLibraries
{
    /// <summary>Names a folder that is searched before all others.</summary>
    public const string PathVariable = "MINDDSL_CUDA_PATH";

    /// <summary>The names of the driver.</summary>
    public static IEnumerable<string> Driver => OperatingSystem.IsWindows() ? ["nvcuda.dll"] : Everywhere(["libcuda.so.1", "libcuda.so"], inToolkits: false);

    /// <summary>The names of NVRTC, from CUDA 13 down to 11.</summary>
    public static IEnumerable<string> Nvrtc => OperatingSystem.IsWindows()
        ? Everywhere(["nvrtc64_130_0.dll", "nvrtc64_120_0.dll", "nvrtc64_112_0.dll", "nvrtc64_111_0.dll", "nvrtc64_110_0.dll"])
        : Everywhere(["libnvrtc.so.13", "libnvrtc.so.12", "libnvrtc.so.11.2", "libnvrtc.so.11.1", "libnvrtc.so.11.0", "libnvrtc.so"]);

    /// <summary>The names of cuBLASLt, from CUDA 13 down to 11.</summary>
    public static IEnumerable<string> CublasLt => OperatingSystem.IsWindows()
        ? Everywhere(["cublasLt64_13.dll", "cublasLt64_12.dll", "cublasLt64_11.dll"])
        : Everywhere(["libcublasLt.so.13", "libcublasLt.so.12", "libcublasLt.so.11", "libcublasLt.so"]);

    /// <summary>The names in the folder of the variable and in those of its parts, then as they are, then where toolkits are installed.</summary>
    private static IEnumerable<string> Everywhere(string[] names, bool inToolkits = true)
    {
        if (Environment.GetEnvironmentVariable(PathVariable) is { Length: > 0 } folder)
            foreach (string path in Under(folder, names)) yield return path;
        foreach (string name in names) yield return name;
        if (!inToolkits) yield break;
        if (Environment.GetEnvironmentVariable("CUDA_PATH") is { Length: > 0 } toolkit)
            foreach (string path in Under(toolkit, names)) yield return path;
        if (OperatingSystem.IsWindows()) yield break;
        foreach (string path in Under("/usr/local/cuda", names)) yield return path;
    }

    /// <summary>
    /// The names that are in a folder or where toolkits and packages of Python have libraries in it; the folder's own if there are none, so that the search tells that
    /// it looked there.
    /// </summary>
    private static IEnumerable<string> Under(string folder, string[] names)
    {
        string[] inside = ["", "lib64", "lib", "bin", "bin/x64", "cuda_nvrtc/lib", "cublas/lib", "cu13/lib", "nvidia/cuda_nvrtc/lib", "nvidia/cublas/lib", "nvidia/cu13/lib"];
        var found = names.SelectMany(name => inside.Select(part => Path.Combine(folder, part, name))).Where(File.Exists).ToList();
        return found.Count > 0 ? found : [Path.Combine(folder, names[0])];
    }
}
