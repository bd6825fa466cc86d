using MindDsl.Ir;
using MindDsl.Structures;

namespace MindDsl.Quote;

internal sealed partial class Reader
{
    /// <summary>A value as a sequence: an array, a tensor along its first axis, or a sequence.</summary>
    private Sequence AsSequence(AbstractValue value)
    {
        value = Force(value);
        switch (value)
        {
            case Sequence sequence:
                return sequence;
            case Leaf { Type.Rank: > 0 } leaf:
                var element = leaf.Clr.IsArray && leaf.Type.Rank == 1 ? leaf.Clr.GetElementType()! : leaf.Clr.IsArray && leaf.Type.Rank == 2 ? leaf.Clr.GetElementType()! : leaf.Clr;
                return new Sequence(LengthOf(leaf.Type), [leaf.Atom], (_, at) => new Leaf(at[0], element));
            case Product { Clr.IsArray: true } list:
                var members = list.Members.Map(m => Force(m) is FunctionValue function ? function : Settle(m));
                bool alike = members.Count > 0 && members.All(m => m is not FunctionValue && Signature(m) == Signature(members[0]));
                return new Sequence(Literal.Index(members.Count), alike ? [.. StackedLeaves(members)] : [], (i, at) => i is Literal known
                    ? members[(int)known.Integer]
                    : alike ? Rebuild(members[0], [.. at]) : throw new MindDslException(Diagnostics.AttributeNotKnown("a place in a list of different parts")), isList: true);
            default:
                throw new MindDslException(Diagnostics.NotANumber(Describe(value), null));
        }
    }

    private Atom LengthOf(TensorType type) => type.Shape[0].IsConstant ? Literal.Index(type.Shape[0].Value) : _builder.Apply(new SizeOf(type.Shape[0]));

    /// <summary>The leaves of the elements of a list, each stacked along a new first axis.</summary>
    private List<Atom> StackedLeaves(Seq<AbstractValue> members)
    {
        var leaves = members.Map(m => Flatten(m));
        return [.. Enumerable.Range(0, leaves[0].Count).Select(k => StackAtoms(leaves.Map(l => l[k])))];
    }

    private AbstractValue ElementAt(Sequence sequence, Atom index) => sequence.IsList && index is Literal
        ? sequence.Element(index, sequence.Sources)
        : sequence.Element(index, sequence.Sources.Map(s => ElementOf(s, index)));

    private Sequence Mapped(Sequence sequence, Func<AbstractValue, Atom, AbstractValue> f) =>
        new(sequence.Length, sequence.Sources, (i, at) => f(sequence.Element(i, at), i), sequence.IsList);

    private Sequence Zipped(Sequence first, Sequence second, Func<AbstractValue, AbstractValue, AbstractValue> f)
    {
        int n = first.Sources.Count;
        // Zip stops at the shorter one, so a longer source is not read along its whole axis.
        if (first.Length.Equals(second.Length))
            return new(first.Length, [.. first.Sources, .. second.Sources], (i, at) =>
                f(first.Element(i, at.Slice(0, n)), second.Element(i, at.Slice(n, at.Count - n))), first.IsList && second.IsList);
        var length = _builder.Apply(ElementwiseOps.Min, first.Length, second.Length);
        return new(length, [], (i, _) => f(ElementAt(first, i), ElementAt(second, i)));
    }

    /// <summary>What is computed for each index below a length, in a block of its own.</summary>
    private (Value Index, BlockBuilder Builder, AbstractValue Result) PerIndex(Dim length, Func<Atom, AbstractValue> element)
    {
        var index = new Value(TensorType.Scalar(DType.I64), "i");
        var (builder, result) = Nested(() => Settle(element(index)));
        return (index, builder, result);
    }

    /// <summary>An index comprehension of what was computed.</summary>
    private AbstractValue Stacked(Seq<Dim> lengths, Seq<Value> indices, BlockBuilder builder, AbstractValue result)
    {
        var atoms = Flatten(result);
        var types = atoms.Select(a => (IrType)new TensorType(a.Tensor.DType, new([.. lengths, .. a.Tensor.Shape.Dims]))).ToSeq();
        var build = new Build(lengths, builder.Build(indices, atoms.ToSeq()));
        return AsBatch(Rebuild(result, [.. _builder.Emit(build, types)]));
    }

    private Dim? KnownLength(Atom length) => length is Literal literal
        ? Dim.Of(literal.Integer)
        : _builder.Definition(length) is { Op: SizeOf size } ? size.Dim : null;

    /// <summary>The elements of a sequence as an array.</summary>
    private AbstractValue ToArray(Sequence sequence)
    {
        var length = KnownLength(sequence.Length) ?? throw new MindDslException(Diagnostics.AttributeNotKnown("the length of an array"));
        if (sequence.Sources.Count == 0 && length.IsConstant && length.Value == 0) throw new MindDslException(Diagnostics.EmptyArray());
        var (index, builder, result) = PerIndex(length, i => ElementAt(sequence, i));
        if (result is Leaf leaf && (Layout.IsScalar(leaf.Clr) || leaf.Clr.IsArray)) return Stacked([length], [index], builder, result);
        // An array of anything but numbers is a list, whose elements are values of their own.
        if ((_steps += (int)Math.Min(length.Value, int.MaxValue / 2)) > _largest) throw new MindDslException(Diagnostics.ProgramTooLarge(_largest));
        var elements = Enumerable.Range(0, checked((int)length.Value)).Select(i => Settle(ElementAt(sequence, Literal.Index(i)))).ToSeq();
        return new Product(ClrOf(elements[0]).MakeArrayType(), elements);
    }

    private static Type ClrOf(AbstractValue value) => value switch
    {
        Leaf leaf => leaf.Clr,
        Product product => product.Clr,
        ClosureValue closure => closure.DelegateType,
        Absent absent => absent.Clr,
        _ => typeof(object),
    };

    /// <summary>The elements combined by a monoid.</summary>
    private Leaf Reduced(Sequence sequence, Monoid monoid)
    {
        if (KnownLength(sequence.Length) is { } length)
        {
            if (length == Dim.Of(0) && sequence.Sources.Count == 0) return new Leaf(Literal.Of(DType.F64, 0.0), typeof(double));
            var (index, builder, result) = PerIndex(length, i => ElementAt(sequence, i));
            if (result is not Leaf leaf) throw new MindDslException(Diagnostics.NotANumber(Describe(result), null));
            var stacked = (Leaf)Stacked([length], [index], builder, result);
            return new Leaf(_builder.Apply(new Reduce(monoid, [0]), stacked.Atom), leaf.Clr);
        }
        var op = monoid switch
        {
            Monoid.Sum => ElementwiseOps.Add,
            Monoid.Product => ElementwiseOps.Mul,
            Monoid.Max => ElementwiseOps.Max,
            _ => ElementwiseOps.Min,
        };
        // A length that is known at run time only: a loop.
        var (_, first) = Nested(() => AsLeaf(ElementAt(sequence, new Value(TensorType.Scalar(DType.I64)))));
        double neutral = monoid switch { Monoid.Sum => 0, Monoid.Product => 1, Monoid.Max => double.NegativeInfinity, _ => double.PositiveInfinity };
        var initial = new Leaf(_builder[Literal.Of(first.Type.DType, neutral)].BroadcastTo(first.Type.Shape).Atom, first.Clr);
        return (Leaf)ReadLoop(sequence.Length, initial, sequence.Sources, (state, i, at) =>
            new Leaf(_builder.Apply(op, ((Leaf)state).Atom, AsLeaf(sequence.Element(i, at)).Atom), first.Clr), emits: false).State;
    }

    /// <summary>True if a loop over the elements is written out: a short list, whose elements are values of their own.</summary>
    private static bool IsUnrolled(Sequence sequence, out int length)
    {
        const int longest = 16;
        bool isShort = (sequence.IsList || sequence.Sources.Count == 0) && sequence.Length is Literal { Integer: <= longest };
        length = isShort ? (int)((Literal)sequence.Length).Integer : 0;
        return isShort;
    }

    /// <summary>state = f(state, element) over the elements.</summary>
    private AbstractValue Folded(Sequence sequence, AbstractValue initial, Func<AbstractValue, AbstractValue, AbstractValue> f)
    {
        if (IsUnrolled(sequence, out int few))
        {
            var state = initial;
            for (int i = 0; i < few; i++) state = f(state, ElementAt(sequence, Literal.Index(i)));
            return state;
        }
        return ReadLoop(sequence.Length, initial, sequence.Sources, (state, i, at) => f(state, sequence.Element(i, at)), emits: false).State;
    }

    /// <summary>An axis, whose length is known while the quote is read.</summary>
    private AxisValue AxisOf(AbstractValue length) => AsIndex(length) is var size && KnownLength(size) is null && Known(size) is { } known
        ? new AxisValue(Literal.Index(known.Integer))
        : new AxisValue(size);

    /// <summary>The comprehension that a value is.</summary>
    private ComprehensionValue AsComprehension(AbstractValue value) => Force(value) switch
    {
        ComprehensionValue comprehension => comprehension,
        AxisValue axis => new([axis.Length], i => new Leaf(i[0], typeof(Ix))),
        _ => throw new MindDslException(Diagnostics.NotANumber(Describe(value), null)),
    };

    private AbstractValue Built(ComprehensionValue comprehension)
    {
        var (lengths, indices, builder, result) = Comprehended(comprehension);
        return result is Leaf
            ? new Leaf(((Leaf)Stacked(lengths, indices, builder, result)).Atom, typeof(Tensor))
            : throw new MindDslException(Diagnostics.NotANumber(Describe(result), null));
    }

    private Leaf Reduced(ComprehensionValue comprehension, Monoid monoid)
    {
        var (lengths, indices, builder, result) = Comprehended(comprehension);
        if (result is not Leaf leaf) throw new MindDslException(Diagnostics.NotANumber(Describe(result), null));
        var stacked = (Leaf)Stacked(lengths, indices, builder, result);
        return new Leaf(_builder.Apply(new Reduce(monoid, Seq.Range(lengths.Count)), stacked.Atom), leaf.Clr);
    }

    private (Seq<Dim> Lengths, Seq<Value> Indices, BlockBuilder Builder, AbstractValue Result) Comprehended(ComprehensionValue comprehension)
    {
        var lengths = comprehension.Lengths.Map(l => KnownLength(l) ?? throw new MindDslException(Diagnostics.AttributeNotKnown("the length of an axis")));
        var indices = lengths.Map((_, k) => new Value(TensorType.Scalar(DType.I64), "ijkl"[k % 4].ToString()));
        var (builder, result) = Nested(() => Settle(comprehension.Element(indices.Map(i => (Atom)i))));
        return (lengths, indices, builder, result);
    }

    /// <summary><c>from … from j in axis(element) select</c>: one more axis.</summary>
    private ComprehensionValue WithAxis(ComprehensionValue outer, FunctionValue axis, FunctionValue select)
    {
        // The length of an inner axis may not depend on the outer index: it is read with an index that is in no scope.
        var (builder, inner) = Nested(() => Force(Apply(axis, outer.Element(outer.Lengths.Map(_ => (Atom)new Value(TensorType.Scalar(DType.I64), "outer"))))));
        if (inner is not AxisValue { Length: var length } || (length is not Literal && builder.Lets.Count > 0))
            throw new MindDslException(Diagnostics.AttributeNotKnown("the length of an axis"));
        int n = outer.Lengths.Count;
        return new([.. outer.Lengths, length], i => Apply(select, outer.Element(i.Slice(0, n)), new Leaf(i[n], typeof(Ix))));
    }
}
