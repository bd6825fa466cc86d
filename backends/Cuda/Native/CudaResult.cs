namespace MindDsl.Backends.Cuda.Native;

/// <summary>What a call of the driver gives. The table of all of them is <see cref="CudaStatusTexts"/>.</summary>
public enum CudaResult
{
    /// <summary>It was done.</summary>
    Success = 0,

    /// <summary>A value that cannot be.</summary>
    InvalidValue = 1,

    /// <summary>There is too little memory.</summary>
    OutOfMemory = 2,

    /// <summary>The driver was not started, or could not be.</summary>
    NotInitialized = 3,

    /// <summary>The process ends.</summary>
    Deinitialized = 4,

    /// <summary>The library is a stand-in without a driver.</summary>
    StubLibrary = 34,

    /// <summary>There is no device.</summary>
    NoDevice = 100,

    /// <summary>The device has another architecture than the code.</summary>
    NoBinaryForGpu = 209,

    /// <summary>The assembly text cannot be compiled.</summary>
    InvalidPtx = 218,

    /// <summary>The assembly text is newer than the driver.</summary>
    UnsupportedPtxVersion = 222,

    /// <summary>Something that was named is not there.</summary>
    NotFound = 500,

    /// <summary>A kernel read or wrote where it may not.</summary>
    IllegalAddress = 700,

    /// <summary>A kernel needs more of the device than there is.</summary>
    LaunchOutOfResources = 701,

    /// <summary>A kernel ended with an error.</summary>
    LaunchFailed = 719,

    /// <summary>It cannot be done here.</summary>
    NotSupported = 801,

    /// <summary>The driver and its library are of different versions.</summary>
    SystemDriverMismatch = 803,

    /// <summary>Nothing is known.</summary>
    Unknown = 999,
}

/// <summary>What a call of NVRTC gives.</summary>
public enum NvrtcResult
{
    /// <summary>It was done.</summary>
    Success = 0,

    /// <summary>The host has too little memory.</summary>
    OutOfMemory = 1,

    /// <summary>The program has errors.</summary>
    Compilation = 6,
}

/// <summary>What a call of cuBLASLt gives.</summary>
public enum CublasResult
{
    /// <summary>It was done.</summary>
    Success = 0,

    /// <summary>There is too little memory.</summary>
    AllocFailed = 3,

    /// <summary>It cannot be done with these matrices.</summary>
    NotSupported = 15,
}
