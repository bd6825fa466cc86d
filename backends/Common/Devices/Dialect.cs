namespace MindDsl.Backends.Devices;

/// <summary>A kind of C for devices. Kernels are written in words that the prelude of the dialect defines.</summary>
/// <param name="Name">The name, for messages.</param>
/// <param name="Prelude">
/// Text before all kernels. It defines
/// <list type="bullet">
/// <item>the types <c>u8 i32 u32 i64 u64 f32</c>, and <c>f64</c> with <c>HAS_F64</c>;</item>
/// <item><c>KERNEL(name)</c> (<c>__kernel void name</c>), <c>FN</c> (before a function), <c>GLOBAL</c>, <c>LOCAL</c>, <c>TABLE</c> (before a constant array), <c>CONST</c> (before what a pointer to
/// one points to), <c>BARRIER</c> (a statement), <c>I64(number)</c> (a literal);</item>
/// <item><c>GROUP LOCAL_ID GROUPS GROUP_SIZE</c>, of type i64 or one that becomes it;</item>
/// <item><c>CLAIM(p)</c>: sets the i32 at p to −1 if it is 0, atomically, and is true if it was;</item>
/// <item><c>bits_f32(i32) f32_bits(f32)</c> and <c>bits_f64(i64) f64_bits(f64)</c>: the numbers that bits are, and back; <c>mulhi_u32</c>;</item>
/// <item>functions <c>f32_NAME</c> and <c>f64_NAME</c> for sqrt, fma, floor, ceil, rint, trunc, fabs, fmod, exp, expm1, log, log1p, sin, cos, tan, asin, acos, atan, sinh, cosh, tanh, asinh,
/// acosh, atanh, pow, atan2, isfinite.</item>
/// </list>
/// Sums of products must not be contracted by the compiler.
/// </param>
internal sealed record Dialect(string Name, string Prelude);
