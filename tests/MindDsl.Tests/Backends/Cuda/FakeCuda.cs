using System.Globalization;
using System.Text.RegularExpressions;
using MindDsl.Backends.Cuda;

namespace MindDsl.Tests.Backends.Cuda;

/// <summary>A kernel of the fake device.</summary>
internal sealed record FakeKernel(string Name, int Parameters, Action<long[], uint, uint> Run);

/// <summary>The libraries of CUDA without a device.</summary>
internal sealed partial class FakeCuda
{
    private readonly Dictionary<nint, Dictionary<string, FakeKernel>> _modules = [];

    public FakeCuda()
    {
        Driver = new(Calls, this);
        Nvrtc = new(Calls);
        Blas = new(Calls, Driver);
    }

    public FakeCalls Calls { get; } = new();

    public FakeDriver Driver { get; }

    public FakeNvrtc Nvrtc { get; }

    public FakeCublasLt Blas { get; }

    /// <summary>What the kernels of a program do; nothing, if it is not set.</summary>
    public Func<string, Func<string, Action<long[], uint, uint>>>? Translate { get; set; }

    /// <summary>The libraries as the backend takes them.</summary>
    public CudaPlatform Platform => new(Driver, Nvrtc, Blas);

    /// <summary>Loads code, whose text is <c>code:</c> and the number of the program.</summary>
    public void Load(nint module, string code)
    {
        string source = Nvrtc.Sources[int.Parse(code.AsSpan("code:".Length), CultureInfo.InvariantCulture)];
        var run = Translate?.Invoke(source);
        _modules.Add(module, Kernel().Matches(source).ToDictionary(
            m => m.Groups[1].Value, m => new FakeKernel(m.Groups[1].Value, m.Groups[2].Value.Split(',').Length, run?.Invoke(m.Groups[1].Value) ?? ((_, _, _) => { }))));
    }

    public FakeKernel? Find(nint module, string name) => _modules[module].GetValueOrDefault(name);

    [GeneratedRegex(@"^KERNEL\((\w+)\)\s*\(([^)]*)\)", RegexOptions.Multiline)]
    private static partial Regex Kernel();
}
