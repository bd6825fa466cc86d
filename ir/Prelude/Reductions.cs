using Ops = MindDsl.Ir.ElementwiseOps;

namespace MindDsl.Ir;

public static partial class Prelude
{
    /// <summary>The sum over axes, all for null. Of bools: how many are true, as i64.</summary>
    public static Term Sum(Term x, int[]? axes = null, bool keepDims = false)
    {
        var number = x.DType == DType.Bool ? x.To(DType.I64) : x;
        var over = Axes("sum", axes, x);
        return Kept(number.Sum(over), x.Shape, over, keepDims);
    }

    /// <summary>The mean over axes; NaN over no element.</summary>
    public static Term Mean(Term x, int[]? axes = null, bool keepDims = false)
    {
        RequireFloat("mean", x);
        return Sum(x, axes, keepDims) / Length(x, Count(x, Axes("mean", axes, x)));
    }

    /// <summary>The product over axes; its derivative is exact when elements are 0.</summary>
    public static Term Prod(Term x, int[]? axes = null, bool keepDims = false) => Reduced("prod", Monoid.Product, x, axes, keepDims);

    /// <summary>The largest element over axes; equal ones share the derivative.</summary>
    public static Term Max(Term x, int[]? axes = null, bool keepDims = false) => Reduced("max", Monoid.Max, x, axes, keepDims);

    /// <summary>The smallest element over axes; equal ones share the derivative.</summary>
    public static Term Min(Term x, int[]? axes = null, bool keepDims = false) => Reduced("min", Monoid.Min, x, axes, keepDims);

    /// <summary>True if one bool over axes is.</summary>
    public static Term Any(Term x, int[]? axes = null, bool keepDims = false) => Reduced("any", Monoid.Max, x.To(DType.Bool), axes, keepDims);

    /// <summary>True if all bools over axes are.</summary>
    public static Term All(Term x, int[]? axes = null, bool keepDims = false) => Reduced("all", Monoid.Min, x.To(DType.Bool), axes, keepDims);

    /// <summary>log Σ exp x over axes, without overflow; a −∞ has weight 0.</summary>
    public static Term LogSumExp(Term x, int[]? axes = null, bool keepDims = false)
    {
        var over = Axes("logsumexp", axes, x);
        var shift = Shift(x, over);
        var sum = Exp(x - shift).Sum(over);
        // Of only −∞ the sum is 0: the value is −∞ and the derivative 0.
        var nothing = IsZero(sum);
        var log = Log(nothing.Select(sum.Literal(1), sum)) + shift.Reshape(sum.Shape);
        return Kept(nothing.Select(sum.Literal(double.NegativeInfinity), log), x.Shape, over, keepDims);
    }

    /// <summary>The variance over axes: squared distances from the mean, divided by n − correction.</summary>
    public static Term Var(Term x, int[]? axes = null, double correction = 0, bool keepDims = false)
    {
        var over = Axes("var", axes, x);
        int[] same = [.. over];
        var distance = x - Mean(x, same, keepDims: true);
        var count = Count(x, over);
        var divisor = count.IsConstant ? x.Literal(Math.Max(0, count.Constant - correction)) : Length(x, count) - correction;
        return Sum(distance * distance, same, keepDims) / divisor;
    }

    /// <summary>The standard deviation over axes; derivative 0 where it is 0.</summary>
    public static Term Std(Term x, int[]? axes = null, double correction = 0, bool keepDims = false) =>
        RootFlatAtZero(Var(x, axes, correction, keepDims));

    /// <summary>(Σ |x|^order)^(1/order) over axes; +∞ for the largest |x|, −∞ for the smallest, 0 for how many are not 0. Derivative 0 at the zero vector.</summary>
    public static Term Norm(Term x, int[]? axes = null, double order = 2, bool keepDims = false)
    {
        RequireFloat("norm", x);
        if (order == 2) return RootFlatAtZero(Sum(x * x, axes, keepDims));
        if (order == 1) return Sum(Abs(x), axes, keepDims);
        if (order == 0) return Sum(Not(IsZero(x)).To(x.DType), axes, keepDims);
        if (double.IsInfinity(order)) return order > 0 ? Max(Abs(x), axes, keepDims) : Min(Abs(x), axes, keepDims);
        var sum = Sum(PowerFlatAtZero(Abs(x), order), axes, keepDims);
        return PowerFlatAtZero(sum, 1 / order);
    }

    /// <summary>The place (i64) of the largest element along an axis, the first of equals.</summary>
    public static Term ArgMax(Term x, int axis, bool keepDims = false) => Arg("argmax", Monoid.ArgMax, x, axis, keepDims);

    /// <summary>The place (i64) of the largest element in row-major order, the first of equals.</summary>
    public static Term ArgMax(Term x) => Arg("argmax", Monoid.ArgMax, Flatten(x), 0, false);

    /// <summary>The place (i64) of the smallest element along an axis, the first of equals.</summary>
    public static Term ArgMin(Term x, int axis, bool keepDims = false) => Arg("argmin", Monoid.ArgMin, x, axis, keepDims);

    /// <summary>The place (i64) of the smallest element in row-major order, the first of equals.</summary>
    public static Term ArgMin(Term x) => Arg("argmin", Monoid.ArgMin, Flatten(x), 0, false);

    /// <summary>The sum over one axis.</summary>
    public static Term Sum(Term x, int axis, bool keepDims = false) => Sum(x, [axis], keepDims);

    /// <summary>The mean over one axis.</summary>
    public static Term Mean(Term x, int axis, bool keepDims = false) => Mean(x, [axis], keepDims);

    /// <summary>The product over one axis.</summary>
    public static Term Prod(Term x, int axis, bool keepDims = false) => Prod(x, [axis], keepDims);

    /// <summary>The largest element over one axis.</summary>
    public static Term Max(Term x, int axis, bool keepDims = false) => Max(x, [axis], keepDims);

    /// <summary>The smallest element over one axis.</summary>
    public static Term Min(Term x, int axis, bool keepDims = false) => Min(x, [axis], keepDims);

    /// <summary>log Σ exp x over one axis.</summary>
    public static Term LogSumExp(Term x, int axis, bool keepDims = false) => LogSumExp(x, [axis], keepDims);

    /// <summary>The elements divided by their sum after exp, without overflow; a −∞ has weight 0.</summary>
    public static Term Softmax(Term x, int axis = -1)
    {
        int k = Axis("softmax", axis, x);
        var weight = Exp(x - Shift(x, [k]));
        return weight / Sum(weight, k, keepDims: true);
    }

    /// <summary>The logarithm of <see cref="Softmax"/>, without overflow.</summary>
    public static Term LogSoftmax(Term x, int axis = -1)
    {
        int k = Axis("log_softmax", axis, x);
        var shifted = x - Shift(x, [k]);
        return shifted - Log(Sum(Exp(shifted), k, keepDims: true));
    }

    /// <summary>The largest element over axes, kept with length 1, as a constant that exponents are lowered by; 0 where it is not finite.</summary>
    private static Term Shift(Term x, Seq<int> axes)
    {
        RequireFloat("exp", x);
        var largest = StopGradient(x.Apply(new Reduce(Monoid.Max, axes)));
        return Kept(Ops.IsFinite.On(largest).Select(largest, largest.Literal(0)), x.Shape, axes, keepDims: true);
    }

    private static Term Reduced(string op, Monoid monoid, Term x, int[]? axes, bool keepDims)
    {
        var over = Axes(op, axes, x);
        return Kept(over.Count == 0 ? x : x.Apply(new Reduce(monoid, over)), x.Shape, over, keepDims);
    }

    private static Term Arg(string op, Monoid monoid, Term x, int axis, bool keepDims)
    {
        int k = Axis(op, axis, x);
        return Kept(x.Apply(new ArgReduce(monoid, k)), x.Shape, [k], keepDims);
    }

    /// <summary>A power of a number that is not negative, 0 at 0 with derivative 0.</summary>
    private static Term PowerFlatAtZero(Term x, double exponent)
    {
        var zero = IsZero(x);
        return zero.Select(x.Literal(0), Pow(zero.Select(x.Literal(1), x), exponent));
    }

    private static Dim Count(Term x, Seq<int> axes) => new Shape(axes.Map(a => x.Shape[a])).Size;

    private static void RequireFloat(string op, Term x)
    {
        Storage.Refuse(op, [x.Type]);
        if (!x.DType.IsFloat) throw new MindDslException(Diagnostics.ElementTypesDoNotFit(op, Signature.Float, [x.Type]));
    }
}
