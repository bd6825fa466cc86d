using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace MindDsl.Tests.Backends.Cuda;

/// <summary>Kernels in CUDA C, compiled as C++ for the host and run there, thread after thread.</summary>
internal sealed unsafe partial class HostKernels
{
    private static readonly ConcurrentDictionary<string, Lazy<nint>> Libraries = new();

    private HostKernels(nint library, bool backwards) => (Library, Backwards) = (library, backwards);

    /// <summary>The compiler, or null if there is none.</summary>
    public static string? Compiler { get; } = OperatingSystem.IsWindows() ? null : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .SelectMany(folder => new[] { "g++", "clang++" }.Select(name => Path.Combine(folder, name))).FirstOrDefault(File.Exists);

    private nint Library { get; }

    private bool Backwards { get; }

    /// <summary>Libraries whose kernels run on the host.</summary>
    /// <param name="backwards">Whether the last thread is the first to run.</param>
    public static FakeCuda Cuda(bool backwards = false)
    {
        var cuda = new FakeCuda();
        cuda.Translate = source => new HostKernels(Libraries.GetOrAdd(source, s => new(() => Compile(s))).Value, backwards).Find;
        return cuda;
    }

    private Action<long[], uint, uint> Find(string name)
    {
        var run = (delegate* unmanaged[Cdecl]<long*, uint, uint, int, int>)NativeLibrary.GetExport(Library, "host_" + name);
        bool backwards = Backwards;
        return (arguments, grid, block) =>
        {
            fixed (long* first = arguments)
                if (run(first, grid, block, backwards ? 1 : 0) != 0) throw new InvalidOperationException($"threads of {name} wait where others have ended");
        };
    }

    private static nint Compile(string source)
    {
        string folder = Directory.CreateTempSubdirectory("minddsl-kernels-").FullName;
        try
        {
            string text = Path.Combine(folder, "program.cpp"), library = Path.Combine(folder, "program.so");
            File.WriteAllText(text, Shim() + source + Entries(source));
            string[] arguments = ["-x", "c++", "-std=c++14", "-O0", "-w", "-ffp-contract=off", "-fwrapv", "-fPIC", "-shared", "-o", library, text];
            using var process = Process.Start(new ProcessStartInfo(Compiler!, arguments) { RedirectStandardError = true })!;
            string errors = process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? NativeLibrary.Load(library) : throw new InvalidOperationException(errors);
        }
        finally
        {
            // A library that was loaded needs no file.
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Shim()
    {
        using var stream = typeof(HostKernels).Assembly.GetManifestResourceStream("HostShim.h")!;
        return new StreamReader(stream).ReadToEnd();
    }

    /// <summary>For each kernel a function that takes its arguments as an array.</summary>
    private static string Entries(string source)
    {
        var text = new StringBuilder();
        var kernels = Kernel().Matches(source);
        for (int k = 0; k < kernels.Count; k++)
        {
            string name = kernels[k].Groups[1].Value;
            int end = k + 1 < kernels.Count ? kernels[k + 1].Index : source.Length;
            bool waits = source.IndexOf("BARRIER", kernels[k].Index, end - kernels[k].Index, StringComparison.Ordinal) >= 0;
            var arguments = Enumerable.Range(0, kernels[k].Groups[2].Value.Split(',').Length).Select(i => (i == 0 ? "(u8*)" : "") + string.Create(CultureInfo.InvariantCulture, $"a[{i}]"));
            text.Append(CultureInfo.InvariantCulture, $"\nstatic void body_{name}(long long* a) {{ {name}({string.Join(", ", arguments)}); }}");
            text.Append(CultureInfo.InvariantCulture, $"\nextern \"C\" int host_{name}(long long* a, unsigned grid, unsigned block, int backwards) {{ return hostLaunch(body_{name}, a, grid, block, {(waits ? "true" : "false")}, backwards != 0); }}\n");
        }
        return text.ToString();
    }

    [GeneratedRegex(@"^KERNEL\((\w+)\)\s*\(([^)]*)\)", RegexOptions.Multiline)]
    private static partial Regex Kernel();
}
