using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using MindDsl.Backends.Cuda.Native;

namespace MindDsl.Tests.Backends.Cuda;

/// <summary>A compiler that keeps the programs.</summary>
internal sealed unsafe class FakeNvrtc(FakeCalls calls) : INvrtc
{
    private readonly Dictionary<nint, int> _programs = [];

    /// <summary>The programs, in order.</summary>
    public List<string> Sources { get; } = [];

    /// <summary>The options of the last compilation.</summary>
    public string[] Options { get; private set; } = [];

    public int[] Supported { get; set; } = [75, 80, 86, 89, 90, 100, 120];

    public string Log { get; set; } = "";

    public bool HasCubin { get; set; } = true;

    private static NvrtcResult Status(int status) => (NvrtcResult)status;

    public NvrtcResult Version(int* major, int* minor)
    {
        (*major, *minor) = (13, 0);
        return Status(calls.Note("nvrtcVersion"));
    }

    public NvrtcResult GetNumSupportedArchs(int* count)
    {
        *count = Supported.Length;
        return Status(calls.Note("nvrtcGetNumSupportedArchs"));
    }

    public NvrtcResult GetSupportedArchs(int* architectures)
    {
        Supported.CopyTo(new Span<int>(architectures, Supported.Length));
        return Status(calls.Note("nvrtcGetSupportedArchs"));
    }

    public NvrtcResult CreateProgram(nint* program, byte* source, byte* name, int headers, byte** headerTexts, byte** headerNames)
    {
        int status = calls.Note("nvrtcCreateProgram");
        if (status != 0) return Status(status);
        *program = calls.Make("program");
        _programs.Add(*program, Sources.Count);
        Sources.Add(Marshal.PtrToStringUTF8((nint)source)!);
        return NvrtcResult.Success;
    }

    public NvrtcResult CompileProgram(nint program, int options, byte** texts)
    {
        calls.Need("program", program);
        Options = [.. Enumerable.Range(0, options).Select(i => Marshal.PtrToStringUTF8((nint)texts[i])!)];
        int status = calls.Note("nvrtcCompileProgram");
        return status != 0 ? Status(status) : Log.Length > 0 ? NvrtcResult.Compilation : NvrtcResult.Success;
    }

    public NvrtcResult GetProgramLogSize(nint program, nuint* bytes)
    {
        *bytes = (nuint)Encoding.UTF8.GetByteCount(Log) + 1;
        return Status(calls.Note("nvrtcGetProgramLogSize"));
    }

    public NvrtcResult GetProgramLog(nint program, byte* log)
    {
        Encoding.UTF8.GetBytes(Log + "\0").CopyTo(new Span<byte>(log, 1 << 20));
        return Status(calls.Note("nvrtcGetProgramLog"));
    }

    public NvrtcResult GetPtxSize(nint program, nuint* bytes) => Size(program, bytes, "nvrtcGetPTXSize");

    public NvrtcResult GetPtx(nint program, byte* text) => Code(program, text, "nvrtcGetPTX");

    public NvrtcResult GetCubinSize(nint program, nuint* bytes) => Size(program, bytes, "nvrtcGetCUBINSize");

    public NvrtcResult GetCubin(nint program, byte* code) => Code(program, code, "nvrtcGetCUBIN");

    public NvrtcResult DestroyProgram(nint* program)
    {
        calls.End("program", *program);
        *program = 0;
        return Status(calls.Note("nvrtcDestroyProgram"));
    }

    private byte[] CodeOf(nint program) => Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"code:{_programs[program]}\0"));

    private NvrtcResult Size(nint program, nuint* bytes, string call)
    {
        calls.Need("program", program);
        *bytes = (nuint)CodeOf(program).Length;
        return Status(calls.Note(call));
    }

    private NvrtcResult Code(nint program, byte* to, string call)
    {
        var code = CodeOf(program);
        code.CopyTo(new Span<byte>(to, code.Length));
        return Status(calls.Note(call));
    }
}
