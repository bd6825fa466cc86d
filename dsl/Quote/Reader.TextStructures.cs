using MindDsl.Ir;
using MindDsl.Structures;
using MindDsl.Text.Elaboration;
using MindDsl.Text.Types;

namespace MindDsl.Quote;

/// <content>Structures, indexing, comprehensions and loops of the textual language.</content>
internal sealed partial class Reader
{
    private AbstractValue ReadStructure(Core node, TextScope scope)
    {
        switch (node)
        {
            case TupleCore x:
                return new Product(typeof(object), x.Items.Map(i => ReadText(i, scope)));
            case ListCore x:
                return Listed(scope[x.Type], x.Items.Map(i => Force(ReadText(i, scope))));
            case RecordCore x:
                var values = x.Values.Map(v => ReadText(v, scope));
                var order = Enumerable.Range(0, values.Count).OrderBy(k => x.Names[k], StringComparer.Ordinal).ToArray();
                return new Product(typeof(object), [.. order.Select(k => values[k])], [.. order.Select(k => x.Names[k])]);
            case UpdateCore x:
                var source = Force(ReadText(x.Source, scope));
                for (int k = 0; k < x.Names.Count; k++)
                {
                    FieldOf(source, x.Names[k]);
                    var record = (Product)source;
                    source = record.With(record.Members.With(record.Fields!.Value.IndexOf(x.Names[k]), ReadText(x.Values[k], scope)));
                }
                return source;
            case FieldCore x:
                return FieldOf(ReadText(x.Target, scope), x.Name);
            case IndexCore x:
                var target = Force(ReadText(x.Target, scope));
                return Indexed(target, x, scope);
            case ComprehensionCore x:
                return ReadComprehension(x, scope);
            case WhileCore x:
                var initial = ReadText(x.Initial, scope);
                var (condition, step) = (AsFunction(ReadText(x.Condition, scope)), AsFunction(ReadText(x.Step, scope)));
                At(node, scope);
                return ReadWhile(initial, Direct(condition), Direct(step));
            case ScanCore x:
                return ReadScan(x, scope);
            default:
                throw new MindDslException(Diagnostics.Internal($"{node.GetType().Name} has no meaning"));
        }
    }

    /// <summary>A function that takes values of the language, applied to one argument.</summary>
    private static FunctionValue Direct(FunctionValue function) => function is TextFunctionValue ? function : new PartialValue(function, []);

    private AbstractValue Listed(MindType type, Seq<AbstractValue> items)
    {
        bool isTensor = type is DataType || (type is not ListType && items.Count > 0 && items.All(i => i is Leaf { Type.Rank: 0 }));
        if (!isTensor) return new Product(typeof(object[]), items);
        var leaves = items.Map(i => AsLeaf(i));
        var strong = Strong(leaves);
        var atoms = leaves.Map(l => Fitted(l, strong).Atom);
        return new Leaf(StackAtoms(atoms), leaves.All(IsNumber) ? ClrOf(atoms[0].Tensor.DType).MakeArrayType() : typeof(Tensor));
    }

    private AbstractValue Indexed(AbstractValue target, IndexCore node, TextScope scope)
    {
        if (target is Sequence or Product { Clr.IsArray: true })
        {
            var place = node.Places[0];
            var list = target as Product ?? Settle(target) as Product;
            if (place.IsPlace)
            {
                var index = ReadText(place.Start!, scope);
                At(node, scope);
                return list is not null && AsIndex(index) is Literal known
                    ? known.Integer >= 0 && known.Integer < list.Members.Count ? list.Members[(int)known.Integer] : throw new MindDslException(Diagnostics.IndexOutOfRange(known.Integer, 0, list.Members.Count))
                    : ElementAt(AsSequence(list ?? target), AsIndex(index));
            }
            if (list is not null)
            {
                var (start, stop, step) = Bounds(place, list.Members.Count, scope);
                var kept = new List<AbstractValue>();
                for (long k = start; k < stop; k += step) kept.Add(list.Members[(int)k]);
                return list.With(kept.ToSeq());
            }
        }
        var leaf = AsLeaf(target);
        if (node.Places.Count > leaf.Type.Rank) throw new MindDslException(Diagnostics.AxisOutOfRange("an index", node.Places.Count - 1, leaf.Type));
        var places = node.Places.Map(p => p.IsPlace ? AsIndex(ReadText(p.Start!, scope)) : null);
        At(node, scope);
        var part = _builder[leaf.Atom];
        if (places.All(p => p is not null)) part = Prelude.At(part, [.. places.Select(p => _builder[p!])]);
        else
            // From the last axis to the first, so that those before keep their numbers.
            for (int axis = places.Count - 1; axis >= 0; axis--)
            {
                if (places[axis] is { } at)
                {
                    if (at is Literal known && leaf.Type.Shape[axis] is { IsConstant: true } length && (known.Integer < 0 || known.Integer >= length.Value))
                        throw new MindDslException(Diagnostics.IndexOutOfRange(known.Integer, axis, length.Value));
                    part = new(part.Builder, _builder.Apply(Ir.Gather.Take(part.Rank, axis, 0), part.Atom, at));
                }
                else if (node.Places[axis] is { Start: null, Step: null, End: null }) continue;
                else
                {
                    var (start, stop, step) = Bounds(node.Places[axis], leaf.Type.Shape[axis].Value, scope);
                    part = Prelude.Slice(part, axis, start, stop, checked((int)step));
                }
            }
        bool isElement = part.Rank == 0 && Layout.NumberType(leaf.Clr) is null && leaf.Clr != typeof(Tensor);
        return new Leaf(part.Atom, isElement ? ClrOf(part.DType) : typeof(Tensor));
    }

    /// <summary>A range with the end excluded, within a length.</summary>
    private (long Start, long Stop, long Step) Bounds(RangeCore range, long length, TextScope scope)
    {
        long Known(Core? part, long otherwise) => part is null ? otherwise : (long)AttributeOf(ReadText(part, scope), typeof(long))!;
        var (start, step) = (Known(range.Start, 0), Known(range.Step, 1));
        long stop = range.End is null ? length : Known(range.End, 0) + 1;
        if (step <= 0) throw new MindDslException(Diagnostics.ArgumentOutOfRange("a range", "step", Literal.Index(step).ToString(), "1 and more"));
        if (start < 0 || start > length) throw new MindDslException(Diagnostics.IndexOutOfRange(start, 0, length));
        if (stop > length) throw new MindDslException(Diagnostics.IndexOutOfRange(stop - 1, 0, length));
        return (start, Math.Max(stop, start), step);
    }

    private AbstractValue ReadComprehension(ComprehensionCore node, TextScope scope)
    {
        At(node, scope);
        if (node.Iterations is [{ Source: not RangeCore } only])
        {
            var source = Force(ReadText(only.Source, scope));
            if (source is Product { Clr.IsArray: true } or Sequence { IsList: true }) return Collected(AsSequence(source), (x, _) => ReadText(node.Body, Bind(only.Pattern, x, scope)));
        }
        var (lengths, indices) = (new List<Dim>(), new List<Value>());
        var (builder, result) = Nested(() =>
        {
            var inner = scope;
            foreach (var (pattern, sourceNode) in node.Iterations)
            {
                var index = new Value(TensorType.Scalar(DType.I64), "ijkl"[indices.Count % 4].ToString());
                var (length, element) = IterationOf(sourceNode, index, inner);
                lengths.Add(KnownLength(length) ?? throw new MindDslException(Diagnostics.AttributeNotKnown("the length of an axis")));
                indices.Add(index);
                inner = Bind(pattern, element(), inner);
            }
            return Settle(ReadText(node.Body, inner));
        });
        return Stacked(lengths.ToSeq(), indices.ToSeq(), builder, result);
    }

    /// <summary>How many places an iteration has, and what there is at one of them.</summary>
    private (Atom Length, Func<AbstractValue> Element) IterationOf(Core node, Atom index, TextScope scope)
    {
        Leaf Number(Term term) => new(term.Atom, typeof(long));
        if (node is RangeCore range)
        {
            long Known(Core? part, long otherwise) => part is null ? otherwise : (long)AttributeOf(ReadText(part, scope), typeof(long))!;
            var (start, step, end) = (Known(range.Start, 0), Known(range.Step, 1), Known(range.End, 0));
            if (step == 0) throw new MindDslException(Diagnostics.ArgumentOutOfRange("a range", "step", "0", "any number but 0"));
            long count = Math.Max(0, (end - start) / step + (((end - start) % step == 0 || (end > start) == (step > 0)) && (end - start) / step >= 0 ? 1 : 0));
            if ((end > start && step < 0) || (end < start && step > 0)) count = 0;
            return (Literal.Index(count), () => Number(Shifted(index, start, step)));
        }
        var source = Force(ReadText(node, scope));
        if (source is Leaf { Type.Rank: 0 } number) return (AtLeastZero(KnownIndex(number)), () => Number(_builder[index]));
        var sequence = AsSequence(source);
        return (sequence.Length, () => ElementAt(sequence, index));
    }

    private Term Shifted(Atom index, long start, long step)
    {
        var term = _builder[index];
        if (step != 1) term *= new Term(_builder, Literal.Index(step));
        return start == 0 ? term : term + new Term(_builder, Literal.Index(start));
    }

    private AbstractValue ReadScan(ScanCore node, TextScope scope)
    {
        var length = AtLeastZero(KnownIndex(ReadText(node.Length, scope)));
        var (initial, inputs) = (ReadText(node.Initial, scope), Force(ReadText(node.Inputs, scope)));
        var step = AsFunction(ReadText(node.Step, scope));
        At(node, scope);
        bool none = inputs is Product { Clr.IsArray: false, Members.Count: 0 };
        var sequence = none ? null : AsSequence(inputs);
        Atom Place(Atom i) => !node.IsReverse ? i : (_builder[length] - new Term(_builder, Literal.Index(1)) - _builder[i]).Atom;
        var (state, outputs) = ReadLoop(length, initial, [], (s, i, _) => Place(i) is var place && sequence is null
            ? Curried(step, [new Leaf(place, typeof(long)), s])
            : Curried(step, [new Leaf(place, typeof(long)), s, ElementAt(sequence!, place)]), emits: true);
        var stacked = AsBatch(outputs!);
        // Outputs of a loop that runs backwards stand where their indices are.
        if (node.IsReverse) stacked = Rebuild(stacked, Flatten(stacked).Select(a => _builder.Apply(new Flip([0]), a)).ToList());
        return new Product(typeof(object), [state, stacked]);
    }
}
