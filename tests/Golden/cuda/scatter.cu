KERNEL(k0)(GLOBAL u8* m, i64 a0, i64 a1, i64 a2)
{
    i32 v0 = (i32)(GROUP * GROUP_SIZE + LOCAL_ID);
    if (v0 < 800)
    {
        i32 v1 = (i32)(v0 % 8);
        i32 v2 = v0 / 8;
        i32 v3 = v2 * 8 + v1;
        f32 v4 = ((GLOBAL f32*)(m + a0))[v3];
        f32 v5 = v4;
        for (i32 v6 = 0; v6 < 64; v6++)
        {
            i32 v7 = v1 + v6 * 8;
            i64 v8 = ((GLOBAL i64*)(m + a1))[v7];
            i32 v9 = (i32)checked(m, v8, I64(100), 256);
            i32 v10 = (v9 == v2);
            if (v10)
            {
                f32 v11 = ((GLOBAL f32*)(m + a2))[v7];
                v5 = v5 + v11;
            }
        }
        ((GLOBAL f32*)(m + a0))[v3] = v5;
    }
}
