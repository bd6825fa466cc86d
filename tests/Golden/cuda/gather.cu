KERNEL(k0)(GLOBAL u8* m, i64 a0, i64 a1, i64 a2)
{
    i32 v0 = (i32)(GROUP * GROUP_SIZE + LOCAL_ID);
    if (v0 < 1280)
    {
        i32 v1 = (i32)(v0 % 20);
        i32 v2 = v0 / 20;
        i32 v3 = v2 * 20 + v1;
        i64 v4 = ((GLOBAL i64*)(m + a1))[v3];
        i32 v5 = (i32)checked(m, v4, I64(100), 257);
        i32 v6 = v2 * 100 + v5;
        f32 v7 = ((GLOBAL f32*)(m + a0))[v6];
        ((GLOBAL f32*)(m + a2))[v3] = v7;
    }
}
