using MindDsl.Ir;
using MindDsl.Structures;

namespace MindDsl.Quote;

/// <content>Functions that are values of the IR: chosen at run time, kept in the state of loops, given to and by functions that call themselves.</content>
internal sealed partial class Reader
{
    private readonly Dictionary<Type, CallSignature> _signatures;
    private Type? _untyped;

    /// <summary>What functions of a delegate type take and give.</summary>
    private sealed record CallSignature(Seq<AbstractValue> Parameters, AbstractValue Result);

    /// <summary>Thrown when a call shows what functions of a delegate type take and give: the program is read again with that knowledge.</summary>
    private sealed class SignatureFoundException(Type type, CallSignature signature) : Exception
    {
        public Type DelegateType { get; } = type;

        public CallSignature Signature { get; } = signature;
    }

    /// <summary>The structure that the .NET type of a value tells: numbers, records of them, and functions of them. Tensors do not tell theirs.</summary>
    private AbstractValue? ResultOf(Type type)
    {
        switch (Layout.Of(type))
        {
            case Layout.Number number:
                return new Leaf(new Value(TensorType.Scalar(number.DType)), type);
            case Layout.Function function when TypeOf(function.Type) is { } closure:
                return new ClosureValue(new Value(closure), type);
            case Layout.Product product when product.Fault is null:
                var members = product.Members.Map(m => ResultOf(m.Type));
                return members.Any(m => m is null) ? null : new Product(type, members.Map(m => m!));
            default:
                return null;
        }
    }

    /// <summary>What functions of a delegate type take and give, if the type tells it or a call showed it.</summary>
    private CallSignature? SignatureOf(Type delegateType)
    {
        if (_signatures.TryGetValue(delegateType, out var shown)) return shown;
        var method = new Layout.Function(delegateType).Signature;
        var parameters = method.GetParameters().Select(p => ResultOf(p.ParameterType)).ToSeq();
        return parameters.All(p => p is not null) && ResultOf(method.ReturnType) is { } result ? new(parameters.Map(p => p!), result) : null;
    }

    private FunctionType? TypeOf(Type delegateType) => SignatureOf(delegateType) is { } signature ? TypeOf(signature) : null;

    private static FunctionType TypeOf(CallSignature signature) =>
        new(signature.Parameters.SelectMany(p => Flatten(p)).Select(a => a.Type).ToSeq(), Flatten(signature.Result).Select(a => a.Type).ToSeq());

    /// <summary>A known function as a value of the IR.</summary>
    private FunctionValue Closure(FunctionValue function)
    {
        if (function is UntypedValue) return function;
        var type = DelegateTypeOf(function) ?? throw new MindDslException(Diagnostics.FunctionTypeUnknown("a function"));
        if (SignatureOf(type) is not { } signature)
        {
            _untyped = type;
            return new UntypedValue(function, type);
        }
        var name = new FunctionName("lambda");
        var parameters = new List<Value>();
        var names = new Layout.Function(type).Signature.GetParameters();
        var arguments = signature.Parameters.Select((p, k) => Fresh(p, names[k].Name, parameters)).ToSeq();
        var outer = _builder;
        _builder = new BlockBuilder { Span = outer.Span };
        try
        {
            var result = Settle(Apply(function, arguments));
            if (Types(result) != Types(signature.Result))
                throw new MindDslException(Diagnostics.FunctionTypesDiffer(Names.Of(type), Types(signature.Result), Types(result)));
            _functions[name] = new(name, _builder.Build(parameters.ToSeq(), Flatten(result).ToSeq()));
        }
        finally
        {
            _builder = outer;
        }
        return new ClosureValue(_builder.Emit(new MakeClosure(name, []), [TypeOf(signature)])[0], type);
    }

    /// <summary>A call of a function whose delegate type does not tell what it takes and gives: this call does.</summary>
    private AbstractValue Probe(UntypedValue untyped, Seq<AbstractValue> arguments)
    {
        var parameters = arguments.Map(Settle);
        var result = Settle(Apply(untyped.Function, parameters));
        // A function that is given or taken and not typed itself is called first, or never.
        if (parameters.Any(HoldsUntyped) || HoldsUntyped(result)) return result;
        throw new SignatureFoundException(untyped.DelegateType, new(parameters, result));
    }

    private static bool HoldsUntyped(AbstractValue value) => value is UntypedValue || (value is Product product && product.Members.Any(HoldsUntyped));

    private static Type? DelegateTypeOf(FunctionValue function) => function switch
    {
        LambdaValue lambda => lambda.Lambda.Type,
        InstanceValue instance => instance.Instance.Function.Delegate.GetType(),
        ClosureValue closure => closure.DelegateType,
        UntypedValue untyped => untyped.DelegateType,
        ChoiceValue choice => DelegateTypeOf(choice.Then),
        RecursiveValue { Definition: { } definition } => DelegateTypeOf(definition),
        LinearValue linear => linear.DelegateType,
        NativeValue native => native.DelegateType,
        TextFunctionValue text => ClrOf(text),
        MethodValue method => System.Linq.Expressions.Expression.GetDelegateType(
            [.. method.Method.GetParameters().Select(p => p.ParameterType), method.Method.ReturnType]),
        TransformedValue transformed when DelegateTypeOf(transformed.Inner) is { } inner && transformed.Transformation.Kind
            is TransformationKind.Gradient or TransformationKind.ValueAndGradient or TransformationKind.Custom =>
            System.Linq.Expressions.Expression.GetDelegateType(
                [.. new Layout.Function(inner).Signature.GetParameters().Select(p => p.ParameterType), transformed.ResultType]),
        _ => null,
    };

    private AbstractValue Invoke(ClosureValue closure, Seq<AbstractValue> arguments)
    {
        var signature = SignatureOf(closure.DelegateType)!;
        var adapted = arguments.Select((a, k) => Adapt(Settle(a), signature.Parameters[k])).ToSeq();
        for (int k = 0; k < adapted.Count; k++)
            if (Types(adapted[k]) != Types(signature.Parameters[k]))
                throw new MindDslException(Diagnostics.FunctionTypesDiffer(Names.Of(closure.DelegateType), Types(signature.Parameters[k]), Types(adapted[k])));
        var results = _builder.Emit(new Invoke(closure.Closure, adapted.SelectMany(a => Flatten(a)).ToSeq()), ((FunctionType)closure.Closure.Type).Results);
        return Rebuild(signature.Result, [.. results]);
    }
}
