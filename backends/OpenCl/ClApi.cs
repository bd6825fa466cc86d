using System.Text;
using Silk.NET.OpenCL;

namespace MindDsl.Backends.OpenCl;

/// <summary>The functions of OpenCL that are needed, with errors as exceptions. The native library is loaded at the first use.</summary>
internal sealed unsafe class ClApi
{
    private const int PlatformsNotFound = -1001;
    private const int DevicesNotFound = -1;
    private const int BuildFailure = -11;

    private static readonly Lock Gate = new();
    private static ClApi? s_loaded;

    private readonly CL _cl;

    private ClApi(CL cl) => _cl = cl;

    /// <summary>The library, or the reason why there is none.</summary>
    public static (ClApi? Api, string? Reason) Load()
    {
        lock (Gate)
        {
            if (s_loaded is not null) return (s_loaded, null);
            try
            {
                return (s_loaded = new(CL.GetApi()), null);
            }
            catch (Exception e) when (e is FileNotFoundException or DllNotFoundException)
            {
                return (null, e.Message.ReplaceLineEndings(" "));
            }
        }
    }

    public nint[] Platforms()
    {
        uint count = 0;
        int code = _cl.GetPlatformIDs(0, null, &count);
        if (code == PlatformsNotFound || count == 0) return [];
        Check(code, "clGetPlatformIDs");
        var platforms = new nint[count];
        fixed (nint* p = platforms) Check(_cl.GetPlatformIDs(count, p, null), "clGetPlatformIDs");
        return platforms;
    }

    public nint[] Devices(nint platform)
    {
        uint count = 0;
        int code = _cl.GetDeviceIDs(platform, DeviceType.All, 0, null, &count);
        if (code == DevicesNotFound || count == 0) return [];
        Check(code, "clGetDeviceIDs");
        var devices = new nint[count];
        fixed (nint* p = devices) Check(_cl.GetDeviceIDs(platform, DeviceType.All, count, p, null), "clGetDeviceIDs");
        return devices;
    }

    public string Text(nint device, DeviceInfo what)
    {
        nuint size = 0;
        Check(_cl.GetDeviceInfo(device, what, 0, null, &size), "clGetDeviceInfo");
        byte[] bytes = new byte[size];
        fixed (byte* p = bytes) Check(_cl.GetDeviceInfo(device, what, size, p, null), "clGetDeviceInfo");
        return Encoding.UTF8.GetString(bytes).TrimEnd('\0').Trim();
    }

    /// <summary>A fact of at most 64 bits; 0 if the device does not know it.</summary>
    public long Number(nint device, DeviceInfo what)
    {
        long value = 0;
        return _cl.GetDeviceInfo(device, what, sizeof(long), &value, null) == 0 ? value : 0;
    }

    public string PlatformText(nint platform, PlatformInfo what)
    {
        nuint size = 0;
        Check(_cl.GetPlatformInfo(platform, what, 0, null, &size), "clGetPlatformInfo");
        byte[] bytes = new byte[size];
        fixed (byte* p = bytes) Check(_cl.GetPlatformInfo(platform, what, size, p, null), "clGetPlatformInfo");
        return Encoding.UTF8.GetString(bytes).TrimEnd('\0').Trim();
    }

    public nint CreateContext(nint device)
    {
        int code = 0;
        nint context = _cl.CreateContext(null, 1, &device, null, null, &code);
        Check(code, "clCreateContext");
        return context;
    }

    public nint CreateQueue(nint context, nint device)
    {
        int code = 0;
        nint queue = _cl.CreateCommandQueue(context, device, CommandQueueProperties.None, &code);
        Check(code, "clCreateCommandQueue");
        return queue;
    }

    /// <summary>Memory, or zero when the device has none left.</summary>
    public nint CreateBuffer(nint context, long bytes)
    {
        int code = 0;
        nint buffer = _cl.CreateBuffer(context, MemFlags.ReadWrite, (nuint)bytes, null, &code);
        if (IsMemory(code)) return 0;
        Check(code, "clCreateBuffer");
        return buffer;
    }

    public void ReleaseBuffer(nint buffer) => Check(_cl.ReleaseMemObject(buffer), "clReleaseMemObject");

    public void Write(nint queue, nint buffer, long offset, nint host, long bytes) =>
        Check(_cl.EnqueueWriteBuffer(queue, buffer, true, (nuint)offset, (nuint)bytes, (void*)host, 0, null, null), "clEnqueueWriteBuffer");

    public void Read(nint queue, nint buffer, long offset, nint host, long bytes) =>
        Check(_cl.EnqueueReadBuffer(queue, buffer, true, (nuint)offset, (nuint)bytes, (void*)host, 0, null, null), "clEnqueueReadBuffer");

    public void Copy(nint queue, nint to, long toOffset, nint from, long fromOffset, long bytes) =>
        Check(_cl.EnqueueCopyBuffer(queue, from, to, (nuint)fromOffset, (nuint)toOffset, (nuint)bytes, 0, null, null), "clEnqueueCopyBuffer");

    /// <summary>A program, or what the compiler says against it.</summary>
    public (nint Program, string? Log) Build(nint context, nint device, string source, string options)
    {
        byte[] text = Encoding.UTF8.GetBytes(source);
        int code = 0;
        nint program;
        fixed (byte* p = text)
        {
            byte* line = p;
            nuint length = (nuint)text.Length;
            program = _cl.CreateProgramWithSource(context, 1, &line, &length, &code);
        }
        Check(code, "clCreateProgramWithSource");
        code = _cl.BuildProgram(program, 1, &device, options, null, null);
        if (code == 0) return (program, null);
        string log = Log(program, device);
        Check(_cl.ReleaseProgram(program), "clReleaseProgram");
        if (code != BuildFailure && log.Length == 0) Check(code, "clBuildProgram");
        return (0, log);
    }

    /// <summary>A program of code that <see cref="Code"/> gave; null if the driver does not take it.</summary>
    public nint? Load(nint context, nint device, byte[] code, string options)
    {
        int error = 0, status = 0;
        nint program;
        fixed (byte* p = code)
        {
            byte* binary = p;
            nuint length = (nuint)code.Length;
            program = _cl.CreateProgramWithBinary(context, 1, &device, &length, &binary, &status, &error);
        }
        if (error != 0) return null;
        if (status == 0 && _cl.BuildProgram(program, 1, &device, options, null, null) == 0) return program;
        Check(_cl.ReleaseProgram(program), "clReleaseProgram");
        return null;
    }

    /// <summary>The code of a program that was built; null if the driver does not give it away.</summary>
    public byte[]? Code(nint program)
    {
        nuint size = 0;
        if (_cl.GetProgramInfo(program, ProgramInfo.BinarySizes, (nuint)sizeof(nuint), &size, null) != 0 || size == 0) return null;
        byte[] code = new byte[size];
        fixed (byte* p = code)
        {
            byte* to = p;
            return _cl.GetProgramInfo(program, ProgramInfo.Binaries, (nuint)sizeof(nint), &to, null) == 0 ? code : null;
        }
    }

    public nint CreateKernel(nint program, string name)
    {
        int code = 0;
        nint kernel = _cl.CreateKernel(program, name, &code);
        Check(code, "clCreateKernel");
        return kernel;
    }

    public void ReleaseKernel(nint kernel) => Check(_cl.ReleaseKernel(kernel), "clReleaseKernel");

    public void ReleaseProgram(nint program) => Check(_cl.ReleaseProgram(program), "clReleaseProgram");

    public void ReleaseQueue(nint queue) => Check(_cl.ReleaseCommandQueue(queue), "clReleaseCommandQueue");

    public void ReleaseContext(nint context) => Check(_cl.ReleaseContext(context), "clReleaseContext");

    public void SetBuffer(nint kernel, uint index, nint buffer) => Check(_cl.SetKernelArg(kernel, index, (nuint)sizeof(nint), &buffer), "clSetKernelArg");

    public void SetNumber(nint kernel, uint index, long number) => Check(_cl.SetKernelArg(kernel, index, sizeof(long), &number), "clSetKernelArg");

    public void Launch(nint queue, nint kernel, long groups, int size)
    {
        nuint all = (nuint)(groups * size), local = (nuint)size;
        Check(_cl.EnqueueNdrangeKernel(queue, kernel, 1, null, &all, &local, 0, null, null), "clEnqueueNDRangeKernel");
    }

    public void Finish(nint queue) => Check(_cl.Finish(queue), "clFinish");

    private string Log(nint program, nint device)
    {
        nuint size = 0;
        if (_cl.GetProgramBuildInfo(program, device, ProgramBuildInfo.BuildLog, 0, null, &size) != 0) return "";
        byte[] bytes = new byte[size];
        fixed (byte* p = bytes) return _cl.GetProgramBuildInfo(program, device, ProgramBuildInfo.BuildLog, size, p, null) == 0 ? Encoding.UTF8.GetString(bytes).TrimEnd('\0').Trim() : "";
    }

    /// <summary>True of the codes that say that memory has run out.</summary>
    private static bool IsMemory(int code) => code is -4 or -5 or -6 or -61;

    private static void Check(int code, string function)
    {
        if (code == 0) return;
        throw new MindDslException(IsMemory(code) ? Diagnostics.DeviceMemoryExhausted("opencl", function, null, null) : Diagnostics.DriverFailed(function, code, Name(code)));
    }

    private static string Name(int code) => code == PlatformsNotFound ? "CL_PLATFORM_NOT_FOUND_KHR" : Enum.IsDefined((ErrorCodes)code) ? ((ErrorCodes)code).ToString() : "unknown";
}
