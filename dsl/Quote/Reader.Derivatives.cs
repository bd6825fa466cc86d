using MindDsl.Ir;
using MindDsl.Structures;

namespace MindDsl.Quote;

internal sealed partial class Reader
{
    private AbstractValue ApplyTransformed(TransformedValue function, Seq<AbstractValue> arguments) => function.Transformation.Kind switch
    {
        TransformationKind.Gradient or TransformationKind.ValueAndGradient => ReadGradient(function, arguments),
        TransformationKind.Forward => ReadForward(function, arguments),
        TransformationKind.Reverse => ReadReverse(function, arguments),
        TransformationKind.Batch => ReadBatch(function, arguments),
        TransformationKind.Custom => ReadCustom(function, arguments),
        TransformationKind.Jacobian or TransformationKind.JacobianForward or TransformationKind.JacobianReverse or TransformationKind.Hessian => ReadJacobian(function, arguments),
        TransformationKind.HessianProduct => ReadHessianProduct(function, arguments),
        TransformationKind.HessianDiagonal => ReadHessianDiagonal(function, arguments),
        TransformationKind.Taylor => ReadTaylor(function, arguments),
        TransformationKind.Derivatives => ReadDerivatives(function, arguments),
        TransformationKind.Checkpoint => ReadCheckpoint(function, arguments),
        TransformationKind.Linearize => ReadLinearization(DerivativeKind.Forward, function.Inner, arguments, typeof(Delegate), function.ResultType),
        TransformationKind.Pullback => ReadLinearization(DerivativeKind.Reverse, function.Inner, arguments, typeof(Delegate), function.ResultType),
    };

    private AbstractValue ReadGradient(TransformedValue function, Seq<AbstractValue> arguments)
    {
        var transformation = function.Transformation;
        var (name, result, given) = AsModuleFunction(function.Inner, arguments);
        var loss = LossOf(result);
        var wrt = transformation.Arguments.Count == 0 ? Seq.Range(given.Count) : transformation.Arguments;
        var active = Active(given, wrt.Contains);
        foreach (int argument in wrt) RequireFloat(function.Inner, given[argument], argument);
        var atoms = Flatten(result);
        var wanted = atoms.Select((_, k) => k == 0).ToSeq();
        var seed = Literal.Of(loss.DType, 1.0);
        var outputs = Differentiated(DerivativeKind.Reverse, name, active, wanted, [.. given.SelectMany(a => Flatten(a)), seed], atoms);
        var value = Rebuild(result, outputs.Take(atoms.Count).ToList());
        int next = atoms.Count;
        var gradients = wrt.Map(a => Cotangent(given[a], outputs, ref next));
        var gradient = transformation.Arguments.Count == 0 ? new Product(function.ResultType, gradients) : gradients[0];
        if (transformation.Kind == TransformationKind.ValueAndGradient) return new Product(function.ResultType, [value, gradient]);
        return transformation.Aux ? new Product(function.ResultType, [gradient, ((Product)value).Members[1]]) : gradient;
    }

    private AbstractValue ReadForward(TransformedValue function, Seq<AbstractValue> arguments)
    {
        int n = arguments.Count / 2;
        var (name, result, given) = AsModuleFunction(function.Inner, arguments.Slice(0, n));
        var active = Active(given, _ => true);
        var atoms = Flatten(result);
        var wanted = atoms.Select(a => a.Type.IsDifferentiable).ToSeq();
        var tangents = new List<Atom>();
        for (int i = 0; i < n; i++)
        {
            var flat = Flatten(given[i]);
            var tangent = Flatten(Settle(arguments[n + i]));
            for (int k = 0; k < flat.Count; k++)
            {
                if (!flat[k].Type.IsDifferentiable) continue;
                if (tangent.Count != flat.Count || !tangent[k].Type.Equals(flat[k].Type))
                    throw new MindDslException(Diagnostics.TangentDiffers("tangent", flat[k].Type.ToString(), tangent.Count == flat.Count ? tangent[k].Type.ToString() : "another structure"));
                tangents.Add(tangent[k]);
            }
        }
        var outputs = Differentiated(DerivativeKind.Forward, name, active, wanted, [.. given.SelectMany(a => Flatten(a)), .. tangents], atoms);
        int next = atoms.Count;
        return new Product(function.ResultType, [Rebuild(result, outputs.Take(atoms.Count).ToList()), Cotangent(result, outputs, ref next)]);
    }

    private AbstractValue ReadReverse(TransformedValue function, Seq<AbstractValue> arguments)
    {
        int n = arguments.Count - 1;
        var (name, result, given) = AsModuleFunction(function.Inner, arguments.Slice(0, n));
        var active = Active(given, _ => true);
        var atoms = Flatten(result);
        var seeds = Flatten(Adapt(Settle(arguments[n]), result));
        if (seeds.Count != atoms.Count) throw new MindDslException(Diagnostics.TangentDiffers("cotangent", Signature(result), "another structure"));
        var wanted = atoms.Select(a => a.Type.IsDifferentiable).ToSeq();
        for (int k = 0; k < atoms.Count; k++)
            if (wanted[k] && !seeds[k].Type.Equals(atoms[k].Type))
                throw new MindDslException(Diagnostics.TangentDiffers("cotangent", atoms[k].Type.ToString(), seeds[k].Type.ToString()));
        var outputs = Differentiated(DerivativeKind.Reverse, name, active, wanted,
            [.. given.SelectMany(a => Flatten(a)), .. seeds.Where((_, k) => wanted[k])], atoms);
        int next = atoms.Count;
        var cotangents = given.Map(a => Cotangent(a, outputs, ref next));
        var cotangent = cotangents.Count == 1 ? cotangents[0] : new Product(function.ResultType.GetGenericArguments()[1], cotangents);
        return new Product(function.ResultType, [Rebuild(result, outputs.Take(atoms.Count).ToList()), cotangent]);
    }

    private AbstractValue ReadCustom(TransformedValue function, Seq<AbstractValue> arguments)
    {
        var (name, result, given) = AsModuleFunction(function.Inner, arguments);
        var atoms = Flatten(result);
        var seeds = new List<AbstractValue>();
        bool reverse = function.Transformation.Rule == DerivativeKind.Reverse;
        var ruleArguments = reverse
            ? [.. given, result, WithDefaults(result)]
            : (Seq<AbstractValue>)[.. given, .. given.Map(WithDefaults)];
        var (rule, ruleResult, _) = AsModuleFunction(function.Rule!, ruleArguments);
        var custom = Narrowed(rule, ruleResult, reverse ? new Product(typeof(object[]), given) : result, given, result, reverse);
        CheckRule(function, name, custom, given, result);
        _functions[name] = _functions[name] with { Rule = new(function.Transformation.Rule, custom) };
        return Rebuild(result, [.. _builder.Emit(new Call(name, given.SelectMany(a => Flatten(a)).ToSeq()), atoms.Select(a => a.Type).ToSeq())]);
    }

    /// <summary>The user's rule with parameters and results for floats only, as the module wants it.</summary>
    private FunctionName Narrowed(FunctionName rule, AbstractValue ruleResult, AbstractValue ruleLike, Seq<AbstractValue> given, AbstractValue result, bool reverse)
    {
        var (outer, name) = (_builder, new FunctionName("rule"));
        _builder = new BlockBuilder { Span = outer.Span };
        try
        {
            var parameters = new List<Value>();
            var like = new Product(typeof(object[]), given);
            var arguments = Flatten(Fresh(like, null, parameters));
            var passed = new List<Atom>(arguments);
            if (reverse) passed.AddRange(Flatten(Fresh(result, null, parameters)));
            foreach (var atom in reverse ? Flatten(result) : Flatten(like))
            {
                if (!atom.Type.IsDifferentiable)
                {
                    passed.Add(Literal.Of(atom.Tensor.DType, 0L));
                    continue;
                }
                var seed = new Value(atom.Type);
                parameters.Add(seed);
                passed.Add(seed);
            }
            var results = _builder.Emit(new Call(rule, passed.ToSeq()), Flatten(ruleResult).Select(a => a.Type).ToSeq());
            var wanted = Flatten(ruleLike);
            IEnumerable<Atom> outputs = results;
            if (!reverse) (wanted, outputs) = ([.. wanted, .. wanted], results);
            var kept = outputs.Where((_, k) => (!reverse && k < wanted.Count / 2) || wanted[k].Type.IsDifferentiable).ToSeq();
            if (results.Count != wanted.Count) throw new MindDslException(Diagnostics.TangentDiffers("result of the rule", Signature(ruleLike), Signature(ruleResult)));
            for (int k = 0; k < wanted.Count; k++)
                if (!results[k].Type.Equals(wanted[k].Type))
                    throw new MindDslException(Diagnostics.TangentDiffers("result of the rule", wanted[k].Type.ToString(), results[k].Type.ToString()));
            _functions[name] = new(name, _builder.Build(parameters.ToSeq(), kept));
            return name;
        }
        finally
        {
            _builder = outer;
        }
    }

    /// <summary>The same structure, with zeros for leaves that are not floats.</summary>
    private static AbstractValue WithDefaults(AbstractValue value) => Rebuild(value,
        Flatten(value).Select(a => a.Type.IsDifferentiable || a.Type is not TensorType { Rank: 0 } scalar ? a : Literal.Of(scalar.DType, 0L)).ToList());

    private Seq<Value> Differentiated(DerivativeKind kind, FunctionName name, Seq<bool> active, Seq<bool> wanted, Seq<Atom> arguments, List<Atom> results)
    {
        var parameters = _functions[name].Body.Parameters;
        var derivatives = kind == DerivativeKind.Reverse
            ? parameters.Where((_, k) => active[k]).Select(p => p.Type)
            : results.Where((_, k) => wanted[k]).Select(r => r.Type);
        return _builder.Emit(new Differentiate(kind, name, active, wanted, arguments), [.. results.Select(r => r.Type), .. derivatives]);
    }

    private static Seq<bool> Active(Seq<AbstractValue> arguments, Func<int, bool> isWanted) =>
        arguments.Select((a, i) => (a, i)).SelectMany(p => Flatten(p.a).Select(atom => isWanted(p.i) && atom.Type.IsDifferentiable)).ToSeq();

    /// <summary>A value in the structure of another, with the derivatives of its floats and default for what is not a float.</summary>
    private static AbstractValue Cotangent(AbstractValue like, IReadOnlyList<Atom> outputs, ref int next)
    {
        switch (like)
        {
            case Product product:
                var members = new AbstractValue[product.Members.Count];
                for (int i = 0; i < members.Length; i++) members[i] = Cotangent(product.Members[i], outputs, ref next);
                return product.With(Seq.Create<AbstractValue>(members));
            case Leaf leaf when leaf.Type.IsDifferentiable:
                return new Leaf(outputs[next++], leaf.Clr);
            case Leaf { Type.Rank: 0 } leaf when Layout.NumberType(leaf.Clr) is not null:
                return new Leaf(Literal.Of(leaf.Type.DType, 0L), leaf.Clr);
            case ClosureValue closure:
                next++;
                return new Absent(closure.DelegateType);
            case Leaf leaf:
                return new Absent(leaf.Clr);
            default:
                return new Absent(typeof(object));
        }
    }

    private static TensorType LossOf(AbstractValue result)
    {
        var loss = result is Product { Members.Count: 2 } pair ? pair.Members[0] : result;
        return loss is Leaf { Type: { Rank: 0, DType.IsFloat: true } type }
            ? type
            : throw new MindDslException(Diagnostics.LossIsNotAScalar(loss is Leaf leaf ? leaf.Type.ToString() : Describe(loss)));
    }

    private static void RequireFloat(FunctionValue function, AbstractValue argument, int index)
    {
        if (argument is not FunctionValue && Flatten(argument).Any(a => a.Type.IsDifferentiable)) return;
        string name = function switch
        {
            LambdaValue lambda => lambda.Lambda.Parameters[index].Name ?? "",
            TextLambda lambda when index < lambda.Code.Parameters.Count && NameOf(lambda.Code.Parameters[index]) is { } named => named,
            InstanceValue instance => instance.Instance.Function.Code.ParameterNames[index],
            _ => $"argument {index + 1}",
        };
        throw new MindDslException(Diagnostics.NoFloatInArgument(name, argument is FunctionValue ? "a function" : Signature(argument).TrimEnd(';')));
    }
}
