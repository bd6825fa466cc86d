using System.Linq.Expressions;
using System.Reflection;
using MindDsl.Ir;
using MindDsl.Structures;

namespace MindDsl.Quote;

internal sealed partial class Reader
{
    private AbstractValue ReadCall(MethodCallExpression node, LexicalScope scope)
    {
        var method = node.Method;
        // A method group: CreateDelegate(type, target) on a constant method.
        if (method.Name == nameof(MethodInfo.CreateDelegate) && node.Object is ConstantExpression { Value: MethodInfo group }) return new MethodValue(group);
        if (method.Name == "op_Implicit" && QuoteCheck.IsSpan(method.ReturnType)) return Read(node.Arguments[0], scope);
        if (method.Name == "Invoke" && typeof(Delegate).IsAssignableFrom(method.DeclaringType))
            return Apply(AsFunction(Read(node.Object!, scope), node.Object), node.Arguments.Select(a => Read(a, scope)).ToSeq());
        if (FSharpMethods.NameOf(method) is { } known) return ReadFSharp(known, node, scope);
        var operands = new List<AbstractValue>();
        if (node.Object is not null) operands.Add(Read(node.Object, scope));
        operands.AddRange(node.Arguments.Select(a => Read(a, scope)));
        At(node, scope);
        return ApplyMethod(method, operands.ToSeq(), node);
    }

    /// <summary>Applies a method to its operands, the instance first.</summary>
    private AbstractValue ApplyMethod(MethodInfo method, Seq<AbstractValue> operands, Expression? node)
    {
        var generic = method.IsGenericMethod ? method.GetGenericMethodDefinition() : method;
        var type = method.DeclaringType!;
        if (type == typeof(Math) || type == typeof(MathF) || type == typeof(double) || type == typeof(float))
            return ScalarMethods.Find(method) is { } f ? Applied(f, method, operands) : throw Unsupported(node, method);
        if (type == typeof(Ix)) return OnIndices(method, operands);
        if (type == typeof(Axis) || type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Comprehension<>)) return OnComprehensions(method, operands, node);
        if (type == typeof(Enumerable) || type == typeof(MemoryExtensions)) return OnSequences(method, operands, node);
        if (type == typeof(ValueTuple) || type == typeof(Tuple)) return new Product(method.ReturnType, operands);
        if (type == typeof(Linearizations)) return ReadLinearization(method, operands);
        if (type == typeof(Keep)) return new Host(method.Invoke(null, [.. operands.Select((o, k) => o is Product list
            ? list.Members.Select(m => (string)AttributeOf(m, typeof(string))!).ToArray()
            : AttributeOf(o, method.GetParameters()[k].ParameterType))]));
        if (QuoteCheck.TransformationOf(method) is { } transformation) return Transformed(transformation, method, operands);
        if (type == typeof(Mind) && QuoteCheck.IsControl(method)) return OnFunctions(method, operands, node);
        if (type == typeof(Key)) return OnKeys(method, operands);
        if (type == typeof(Tree)) return MapTrees(operands);
        if (type.IsArray && method.Name == "Get") return Indexed(operands[0], operands.Slice(1, operands.Count - 1), node!);
        if (type.IsArray || type == typeof(Array)) return OnArrays(method, operands, node);
        return OnTensors(generic, operands, node);
    }

    private static MindDslException Unsupported(Expression? node, MethodInfo method) => node is null
        ? new(Diagnostics.MethodNotSupported(Names.Of(method.DeclaringType!) + "." + method.Name, null))
        : Unsupported(node);

    private Leaf Applied(Func<Term[], Term> f, MethodInfo method, Seq<AbstractValue> operands)
    {
        var parameters = method.GetParameters();
        var terms = new Term[operands.Count];
        for (int i = 0; i < terms.Length; i++) terms[i] = AsTerm(operands[i]).To(Layout.NumberType(parameters[i].ParameterType)!.Value);
        return new Leaf(f(terms).Atom, method.ReturnType);
    }

    private AbstractValue Transformed(Transformation transformation, MethodInfo method, Seq<AbstractValue> operands)
    {
        if (transformation.Kind == TransformationKind.Derivatives) transformation = transformation with { Order = (int)AttributeOf(operands[1], typeof(int))! };
        else if (transformation.Kind == TransformationKind.Checkpoint && operands.Count > 1)
            transformation = transformation with { Policy = (CheckpointPolicy)AttributeOf(operands[1], typeof(CheckpointPolicy))! };
        // The argument that is named by Wrt.
        else if (operands.Count == 2 && operands[1] is Host { Value: int argument }) transformation = transformation with { Arguments = [argument] };
        if (transformation.Kind == TransformationKind.Batch && operands.Count == 3)
            transformation = Transformation.BatchAlong(AxesOf(operands[1]), (int)AttributeOf(operands[2], typeof(int))!);
        var result = new Layout.Function(method.ReturnType).Signature.ReturnType;
        return new TransformedValue(transformation, AsFunction(operands[0]), result,
            transformation.Kind == TransformationKind.Custom ? AsFunction(operands[1]) : null);
    }

    /// <summary>A list of axes, some of which are null.</summary>
    private int?[] AxesOf(AbstractValue value) => value is Product list
        ? [.. list.Members.Select(m => (int?)AttributeOf(m, typeof(int)))]
        : (int?[])AttributeOf(value, typeof(int?[]))!;

    /// <summary>Keys are split, and joined with numbers.</summary>
    private AbstractValue OnKeys(MethodInfo method, Seq<AbstractValue> operands)
    {
        var key = AsTerm(operands[0]);
        if (method.Name == nameof(Key.FoldIn)) return new Leaf(Prelude.FoldIn(key, AsTerm(operands[1])).Atom, typeof(Key));
        if (method.Name != nameof(Key.Split)) throw new MindDslException(Diagnostics.MethodNotSupported("Key." + method.Name, null));
        var numbers = new Iota(new(DType.I64, Shape.Of((int)AttributeOf(operands[1], typeof(int))!)), 0);
        return new Leaf(ElementwiseOps.RandomBits.On(key, -1 - _builder[_builder.Apply(numbers)]).Atom, typeof(Key[]));
    }

    private AbstractValue OnFunctions(MethodInfo method, Seq<AbstractValue> operands, Expression? node)
    {
        FunctionValue F(int k) => AsFunction(operands[k]);
        long Every(int k) => (long)AttributeOf(operands[k], typeof(long))!;
        switch (method.Name)
        {
            case nameof(Mind.Fn):
                return operands[0];
            case nameof(Mind.If):
                return Conditional(AsCondition(operands[0]), () => Apply(F(1)), () => Apply(F(2)));
            case nameof(Mind.Let):
                return Apply(F(1), operands[0]);
            case nameof(Mind.While):
                return operands.Count > 3 ? ReadSegments(Every(3), operands[0], F(1), F(2)) : ReadWhile(operands[0], F(1), F(2));
            case nameof(Mind.FixedPoint):
                return ReadEquation(operands);
            case nameof(Mind.Root):
                return ReadRoot(operands);
            case nameof(Mind.LinearSolve):
                return operands.Count > 2 ? ReadLinearSolve(F(0), operands[1], F(2)) : ReadLinearSolve(F(0), operands[1]);
            case nameof(Mind.ConjugateGradient) or nameof(Mind.BiconjugateGradient):
                var code = method.Name == nameof(Mind.ConjugateGradient) ? KrylovSolvers.ConjugateGradient : KrylovSolvers.Stabilised;
                return Apply(new LambdaValue(code, new LexicalScope(_instances[0])), operands);
            case nameof(Mind.Tag):
                return Tagged(operands[0], (string)AttributeOf(Force(operands[1]), typeof(string))!);
            case nameof(Mind.Iterate):
                bool indexed = F(2) is LambdaValue { Lambda.Parameters.Count: 2 } || method.GetParameters()[2].ParameterType.GetGenericArguments().Length == 3;
                AbstractValue Step(AbstractValue s, Atom i, Seq<Atom> _) => indexed ? Apply(F(2), s, new Leaf(_builder[i].To(DType.I32).Atom, typeof(int))) : Apply(F(2), s);
                var count = AtLeastZero(AsIndex(operands[0]));
                return (operands.Count > 3 ? ReadSegments(Every(3), count, operands[1], [], Step, emits: false) : ReadLoop(count, operands[1], [], Step, emits: false)).State;
            case nameof(Mind.Fold):
                return Folded(AsSequence(operands[1]), operands[0], (s, x) => Apply(F(2), s, x));
            case nameof(Mind.Scan):
                return ReadScan(method, operands[0], operands[1], F(2), operands.Count > 3 ? Every(3) : null);
            case nameof(Mind.Fix):
                return ReadFixedPoint(F(0), method.ReturnType);
            case nameof(Mind.StopGradient):
                return StopGradient(operands[0]);
            case nameof(Mind.Axis):
                return AxisOf(operands[0]);
            case nameof(Mind.Build):
                return Built(AsComprehension(operands[0]));
            case nameof(Mind.Sum):
                return Reduced(AsComprehension(operands[0]), Monoid.Sum);
            case nameof(Mind.Prod):
                return Reduced(AsComprehension(operands[0]), Monoid.Product);
            case nameof(Mind.Max):
                return Reduced(AsComprehension(operands[0]), Monoid.Max);
            case nameof(Mind.Min):
                return Reduced(AsComprehension(operands[0]), Monoid.Min);
            case nameof(Mind.Val):
                return new Leaf(AsTerm(operands[0]).To(DType.F64).Atom, typeof(double));
            default:
                throw Unsupported(node, method);
        }
    }

    private Atom AtLeastZero(Atom count) => count is Literal known
        ? Literal.Index(Math.Max(0, known.Integer))
        : _builder.Apply(ElementwiseOps.Max, count, Literal.Index(0));

    private AbstractValue ReadScan(MethodInfo method, AbstractValue initial, AbstractValue inputs, FunctionValue body, long? every)
    {
        var settled = Force(inputs) is Sequence or NumberArray or Leaf or Product { Clr.IsArray: true } ? null : Settle(inputs) as Product;
        Sequence sequence;
        if (settled is null)
        {
            sequence = AsSequence(inputs);
        }
        else
        {
            var leaves = Flatten(settled).ToSeq();
            sequence = new(LengthOf(leaves[0].Tensor), leaves, (_, at) => Rebuild(settled, [.. at]));
        }
        bool isArray = method.ReturnType.GetGenericArguments()[1].IsArray;
        if (isArray && every is null && IsUnrolled(sequence, out int few))
        {
            var (next, listed) = (initial, new AbstractValue[few]);
            for (int i = 0; i < few; i++)
            {
                var pair = (Product)Settle(Apply(body, next, ElementAt(sequence, Literal.Index(i))));
                (next, listed[i]) = (pair.Members[0], pair.Members[1]);
            }
            return new Product(method.ReturnType, [next, new Product(method.ReturnType.GetGenericArguments()[1], Seq.Create<AbstractValue>(listed))]);
        }
        AbstractValue Step(AbstractValue s, Atom i, Seq<Atom> at) => Apply(body, s, sequence.Element(i, at));
        var (state, outputs) = every is { } steps
            ? ReadSegments(steps, sequence.Length, initial, sequence.Sources, Step, emits: true)
            : ReadLoop(sequence.Length, initial, sequence.Sources, Step, emits: true);
        AbstractValue stacked = !isArray ? outputs! : outputs is Leaf leaf && Layout.IsScalar(leaf.Clr)
            ? AsBatch(leaf)
            : new Sequence(sequence.Length, Flatten(outputs!).ToSeq(), (_, at) => Rebuild(outputs!, [.. at]));
        return new Product(method.ReturnType, [state, stacked]);
    }

    private AbstractValue StopGradient(AbstractValue value)
    {
        var settled = Settle(value);
        return Rebuild(settled, Flatten(settled).Select(a => a.Type.IsDifferentiable && a.Type is TensorType ? _builder.Apply(ElementwiseOps.StopGradient, a) : a).ToList());
    }

    private AbstractValue MapTrees(Seq<AbstractValue> operands)
    {
        var f = AsFunction(operands[0]);
        var trees = operands.Slice(1, operands.Count - 1).Map(Settle);
        AbstractValue Go(Seq<AbstractValue> nodes) => nodes[0] switch
        {
            Leaf leaf when leaf.Type.DType.IsFloat && nodes.All(n => n is Leaf) => LeafOf(leaf, Apply(f, nodes.Map(n => (AbstractValue)new Leaf(((Leaf)n).Atom, typeof(Tensor))))),
            Product product => product.With(product.Members.Map((_, k) => Go(nodes.Map(n =>
                n is Product p && p.Members.Count == product.Members.Count ? p.Members[k] : throw new MindDslException(Diagnostics.TreesDiffer()))))),
            var other => other,
        };
        return Go(trees);
    }

    private Leaf LeafOf(Leaf like, AbstractValue result)
    {
        var leaf = AsLeaf(result);
        var fitted = (Leaf)Adapt(leaf, like);
        return fitted.Type.Equals(like.Type) || like.Clr == typeof(Tensor)
            ? new Leaf(fitted.Atom, like.Clr)
            : throw new MindDslException(Diagnostics.LoopStateChanges("a leaf", like.Type.ToString(), fitted.Type.ToString()));
    }

    private Leaf OnIndices(MethodInfo method, Seq<AbstractValue> operands)
    {
        var (x, y) = (_builder[AsIndex(operands[0])], operands.Count > 1 ? _builder[AsIndex(operands[1])] : default);
        Term result = method.Name switch
        {
            "op_Implicit" or "op_Explicit" => x.To(Layout.NumberType(method.ReturnType)!.Value),
            "op_Addition" => x + y,
            "op_Subtraction" => x - y,
            "op_Multiply" => x * y,
            "op_UnaryNegation" => -x,
            "op_LessThan" => x < y,
            "op_LessThanOrEqual" => x <= y,
            "op_GreaterThan" => x > y,
            "op_GreaterThanOrEqual" => x >= y,
            "op_Equality" => x.EqualTo(y),
            "op_Inequality" => ElementwiseOps.Ne.On(x, y),
            _ => throw new MindDslException(Diagnostics.MethodNotSupported("Ix." + method.Name, null)),
        };
        return new Leaf(result.Atom, method.ReturnType);
    }

    private AbstractValue OnComprehensions(MethodInfo method, Seq<AbstractValue> operands, Expression? node)
    {
        if (method.Name == "get_" + nameof(Axis.Length)) return new Leaf(((AxisValue)Force(operands[0])).Length, typeof(long));
        var comprehension = AsComprehension(operands[0]);
        switch (method.Name)
        {
            case "Select":
                var f = AsFunction(operands[1]);
                return new ComprehensionValue(comprehension.Lengths, i => Apply(f, comprehension.Element(i)));
            case "SelectMany":
                return WithAxis(comprehension, AsFunction(operands[1]), AsFunction(operands[2]));
            default:
                throw Unsupported(node, method);
        }
    }
}
