KERNEL(k0)(GLOBAL u8* m, i64 a0, i64 a1)
{
    LOCAL f32 best[128];
    i32 v0 = (i32)LOCAL_ID;
    i64 v1 = (i64)GROUP;
    i32 v2 = (i32)v1;
    f32 v3 = 0.00000000E+000f;
    for (i32 v4 = (i32)0 + v0; v4 < (i32)1000; v4 += 128)
    {
        i32 v5 = v2 * 1000 + v4;
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
