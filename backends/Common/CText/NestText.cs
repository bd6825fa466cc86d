using System.Globalization;
using MindDsl.Backends.Loops;
using MindDsl.Ir;

namespace MindDsl.Backends.CText;

/// <summary>Writes the loops of a nest.</summary>
/// <param name="nest">The nest.</param>
/// <param name="slot">The pointer or scalar that a slot is.</param>
internal sealed class NestText(Nest nest, Func<int, string> slot)
{
    private readonly NodeText _nodes = new(slot);

    /// <summary>True if the nest combines elements.</summary>
    public bool Reduces => nest.Reduced.Length > 0 || IsPlace;

    /// <summary>True if the nest finds the place of an element.</summary>
    public bool IsPlace => nest.Monoid is Monoid.ArgMax or Monoid.ArgMin;

    /// <summary>The type of what is combined, as a variable.</summary>
    public string Combined => CType.Of(nest.Body.Type);

    /// <summary>True if nothing is written.</summary>
    public bool IsEmpty => nest.Space.Any(l => nest.Extent(l) == 0);

    /// <summary>The value of a node of the nest.</summary>
    public string Value(CScope scope, Node node) => _nodes.Value(scope, node);

    /// <summary>Says what the index of a loop is.</summary>
    public void Bind(int loop, string index) => _nodes.Bind(loop, index);

    /// <summary>All of the nest, one element after another.</summary>
    public void Serial(CScope scope)
    {
        if (!IsEmpty) scope.Block("", CScopeKind.Root, root => Loops(root, nest.Space, Element));
    }

    /// <summary>Loops, one in another.</summary>
    public void Loops(CScope scope, ReadOnlySpan<int> loops, Action<CScope> body)
    {
        if (loops.Length == 0)
        {
            body(scope);
            return;
        }
        int loop = loops[0];
        int[] rest = loops[1..].ToArray();
        long extent = nest.Extent(loop);
        if (extent <= 1)
        {
            Bind(loop, "0");
            if (extent == 1) Loops(scope, rest, body);
            return;
        }
        string index = scope.Names.New();
        Bind(loop, index);
        scope.Block(string.Create(CultureInfo.InvariantCulture, $"for ({IndexType(extent)} {index} = 0; {index} < {extent}; {index}++)"), CScopeKind.Loop, inner => Loops(inner, rest, body), loop);
    }

    /// <summary>The indices of loops that are counted as one, the last fastest.</summary>
    public void Split(CScope scope, int[] loops, string flat, bool narrow)
    {
        string type = narrow ? "i32" : "i64", rest = flat;
        for (int k = loops.Length - 1; k >= 0; k--)
        {
            long extent = nest.Extent(loops[k]);
            scope.Bind(loops[k]);
            if (extent == 1)
            {
                Bind(loops[k], "0");
                continue;
            }
            bool last = loops[..k].All(l => nest.Extent(l) == 1);
            Bind(loops[k], last ? CastIndex(extent, rest, narrow) : scope.Define(IndexType(extent), string.Create(CultureInfo.InvariantCulture, $"({IndexType(extent)})({rest} % {extent})")));
            if (last) break;
            rest = scope.Define(type, string.Create(CultureInfo.InvariantCulture, $"{rest} / {extent}"));
        }
        foreach (int loop in loops.Where(l => nest.Extent(l) == 1)) Bind(loop, "0");

        string CastIndex(long extent, string index, bool isNarrow) => isNarrow || extent > int.MaxValue ? index : scope.Define("i32", $"(i32){index}");
    }

    /// <summary>One element of the result.</summary>
    public void Element(CScope scope)
    {
        if (!Reduces)
        {
            Store(scope, _nodes.Value(scope, nest.Body));
            return;
        }
        var accumulator = Begin(scope);
        Loops(scope, nest.Reduced, inner => Accumulate(inner, accumulator));
        Store(scope, accumulator.Result);
    }

    /// <summary>Puts a value at the target.</summary>
    public void Store(CScope scope, string value)
    {
        string target = $"{slot(nest.TargetSlot)}[{_nodes.Value(scope, nest.Target)}]";
        if (nest.Store == StoreKind.Add) value = NodeText.Function(Intrinsic.Add, nest.TargetType, target, value);
        scope.Add($"{target} = {CType.Store(nest.TargetType, value)};");
    }

    /// <summary>Puts a part of a value at the place that it has among the parts.</summary>
    public void StorePart(CScope scope, string value, long parts, string part) =>
        scope.Add(string.Create(CultureInfo.InvariantCulture, $"{slot(nest.TargetSlot)}[{_nodes.Value(scope, nest.Target)} * {parts} + {part}] = {value};"));

    /// <summary>Variables for what is combined so far.</summary>
    public Accumulator Begin(CScope scope)
    {
        string best = scope.Define(Combined, CType.Constant(Identity()));
        return IsPlace ? new(best, scope.Define("i64", "-1")) : new(best, null);
    }

    /// <summary>Combines with the element at the reduced indices.</summary>
    public void Accumulate(CScope scope, Accumulator accumulator)
    {
        if (accumulator.Place is { } place)
        {
            string element = _nodes.Value(scope, nest.Body);
            Take(scope, accumulator, element, _nodes.Value(scope, nest.Graph.Index(nest.Reduced[0])));
            return;
        }
        if (nest.Monoid == Monoid.Sum && nest.Body.Kind == NodeKind.MultiplyAdd)
        {
            string a = _nodes.Value(scope, nest.Body.Operands[0]), b = _nodes.Value(scope, nest.Body.Operands[1]);
            scope.Add($"{accumulator.Best} = {nest.Body.Type.Name}_fma({a}, {b}, {accumulator.Best});");
            return;
        }
        scope.Add($"{accumulator.Best} = {Combine(accumulator.Best, _nodes.Value(scope, nest.Body))};");
    }

    /// <summary>Takes an element that is better, or equal and before.</summary>
    public void Take(CScope scope, Accumulator accumulator, string element, string place)
    {
        var (best, at) = (accumulator.Best, accumulator.Place!);
        string better = nest.Monoid == Monoid.ArgMax ? $"{element} > {best}" : $"{element} < {best}";
        string first = $"({element} == {best} && {place} < {at})";
        // A NaN is taken unless there is one already.
        string condition = nest.Body.Type.IsFloat
            ? $"{at} < 0 || {better} || {first} || ({element} != {element} && ({best} == {best} || {place} < {at}))"
            : $"{at} < 0 || {better} || {first}";
        scope.Add($"if ({place} >= 0 && ({condition})) {{ {best} = {element}; {at} = {place}; }}");
    }

    /// <summary>Two values combined.</summary>
    public string Combine(string a, string b) => nest.Body.Type == DType.Bool
        ? NodeText.Function(nest.Monoid == Monoid.Max ? Intrinsic.Or : Intrinsic.And, DType.Bool, a, b)
        : NodeText.Function(nest.Monoid switch { Monoid.Sum => Intrinsic.Add, Monoid.Product => Intrinsic.Mul, Monoid.Max => Intrinsic.Max, _ => Intrinsic.Min }, nest.Body.Type, a, b);

    /// <summary>What combines with nothing.</summary>
    public Literal Identity() => nest.Identity(nest.Body.Type);

    /// <summary>The type of an index below a length.</summary>
    public static string IndexType(long extent) => extent <= int.MaxValue ? "i32" : "i64";
}

/// <summary>Variables of a reduction: the value so far, and its place if that is wanted.</summary>
internal sealed record Accumulator(string Best, string? Place)
{
    /// <summary>What the reduction gives.</summary>
    public string Result => Place ?? Best;
}
