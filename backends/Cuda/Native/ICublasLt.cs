using System.Runtime.InteropServices;

namespace MindDsl.Backends.Cuda.Native;

/// <summary>cuBLASLt, which multiplies matrices: a method for each entry point that is used.</summary>
public unsafe interface ICublasLt
{
    /// <summary>Starts the library for the context of this thread.</summary>
    CublasResult Create(nint* handle);

    /// <summary>Ends it.</summary>
    CublasResult Destroy(nint handle);

    /// <summary>Makes the description of a product.</summary>
    CublasResult MatmulDescCreate(nint* description, ComputeType compute, CudaType scale);

    /// <summary>Sets a property of it.</summary>
    CublasResult MatmulDescSetAttribute(nint description, MatmulAttribute attribute, void* value, nuint bytes);

    /// <summary>Ends it.</summary>
    CublasResult MatmulDescDestroy(nint description);

    /// <summary>Makes the description of a matrix by columns.</summary>
    CublasResult MatrixLayoutCreate(nint* layout, CudaType type, ulong rows, ulong columns, long columnStride);

    /// <summary>Sets a property of it.</summary>
    CublasResult MatrixLayoutSetAttribute(nint layout, LayoutAttribute attribute, void* value, nuint bytes);

    /// <summary>Ends it.</summary>
    CublasResult MatrixLayoutDestroy(nint layout);

    /// <summary>Makes a description of what is preferred.</summary>
    CublasResult MatmulPreferenceCreate(nint* preference);

    /// <summary>Sets a property of it.</summary>
    CublasResult MatmulPreferenceSetAttribute(nint preference, PreferenceAttribute attribute, void* value, nuint bytes);

    /// <summary>Ends it.</summary>
    CublasResult MatmulPreferenceDestroy(nint preference);

    /// <summary>Finds ways to compute a product, the best first.</summary>
    CublasResult MatmulAlgoGetHeuristic(
        nint handle, nint description, nint a, nint b, nint c, nint d, nint preference, int wanted, MatmulHeuristic* found, int* count);

    /// <summary>Computes a product in the order of a stream.</summary>
    CublasResult Matmul(
        nint handle, nint description, void* alpha, ulong a, nint layoutA, ulong b, nint layoutB, void* beta, ulong c, nint layoutC, ulong d, nint layoutD,
        MatmulAlgorithm* algorithm, ulong workspace, nuint workspaceBytes, nint stream);
}

/// <summary>A way to compute a product, as the library has it.</summary>
[StructLayout(LayoutKind.Sequential)]
public unsafe struct MatmulAlgorithm
{
    /// <summary>Known to the library only.</summary>
    public fixed ulong Data[8];
}

/// <summary>A way that was found.</summary>
[StructLayout(LayoutKind.Sequential)]
public unsafe struct MatmulHeuristic
{
    /// <summary>The way.</summary>
    public MatmulAlgorithm Algorithm;

    /// <summary>The bytes it works in.</summary>
    public nuint WorkspaceBytes;

    /// <summary>Whether it can be used.</summary>
    public CublasResult State;

    /// <summary>How well it fills the device.</summary>
    public float Waves;

    /// <summary>Nothing yet.</summary>
    public fixed int Reserved[4];
}

/// <summary>A type of elements, by the number that the libraries have for it.</summary>
public enum CudaType
{
    /// <summary>32-bit floats.</summary>
    F32 = 0,

    /// <summary>64-bit floats.</summary>
    F64 = 1,

    /// <summary>16-bit floats of IEEE 754.</summary>
    F16 = 2,

    /// <summary>The upper halves of 32-bit floats.</summary>
    BF16 = 14,
}

/// <summary>How products are summed.</summary>
public enum ComputeType
{
    /// <summary>In f32.</summary>
    F32 = 68,

    /// <summary>In f64.</summary>
    F64 = 70,

    /// <summary>In f32, of factors that are rounded to 10 bits of fraction.</summary>
    F32FastTf32 = 77,
}

/// <summary>A property of a product.</summary>
public enum MatmulAttribute
{
    /// <summary>Whether the first matrix is transposed.</summary>
    TransposeA = 3,

    /// <summary>Whether the second matrix is transposed.</summary>
    TransposeB = 4,

    /// <summary>What is done with each element of the result.</summary>
    Epilogue = 7,

    /// <summary>Where the vector is that is added.</summary>
    BiasPointer = 8,
}

/// <summary>A property of a matrix.</summary>
public enum LayoutAttribute
{
    /// <summary>How many matrices there are.</summary>
    BatchCount = 5,

    /// <summary>Elements from one to the next.</summary>
    StridedBatchOffset = 6,
}

/// <summary>A property of what is preferred.</summary>
public enum PreferenceAttribute
{
    /// <summary>The bytes there are to work in.</summary>
    MaxWorkspaceBytes = 1,

    /// <summary>By what the address of the first matrix can be divided, in bytes.</summary>
    MinAlignmentA = 5,

    /// <summary>The same of the second matrix.</summary>
    MinAlignmentB = 6,

    /// <summary>The same of the matrix that is added.</summary>
    MinAlignmentC = 7,

    /// <summary>The same of the result.</summary>
    MinAlignmentD = 8,
}

/// <summary>What is done with each element of a product.</summary>
public enum Epilogue
{
    /// <summary>Nothing.</summary>
    None = 1,

    /// <summary>An element of a vector is added.</summary>
    Bias = 4,
}
