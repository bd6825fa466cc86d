using MindDsl.Ir;
using MindDsl.Text.Types;

namespace MindDsl.Text.Elaboration;

/// <summary>A function of the language that takes functions, lists or structures.</summary>
internal enum BuiltinKind
{
    /// <summary>A function on each element.</summary>
    Map,

    /// <summary>A function on the elements of two at a time.</summary>
    Map2,

    /// <summary>A function on each element and its index.</summary>
    MapIndexed,

    /// <summary>Pairs.</summary>
    Zip,

    /// <summary>A function of each index.</summary>
    Init,

    /// <summary>The indices below a number.</summary>
    Range,

    /// <summary>State after a step for each element.</summary>
    Fold,

    /// <summary>State after a number of steps.</summary>
    Iterate,

    /// <summary>State after a step for each element, and the outputs.</summary>
    Scan,

    /// <summary>The number of elements.</summary>
    Length,

    /// <summary>The lengths of the axes.</summary>
    Size,

    /// <summary>The first of a pair.</summary>
    First,

    /// <summary>The second of a pair.</summary>
    Second,

    /// <summary>The value itself.</summary>
    Identity,

    /// <summary>Its own first argument, whatever the second.</summary>
    Constant,

    /// <summary>Without a derivative.</summary>
    StopGradient,

    /// <summary>Not.</summary>
    Not,

    /// <summary>Scalars as a tensor.</summary>
    Tensor,

    /// <summary>State after steps as long as a condition holds.</summary>
    IterateWhile,

    /// <summary>What a step leaves as it is.</summary>
    FixedPoint,

    /// <summary>Where a residual is zero.</summary>
    Root,

    /// <summary>What a linear function maps to a vector.</summary>
    LinearSolve,

    /// <summary><c>linear_solve_by solver product b</c>.</summary>
    LinearSolveBy,

    /// <summary>The value under a name that a checkpoint may keep.</summary>
    Tag,
}

/// <summary>A row of the table of functions that take functions, lists or structures.</summary>
/// <param name="Name">The name.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Arity">How many arguments it takes.</param>
/// <param name="Summary">What it does, in one line.</param>
/// <param name="Type">The type of one use.</param>
internal sealed record Builtin(string Name, BuiltinKind Kind, int Arity, string Summary, Func<Inference, TextSpan, MindType> Type)
{
    private static readonly MindType Index = DataType.Scalar(DType.I64);

    private static readonly Builtin[] Table =
    [
        new("map", BuiltinKind.Map, 2, "the function of each element", (t, at) =>
        {
            var (a, b, from, to) = (t.Fresh(), t.Fresh(), t.Fresh(), t.Fresh());
            t.Add(new IterateConstraint(at, from, a, false));
            t.Add(new CollectConstraint(at, [from], b, to));
            return ArrowType.Of([new ArrowType(a, b), from], to);
        }),
        new("map2", BuiltinKind.Map2, 3, "the function of the elements of two at a time", (t, at) =>
        {
            var (a, b, c, x, y, to) = (t.Fresh(), t.Fresh(), t.Fresh(), t.Fresh(), t.Fresh(), t.Fresh());
            t.Add(new IterateConstraint(at, x, a, false));
            t.Add(new IterateConstraint(at, y, b, false));
            t.Add(new CollectConstraint(at, [x], c, to));
            return ArrowType.Of([ArrowType.Of([a, b], c), x, y], to);
        }),
        new("mapi", BuiltinKind.MapIndexed, 2, "the function of each index and element", (t, at) =>
        {
            var (a, b, from, to) = (t.Fresh(), t.Fresh(), t.Fresh(), t.Fresh());
            t.Add(new IterateConstraint(at, from, a, false));
            t.Add(new CollectConstraint(at, [from], b, to));
            return ArrowType.Of([ArrowType.Of([Index, a], b), from], to);
        }),
        new("zip", BuiltinKind.Zip, 2, "the pairs of the elements of two", (t, at) =>
        {
            var (a, b, x, y) = (t.Fresh(), t.Fresh(), t.Fresh(), t.Fresh());
            t.Add(new IterateConstraint(at, x, a, false));
            t.Add(new IterateConstraint(at, y, b, false));
            return ArrowType.Of([x, y], new ListType(new TupleType([a, b])));
        }),
        new("init", BuiltinKind.Init, 2, "the function of each index below a number", (t, at) =>
        {
            var (a, to) = (t.Fresh(), t.Fresh());
            var count = new DataType(t.Fresh(Elements.Integer), ShapeType.Scalar);
            t.Add(new CollectConstraint(at, [Index], a, to));
            return ArrowType.Of([count, new ArrowType(Index, a)], to);
        }),
        new("range", BuiltinKind.Range, 1, "the indices below a number", (t, _) =>
            new ArrowType(new DataType(t.Fresh(Elements.Integer), ShapeType.Scalar), new DataType(ElementType.Of(DType.I64), ShapeType.OfRank(1)))),
        new("fold", BuiltinKind.Fold, 3, "the state after a step for each element: fold step state elements", (t, at) =>
        {
            var (s, a, from) = (t.Fresh(), t.Fresh(), t.Fresh());
            t.Add(new IterateConstraint(at, from, a, false));
            return ArrowType.Of([ArrowType.Of([s, a], s), s, from], s);
        }),
        new("iterate", BuiltinKind.Iterate, 3, "the state after as many steps: iterate count step state", (t, _) =>
        {
            var s = t.Fresh();
            return ArrowType.Of([new DataType(t.Fresh(Elements.Integer), ShapeType.Scalar), new ArrowType(s, s), s], s);
        }) { Attributes = [typeof(long)] },
        new("scan", BuiltinKind.Scan, 3, "the state after a step for each element, and the outputs: scan step state elements", (t, at) =>
        {
            var (s, a, b, from, to) = (t.Fresh(), t.Fresh(), t.Fresh(), t.Fresh(), t.Fresh());
            t.Add(new IterateConstraint(at, from, a, false));
            t.Add(new CollectConstraint(at, [from], b, to));
            return ArrowType.Of([ArrowType.Of([s, a], new TupleType([s, b])), s, from], new TupleType([s, to]));
        }) { Attributes = [typeof(long)] },
        new("length", BuiltinKind.Length, 1, "the number of elements along the first axis, or of a list", (t, at) =>
        {
            var from = t.Fresh();
            t.Add(new IterateConstraint(at, from, t.Fresh(), false));
            return new ArrowType(from, Index);
        }),
        new("size", BuiltinKind.Size, 1, "the number of elements of a tensor", (t, _) => new ArrowType(t.FreshData(), Index)),
        new("fst", BuiltinKind.First, 1, "the first of a pair", (t, _) => t.Fresh() is var a ? new ArrowType(new TupleType([a, t.Fresh()]), a) : a),
        new("snd", BuiltinKind.Second, 1, "the second of a pair", (t, _) => t.Fresh() is var a ? new ArrowType(new TupleType([t.Fresh(), a]), a) : a),
        new("id", BuiltinKind.Identity, 1, "the value itself", (t, _) => t.Fresh() is var a ? new ArrowType(a, a) : a),
        new("const", BuiltinKind.Constant, 2, "a function with one value", (t, _) => t.Fresh() is var a ? ArrowType.Of([a, t.Fresh()], a) : a),
        new("stop_gradient", BuiltinKind.StopGradient, 1, "the value, without a derivative", (t, _) => t.Fresh() is var a ? new ArrowType(a, a) : a),
        new("not", BuiltinKind.Not, 1, "not", (t, _) => t.FreshData(Elements.Logic) is var a ? new ArrowType(a, a) : a),
        new("tensor", BuiltinKind.Tensor, 1, "a list of tensors of one shape as a tensor", (t, _) =>
            t.FreshData() is var a ? new ArrowType(new ListType(a), new DataType(a.Element, UnknownShape.Instance)) : a),
        new("iterate_while", BuiltinKind.IterateWhile, 3, "the state after steps as long as a condition holds: iterate_while condition step state", (t, _) =>
            t.Fresh() is var s ? ArrowType.Of([new ArrowType(s, DataType.Bool), new ArrowType(s, s), s], s) : s) { Attributes = [typeof(long)] },
        new("fixed_point", BuiltinKind.FixedPoint, 2, "the x with x = step x, near a start: fixed_point<tolerance, most steps> step start", (t, _) =>
            t.Fresh() is var s ? ArrowType.Of([new ArrowType(s, s), s], s) : s) { Attributes = [typeof(double), typeof(long)] },
        new("root", BuiltinKind.Root, 2, "the number or vector x with residual x = 0, near a start: root<tolerance, most steps> residual start", (t, _) =>
            t.FreshData(Elements.Float) is var x ? ArrowType.Of([new ArrowType(x, x), x], x) : x) { Attributes = [typeof(double), typeof(long)] },
        new("linear_solve", BuiltinKind.LinearSolve, 2, "the number or vector x with product x = b, of a linear function: linear_solve product b", (t, _) =>
            t.FreshData(Elements.Float) is var x ? ArrowType.Of([new ArrowType(x, x), x], x) : x),
        new("linear_solve_by", BuiltinKind.LinearSolveBy, 3, "the x with product x = b as a solver finds it, which also finds the derivatives: linear_solve_by solver product b", (t, _) =>
            t.Fresh() is var x && new ArrowType(x, x) is var product ? ArrowType.Of([ArrowType.Of([product, x], x), product, x], x) : x),
        new("tag", BuiltinKind.Tag, 1, "the value, under a name that a checkpoint may keep: tag<\"h\"> x", (t, _) => t.Fresh() is var a ? new ArrowType(a, a) : a)
        {
            Attributes = [typeof(string)],
            Required = 1,
        },
    ];

    /// <summary>The types of its attributes.</summary>
    public Seq<Type> Attributes { get; private init; }

    /// <summary>How many of the attributes have to be there.</summary>
    public int Required { get; private init; }

    /// <summary>True of what takes as many steps as data say.</summary>
    public bool IsLoop => Kind is BuiltinKind.Iterate or BuiltinKind.IterateWhile or BuiltinKind.FixedPoint or BuiltinKind.Root;

    /// <summary>True if attributes fit.</summary>
    public bool Takes(Seq<Syntax.AttributeSyntax> attributes) =>
        attributes.Count >= Required && attributes.Count <= Attributes.Count && attributes.Select((a, k) => AttributeValue.Fits(a, Attributes[k])).All(fits => fits);

    /// <summary>All by name.</summary>
    public static IReadOnlyDictionary<string, Builtin> All { get; } = Table.ToDictionary(b => b.Name);
}
