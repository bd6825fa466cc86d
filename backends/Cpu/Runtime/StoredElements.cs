using System.Runtime.CompilerServices;
using MindDsl.Ir;

namespace MindDsl.Backends.Cpu;

/// <summary>Elements of types that are stored only, as generated code computes with them: as f32.</summary>
internal static unsafe class StoredElements
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    [MethodImpl(Inline)]
    public static float LoadF16(long address) => (float)*(Half*)address;

    [MethodImpl(Inline)]
    public static float LoadBF16(long address) => *(BFloat16*)address;

    [MethodImpl(Inline)]
    public static float LoadU8(long address) => *(byte*)address;

    [MethodImpl(Inline)]
    public static void StoreF16(long address, float value) => *(Half*)address = (Half)value;

    [MethodImpl(Inline)]
    public static void StoreBF16(long address, float value) => *(BFloat16*)address = (BFloat16)value;

    [MethodImpl(Inline)]
    public static void StoreU8(long address, float value) => *(byte*)address = (byte)value;

    public static float ToF16(float value) => (float)(Half)value;

    public static float ToF16(double value) => (float)(Half)value;

    public static float ToF16(long value) => (float)Literal.Of(DType.F16, value).Number;

    [MethodImpl(Inline)]
    public static float ToBF16(float value) => (BFloat16)value;

    public static float ToBF16(double value) => (BFloat16)value;

    public static float ToBF16(long value) => (float)Literal.Of(DType.BF16, value).Number;

    /// <summary>Truncates and saturates; NaN becomes 0.</summary>
    [MethodImpl(Inline)]
    public static float ToU8(float value) => float.IsNaN(value) ? 0 : (byte)Math.Clamp(value, byte.MinValue, byte.MaxValue);

    /// <summary>Truncates and saturates; NaN becomes 0.</summary>
    public static float ToU8(double value) => double.IsNaN(value) ? 0 : (byte)Math.Clamp(value, byte.MinValue, byte.MaxValue);

    /// <summary>Wraps.</summary>
    public static float ToU8(long value) => (byte)value;
}
