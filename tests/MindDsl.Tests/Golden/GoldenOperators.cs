using MindDsl.Backends;
using MindDsl.Ir;
using static MindDsl.Ir.Prelude;

namespace MindDsl.Tests.Golden;

/// <summary>The operators of the files as functions of the prelude.</summary>
internal static partial class GoldenOperators
{
    public delegate Term[] Operator(Term[] inputs, GoldenAttributes attributes, TensorBuffer[] values);

    /// <summary>By name; an operator that is not in the table is not there yet.</summary>
    public static readonly Dictionary<string, Operator> All = Merge(Elementwise, Reductions, Moving, Places, Linear, Networks, Losses);

    private static Dictionary<string, Operator> Elementwise => new()
    {
        ["add"] = Two(Add),
        ["sub"] = Two(Subtract),
        ["mul"] = Two(Multiply),
        ["div"] = Two(Divide),
        ["pow"] = (x, a, _) => One(
            a.Has("exponent") ? Pow(x[0], a.Double("exponent"))
            : a.Has("base") ? Pow(x[0].Literal(a.Double("base")), x[0])
            : Pow(x[0], x[1])),
        ["fmod"] = Two(Modulo),
        ["remainder"] = Two(Remainder),
        ["floor_div"] = Two(FloorDivide),
        ["trunc_div"] = Two(TruncateDivide),
        ["maximum"] = Two(Maximum),
        ["minimum"] = Two(Minimum),
        ["neg"] = Same(Negate),
        ["abs"] = Same(Abs),
        ["sign"] = Same(Sign),
        ["reciprocal"] = Same(Reciprocal),
        ["square"] = Same(Square),
        ["clamp"] = (x, a, _) => One(Clamp(x[0], a.Double("min", double.NegativeInfinity), a.Double("max", double.PositiveInfinity))),
        ["bitwise_and"] = Two(And),
        ["bitwise_or"] = Two(Or),
        ["bitwise_xor"] = Two(Xor),
        ["bitwise_not"] = Same(LogicalNot),
        ["bitwise_left_shift"] = Two(ShiftLeft),
        ["bitwise_right_shift"] = Two(ShiftRight),
        ["exp"] = Same(Exp),
        ["exp2"] = Same(Exp2),
        ["expm1"] = Same(Expm1),
        ["log"] = Same(Log),
        ["log1p"] = Same(Log1p),
        ["log2"] = Same(Log2),
        ["log10"] = Same(Log10),
        ["sqrt"] = Same(Sqrt),
        ["rsqrt"] = Same(Rsqrt),
        ["sin"] = Same(Sin),
        ["cos"] = Same(Cos),
        ["tan"] = Same(Tan),
        ["asin"] = Same(Asin),
        ["acos"] = Same(Acos),
        ["atan"] = Same(Atan),
        ["sinh"] = Same(Sinh),
        ["cosh"] = Same(Cosh),
        ["tanh"] = Same(Tanh),
        ["asinh"] = Same(Asinh),
        ["acosh"] = Same(Acosh),
        ["atanh"] = Same(Atanh),
        ["erf"] = Same(Erf),
        ["erfc"] = Same(Erfc),
        ["lgamma"] = Same(Lgamma),
        ["digamma"] = Same(Digamma),
        ["sigmoid"] = Same(Sigmoid),
        ["log_sigmoid"] = Same(LogSigmoid),
        ["softplus"] = (x, a, _) => One(Softplus(x[0], a.Double("beta", 1))),
        ["atan2"] = Two(Atan2),
        ["logaddexp"] = Two(LogAddExp),
        ["hypot"] = Two(Hypot),
        ["floor"] = Same(Floor),
        ["ceil"] = Same(Ceiling),
        ["round"] = Same(Round),
        ["trunc"] = Same(Truncate),
        ["eq"] = Two(EqualTo),
        ["ne"] = Two(NotEqualTo),
        ["lt"] = Two(LessThan),
        ["le"] = Two(LessOrEqual),
        ["gt"] = Two(GreaterThan),
        ["ge"] = Two(GreaterOrEqual),
        ["logical_and"] = Two(And),
        ["logical_or"] = Two(Or),
        ["logical_xor"] = Two(Xor),
        ["logical_not"] = Same(LogicalNot),
        ["isnan"] = Same(IsNaN),
        ["isinf"] = Same(IsInfinity),
        ["isfinite"] = Same(IsFinite),
        ["where"] = (x, _, _) => One(Where(x[0], x[1], x[2])),
        ["convert"] = (x, a, _) => One(To(x[0], a.Text("dtype") switch
        {
            "f64" => DType.F64,
            "f32" => DType.F32,
            "i64" => DType.I64,
            "i32" => DType.I32,
            "bool" => DType.Bool,
            var other => throw new InvalidDataException($"element type {other}"),
        })),
    };

    private static Dictionary<string, Operator> Reductions => new()
    {
        ["sum"] = Over(Sum),
        ["mean"] = Over(Mean),
        ["prod"] = Over(Prod),
        ["max"] = Over(Max),
        ["min"] = Over(Min),
        ["any"] = Over(Any),
        ["all"] = Over(All_),
        ["logsumexp"] = Over(LogSumExp),
        ["var"] = (x, a, _) => One(Var(x[0], a.Ints("axes"), a.Double("correction"), a.Bool("keepdims"))),
        ["std"] = (x, a, _) => One(Std(x[0], a.Ints("axes"), a.Double("correction"), a.Bool("keepdims"))),
        ["norm"] = (x, a, _) => One(Norm(x[0], a.Ints("axes"), a.Double("ord", 2), a.Bool("keepdims"))),
        ["argmax"] = (x, a, _) => One(a.Has("axis") ? ArgMax(x[0], a.Int("axis"), a.Bool("keepdims")) : ArgMax(x[0])),
        ["argmin"] = (x, a, _) => One(a.Has("axis") ? ArgMin(x[0], a.Int("axis"), a.Bool("keepdims")) : ArgMin(x[0])),
        ["cumsum"] = (x, a, _) => One(CumSum(x[0], a.Int("axis"))),
        ["cumprod"] = (x, a, _) => One(CumProd(x[0], a.Int("axis"))),
        ["softmax"] = (x, a, _) => One(Softmax(x[0], a.Int("axis", -1))),
        ["log_softmax"] = (x, a, _) => One(LogSoftmax(x[0], a.Int("axis", -1))),
    };

    private static Term All_(Term x, int[]? axes, bool keepDims) => Prelude.All(x, axes, keepDims);

    private static Term[] One(Term x) => [x];

    private static Operator Same(Func<Term, Term> f) => (x, _, _) => [f(x[0])];

    /// <summary>A function of two operands, which <c>same</c> makes one.</summary>
    private static Operator Two(Func<Term, Term, Term> f) => (x, _, _) => [f(x[0], x[^1])];

    private static Operator Over(Func<Term, int[]?, bool, Term> f) => (x, a, _) => [f(x[0], a.Ints("axes"), a.Bool("keepdims"))];

    private static Dictionary<string, Operator> Merge(params Dictionary<string, Operator>[] tables) =>
        tables.SelectMany(t => t).ToDictionary(t => t.Key, t => t.Value);
}
