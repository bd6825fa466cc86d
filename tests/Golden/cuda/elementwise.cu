KERNEL(k0)(GLOBAL u8* m, i64 a0, i64 a1, i64 a2)
{
    i32 v0 = (i32)(GROUP * GROUP_SIZE + LOCAL_ID);
    if (v0 < 4096)
    {
        f32 v1 = ((GLOBAL f32*)(m + a0))[v0];
        f32 v2 = ((GLOBAL f32*)(m + a1))[v0];
        f32 v3 = v1 * v2;
        f32 v4 = v3 + 1.00000000E+000f;
        f32 v5 = f32_tanh(v4);
        ((GLOBAL f32*)(m + a2))[v0] = v5;
    }
}
