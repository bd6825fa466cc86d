using System.Linq.Expressions;
using MindDsl.Ir;
using MindDsl.Structures;

namespace MindDsl.Quote;

internal sealed partial class Reader
{
    private AbstractValue ReadConditional(ConditionalExpression node, LexicalScope scope)
    {
        var condition = AsCondition(Read(node.Test, scope));
        At(node, scope);
        return Conditional(condition, () => Read(node.IfTrue, scope), () => Read(node.IfFalse, scope));
    }

    private Atom AsCondition(AbstractValue value)
    {
        var leaf = AsLeaf(value);
        if (leaf.Type.Rank > 0) throw new MindDslException(Diagnostics.ConditionIsATensor(leaf.Type));
        return leaf.Type.DType == DType.Bool ? leaf.Atom : throw new MindDslException(Diagnostics.ConditionIsNotBool(leaf.Type));
    }

    /// <summary>One of two values, of which only one is computed.</summary>
    private AbstractValue Conditional(Atom condition, Func<AbstractValue> then, Func<AbstractValue> otherwise)
    {
        if (condition is Literal known) return known.Integer != 0 ? then() : otherwise();
        var (thenBuilder, a) = Nested(() => Branch(then));
        var (elseBuilder, b) = Nested(() => Branch(otherwise));
        // A branch that ends in a call whose result type is not known yet has the type of the other one.
        if (a.Unknown is { } first && b.Unknown is not null) throw new ResultUnknownException(first);
        if ((a.Unknown ?? b.Unknown) is { } unknown)
        {
            _incomplete.Add(unknown);
            var present = a.Value ?? b.Value!;
            var settled = In(a.Value is null ? elseBuilder : thenBuilder, () => Settle(present));
            var placeholders = Flatten(settled).Select(x => (Atom)new Value(x.Type)).ToList();
            return Rebuild(settled, placeholders);
        }
        bool isPure = thenBuilder.Lets.Count == 0 && elseBuilder.Lets.Count == 0;
        var (left, right) = Unify(condition, isPure, a.Value!, b.Value!, thenBuilder, elseBuilder);
        var (x, y) = (Flatten(left), Flatten(right));
        RequireEqual(left, right, x, y);
        if (x.Count == 0) return left;
        var block = new If(condition, thenBuilder.Build([], x.ToSeq()), elseBuilder.Build([], y.ToSeq()));
        return Rebuild(left, [.. _builder.Emit(block, x.Select(v => v.Type).ToSeq())]);
    }

    private static (AbstractValue? Value, MemoEntry? Unknown) Branch(Func<AbstractValue> read)
    {
        try
        {
            return (read(), null);
        }
        catch (ResultUnknownException unknown)
        {
            return (null, unknown.Entry);
        }
    }

    /// <summary>The results of two branches in one structure: functions become a choice, or values of the IR; .NET numbers take the type of the tensor in the other branch.</summary>
    private (AbstractValue, AbstractValue) Unify(Atom condition, bool isPure, AbstractValue a, AbstractValue b, BlockBuilder then, BlockBuilder otherwise)
    {
        if (a is Captured or NumberArray) a = In(then, () => Force(a));
        if (b is Captured or NumberArray) b = In(otherwise, () => Force(b));
        switch (a, b)
        {
            case (FunctionValue f, FunctionValue g):
                if (ReferenceEquals(f, g) || (f is InstanceValue i && g is InstanceValue j && i.Instance == j.Instance)) return (f, f);
                if (isPure && f is not ClosureValue && g is not ClosureValue)
                {
                    var choice = new ChoiceValue(condition, f, g);
                    return (choice, choice);
                }
                return (In(then, () => Settle(f)), In(otherwise, () => Settle(g)));
            case (Product p, Product q) when p.Members.Count == q.Members.Count:
                var pairs = p.Members.Map((m, k) => Unify(condition, isPure, m, q.Members[k], then, otherwise));
                return (p.With(pairs.Map(x => x.Item1)), q.With(pairs.Map(x => x.Item2)));
            case (CaseValue x, CaseValue y) when x.Case == y.Case:
                var fields = x.Fields.Map((f, k) => Unify(condition, isPure, f, y.Fields[k], then, otherwise));
                return (x.With(fields.Map(f => f.Item1)), y.With(fields.Map(f => f.Item2)));
            case (CaseValue or UnionValue, CaseValue or UnionValue):
                return (In(then, () => AsUnion(a)), In(otherwise, () => AsUnion(b)));
            case (Sequence or Product, _) or (_, Sequence or Product):
                return (In(then, () => Settle(a)), In(otherwise, () => Settle(b)));
            case (Leaf x, Leaf y) when x.IsWeak != y.IsWeak:
                return (In(then, () => Adapt(x, y)), In(otherwise, () => Adapt(y, x)));
            default:
                return (a, b);
        }
    }

    private static void RequireEqual(AbstractValue left, AbstractValue right, List<Atom> x, List<Atom> y)
    {
        bool same = x.Count == y.Count;
        for (int k = 0; same && k < x.Count; k++) same = x[k].Type.Equals(y[k].Type);
        if (!same) throw new MindDslException(Diagnostics.BranchesDiffer(Types(left), Types(right)));
    }

    private static string Types(AbstractValue value) => string.Join(", ", Flatten(value).Select(a => a.Type));

    /// <summary><c>while (condition(s)) s = body(s)</c>.</summary>
    private AbstractValue ReadWhile(AbstractValue initial, FunctionValue condition, FunctionValue body)
    {
        var start = Settle(initial);
        for (int attempt = 0; ; attempt++)
        {
            var (testParameters, bodyParameters) = (new List<Value>(), new List<Value>());
            var (test, holds) = Nested(() => AsCondition(Apply(condition, Fresh(start, null, testParameters))));
            var (step, next) = Nested(() => Settle(Apply(body, Fresh(start, null, bodyParameters))));
            if (attempt == 0 && Adapt(start, next) is var adapted && Signature(adapted) != Signature(start))
            {
                start = adapted;
                continue;
            }
            var carries = Carried(start, next, step);
            var loop = new While(Flatten(start).ToSeq(), test.Build(testParameters.ToSeq(), [holds]), step.Build(bodyParameters.ToSeq(), carries));
            return Rebuild(start, [.. _builder.Emit(loop, carries.Map(c => c.Type))]);
        }
    }

    /// <summary>The new state of a loop, whose leaves have the types of the old ones.</summary>
    private Seq<Atom> Carried(AbstractValue start, AbstractValue next, BlockBuilder builder)
    {
        next = In(builder, () => Adapt(next, start));
        var (old, now) = (Flatten(start), Flatten(next));
        if (old.Count != now.Count) throw new MindDslException(Diagnostics.LoopStateChanges("the state", Types(start), Types(next)));
        for (int k = 0; k < old.Count; k++)
            if (!old[k].Type.Equals(now[k].Type))
                throw new MindDslException(Diagnostics.LoopStateChanges(LeafName(start, k), old[k].Type.ToString(), now[k].Type.ToString()));
        return now.ToSeq();
    }

    /// <summary>The name of a leaf as the user reads it: the members that lead to it.</summary>
    private static string LeafName(AbstractValue value, int leaf)
    {
        int next = 0;
        string? Find(AbstractValue v, string path)
        {
            if (v is Leaf or ClosureValue) return next++ == leaf ? path : null;
            if (v is not Product product) return null;
            for (int i = 0; i < product.Members.Count; i++)
            {
                string name = product.Fields is { } fields ? "." + fields[i] : Layout.Of(product.Clr) is Layout.Product layout ? "." + layout.Members[i].Name : $"[{i}]";
                if (Find(product.Members[i], path + name) is { } found) return found;
            }
            return null;
        }
        return Find(value, "s") ?? "s";
    }

    /// <summary>
    /// A loop over the indices below a length: state and an element of each input give the new state and, if <paramref name="emits"/>, an output, the second member of the pair
    /// in which the body results.
    /// </summary>
    private (AbstractValue State, AbstractValue? Outputs) ReadLoop(
        Atom length, AbstractValue initial, Seq<Atom> inputs, Func<AbstractValue, Atom, Seq<Atom>, AbstractValue> body, bool emits)
    {
        var start = Settle(initial);
        for (int attempt = 0; ; attempt++)
        {
            var index = new Value(TensorType.Scalar(DType.I64), "i");
            var state = new List<Value>();
            var elements = inputs.Map(input => new Value(input.Tensor with { Shape = new(input.Tensor.Shape.Dims.Slice(1, input.Tensor.Rank - 1)) }));
            var (builder, result) = Nested(() => Settle(body(Fresh(start, null, state), index, elements.Map(e => (Atom)e))));
            var next = emits ? ((Product)result).Members[0] : result;
            if (attempt == 0 && Adapt(start, next) is var adapted && Signature(adapted) != Signature(start))
            {
                start = adapted;
                continue;
            }
            var carries = Carried(start, next, builder);
            var output = emits ? ((Product)result).Members[1] : null;
            var emitted = output is null ? [] : Flatten(output);
            var known = length is Literal literal ? Dim.Of(literal.Integer) : _builder.Definition(length) is { Op: SizeOf size } ? size.Dim : null;
            if (known is null && emits) throw new MindDslException(Diagnostics.AttributeNotKnown("the number of outputs"));
            var block = builder.Build([index, .. state, .. elements], [.. carries, .. emitted]);
            var types = (Seq<IrType>)[.. carries.Map(c => c.Type), .. emitted.Select(e => new TensorType(e.Tensor.DType, new([known!, .. e.Tensor.Shape.Dims])))];
            var results = _builder.Emit(new Scan(length, known, false, Flatten(start).ToSeq(), inputs, block), types);
            var final = Rebuild(start, [.. results.Take(carries.Count)]);
            return (final, output is null ? null : Rebuild(output, [.. results.Skip(carries.Count)]));
        }
    }

    /// <summary>Numbers that were stacked are arrays.</summary>
    private static AbstractValue AsBatch(AbstractValue value) => value switch
    {
        Leaf leaf when Layout.IsScalar(leaf.Clr) => new Leaf(leaf.Atom, leaf.Clr.MakeArrayType()),
        Product product when !product.Clr.IsArray => product.With(product.Members.Map(AsBatch)),
        _ => value,
    };

    private AbstractValue ReadFixedPoint(FunctionValue definition, Type type)
    {
        var recursive = new RecursiveValue();
        if (typeof(Delegate).IsAssignableFrom(type))
        {
            recursive.Definition = AsFunction(Apply(definition, recursive));
            return recursive;
        }
        if (Layout.Of(type) is not Layout.Product layout) throw new MindDslException(Diagnostics.TypeNotSupported(type, "a fixed point is a function or a record of functions"));
        var members = layout.Members.Map(_ => new RecursiveValue());
        var knot = new Product(type, members.Map(m => (AbstractValue)m));
        if (Force(Apply(definition, knot)) is not Product defined) throw new MindDslException(Diagnostics.TypeNotSupported(type, "a fixed point is a function or a record of functions"));
        for (int i = 0; i < members.Count; i++) members[i].Definition = AsFunction(defined.Members[i]);
        return knot;
    }
}
