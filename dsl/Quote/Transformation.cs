using MindDsl.Ir;

namespace MindDsl.Quote;

/// <summary>What is made of a function.</summary>
internal enum TransformationKind
{
    /// <summary>The gradient.</summary>
    Gradient,

    /// <summary>The value and the gradient.</summary>
    ValueAndGradient,

    /// <summary>The value and its tangent.</summary>
    Forward,

    /// <summary>The value and the cotangents of the arguments.</summary>
    Reverse,

    /// <summary>The function on batches.</summary>
    Batch,

    /// <summary>The function with a derivative that the user gave.</summary>
    Custom,

    /// <summary>All partial derivatives, in the mode that is cheaper for the sizes.</summary>
    Jacobian,

    /// <summary>All partial derivatives, a column at a time.</summary>
    JacobianForward,

    /// <summary>All partial derivatives, a row at a time.</summary>
    JacobianReverse,

    /// <summary>All second partial derivatives.</summary>
    Hessian,

    /// <summary>The derivative of the gradient along a direction.</summary>
    HessianProduct,

    /// <summary>The second derivatives with respect to each element.</summary>
    HessianDiagonal,

    /// <summary>The value and Taylor coefficients.</summary>
    Taylor,

    /// <summary>The value and the derivatives of a function of one number.</summary>
    Derivatives,

    /// <summary>The function, of which reverse mode keeps little.</summary>
    Checkpoint,

    /// <summary>The value, and the derivative as a function of tangents.</summary>
    Linearize,

    /// <summary>The value, and the derivative as a function of a cotangent.</summary>
    Pullback,
}

/// <summary>A transformation of functions.</summary>
/// <param name="Kind">What is made.</param>
/// <param name="Arguments">The arguments with respect to which a derivative is taken; empty for all.</param>
/// <param name="Aux">True if the result is a pair of a loss and what comes back beside the gradient.</param>
/// <param name="Rule">The mode of a custom rule.</param>
/// <param name="Axes">The axis of each argument of a batched function; null for one that is not mapped, no list for the first axis of all.</param>
/// <param name="OutAxis">The axis of the results of a batched function.</param>
internal sealed record Transformation(
    TransformationKind Kind, Seq<int> Arguments = default, bool Aux = false, DerivativeKind Rule = default, Seq<int?> Axes = default, int OutAxis = 0)
{
    /// <summary>The largest order of derivatives.</summary>
    public int Order { get; init; }

    /// <summary>What reverse mode keeps of a function; null for nothing.</summary>
    public CheckpointPolicy? Policy { get; init; }

    /// <summary>A derivative of second order, or all partial derivatives, with respect to an argument.</summary>
    public static Transformation Of(TransformationKind kind, int argument = 0) => new(kind, [argument]);

    /// <summary>The value and the derivatives up to an order.</summary>
    public static Transformation DerivativesUpTo(int order) => order >= 0
        ? new(TransformationKind.Derivatives) { Order = order }
        : throw new MindDslException(Diagnostics.ArgumentOutOfRange("derivatives", "order", order.ToString(System.Globalization.CultureInfo.InvariantCulture), "0 and more"));

    /// <summary>The value and the tangent.</summary>
    public static Transformation Forward { get; } = new(TransformationKind.Forward);

    /// <summary>The value and the cotangents.</summary>
    public static Transformation Reverse { get; } = new(TransformationKind.Reverse);

    /// <summary>The function on batches.</summary>
    public static Transformation Batch { get; } = new(TransformationKind.Batch);

    /// <summary>The function on batches along given axes.</summary>
    public static Transformation BatchAlong(int?[] axes, int outAxis)
    {
        ArgumentNullException.ThrowIfNull(axes);
        return new(TransformationKind.Batch, Axes: axes.ToSeq(), OutAxis: outAxis);
    }

    /// <summary>The gradients with respect to all arguments.</summary>
    public static Transformation AllGradients { get; } = new(TransformationKind.Gradient);

    /// <summary>The gradient with respect to an argument.</summary>
    public static Transformation Gradient(int argument, bool aux = false) => new(TransformationKind.Gradient, [argument], aux);

    /// <summary>The value and the gradient with respect to an argument.</summary>
    public static Transformation ValueAndGradient(int argument) => new(TransformationKind.ValueAndGradient, [argument]);

    /// <summary>The name, for printing.</summary>
    public string Name => Kind switch
    {
        TransformationKind.Gradient => "grad",
        TransformationKind.ValueAndGradient => "value_and_grad",
        TransformationKind.Forward => "jvp",
        TransformationKind.Reverse => "vjp",
        TransformationKind.Batch => "vmap",
        TransformationKind.Custom => "custom",
        TransformationKind.Jacobian => "jacobian",
        TransformationKind.JacobianForward => "jacfwd",
        TransformationKind.JacobianReverse => "jacrev",
        TransformationKind.Hessian => "hessian",
        TransformationKind.HessianProduct => "hvp",
        TransformationKind.HessianDiagonal => "hessian_diagonal",
        TransformationKind.Taylor => "jet",
        TransformationKind.Derivatives => "derivatives",
        TransformationKind.Checkpoint => "checkpoint",
        TransformationKind.Linearize => "linearize",
        TransformationKind.Pullback => "pullback",
    };

    /// <summary>The transformed function, as a delegate of the given type.</summary>
    public Delegate Of(Delegate function, Type delegateType, params ReadOnlySpan<Delegate> more)
    {
        var inner = QuotedFunction.Of(function);
        object?[] roots = new object?[1 + more.Length];
        roots[0] = inner;
        for (int i = 0; i < more.Length; i++) roots[1 + i] = QuotedFunction.Of(more[i]);
        return inner.Code.Derive(this, delegateType).Make(roots).Delegate;
    }
}
