KERNEL(k0)(GLOBAL u8* m, i64 a0, i64 a1)
{
    LOCAL f32 best[128];
    i32 v0 = (i32)LOCAL_ID;
    i64 v1 = (i64)GROUP;
    i32 v2 = (i32)v1;
    f32 v3 = bits_f32((-8388608));
    for (i32 v4 = (i32)0 + v0; v4 < (i32)256; v4 += 128)
    {
        i32 v5 = v2 * 256 + v4;
        f32 v6 = ((GLOBAL f32*)(m + a0))[v5];
        v3 = f32_max(v3, v6);
    }
    best[v0] = v3;
    BARRIER;
    if (v0 < 64)
    {
        f32 v7 = best[v0 + 64];
        v3 = f32_max(v3, v7);
        best[v0] = v3;
    }
    BARRIER;
    if (v0 < 32)
    {
        f32 v8 = best[v0 + 32];
        v3 = f32_max(v3, v8);
        best[v0] = v3;
    }
    BARRIER;
    if (v0 < 16)
    {
        f32 v9 = best[v0 + 16];
        v3 = f32_max(v3, v9);
        best[v0] = v3;
    }
    BARRIER;
    if (v0 < 8)
    {
        f32 v10 = best[v0 + 8];
        v3 = f32_max(v3, v10);
        best[v0] = v3;
    }
    BARRIER;
    if (v0 < 4)
    {
        f32 v11 = best[v0 + 4];
        v3 = f32_max(v3, v11);
        best[v0] = v3;
    }
    BARRIER;
    if (v0 < 2)
    {
        f32 v12 = best[v0 + 2];
        v3 = f32_max(v3, v12);
        best[v0] = v3;
    }
    BARRIER;
    if (v0 < 1)
    {
        f32 v13 = best[v0 + 1];
        v3 = f32_max(v3, v13);
        best[v0] = v3;
    }
    BARRIER;
    if (v0 == 0)
    {
        ((GLOBAL f32*)(m + a1))[v2] = v3;
    }
}

KERNEL(k1)(GLOBAL u8* m)
{
    {
        for (i32 v0 = 0; v0 < 32; v0++)
        {
            f32 v1 = ((GLOBAL f32*)(m + 32896))[v0];
            ((GLOBAL f32*)(m + 33024))[v0] = v1;
        }
    }
}

KERNEL(k2)(GLOBAL u8* m, i64 a0, i64 a1, i64 a2)
{
    i32 v0 = (i32)(GROUP * GROUP_SIZE + LOCAL_ID);
    if (v0 < 8192)
    {
        i32 v1 = (i32)(v0 % 256);
        i32 v2 = v0 / 256;
        i32 v3 = v2 * 256 + v1;
        f32 v4 = ((GLOBAL f32*)(m + a0))[v3];
        f32 v5 = ((GLOBAL f32*)(m + a1))[v2];
        i32 v6 = f32_isfinite(v5);
        f32 v7;
        i32 v8 = !v6;
        if (!v8)
        {
            v7 = v5;
        }
        if (v8)
        {
            v7 = 0.00000000E+000f;
        }
        f32 v9 = v4 - v7;
        f32 v10 = f32_exp(v9);
        ((GLOBAL f32*)(m + a2))[v3] = v10;
    }
}

KERNEL(k3)(GLOBAL u8* m, i64 a0, i64 a1)
{
    LOCAL f32 best[128];
    i32 v0 = (i32)LOCAL_ID;
    i64 v1 = (i64)GROUP;
    i32 v2 = (i32)v1;
    f32 v3 = 0.00000000E+000f;
    for (i32 v4 = (i32)0 + v0; v4 < (i32)256; v4 += 128)
    {
        i32 v5 = v2 * 256 + v4;
        f32 v6 = ((GLOBAL f32*)(m + a0))[v5];
        v3 = v3 + v6;
    }
    best[v0] = v3;
    BARRIER;
    if (v0 < 64)
    {
        f32 v7 = best[v0 + 64];
        v3 = v3 + v7;
        best[v0] = v3;
    }
    BARRIER;
    if (v0 < 32)
    {
        f32 v8 = best[v0 + 32];
        v3 = v3 + v8;
        best[v0] = v3;
    }
    BARRIER;
    if (v0 < 16)
    {
        f32 v9 = best[v0 + 16];
        v3 = v3 + v9;
        best[v0] = v3;
    }
    BARRIER;
    if (v0 < 8)
    {
        f32 v10 = best[v0 + 8];
        v3 = v3 + v10;
        best[v0] = v3;
    }
    BARRIER;
    if (v0 < 4)
    {
        f32 v11 = best[v0 + 4];
        v3 = v3 + v11;
        best[v0] = v3;
    }
    BARRIER;
    if (v0 < 2)
    {
        f32 v12 = best[v0 + 2];
        v3 = v3 + v12;
        best[v0] = v3;
    }
    BARRIER;
    if (v0 < 1)
    {
        f32 v13 = best[v0 + 1];
        v3 = v3 + v13;
        best[v0] = v3;
    }
    BARRIER;
    if (v0 == 0)
    {
        ((GLOBAL f32*)(m + a1))[v2] = v3;
    }
}

KERNEL(k4)(GLOBAL u8* m, i64 a0, i64 a1, i64 a2)
{
    i32 v0 = (i32)(GROUP * GROUP_SIZE + LOCAL_ID);
    if (v0 < 8192)
    {
        i32 v1 = (i32)(v0 % 256);
        i32 v2 = v0 / 256;
        i32 v3 = v2 * 256 + v1;
        f32 v4 = ((GLOBAL f32*)(m + a0))[v3];
        f32 v5 = ((GLOBAL f32*)(m + a1))[v2];
        f32 v6 = v4 / v5;
        ((GLOBAL f32*)(m + a2))[v3] = v6;
    }
}
