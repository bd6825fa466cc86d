KERNEL(k0)(GLOBAL u8* m, i64 a0, i64 a1)
{
    LOCAL f32 best[128];
    i32 v0 = (i32)LOCAL_ID;
    i64 v1 = (i64)GROUP;
    f32 v2 = 0.00000000E+000f;
    for (i32 v3 = (i32)0 + v0; v3 < (i32)10000; v3 += 128)
    {
        f32 v4 = ((GLOBAL f32*)(m + a0))[v3];
        v2 = v2 + v4;
    }
    best[v0] = v2;
    BARRIER;
    if (v0 < 64)
    {
        f32 v5 = best[v0 + 64];
        v2 = v2 + v5;
        best[v0] = v2;
    }
    BARRIER;
    if (v0 < 32)
    {
        f32 v6 = best[v0 + 32];
        v2 = v2 + v6;
        best[v0] = v2;
    }
    BARRIER;
    if (v0 < 16)
    {
        f32 v7 = best[v0 + 16];
        v2 = v2 + v7;
        best[v0] = v2;
    }
    BARRIER;
    if (v0 < 8)
    {
        f32 v8 = best[v0 + 8];
        v2 = v2 + v8;
        best[v0] = v2;
    }
    BARRIER;
    if (v0 < 4)
    {
        f32 v9 = best[v0 + 4];
        v2 = v2 + v9;
        best[v0] = v2;
    }
    BARRIER;
    if (v0 < 2)
    {
        f32 v10 = best[v0 + 2];
        v2 = v2 + v10;
        best[v0] = v2;
    }
    BARRIER;
    if (v0 < 1)
    {
        f32 v11 = best[v0 + 1];
        v2 = v2 + v11;
        best[v0] = v2;
    }
    BARRIER;
    if (v0 == 0)
    {
        ((GLOBAL f32*)(m + a1))[0] = v2;
    }
}

KERNEL(k1)(GLOBAL u8* m)
{
    i32 v0 = (((GLOBAL f32*)(m + 80128))[0] < 1.00000000E+006f);
    i32 v1 = v0;
    ((GLOBAL u8*)(m + 32))[0] = (u8)(v1);
    ((GLOBAL u8*)(m + 80128))[0] = (u8)(v1);
}

KERNEL(k2)(GLOBAL u8* m, i64 a0, i64 a1)
{
    i32 v0 = (i32)(GROUP * GROUP_SIZE + LOCAL_ID);
    if (v0 < 10000)
    {
        f32 v1 = ((GLOBAL f32*)(m + a0))[v0];
        f32 v2 = v1 * 2.00000000E+000f;
        ((GLOBAL f32*)(m + a1))[v0] = v2;
    }
}
