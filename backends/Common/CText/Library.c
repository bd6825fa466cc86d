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
