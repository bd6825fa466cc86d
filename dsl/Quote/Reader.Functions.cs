using MindDsl.Ir;
using MindDsl.Structures;
using MindDsl.Text;

namespace MindDsl.Quote;

internal sealed partial class Reader
{
    private readonly Dictionary<(object, string), MemoEntry> _memo = [];
    private readonly Dictionary<object, HashSet<int>> _specialised = [];
    private readonly HashSet<MemoEntry> _incomplete = [];
    private readonly HashSet<FunctionInstance> _inlining = [];

    /// <summary>A function for arguments of certain types, read or being read.</summary>
    private sealed class MemoEntry(FunctionName name)
    {
        public FunctionName Name { get; } = name;

        /// <summary>The structure and types of the result; null while they are not known.</summary>
        public AbstractValue? Result { get; set; }

        /// <summary>The structure of the result as text.</summary>
        public string? Signature { get; set; }
    }

    /// <summary>What is read when a function is applied.</summary>
    private sealed record FunctionBody(IReadOnlyList<string?> ParameterNames, Func<string> Text, Func<Seq<AbstractValue>, AbstractValue> Read);

    private FunctionBody BodyOf(LambdaValue lambda) => new(
        [.. lambda.Lambda.Parameters.Select(p => p.Name)], () => ExpressionText.Of(lambda.Lambda), arguments => Body(lambda, arguments));

    private FunctionBody BodyOf(FunctionInstance instance) => instance.Function.Code switch
    {
        TextCode text => BodyOf(text, instance),
        ModuleCode module => BodyOf(module),
        var code => BodyOf(new LambdaValue(((LambdaCode)code).Lambda, new LexicalScope(instance))),
    };

    /// <summary>Thrown at a recursive call whose result type is not known yet; a conditional around it reads its other branch first.</summary>
    private sealed class ResultUnknownException(MemoEntry entry) : Exception
    {
        public MemoEntry Entry { get; } = entry;
    }

    /// <summary>Applies a function.</summary>
    private AbstractValue Apply(FunctionValue function, Seq<AbstractValue> arguments) => function switch
    {
        LambdaValue lambda => Body(lambda, arguments),
        InstanceValue instance => ApplyInstance(instance.Instance, arguments),
        TransformedValue transformed => ApplyTransformed(transformed, arguments),
        RecursiveValue recursive => ApplyRecursive(recursive, arguments),
        ChoiceValue choice => Conditional(choice.Condition, () => Apply(choice.Then, arguments), () => Apply(choice.Otherwise, arguments)),
        ClosureValue closure => Invoke(closure, arguments),
        MethodValue method => ApplyMethod(method.Method, arguments, null),
        LinearValue linear => ApplyLinear(linear, arguments),
        WrittenValue written => written.Apply(arguments),
        TextFunctionValue text => ApplyText(text, arguments.Map(Import)),
        NativeValue native => Export(Curried(native.Function, arguments.Map(Import)), new Layout.Function(native.DelegateType).Signature.ReturnType),
        UntypedValue untyped => Probe(untyped, arguments),
        _ => throw new MindDslException(Diagnostics.Internal($"a function of the kind {function.GetType().Name}")),
    };

    private AbstractValue Apply(FunctionValue function, params ReadOnlySpan<AbstractValue> arguments) => Apply(function, Seq.Create(arguments));

    private AbstractValue Body(LambdaValue lambda, Seq<AbstractValue> arguments)
    {
        var scope = lambda.Scope;
        for (int i = 0; i < arguments.Count; i++) scope = scope.With(lambda.Lambda.Parameters[i], arguments[i]);
        return Read(lambda.Lambda.Body, scope);
    }

    private AbstractValue ApplyInstance(FunctionInstance instance, Seq<AbstractValue> arguments)
    {
        if (instance.Function.Code is DerivedCode derived)
        {
            var rule = derived.Transformation.Kind == TransformationKind.Custom ? new InstanceValue(RootOf(instance, 1)) : null;
            return Apply(new TransformedValue(derived.Transformation, new InstanceValue(RootOf(instance, 0)), derived.ResultType, rule), arguments);
        }
        var code = instance.Function.Code;
        var lambda = BodyOf(instance);
        bool higherOrder = Layout.Of(code.ResultType).HoldsFunctions || code.ParameterTypes.Any(p => Layout.Of(p).HoldsFunctions);
        if (!higherOrder) return ApplyOnce(instance, code.Name, code.ResultType, lambda, arguments);
        // A function of functions is read for the functions that it is given; when it calls itself, they become values.
        if (!_inlining.Add(instance)) return ApplyOnce(instance, code.Name, code.ResultType, lambda, arguments);
        try
        {
            return lambda.Read(arguments);
        }
        finally
        {
            _inlining.Remove(instance);
        }
    }

    private AbstractValue ApplyRecursive(RecursiveValue recursive, Seq<AbstractValue> arguments) => recursive.Definition switch
    {
        LambdaValue lambda => ApplyOnce(recursive, "rec", lambda.Lambda.ReturnType, BodyOf(lambda), arguments),
        TextLambda text => ApplyOnce(recursive, text.Code.Name, typeof(object), BodyOf(text), arguments.Map(Import)),
        _ => Apply(recursive.Definition ?? throw new MindDslException(Diagnostics.RecursionWithoutEnd("the function")), arguments),
    };

    /// <summary>A call of a function of the module, which is read once for each types of arguments.</summary>
    private AbstractValue ApplyOnce(object key, string name, Type resultType, FunctionBody lambda, Seq<AbstractValue> arguments)
    {
        // A function that is passed on as it is, as in iter f (n - 1) (f x), is part of what is called and not a value.
        var given = new Product(typeof(object[]), arguments.Map(a => Force(a) is FunctionValue f && IsPassedOn(key, f) ? new Passed(f) : Settle(a)));
        var atoms = Flatten(given);
        if (!_specialised.TryGetValue(key, out var known)) _specialised[key] = known = [];
        while (true)
        {
            string signature = Signature(given) + string.Concat(known.Order().Select(i => atoms[i] is Literal l ? $"|{i}={l}" : "|"));
            foreach (var member in given.Members) if (member is Passed passed) signature += "|" + NumberOf(passed.Function);
            if (!_memo.TryGetValue((key, signature), out var entry))
            {
                var parameters = new List<Value>();
                try
                {
                    entry = Define((key, signature), name, resultType, lambda, given, atoms, known, parameters);
                }
                catch (ValueNeededException needed) when (parameters.IndexOf(needed.Parameter) is var i and >= 0)
                {
                    if (atoms[i] is Literal && known.Add(i)) continue;
                    if (atoms[i] is Value outer) throw new ValueNeededException(outer);
                    throw;
                }
            }
            if (entry.Result is null) throw new ResultUnknownException(entry);
            var types = Flatten(entry.Result).Select(a => a.Type).ToSeq();
            return Rebuild(entry.Result, [.. _builder.Emit(new Call(entry.Name, atoms.ToSeq()), types)]);
        }
    }

    private MemoEntry Define((object, string) key, string name, Type resultType, FunctionBody lambda, Product given, List<Atom> atoms, HashSet<int> known, List<Value> parameters)
    {
        var entry = _memo[key] = new MemoEntry(new FunctionName(name)) { Result = ResultOf(resultType) };
        bool complete = false;
        try
        {
            for (int attempt = 0; ; attempt++)
            {
                var result = ReadFunction(entry, lambda, given, atoms, known, parameters);
                string signature = Signature(result);
                if (!_incomplete.Remove(entry) && (entry.Signature is null || entry.Signature == signature))
                {
                    (entry.Result, entry.Signature) = (result, signature);
                    // A function that another one's unknown result is missing in is read again when that is known.
                    complete = _incomplete.Count == 0;
                    return entry;
                }
                if (attempt == 2) throw new MindDslException(Diagnostics.RecursionChangesType(name, entry.Signature ?? "", signature));
                (entry.Result, entry.Signature) = (result, signature);
            }
        }
        catch (ResultUnknownException unknown) when (unknown.Entry == entry)
        {
            throw new MindDslException(Diagnostics.RecursionWithoutEnd(lambda.Text()));
        }
        finally
        {
            if (!complete) _memo.Remove(key);
        }
    }

    private AbstractValue ReadFunction(MemoEntry entry, FunctionBody lambda, Product given, List<Atom> atoms, HashSet<int> known, List<Value> parameters)
    {
        var outer = _builder;
        _builder = new BlockBuilder { Span = outer.Span };
        parameters.Clear();
        try
        {
            var arguments = new List<AbstractValue>();
            for (int i = 0; i < given.Members.Count; i++) arguments.Add(given.Members[i] is Passed ? given.Members[i] : Fresh(given.Members[i], lambda.ParameterNames[i], parameters));
            var inside = parameters.Select((p, i) => known.Contains(i) && atoms[i] is Literal literal ? (Atom)literal : p).ToList();
            var bound = (Product)Rebuild(new Product(typeof(object[]), arguments.ToSeq()), inside);
            var result = Settle(lambda.Read(bound.Members.Map(m => m is Passed passed ? passed.Function : m)));
            _functions[entry.Name] = new(entry.Name, _builder.Build(parameters.ToSeq(), Flatten(result).ToSeq()));
            return result;
        }
        finally
        {
            _builder = outer;
        }
    }

    /// <summary>A function of the module for arguments of these types, that may read values around it; functions among the arguments are part of it.</summary>
    private (FunctionName Name, AbstractValue Result, Seq<AbstractValue> Arguments) AsModuleFunction(FunctionValue function, Seq<AbstractValue> arguments)
    {
        var settled = arguments.Map(a => Force(a) is FunctionValue f ? f : Settle(a));
        var name = new FunctionName(function switch
        {
            InstanceValue instance => instance.Instance.Function.Code.Name,
            WrittenValue written => written.Name,
            _ => "lambda",
        });
        var parameters = new List<Value>();
        var inside = settled.Map(a => a is FunctionValue ? a : Fresh(a, null, parameters));
        var outer = _builder;
        _builder = new BlockBuilder { Span = outer.Span };
        try
        {
            var result = Settle(Apply(function, inside));
            _functions[name] = new(name, _builder.Build(parameters.ToSeq(), Flatten(result).ToSeq()));
            return (name, result, settled);
        }
        finally
        {
            _builder = outer;
        }
    }
}
