/* What kernels call, in the words that the prelude of each dialect defines. The meaning is that of ScalarMath. */

/* The first 64 bytes of the memory of a program say what went wrong first: a mark, a code, three numbers. */
FN void fail(GLOBAL u8* m, i32 code, i64 axis, i64 index, i64 length)
{
    if (!CLAIM((GLOBAL i32*)m)) return;
    ((GLOBAL i64*)m)[1] = axis;
    ((GLOBAL i64*)m)[2] = index;
    ((GLOBAL i64*)m)[3] = length;
    ((GLOBAL i32*)m)[1] = code;
}

FN i64 checked(GLOBAL u8* m, i64 index, i64 length, i64 axis)
{
    if ((u64)index < (u64)length) return index;
    fail(m, 302, axis, index, length);
    return 0;
}

FN i64 i64_neg(i64 a) { return (i64)(0 - (u64)a); }
FN i64 i64_add(i64 a, i64 b) { return (i64)((u64)a + (u64)b); }
FN i64 i64_sub(i64 a, i64 b) { return (i64)((u64)a - (u64)b); }
FN i64 i64_mul(i64 a, i64 b) { return (i64)((u64)a * (u64)b); }
FN i64 i64_abs(i64 a) { return a < 0 ? i64_neg(a) : a; }
FN i64 i64_sign(i64 a) { return a > 0 ? 1 : a < 0 ? -1 : 0; }
FN i64 i64_max(i64 a, i64 b) { return a > b ? a : b; }
FN i64 i64_min(i64 a, i64 b) { return a < b ? a : b; }
FN i64 i64_shiftleft(i64 a, i64 b) { return b < 0 || b > 63 ? 0 : (i64)((u64)a << b); }
FN i64 i64_shiftright(i64 a, i64 b) { return b < 0 || b > 63 ? (a < 0 ? -1 : 0) : a >> b; }

FN i64 i64_div(GLOBAL u8* m, i64 a, i64 b)
{
    if (b == 0) { fail(m, 301, 0, 0, 0); return 0; }
    return b == -1 ? i64_neg(a) : a / b;
}

FN i64 i64_rem(GLOBAL u8* m, i64 a, i64 b)
{
    if (b == 0) { fail(m, 301, 0, 0, 0); return 0; }
    return b == -1 ? 0 : a % b;
}

FN i64 i64_pow(GLOBAL u8* m, i64 a, i64 b)
{
    u64 result = 1, power = (u64)a;
    if (b < 0)
    {
        if (a == 0) fail(m, 301, 0, 0, 0);
        return a == 1 ? 1 : a == -1 ? ((b & 1) == 0 ? 1 : -1) : 0;
    }
    for (; b > 0; b >>= 1, power *= power)
        if ((b & 1) != 0) result *= power;
    return (i64)result;
}

FN i32 i32_neg(i32 a) { return (i32)(0 - (u32)a); }
FN i32 i32_add(i32 a, i32 b) { return (i32)((u32)a + (u32)b); }
FN i32 i32_sub(i32 a, i32 b) { return (i32)((u32)a - (u32)b); }
FN i32 i32_mul(i32 a, i32 b) { return (i32)((u32)a * (u32)b); }
FN i32 i32_abs(i32 a) { return a < 0 ? i32_neg(a) : a; }
FN i32 i32_sign(i32 a) { return a > 0 ? 1 : a < 0 ? -1 : 0; }
FN i32 i32_max(i32 a, i32 b) { return a > b ? a : b; }
FN i32 i32_min(i32 a, i32 b) { return a < b ? a : b; }
FN i32 i32_shiftleft(i32 a, i32 b) { return b < 0 || b > 31 ? 0 : (i32)((u32)a << b); }
FN i32 i32_shiftright(i32 a, i32 b) { return b < 0 || b > 31 ? (a < 0 ? -1 : 0) : a >> b; }

FN i32 i32_div(GLOBAL u8* m, i32 a, i32 b)
{
    if (b == 0) { fail(m, 301, 0, 0, 0); return 0; }
    return b == -1 ? i32_neg(a) : a / b;
}

FN i32 i32_rem(GLOBAL u8* m, i32 a, i32 b)
{
    if (b == 0) { fail(m, 301, 0, 0, 0); return 0; }
    return b == -1 ? 0 : a % b;
}

FN i32 i32_pow(GLOBAL u8* m, i32 a, i32 b) { return (i32)i64_pow(m, a, b); }

/* Philox 4x32-10: the first 64 bits of the block of a key and a counter. */
FN i64 random_bits(i64 key, i64 counter)
{
    u32 c0 = (u32)counter, c1 = (u32)((u64)counter >> 32), c2 = 0, c3 = 0;
    u32 k0 = (u32)key, k1 = (u32)((u64)key >> 32);
    for (i32 round = 0; round < 10; round++)
    {
        u32 h0 = mulhi_u32(0xD2511F53u, c0), l0 = 0xD2511F53u * c0;
        u32 h1 = mulhi_u32(0xCD9E8D57u, c2), l1 = 0xCD9E8D57u * c2;
        c0 = h1 ^ c1 ^ k0;
        c1 = l1;
        c2 = h0 ^ c3 ^ k1;
        c3 = l0;
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    return (i64)((u64)c0 | (u64)c1 << 32);
}

FN f32 f32_sign(f32 a) { return a > 0 ? 1 : a < 0 ? -1 : a; }
FN f32 f32_max(f32 a, f32 b) { return a != a ? a : b != b ? b : a > b ? a : a < b ? b : f32_bits(a) < 0 ? b : a; }
FN f32 f32_min(f32 a, f32 b) { return a != a ? a : b != b ? b : a < b ? a : a > b ? b : f32_bits(a) < 0 ? a : b; }
FN i32 i32_of_f32(f32 a) { return a != a ? 0 : a >= 2147483648.0f ? 2147483647 : a <= -2147483648.0f ? (-2147483647 - 1) : (i32)a; }
FN i64 i64_of_f32(f32 a)
{
    return a != a ? 0 : a >= 9223372036854775808.0f ? I64(9223372036854775807) : a <= -9223372036854775808.0f ? (-I64(9223372036854775807) - 1) : (i64)a;
}

#ifdef HAS_F64
FN f64 f64_sign(f64 a) { return a > 0 ? 1 : a < 0 ? -1 : a; }
FN f64 f64_max(f64 a, f64 b) { return a != a ? a : b != b ? b : a > b ? a : a < b ? b : f64_bits(a) < 0 ? b : a; }
FN f64 f64_min(f64 a, f64 b) { return a != a ? a : b != b ? b : a < b ? a : a > b ? b : f64_bits(a) < 0 ? a : b; }
FN i32 i32_of_f64(f64 a) { return a != a ? 0 : a >= 2147483647.0 ? 2147483647 : a <= -2147483648.0 ? (-2147483647 - 1) : (i32)a; }
FN i64 i64_of_f64(f64 a)
{
    return a != a ? 0 : a >= 9223372036854775808.0 ? I64(9223372036854775807) : a <= -9223372036854775808.0 ? (-I64(9223372036854775807) - 1) : (i64)a;
}
#define REAL f64
#define ON_REAL(f) f64_##f
#else
#define REAL f32
#define ON_REAL(f) f32_##f
#endif
