KERNEL(k0)(GLOBAL u8* m, i64 a0, i64 a1)
{
    i32 v0 = (i32)(GROUP * GROUP_SIZE + LOCAL_ID);
    if (v0 < 1000)
    {
        i64 v1 = random_bits(((GLOBAL i64*)(m + a0))[0], v0);
        i64 v2 = i64_shiftright(v1, 40);
        i64 v3 = v2 & 16777215;
        f32 v4 = (f32)(v3);
        f32 v5 = v4 * 5.96046448E-008f;
        ((GLOBAL f32*)(m + a1))[v0] = v5;
    }
}
