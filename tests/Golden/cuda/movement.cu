KERNEL(k0)(GLOBAL u8* m, i64 a0, i64 a1)
{
    i32 v0 = (i32)(GROUP * GROUP_SIZE + LOCAL_ID);
    if (v0 < 1920)
    {
        i32 v1 = (i32)(v0 % 48);
        i32 v2 = v0 / 48;
        i32 v3 = v2 + v1 * 40;
        f32 v4 = ((GLOBAL f32*)(m + a0))[v3];
        f32 v5 = v4 + 1.00000000E+000f;
        i32 v6 = v2 * 48 + v1;
        ((GLOBAL f32*)(m + a1))[v6] = v5;
    }
}
