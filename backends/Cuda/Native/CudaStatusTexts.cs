using System.Collections.Frozen;

namespace MindDsl.Backends.Cuda.Native;

/// <summary>A status in words.</summary>
/// <param name="Name">The name in the header of the library.</param>
/// <param name="Meaning">What it means, one sentence without a full stop.</param>
/// <param name="Help">One thing to try.</param>
internal readonly record struct StatusText(string Name, string Meaning, string Help);

/// <summary>The statuses of the driver, NVRTC and cuBLASLt in words.</summary>
internal static class CudaStatusTexts
{
    private const string Report = "please report it with this text and the program that shows it";
    private const string Restart = "start the process again: after this error its context on the device cannot be used";
    private const string Update = "install a newer driver of the graphics card";
    private const string Reinstall = "install the driver again, so that its library and its kernel module have one version";
    private const string Free = "use smaller batches, or end other programs on the device";
    private const string Check = "look at the state of the device with nvidia-smi";

    private static readonly FrozenDictionary<int, StatusText> Driver = new Dictionary<int, StatusText>
    {
        [1] = new("CUDA_ERROR_INVALID_VALUE", "an argument is out of range", Report),
        [2] = new("CUDA_ERROR_OUT_OF_MEMORY", "the device or the host has too little memory", Free),
        [3] = new("CUDA_ERROR_NOT_INITIALIZED", "the driver was not started", Check),
        [4] = new("CUDA_ERROR_DEINITIALIZED", "the driver is shutting down with the process", "end work on the device before the process ends"),
        [34] = new("CUDA_ERROR_STUB_LIBRARY", "the library that was loaded is a stand-in for building, without a driver", "take folders named stubs from the library path"),
        [46] = new("CUDA_ERROR_DEVICE_UNAVAILABLE", "the device is in use or in an exclusive mode", "end the program that uses it, or set its compute mode to default with nvidia-smi"),
        [100] = new("CUDA_ERROR_NO_DEVICE", "the driver finds no device", "check CUDA_VISIBLE_DEVICES, and that nvidia-smi lists the device"),
        [101] = new("CUDA_ERROR_INVALID_DEVICE", "there is no device of this number", "examples/Doctor lists the devices"),
        [102] = new("CUDA_ERROR_DEVICE_NOT_LICENSED", "the licence of the virtual device is missing", "ask the administrator of the machine for a licence of the virtual device"),
        [200] = new("CUDA_ERROR_INVALID_IMAGE", "the machine code is damaged", Report),
        [201] = new("CUDA_ERROR_INVALID_CONTEXT", "the context of the thread cannot be used", Restart),
        [205] = new("CUDA_ERROR_MAP_FAILED", "memory could not be mapped", Free),
        [209] = new("CUDA_ERROR_NO_BINARY_FOR_GPU", "the machine code is for another architecture", "install the NVRTC that belongs to the driver"),
        [214] = new("CUDA_ERROR_ECC_UNCORRECTABLE", "the memory of the device has an error that cannot be corrected", "restart the machine; if it happens again the device is defective"),
        [215] = new("CUDA_ERROR_UNSUPPORTED_LIMIT", "the device has no such limit", Report),
        [217] = new("CUDA_ERROR_PEER_ACCESS_UNSUPPORTED", "the devices cannot reach each other's memory", Report),
        [218] = new("CUDA_ERROR_INVALID_PTX", "the driver cannot compile the assembly text", Update),
        [220] = new("CUDA_ERROR_NVLINK_UNCORRECTABLE", "the link between devices has an error that cannot be corrected", Check),
        [221] = new("CUDA_ERROR_JIT_COMPILER_NOT_FOUND", "the compiler in the driver is not installed", "install the package of the driver that has libnvidia-ptxjitcompiler"),
        [222] = new("CUDA_ERROR_UNSUPPORTED_PTX_VERSION", "NVRTC is newer than the driver", "install a newer driver, or an NVRTC of the driver's CUDA version and name its folder in MINDDSL_CUDA_PATH"),
        [223] = new("CUDA_ERROR_JIT_COMPILATION_DISABLED", "compiling in the driver is switched off", "take CUDA_DISABLE_PTX_JIT from the environment"),
        [226] = new("CUDA_ERROR_CONTAINED", "the device contained an error of its memory", Restart),
        [300] = new("CUDA_ERROR_INVALID_SOURCE", "the program text is invalid", Report),
        [301] = new("CUDA_ERROR_FILE_NOT_FOUND", "a file of the driver is missing", Reinstall),
        [302] = new("CUDA_ERROR_SHARED_OBJECT_SYMBOL_NOT_FOUND", "a library of the driver lacks a function", Reinstall),
        [303] = new("CUDA_ERROR_SHARED_OBJECT_INIT_FAILED", "a library of the driver did not start", Reinstall),
        [304] = new("CUDA_ERROR_OPERATING_SYSTEM", "the system refused a call of the driver", "look into the log of the system; in a container, check that the devices are passed to it"),
        [400] = new("CUDA_ERROR_INVALID_HANDLE", "something was used that does not exist any more", Report),
        [401] = new("CUDA_ERROR_ILLEGAL_STATE", "the driver is in a state that does not allow the call", Restart),
        [500] = new("CUDA_ERROR_NOT_FOUND", "a name is not in the code", Report),
        [600] = new("CUDA_ERROR_NOT_READY", "the work is not done yet", Report),
        [700] = new("CUDA_ERROR_ILLEGAL_ADDRESS", "a kernel read or wrote outside of its memory", Restart),
        [701] = new("CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES", "a kernel needs more registers or shared memory than a block may have", Report),
        [702] = new("CUDA_ERROR_LAUNCH_TIMEOUT", "a kernel ran longer than the system allows", "use a device that shows no picture, or raise the limit of the system"),
        [703] = new("CUDA_ERROR_LAUNCH_INCOMPATIBLE_TEXTURING", "a kernel was started in a mode that does not fit", Report),
        [708] = new("CUDA_ERROR_PRIMARY_CONTEXT_ACTIVE", "the context is in use already", Report),
        [709] = new("CUDA_ERROR_CONTEXT_IS_DESTROYED", "another library of the process has ended the context", Restart),
        [710] = new("CUDA_ERROR_ASSERT", "a kernel stopped itself", Restart),
        [714] = new("CUDA_ERROR_HARDWARE_STACK_ERROR", "a kernel damaged its stack", Restart),
        [715] = new("CUDA_ERROR_ILLEGAL_INSTRUCTION", "a kernel met an instruction that the device does not have", Restart),
        [716] = new("CUDA_ERROR_MISALIGNED_ADDRESS", "a kernel read or wrote at an address that is not aligned", Restart),
        [717] = new("CUDA_ERROR_INVALID_ADDRESS_SPACE", "a kernel read or wrote in the wrong kind of memory", Restart),
        [718] = new("CUDA_ERROR_INVALID_PC", "a kernel jumped to a wrong place", Restart),
        [719] = new("CUDA_ERROR_LAUNCH_FAILED", "a kernel ended with an error", Restart),
        [720] = new("CUDA_ERROR_COOPERATIVE_LAUNCH_TOO_LARGE", "a kernel has more blocks than run at a time", Report),
        [800] = new("CUDA_ERROR_NOT_PERMITTED", "the call is not allowed now", Report),
        [801] = new("CUDA_ERROR_NOT_SUPPORTED", "the device or the driver cannot do it", Update),
        [802] = new("CUDA_ERROR_SYSTEM_NOT_READY", "a service of the system that the device needs is not running", "start the fabric manager or the persistence service of NVIDIA"),
        [803] = new("CUDA_ERROR_SYSTEM_DRIVER_MISMATCH", "the library of the driver and its kernel module have different versions", "restart the machine, or install the driver again"),
        [804] = new("CUDA_ERROR_COMPAT_NOT_SUPPORTED_ON_DEVICE", "the compatibility library does not support this device", "take the folder named compat from the library path"),
        [805] = new("CUDA_ERROR_MPS_CONNECTION_FAILED", "the service that shares the device cannot be reached", "start the service nvidia-cuda-mps-control again, or end it"),
        [806] = new("CUDA_ERROR_MPS_RPC_FAILURE", "the service that shares the device did not answer", "start the service nvidia-cuda-mps-control again, or end it"),
        [807] = new("CUDA_ERROR_MPS_SERVER_NOT_READY", "the service that shares the device is not ready", "try again a little later"),
        [808] = new("CUDA_ERROR_MPS_MAX_CLIENTS_REACHED", "too many processes share the device", "end other programs on the device"),
        [809] = new("CUDA_ERROR_MPS_MAX_CONNECTIONS_REACHED", "the processes that share the device have too many connections", "end other programs on the device"),
        [810] = new("CUDA_ERROR_MPS_CLIENT_TERMINATED", "the service that shares the device ended this process's share", Restart),
        [900] = new("CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED", "a call cannot be part of a graph", Report),
        [901] = new("CUDA_ERROR_STREAM_CAPTURE_INVALIDATED", "an earlier error ended the recording of a graph", Report),
        [902] = new("CUDA_ERROR_STREAM_CAPTURE_MERGE", "two recordings of graphs would become one", Report),
        [903] = new("CUDA_ERROR_STREAM_CAPTURE_UNMATCHED", "the recording of a graph was not begun on this stream", Report),
        [904] = new("CUDA_ERROR_STREAM_CAPTURE_UNJOINED", "a stream was not joined before the recording ended", Report),
        [905] = new("CUDA_ERROR_STREAM_CAPTURE_ISOLATION", "the graph would depend on work outside of it", Report),
        [906] = new("CUDA_ERROR_STREAM_CAPTURE_IMPLICIT", "the graph would depend on the default stream", Report),
        [907] = new("CUDA_ERROR_CAPTURED_EVENT", "an event belongs to a graph that is being recorded", Report),
        [908] = new("CUDA_ERROR_STREAM_CAPTURE_WRONG_THREAD", "the recording was begun by another thread", Report),
        [909] = new("CUDA_ERROR_TIMEOUT", "the driver waited in vain", Check),
        [910] = new("CUDA_ERROR_GRAPH_EXEC_UPDATE_FAILURE", "the graph cannot be changed so", Report),
        [911] = new("CUDA_ERROR_EXTERNAL_DEVICE", "another device had an error", Check),
        [999] = new("CUDA_ERROR_UNKNOWN", "the driver does not say what went wrong", "look into the log of the system, and at the device with nvidia-smi"),
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<int, StatusText> Compiler = new Dictionary<int, StatusText>
    {
        [1] = new("NVRTC_ERROR_OUT_OF_MEMORY", "the host has too little memory to compile", "end other programs"),
        [2] = new("NVRTC_ERROR_PROGRAM_CREATION_FAILURE", "the compiler could not take the program", "end other programs, and check that folders for temporary files are not full"),
        [3] = new("NVRTC_ERROR_INVALID_INPUT", "an argument is out of range", Report),
        [4] = new("NVRTC_ERROR_INVALID_PROGRAM", "the program was not compiled", Report),
        [5] = new("NVRTC_ERROR_INVALID_OPTION", "the compiler does not know an option", "install NVRTC of CUDA 11.2 or newer"),
        [6] = new("NVRTC_ERROR_COMPILATION", "the compiler refuses the program", Report),
        [7] = new("NVRTC_ERROR_BUILTIN_OPERATION_FAILURE", "the compiler does not find the library of its built-in functions", "put libnvrtc-builtins beside libnvrtc, or name the folder that has both in MINDDSL_CUDA_PATH"),
        [11] = new("NVRTC_ERROR_INTERNAL_ERROR", "the compiler has an error of its own", "install another version of NVRTC"),
        [12] = new("NVRTC_ERROR_TIME_FILE_WRITE_FAILED", "the compiler could not write a file", "check that folders for temporary files are not full"),
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<int, StatusText> Blas = new Dictionary<int, StatusText>
    {
        [1] = new("CUBLAS_STATUS_NOT_INITIALIZED", "the library could not start on the device", Free),
        [3] = new("CUBLAS_STATUS_ALLOC_FAILED", "there is too little memory for the library", Free),
        [7] = new("CUBLAS_STATUS_INVALID_VALUE", "an argument is out of range", Report),
        [8] = new("CUBLAS_STATUS_ARCH_MISMATCH", "the library has no code for the architecture of the device", "install a cuBLAS that supports the device"),
        [11] = new("CUBLAS_STATUS_MAPPING_ERROR", "the library could not reach memory of the device", Restart),
        [13] = new("CUBLAS_STATUS_EXECUTION_FAILED", "a kernel of the library ended with an error", Restart),
        [14] = new("CUBLAS_STATUS_INTERNAL_ERROR", "the library has an error of its own", "install another version of cuBLAS, or take its folder from the library path"),
        [15] = new("CUBLAS_STATUS_NOT_SUPPORTED", "the library cannot multiply such matrices", Report),
        [16] = new("CUBLAS_STATUS_LICENSE_ERROR", "the library lacks a licence", "install another version of cuBLAS"),
    }.ToFrozenDictionary();

    /// <summary>All statuses of the driver that have words.</summary>
    public static IEnumerable<CudaResult> Known => Driver.Keys.Select(k => (CudaResult)k);

    /// <summary>A status of the driver; of a newer one, with the name that the driver gives.</summary>
    public static StatusText Of(CudaResult status, string? name = null) => Text(Driver, (int)status, name ?? "CUDA_ERROR", "the driver");

    /// <summary>A status of NVRTC.</summary>
    public static StatusText Of(NvrtcResult status) => Text(Compiler, (int)status, "NVRTC_ERROR", "NVRTC");

    /// <summary>A status of cuBLASLt.</summary>
    public static StatusText Of(CublasResult status) => Text(Blas, (int)status, "CUBLAS_STATUS", "cuBLASLt");

    private static StatusText Text(FrozenDictionary<int, StatusText> known, int status, string name, string library) => known.TryGetValue(status, out var text)
        ? text
        : new(name, $"{library} is newer than this version of MindDsl, which does not know the status", "look the status up in the documentation of CUDA, and please report it");
}
