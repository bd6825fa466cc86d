using MindDsl.Ir;

namespace MindDsl;

/// <summary>The functions of MindDsl that are not methods of a tensor; meant for <c>using static MindDsl.Mind</c>.</summary>
public static partial class Mind
{
#pragma warning disable CS1591 // Each method is the prelude's function of the same name, which says what it computes.
    public static Tensor Where(Tensor condition, Tensor x, Tensor y) => Eager.Call(Prelude.Where, condition, x, y);
    public static Tensor Where(Tensor condition, Tensor x, double y) => Where(condition, x, x.Beside(y));
    public static Tensor Where(Tensor condition, double x, Tensor y) => Where(condition, y.Beside(x), y);
    public static Tensor Maximum(Tensor x, Tensor y) => Eager.Call(Prelude.Maximum, x, y);
    public static Tensor Minimum(Tensor x, Tensor y) => Eager.Call(Prelude.Minimum, x, y);
    public static Tensor Relu(Tensor x) => Eager.Call(Prelude.Relu, x);

    public static Tensor Concat(Tensor[] tensors, int axis = 0) => Eager.Call(static (t, a) => Prelude.Concat(t, a), axis, tensors);
    public static Tensor Stack(Tensor[] tensors, int axis = 0) => Eager.Call(static (t, a) => Prelude.Stack(t, a), axis, tensors);
    public static Tensor Einsum(string equation, params Tensor[] operands) => Eager.Call(static (t, a) => Prelude.Einsum(a, t), equation, operands);

    public static Tensor Conv1D(Tensor x, Tensor weights, Tensor? bias = null, int stride = 1, int padding = 0, int dilation = 1, int groups = 1) =>
        Eager.Call(static (t, a) => Prelude.Conv1D(t[0], t[1], Eager.Third(t), a.stride, a.padding, a.dilation, a.groups), (stride, padding, dilation, groups),
            Eager.Operands(x, weights, bias));
    public static Tensor Conv2D(Tensor x, Tensor weights, Tensor? bias = null, int stride = 1, int padding = 0, int dilation = 1, int groups = 1) =>
        Eager.Call(static (t, a) => Prelude.Conv2D(t[0], t[1], Eager.Third(t), a.stride, a.padding, a.dilation, a.groups), (stride, padding, dilation, groups),
            Eager.Operands(x, weights, bias));
    public static Tensor Conv2D(Tensor x, Tensor weights, Tensor? bias, int[] stride, int[] padding, int[] dilation, int groups = 1) =>
        Eager.Call(static (t, a) => Prelude.Conv2D(t[0], t[1], Eager.Third(t), a.stride, a.padding, a.dilation, a.groups), (stride, padding, dilation, groups),
            Eager.Operands(x, weights, bias));
    public static Tensor Conv3D(Tensor x, Tensor weights, Tensor? bias, int[] stride, int[] padding, int[] dilation, int groups = 1) =>
        Eager.Call(static (t, a) => Prelude.Conv3D(t[0], t[1], Eager.Third(t), a.stride, a.padding, a.dilation, a.groups), (stride, padding, dilation, groups),
            Eager.Operands(x, weights, bias));

    public static Tensor CrossEntropy(
        Tensor logits, Tensor labels, Tensor? weights = null, long? ignore = null, double smoothing = 0, Reduction reduction = Reduction.Mean) =>
        Eager.Call(static (t, a) => Prelude.CrossEntropy(t[0], t[1], Eager.Third(t), a.ignore, a.smoothing, a.reduction), (ignore, smoothing, reduction),
            Eager.Operands(logits, labels, weights));
    public static Tensor NllLoss(Tensor logProbabilities, Tensor labels, Tensor? weights = null, long? ignore = null, Reduction reduction = Reduction.Mean) =>
        Eager.Call(static (t, a) => Prelude.NllLoss(t[0], t[1], Eager.Third(t), a.ignore, a.reduction), (ignore, reduction),
            Eager.Operands(logProbabilities, labels, weights));
    public static Tensor MseLoss(Tensor x, Tensor target, Reduction reduction = Reduction.Mean) =>
        Eager.Call(static (t, a) => Prelude.MseLoss(t[0], t[1], a), reduction, x, target);
    public static Tensor L1Loss(Tensor x, Tensor target, Reduction reduction = Reduction.Mean) =>
        Eager.Call(static (t, a) => Prelude.L1Loss(t[0], t[1], a), reduction, x, target);
    public static Tensor BceWithLogits(Tensor x, Tensor target, Reduction reduction = Reduction.Mean) =>
        Eager.Call(static (t, a) => Prelude.BceWithLogits(t[0], t[1], a), reduction, x, target);

    public static Tensor Uniform(Key key, long[] shape, DType type = DType.F32) =>
        Eager.Call(static (t, a) => Prelude.Uniform(t[0], a.shape, a.type), (shape, type), key.ToTensor());
    public static Tensor Normal(Key key, long[] shape, DType type = DType.F32) =>
        Eager.Call(static (t, a) => Prelude.Normal(t[0], a.shape, a.type), (shape, type), key.ToTensor());
    public static Tensor Bernoulli(Key key, double probability, long[] shape) =>
        Eager.Call(static (t, a) => Prelude.Bernoulli(t[0], a.probability, a.shape), (probability, shape), key.ToTensor());

    public static Tensor SgdStep(Tensor weights, Tensor gradient, Tensor rate, double weightDecay = 0) =>
        Eager.Call(static (t, a) => Prelude.SgdStep(t[0], t[1], t[2], a), weightDecay, weights, gradient, rate);
    public static Tensor[] MomentumStep(
        Tensor weights, Tensor gradient, Tensor velocity, Tensor step, Tensor rate,
        double momentum = 0.9, double dampening = 0, bool nesterov = false, double weightDecay = 0) =>
        Eager.CallMany(static (t, a) => Prelude.MomentumStep(t[0], t[1], t[2], t[3], t[4], a.momentum, a.dampening, a.nesterov, a.weightDecay),
            (momentum, dampening, nesterov, weightDecay), weights, gradient, velocity, step, rate);
    public static Tensor[] AdamStep(
        Tensor weights, Tensor gradient, Tensor first, Tensor second, Tensor step, Tensor rate,
        double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8, double weightDecay = 0, bool decoupled = false) =>
        Eager.CallMany(static (t, a) => Prelude.AdamStep(t[0], t[1], t[2], t[3], t[4], t[5], a.beta1, a.beta2, a.epsilon, a.weightDecay, a.decoupled),
            (beta1, beta2, epsilon, weightDecay, decoupled), weights, gradient, first, second, step, rate);
    public static Tensor[] AmsGradStep(
        Tensor weights, Tensor gradient, Tensor first, Tensor second, Tensor largest, Tensor step, Tensor rate,
        double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8, double weightDecay = 0, bool decoupled = false) =>
        Eager.CallMany(static (t, a) => Prelude.AmsGradStep(t[0], t[1], t[2], t[3], t[4], t[5], t[6], a.beta1, a.beta2, a.epsilon, a.weightDecay, a.decoupled),
            (beta1, beta2, epsilon, weightDecay, decoupled), weights, gradient, first, second, largest, step, rate);
#pragma warning restore CS1591
}
