using Ops = MindDsl.Ir.ElementwiseOps;

namespace MindDsl.Ir;

public static partial class Prelude
{
    /// <summary>x + y, element by element.</summary>
    public static Term Add(Term x, Term y) => x + y;

    /// <summary>x − y, element by element.</summary>
    public static Term Subtract(Term x, Term y) => x - y;

    /// <summary>x · y, element by element.</summary>
    public static Term Multiply(Term x, Term y) => x * y;

    /// <summary>x / y, element by element; of integers, truncated.</summary>
    public static Term Divide(Term x, Term y) => x / y;

    /// <summary>The remainder with the sign of x, as C#'s <c>%</c> (PyTorch: fmod).</summary>
    public static Term Modulo(Term x, Term y) => Ops.Rem.On(x, y);

    /// <summary>The remainder with the sign of y (Python's <c>%</c>).</summary>
    public static Term Remainder(Term x, Term y)
    {
        var rest = Ops.Rem.On(x, y);
        return SignsDiffer(rest, y).Select(rest + y, rest);
    }

    /// <summary>The quotient rounded down; derivative 0.</summary>
    public static Term FloorDivide(Term x, Term y)
    {
        var rest = Ops.Rem.On(x, y);
        var differ = SignsDiffer(rest, y);
        if (!x.DType.IsFloat) return differ.Select(x / y - 1, x / y);
        // The quotient of what divides without a rest is a whole number up to one rounding; x / y itself may round up to the next one.
        var whole = Ops.Round.On((x - rest) / y);
        var floor = differ.Select(whole - 1, whole);
        var defined = Ops.IsFinite.On(x) & Not(IsZero(y));
        return Ops.StopGradient.On(defined.Select(floor, Ops.Floor.On(x / y)));
    }

    /// <summary>The quotient rounded toward 0; derivative 0.</summary>
    public static Term TruncateDivide(Term x, Term y) => x.DType.IsFloat ? Ops.Truncate.On(x / y) : x / y;

    /// <summary>x to the power y.</summary>
    public static Term Pow(Term x, Term y) => Ops.Pow.On(x, y);

    /// <summary>x to a power that is a number; negative x work where the power is whole.</summary>
    public static Term Pow(Term x, double exponent) => Ops.Pow.On(x, Weak(x, exponent));

    /// <summary>The larger of x and y; ½ of the derivative to each where they are equal.</summary>
    public static Term Maximum(Term x, Term y) => Ops.Max.On(x, y);

    /// <summary>The larger of x and a number.</summary>
    public static Term Maximum(Term x, double y) => Ops.Max.On(x, Weak(x, y));

    /// <summary>The smaller of x and y; ½ of the derivative to each where they are equal.</summary>
    public static Term Minimum(Term x, Term y) => Ops.Min.On(x, y);

    /// <summary>The smaller of x and a number.</summary>
    public static Term Minimum(Term x, double y) => Ops.Min.On(x, Weak(x, y));

    /// <summary>−x.</summary>
    public static Term Negate(Term x) => -x;

    /// <summary>|x|; derivative 0 at 0.</summary>
    public static Term Abs(Term x) => Ops.Abs.On(x);

    /// <summary>−1, 0 or 1.</summary>
    public static Term Sign(Term x) => Ops.Sign.On(x);

    /// <summary>1 / x.</summary>
    public static Term Reciprocal(Term x) => x.Literal(1) / x;

    /// <summary>x².</summary>
    public static Term Square(Term x) => x * x;

    /// <summary>x limited to an interval; derivative 1 on it, ends included.</summary>
    public static Term Clamp(Term x, double min = double.NegativeInfinity, double max = double.PositiveInfinity) =>
        Ops.Clamp.On(x, Bound(x, min), Bound(x, max));

    /// <summary>x limited to an interval, element by element.</summary>
    public static Term Clamp(Term x, Term min, Term max) => Ops.Clamp.On(x, min, max);

    /// <summary>The identity, without a derivative (JAX: stop_gradient, PyTorch: detach).</summary>
    public static Term StopGradient(Term x) => Ops.StopGradient.On(x);

    /// <summary>Converted to another element type: floats to integers truncate and saturate, to bool is "not zero".</summary>
    public static Term To(Term x, DType type) => x.To(type);

    private static Term Bound(Term x, double bound) => double.IsInfinity(bound) ? x.Literal(bound) : Weak(x, bound);

    private static Term SignsDiffer(Term rest, Term y) =>
        Not(IsZero(rest)) & Ops.Xor.On(rest < rest.Literal(0), y < y.Literal(0));
}
