/* Floats of a type: $f. */

FN $f $f_sign($f a) { return a > 0 ? 1 : a < 0 ? -1 : a; }
FN $f $f_max($f a, $f b) { return a != a ? a : b != b ? b : a > b ? a : a < b ? b : $f_bits(a) < 0 ? b : a; }
FN $f $f_min($f a, $f b) { return a != a ? a : b != b ? b : a < b ? a : a > b ? b : $f_bits(a) < 0 ? a : b; }
FN i32 u8_of_$f($f a) { return a != a || a <= 0 ? 0 : a >= 255 ? 255 : (i32)a; }
FN i32 i32_of_$f($f a) { return a != a ? 0 : a >= 2147483648.0f ? 2147483647 : a <= -2147483648.0f ? (-2147483647 - 1) : (i32)a; }
FN i64 i64_of_$f($f a)
{
    return a != a ? 0 : a >= 9223372036854775808.0f ? I64(9223372036854775807) : a <= -9223372036854775808.0f ? (-I64(9223372036854775807) - 1) : (i64)a;
}
