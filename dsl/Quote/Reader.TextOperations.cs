using MindDsl.Ir;
using MindDsl.Structures;
using MindDsl.Text.Elaboration;
using MindDsl.Text.Syntax;
using Ops = MindDsl.Ir.ElementwiseOps;

namespace MindDsl.Quote;

/// <content>Operations of the textual language.</content>
internal sealed partial class Reader
{
    private AbstractValue ReadOperator(BinaryCore node, TextScope scope)
    {
        if (node.Operator is BinaryOperator.And or BinaryOperator.Or)
        {
            bool isAnd = node.Operator == BinaryOperator.And;
            var condition = AsCondition(ReadText(node.Left, scope));
            At(node, scope);
            AbstractValue Right() => new Leaf(AsCondition(ReadText(node.Right, scope)), typeof(bool));
            AbstractValue Known() => new Leaf(Literal.Of(!isAnd), typeof(bool));
            return isAnd ? Conditional(condition, Right, Known) : Conditional(condition, Known, Right);
        }
        var (left, right) = (ReadText(node.Left, scope), ReadText(node.Right, scope));
        At(node, scope);
        return ApplyOperator(node.Operator, left, right);
    }

    private AbstractValue ApplyOperator(BinaryOperator op, AbstractValue left, AbstractValue right) => op switch
    {
        BinaryOperator.Add => Pointwise(Ops.Add, [left, right]),
        BinaryOperator.Subtract => Pointwise(Ops.Sub, [left, right]),
        BinaryOperator.Multiply => Pointwise(Ops.Mul, [left, right]),
        BinaryOperator.Divide => Pointwise(Ops.Div, [left, right]),
        BinaryOperator.Remainder => Pointwise(Ops.Rem, [left, right]),
        BinaryOperator.Power => Pointwise(Ops.Pow, [left, right]),
        BinaryOperator.Equal => Pointwise(Ops.Eq, [left, right]),
        BinaryOperator.NotEqual => Pointwise(Ops.Ne, [left, right]),
        BinaryOperator.Less => Pointwise(Ops.Lt, [left, right]),
        BinaryOperator.Greater => Pointwise(Ops.Lt, [right, left]),
        BinaryOperator.LessOrEqual => Pointwise(Ops.Le, [left, right]),
        BinaryOperator.GreaterOrEqual => Pointwise(Ops.Le, [right, left]),
        BinaryOperator.BitAnd => Pointwise(Ops.And, [left, right]),
        BinaryOperator.BitOr => Pointwise(Ops.Or, [left, right]),
        BinaryOperator.BitXor => Pointwise(Ops.Xor, [left, right]),
        BinaryOperator.ShiftLeft => Pointwise(Ops.ShiftLeft, [left, ShiftCount(left, right)]),
        BinaryOperator.ShiftRight => Pointwise(Ops.ShiftRight, [left, ShiftCount(left, right)]),
        BinaryOperator.PipeRight => Curried(AsFunction(right), [left]),
        BinaryOperator.PipeLeft => Curried(AsFunction(left), [right]),
        BinaryOperator.ComposeRight => new ComposedValue(AsFunction(left), AsFunction(right)),
        BinaryOperator.ComposeLeft => new ComposedValue(AsFunction(right), AsFunction(left)),
        BinaryOperator.And => Conditional(AsCondition(left), () => right, () => new Leaf(Literal.Of(false), typeof(bool))),
        BinaryOperator.Or => Conditional(AsCondition(left), () => new Leaf(Literal.Of(true), typeof(bool)), () => right),
    };

    private static bool IsNumber(Leaf leaf) => Layout.NumberType(leaf.Clr) is not null;

    /// <summary>The element type that the numbers of an operation take: that of a tensor, else that of a number whose type is known. Conditions do not count.</summary>
    private static DType? Strong(IEnumerable<Leaf> leaves)
    {
        var candidates = leaves.Where(l => !l.IsWeak).ToArray();
        return (candidates.FirstOrDefault(l => !IsNumber(l)) ?? candidates.FirstOrDefault())?.Type.DType;
    }

    /// <summary>An operation on operands that broadcast; numbers take the element type of the tensors beside them.</summary>
    private Leaf Pointwise(Elementwise op, Seq<AbstractValue> operands)
    {
        var leaves = operands.Map(o => AsLeaf(o));
        int first = op.Signature == Ir.Signature.Select ? 1 : 0;
        var strong = Strong(leaves.Skip(first));
        var terms = new Term[leaves.Count];
        for (int k = 0; k < terms.Length; k++) terms[k] = k < first ? _builder[leaves[k].Atom] : Fitted(leaves[k], strong);
        var result = op.On(terms);
        bool isNumber = leaves.All(IsNumber) && result.Rank == 0;
        return new Leaf(result.Atom, isNumber ? ClrOf(result.DType) : typeof(Tensor), isNumber && leaves.All(l => l.IsWeak) && result.DType != DType.Bool);
    }

    private Term Fitted(Leaf leaf, DType? strong)
    {
        if (strong is not { } dtype || leaf.Type.DType == dtype || leaf.Type.Rank > 0) return _builder[leaf.Atom];
        bool converts = leaf.IsWeak || (IsNumber(leaf) && leaf.Type.DType != DType.Bool && (dtype.IsFloat || (dtype.IsInteger && leaf.Type.DType.IsInteger)));
        return _builder[converts ? WeakTo(leaf, dtype) : leaf.Atom];
    }

    private AbstractValue ApplyPrelude(PreludeUse use, Seq<AbstractValue> operands, TextScope scope)
    {
        var function = use.Function!;
        var flat = new List<Leaf>();
        var lists = new Dictionary<int, Leaf[]>();
        for (int k = 0; k < function.Terms.Count; k++)
        {
            bool isList = function.Parameters[function.Terms[k]].ParameterType == typeof(Term[]);
            var leaves = !isList ? [AsLeaf(operands[k])]
                : function.IsVariadic && !(operands.Count == k + 1 && Force(operands[k]) is Product { Clr.IsArray: true } or Sequence)
                    ? operands.Slice(k, operands.Count - k).Select(o => AsLeaf(o)).ToArray()
                    : Settle(operands[k]) is Product list ? list.Members.Select(m => AsLeaf(m)).ToArray() : throw new MindDslException(Diagnostics.NotANumber(Describe(operands[k]), null));
            lists[function.Terms[k]] = leaves;
            flat.AddRange(leaves);
        }
        var strong = Strong(flat.Where(l => l.Type.DType != DType.Bool));
        object?[] arguments = new object?[function.Parameters.Length];
        for (int i = 0; i < arguments.Length; i++)
        {
            var type = function.Parameters[i].ParameterType;
            arguments[i] = lists.TryGetValue(i, out var leaves)
                ? type != typeof(Term[]) ? Fitted(leaves[0], strong) : leaves.Select(l => Fitted(l, strong)).ToArray()
                : PreludeFunction.IsTerm(type) ? null : AttributeOf(use, i, scope);
        }
        bool isNumber = flat.All(IsNumber);
        return function.Method.Invoke(arguments) switch
        {
            Term term => new Leaf(term.Atom, isNumber && term.Rank == 0 ? ClrOf(term.DType) : typeof(Tensor)),
            Term[] terms => new Product(typeof(Tensor[]), terms.Select(t => (AbstractValue)new Leaf(t.Atom, typeof(Tensor))).ToSeq()),
            System.Runtime.CompilerServices.ITuple terms => new Product(typeof(object),
                Enumerable.Range(0, terms.Length).Select(k => (AbstractValue)new Leaf(((Term)terms[k]!).Atom, typeof(Tensor))).ToSeq()),
            _ => throw new MindDslException(Diagnostics.Internal($"{use.Name} results in nothing")),
        };
    }

    private static object? AttributeOf(PreludeUse use, int parameter, TextScope scope)
    {
        var function = use.Function!;
        var type = function.Parameters[parameter].ParameterType;
        int place = function.Attributes.IndexOf(parameter);
        long? Size(NameSyntax name) => scope.Sizes.TryGetValue(name.Text, out long size) ? size : throw new MindDslException(Diagnostics.AttributeNotKnown("the size " + name.Text));
        if (place >= use.Attributes.Count)
            return function.Parameters[parameter].HasDefaultValue ? PreludeFunction.Default(function.Parameters[parameter]) : Array.CreateInstance(type.GetElementType()!, 0);
        bool takesRest = type.IsArray && use.Attributes[place] is not ListAttributeSyntax;
        return takesRest
            ? AttributeValue.ReadAll(use.Attributes.Slice(place, use.Attributes.Count - place), type.GetElementType()!, Size)
            : AttributeValue.Read(use.Attributes[place], type, Size);
    }

    private AbstractValue ApplyBuiltin(BuiltinCore builtin, Seq<AbstractValue> operands, TextScope scope)
    {
        object? Attribute(int k) => k < builtin.Attributes.Count
            ? AttributeValue.Read(builtin.Attributes[k], builtin.Builtin.Attributes[k], name => scope.Sizes.TryGetValue(name.Text, out long size) ? size : null)
                ?? throw new MindDslException(Diagnostics.AttributeNotKnown("a size"))
            : null;
        FunctionValue F(int k) => AsFunction(operands[k]);
        Leaf Index(Atom index) => new(index, typeof(long));
        switch (builtin.Builtin.Kind)
        {
            case BuiltinKind.Map:
                return Collected(AsSequence(operands[1]), (x, _) => Curried(F(0), [x]));
            case BuiltinKind.Map2:
                return Collected(Zipped(AsSequence(operands[1]), AsSequence(operands[2]), (x, y) => new Product(typeof(object), [x, y])),
                    (pair, _) => Curried(F(0), ((Product)pair).Members));
            case BuiltinKind.MapIndexed:
                return Collected(AsSequence(operands[1]), (x, i) => Curried(F(0), [Index(i), x]));
            case BuiltinKind.Zip:
                return Zipped(AsSequence(operands[0]), AsSequence(operands[1]), (x, y) => new Product(typeof(object), [x, y]));
            case BuiltinKind.Init:
                return Collected(new Sequence(AtLeastZero(KnownIndex(operands[0])), [], (i, _) => Index(i)), (x, _) => Curried(F(1), [x]));
            case BuiltinKind.Range:
                return Collected(new Sequence(AtLeastZero(KnownIndex(operands[0])), [], (i, _) => Index(i)), (x, _) => x);
            case BuiltinKind.Fold:
                return Folded(AsSequence(operands[2]), operands[1], (s, x) => Curried(F(0), [s, x]));
            case BuiltinKind.Iterate:
                AbstractValue Next(AbstractValue s, Atom i, Seq<Atom> at) => Curried(F(1), [s]);
                var count = AtLeastZero(AsIndex(operands[0]));
                return (Attribute(0) is long each ? ReadSegments(each, count, operands[2], [], Next, emits: false) : ReadLoop(count, operands[2], [], Next, emits: false)).State;
            case BuiltinKind.IterateWhile:
                return Attribute(0) is long some ? ReadSegments(some, operands[2], F(0), F(1)) : ReadWhile(operands[2], F(0), F(1));
            case BuiltinKind.FixedPoint:
                return ReadEquation([operands[1], F(0), new Host(Attribute(0) ?? 1e-12), new Host(Attribute(1) ?? 10_000L)]);
            case BuiltinKind.Root:
                return ReadRoot([operands[1], F(0), new Host(Attribute(0) ?? 1e-12), new Host(Attribute(1) ?? 100L)]);
            case BuiltinKind.LinearSolve:
                return ReadLinearSolve(F(0), operands[1]);
            case BuiltinKind.LinearSolveBy:
                return ReadLinearSolve(F(1), operands[2], new WrittenValue("solver", given => Curried(F(0), given)));
            case BuiltinKind.Tag:
                return Tagged(operands[0], (string)Attribute(0)!);
            case BuiltinKind.Scan:
                var from = AsSequence(operands[2]);
                AbstractValue Step(AbstractValue s, Atom i, Seq<Atom> at) => Curried(F(0), [s, from.Element(i, at)]);
                var (state, outputs) = Attribute(0) is long every
                    ? ReadSegments(every, from.Length, operands[1], from.Sources, Step, emits: true)
                    : ReadLoop(from.Length, operands[1], from.Sources, Step, emits: true);
                return new Product(typeof(object), [state, AsBatch(outputs!)]);
            case BuiltinKind.Length:
                return Index(AsSequence(operands[0]).Length);
            case BuiltinKind.Size:
                return SizeAs(AsLeaf(operands[0]).Type.Shape.Size, typeof(long));
            case BuiltinKind.First:
                return Members(operands[0], 2)[0];
            case BuiltinKind.Second:
                return Members(operands[0], 2)[1];
            case BuiltinKind.Identity or BuiltinKind.Constant:
                return operands[0];
            case BuiltinKind.StopGradient:
                return StopGradient(operands[0]);
            case BuiltinKind.Not:
                return Pointwise(Ops.Not, operands);
            case BuiltinKind.Tensor:
                return Settle(operands[0]) is Product list ? new Leaf(StackAtoms(list.Members.Map(m => AsLeaf(m).Atom)), typeof(Tensor)) : AsLeaf(operands[0]);
            default:
                throw new MindDslException(Diagnostics.Internal($"the function {builtin.Builtin.Name} has no meaning"));
        }
    }

    /// <summary>A whole number that says how long something is: known while the program is read.</summary>
    private Atom KnownIndex(AbstractValue value) => AxisOf(value).Length;

    /// <summary>What is made for each element: along a new first axis, or, for each of a list, a list.</summary>
    private AbstractValue Collected(Sequence sequence, Func<AbstractValue, Atom, AbstractValue> f)
    {
        var mapped = Mapped(sequence, f);
        if (sequence.IsList) return ToArray(mapped);
        var length = KnownLength(sequence.Length) ?? throw new MindDslException(Diagnostics.AttributeNotKnown("the number of elements"));
        var (index, builder, result) = PerIndex(length, i => ElementAt(mapped, i));
        return Stacked([length], [index], builder, result);
    }
}
