using System.Linq.Expressions;
using MindDsl.Ir;
using MindDsl.Structures;
using MindDsl.Text.Elaboration;
using MindDsl.Text.Syntax;
using MindDsl.Text.Types;

namespace MindDsl.Quote;

/// <content>Application of functions of the textual language, and the border to those of C#.</content>
internal sealed partial class Reader
{
    /// <summary>A function applied to arguments one after the other: too few give a function, those left over go to the result.</summary>
    private AbstractValue Curried(FunctionValue function, Seq<AbstractValue> arguments)
    {
        while (true)
        {
            int arity = Arity(function);
            if (function is PartialValue partial) (function, arguments, arity) = (partial.Function, [.. partial.Given, .. arguments], Arity(partial.Function));
            if (arguments.Count < arity) return new PartialValue(function, arguments);
            // A function of C# without parameters is applied to ().
            if (arity == 0) return ApplyForeign(function, []);
            var result = IsForeign(function) ? ApplyForeign(function, arguments.Slice(0, arity)) : Apply(function, arguments.Slice(0, arity));
            if (arguments.Count == arity) return result;
            (function, arguments) = (AsFunction(result), arguments.Slice(arity, arguments.Count - arity));
        }
    }

    private AbstractValue ApplyText(TextFunctionValue function, Seq<AbstractValue> arguments)
    {
        switch (function)
        {
            case TextLambda lambda:
                // A call from C# without arguments.
                if (arguments.Count == 0) arguments = [new Product(typeof(object), [])];
                if (arguments.Count != lambda.Code.Parameters.Count) return Curried(lambda, arguments);
                var scope = lambda.Scope;
                for (int k = 0; k < arguments.Count; k++) scope = Bind(lambda.Code.Parameters[k], arguments[k], scope);
                return ReadText(lambda.Code.Body, scope);
            case ComposedValue composed when arguments.Count == 1:
                return Curried(composed.Second, [Curried(composed.First, arguments)]);
            case NamedFunctionValue named when arguments.Count == named.Arity:
                return ApplyNamed(named, arguments);
            default:
                return Curried(function, arguments);
        }
    }

    private AbstractValue ApplyNamed(NamedFunctionValue function, Seq<AbstractValue> arguments)
    {
        switch (function.Code)
        {
            case PreludeCore { Use: { Operation: { } operation } }:
                return Pointwise(operation, arguments);
            case PreludeCore prelude:
                return ApplyPrelude(prelude.Use, arguments, function.Scope);
            case BuiltinCore builtin:
                return ApplyBuiltin(builtin, arguments, function.Scope);
            case OperatorCore op:
                return ApplyOperator(op.Operator, arguments[0], arguments[1]);
            case ConversionCore conversion:
                var leaf = AsLeaf(arguments[0]);
                return new Leaf(_builder[leaf.Atom].To(conversion.To).Atom, leaf.Type.Rank == 0 && Layout.NumberType(leaf.Clr) is not null ? ClrOf(conversion.To) : typeof(Tensor));
            case TransformCore transform:
                var inner = AsFunction(arguments[0]);
                return new TransformedValue(
                    transform.Transformation.Make(transform.Transformation, DeepArity(inner)), inner, transform.Transformation.ResultType, arguments.Count > 1 ? AsFunction(arguments[1]) : null);
            default:
                var found = (CaseCore)function.Code;
                return new CaseValue(found.Case, found.Case.Fields.Count == 1 ? arguments : Members(arguments[0], found.Case.Fields.Count), function.Scope[found.Type]);
        }
    }

    /// <summary>The functions that are passed to a recursive function as they are; more than these are values.</summary>
    private readonly Dictionary<object, List<FunctionValue>> _passed = [];

    private readonly List<FunctionValue> _numbered = [];

    private const int MostPassed = 16;

    /// <summary>True of a function of the language that a function which may call itself is given: it is read for it, unless there are ever new ones.</summary>
    private bool IsPassedOn(object key, FunctionValue function)
    {
        if (key is not RecursiveValue { Definition: TextLambda } || function is ClosureValue or UntypedValue) return false;
        if (!_passed.TryGetValue(key, out var known)) _passed[key] = known = [];
        if (known.Contains(function)) return true;
        if (known.Count >= MostPassed) return false;
        known.Add(function);
        return true;
    }

    private int NumberOf(FunctionValue function)
    {
        if (!_numbered.Contains(function)) _numbered.Add(function);
        return _numbered.IndexOf(function);
    }

    /// <summary>True of functions that take and give values in the structures of C#.</summary>
    private static bool IsForeign(FunctionValue function) => function switch
    {
        LambdaValue or InstanceValue or ClosureValue or UntypedValue or MethodValue or NativeValue => true,
        TransformedValue transformed => IsForeign(transformed.Inner),
        LinearValue => true,
        ChoiceValue choice => IsForeign(choice.Then),
        RecursiveValue { Definition: { } definition } => IsForeign(definition),
        _ => false,
    };

    private AbstractValue ApplyForeign(FunctionValue function, Seq<AbstractValue> arguments)
    {
        if (function is LinearValue linear)
            arguments = arguments.Map((a, k) => linear.Inputs[k] is Product { Fields: null } input && Layout.Of(input.Clr) is Layout.Product ? Export(a, input.Clr) : a);
        else if (function is not TransformedValue && DelegateTypeOf(function) is { } type)
            arguments = new Layout.Function(type).Signature.GetParameters().Select((p, k) => Export(arguments[k], p.ParameterType)).ToSeq();
        else if (function is TransformedValue { Inner: var inner } && DelegateTypeOf(inner) is { } innerType)
        {
            var parameters = new Layout.Function(innerType).Signature.GetParameters();
            arguments = arguments.Map((a, k) => k < parameters.Length * (arguments.Count / Math.Max(1, parameters.Length)) ? Export(a, parameters[k % parameters.Length].ParameterType) : a);
        }
        return Import(Apply(function, arguments));
    }

    /// <summary>How many arguments a function takes before it gives something.</summary>
    private static int Arity(FunctionValue function) => function switch
    {
        TextLambda lambda => lambda.Code.Parameters.Count,
        PartialValue partial => Arity(partial.Function) - partial.Given.Count,
        ComposedValue => 1,
        NamedFunctionValue named => named.Arity,
        NativeValue native => ParameterCount(native.DelegateType),
        LambdaValue lambda => lambda.Lambda.Parameters.Count,
        InstanceValue instance => instance.Instance.Function.Code.ParameterTypes.Length,
        ClosureValue closure => ParameterCount(closure.DelegateType),
        UntypedValue untyped => ParameterCount(untyped.DelegateType),
        MethodValue method => method.Method.GetParameters().Length,
        RecursiveValue { Definition: { } definition } => Arity(definition),
        ChoiceValue choice => Arity(choice.Then),
        TransformedValue transformed => ArityOf(transformed),
        LinearValue linear => linear.Inputs.Count,
        _ => 1,
    };

    private static int ArityOf(TransformedValue function) => function.Transformation.Kind switch
    {
        TransformationKind.Forward or TransformationKind.Taylor => 2 * DeepArity(function.Inner),
        TransformationKind.Reverse or TransformationKind.HessianProduct => DeepArity(function.Inner) + 1,
        _ => DeepArity(function.Inner),
    };

    /// <summary>How many arguments a function takes before it gives something that is no function.</summary>
    private static int DeepArity(FunctionValue function) => function switch
    {
        TextLambda lambda => Math.Max(Arrows(lambda.Scope[lambda.Code.Type]), lambda.Code.Parameters.Count),
        PartialValue partial => DeepArity(partial.Function) - partial.Given.Count,
        ComposedValue composed => DeepArity(composed.Second),
        RecursiveValue { Definition: { } definition } => DeepArity(definition),
        ChoiceValue choice => DeepArity(choice.Then),
        _ => Arity(function),
    };

    private static int Arrows(MindType type)
    {
        int count = 0;
        for (type = type.Resolved; type is ArrowType arrow; type = arrow.Result.Resolved) count++;
        return count;
    }

    private static int ParameterCount(Type delegateType) => new Layout.Function(delegateType).Signature.GetParameters().Length;

    /// <summary>A value of C# in the structures of the language: records have their fields in the order of the names.</summary>
    private AbstractValue Import(AbstractValue value)
    {
        switch (value)
        {
            case Captured:
                return Import(Force(value));
            case Product { Fields: null } product when !product.Clr.IsArray && Layout.Of(product.Clr) is Layout.Product layout && layout.Members.Count == product.Members.Count:
                var members = product.Members.Map(Import);
                if (ClrTypes.IsTuple(product.Clr)) return new Product(product.Clr, members);
                var order = Enumerable.Range(0, members.Count).OrderBy(k => layout.Members[k].Name, StringComparer.Ordinal).ToArray();
                return new Product(typeof(object), [.. order.Select(k => members[k])], [.. order.Select(k => layout.Members[k].Name)]);
            case Product product:
                return product.With(product.Members.Map(Import));
            default:
                return value;
        }
    }

    /// <summary>A value of the language in the structure of a .NET type.</summary>
    private AbstractValue Export(AbstractValue value, Type type)
    {
        value = Force(value);
        switch (Layout.Of(type))
        {
            case Layout.Function:
                return value is FunctionValue function && !IsForeign(function) ? new NativeValue(function, type) : value;
            case Layout.Number number when value is not Absent:
                var scalar = AsLeaf(value);
                if (scalar.IsWeak) scalar = new Leaf(WeakTo(scalar, number.DType), type);
                return scalar.Type.Rank == 0 && scalar.Type.DType == number.DType
                    ? new Leaf(scalar.Atom, type)
                    : throw new MindDslException(Diagnostics.AnnotationDiffers(number.DType.Name, scalar.Type.ToString()));
            case Layout.Tensor when value is not Absent:
                return new Leaf(AsLeaf(value).Atom, type);
            case Layout.Array array when value is not Absent:
                var leaf = AsLeaf(value);
                return leaf.Type.Rank == array.Rank && leaf.Type.DType == array.DType
                    ? new Leaf(leaf.Atom, type)
                    : throw new MindDslException(Diagnostics.AnnotationDiffers(new DataType(ElementType.Of(array.DType), ShapeType.OfRank(array.Rank)).ToString(), leaf.Type.ToString()));
            case Layout.Product product when Settle(value) is Product found && found.Members.Count == product.Members.Count:
                return new Product(type, product.Members.Map((m, k) => Export(found.Fields is { } fields ? found.Members[fields.IndexOf(m.Name)] : found.Members[k], m.Type)));
            case Layout.List list:
                var elements = AsSequence(value);
                var settled = value is Product known ? known.Members : Enumerable.Range(0, checked((int)(KnownLength(elements.Length)
                    ?? throw new MindDslException(Diagnostics.AttributeNotKnown("the length of a list"))).Value)).Select(i => ElementAt(elements, Literal.Index(i))).ToSeq();
                return new Product(type, settled.Map(e => Export(e, list.Element)));
            default:
                return value;
        }
    }

    /// <summary>The delegate type that a function of the language would have in C#, if its types are known.</summary>
    private static Type? ClrOf(TextFunctionValue function)
    {
        int skipped = 0;
        FunctionValue inner = function;
        while (inner is PartialValue partial) (inner, skipped) = (partial.Function, skipped + partial.Given.Count);
        if (inner is RecursiveValue { Definition: TextLambda definition }) inner = definition;
        if (inner is not TextLambda lambda) return null;
        var type = lambda.Scope[lambda.Code.Type];
        var parameters = new List<Type>();
        for (; type is ArrowType arrow; type = arrow.Result.Resolved)
        {
            if (skipped-- > 0) continue;
            if (ClrOf(arrow.Parameter) is not { } parameter) return null;
            parameters.Add(parameter);
        }
        return ClrOf(type) is { } result ? Expression.GetDelegateType([.. parameters, result]) : null;
    }

    private static Type? ClrOf(MindType type)
    {
        switch (type.Resolved)
        {
            case DataType { Element.Resolved: ElementType element, Shape.Resolved: ShapeType { Rank: 0 } }:
                return ClrOf(element.DType);
            case DataType or TypeVariable:
                return typeof(Tensor);
            case TupleType { Items: { Count: 2 } items } when ClrOf(items[0]) is { } a && ClrOf(items[1]) is { } b:
                return typeof(ValueTuple<,>).MakeGenericType(a, b);
            case TupleType { Items: { Count: 3 } items } when ClrOf(items[0]) is { } a && ClrOf(items[1]) is { } b && ClrOf(items[2]) is { } c:
                return typeof(ValueTuple<,,>).MakeGenericType(a, b, c);
            case ArrowType arrow when ClrOf(arrow.Parameter) is { } parameter && ClrOf(arrow.Result) is { } result:
                return Expression.GetDelegateType(parameter, result);
            default:
                return null;
        }
    }
}
