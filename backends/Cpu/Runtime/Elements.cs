using System.Runtime.CompilerServices;
using MindDsl.Backends.Loops;
using MindDsl.Ir;

namespace MindDsl.Backends.Cpu;

/// <summary>What generated code calls on single elements: loads and stores at addresses, and functions whose meaning is <see cref="ScalarMath"/>.</summary>
internal static unsafe class Elements
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    [MethodImpl(Inline)]
    public static T Load<T>(long address) where T : unmanaged => *(T*)address;

    [MethodImpl(Inline)]
    public static void Store<T>(long address, T value) where T : unmanaged => *(T*)address = value;

    /// <summary>Asks for the cache line of an address.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch(long address)
    {
        if (System.Runtime.Intrinsics.X86.Sse.IsSupported) System.Runtime.Intrinsics.X86.Sse.Prefetch0((void*)address);
    }

    /// <summary>A scalar as the bits of a slot.</summary>
    [MethodImpl(Inline)]
    public static long ToBits<T>(T value) where T : unmanaged
    {
        long bits = 0;
        *(T*)&bits = value;
        return bits;
    }

    /// <summary>The scalar that the bits of a slot are.</summary>
    [MethodImpl(Inline)]
    public static T FromBits<T>(long bits) where T : unmanaged => *(T*)&bits;

    /// <summary>Copies bytes between places that do not overlap, or are the same.</summary>
    public static void Copy(long to, long from, long bytes)
    {
        if (to != from) Buffer.MemoryCopy((void*)from, (void*)to, bytes, bytes);
    }

    /// <summary>Sets bytes to 0.</summary>
    public static void Clear(long address, long bytes) => System.Runtime.InteropServices.NativeMemory.Clear((void*)address, (nuint)bytes);

    /// <summary>An index that has been found to be inside its axis.</summary>
    [MethodImpl(Inline)]
    public static long Checked(long index, long length, int checking)
    {
        if ((ulong)index >= (ulong)length) OutOfRange(index, length, checking);
        return index;
    }

    /// <summary>The number of the place in the source that an error of a run has, from 1; 0 if it has none.</summary>
    public static int PlaceOf(MindDslException error) => error.Data[nameof(SourcePlaces)] is int place ? place : 0;

    private static void OutOfRange(long index, long length, int checking) =>
        throw new MindDslException(Diagnostics.IndexOutOfRange(index, SourcePlaces.AxisOf(checking), length)) { Data = { [nameof(SourcePlaces)] = SourcePlaces.PlaceOf(checking) } };

    /// <summary>Bits moved up; 0 if they are moved out.</summary>
    [MethodImpl(Inline)]
    public static int ShiftLeft(int a, int b) => (uint)b > 31 ? 0 : a << b;

    /// <summary>Bits moved up; 0 if they are moved out.</summary>
    [MethodImpl(Inline)]
    public static long ShiftLeft(long a, long b) => (ulong)b > 63 ? 0 : a << (int)b;

    /// <summary>Bits moved down, the sign staying.</summary>
    [MethodImpl(Inline)]
    public static int ShiftRight(int a, int b) => a >> ((uint)b > 31 ? 31 : b);

    /// <summary>Bits moved down, the sign staying.</summary>
    [MethodImpl(Inline)]
    public static long ShiftRight(long a, long b) => a >> ((ulong)b > 63 ? 63 : (int)b);

    [MethodImpl(Inline)]
    public static long Divide(long a, long b)
    {
        if ((ulong)(b + 1) <= 1) return ScalarMath.Evaluate(Intrinsic.Div, a, b);
        return a / b;
    }

    /// <summary>⌊a / b⌋ of a positive b.</summary>
    public static long FloorDivide(long a, long b) => a >= 0 ? a / b : -((b - 1 - a) / b);

    [MethodImpl(Inline)]
    public static int Divide(int a, int b)
    {
        if ((uint)(b + 1) <= 1) return ScalarMath.Evaluate(Intrinsic.Div, a, b);
        return a / b;
    }

    [MethodImpl(Inline)]
    public static long Remainder(long a, long b)
    {
        if ((ulong)(b + 1) <= 1) return ScalarMath.Evaluate(Intrinsic.Rem, a, b);
        return a % b;
    }

    [MethodImpl(Inline)]
    public static int Remainder(int a, int b)
    {
        if ((uint)(b + 1) <= 1) return ScalarMath.Evaluate(Intrinsic.Rem, a, b);
        return a % b;
    }

    /// <summary>A function of f64 that generated code has no shorter way to.</summary>
    public static double Function(int f, double a, double b) => ScalarMath.Evaluate((Intrinsic)f, a, b);

    /// <summary>A function of f32 that generated code has no shorter way to.</summary>
    public static float Function(int f, float a, float b) => ScalarMath.Evaluate((Intrinsic)f, a, b);

    /// <summary>A function of i64 that generated code has no shorter way to.</summary>
    public static long Function(int f, long a, long b) => ScalarMath.Evaluate((Intrinsic)f, a, b);

    /// <summary>A function of i32 that generated code has no shorter way to.</summary>
    public static int Function(int f, int a, int b) => ScalarMath.Evaluate((Intrinsic)f, a, b);

    /// <summary>A function of bools that generated code has no shorter way to.</summary>
    public static bool Function(int f, bool a, bool b) => ScalarMath.Evaluate((Intrinsic)f, a, b);

    public static double Sign(double a) => a > 0 ? 1 : a < 0 ? -1 : a;

    public static float Sign(float a) => a > 0 ? 1 : a < 0 ? -1 : a;

    /// <summary>Truncates and saturates; NaN becomes 0.</summary>
    public static int ToI32(double a) => double.IsNaN(a) ? 0 : a >= int.MaxValue ? int.MaxValue : a <= int.MinValue ? int.MinValue : (int)a;

    /// <summary>Truncates and saturates; NaN becomes 0.</summary>
    public static long ToI64(double a) => double.IsNaN(a) ? 0 : a >= 9.2233720368547758E18 ? long.MaxValue : a <= -9.2233720368547758E18 ? long.MinValue : (long)a;

    [MethodImpl(Inline)]
    public static double FusedMultiplyAdd(double a, double b, double c) => Math.FusedMultiplyAdd(a, b, c);

    [MethodImpl(Inline)]
    public static float FusedMultiplyAdd(float a, float b, float c) => MathF.FusedMultiplyAdd(a, b, c);
}
