using Ops = MindDsl.Ir.ElementwiseOps;

namespace MindDsl.Ir;

/// <remarks>
/// One step of an optimiser for one tensor: from the weights, their gradient and the optimiser's state to the new weights and the new state. The learning
/// rate is a scalar of any float type, so that a schedule does not compile anew; <c>step</c> is the number of steps that were done before (an i64 scalar).
/// </remarks>
public static partial class Prelude
{
    /// <summary>Gradient descent: the new weights.</summary>
    public static Term SgdStep(Term weights, Term gradient, Term rate, double weightDecay = 0) =>
        weights - rate.To(weights.DType) * Decayed(weights, gradient, weightDecay);

    /// <summary>Gradient descent with momentum (Sutskever et al. 2013, as PyTorch writes it): the new weights and the new velocity, which is the gradient at the first step.</summary>
    public static Term[] MomentumStep(
        Term weights, Term gradient, Term velocity, Term step, Term rate,
        double momentum = 0.9, double dampening = 0, bool nesterov = false, double weightDecay = 0)
    {
        var slope = Decayed(weights, gradient, weightDecay);
        var next = momentum * velocity + (1 - dampening) * slope;
        if (dampening != 0) next = IsZero(step).Select(slope, next);
        return [weights - rate.To(weights.DType) * (nesterov ? slope + momentum * next : next), next];
    }

    /// <summary>
    /// Adam (Kingma and Ba 2015); with <paramref name="decoupled"/> the weights decay apart from the gradient (AdamW, Loshchilov and Hutter 2019).
    /// The new weights, the new means of the gradient and of its square.
    /// </summary>
    public static Term[] AdamStep(
        Term weights, Term gradient, Term first, Term second, Term step, Term rate,
        double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8, double weightDecay = 0, bool decoupled = false) =>
        Adam(weights, gradient, first, second, null, step, rate, beta1, beta2, epsilon, weightDecay, decoupled);

    /// <summary>Adam that divides by the largest mean of the square so far (AMSGrad, Reddi et al. 2018): the new weights, both means, the largest one.</summary>
    public static Term[] AmsGradStep(
        Term weights, Term gradient, Term first, Term second, Term largest, Term step, Term rate,
        double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8, double weightDecay = 0, bool decoupled = false) =>
        Adam(weights, gradient, first, second, largest, step, rate, beta1, beta2, epsilon, weightDecay, decoupled);

    private static Term[] Adam(
        Term weights, Term gradient, Term first, Term second, Term? largest, Term step, Term rate,
        double beta1, double beta2, double epsilon, double weightDecay, bool decoupled)
    {
        var speed = rate.To(weights.DType);
        var start = decoupled && weightDecay != 0 ? weights - speed * weightDecay * weights : weights;
        var slope = decoupled ? gradient : Decayed(weights, gradient, weightDecay);
        var mean = beta1 * first + (1 - beta1) * slope;
        var square = beta2 * second + (1 - beta2) * (slope * slope);
        var most = largest is { } before ? Ops.Max.On(before, square) : square;

        // The bias of the means, in f64: 1 − β₂ᵗ loses most of its digits in f32.
        var count = step.To(DType.F64) + 1;
        Term Bias(double beta) => (1 - Ops.Pow.On(count.Literal(beta), count)).To(weights.DType);
        var scale = Sqrt(most) / Sqrt(Bias(beta2)) + epsilon;
        var next = start - speed / Bias(beta1) * (mean / scale);
        return largest is null ? [next, mean, square] : [next, mean, square, most];
    }

    private static Term Decayed(Term weights, Term gradient, double weightDecay) =>
        weightDecay == 0 ? gradient : gradient + weightDecay * weights;
}
