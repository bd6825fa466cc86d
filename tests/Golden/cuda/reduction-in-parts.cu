KERNEL(k0)(GLOBAL u8* m, i64 a0, i64 a1)
{
    LOCAL f32 best[128];
    i32 v0 = (i32)LOCAL_ID;
    i64 v1 = (i64)GROUP / 12;
    f32 v2 = bits_f32((-8388608));
    i64 v4 = (i64)GROUP % 12 * 8334;
    i64 v5 = v4 + 8334 < 100000 ? v4 + 8334 : 100000;
    for (i32 v3 = (i32)v4 + v0; v3 < (i32)v5; v3 += 128)
    {
        f32 v6 = ((GLOBAL f32*)(m + a0))[v3];
        v2 = f32_max(v2, v6);
    }
    best[v0] = v2;
    BARRIER;
    if (v0 < 64)
    {
        f32 v7 = best[v0 + 64];
        v2 = f32_max(v2, v7);
        best[v0] = v2;
    }
    BARRIER;
    if (v0 < 32)
    {
        f32 v8 = best[v0 + 32];
        v2 = f32_max(v2, v8);
        best[v0] = v2;
    }
    BARRIER;
    if (v0 < 16)
    {
        f32 v9 = best[v0 + 16];
        v2 = f32_max(v2, v9);
        best[v0] = v2;
    }
    BARRIER;
    if (v0 < 8)
    {
        f32 v10 = best[v0 + 8];
        v2 = f32_max(v2, v10);
        best[v0] = v2;
    }
    BARRIER;
    if (v0 < 4)
    {
        f32 v11 = best[v0 + 4];
        v2 = f32_max(v2, v11);
        best[v0] = v2;
    }
    BARRIER;
    if (v0 < 2)
    {
        f32 v12 = best[v0 + 2];
        v2 = f32_max(v2, v12);
        best[v0] = v2;
    }
    BARRIER;
    if (v0 < 1)
    {
        f32 v13 = best[v0 + 1];
        v2 = f32_max(v2, v13);
        best[v0] = v2;
    }
    BARRIER;
    if (v0 == 0)
    {
        ((GLOBAL f32*)(m + a1))[GROUP] = v2;
    }
}

KERNEL(k1)(GLOBAL u8* m, i64 a0, i64 a1)
{
    i32 v0 = (i32)(GROUP * GROUP_SIZE + LOCAL_ID);
    if (v0 < 1)
    {
        f32 v1 = bits_f32((-8388608));
        for (i32 v2 = 0; v2 < 12; v2++)
        {
            f32 v3 = ((GLOBAL f32*)(m + a0))[v0 * 12 + v2];
            v1 = f32_max(v1, v3);
        }
        ((GLOBAL f32*)(m + a1))[v0] = v1;
    }
}

KERNEL(k2)(GLOBAL u8* m)
{
    f32 v0 = ((GLOBAL f32*)(m + 400128))[0] + 1.00000000E+000f;
    f32 v1 = v0;
    ((GLOBAL f32*)(m + 64))[0] = v1;
    ((GLOBAL f32*)(m + 128))[0] = v1;
}
