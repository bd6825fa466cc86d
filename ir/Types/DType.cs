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

    /// <summary>An 8-bit unsigned integer: pixels. Stored only.</summary>
    U8,

    /// <summary>An IEEE 754 binary16 number. Stored only.</summary>
    F16,

    /// <summary>The upper half of an f32 (bfloat16). Stored only.</summary>
    BF16,
}

/// <summary>Facts about element types.</summary>
public static class DTypes
{
    extension(DType type)
    {
        /// <summary>Bytes per element.</summary>
        public int Size => type switch { DType.Bool => 1, DType.I32 => 4, DType.I64 => 8, DType.F32 => 4, DType.F64 => 8, DType.U8 => 1, DType.F16 or DType.BF16 => 2 };

        /// <summary>True of f32, f64, f16 and bf16, the types that have derivatives.</summary>
        public bool IsFloat => type is DType.F32 or DType.F64 or DType.F16 or DType.BF16;

        /// <summary>True of i32, i64 and u8.</summary>
        public bool IsInteger => type is DType.I32 or DType.I64 or DType.U8;

        /// <summary>True of f16, bf16 and u8: their elements are moved, converted and, of floats, contracted; nothing else is computed with them.</summary>
        public bool IsStorage => type is DType.U8 or DType.F16 or DType.BF16;

        /// <summary>The type that sums and products of elements are computed in: f32 for f16 and bf16, else the type itself.</summary>
        public DType Wide => type is DType.F16 or DType.BF16 ? DType.F32 : type;

        /// <summary>The name in the textual language.</summary>
        public string Name => type switch
        {
            DType.Bool => "bool",
            DType.I32 => "i32",
            DType.I64 => "i64",
            DType.F32 => "f32",
            DType.F64 => "f64",
            DType.U8 => "u8",
            DType.F16 => "f16",
            DType.BF16 => "bf16",
        };
    }
}
