using MindDsl.Ir;

namespace MindDsl;

public static partial class Mind
{
    /// <summary>
    /// The x with product(x) = b, where the product is linear in x, such as x ↦ A·x written in any way; differentiable with respect to b and to what the product reads. The matrix is formed and factored: right up
    /// to some hundreds of unknowns. x is a number or a vector.
    /// </summary>
    public static S LinearSolve<S>(Func<S, S> product, S b) => throw new MindDslException(Diagnostics.OnlyInQuotes(nameof(LinearSolve)));

    /// <summary>
    /// The x with product(x) = b as a solver finds it, which reads the matrix by its products only; right for many unknowns. The derivative with respect to b and to what the product reads is found by the same
    /// solver, in reverse mode of the transposed product (JAX: custom_linear_solve), to any order; nothing of the solver's steps is kept.
    /// </summary>
    /// <param name="product">A linear function.</param>
    /// <param name="b">A value or a structure of floats.</param>
    /// <param name="solver">Finds x from a product and a right-hand side, such as <c>(a, r) =&gt; ConjugateGradient(a, r)</c>.</param>
    public static S LinearSolve<S>(Func<S, S> product, S b, Func<Func<S, S>, S, S> solver)
    {
        ArgumentNullException.ThrowIfNull(solver);
        return solver(product, b);
    }

    /// <summary>The x with product(x) = b for a symmetric positive definite product, by conjugate gradients. It is differentiated step by step; as the solver of <c>LinearSolve</c>, it is not.</summary>
    /// <param name="product">A linear function.</param>
    /// <param name="b">The right-hand side.</param>
    /// <param name="tolerance">Steps are taken until ‖b − product(x)‖ ≤ tolerance·‖b‖.</param>
    /// <param name="mostSteps">The largest number of steps.</param>
    public static Tensor ConjugateGradient(Func<Tensor, Tensor> product, Tensor b, double tolerance = 1e-12, long mostSteps = 10_000) =>
        KrylovSolvers.Compiled(symmetric: true)(product, b, tolerance, mostSteps);

    /// <summary>
    /// The x with product(x) = b for invertible products that need not be symmetric, by stabilised biconjugate gradients. The method breaks down, and gives NaN, where it meets product(p) at right angles to b, as with skew-symmetric
    /// products.
    /// </summary>
    /// <inheritdoc cref="ConjugateGradient"/>
    public static Tensor BiconjugateGradient(Func<Tensor, Tensor> product, Tensor b, double tolerance = 1e-12, long mostSteps = 10_000) =>
        KrylovSolvers.Compiled(symmetric: false)(product, b, tolerance, mostSteps);
}
