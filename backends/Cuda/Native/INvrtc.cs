namespace MindDsl.Backends.Cuda.Native;

/// <summary>NVRTC, which compiles CUDA C at run time: a method for each entry point that is used.</summary>
public unsafe interface INvrtc
{
    /// <summary>The version of the library.</summary>
    NvrtcResult Version(int* major, int* minor);

    /// <summary>How many architectures it compiles for.</summary>
    NvrtcResult GetNumSupportedArchs(int* count);

    /// <summary>The architectures, ascending, as 10 × major + minor.</summary>
    NvrtcResult GetSupportedArchs(int* architectures);

    /// <summary>Makes a program of a text.</summary>
    NvrtcResult CreateProgram(nint* program, byte* source, byte* name, int headers, byte** headerTexts, byte** headerNames);

    /// <summary>Compiles it.</summary>
    NvrtcResult CompileProgram(nint program, int options, byte** texts);

    /// <summary>The bytes of the messages, with the zero at the end.</summary>
    NvrtcResult GetProgramLogSize(nint program, nuint* bytes);

    /// <summary>The messages of the compiler.</summary>
    NvrtcResult GetProgramLog(nint program, byte* log);

    /// <summary>The bytes of the assembly text.</summary>
    NvrtcResult GetPtxSize(nint program, nuint* bytes);

    /// <summary>The assembly text for a virtual architecture.</summary>
    NvrtcResult GetPtx(nint program, byte* text);

    /// <summary>The bytes of the machine code.</summary>
    NvrtcResult GetCubinSize(nint program, nuint* bytes);

    /// <summary>The machine code for a real architecture.</summary>
    NvrtcResult GetCubin(nint program, byte* code);

    /// <summary>Ends a program.</summary>
    NvrtcResult DestroyProgram(nint* program);

    /// <summary>Whether it gives machine code and lists architectures, as it does from CUDA 11.2 on.</summary>
    bool HasCubin { get; }
}
