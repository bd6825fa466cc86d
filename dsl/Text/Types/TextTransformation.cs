using MindDsl.Ir;
using MindDsl.Quote;

namespace MindDsl.Text.Types;

/// <summary>A transformation as a function of the language: a row of the table says what it makes of the types of a function.</summary>
/// <param name="Name">The name in the language.</param>
/// <param name="Summary">What it makes, for completion.</param>
/// <param name="Make">The transformation, for a function of so many parameters and the argument that is named.</param>
internal sealed record TextTransformation(string Name, string Summary, Func<int, int, Transformation> Make)
{
    private static readonly TextTransformation[] Table =
    [
        new("grad", "the derivative with respect to the first parameter; grad<1> to the second", (_, argument) => Transformation.Gradient(argument))
        {
            Type = t => t.Argument < t.Parameters.Count ? t.WithResult(t.Parameters[t.Argument], scalar: true) : null,
        },
        new("value_and_grad", "the value and the derivative", (_, argument) => Transformation.ValueAndGradient(argument))
        {
            Type = t => t.Argument < t.Parameters.Count ? t.WithResult(new TupleType([t.Value, t.Parameters[t.Argument]]), scalar: true) : null,
        },
        new("grad_all", "the derivatives with respect to all parameters, a tuple", (count, _) => count == 1 ? Transformation.Gradient(0) : Transformation.AllGradients)
        {
            Type = t => t.WithResult(t.Parameters.Count == 1 ? t.Parameters[0] : new TupleType(t.Parameters), scalar: true),
        },
        new("jvp", "forward mode: arguments, then their tangents, give the value and its tangent", (_, _) => Transformation.Forward)
        {
            Type = t => ArrowType.Of([.. t.Parameters, .. t.Parameters], new TupleType([t.Value, t.Value])),
        },
        new("vjp", "reverse mode: arguments, then a cotangent of the value, give the value and the cotangents of the arguments", (_, _) => Transformation.Reverse)
        {
            Type = t => ArrowType.Of([.. t.Parameters, t.Value],
                new TupleType([t.Value, t.Parameters.Count == 1 ? t.Parameters[0] : new TupleType(t.Parameters)])),
        },
        new("vmap", "the function for each part along the first axis of the arguments", (_, _) => Transformation.Batch)
        {
            Type = t =>
            {
                MindType Batch(MindType type)
                {
                    var batch = t.Inference.Fresh();
                    t.Inference.Add(new BatchConstraint(t.Span, type, batch));
                    return batch;
                }
                return ArrowType.Of(t.Parameters.Select(Batch).ToArray(), Batch(t.Value));
            },
        },
        Matrix("jacobian", "all partial derivatives, axes of the value and then of the parameter, in the mode that is cheaper", TransformationKind.Jacobian),
        Matrix("jacfwd", "all partial derivatives, a column at a time", TransformationKind.JacobianForward),
        Matrix("jacrev", "all partial derivatives, a row at a time", TransformationKind.JacobianReverse),
        Matrix("hessian", "all second partial derivatives of a number", TransformationKind.Hessian, scalar: true),
        new("hvp", "arguments, then a direction, give the second derivative along it", (_, argument) => Transformation.Of(TransformationKind.HessianProduct, argument))
        {
            Type = t => t.Argument < t.Parameters.Count
                ? t.WithResult(new ArrowType(t.Parameters[t.Argument], t.Parameters[t.Argument]), scalar: true)
                : null,
        },
        new("hessian_diagonal", "the second derivative by each element", (_, argument) => Transformation.Of(TransformationKind.HessianDiagonal, argument))
        {
            Type = t => t.Argument < t.Parameters.Count ? t.WithResult(t.Parameters[t.Argument], scalar: true) : null,
        },
        new("checkpoint", "the function, of which reverse mode keeps the arguments only", (_, _) => new(TransformationKind.Checkpoint))
        {
            Type = t => ArrowType.Of(t.Parameters, t.Value),
        },
    ];

    private static TextTransformation Matrix(string name, string summary, TransformationKind kind, bool scalar = false) =>
        new(name, summary, (_, argument) => Transformation.Of(kind, argument))
        {
            ResultType = typeof(Tensor),
            Type = t => t.Argument < t.Parameters.Count ? t.WithResult(t.MatrixOf(t.Parameters[t.Argument]), scalar) : null,
        };

    /// <summary>All transformations by name.</summary>
    public static IReadOnlyDictionary<string, TextTransformation> All { get; } = Table.ToDictionary(t => t.Name);

    /// <summary>The argument that is named, from 0: <c>grad&lt;1&gt;</c>.</summary>
    public int Argument { get; init; }

    /// <summary>The .NET type that the reader makes of the result.</summary>
    public Type ResultType { get; private init; } = typeof(ValueTuple<object, object>);

    /// <summary>The type of the transformed function, or null if the function has no such parameter.</summary>
    private Func<Typing, MindType?> Type { get; init; } = _ => null;

    /// <summary>The type of the transformed function, or null if the function has no such parameter.</summary>
    public MindType? TypeOf(Inference inference, TextSpan span, Seq<MindType> parameters, MindType value) =>
        Type(new(inference, span, Argument, parameters, value));

    /// <summary>A function's type taken apart.</summary>
    private sealed record Typing(Inference Inference, TextSpan Span, int Argument, Seq<MindType> Parameters, MindType Value)
    {
        /// <summary>A tensor of partial derivatives; what is differentiated and by what are numbers or tensors.</summary>
        public DataType MatrixOf(MindType parameter)
        {
            var element = Inference.Fresh(Elements.Float);
            Inference.Require(Span, new DataType(element, UnknownShape.Instance), Value);
            Inference.Require(Span, new DataType(Inference.Fresh(Elements.Float), UnknownShape.Instance), parameter);
            return new(element, UnknownShape.Instance);
        }

        /// <summary>A function of the same parameters; of one that is differentiated, the value is a float, or a pair of a float and more.</summary>
        public MindType WithResult(MindType result, bool scalar)
        {
            var loss = Value.Resolved is TupleType { Items.Count: 2 } pair ? pair.Items[0] : Value;
            if (scalar) Inference.Require(Span, new DataType(Inference.Fresh(Elements.Float), ShapeType.Scalar), loss);
            return ArrowType.Of(Parameters, result);
        }
    }
}
