using static MindDsl.Mind;

namespace MindDsl.Train;

/// <summary>The state of <see cref="Adam"/>.</summary>
/// <param name="Mean">Mean of the gradient.</param>
/// <param name="Square">Mean of the squared gradient.</param>
/// <param name="Steps">Steps that were done, a float scalar.</param>
public sealed record AdamState<P>(P Mean, P Square, Tensor Steps);

/// <summary>Adam as a pure step over any tree of parameters (Kingma and Ba 2015, algorithm 1).</summary>
public static class Adam
{
    /// <summary>The state before the first step.</summary>
    public static AdamState<P> Start<P>(P parameters)
    {
        P Zeros() => Tree.Map(w => Tensor.Zeros(w.DType, w.Shape.ToArray()), parameters);
        return new(Zeros(), Zeros(), Tensor.Zeros([]));
    }

    /// <summary>(parameters, gradient, state, learning rate) → (parameters, state), as a quoted function for use in a training step.</summary>
    public static Fn<P, P, AdamState<P>, Tensor, (P Parameters, AdamState<P> State)> Step<P>(double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8)
    {
        double decay1 = Math.Log(beta1), decay2 = Math.Log(beta2);
        double rest1 = 1 - beta1, rest2 = 1 - beta2;
        return Fn((P parameters, P gradient, AdamState<P> state, Tensor rate) =>
            Let(state.Steps + 1, steps =>
            Let(Tree.Map((m, g) => beta1 * m + rest1 * g, state.Mean, gradient), mean =>
            Let(Tree.Map((v, g) => beta2 * v + rest2 * (g * g), state.Square, gradient), square =>
            Let(rate / -(steps * decay1).Expm1(), speed =>
            Let((-(steps * decay2).Expm1()).Sqrt(), scale =>
                ValueTuple.Create(
                    Tree.Map((w, m, v) => w - speed * (m / (v.Sqrt() / scale + epsilon)), parameters, mean, square),
                    new AdamState<P>(mean, square, steps))))))));
    }
}

/// <summary>Gradient descent as a pure step over any tree of parameters.</summary>
public static class Sgd
{
    /// <summary>(parameters, gradient, learning rate) → parameters.</summary>
    public static Fn<P, P, Tensor, P> Step<P>() => Fn((P parameters, P gradient, Tensor rate) => Tree.Map((w, g) => w - rate * g, parameters, gradient));
}
