KERNEL(k0)(GLOBAL u8* m, i64 a0, i64 a1, i64 a2)
{
    i32 v0 = (i32)(GROUP * GROUP_SIZE + LOCAL_ID);
    if (v0 < 2304)
    {
        i32 v1 = (i32)(v0 % 144);
        i32 v2 = v0 / 144;
        i32 v3 = (i32)(v2 % 8);
        i32 v4 = v2 / 8;
        f32 v5 = 0.00000000E+000f;
        i32 v9 = v1 / 12;
        i32 v17 = v1 % 12;
        for (i32 v6 = 0; v6 < 27; v6++)
        {
            i32 v7 = v3 * 27 + v6;
            f32 v8 = ((GLOBAL f32*)(m + a0))[v7];
            i32 v10 = v6 / 3;
            i32 v11 = v10 % 3;
            i32 v12 = v9 + v11 + (-1);
            i32 v13 = (0 <= v12);
            i32 v14 = (v12 < 12);
            i32 v15 = v13 & v14;
            i32 v16 = v6 % 3;
            i32 v18 = v16 + v17 + (-1);
            i32 v19 = (0 <= v18);
            i32 v20 = v15 & v19;
            i32 v21 = (v18 < 12);
            i32 v22 = v20 & v21;
            f32 v23;
            i32 v24 = !v22;
            i32 v25 = v6 / 9;
            i32 v26 = v4 * 432 + v1 + v25 * 144 + v11 * 12 + v16 + (-13);
            if (!v24)
            {
                f32 v27 = ((GLOBAL f32*)(m + a1))[v26];
                v23 = v27;
            }
            if (v24)
            {
                v23 = 0.00000000E+000f;
            }
            v5 = f32_fma(v8, v23, v5);
        }
        i32 v28 = v4 * 1152 + v3 * 144 + v1;
        ((GLOBAL f32*)(m + a2))[v28] = v5;
    }
}

KERNEL(k1)(GLOBAL u8* m, i64 a0, i64 a1)
{
    i32 v0 = (i32)(GROUP * GROUP_SIZE + LOCAL_ID);
    if (v0 < 2304)
    {
        f32 v1 = ((GLOBAL f32*)(m + a0))[v0];
        ((GLOBAL f32*)(m + a1))[v0] = v1;
    }
}
