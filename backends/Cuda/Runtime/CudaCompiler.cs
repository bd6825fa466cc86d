using System.Globalization;
using System.Text;
using MindDsl.Backends.Cuda.Native;
using MindDsl.Backends.Devices;

namespace MindDsl.Backends.Cuda;

/// <summary>Compiles CUDA C for one architecture.</summary>
internal sealed unsafe class CudaCompiler(INvrtc nvrtc, CudaCheck check, int architecture)
{
    /// <summary>Sums of products stay as they are written, as on every other device; <c>fma</c> is written where it is meant.</summary>
    private static readonly string[] Options = ["--fmad=false", "--std=c++14"];

    private CudaArchitecture? _target;

    /// <summary>The version of NVRTC.</summary>
    public string Version
    {
        get
        {
            int major, minor;
            check.Compiler(nvrtc.Version(&major, &minor), "nvrtcVersion");
            return string.Create(CultureInfo.InvariantCulture, $"{major}.{minor}");
        }
    }

    /// <summary>What is compiled for.</summary>
    /// <exception cref="MindDslException">MIND0541: the device is too old for the compiler.</exception>
    public CudaArchitecture Target => _target ??= CudaArchitecture.Choose(architecture, Supported()) ?? throw new MindDslException(Diagnostics.DeviceUnusable(
        check.Device, $"NVRTC {Version} does not compile for an architecture as old as sm_{architecture.ToString(CultureInfo.InvariantCulture)} any more", [],
        $"install an older NVRTC, such as that of CUDA 12, and name its folder in {CudaLibraries.PathVariable}"));

    /// <summary>The compiler and its options: what its code depends on besides the text.</summary>
    public string Description => string.Join(' ', [Version, Target.Option, .. Options]);

    /// <summary>Compiles a program to machine code, or to assembly text that ends with a zero.</summary>
    /// <exception cref="MindDslException">MIND0551: the compiler refuses it.</exception>
    public byte[] Compile(string source)
    {
        var target = Target;
        nint program = 0;
        fixed (byte* text = Utf8(source), name = "program.cu\0"u8)
            check.Compiler(nvrtc.CreateProgram(&program, text, name, 0, null, null), "nvrtcCreateProgram");
        try
        {
            Translate(program, source, target.Option);
            nuint bytes = 0;
            check.Compiler(target.IsMachineCode ? nvrtc.GetCubinSize(program, &bytes) : nvrtc.GetPtxSize(program, &bytes), target.IsMachineCode ? "nvrtcGetCUBINSize" : "nvrtcGetPTXSize");
            var code = new byte[bytes];
            fixed (byte* to = code)
                check.Compiler(target.IsMachineCode ? nvrtc.GetCubin(program, to) : nvrtc.GetPtx(program, to), target.IsMachineCode ? "nvrtcGetCUBIN" : "nvrtcGetPTX");
            return code;
        }
        finally
        {
            _ = nvrtc.DestroyProgram(&program);
        }
    }

    private void Translate(nint program, string source, string option)
    {
        string[] options = [option, .. Options];
        var texts = options.Select(Utf8).ToArray();
        byte** addresses = stackalloc byte*[texts.Length];
        var pinned = texts.Select(t => System.Runtime.InteropServices.GCHandle.Alloc(t, System.Runtime.InteropServices.GCHandleType.Pinned)).ToArray();
        NvrtcResult status;
        try
        {
            for (int i = 0; i < texts.Length; i++) addresses[i] = (byte*)pinned[i].AddrOfPinnedObject();
            status = nvrtc.CompileProgram(program, texts.Length, addresses);
        }
        finally
        {
            foreach (var handle in pinned) handle.Free();
        }
        if (status == NvrtcResult.Compilation) throw new MindDslException(Diagnostics.KernelsRefused(check.Device, BuildLog.Facts(Log(program), source)));
        check.Compiler(status, "nvrtcCompileProgram");
    }

    private string Log(nint program)
    {
        nuint bytes = 0;
        check.Compiler(nvrtc.GetProgramLogSize(program, &bytes), "nvrtcGetProgramLogSize");
        var log = new byte[bytes];
        fixed (byte* to = log)
            if (log.Length > 0) check.Compiler(nvrtc.GetProgramLog(program, to), "nvrtcGetProgramLog");
        return Encoding.UTF8.GetString(log).TrimEnd('\0', '\n', '\r', ' ');
    }

    private int[]? Supported()
    {
        if (!nvrtc.HasCubin) return null;
        int count = 0;
        check.Compiler(nvrtc.GetNumSupportedArchs(&count), "nvrtcGetNumSupportedArchs");
        var supported = new int[count];
        fixed (int* to = supported)
            if (count > 0) check.Compiler(nvrtc.GetSupportedArchs(to), "nvrtcGetSupportedArchs");
        return supported;
    }

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text + "\0");
}
