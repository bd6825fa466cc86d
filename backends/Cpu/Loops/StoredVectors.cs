using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MindDsl.Backends.Cpu;

/// <summary>
/// Vectors of f32 that are stored in 8 or 16 bits: loads and stores at addresses, and what a store and a load make of a vector. Everything is done in 256 bits; wider vectors are two of them,
/// narrower ones a half. The tricks with the bits of f16 are those of Giesen (https://gist.github.com/rygorous/2156668).
/// </summary>
internal static unsafe class StoredVectors
{
#pragma warning disable CS1591
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    [MethodImpl(Inline)]
    private static Vector256<float> OfF16(Vector128<ushort> bits)
    {
        var wide = Vector256.WidenLower(bits.ToVector256Unsafe());
        var magnitude = wide & Vector256.Create(0x7FFFu);
        // The exponents differ by 112; a product also makes numbers below the smallest normal one right.
        var number = (magnitude << 13).AsSingle() * Vector256.Create(0x77800000u).AsSingle();
        var special = Vector256.GreaterThanOrEqual(magnitude.AsInt32(), Vector256.Create(0x7C00)).AsUInt32() & Vector256.Create(0x7F800000u);
        return (number.AsUInt32() | special | (wide & Vector256.Create(0x8000u)) << 16).AsSingle();
    }

    [MethodImpl(Inline)]
    private static Vector256<uint> BitsOfF16(Vector256<float> value)
    {
        var sign = value.AsUInt32() & Vector256.Create(0x80000000u);
        var magnitude = value.AsUInt32() ^ sign;
        // Below the smallest normal number an addition rounds, elsewhere the carry of what is added to the bits that go.
        var small = (magnitude.AsSingle() + Vector256.Create(0.5f)).AsUInt32() - Vector256.Create(0x3F000000u);
        var normal = magnitude + Vector256.Create(0xC8000FFFu) + (magnitude >> 13 & Vector256.Create(1u)) >> 13;
        var special = Vector256.ConditionalSelect(Vector256.GreaterThan(magnitude.AsInt32(), Vector256.Create(0x7F800000)).AsUInt32(), Vector256.Create(0x7E00u), Vector256.Create(0x7C00u));
        var bits = Vector256.ConditionalSelect(Vector256.LessThan(magnitude.AsInt32(), Vector256.Create(0x38800000)).AsUInt32(), small, normal);
        bits = Vector256.ConditionalSelect(Vector256.GreaterThanOrEqual(magnitude.AsInt32(), Vector256.Create(0x47800000)).AsUInt32(), special, bits);
        return bits | sign >> 16;
    }

    [MethodImpl(Inline)]
    private static Vector256<float> OfBF16(Vector128<ushort> bits) => (Vector256.WidenLower(bits.ToVector256Unsafe()) << 16).AsSingle();

    [MethodImpl(Inline)]
    private static Vector256<uint> BitsOfBF16(Vector256<float> value)
    {
        var bits = value.AsUInt32();
        var rounded = bits + Vector256.Create(0x7FFFu) + (bits >> 16 & Vector256.Create(1u)) >> 16;
        return Vector256.ConditionalSelect(Vector256.Equals(value, value).AsUInt32(), rounded, bits >> 16 | Vector256.Create(0x40u));
    }

    [MethodImpl(Inline)]
    private static Vector256<float> OfU8(Vector128<byte> bytes) =>
        Vector256.ConvertToSingle(Vector256.WidenLower(Vector128.WidenLower(bytes).ToVector256Unsafe()).AsInt32());

    [MethodImpl(Inline)]
    private static Vector256<uint> BitsOfU8(Vector256<float> value) => Vector256.ConvertToInt32(value).AsUInt32();

    [MethodImpl(Inline)]
    private static Vector128<ushort> Low(Vector256<uint> bits) => Vector256.Narrow(bits, bits).GetLower();

    [MethodImpl(Inline)]
    public static Vector512<float> LoadF16x512(long address) => Vector512.Create(OfF16(Vector128.Load((ushort*)(address))), OfF16(Vector128.Load((ushort*)(address + 16))));

    [MethodImpl(Inline)]
    public static Vector256<float> LoadF16x256(long address) => OfF16(Vector128.Load((ushort*)(address)));

    [MethodImpl(Inline)]
    public static Vector128<float> LoadF16x128(long address) => OfF16(Vector128.CreateScalarUnsafe(*(long*)address).AsUInt16()).GetLower();

    [MethodImpl(Inline)]
    public static void StoreF16x512(long address, Vector512<float> value)
    {
        Low(BitsOfF16(value.GetLower())).Store((ushort*)(address));
        Low(BitsOfF16(value.GetUpper())).Store((ushort*)(address + 16));
    }

    [MethodImpl(Inline)]
    public static void StoreF16x256(long address, Vector256<float> value) => Low(BitsOfF16(value)).Store((ushort*)(address));

    [MethodImpl(Inline)]
    public static void StoreF16x128(long address, Vector128<float> value) => *(long*)address = Low(BitsOfF16(value.ToVector256Unsafe())).AsInt64().ToScalar();

    [MethodImpl(Inline)]
    public static Vector512<float> ToF16x512(Vector512<float> value) => Vector512.Create(ToF16x256(value.GetLower()), ToF16x256(value.GetUpper()));

    [MethodImpl(Inline)]
    public static Vector256<float> ToF16x256(Vector256<float> value) => OfF16(Low(BitsOfF16(value)));

    [MethodImpl(Inline)]
    public static Vector128<float> ToF16x128(Vector128<float> value) => ToF16x256(value.ToVector256Unsafe()).GetLower();

    public static Vector512<float> LoadStepsF16x512(long address, long step)
    {
        ushort* elements = stackalloc ushort[16];
        for (int i = 0; i < 16; i++) elements[i] = ((ushort*)address)[i * step];
        return LoadF16x512((long)elements);
    }

    public static void StoreStepsF16x512(long address, long step, Vector512<float> value)
    {
        ushort* elements = stackalloc ushort[16];
        StoreF16x512((long)elements, value);
        for (int i = 0; i < 16; i++) ((ushort*)address)[i * step] = elements[i];
    }

    public static Vector256<float> LoadStepsF16x256(long address, long step)
    {
        ushort* elements = stackalloc ushort[8];
        for (int i = 0; i < 8; i++) elements[i] = ((ushort*)address)[i * step];
        return LoadF16x256((long)elements);
    }

    public static void StoreStepsF16x256(long address, long step, Vector256<float> value)
    {
        ushort* elements = stackalloc ushort[8];
        StoreF16x256((long)elements, value);
        for (int i = 0; i < 8; i++) ((ushort*)address)[i * step] = elements[i];
    }

    public static Vector128<float> LoadStepsF16x128(long address, long step)
    {
        ushort* elements = stackalloc ushort[4];
        for (int i = 0; i < 4; i++) elements[i] = ((ushort*)address)[i * step];
        return LoadF16x128((long)elements);
    }

    public static void StoreStepsF16x128(long address, long step, Vector128<float> value)
    {
        ushort* elements = stackalloc ushort[4];
        StoreF16x128((long)elements, value);
        for (int i = 0; i < 4; i++) ((ushort*)address)[i * step] = elements[i];
    }

    [MethodImpl(Inline)]
    public static Vector512<float> LoadBF16x512(long address) => Vector512.Create(OfBF16(Vector128.Load((ushort*)(address))), OfBF16(Vector128.Load((ushort*)(address + 16))));

    [MethodImpl(Inline)]
    public static Vector256<float> LoadBF16x256(long address) => OfBF16(Vector128.Load((ushort*)(address)));

    [MethodImpl(Inline)]
    public static Vector128<float> LoadBF16x128(long address) => OfBF16(Vector128.CreateScalarUnsafe(*(long*)address).AsUInt16()).GetLower();

    [MethodImpl(Inline)]
    public static void StoreBF16x512(long address, Vector512<float> value)
    {
        Low(BitsOfBF16(value.GetLower())).Store((ushort*)(address));
        Low(BitsOfBF16(value.GetUpper())).Store((ushort*)(address + 16));
    }

    [MethodImpl(Inline)]
    public static void StoreBF16x256(long address, Vector256<float> value) => Low(BitsOfBF16(value)).Store((ushort*)(address));

    [MethodImpl(Inline)]
    public static void StoreBF16x128(long address, Vector128<float> value) => *(long*)address = Low(BitsOfBF16(value.ToVector256Unsafe())).AsInt64().ToScalar();

    [MethodImpl(Inline)]
    public static Vector512<float> ToBF16x512(Vector512<float> value) => Vector512.Create(ToBF16x256(value.GetLower()), ToBF16x256(value.GetUpper()));

    [MethodImpl(Inline)]
    public static Vector256<float> ToBF16x256(Vector256<float> value) => OfBF16(Low(BitsOfBF16(value)));

    [MethodImpl(Inline)]
    public static Vector128<float> ToBF16x128(Vector128<float> value) => ToBF16x256(value.ToVector256Unsafe()).GetLower();

    public static Vector512<float> LoadStepsBF16x512(long address, long step)
    {
        ushort* elements = stackalloc ushort[16];
        for (int i = 0; i < 16; i++) elements[i] = ((ushort*)address)[i * step];
        return LoadBF16x512((long)elements);
    }

    public static void StoreStepsBF16x512(long address, long step, Vector512<float> value)
    {
        ushort* elements = stackalloc ushort[16];
        StoreBF16x512((long)elements, value);
        for (int i = 0; i < 16; i++) ((ushort*)address)[i * step] = elements[i];
    }

    public static Vector256<float> LoadStepsBF16x256(long address, long step)
    {
        ushort* elements = stackalloc ushort[8];
        for (int i = 0; i < 8; i++) elements[i] = ((ushort*)address)[i * step];
        return LoadBF16x256((long)elements);
    }

    public static void StoreStepsBF16x256(long address, long step, Vector256<float> value)
    {
        ushort* elements = stackalloc ushort[8];
        StoreBF16x256((long)elements, value);
        for (int i = 0; i < 8; i++) ((ushort*)address)[i * step] = elements[i];
    }

    public static Vector128<float> LoadStepsBF16x128(long address, long step)
    {
        ushort* elements = stackalloc ushort[4];
        for (int i = 0; i < 4; i++) elements[i] = ((ushort*)address)[i * step];
        return LoadBF16x128((long)elements);
    }

    public static void StoreStepsBF16x128(long address, long step, Vector128<float> value)
    {
        ushort* elements = stackalloc ushort[4];
        StoreBF16x128((long)elements, value);
        for (int i = 0; i < 4; i++) ((ushort*)address)[i * step] = elements[i];
    }

    [MethodImpl(Inline)]
    public static Vector512<float> LoadU8x512(long address) => Vector512.Create(OfU8(Vector128.CreateScalarUnsafe(*(long*)(address)).AsByte()), OfU8(Vector128.CreateScalarUnsafe(*(long*)(address + 8)).AsByte()));

    [MethodImpl(Inline)]
    public static Vector256<float> LoadU8x256(long address) => OfU8(Vector128.CreateScalarUnsafe(*(long*)(address)).AsByte());

    [MethodImpl(Inline)]
    public static Vector128<float> LoadU8x128(long address) => OfU8(Vector128.CreateScalarUnsafe(*(int*)address).AsByte()).GetLower();

    [MethodImpl(Inline)]
    public static void StoreU8x512(long address, Vector512<float> value)
    {
        *(long*)(address) = Vector128.Narrow(Low(BitsOfU8(value.GetLower())), Vector128<ushort>.Zero).AsInt64().ToScalar();
        *(long*)(address + 8) = Vector128.Narrow(Low(BitsOfU8(value.GetUpper())), Vector128<ushort>.Zero).AsInt64().ToScalar();
    }

    [MethodImpl(Inline)]
    public static void StoreU8x256(long address, Vector256<float> value) => *(long*)(address) = Vector128.Narrow(Low(BitsOfU8(value)), Vector128<ushort>.Zero).AsInt64().ToScalar();

    [MethodImpl(Inline)]
    public static void StoreU8x128(long address, Vector128<float> value) => *(int*)address = Vector128.Narrow(Low(BitsOfU8(value.ToVector256Unsafe())), Vector128<ushort>.Zero).AsInt32().ToScalar();

    [MethodImpl(Inline)]
    public static Vector512<float> ToU8x512(Vector512<float> value) => Vector512.Create(ToU8x256(value.GetLower()), ToU8x256(value.GetUpper()));

    [MethodImpl(Inline)]
    public static Vector256<float> ToU8x256(Vector256<float> value) => Vector256.Truncate(Vector256.ConditionalSelect(Vector256.Equals(value, value), Vector256.Min(Vector256.Max(value, Vector256<float>.Zero), Vector256.Create(255f)), Vector256<float>.Zero));

    [MethodImpl(Inline)]
    public static Vector128<float> ToU8x128(Vector128<float> value) => ToU8x256(value.ToVector256Unsafe()).GetLower();

    public static Vector512<float> LoadStepsU8x512(long address, long step)
    {
        byte* elements = stackalloc byte[16];
        for (int i = 0; i < 16; i++) elements[i] = ((byte*)address)[i * step];
        return LoadU8x512((long)elements);
    }

    public static void StoreStepsU8x512(long address, long step, Vector512<float> value)
    {
        byte* elements = stackalloc byte[16];
        StoreU8x512((long)elements, value);
        for (int i = 0; i < 16; i++) ((byte*)address)[i * step] = elements[i];
    }

    public static Vector256<float> LoadStepsU8x256(long address, long step)
    {
        byte* elements = stackalloc byte[8];
        for (int i = 0; i < 8; i++) elements[i] = ((byte*)address)[i * step];
        return LoadU8x256((long)elements);
    }

    public static void StoreStepsU8x256(long address, long step, Vector256<float> value)
    {
        byte* elements = stackalloc byte[8];
        StoreU8x256((long)elements, value);
        for (int i = 0; i < 8; i++) ((byte*)address)[i * step] = elements[i];
    }

    public static Vector128<float> LoadStepsU8x128(long address, long step)
    {
        byte* elements = stackalloc byte[4];
        for (int i = 0; i < 4; i++) elements[i] = ((byte*)address)[i * step];
        return LoadU8x128((long)elements);
    }

    public static void StoreStepsU8x128(long address, long step, Vector128<float> value)
    {
        byte* elements = stackalloc byte[4];
        StoreU8x128((long)elements, value);
        for (int i = 0; i < 4; i++) ((byte*)address)[i * step] = elements[i];
    }
#pragma warning restore CS1591
}
