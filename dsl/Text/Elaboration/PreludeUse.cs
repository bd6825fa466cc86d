using MindDsl.Ir;
using MindDsl.Text.Syntax;
using MindDsl.Text.Types;

namespace MindDsl.Text.Elaboration;

/// <summary>An operation with attributes as it is used.</summary>
/// <param name="Name">The name.</param>
/// <param name="Operation">The element-wise operation, or null.</param>
/// <param name="Function">The function of the prelude, or null.</param>
/// <param name="Attributes">The attributes as they are written, in the order of the function's.</param>
/// <param name="Count">How many arguments it takes.</param>
internal sealed record PreludeUse(string Name, Elementwise? Operation, PreludeFunction? Function, Seq<AttributeSyntax> Attributes, int Count)
{
    /// <summary>The operation of a name with attributes, for as many arguments as are known to be there (0 if that is not known); null if none fits.</summary>
    public static PreludeUse? Find(string name, Seq<AttributeSyntax> attributes, int arguments)
    {
        if (PreludeTable.Operations.TryGetValue(name, out var operation)) return attributes.Count == 0 ? new(name, operation, null, [], operation.Arity) : null;
        if (!PreludeTable.Functions.TryGetValue(name, out var functions)) return null;
        var fitting = functions.Where(f => Fit(f, attributes)).ToArray();
        var found = fitting.FirstOrDefault(f => f.Terms.Count == arguments) ?? fitting.FirstOrDefault();
        return found is null ? null : new(name, null, found, attributes, found.IsVariadic && arguments > 0 ? arguments : found.Terms.Count);
    }

    /// <summary>What an operation may have as attributes, for messages.</summary>
    public static string Describe(string name) => PreludeTable.Functions.TryGetValue(name, out var functions)
        ? string.Join(" or ", functions.Select(f => f.Attributes.Count == 0 ? name : $"{name}<{string.Join(", ", f.Attributes.Select(a => f.Parameters[a].Name))}>").Distinct())
        : name;

    /// <summary>The type of one use.</summary>
    public MindType TypeOf(Inference inference, TextSpan span) => Operation is { } operation ? TypeOf(inference, span, operation) : TypeOf(inference, span, Function!);

    private static MindType TypeOf(Inference inference, TextSpan span, Elementwise operation)
    {
        var allowed = operation.Signature switch
        {
            Signature.Number => Elements.Number,
            Signature.Float or Signature.Classify => Elements.Float,
            Signature.Logic => Elements.Logic,
            Signature.Integer => Elements.Integer,
            Signature.Compare => Elements.Computed,
            Signature.Any or Signature.Select => Elements.All,
        };
        var condition = operation.Signature == Signature.Select ? new DataType(ElementType.Of(DType.Bool), inference.Fresh()) : null;
        var operands = Seq.Range(operation.Arity - (condition is null ? 0 : 1)).Map(_ => inference.FreshData(allowed));
        bool isBool = operation.Signature is Signature.Compare or Signature.Classify;
        var result = operation.Arity == 1
            ? new DataType(isBool ? ElementType.Of(DType.Bool) : operands[0].Element, operands[0].Shape)
            : new DataType(isBool ? ElementType.Of(DType.Bool) : inference.Fresh(allowed), inference.Fresh());
        if (operation.Arity > 1) inference.Add(new BroadcastConstraint(span, operation.Name, condition, operands, result));
        return ArrowType.Of(condition is null ? operands : (Seq<MindType>)[condition, .. operands], result);
    }

    private MindType TypeOf(Inference inference, TextSpan span, PreludeFunction function)
    {
        var operands = new List<MindType>();
        var single = function.Terms.Count == 1 && function.Parameters[function.Terms[0]].ParameterType == typeof(Term);
        var probes = Enum.GetValues<DType>().ToDictionary(d => d, d => Attributes.Count == 0 ? function.Probe(d) : null);
        bool isKnown = probes.Values.Any(p => p is not null);
        var allowed = !isKnown || !single ? Elements.All : (Elements)probes.Where(p => p.Value is not null && (!p.Key.IsStorage || p.Value.Result == p.Key)).Sum(p => 1 << (int)p.Key);
        var first = inference.FreshData(allowed);
        foreach (int term in function.Terms)
        {
            bool isList = function.Parameters[term].ParameterType == typeof(Term[]);
            // Operands that may have one type have one; indices and keys have their own.
            var operand = operands.Count == 0 || isKnown ? new DataType(first.Element, operands.Count == 0 && !isList ? first.Shape : inference.Fresh()) : inference.FreshData();
            if (function.IsVariadic && isList) for (int k = operands.Count; k < Count; k++) operands.Add(new DataType(first.Element, UnknownShape.Instance));
            else operands.Add(isList ? new ListType(new DataType(operand.Element, UnknownShape.Instance)) : operand);
        }
        return ArrowType.Of(operands, Result(inference, function, first, probes.Where(p => !p.Key.IsStorage).ToDictionary()));
    }

    private MindType Result(Inference inference, PreludeFunction function, DataType first, Dictionary<DType, ProbedType?> probes)
    {
        var element = first.Element;
        if (function.Attributes.Select((a, k) => (Parameter: function.Parameters[a], k)).FirstOrDefault(x => x.Parameter.ParameterType == typeof(DType)) is { Parameter: { } dtype, k: var place })
            element = ElementType.Of(place < Attributes.Count && AttributeValue.Read(Attributes[place], typeof(DType), _ => null) is DType given ? given : (DType)dtype.DefaultValue!);
        else if (function.Parameters[0].Name == "key") element = AnyElement.Instance;
        else if (probes.Values.OfType<ProbedType>().Select(p => p.Result).Distinct().ToArray() is [var only] && probes.Values.Count(p => p is not null) > 1) element = ElementType.Of(only);
        else if (probes.Any(p => p.Value is { } type && type.Result != p.Key)) element = probes.Any(p => p.Key.IsFloat && p.Value is { } type && type.Result != p.Key) ? AnyElement.Instance : element;
        var shapes = probes.Values.OfType<ProbedType>().Select(p => p.Shape).Distinct().ToArray();
        MindType shape = shapes is [ProbedShape.Same] ? first.Shape : shapes is [ProbedShape.Scalar] ? ShapeType.Scalar : UnknownShape.Instance;
        var data = new DataType(element, shape);
        if (function.ResultType == typeof(Term)) return data;
        if (function.ResultType == typeof(Term[])) return new ListType(new DataType(element, UnknownShape.Instance));
        return function.ResultType.IsGenericType
            ? new TupleType(function.ResultType.GetGenericArguments().Select(MindType (_) => new DataType(element, UnknownShape.Instance)).ToSeq())
            : data;
    }

    private static bool Fit(PreludeFunction function, Seq<AttributeSyntax> attributes)
    {
        var places = function.Attributes;
        for (int k = 0; k < places.Count; k++)
        {
            var parameter = function.Parameters[places[k]];
            if (k < attributes.Count && k == places.Count - 1 && parameter.IsDefined(typeof(ParamArrayAttribute), false) && attributes[k] is not ListAttributeSyntax)
                return attributes.Slice(k, attributes.Count - k).All(a => AttributeValue.Fits(a, parameter.ParameterType.GetElementType()!));
            if (k < attributes.Count ? !AttributeValue.Fits(attributes[k], parameter.ParameterType) : !parameter.HasDefaultValue) return false;
        }
        return attributes.Count <= places.Count;
    }
}
