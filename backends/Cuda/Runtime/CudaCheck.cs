using System.Runtime.InteropServices;
using MindDsl.Backends.Cuda.Native;

namespace MindDsl.Backends.Cuda;

/// <summary>Turns statuses of the libraries into designed errors.</summary>
/// <param name="driver">Knows names of statuses that are newer than the table.</param>
/// <param name="device">The device, for messages.</param>
internal sealed unsafe class CudaCheck(ICudaDriver driver, string device)
{
    /// <summary>The device, for messages.</summary>
    public string Device => device;

    /// <summary>Ends with an error unless a call of the driver was done.</summary>
    public void Driver(CudaResult status, string call, string? log = null)
    {
        if (status != CudaResult.Success) throw Failure(status, call, log);
    }

    /// <summary>The error of a call of the driver.</summary>
    public MindDslException Failure(CudaResult status, string call, string? log = null)
    {
        var text = CudaStatusTexts.Of(status, NameOf(status));
        return new(Diagnostics.CudaCallFailed(device, call, text.Name, (int)status, text.Meaning, text.Help, log));
    }

    /// <summary>Ends with an error unless a call of NVRTC was done.</summary>
    public void Compiler(NvrtcResult status, string call)
    {
        if (status == NvrtcResult.Success) return;
        var text = CudaStatusTexts.Of(status);
        throw new MindDslException(Diagnostics.CudaCallFailed(device, call, text.Name, (int)status, text.Meaning, text.Help));
    }

    /// <summary>Ends with an error unless a call of cuBLASLt was done.</summary>
    public void Blas(CublasResult status, string call)
    {
        if (status == CublasResult.Success) return;
        var text = CudaStatusTexts.Of(status);
        throw new MindDslException(Diagnostics.CudaCallFailed(device, call, text.Name, (int)status, text.Meaning, text.Help));
    }

    private string? NameOf(CudaResult status)
    {
        byte* name = null;
        return driver.GetErrorName(status, &name) == CudaResult.Success && name != null ? Marshal.PtrToStringUTF8((nint)name) : null;
    }
}
