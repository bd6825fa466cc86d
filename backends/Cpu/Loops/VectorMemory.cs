using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MindDsl.Backends.Cpu;

/// <summary>Loads and stores of vectors at addresses, as calls that the just-in-time compiler turns into single instructions.</summary>
internal static unsafe class VectorMemory
{
#pragma warning disable CS1591
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    [MethodImpl(Inline)]
    public static Vector512<T> Load512<T>(long address) where T : unmanaged => Vector512.Load((T*)address);

    [MethodImpl(Inline)]
    public static void Store512<T>(long address, Vector512<T> value) where T : unmanaged => value.Store((T*)address);

    [MethodImpl(Inline)]
    public static Vector256<T> Load256<T>(long address) where T : unmanaged => Vector256.Load((T*)address);

    [MethodImpl(Inline)]
    public static void Store256<T>(long address, Vector256<T> value) where T : unmanaged => value.Store((T*)address);

    [MethodImpl(Inline)]
    public static Vector128<T> Load128<T>(long address) where T : unmanaged => Vector128.Load((T*)address);

    [MethodImpl(Inline)]
    public static void Store128<T>(long address, Vector128<T> value) where T : unmanaged => value.Store((T*)address);

    public static Vector512<T> LoadSteps512<T>(long address, long step) where T : unmanaged
    {
        T* at = (T*)address;
        T* elements = stackalloc T[Vector512<T>.Count];
        for (int i = 0; i < Vector512<T>.Count; i++) elements[i] = at[i * step];
        return Vector512.Load(elements);
    }

    [MethodImpl(Inline)]
    public static Vector256<T> LoadSteps256<T>(long address, long step) where T : unmanaged
    {
        T* at = (T*)address;
        if (typeof(T) == typeof(float) && step == 2 && Avx2.IsSupported)
        {
            // Every second of the first eight elements, and of the eight that end with the last one wanted.
            var mixed = Avx.Shuffle(Vector256.Load((float*)at), Vector256.Load((float*)at + 7), 0b11_01_10_00);
            return Avx2.Permute4x64(mixed.AsDouble(), 0b11_01_10_00).As<double, T>();
        }
        T* elements = stackalloc T[Vector256<T>.Count];
        for (int i = 0; i < Vector256<T>.Count; i++) elements[i] = at[i * step];
        return Vector256.Load(elements);
    }

    public static Vector128<T> LoadSteps128<T>(long address, long step) where T : unmanaged
    {
        T* at = (T*)address;
        T* elements = stackalloc T[Vector128<T>.Count];
        for (int i = 0; i < Vector128<T>.Count; i++) elements[i] = at[i * step];
        return Vector128.Load(elements);
    }

    public static void StoreWhole512<T>(long address, Vector512<T> value) where T : unmanaged
    {
        for (int i = 0; i < Vector512<T>.Count; i++) ((long*)address)[i] = Whole(value.GetElement(i));
    }

    public static void StoreWhole256<T>(long address, Vector256<T> value) where T : unmanaged
    {
        if (typeof(T) == typeof(float))
        {
            var (low, high) = Vector256.Widen(Vector256.ConvertToInt32(value.As<T, float>()));
            low.Store((long*)address);
            high.Store((long*)address + Vector256<long>.Count);
            return;
        }
        for (int i = 0; i < Vector256<T>.Count; i++) ((long*)address)[i] = Whole(value.GetElement(i));
    }

    public static void StoreWhole128<T>(long address, Vector128<T> value) where T : unmanaged
    {
        for (int i = 0; i < Vector128<T>.Count; i++) ((long*)address)[i] = Whole(value.GetElement(i));
    }

    private static long Whole<T>(T value) where T : unmanaged => typeof(T) == typeof(float) ? (long)(float)(object)value : (long)(double)(object)value;
#pragma warning restore CS1591
}
