namespace MindDsl.Ir;

/// <summary>The functions on single elements that every backend offers.</summary>
public enum Intrinsic
{
#pragma warning disable CS1591 // The names are those of mathematics.
    // One operand.
    Neg, Abs, Sign, Floor, Ceil, Round, Truncate, Sqrt,
    Exp, Expm1, Log, Log1p, Sin, Cos, Tan, Asin, Acos, Atan, Sinh, Cosh, Tanh, Asinh, Acosh, Atanh,
    Erf, Erfc, Lgamma, Digamma, Not, IsFinite, IsNan,

    // Two operands.
    Add, Sub, Mul, Div, Rem, Pow, Atan2, Max, Min, And, Or, Xor, ShiftLeft, ShiftRight,
    Lt, Le, Eq, Ne,

    // polygamma(n, x); random bits (i64) of a key and a counter, both i64.
    Polygamma, RandomBits,
#pragma warning restore CS1591
}

/// <summary>One element as a function of indices and operand elements: the body of an operation, in a language that every backend can print.</summary>
/// <remarks>Every node knows its element type; indices are i64. The set is closed.</remarks>
public abstract record Scalar(DType DType)
{
    /// <summary>An index of the result (axis <c>Axis</c> of the law's space), or of the reduced space.</summary>
    public sealed record Index(int Axis, bool Reduced = false) : Scalar(DType.I64);

    /// <summary>A constant.</summary>
    public sealed record Constant(Literal Value) : Scalar(Value.DType);

    /// <summary>The length of an axis, when it is used as a number.</summary>
    public sealed record Size(Dim Dim) : Scalar(DType.I64);

    /// <summary>An element of an operand at the given indices (i64); the indices are in range whenever the element is needed.</summary>
    public sealed record Load(int Operand, Seq<Scalar> Indices, DType Type) : Scalar(Type);

    /// <summary>A function of elements.</summary>
    public sealed record Compute(Intrinsic Intrinsic, Seq<Scalar> Operands, DType Type) : Scalar(Type);

    /// <summary>One of two elements; the other one is not needed, so that its loads may be out of range.</summary>
    public sealed record Select(Scalar Condition, Scalar Then, Scalar Else) : Scalar(Then.DType);

    /// <summary>An element converted to another type: floats to integers saturate and truncate, NaN to 0; integers to shorter ones wrap; to bool is "not zero".</summary>
    public sealed record Convert(Scalar Operand, DType Type) : Scalar(Type);

    /// <summary>A constant of a type.</summary>
    public static Scalar Of(DType type, double value) => new Constant(Literal.Of(type, value));

    /// <summary>An i64 constant.</summary>
    public static Scalar Of(long value) => new Constant(Literal.Index(value));

    /// <summary>A size as a number.</summary>
    public static Scalar Of(Dim dim) => dim.IsConstant ? Of(dim.Constant) : new Size(dim);

    /// <summary>A function of elements; its type is bool for comparisons, else that of the first operand.</summary>
    public static Scalar Call(Intrinsic f, params ReadOnlySpan<Scalar> operands) => new Compute(f, Seq.Create(operands), f switch
    {
        Intrinsic.Lt or Intrinsic.Le or Intrinsic.Eq or Intrinsic.Ne or Intrinsic.IsFinite or Intrinsic.IsNan => DType.Bool,
        Intrinsic.RandomBits => DType.I64,
        _ => operands[0].DType,
    });

    /// <summary>The sum.</summary>
    public static Scalar operator +(Scalar a, Scalar b) => Call(Intrinsic.Add, a, b);

    /// <summary>The difference.</summary>
    public static Scalar operator -(Scalar a, Scalar b) => Call(Intrinsic.Sub, a, b);

    /// <summary>The product.</summary>
    public static Scalar operator *(Scalar a, Scalar b) => Call(Intrinsic.Mul, a, b);

    /// <summary>The quotient; of integers, truncated.</summary>
    public static Scalar operator /(Scalar a, Scalar b) => Call(Intrinsic.Div, a, b);

    /// <summary>The remainder, with the sign of the dividend.</summary>
    public static Scalar operator %(Scalar a, Scalar b) => Call(Intrinsic.Rem, a, b);

    /// <summary>Both.</summary>
    public static Scalar operator &(Scalar a, Scalar b) => Call(Intrinsic.And, a, b);

    /// <summary>Less than.</summary>
    public static Scalar operator <(Scalar a, Scalar b) => Call(Intrinsic.Lt, a, b);

    /// <summary>Greater than.</summary>
    public static Scalar operator >(Scalar a, Scalar b) => Call(Intrinsic.Lt, b, a);

    /// <summary>At most.</summary>
    public static Scalar operator <=(Scalar a, Scalar b) => Call(Intrinsic.Le, a, b);

    /// <summary>At least.</summary>
    public static Scalar operator >=(Scalar a, Scalar b) => Call(Intrinsic.Le, b, a);
}
