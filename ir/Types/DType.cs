namespace MindDsl.Ir;

/// <summary>The type of one element (NumPy and PyTorch: dtype).</summary>
public enum DType
{
    /// <summary>True or false, one byte.</summary>
    Bool,

    /// <summary>A 32-bit signed integer that wraps.</summary>
    I32,

    /// <summary>A 64-bit signed integer that wraps.</summary>
    I64,

    /// <summary>An IEEE 754 binary32 number.</summary>
    F32,

    /// <summary>An IEEE 754 binary64 number.</summary>
    F64,
}

/// <summary>Facts about element types.</summary>
public static class DTypes
{
    extension(DType type)
    {
        /// <summary>Bytes per element.</summary>
        public int Size => type switch { DType.Bool => 1, DType.I32 => 4, DType.I64 => 8, DType.F32 => 4, DType.F64 => 8 };

        /// <summary>True of f32 and f64, the types that have derivatives.</summary>
        public bool IsFloat => type is DType.F32 or DType.F64;

        /// <summary>True of i32 and i64.</summary>
        public bool IsInteger => type is DType.I32 or DType.I64;

        /// <summary>The name in the textual language.</summary>
        public string Name => type switch
        {
            DType.Bool => "bool",
            DType.I32 => "i32",
            DType.I64 => "i64",
            DType.F32 => "f32",
            DType.F64 => "f64",
        };
    }
}
