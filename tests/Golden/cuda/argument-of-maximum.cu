KERNEL(k0)(GLOBAL u8* m, i64 a0, i64 a1)
{
    LOCAL f32 best[128];
    LOCAL i64 at[128];
    i32 v0 = (i32)LOCAL_ID;
    i64 v1 = (i64)GROUP;
    i32 v2 = (i32)v1;
    f32 v3 = bits_f32((-8388608));
    i64 v4 = -1;
    for (i32 v5 = (i32)0 + v0; v5 < (i32)500; v5 += 128)
    {
        i32 v6 = v2 * 500 + v5;
        f32 v7 = ((GLOBAL f32*)(m + a0))[v6];
        if (v5 >= 0 && (v4 < 0 || v7 > v3 || (v7 == v3 && v5 < v4) || (v7 != v7 && (v3 == v3 || v5 < v4)))) { v3 = v7; v4 = v5; }
    }
    best[v0] = v3;
    at[v0] = v4;
    BARRIER;
    if (v0 < 64)
    {
        f32 v8 = best[v0 + 64];
        i64 v9 = at[v0 + 64];
        if (v9 >= 0 && (v4 < 0 || v8 > v3 || (v8 == v3 && v9 < v4) || (v8 != v8 && (v3 == v3 || v9 < v4)))) { v3 = v8; v4 = v9; }
        at[v0] = v4;
        best[v0] = v3;
    }
    BARRIER;
    if (v0 < 32)
    {
        f32 v10 = best[v0 + 32];
        i64 v11 = at[v0 + 32];
        if (v11 >= 0 && (v4 < 0 || v10 > v3 || (v10 == v3 && v11 < v4) || (v10 != v10 && (v3 == v3 || v11 < v4)))) { v3 = v10; v4 = v11; }
        at[v0] = v4;
        best[v0] = v3;
    }
    BARRIER;
    if (v0 < 16)
    {
        f32 v12 = best[v0 + 16];
        i64 v13 = at[v0 + 16];
        if (v13 >= 0 && (v4 < 0 || v12 > v3 || (v12 == v3 && v13 < v4) || (v12 != v12 && (v3 == v3 || v13 < v4)))) { v3 = v12; v4 = v13; }
        at[v0] = v4;
        best[v0] = v3;
    }
    BARRIER;
    if (v0 < 8)
    {
        f32 v14 = best[v0 + 8];
        i64 v15 = at[v0 + 8];
        if (v15 >= 0 && (v4 < 0 || v14 > v3 || (v14 == v3 && v15 < v4) || (v14 != v14 && (v3 == v3 || v15 < v4)))) { v3 = v14; v4 = v15; }
        at[v0] = v4;
        best[v0] = v3;
    }
    BARRIER;
    if (v0 < 4)
    {
        f32 v16 = best[v0 + 4];
        i64 v17 = at[v0 + 4];
        if (v17 >= 0 && (v4 < 0 || v16 > v3 || (v16 == v3 && v17 < v4) || (v16 != v16 && (v3 == v3 || v17 < v4)))) { v3 = v16; v4 = v17; }
        at[v0] = v4;
        best[v0] = v3;
    }
    BARRIER;
    if (v0 < 2)
    {
        f32 v18 = best[v0 + 2];
        i64 v19 = at[v0 + 2];
        if (v19 >= 0 && (v4 < 0 || v18 > v3 || (v18 == v3 && v19 < v4) || (v18 != v18 && (v3 == v3 || v19 < v4)))) { v3 = v18; v4 = v19; }
        at[v0] = v4;
        best[v0] = v3;
    }
    BARRIER;
    if (v0 < 1)
    {
        f32 v20 = best[v0 + 1];
        i64 v21 = at[v0 + 1];
        if (v21 >= 0 && (v4 < 0 || v20 > v3 || (v20 == v3 && v21 < v4) || (v20 != v20 && (v3 == v3 || v21 < v4)))) { v3 = v20; v4 = v21; }
        at[v0] = v4;
        best[v0] = v3;
    }
    BARRIER;
    if (v0 == 0)
    {
        ((GLOBAL i64*)(m + a1))[v2] = v4;
    }
}
