/* Elements of f16 and bf16 are 16 bits in memory and f32 as variables. */

#ifndef HAS_HALF
FN f32 f32_of_f16(u16 bits)
{
    u32 magnitude = (u32)bits & 0x7FFFu;
    /* The exponents differ by 112; a product also makes numbers below the smallest normal one right. */
    u32 number = magnitude >= 0x7C00u ? magnitude << 13 | 0x7F800000u : (u32)f32_bits(bits_f32((i32)(magnitude << 13)) * bits_f32(0x77800000));
    return bits_f32((i32)(number | ((u32)bits & 0x8000u) << 16));
}

FN u16 f16_of_f32(f32 x)
{
    u32 bits = (u32)f32_bits(x), sign = bits & 0x80000000u, magnitude = bits ^ sign, half;
    if (magnitude >= 0x47800000u) half = magnitude > 0x7F800000u ? 0x7E00u : 0x7C00u;
    else if (magnitude < 0x38800000u) half = (u32)f32_bits(bits_f32((i32)magnitude) + 0.5f) - 0x3F000000u;
    else half = (magnitude + 0xC8000FFFu + (magnitude >> 13 & 1u)) >> 13;
    return (u16)(half | sign >> 16);
}
#endif

FN f32 f32_of_bf16(u16 bits) { return bits_f32((i32)((u32)bits << 16)); }

FN u16 bf16_of_f32(f32 x)
{
    u32 bits = (u32)f32_bits(x);
    return (u16)(x != x ? bits >> 16 | 0x40u : (bits + 0x7FFFu + (bits >> 16 & 1u)) >> 16);
}

FN f32 f16_round(f32 x) { return f32_of_f16(f16_of_f32(x)); }
FN f32 bf16_round(f32 x) { return f32_of_bf16(bf16_of_f32(x)); }

/* An f32 that rounds to fewer bits as the number does: what does not fit leaves a mark in the last bit. */
FN f32 f32_near_i64(i64 x)
{
    u64 rest = x < 0 ? 0 - (u64)x : (u64)x;
    f32 scale = x < 0 ? -1.0f : 1.0f;
    for (; rest >= 16777216u; scale *= 2) rest = rest >> 1 | (rest & 1);
    return (f32)(i32)rest * scale;
}

#ifdef HAS_F64
FN f32 f32_near_f64(f64 x)
{
    f32 near = (f32)x;
    if ((f64)near == x || x != x) return near;
    i32 bits = f32_bits(near);
    if (((f64)near > x) == (x > 0)) bits--;
    return bits_f32(bits | 1);
}
#endif
