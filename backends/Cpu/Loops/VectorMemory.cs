using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using MindDsl.Ir;

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
        if (sizeof(T) == 8)
        {
            double* numbers = (double*)address;
            return Vector256.Create(numbers[0], numbers[step], numbers[2 * step], numbers[3 * step]).As<double, T>();
        }
        return Vector256.Create(LoadSteps128<float>(address, step), LoadSteps128<float>(address + 4 * step * sizeof(float), step)).As<float, T>();
    }

    [MethodImpl(Inline)]
    public static Vector128<T> LoadSteps128<T>(long address, long step) where T : unmanaged
    {
        if (typeof(T) == typeof(float) && step == 2 && Sse.IsSupported)
            return Sse.Shuffle(Vector128.Load((float*)address), Vector128.Load((float*)address + 3), 0b11_01_10_00).As<float, T>();
        if (sizeof(T) == 8)
        {
            double* numbers = (double*)address;
            return Vector128.Create(numbers[0], numbers[step]).As<double, T>();
        }
        float* at = (float*)address;
        return Vector128.Create(at[0], at[step], at[2 * step], at[3 * step]).As<float, T>();
    }

    public static void StoreWhole512<T>(long address, Vector512<T> value) where T : unmanaged
    {
        for (int i = 0; i < Vector512<T>.Count; i++) ((long*)address)[i] = Whole(value.GetElement(i));
    }

    [MethodImpl(Inline)]
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

    [MethodImpl(Inline)]
    public static void StoreWhole128<T>(long address, Vector128<T> value) where T : unmanaged
    {
        if (typeof(T) == typeof(float))
        {
            var (low, high) = Vector128.Widen(Vector128.ConvertToInt32(value.As<T, float>()));
            low.Store((long*)address);
            high.Store((long*)address + Vector128<long>.Count);
            return;
        }
        for (int i = 0; i < Vector128<T>.Count; i++) ((long*)address)[i] = Whole(value.GetElement(i));
    }

    private static long Whole<T>(T value) where T : unmanaged => typeof(T) == typeof(float) ? (long)(float)(object)value : (long)(double)(object)value;
    public static void StoreSteps512<T>(long address, long step, Vector512<T> value) where T : unmanaged
    {
        T* at = (T*)address;
        for (int i = 0; i < Vector512<T>.Count; i++) at[i * step] = value.GetElement(i);
    }

    [MethodImpl(Inline)]
    public static void StoreSteps256<T>(long address, long step, Vector256<T> value) where T : unmanaged
    {
        T* at = (T*)address;
        at[0] = value.GetElement(0);
        at[step] = value.GetElement(1);
        at[2 * step] = value.GetElement(2);
        at[3 * step] = value.GetElement(3);
        if (Vector256<T>.Count == 4) return;
        at[4 * step] = value.GetElement(4);
        at[5 * step] = value.GetElement(5);
        at[6 * step] = value.GetElement(6);
        at[7 * step] = value.GetElement(7);
    }

    [MethodImpl(Inline)]
    public static void StoreSteps128<T>(long address, long step, Vector128<T> value) where T : unmanaged
    {
        T* at = (T*)address;
        at[0] = value.GetElement(0);
        at[step] = value.GetElement(1);
        if (Vector128<T>.Count == 2) return;
        at[2 * step] = value.GetElement(2);
        at[3 * step] = value.GetElement(3);
    }

    public static Vector512<T> TruthMask512<T>(long address) where T : unmanaged
    {
        T* lanes = stackalloc T[Vector512<T>.Count];
        for (int i = 0; i < Vector512<T>.Count; i++) Truth(lanes + i, ((byte*)address)[i]);
        return Vector512.Load(lanes);
    }

    [MethodImpl(Inline)]
    public static Vector256<T> TruthMask256<T>(long address) where T : unmanaged
    {
        if (sizeof(T) == 8 && Avx2.IsSupported) return (~Vector256.Equals(Avx2.ConvertToVector256Int64((byte*)address), Vector256<long>.Zero)).As<long, T>();
        if (sizeof(T) == 4 && Avx2.IsSupported) return (~Vector256.Equals(Avx2.ConvertToVector256Int32((byte*)address), Vector256<int>.Zero)).As<int, T>();
        T* lanes = stackalloc T[Vector256<T>.Count];
        for (int i = 0; i < Vector256<T>.Count; i++) Truth(lanes + i, ((byte*)address)[i]);
        return Vector256.Load(lanes);
    }

    public static Vector128<T> TruthMask128<T>(long address) where T : unmanaged
    {
        T* lanes = stackalloc T[Vector128<T>.Count];
        for (int i = 0; i < Vector128<T>.Count; i++) Truth(lanes + i, ((byte*)address)[i]);
        return Vector128.Load(lanes);
    }

    /// <summary>Sets all bits of a lane, or none.</summary>
    private static void Truth<T>(T* lane, byte value) where T : unmanaged => Unsafe.InitBlockUnaligned(lane, value == 0 ? (byte)0 : byte.MaxValue, (uint)sizeof(T));

    public static Vector512<T> WholeMask512<T>(long address, long number, int comparison) where T : unmanaged
    {
        if (sizeof(T) == 8) return Compare(Vector512.Load((long*)address), Vector512.Create(number), comparison).As<long, T>();
        var (low, high) = (Vector512.Load((long*)address), Vector512.Load((long*)address + Vector512<long>.Count));
        return Vector512.Narrow(Compare(low, Vector512.Create(number), comparison), Compare(high, Vector512.Create(number), comparison)).As<int, T>();
    }

    [MethodImpl(Inline)]
    public static Vector256<T> WholeMask256<T>(long address, long number, int comparison) where T : unmanaged
    {
        if (sizeof(T) == 8) return Compare(Vector256.Load((long*)address), Vector256.Create(number), comparison).As<long, T>();
        var (low, high) = (Vector256.Load((long*)address), Vector256.Load((long*)address + Vector256<long>.Count));
        return Vector256.Narrow(Compare(low, Vector256.Create(number), comparison), Compare(high, Vector256.Create(number), comparison)).As<int, T>();
    }

    [MethodImpl(Inline)]
    public static Vector128<T> WholeMask128<T>(long address, long number, int comparison) where T : unmanaged
    {
        if (sizeof(T) == 8) return Compare(Vector128.Load((long*)address), Vector128.Create(number), comparison).As<long, T>();
        var (low, high) = (Vector128.Load((long*)address), Vector128.Load((long*)address + Vector128<long>.Count));
        return Vector128.Narrow(Compare(low, Vector128.Create(number), comparison), Compare(high, Vector128.Create(number), comparison)).As<int, T>();
    }

    [MethodImpl(Inline)]
    private static Vector512<long> Compare(Vector512<long> x, Vector512<long> y, int comparison) => (Intrinsic)comparison switch
    {
        Intrinsic.Eq => Vector512.Equals(x, y),
        Intrinsic.Ne => ~Vector512.Equals(x, y),
        Intrinsic.Lt => Vector512.LessThan(x, y),
        _ => Vector512.LessThanOrEqual(x, y),
    };

    [MethodImpl(Inline)]
    private static Vector256<long> Compare(Vector256<long> x, Vector256<long> y, int comparison) => (Intrinsic)comparison switch
    {
        Intrinsic.Eq => Vector256.Equals(x, y),
        Intrinsic.Ne => ~Vector256.Equals(x, y),
        Intrinsic.Lt => Vector256.LessThan(x, y),
        _ => Vector256.LessThanOrEqual(x, y),
    };

    [MethodImpl(Inline)]
    private static Vector128<long> Compare(Vector128<long> x, Vector128<long> y, int comparison) => (Intrinsic)comparison switch
    {
        Intrinsic.Eq => Vector128.Equals(x, y),
        Intrinsic.Ne => ~Vector128.Equals(x, y),
        Intrinsic.Lt => Vector128.LessThan(x, y),
        _ => Vector128.LessThanOrEqual(x, y),
    };
#pragma warning restore CS1591
}
