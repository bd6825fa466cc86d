using MindDsl.Backends.Devices;

namespace MindDsl.Backends.OpenCl;

/// <summary>OpenCL C 1.2.</summary>
internal static class OpenClDialect
{
    private const string Words = """
        #pragma OPENCL FP_CONTRACT OFF
        typedef uchar u8;
        typedef ushort u16;
        typedef int i32;
        typedef uint u32;
        typedef long i64;
        typedef ulong u64;
        typedef float f32;
        #define KERNEL(name) __kernel void name
        #define FN static
        #define GLOBAL __global
        #define LOCAL __local
        #define TABLE __constant
        #define CONST __constant
        #define BARRIER barrier(CLK_LOCAL_MEM_FENCE)
        #define GROUP ((i64)get_group_id(0))
        #define LOCAL_ID ((i64)get_local_id(0))
        #define GROUPS ((i64)get_num_groups(0))
        #define GROUP_SIZE ((i64)get_local_size(0))
        #define CLAIM(p) (atomic_cmpxchg((volatile __global int*)(p), 0, -1) == 0)
        #define I64(number) number##L
        #define mulhi_u32(a, b) mul_hi((u32)(a), (u32)(b))
        #define bits_f32(x) as_float((i32)(x))
        #define f32_bits(x) as_int((f32)(x))
        #define HAS_HALF
        FN f32 f32_of_f16(u16 bits) { return vload_half(0, (const half*)&bits); }
        FN u16 f16_of_f32(f32 x) { u16 bits; vstore_half_rte(x, 0, (half*)&bits); return bits; }

        """;

    private const string DoubleWords = """
        #pragma OPENCL EXTENSION cl_khr_fp64 : enable
        typedef double f64;
        #define HAS_F64
        #define bits_f64(x) as_double((i64)(x))
        #define f64_bits(x) as_long((f64)(x))

        """;

    private static readonly string[] Unary =
    [
        "sqrt", "floor", "ceil", "rint", "trunc", "fabs", "exp", "expm1", "log", "log1p", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "isfinite",
    ];

    private static readonly string[] Binary = ["fmod", "pow", "atan2"];

    /// <summary>The words of the dialect for a device.</summary>
    public static Dialect For(bool hasF64)
    {
        string[] types = hasF64 ? ["f32", "f64"] : ["f32"];
        var functions =
            from t in types
            from line in Unary.Select(f => $"#define {t}_{f}(x) {f}(({t})(x))")
                .Concat(Binary.Select(f => $"#define {t}_{f}(x, y) {f}(({t})(x), ({t})(y))"))
                .Append($"#define {t}_fma(x, y, z) fma(({t})(x), ({t})(y), ({t})(z))")
            select line;
        return new("OpenCL C", Words + (hasF64 ? DoubleWords : "") + string.Join('\n', functions) + "\n");
    }
}
