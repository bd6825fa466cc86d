using MindDsl.Ir;
using MindDsl.Text.Syntax;

namespace MindDsl.Text.IrReading;

/// <summary>Operations of printed IR: a name and attributes, as an operation.</summary>
internal sealed class IrOperations(SourceText source, IrTypes types)
{
    private static readonly Dictionary<string, Elementwise> Elementwise = ElementwiseOps.All.ToDictionary(o => o.Name);

    private static readonly Dictionary<string, Composite> Composites = Composite.All.ToDictionary(o => o.ToString());

    /// <summary>The operation without attributes that has a name.</summary>
    public static Op? Plain(string name) => Elementwise.GetValueOrDefault(name) ?? Composites.GetValueOrDefault(name) as Op;

    /// <summary>The operation with attributes.</summary>
    /// <param name="operation">Name and attributes.</param>
    /// <param name="arguments">The operands; a scatter has the rank of its updates.</param>
    /// <param name="result">The result; a gather has its rank.</param>
    public Op Of(OperationSyntax operation, Seq<Atom> arguments, Value result)
    {
        var a = operation.Attributes;
        return (operation.Name, a.Count) switch
        {
            ("convert", 1) => new Ir.Convert(Element(a[0])),
            ("reshape", 1) => new Reshape(Shape(a[0])),
            ("permute", 1) => new Permute(Integers(a[0])),
            ("broadcast", 2) => new Broadcast(Shape(a[0]), Integers(a[1])),
            ("slice", 3) => new Slice(Sizes(a[0]), Sizes(a[1]), Integers(a[2])),
            ("pad", 4) => new Pad(Sizes(a[0]), Sizes(a[1]), Integers(a[2]), Number(a[3])),
            ("flip", 1) => new Flip(Integers(a[0])),
            ("concat", 1) => new Concat(Integer(a[0])),
            ("iota", 2) => new Iota(Tensor(a[0]), Integer(a[1])),
            ("size", 1) => new SizeOf(Size(a[0])),
            ("window", 6) => Window(a),
            ("fold", 7) => new Fold(Window(a), Sizes(a[6])),
            ("sum", 1) => new Reduce(Monoid.Sum, Integers(a[0])),
            ("prod", 1) => new Reduce(Monoid.Product, Integers(a[0])),
            ("reduce_max", 1) => new Reduce(Monoid.Max, Integers(a[0])),
            ("reduce_min", 1) => new Reduce(Monoid.Min, Integers(a[0])),
            ("argmax", 1) => new ArgReduce(Monoid.ArgMax, Integer(a[0])),
            ("argmin", 1) => new ArgReduce(Monoid.ArgMin, Integer(a[0])),
            ("contract", 1) => Contract(a[0]),
            ("tag", 1) when a[0] is StringAttributeSyntax label => new Tag(label.Text),
            ("gather", 1) => Gather(a[0], Rank(result, operation)),
            ("scatter_add", 1) when arguments.Count > 0 => new Scatter(Gather(a[0], Rank(arguments[arguments.Count - 1], operation)), false),
            ("scatter_set", 1) when arguments.Count > 0 => new Scatter(Gather(a[0], Rank(arguments[arguments.Count - 1], operation)), true),
            ("spectral_function", 2) when Word(a[0]) == "power" => new SpectralFunction(SpectralKind.Pow, Number(a[1])),
            _ => Composites.GetValueOrDefault($"{operation.Name}<{string.Join(", ", a.Select(Word))}>") ?? throw Wrong(operation),
        };
    }

    /// <summary>The sizes of a list of attributes.</summary>
    public Seq<Dim> Sizes(AttributeSyntax attribute) => List(attribute).Map(Size);

    /// <summary>A size.</summary>
    public Dim Size(AttributeSyntax attribute) => attribute is SizeAttributeSyntax size ? types.Size(size.Size) : throw Wrong(attribute);

    /// <summary>A type.</summary>
    public IrType Type(AttributeSyntax attribute) => attribute switch
    {
        TypeAttributeSyntax type => types.Of(type.Type),
        SizeAttributeSyntax { Size.Terms: [{ Coefficient: 1, Names: [var name] }] } => types.Of(new NamedTypeSyntax([name], []) { Span = attribute.Span }),
        _ => throw Wrong(attribute),
    };

    /// <summary>Truth values.</summary>
    public Seq<bool> Bools(AttributeSyntax attribute) =>
        List(attribute).Map(a => a is LiteralAttributeSyntax { Value: { DType: DType.Bool } value } ? value.Integer != 0 : throw Wrong(a));

    /// <summary>Forward or reverse.</summary>
    public DerivativeKind Kind(AttributeSyntax attribute) => attribute is SizeAttributeSyntax { Size.Terms: [{ Coefficient: 1, Names: [var name] }] } ? Kind(name) : throw Wrong(attribute);

    /// <summary>What a function says of its derivative.</summary>
    /// <param name="function">The function without rules.</param>
    /// <param name="rule">One of its rules.</param>
    /// <param name="name">The function that the rule names, if it names one.</param>
    public Function Ruled(Function function, RuleSyntax rule, FunctionName? name) => (rule.Kind.Text, name, rule.Attributes) switch
    {
        ("fixed_point", { } step, [LiteralAttributeSyntax { Value: { DType: DType.F64 } tolerance }, var most]) when function.FixedPoint is null =>
            function with { FixedPoint = new(step, tolerance.Number, Whole(most)) },
        ("product", { } product, []) when function.LinearSolve is null => function with { LinearSolve = new(product, function.Name) },
        ("transposed", { } transposed, []) when function.LinearSolve is { } system => function with { LinearSolve = system with { Transposed = transposed } },
        ("checkpoint", null, []) when function.Checkpoint is null => function with { Checkpoint = new() },
        ("checkpoint", null, [LiteralAttributeSyntax { Value: { DType: DType.Bool } products }, ListAttributeSyntax names, var bytes]) when function.Checkpoint is null =>
            function with { Checkpoint = new(products.Integer != 0, names.Items.Map(n => n is StringAttributeSyntax text ? text.Text : throw Wrong(n)), Whole(bytes)) },
        (_, { } own, []) when function.Rule is null => function with { Rule = new(Kind(rule.Kind), own) },
        _ => throw Wrong(rule),
    };

    /// <summary>Forward or reverse.</summary>
    public DerivativeKind Kind(NameSyntax name) => name.Text switch
    {
        "forward" => DerivativeKind.Forward,
        "reverse" => DerivativeKind.Reverse,
        _ => throw Wrong(name),
    };

    /// <summary>A derivative of an order, or the part of it that the attributes name.</summary>
    public Differentiate Part(Differentiate derivative, Seq<AttributeSyntax> more) => more switch
    {
        [] => derivative,
        [var order] => derivative with { Order = Integer(order) },
        [SizeAttributeSyntax { Size.Terms: [{ Coefficient: 1, Names: [var part] }] }, SizeAttributeSyntax { Size.Terms: [{ Coefficient: 1, Names: [var union] }] }] => derivative with
        {
            Part = part.Text == "primal" ? DerivativePart.Primal : part.Text == "linear" ? DerivativePart.Linear : throw Wrong(more[0]),
            Residuals = new UnionType(union.Text),
        },
        _ => throw Wrong(more[0]),
    };

    /// <summary>The error that attributes do not fit the operation.</summary>
    public MindDslException Wrong(SyntaxNode node) => new(Diagnostics.AttributesMisread(source[node.Span].ToString(), source.Picture(node.Span)));

    private static string? Word(AttributeSyntax attribute) => attribute is SizeAttributeSyntax { Size.Terms: [{ Coefficient: 1, Names: [var name] }] } ? name.Text : null;

    private Seq<AttributeSyntax> List(AttributeSyntax attribute) => attribute is ListAttributeSyntax list ? list.Items : throw Wrong(attribute);

    private Seq<int> Integers(AttributeSyntax attribute) => List(attribute).Map(Integer);

    private long Whole(AttributeSyntax attribute) => Size(attribute) is { IsConstant: true, Constant: var number } ? number : throw Wrong(attribute);

    private int Integer(AttributeSyntax attribute) => Size(attribute) is { IsConstant: true, Constant: >= int.MinValue and <= int.MaxValue } size ? (int)size.Constant : throw Wrong(attribute);

    private double Number(AttributeSyntax attribute) => attribute is LiteralAttributeSyntax { Value: { DType: DType.F64 } value } ? value.Number : throw Wrong(attribute);

    private Shape Shape(AttributeSyntax attribute) => new(Sizes(attribute));

    private DType Element(AttributeSyntax attribute) => Tensor(attribute) is { Rank: 0 } tensor ? tensor.DType : throw Wrong(attribute);

    private TensorType Tensor(AttributeSyntax attribute) => Type(attribute) as TensorType ?? throw Wrong(attribute);

    private Window Window(Seq<AttributeSyntax> a) => new(Integers(a[0]), Integers(a[1]), Integers(a[2]), Integers(a[3]), Sizes(a[4]), Number(a[5]));

    private int Rank(Atom atom, SyntaxNode node) => atom.Type is TensorType tensor ? tensor.Rank : throw Wrong(node);

    private Contract Contract(AttributeSyntax attribute)
    {
        if (attribute is not StringAttributeSyntax { Text: var text }) throw Wrong(attribute);
        int comma = text.IndexOf(',', StringComparison.Ordinal), arrow = text.IndexOf("->", StringComparison.Ordinal);
        return comma >= 0 && arrow > comma ? new(text[..comma], text[(comma + 1)..arrow], text[(arrow + 2)..]) : throw Wrong(attribute);
    }

    private Gather Gather(AttributeSyntax attribute, int rank) => new(List(attribute).Map(a => a switch
    {
        IndexedAttributeSyntax indexed => GatherAxis.From(indexed.Axes.Map(Axis)),
        _ => GatherAxis.Along(Axis(a)),
    }), rank);

    private int Axis(AttributeSyntax attribute) => Integer(attribute) is >= 0 and < 64 and var axis ? axis : throw Wrong(attribute);
}
