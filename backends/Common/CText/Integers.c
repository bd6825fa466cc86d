/* Integers of a type: $i, with the same bits $u, the last of which is $n. They wrap. */

FN $i $i_neg($i a) { return ($i)(0 - ($u)a); }
FN $i $i_add($i a, $i b) { return ($i)(($u)a + ($u)b); }
FN $i $i_sub($i a, $i b) { return ($i)(($u)a - ($u)b); }
FN $i $i_mul($i a, $i b) { return ($i)(($u)a * ($u)b); }
FN $i $i_abs($i a) { return a < 0 ? $i_neg(a) : a; }
FN $i $i_sign($i a) { return a > 0 ? 1 : a < 0 ? -1 : 0; }
FN $i $i_max($i a, $i b) { return a > b ? a : b; }
FN $i $i_min($i a, $i b) { return a < b ? a : b; }
FN $i $i_shiftleft($i a, $i b) { return b < 0 || b > $n ? 0 : ($i)(($u)a << b); }
FN $i $i_shiftright($i a, $i b) { return b < 0 || b > $n ? (a < 0 ? -1 : 0) : a >> b; }

FN $i $i_div(GLOBAL u8* m, $i a, $i b)
{
    if (b == 0) { fail(m, 301, 0, 0, 0); return 0; }
    return b == -1 ? $i_neg(a) : a / b;
}

FN $i $i_rem(GLOBAL u8* m, $i a, $i b)
{
    if (b == 0) { fail(m, 301, 0, 0, 0); return 0; }
    return b == -1 ? 0 : a % b;
}

FN $i $i_pow(GLOBAL u8* m, $i a, $i b)
{
    $u result = 1, power = ($u)a;
    if (b < 0)
    {
        if (a == 0) fail(m, 301, 0, 0, 0);
        return a == 1 ? 1 : a == -1 ? ((b & 1) == 0 ? 1 : -1) : 0;
    }
    for (; b > 0; b >>= 1, power *= power)
        if ((b & 1) != 0) result *= power;
    return ($i)result;
}
