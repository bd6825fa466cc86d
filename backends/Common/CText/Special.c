/* Functions that devices lack, or do not compute alike; where they come from is said in SpecialFunctions and GammaFunctions. */

FN REAL polynomial(CONST REAL* coefficients, i32 count, REAL x)
{
    REAL sum = 0;
    for (i32 k = count - 1; k >= 0; k--) sum = sum * x + coefficients[k];
    return sum;
}

FN REAL special_expm1(REAL x)
{
    REAL y = ON_REAL(exp)(x);
    if (!(ON_REAL(fabs)(x) < 1)) return y - 1;
    return y == 1 ? x : (y - 1) * x / ON_REAL(log)(y);
}

FN REAL special_log1p(REAL x)
{
    REAL y = 1 + x;
    if (!(ON_REAL(fabs)(x) < 1)) return ON_REAL(log)(y);
    return y == 1 ? x : x * ON_REAL(log)(y) / (y - 1);
}

FN REAL small_erf(REAL x)
{
    return (REAL)1.1283791670955126 * (x * polynomial(erf_series, 20, x * x));
}

FN REAL special_erfc(REAL x)
{
    if (x != x) return x;
    if (x < (REAL)0.5)
    {
        REAL a = ON_REAL(fabs)(x);
        if (a <= 1) return 1 - small_erf(x);
    }
    if (x > (REAL)27.3) return 0;
    if (x < (REAL)-27.3) return 2;
    REAL z = ON_REAL(fabs)(x), t = (z - 3) / (z + 3), b1 = 0, b2 = 0;
    for (i32 k = 24; k > 0; k--)
    {
        REAL b0 = 2 * t * b1 - b2 + erfc_chebyshev[k];
        b2 = b1;
        b1 = b0;
    }
    REAL scaled = (t * b1 - b2 + erfc_chebyshev[0] / 2) / (z + 1);
    REAL high = upper_half(z);
    REAL root = ON_REAL(exp)(-high * high / 2);
    REAL value = root * (scaled * ON_REAL(exp)(-(z - high) * (z + high))) * root;
    return x < 0 ? 2 - value : value;
}

FN REAL special_erf(REAL x)
{
    if (x != x) return x;
    REAL a = ON_REAL(fabs)(x);
    if (!(a > 1)) return small_erf(x);
    return x < 0 ? special_erfc(a) - 1 : 1 - special_erfc(a);
}

/* sin πx, exact at whole numbers. */
FN REAL sin_pi(REAL x)
{
    REAL nearest = ON_REAL(rint)(x);
    REAL sine = ON_REAL(sin)((REAL)3.14159265358979323846 * (x - nearest));
    return ON_REAL(fmod)(nearest, 2) == 0 ? sine : -sine;
}

FN REAL around_two(REAL z) { return z * polynomial(log_gamma_series, 28, z); }

FN REAL right_lgamma(REAL x)
{
    if (x < (REAL)0.5) return around_two(x) - special_log1p(x) - ON_REAL(log)(ON_REAL(fabs)(x));
    if (x < (REAL)1.5) return around_two(x - 1) - special_log1p(x - 1);
    if (x >= 12)
    {
        REAL series = 0, square = 1 / (x * x);
        for (i32 k = 11; k > 0; k--) series = series * square + bernoulli[k - 1] / (2 * k * (2 * k - 1));
        return (x - (REAL)0.5) * (ON_REAL(log)(x) - 1) + ((REAL)0.91893853320467274178 - (REAL)0.5 + series / x);
    }
    REAL product = 1;
    while (x > (REAL)2.5)
    {
        x -= 1;
        product *= x;
    }
    return around_two(x - 2) + ON_REAL(log)(product);
}

FN REAL special_lgamma(REAL x)
{
    if (x != x) return x;
    if (!ON_REAL(isfinite)(x)) return ON_REAL(fabs)(x);
    if (x > (REAL)-0.5) return right_lgamma(x);
    REAL sine = ON_REAL(fabs)(sin_pi(x));
    return sine == 0 ? 1 / sine : ON_REAL(log)((REAL)3.14159265358979323846 / sine) - right_lgamma(1 - x);
}

FN REAL right_digamma(REAL x)
{
    REAL distance = x - (REAL)1.4616321449683622 - (REAL)9.5499954299656977e-17;
    if (ON_REAL(fabs)(distance) < (REAL)0.25) return distance * polynomial(digamma_series, 24, distance);
    REAL steps = 0;
    for (; x < 12; x++) steps += 1 / x;
    REAL series = 0, square = 1 / (x * x);
    for (i32 k = 11; k > 0; k--) series = (series + bernoulli[k - 1] / (2 * k)) * square;
    return ON_REAL(log)(x) - (REAL)0.5 / x - series - steps;
}

FN REAL special_digamma(REAL x)
{
    if (x == 0) return -1 / x;
    if (!(x < 0)) return right_digamma(x);
    REAL fraction = x - ON_REAL(rint)(x);
    if (fraction == 0 || !ON_REAL(isfinite)(x)) return x - x == 0 ? (x - x) / (x - x) : x - x;
    return right_digamma(1 - x) - (REAL)3.14159265358979323846 / ON_REAL(tan)((REAL)3.14159265358979323846 * fraction);
}

/* xˢ ζ(s, x) by the sum formula of Euler and Maclaurin. */
FN REAL scaled_zeta(i32 s, REAL x)
{
    REAL sum = 0, y = x;
    for (; y < 12 + s; y++) sum += ON_REAL(pow)(x / y, s);
    REAL tail = 0, square = 1 / (y * y);
    for (i32 k = 11; k > 0; k--)
    {
        REAL next = k == 11 ? 0 : (s + (REAL)2 * k - 1) * (s + (REAL)2 * k) / (((REAL)2 * k + 1) * ((REAL)2 * k + 2)) * square * tail;
        tail = bernoulli[k - 1] + next;
    }
    tail *= s / (2 * y);
    return sum + ON_REAL(pow)(x / y, s) * (y / (s - 1) + (REAL)0.5 + tail);
}

FN REAL right_polygamma(i32 n, REAL x)
{
    if (!ON_REAL(isfinite)(x)) return x == x ? 0 : x;
    REAL scale = 1 / x;
    for (i32 k = 1; k <= n; k++) scale *= k / x;
    REAL value = scale * scaled_zeta(n + 1, x);
    return n % 2 != 0 ? value : -value;
}

/* π dⁿ/dxⁿ cot πx as a polynomial in c = cot πx, up to the order 30. */
FN REAL cotangent_derivative(i32 n, REAL c)
{
    REAL polynomial[32];
    if (n > 30) return c - c == 0 ? (c - c) / (c - c) : c - c;
    for (i32 k = 0; k < 32; k++) polynomial[k] = 0;
    polynomial[1] = (REAL)3.14159265358979323846;
    for (i32 step = 1; step <= n; step++)
    {
        REAL before = 0;
        for (i32 k = 0; k <= step + 1; k++)
        {
            REAL next = (k + 1 <= step ? -(REAL)3.14159265358979323846 * (k + 1) * polynomial[k + 1] : 0) + (k > 0 ? -(REAL)3.14159265358979323846 * (k - 1) * before : 0);
            before = polynomial[k];
            polynomial[k] = next;
        }
    }
    REAL sum = 0;
    for (i32 k = n + 1; k >= 0; k--) sum = sum * c + polynomial[k];
    return sum;
}

FN REAL special_polygamma(i32 n, REAL x)
{
    if (n == 0) return special_digamma(x);
    if (n < 0 || x != x || (x < 0 && !ON_REAL(isfinite)(x))) return (x - x) / (x - x);
    if (x > 0) return right_polygamma(n, x);
    REAL fraction = x - ON_REAL(rint)(x);
    i32 odd = n % 2 != 0;
    if (fraction == 0) return odd ? 1 / (fraction * fraction) : x == 0 ? -1 / x : fraction / fraction;
    REAL slope = cotangent_derivative(n, 1 / ON_REAL(tan)((REAL)3.14159265358979323846 * fraction));
    return odd ? -slope - right_polygamma(n, 1 - x) : right_polygamma(n, 1 - x) - slope;
}

FN f32 f32_erf(f32 x) { return (f32)special_erf(x); }
FN f32 f32_erfc(f32 x) { return (f32)special_erfc(x); }
FN f32 f32_lgamma(f32 x) { return (f32)special_lgamma(x); }
FN f32 f32_digamma(f32 x) { return (f32)special_digamma(x); }
FN f32 f32_polygamma(f32 n, f32 x) { return (f32)special_polygamma((i32)n, x); }
#ifdef HAS_F64
FN f64 f64_erf(f64 x) { return special_erf(x); }
FN f64 f64_erfc(f64 x) { return special_erfc(x); }
FN f64 f64_lgamma(f64 x) { return special_lgamma(x); }
FN f64 f64_digamma(f64 x) { return special_digamma(x); }
FN f64 f64_polygamma(f64 n, f64 x) { return special_polygamma((i32)n, x); }
#endif
