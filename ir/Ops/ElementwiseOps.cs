using static MindDsl.Ir.Intrinsic;

namespace MindDsl.Ir;

/// <summary>The element-wise operations, a row each: the value of one element, the slopes, the domain.</summary>
public static class ElementwiseOps
{
#pragma warning disable CS1591 // Each row says what it is.
    private static readonly Interval NoTie = new(0.2, 0.8);
    private static readonly Slope[] Flat = [];

    // Arithmetic.
    public static readonly Elementwise Neg = Unary("neg", Intrinsic.Neg, (r, t) => -t, Signature.Number);
    public static readonly Elementwise Add = Binary("add", Intrinsic.Add, (r, t) => t, (r, t) => t);
    public static readonly Elementwise Sub = Binary("sub", Intrinsic.Sub, (r, t) => t, (r, t) => -t);
    public static readonly Elementwise Mul = Binary("mul", Intrinsic.Mul, (r, t) => t * r[1], (r, t) => t * r[0]);
    public static readonly Elementwise Div = Binary("div", Intrinsic.Div, (r, t) => Over(t, r[1]), (r, t) => -(Over(t, r[1]) * r.Y)) with
    {
        Domains = [Interval.Real, Interval.Positive],
    };
    public static readonly Elementwise Rem = Binary("rem", Intrinsic.Rem, (r, t) => t, (r, t) => -(t * Truncate!.On(r[0] / r[1]))) with
    {
        Domains = [new(0.1, 0.9), new(1.1, 1.9)],
    };
    public static readonly Elementwise Pow = Binary("pow", Intrinsic.Pow, PowBase, PowExponent) with
    {
        Domains = [Interval.Positive, Interval.Real],
    };
    public static readonly Elementwise Atan2 = Binary("atan2", Intrinsic.Atan2,
        (r, t) => t * (r[1] / (r[0] * r[0] + r[1] * r[1])),
        (r, t) => -(t * (r[0] / (r[0] * r[0] + r[1] * r[1])))) with
    {
        Signature = Signature.Float,
        Domains = [Interval.Positive, Interval.Positive],
    };
    public static readonly Elementwise Max = Binary("max", Intrinsic.Max, (r, t) => Larger(r[0], r[1], t), (r, t) => Larger(r[1], r[0], t)) with
    {
        Domains = [NoTie, new(1, 2)],
    };
    public static readonly Elementwise Min = Binary("min", Intrinsic.Min, (r, t) => Larger(r[1], r[0], t), (r, t) => Larger(r[0], r[1], t)) with
    {
        Domains = [NoTie, new(1, 2)],
    };

    // Exponentials, trigonometry and their inverses.
    public static readonly Elementwise Exp = Unary("exp", Intrinsic.Exp, (r, t) => t * r.Y);
    public static readonly Elementwise Expm1 = Unary("expm1", Intrinsic.Expm1, (r, t) => t * Exp!.On(r.X));
    public static readonly Elementwise Log = Unary("log", Intrinsic.Log, (r, t) => Over(t, r.X), domain: Interval.Positive);
    public static readonly Elementwise Log1p = Unary("log1p", Intrinsic.Log1p, (r, t) => t / (1 + r.X), domain: Interval.Positive);
    public static readonly Elementwise Sqrt = Unary("sqrt", Intrinsic.Sqrt, (r, t) => t * (0.5 / r.Y), domain: Interval.Positive);
    public static readonly Elementwise Sin = Unary("sin", Intrinsic.Sin, (r, t) => t * Cos!.On(r.X));
    public static readonly Elementwise Cos = Unary("cos", Intrinsic.Cos, (r, t) => -(t * Sin.On(r.X)));
    public static readonly Elementwise Tan = Unary("tan", Intrinsic.Tan, (r, t) => t * (1 + r.Y * r.Y), domain: new(-1.2, 1.2));
    public static readonly Elementwise Asin = Unary("asin", Intrinsic.Asin, (r, t) => t / Sqrt.On((1 - r.X) * (1 + r.X)), domain: new(-0.9, 0.9));
    public static readonly Elementwise Acos = Unary("acos", Intrinsic.Acos, (r, t) => -(t / Sqrt.On((1 - r.X) * (1 + r.X))), domain: new(-0.9, 0.9));
    public static readonly Elementwise Atan = Unary("atan", Intrinsic.Atan, (r, t) => t / (1 + r.X * r.X));
    public static readonly Elementwise Sinh = Unary("sinh", Intrinsic.Sinh, (r, t) => t * Cosh!.On(r.X));
    public static readonly Elementwise Cosh = Unary("cosh", Intrinsic.Cosh, (r, t) => t * Sinh.On(r.X));
    public static readonly Elementwise Tanh = Unary("tanh", Intrinsic.Tanh, (r, t) => t * TanhSlope!.On(r.Y));
    public static readonly Elementwise Asinh = Unary("asinh", Intrinsic.Asinh, (r, t) => t / Sqrt.On(r.X * r.X + 1));
    public static readonly Elementwise Acosh = Unary("acosh", Intrinsic.Acosh, (r, t) => t / Sqrt.On((r.X - 1) * (r.X + 1)), domain: new(1.2, 4));
    public static readonly Elementwise Atanh = Unary("atanh", Intrinsic.Atanh, (r, t) => t / ((1 - r.X) * (1 + r.X)), domain: new(-0.9, 0.9));
    public static readonly Elementwise Sigmoid = new("sigmoid", 1, Signature.Float)
    {
        Value = x => Scalar.Of(x[0].DType, 1) / (Scalar.Of(x[0].DType, 1) + Scalar.Call(Intrinsic.Exp, Scalar.Call(Intrinsic.Neg, x[0]))),
        Slopes = [(r, t) => t * SigmoidSlope!.On(r.Y)],
    };

    // Slopes of what programs of layers are full of, as functions of the value.
    public static readonly Elementwise TanhSlope = new("tanh_slope", 1, Signature.Float)
    {
        Value = y => Scalar.Of(y[0].DType, 1) - y[0] * y[0],
        Slopes = [(r, t) => t * (-2 * r.X)],
        Domains = [new(-0.9, 0.9)],
    };
    public static readonly Elementwise SigmoidSlope = new("sigmoid_slope", 1, Signature.Float)
    {
        Value = y => y[0] * (Scalar.Of(y[0].DType, 1) - y[0]),
        Slopes = [(r, t) => t * (1 - 2 * r.X)],
        Domains = [new(0.1, 0.9)],
    };

    // Special functions.
    public static readonly Elementwise Erf = Unary("erf", Intrinsic.Erf, (r, t) => t * ErfSlope!.On(r.X));
    public static readonly Elementwise Erfc = Unary("erfc", Intrinsic.Erfc, (r, t) => -(t * ErfSlope!.On(r.X)));
    public static readonly Elementwise ErfSlope = new("erf_slope", 1, Signature.Float)
    {
        Value = x => Scalar.Of(x[0].DType, TwoOverRootPi) * Scalar.Call(Intrinsic.Exp, Scalar.Call(Intrinsic.Neg, x[0] * x[0])),
        Slopes = [(r, t) => t * (-2 * r.X * r.Y)],
    };
    public static readonly Elementwise Lgamma = Unary("lgamma", Intrinsic.Lgamma, (r, t) => t * Digamma!.On(r.X), domain: Interval.Positive);
    public static readonly Elementwise Digamma = Unary("digamma", Intrinsic.Digamma,
        (r, t) => t * Polygamma!.On(r.X.Literal(1), r.X), domain: Interval.Positive);
    public static readonly Elementwise Polygamma = Binary("polygamma", Intrinsic.Polygamma,
        (r, t) => null, (r, t) => t * Polygamma!.On(r[0] + 1, r[1])) with
    {
        Signature = Signature.Float,
        Domains = [new(1, 1), Interval.Positive],
    };

    // Steps: derivative 0 everywhere.
    public static readonly Elementwise Abs = Unary("abs", Intrinsic.Abs, (r, t) => t * Sign!.On(r.X), Signature.Number, Interval.Positive);
    public static readonly Elementwise Sign = Unary("sign", Intrinsic.Sign, null, Signature.Number, Interval.Positive);
    public static readonly Elementwise Floor = Unary("floor", Intrinsic.Floor, null, domain: NoTie);
    public static readonly Elementwise Ceil = Unary("ceil", Intrinsic.Ceil, null, domain: NoTie);
    public static readonly Elementwise Round = Unary("round", Intrinsic.Round, null, domain: new(0.6, 1.4));
    public static readonly Elementwise Truncate = Unary("trunc", Intrinsic.Truncate, null, domain: NoTie);

    // Comparison and logic.
    public static readonly Elementwise Lt = Compare("lt", Intrinsic.Lt);
    public static readonly Elementwise Le = Compare("le", Intrinsic.Le);
    public static readonly Elementwise Eq = Compare("eq", Intrinsic.Eq);
    public static readonly Elementwise Ne = Compare("ne", Intrinsic.Ne);
    public static readonly Elementwise And = Binary("and", Intrinsic.And) with { Signature = Signature.Logic };
    public static readonly Elementwise Or = Binary("or", Intrinsic.Or) with { Signature = Signature.Logic };
    public static readonly Elementwise Xor = Binary("xor", Intrinsic.Xor) with { Signature = Signature.Logic };
    public static readonly Elementwise Not = Unary("not", Intrinsic.Not, null, Signature.Logic);
    public static readonly Elementwise ShiftLeft = Binary("shift_left", Intrinsic.ShiftLeft) with { Signature = Signature.Integer };
    public static readonly Elementwise ShiftRight = Binary("shift_right", Intrinsic.ShiftRight) with { Signature = Signature.Integer };
    public static readonly Elementwise IsFinite = Unary("is_finite", Intrinsic.IsFinite, null, Signature.Classify);
    public static readonly Elementwise IsNan = Unary("is_nan", Intrinsic.IsNan, null, Signature.Classify);

    // Choice.
    public static readonly Elementwise Select = new("select", 3, Signature.Select)
    {
        Value = x => new Scalar.Select(x[0], x[1], x[2]),
        Slopes = [(r, t) => null, (r, t) => r[0].Select(t, t.Literal(0)), (r, t) => r[0].Select(t.Literal(0), t)],
    };

    /// <summary>clamp(x, low, high): derivative 1 on the closed interval.</summary>
    public static readonly Elementwise Clamp = new("clamp", 3, Signature.Number)
    {
        Value = x => Scalar.Call(Intrinsic.Min, Scalar.Call(Intrinsic.Max, x[0], x[1]), x[2]),
        Slopes =
        [
            (r, t) => ((r[1] <= r[0]) & (r[0] <= r[2])).Select(t, t.Literal(0)),
            (r, t) => ((r[0] < r[1]) & (r[1] <= r[2])).Select(t, t.Literal(0)),
            (r, t) => (r[2] < Max.On(r[0], r[1])).Select(t, t.Literal(0)),
        ],
        Domains = [new(0.2, 0.8), new(-1, 0), new(1, 2)],
    };

    // Plumbing.
    /// <summary>The identity, without a derivative (JAX: stop_gradient, PyTorch: detach).</summary>
    public static readonly Elementwise StopGradient = new("stop_gradient", 1, Signature.Any) { Value = x => x[0], Slopes = Flat };

    /// <summary>random_bits(key, counter): 64 bits of the Philox 4x32-10 stream of a key, both i64.</summary>
    public static readonly Elementwise RandomBits = Binary("random_bits", Intrinsic.RandomBits) with { Signature = Signature.Integer };
#pragma warning restore CS1591

    private const double TwoOverRootPi = 1.1283791670955126;

    /// <summary>All rows.</summary>
    public static Seq<Elementwise> All { get; } =
    [
        Neg, Add, Sub, Mul, Div, Rem, Pow, Atan2, Max, Min, Exp, Expm1, Log, Log1p, Sqrt, Sin, Cos, Tan, Asin, Acos, Atan, Sinh, Cosh, Tanh,
        Asinh, Acosh, Atanh, Sigmoid, TanhSlope, SigmoidSlope, Erf, Erfc, ErfSlope, Lgamma, Digamma, Polygamma, Abs, Sign, Floor, Ceil, Round, Truncate, Lt, Le, Eq, Ne, And, Or,
        Xor, Not, ShiftLeft, ShiftRight, IsFinite, IsNan, Select, Clamp, StopGradient, RandomBits,
    ];

    /// <summary>t / y, as a product where 1 / y is at hand: the derivatives of a quotient in several directions, and of the second order, divide once.</summary>
    private static Term Over(Term t, Term y) =>
        t.Atom is not Literal && y.Type.DType.IsFloat && !y.Type.DType.IsStorage && y.Builder.Known(new(Div, [y.Literal(1).Atom, y.Atom])) is { } inverse ? t * y.Builder[inverse] : t / y;

    private static Elementwise Unary(string name, Intrinsic f, Slope? slope, Signature signature = Signature.Float, Interval? domain = null) =>
        new(name, 1, signature)
        {
            Value = x => Scalar.Call(f, x[0]),
            Slopes = slope is null ? Flat : [slope],
            Domains = domain is { } d ? [d] : [],
        };

    private static Elementwise Binary(string name, Intrinsic f, params Slope[] slopes) =>
        new(name, 2, Signature.Number) { Value = x => Scalar.Call(f, x[0], x[1]), Slopes = slopes };

    private static Elementwise Compare(string name, Intrinsic f) => Binary(name, f) with { Signature = Signature.Compare };

    /// <summary>t where a is the larger, half of it at a tie.</summary>
    private static Term Larger(Term a, Term b, Term t) => (b < a).Select(t, a.EqualTo(b).Select(t * 0.5, t.Literal(0)));

    /// <summary>b·a^(b−1), and 0 for b = 0 also at a = 0.</summary>
    private static Term? PowBase(Rule r, Term t)
    {
        if (r.Operands[1] is Literal n) return n.Is(0) ? null : t * (r[1] * Pow!.On(r[0], r[1] - 1));
        var exponent = r[1].EqualTo(r[1].Literal(0)).Select(r[1].Literal(1), r[1]);
        return t * (r[1] * Pow!.On(r[0], exponent - 1));
    }

    /// <summary>a^b·log a, and 0 at a = 0.</summary>
    private static Term? PowExponent(Rule r, Term t) =>
        t * (r.Y * Log!.On(r[0].EqualTo(r[0].Literal(0)).Select(r[0].Literal(1), r[0])));
}
