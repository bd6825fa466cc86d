using MindDsl.Ir;
using static MindDsl.Ir.Prelude;

namespace MindDsl.Tests.Golden;

/// <summary>The functions of the cases of second order: x, then the constants, to a scalar.</summary>
internal static class GoldenFunctions
{
    public static readonly Dictionary<string, Func<Term, Term[], Term>> All = new()
    {
        ["sin_gauss"] = (x, _) => Sum(Sin(x) * Exp(-(x * x))),
        ["rosenbrock"] = (x, _) => Rosenbrock(Slice(x, 0, 0, -1), Slice(x, 0, 1, x.Shape[0].Value)),
        ["logsumexp_linear"] = (x, c) => LogSumExp(Dot(c[0], x) + c[1]),
        ["mlp_tanh"] = (x, c) => Mean(Square(Dot(c[2], Tanh(Dot(c[0], x) + c[1])) + c[3])),
        ["softmax_cross_entropy"] = (x, c) => -Sum(c[0] * LogSoftmax(x, 1)) / x.Shape[0].Value,
        ["logistic_regression"] = (x, c) => Mean(Softplus(-c[1] * Dot(c[0], x))) + 0.05 * Sum(x * x),
        ["pseudo_huber"] = (x, _) => Sum(Sqrt(1 + x * x)),
        ["product"] = (x, _) => Prod(x),
        ["quartic_form"] = (x, c) => Pow(Dot(x, Dot(c[0], x)), 2) + Sum(Pow(x, 4)),
        ["layer_norm_cubed"] = (x, c) => Sum(c[0] * Pow((x - Mean(x, 1, keepDims: true)) / Sqrt(Var(x, [1], 0, keepDims: true) + 1e-5), 3)),
        ["conv1d_kernel"] = (x, c) => Mean(Square(Tanh(Conv1D(c[0], x, padding: 1)))),
        ["attention_query"] = (x, c) => Sum(c[2] * Dot(Softmax(Dot(x, Transpose(c[0])) / Math.Sqrt(x.Shape[1].Value), 1), c[1])),
        ["gelu_erf"] = (x, c) => Sum(c[0] * Gelu(x)),
        ["cumulative"] = (x, c) => Sum(c[0] * CumSum(CumProd(x))),
        ["logistic_map"] = (x, _) => Sum(Enumerable.Range(0, 6).Aggregate(x, (y, _) => 3.2 * y * (1 - y))),
        ["indexed"] = (x, c) => Sum(Pow(Take(x, c[0]) * c[1], 3)),
        ["polar"] = (x, _) => Polar(Row(x, 0), Row(x, 1)),
        ["power"] = (x, c) => Sum(Pow(x, c[0])),
        ["gru_step"] = Gru,
        ["max_and_relu"] = (x, _) => Sum(Pow(Relu(x), 3)) + 2 * Square(Max(x)) + Sum(Square(Clamp(x, -1, 0.5))),
        ["kl_of_softmax"] = (x, c) => Sum(Softmax(x, 0) * (LogSoftmax(x, 0) - LogSoftmax(c[0], 0))),
        ["norms"] = (x, _) => Norm(x) * Norm(x, order: 1) + LogSumExp(x),
        ["matrix_chain"] = (x, c) => Sum(Exp(-Square(Dot(Dot(x, c[0]), Transpose(x))))),
        ["logdet"] = (x, _) => SlogDet(Dot(x, Transpose(x)) + Unit(x, 2)).LogAbsDet,
        ["ridge_solve"] = (x, c) => Dot(c[0], Solve(Dot(Transpose(x), x) + Unit(x, 2), c[0])),
        ["gammas"] = (x, _) => Sum(Lgamma(x) + x * Digamma(x)),
    };

    private static Term Rosenbrock(Term x, Term next) => Sum(100 * Square(next - x * x) + Square(1 - x));

    private static Term Polar(Term y, Term x) => Sum(Atan2(y, x) * Hypot(y, x));

    private static Term Unit(Term beside, long size) => DiagEmbed(beside.Literal(1).BroadcastTo(Shape.Of(size)));

    private static Term Row(Term x, long row) => At(x, new Term(x.Builder, Literal.Index(row)));

    /// <summary>One step with gate rows in the order reset, update, new; constants: input, both weights, both biases, c.</summary>
    private static Term Gru(Term h, Term[] c)
    {
        long n = h.Shape[0].Value;
        var own = Split(Dot(c[1], c[0]) + c[3], [n, n, n]);
        var from = Split(Dot(c[2], h) + c[4], [n, n, n]);
        var (r, z) = (Sigmoid(own[0] + from[0]), Sigmoid(own[1] + from[1]));
        return Sum(c[5] * ((1 - z) * Tanh(own[2] + r * from[2]) + z * h));
    }
}
