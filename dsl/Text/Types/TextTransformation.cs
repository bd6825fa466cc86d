using MindDsl.Ir;
using MindDsl.Quote;
using MindDsl.Text.Elaboration;
using MindDsl.Text.Syntax;

namespace MindDsl.Text.Types;

/// <summary>A transformation as a function of the language: a row of the table says what it makes of the types of a function.</summary>
/// <param name="Name">The name in the language.</param>
/// <param name="Summary">What it makes, for completion.</param>
/// <param name="Make">The transformation with its settings, for a function of so many parameters.</param>
internal sealed record TextTransformation(string Name, string Summary, Func<TextTransformation, int, Transformation> Make)
{
    private static readonly TextTransformation[] Table =
    [
        new("grad", "the derivative with respect to the first parameter; grad<1> to the second", (t, _) => Transformation.Gradient(t.Argument))
        {
            Configure = WithArgument,
            Type = t => t.HasArgument ? t.WithResult(t.Wanted, scalar: true) : null,
        },
        new("value_and_grad", "the value and the derivative", (t, _) => Transformation.ValueAndGradient(t.Argument))
        {
            Configure = WithArgument,
            Type = t => t.HasArgument ? t.WithResult(new TupleType([t.Value, t.Wanted]), scalar: true) : null,
        },
        new("grad_all", "the derivatives with respect to all parameters, a tuple", (_, count) => count == 1 ? Transformation.Gradient(0) : Transformation.AllGradients)
        {
            Type = t => t.WithResult(t.All, scalar: true),
        },
        new("jvp", "forward mode: arguments, then their tangents, give the value and its tangent", (_, _) => Transformation.Forward)
        {
            Type = t => ArrowType.Of([.. t.Parameters, .. t.Parameters], new TupleType([t.Value, t.Value])),
        },
        new("vjp", "reverse mode: arguments, then a cotangent of the value, give the value and the cotangents of the arguments", (_, _) => Transformation.Reverse)
        {
            Type = t => ArrowType.Of([.. t.Parameters, t.Value], new TupleType([t.Value, t.All])),
        },
        new("linearize", "the value, and the derivative there as a function of tangents, which may be called many times", (_, _) => new(TransformationKind.Linearize))
        {
            Type = t => ArrowType.Of(t.Parameters, new TupleType([t.Value, ArrowType.Of(t.Parameters, t.Value)])),
        },
        new("pullback", "the value, and the derivative there as a function of a cotangent, which may be called many times", (_, _) => new(TransformationKind.Pullback))
        {
            Type = t => ArrowType.Of(t.Parameters, new TupleType([t.Value, new ArrowType(t.Value, t.All)])),
        },
        new("vmap", "the function for each part along the first axes; vmap<[0, _], 1> along these of the arguments and of the result",
            (t, _) => t.Axes.Count == 0 ? Transformation.Batch : Transformation.BatchAlong([.. t.Axes], t.OutAxis))
        {
            Configure = WithAxes,
            Type = t => t.Batched(),
        },
        Matrix("jacobian", "all partial derivatives, axes of the value and then of the parameter, in the mode that is cheaper", TransformationKind.Jacobian),
        Matrix("jacfwd", "all partial derivatives, a column at a time", TransformationKind.JacobianForward),
        Matrix("jacrev", "all partial derivatives, a row at a time", TransformationKind.JacobianReverse),
        Matrix("hessian", "all second partial derivatives of a number", TransformationKind.Hessian, scalar: true),
        new("hvp", "arguments, then a direction, give the second derivative along it", (t, _) => Transformation.Of(TransformationKind.HessianProduct, t.Argument))
        {
            Configure = WithArgument,
            Type = t => t.HasArgument ? t.WithResult(new ArrowType(t.Wanted, t.Wanted), scalar: true) : null,
        },
        new("hessian_diagonal", "the second derivative by each element", (t, _) => Transformation.Of(TransformationKind.HessianDiagonal, t.Argument))
        {
            Configure = WithArgument,
            Type = t => t.HasArgument ? t.WithResult(t.Wanted, scalar: true) : null,
        },
        new("jet", "arguments, then Taylor coefficients of each along a new first axis, give the value and its coefficients", (_, _) => new(TransformationKind.Taylor))
        {
            Type = t => ArrowType.Of([.. t.Parameters, .. t.Parameters.Map(p => t.Batch(p, 0))], new TupleType([t.Value, t.Batch(t.Value, 0)])),
        },
        new("derivatives", "derivatives<n>: the value and the first n derivatives of a function of one number", (t, _) => Transformation.DerivativesUpTo(t.Order))
        {
            Configure = WithOrder,
            Type = t => t.OfOneNumber(),
        },
        new("checkpoint", "the function, of which reverse mode keeps the arguments; checkpoint<true, [\"tag\"], 1024> also products, tagged values, so many bytes",
            (t, _) => new(TransformationKind.Checkpoint) { Policy = t.Policy })
        {
            Configure = WithPolicy,
            Type = t => ArrowType.Of(t.Parameters, t.Value),
        },
        new("custom_jvp", "a function with a forward derivative: custom_jvp f rule, rule x dx gives the value and its tangent",
            (_, _) => new(TransformationKind.Custom, Rule: DerivativeKind.Forward))
        {
            Functions = 2,
            Type = t => new ArrowType(ArrowType.Of([.. t.Parameters, .. t.Parameters], new TupleType([t.Value, t.Value])), ArrowType.Of(t.Parameters, t.Value)),
        },
        new("custom_vjp", "a function with a reverse derivative: custom_vjp f rule, rule x y dy gives the cotangents of the arguments",
            (_, _) => new(TransformationKind.Custom, Rule: DerivativeKind.Reverse))
        {
            Functions = 2,
            Type = t => new ArrowType(ArrowType.Of([.. t.Parameters, t.Value, t.Value], t.All), ArrowType.Of(t.Parameters, t.Value)),
        },
    ];

    private static TextTransformation Matrix(string name, string summary, TransformationKind kind, bool scalar = false) =>
        new(name, summary, (t, _) => Transformation.Of(kind, t.Argument))
        {
            ResultType = typeof(object),
            Configure = WithArgument,
            Type = t => t.HasArgument ? t.WithResult(t.Partial(scalar ? t.Wanted : t.Value), scalar) : null,
        };

    /// <summary>All transformations by name.</summary>
    public static IReadOnlyDictionary<string, TextTransformation> All { get; } = Table.ToDictionary(t => t.Name);

    /// <summary>The argument that is named, from 0: <c>grad&lt;1&gt;</c>.</summary>
    public int Argument { get; private init; }

    /// <summary>The axes of a batched function; no list for the first axis of each argument.</summary>
    public Seq<int?> Axes { get; private init; }

    /// <summary>The axis of the results of a batched function.</summary>
    public int OutAxis { get; private init; }

    /// <summary>The largest order of derivatives.</summary>
    public int Order { get; private init; }

    /// <summary>What reverse mode keeps.</summary>
    public CheckpointPolicy? Policy { get; private init; }

    /// <summary>How many functions it takes: the function, and perhaps its rule.</summary>
    public int Functions { get; private init; } = 1;

    /// <summary>The .NET type that the reader makes of the result.</summary>
    public Type ResultType { get; private init; } = typeof(ValueTuple<object, object>);

    /// <summary>The type of the transformed function, or null if the function has no such parameter.</summary>
    private Func<TransformedTyping, MindType?> Type { get; init; } = _ => null;

    /// <summary>The transformation with settings, or null if they do not fit.</summary>
    private Func<TextTransformation, Seq<AttributeSyntax>, TextTransformation?> Configure { get; init; } = (t, attributes) => attributes.Count == 0 ? t : null;

    /// <summary>The transformation with the settings in angle brackets, or null if they do not fit.</summary>
    public TextTransformation? With(Seq<AttributeSyntax> attributes) => Configure(this, attributes);

    /// <summary>The type of the transformed function, or null if the function has no such parameter.</summary>
    public MindType? TypeOf(Inference inference, TextSpan span, Seq<MindType> parameters, MindType value) => Type(new(inference, span, this, parameters, value));

    private static TextTransformation? WithArgument(TextTransformation t, Seq<AttributeSyntax> attributes) =>
        attributes.Count == 0 ? t : attributes.Count == 1 && Number(attributes[0]) is >= 0 and var argument ? t with { Argument = argument } : null;

    private static TextTransformation? WithOrder(TextTransformation t, Seq<AttributeSyntax> attributes) =>
        attributes.Count == 1 && Number(attributes[0]) is >= 0 and var order ? t with { Order = order } : null;

    private static TextTransformation? WithAxes(TextTransformation t, Seq<AttributeSyntax> attributes)
    {
        if (attributes.Count == 0) return t;
        if (attributes.Count > 2 || attributes[0] is not ListAttributeSyntax { Items: { Count: > 0 } items }) return null;
        var axes = items.Map(a => a is SizeAttributeSyntax { Size.IsWildcard: true } ? null : Number(a));
        var outAxis = attributes.Count == 1 ? 0 : Number(attributes[1]);
        bool fits = outAxis is not null && axes.Select((a, k) => a is not null || items[k] is SizeAttributeSyntax { Size.IsWildcard: true }).All(x => x);
        return fits ? t with { Axes = axes, OutAxis = outAxis!.Value } : null;
    }

    private static TextTransformation? WithPolicy(TextTransformation t, Seq<AttributeSyntax> attributes)
    {
        Type[] kinds = [typeof(bool), typeof(string[]), typeof(long)];
        if (attributes.Count == 0) return t;
        if (attributes.Count > kinds.Length || attributes.Select((a, k) => AttributeValue.Fits(a, kinds[k])).Contains(false)) return null;
        var values = attributes.Map((a, k) => AttributeValue.Read(a, kinds[k], _ => null));
        if (values.Any(v => v is null)) return null;
        return t with
        {
            Policy = new((bool)values[0]!, values.Count > 1 ? Seq.Create<string>((string[])values[1]!) : [], values.Count > 2 ? (long)values[2]! : 0),
        };
    }

    private static int? Number(AttributeSyntax attribute) =>
        AttributeValue.Fits(attribute, typeof(int)) && attribute is SizeAttributeSyntax size && AttributeValue.Value(size.Size, _ => null) is >= -64 and <= 1 << 20 and var value ? (int)value : null;
}
