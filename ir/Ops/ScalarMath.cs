namespace MindDsl.Ir;

/// <summary>The value of each intrinsic on single elements: what the interpreter computes, what constants fold to, and what backends must equal.</summary>
public static class ScalarMath
{
    /// <summary>The value of an intrinsic on literals of one element type.</summary>
    public static Literal Evaluate(Intrinsic f, params ReadOnlySpan<Literal> operands)
    {
        var type = operands[0].DType;
        var (a, b) = (operands[0], operands.Length > 1 ? operands[1] : operands[0]);
        if (f is Intrinsic.Lt or Intrinsic.Le or Intrinsic.Eq or Intrinsic.Ne or Intrinsic.IsFinite or Intrinsic.IsNan)
            return Literal.Of(type.IsFloat ? Test(f, a.Number, b.Number) : Test(f, a.Integer, b.Integer));
        return type switch
        {
            DType.F64 => Literal.Of(type, Evaluate(f, a.Number, b.Number)),
            DType.F32 => Literal.Of(type, Evaluate(f, (float)a.Number, (float)b.Number)),
            DType.I32 => Literal.Of(type, (long)Evaluate(f, (int)a.Integer, (int)b.Integer)),
            DType.I64 => Literal.Of(type, Evaluate(f, a.Integer, b.Integer)),
            DType.Bool => Literal.Of(Evaluate(f, a.Integer != 0, b.Integer != 0)),
            DType.U8 or DType.F16 or DType.BF16 => throw NotDefined(f, type),
        };
    }

    /// <summary>A comparison or classification of floats.</summary>
    public static bool Test(Intrinsic f, double a, double b) => f switch
    {
        Intrinsic.Lt => a < b,
        Intrinsic.Le => a <= b,
        Intrinsic.Eq => a == b,
        Intrinsic.Ne => a != b,
        Intrinsic.IsFinite => double.IsFinite(a),
        Intrinsic.IsNan => double.IsNaN(a),
        _ => throw NotDefined(f, DType.F64),
    };

    /// <summary>A comparison of integers or bools.</summary>
    public static bool Test(Intrinsic f, long a, long b) => f switch
    {
        Intrinsic.Lt => a < b,
        Intrinsic.Le => a <= b,
        Intrinsic.Eq => a == b,
        Intrinsic.Ne => a != b,
        _ => throw NotDefined(f, DType.I64),
    };

    /// <summary>The value in f64; correctly rounded or within a few ulps, as the base library computes it.</summary>
    public static double Evaluate(Intrinsic f, double a, double b) => f switch
    {
        Intrinsic.Neg => -a,
        Intrinsic.Abs => Math.Abs(a),
        Intrinsic.Sign => a > 0 ? 1 : a < 0 ? -1 : a,
        Intrinsic.Floor => Math.Floor(a),
        Intrinsic.Ceil => Math.Ceiling(a),
        Intrinsic.Round => Math.Round(a, MidpointRounding.ToEven),
        Intrinsic.Truncate => Math.Truncate(a),
        Intrinsic.Sqrt => Math.Sqrt(a),
        Intrinsic.Exp => Math.Exp(a),
        Intrinsic.Expm1 => SpecialFunctions.Expm1(a),
        Intrinsic.Log => Math.Log(a),
        Intrinsic.Log1p => SpecialFunctions.Log1p(a),
        Intrinsic.Sin => Math.Sin(a),
        Intrinsic.Cos => Math.Cos(a),
        Intrinsic.Tan => Math.Tan(a),
        Intrinsic.Asin => Math.Asin(a),
        Intrinsic.Acos => Math.Acos(a),
        Intrinsic.Atan => Math.Atan(a),
        Intrinsic.Sinh => Math.Sinh(a),
        Intrinsic.Cosh => Math.Cosh(a),
        Intrinsic.Tanh => Math.Tanh(a),
        Intrinsic.Asinh => Math.Asinh(a),
        Intrinsic.Acosh => Math.Acosh(a),
        Intrinsic.Atanh => Math.Atanh(a),
        Intrinsic.Erf => SpecialFunctions.Erf(a),
        Intrinsic.Erfc => SpecialFunctions.Erfc(a),
        Intrinsic.Lgamma => SpecialFunctions.Lgamma(a),
        Intrinsic.Digamma => SpecialFunctions.Digamma(a),
        Intrinsic.Polygamma => SpecialFunctions.Polygamma((int)a, b),
        Intrinsic.Add => a + b,
        Intrinsic.Sub => a - b,
        Intrinsic.Mul => a * b,
        Intrinsic.Div => a / b,
        Intrinsic.Rem => a % b,
        Intrinsic.Pow => Math.Pow(a, b),
        Intrinsic.Atan2 => Math.Atan2(a, b),
        Intrinsic.Max => Math.Max(a, b),
        Intrinsic.Min => Math.Min(a, b),
        _ => throw NotDefined(f, DType.F64),
    };

    /// <summary>The value in f32: arithmetic and roots correctly rounded, other functions the rounded f64 value.</summary>
    public static float Evaluate(Intrinsic f, float a, float b) => f switch
    {
        Intrinsic.Add => a + b,
        Intrinsic.Sub => a - b,
        Intrinsic.Mul => a * b,
        Intrinsic.Div => a / b,
        Intrinsic.Rem => a % b,
        _ => (float)Evaluate(f, (double)a, b),
    };

    /// <summary>The value in i64; wraps.</summary>
    /// <exception cref="MindDslException">MIND0301: a division by zero.</exception>
    public static long Evaluate(Intrinsic f, long a, long b) => f switch
    {
        Intrinsic.Neg => -a,
        Intrinsic.Abs => a < 0 ? -a : a,
        Intrinsic.Sign => Math.Sign(a),
        Intrinsic.Add => a + b,
        Intrinsic.Sub => a - b,
        Intrinsic.Mul => a * b,
        Intrinsic.Div => b == 0 ? throw DividedByZero() : b == -1 ? -a : a / b,
        Intrinsic.Rem => b == 0 ? throw DividedByZero() : b == -1 ? 0 : a % b,
        Intrinsic.Pow => IntegerPower(a, b),
        Intrinsic.Max => Math.Max(a, b),
        Intrinsic.Min => Math.Min(a, b),
        Intrinsic.And => a & b,
        Intrinsic.Or => a | b,
        Intrinsic.Xor => a ^ b,
        Intrinsic.Not => ~a,
        Intrinsic.ShiftLeft => b is < 0 or > 63 ? 0 : a << (int)b,
        Intrinsic.ShiftRight => b is < 0 or > 63 ? (a < 0 ? -1 : 0) : a >> (int)b,
        Intrinsic.RandomBits => Philox.Bits(a, b),
        _ => throw NotDefined(f, DType.I64),
    };

    /// <summary>The value in i32; wraps.</summary>
    /// <exception cref="MindDslException">MIND0301: a division by zero.</exception>
    public static int Evaluate(Intrinsic f, int a, int b) => f switch
    {
        Intrinsic.ShiftLeft => b is < 0 or > 31 ? 0 : a << b,
        Intrinsic.ShiftRight => b is < 0 or > 31 ? (a < 0 ? -1 : 0) : a >> b,
        _ => (int)Evaluate(f, (long)a, b),
    };

    /// <summary>The value on bools.</summary>
    public static bool Evaluate(Intrinsic f, bool a, bool b) => f switch
    {
        Intrinsic.And or Intrinsic.Min => a & b,
        Intrinsic.Or or Intrinsic.Max => a | b,
        Intrinsic.Xor => a ^ b,
        Intrinsic.Not => !a,
        _ => throw NotDefined(f, DType.Bool),
    };

    /// <summary>a to the power b by repeated squaring; wraps. A negative power is that of the reciprocal, truncated.</summary>
    public static long IntegerPower(long a, long b)
    {
        if (b < 0) return a == 1 ? 1 : a == -1 ? ((b & 1) == 0 ? 1 : -1) : a == 0 ? throw DividedByZero() : 0;
        long result = 1;
        for (; b > 0; b >>= 1, a *= a)
            if ((b & 1) != 0) result *= a;
        return result;
    }

    private static MindDslException DividedByZero() => new(Diagnostics.DividedByZero());

    private static MindDslException NotDefined(Intrinsic f, DType type) => new(Diagnostics.Internal($"{f} is not defined on {type.Name}"));
}
