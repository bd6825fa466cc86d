using MindDsl.Ir;

namespace MindDsl;

public sealed partial class Tensor
{
#pragma warning disable CS1591 // Each method is the prelude's function of the same name, which says what it computes.

    // Element by element.
    public Tensor Modulo(Tensor y) => Eager.Call(Prelude.Modulo, this, y);
    public Tensor Remainder(Tensor y) => Eager.Call(Prelude.Remainder, this, y);
    public Tensor FloorDivide(Tensor y) => Eager.Call(Prelude.FloorDivide, this, y);
    public Tensor TruncateDivide(Tensor y) => Eager.Call(Prelude.TruncateDivide, this, y);
    public Tensor Pow(Tensor y) => Eager.Call(Prelude.Pow, this, y);
    public Tensor Pow(double exponent) => Eager.Call(static (x, e) => Prelude.Pow(x[0], e), exponent, this);
    public Tensor Maximum(Tensor y) => Eager.Call(Prelude.Maximum, this, y);
    public Tensor Maximum(double y) => Maximum(Beside(y));
    public Tensor Minimum(Tensor y) => Eager.Call(Prelude.Minimum, this, y);
    public Tensor Minimum(double y) => Minimum(Beside(y));
    public Tensor Negate() => Eager.Call(Prelude.Negate, this);
    public Tensor Abs() => Eager.Call(Prelude.Abs, this);
    public Tensor Sign() => Eager.Call(Prelude.Sign, this);
    public Tensor Reciprocal() => Eager.Call(Prelude.Reciprocal, this);
    public Tensor Square() => Eager.Call(Prelude.Square, this);
    public Tensor Clamp(double min = double.NegativeInfinity, double max = double.PositiveInfinity) =>
        Eager.Call(static (x, a) => Prelude.Clamp(x[0], a.min, a.max), (min, max), this);
    public Tensor Clamp(Tensor min, Tensor max) => Eager.Call(Prelude.Clamp, this, min, max);
    public Tensor StopGradient() => Eager.Call(Prelude.StopGradient, this);
    public Tensor To(DType type) => Eager.Call(static (x, t) => Prelude.To(x[0], t), type, this);

    public Tensor Exp() => Eager.Call(Prelude.Exp, this);
    public Tensor Exp2() => Eager.Call(Prelude.Exp2, this);
    public Tensor Expm1() => Eager.Call(Prelude.Expm1, this);
    public Tensor Log() => Eager.Call(Prelude.Log, this);
    public Tensor Log1p() => Eager.Call(Prelude.Log1p, this);
    public Tensor Log2() => Eager.Call(Prelude.Log2, this);
    public Tensor Log10() => Eager.Call(Prelude.Log10, this);
    public Tensor Sqrt() => Eager.Call(Prelude.Sqrt, this);
    public Tensor Rsqrt() => Eager.Call(Prelude.Rsqrt, this);
    public Tensor Sin() => Eager.Call(Prelude.Sin, this);
    public Tensor Cos() => Eager.Call(Prelude.Cos, this);
    public Tensor Tan() => Eager.Call(Prelude.Tan, this);
    public Tensor Asin() => Eager.Call(Prelude.Asin, this);
    public Tensor Acos() => Eager.Call(Prelude.Acos, this);
    public Tensor Atan() => Eager.Call(Prelude.Atan, this);
    public Tensor Atan2(Tensor x) => Eager.Call(Prelude.Atan2, this, x);
    public Tensor Sinh() => Eager.Call(Prelude.Sinh, this);
    public Tensor Cosh() => Eager.Call(Prelude.Cosh, this);
    public Tensor Tanh() => Eager.Call(Prelude.Tanh, this);
    public Tensor Asinh() => Eager.Call(Prelude.Asinh, this);
    public Tensor Acosh() => Eager.Call(Prelude.Acosh, this);
    public Tensor Atanh() => Eager.Call(Prelude.Atanh, this);
    public Tensor Erf() => Eager.Call(Prelude.Erf, this);
    public Tensor Erfc() => Eager.Call(Prelude.Erfc, this);
    public Tensor Lgamma() => Eager.Call(Prelude.Lgamma, this);
    public Tensor Digamma() => Eager.Call(Prelude.Digamma, this);
    public Tensor Polygamma(int n) => Eager.Call(static (x, n) => Prelude.Polygamma(x[0], n), n, this);
    public Tensor LogAddExp(Tensor y) => Eager.Call(Prelude.LogAddExp, this, y);
    public Tensor Hypot(Tensor y) => Eager.Call(Prelude.Hypot, this, y);

    public Tensor Floor() => Eager.Call(Prelude.Floor, this);
    public Tensor Ceiling() => Eager.Call(Prelude.Ceiling, this);
    public Tensor Round() => Eager.Call(Prelude.Round, this);
    public Tensor Truncate() => Eager.Call(Prelude.Truncate, this);
    public Tensor LogicalNot() => Eager.Call(Prelude.LogicalNot, this);
    public Tensor IsNaN() => Eager.Call(Prelude.IsNaN, this);
    public Tensor IsInfinity() => Eager.Call(Prelude.IsInfinity, this);
    public Tensor IsFinite() => Eager.Call(Prelude.IsFinite, this);

    // Over axes.
    public Tensor Sum(int[]? axes = null, bool keepDims = false) => Eager.Call(static (x, a) => Prelude.Sum(x[0], a.axes, a.keepDims), (axes, keepDims), this);
    public Tensor Sum(int axis, bool keepDims = false) => Sum([axis], keepDims);
    public Tensor Mean(int[]? axes = null, bool keepDims = false) => Eager.Call(static (x, a) => Prelude.Mean(x[0], a.axes, a.keepDims), (axes, keepDims), this);
    public Tensor Mean(int axis, bool keepDims = false) => Mean([axis], keepDims);
    public Tensor Prod(int[]? axes = null, bool keepDims = false) => Eager.Call(static (x, a) => Prelude.Prod(x[0], a.axes, a.keepDims), (axes, keepDims), this);
    public Tensor Prod(int axis, bool keepDims = false) => Prod([axis], keepDims);
    public Tensor Max(int[]? axes = null, bool keepDims = false) => Eager.Call(static (x, a) => Prelude.Max(x[0], a.axes, a.keepDims), (axes, keepDims), this);
    public Tensor Max(int axis, bool keepDims = false) => Max([axis], keepDims);
    public Tensor Min(int[]? axes = null, bool keepDims = false) => Eager.Call(static (x, a) => Prelude.Min(x[0], a.axes, a.keepDims), (axes, keepDims), this);
    public Tensor Min(int axis, bool keepDims = false) => Min([axis], keepDims);
    public Tensor Any(int[]? axes = null, bool keepDims = false) => Eager.Call(static (x, a) => Prelude.Any(x[0], a.axes, a.keepDims), (axes, keepDims), this);
    public Tensor All(int[]? axes = null, bool keepDims = false) => Eager.Call(static (x, a) => Prelude.All(x[0], a.axes, a.keepDims), (axes, keepDims), this);
    public Tensor LogSumExp(int[]? axes = null, bool keepDims = false) =>
        Eager.Call(static (x, a) => Prelude.LogSumExp(x[0], a.axes, a.keepDims), (axes, keepDims), this);
    public Tensor LogSumExp(int axis, bool keepDims = false) => LogSumExp([axis], keepDims);
    public Tensor Var(int[]? axes = null, double correction = 0, bool keepDims = false) =>
        Eager.Call(static (x, a) => Prelude.Var(x[0], a.axes, a.correction, a.keepDims), (axes, correction, keepDims), this);
    public Tensor Std(int[]? axes = null, double correction = 0, bool keepDims = false) =>
        Eager.Call(static (x, a) => Prelude.Std(x[0], a.axes, a.correction, a.keepDims), (axes, correction, keepDims), this);
    public Tensor Norm(int[]? axes = null, double order = 2, bool keepDims = false) =>
        Eager.Call(static (x, a) => Prelude.Norm(x[0], a.axes, a.order, a.keepDims), (axes, order, keepDims), this);
    public Tensor ArgMax() => Eager.Call(Prelude.ArgMax, this);
    public Tensor ArgMax(int axis, bool keepDims = false) => Eager.Call(static (x, a) => Prelude.ArgMax(x[0], a.axis, a.keepDims), (axis, keepDims), this);
    public Tensor ArgMin() => Eager.Call(Prelude.ArgMin, this);
    public Tensor ArgMin(int axis, bool keepDims = false) => Eager.Call(static (x, a) => Prelude.ArgMin(x[0], a.axis, a.keepDims), (axis, keepDims), this);

    // Movement.
    public Tensor Reshape(params long[] shape) => Eager.Call(static (x, s) => Prelude.Reshape(x[0], s), shape, this);
    public Tensor Flatten(int start = 0, int end = -1) => Eager.Call(static (x, a) => Prelude.Flatten(x[0], a.start, a.end), (start, end), this);
    public Tensor Permute(params int[] axes) => Eager.Call(static (x, a) => Prelude.Permute(x[0], a), axes, this);
    public Tensor Transpose() => Eager.Call(Prelude.Transpose, this);
    public Tensor SwapAxes(int axis1, int axis2) => Eager.Call(static (x, a) => Prelude.SwapAxes(x[0], a.axis1, a.axis2), (axis1, axis2), this);
    public Tensor MoveAxis(int source, int destination) =>
        Eager.Call(static (x, a) => Prelude.MoveAxis(x[0], a.source, a.destination), (source, destination), this);
    public Tensor BroadcastTo(params long[] shape) => Eager.Call(static (x, s) => Prelude.BroadcastTo(x[0], s), shape, this);
    public Tensor Squeeze(int[]? axes = null) => Eager.Call(static (x, a) => Prelude.Squeeze(x[0], a), axes, this);
    public Tensor ExpandDims(int axis) => Eager.Call(static (x, a) => Prelude.ExpandDims(x[0], a), axis, this);
    public Tensor[] Split(long[] sizes, int axis = 0) => Eager.CallMany(static (x, a) => Prelude.Split(x[0], a.sizes, a.axis), (sizes, axis), this);
    public Tensor Slice(int axis, long start, long stop, int step = 1) =>
        Eager.Call(static (x, a) => Prelude.Slice(x[0], a.axis, a.start, a.stop, a.step), (axis, start, stop, step), this);
    public Tensor Slice(long[] starts, long[] stops, int[]? steps = null) =>
        Eager.Call(static (x, a) => Prelude.Slice(x[0], a.starts, a.stops, a.steps), (starts, stops, steps), this);
    public Tensor Flip(int[]? axes = null) => Eager.Call(static (x, a) => Prelude.Flip(x[0], a), axes, this);
    public Tensor Roll(long shift, int axis) => Eager.Call(static (x, a) => Prelude.Roll(x[0], a.shift, a.axis), (shift, axis), this);
    public Tensor Tile(params int[] repetitions) => Eager.Call(static (x, a) => Prelude.Tile(x[0], a), repetitions, this);
    public Tensor RepeatInterleave(int repeats, int axis) =>
        Eager.Call(static (x, a) => Prelude.RepeatInterleave(x[0], a.repeats, a.axis), (repeats, axis), this);
    public Tensor RepeatInterleave(int[] repeats, int axis) =>
        Eager.Call(static (x, a) => Prelude.RepeatInterleave(x[0], a.repeats, a.axis), (repeats, axis), this);
    public Tensor Pad(int[] before, int[] after, double value = 0) =>
        Eager.Call(static (x, a) => Prelude.Pad(x[0], a.before, a.after, a.value), (before, after, value), this);
    public Tensor Pad(int[] before, int[] after, PadMode mode) =>
        Eager.Call(static (x, a) => Prelude.Pad(x[0], a.before, a.after, a.mode), (before, after, mode), this);
#pragma warning restore CS1591
}
