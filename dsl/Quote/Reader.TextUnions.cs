using MindDsl.Ir;
using MindDsl.Structures;
using MindDsl.Text.Elaboration;
using MindDsl.Text.Types;

namespace MindDsl.Quote;

/// <content>Unions of the textual language: known while the program is read, or values of the IR.</content>
internal sealed partial class Reader
{
    private readonly Dictionary<UnionType, Seq<Seq<AbstractValue>>> _prototypes = [];

    private AbstractValue ReadMatch(MatchCore node, AbstractValue subject, TextScope scope)
    {
        At(node, scope);
        subject = Force(subject);
        if (UnionIn(subject, node.Cases.Map(c => c.Pattern)) is { } union) return ReadSwitch(node, subject, union, scope);
        // The last case that can fit does, if no other one did: patterns cover all values.
        var possible = Enumerable.Range(0, node.Cases.Count).Where(k => scope is var inner && Fits(node.Cases[k].Pattern, subject, ref inner, [])).ToSeq();
        return FirstFitting(node, subject, possible, scope);
    }

    /// <summary>The first of the cases that can fit whose pattern does.</summary>
    private AbstractValue FirstFitting(MatchCore node, AbstractValue subject, Seq<int> possible, TextScope scope)
    {
        if (possible.Count == 0) throw new MindDslException(Diagnostics.Internal("no case of a match fits"));
        var (pattern, body) = node.Cases[possible[0]];
        var inner = scope;
        var conditions = new List<Atom>();
        Fits(pattern, subject, ref inner, conditions);
        if (conditions.Count == 0 || possible.Count == 1) return ReadText(body, inner);
        var condition = conditions.Aggregate((a, b) => _builder.Apply(ElementwiseOps.And, a, b));
        return Conditional(condition, () => ReadText(body, inner), () => FirstFitting(node, subject, possible.Slice(1, possible.Count - 1), scope));
    }

    /// <summary>False if a pattern cannot fit; what has to hold at run time is added to the conditions.</summary>
    private bool Fits(CorePattern pattern, AbstractValue value, ref TextScope scope, List<Atom> conditions)
    {
        switch (pattern)
        {
            case ConstantPattern constant:
                var equal = Pointwise(ElementwiseOps.Eq, [value, Constant(new ConstantCore(constant.Span, constant.Value, constant.Type), scope)]);
                if (equal.Atom is Literal known) return known.Integer != 0;
                conditions.Add(AsCondition(equal));
                return true;
            case CasePattern found:
                if (Force(value) is not CaseValue union || union.Case != found.Case) return false;
                for (int k = 0; k < found.Fields.Count; k++) if (!Fits(found.Fields[k], union.Fields[k], ref scope, conditions)) return false;
                return true;
            case TuplePattern tuple:
                var items = Members(value, tuple.Items.Count);
                for (int k = 0; k < items.Count; k++) if (!Fits(tuple.Items[k], items[k], ref scope, conditions)) return false;
                return true;
            case RecordPattern record:
                for (int k = 0; k < record.Names.Count; k++) if (!Fits(record.Fields[k], FieldOf(value, record.Names[k]), ref scope, conditions)) return false;
                return true;
            case CheckedPattern annotated:
                var wanted = Checked(value, annotated.Type, ref scope);
                return Fits(annotated.Pattern, wanted, ref scope, conditions);
            default:
                scope = Bind(pattern, value, scope);
                return true;
        }
    }

    /// <summary>A union whose case is known at run time only, where a pattern asks for a case.</summary>
    private UnionValue? UnionIn(AbstractValue value, IEnumerable<CorePattern> patterns)
    {
        var plain = patterns.Select(p => p is CheckedPattern annotated ? annotated.Pattern : p).ToArray();
        switch (Force(value))
        {
            case UnionValue union:
                return plain.Any(p => p is CasePattern) ? union : null;
            case CaseValue found:
                return found.Fields.Select((f, k) => UnionIn(f, plain.OfType<CasePattern>().Where(p => p.Case == found.Case).Select(p => p.Fields[k]))).FirstOrDefault(u => u is not null);
            case Product { Fields: { } names } record:
                return record.Members.Select((m, k) => UnionIn(m, plain.OfType<RecordPattern>().Where(p => p.Names.IndexOf(names[k]) >= 0).Select(p => p.Fields[p.Names.IndexOf(names[k])])))
                    .FirstOrDefault(u => u is not null);
            case Product tuple:
                return tuple.Members.Select((m, k) => UnionIn(m, plain.OfType<TuplePattern>().Where(p => k < p.Items.Count).Select(p => p.Items[k]))).FirstOrDefault(u => u is not null);
            default:
                return null;
        }
    }

    private AbstractValue ReadSwitch(MatchCore node, AbstractValue subject, UnionValue union, TextScope scope)
    {
        var cases = union.Type.Declaration.Cases;
        var prototypes = _prototypes[(UnionType)union.Atom.Type];
        var branches = new List<(BlockBuilder Builder, List<Value> Fields, AbstractValue? Value, MemoEntry? Unknown)>();
        foreach (var declared in cases)
        {
            var fields = new List<Value>();
            var known = new CaseValue(declared, prototypes[declared.Number].Map(p => Fresh(p, null, fields)), union.Type);
            var (builder, (value, unknown)) = Nested(() => Branch(() => ReadMatch(node, Replaced(subject, union, known), scope)));
            branches.Add((builder, fields, value, unknown));
        }
        if (branches.All(b => b.Value is null)) throw new ResultUnknownException(branches[0].Unknown!);
        var like = branches.First(b => b.Value is not null);
        // All in one structure: what two branches need, the others need as well.
        for (int pass = 0; pass < 2; pass++)
            for (int k = 0; k < branches.Count; k++)
            {
                if (branches[k].Value is not { } value) continue;
                var (left, right) = Unify(Literal.Of(true), false, like.Value!, value, like.Builder, branches[k].Builder);
                int first = branches.FindIndex(b => b.Builder == like.Builder);
                like = branches[first] = branches[first] with { Value = In(like.Builder, () => Settle(left)) };
                if (k != first) branches[k] = branches[k] with { Value = In(branches[k].Builder, () => Settle(right)) };
            }
        foreach (var branch in branches) if (branch.Unknown is { } unknown) _incomplete.Add(unknown);
        var wanted = Flatten(like.Value!);
        var blocks = new List<Block>();
        foreach (var branch in branches)
        {
            if (branch.Value is null)
            {
                blocks.Add(branch.Builder.Build(branch.Fields.ToSeq(), wanted.Select(a => (Atom)new Value(a.Type)).ToSeq()));
                continue;
            }
            var atoms = Flatten(branch.Value);
            RequireEqual(like.Value!, branch.Value, wanted, atoms);
            blocks.Add(branch.Builder.Build(branch.Fields.ToSeq(), atoms.ToSeq()));
        }
        if (wanted.Count == 0) return like.Value!;
        return Rebuild(like.Value!, [.. _builder.Emit(new Switch(union.Atom, blocks.ToSeq()), wanted.Select(a => a.Type).ToSeq())]);
    }

    private AbstractValue Replaced(AbstractValue value, UnionValue union, CaseValue known) => Force(value) switch
    {
        UnionValue other when other == union => known,
        CaseValue found => found.With(found.Fields.Map(f => Replaced(f, union, known))),
        Product product => product.With(product.Members.Map(m => Replaced(m, union, known))),
        var other => other,
    };

    /// <summary>A union as a value of the IR.</summary>
    private AbstractValue AsUnion(AbstractValue value)
    {
        if (value is not CaseValue found) return value;
        var type = found.Type.Resolved as SumType ?? throw new MindDslException(Diagnostics.UnionNotKnown(found.Case.Union.Name));
        var union = TypeOf(type);
        var prototypes = _prototypes[union][found.Case.Number];
        var fields = found.Fields.Map((f, k) => Adapt(Settle(prototypes[k] is UnionValue ? AsUnion(f) : f), prototypes[k]));
        var atoms = fields.SelectMany(f => Flatten(f)).ToSeq();
        var wanted = _unions[union].Cases[found.Case.Number].Fields;
        for (int k = 0; k < wanted.Count; k++)
            if (!atoms[k].Type.Equals(wanted[k])) throw new MindDslException(Diagnostics.AnnotationDiffers(wanted[k].ToString()!, atoms[k].Type.ToString()!));
        return new UnionValue(_builder.Emit(new Inject(union, found.Case.Number, atoms), [union])[0], type);
    }

    /// <summary>The union of the IR that a union is; defined when it is met first.</summary>
    private UnionType TypeOf(SumType type)
    {
        var union = new UnionType(Identifier(type.ToString()));
        if (_unions.ContainsKey(union)) return union;
        _unions[union] = new(union, []);
        var copies = new Dictionary<MindType, MindType>(ReferenceEqualityComparer.Instance);
        for (int k = 0; k < type.Arguments.Count; k++) copies[type.Declaration.Parameters[k]] = type.Arguments[k];
        var prototypes = type.Declaration.Cases.Map(c => c.Fields.Map(f =>
            PrototypeOf(new Inference().Copy(f, copies)) ?? throw new MindDslException(Diagnostics.UnionNotKnown(type.ToString()))));
        _prototypes[union] = prototypes;
        _unions[union] = new(union, type.Declaration.Cases.Map(c => new UnionCase(c.Name, prototypes[c.Number].SelectMany(p => Flatten(p)).Select(a => a.Type).ToSeq())));
        return union;
    }

    /// <summary>A value in the structure that a type tells; null if it does not tell enough.</summary>
    private AbstractValue? PrototypeOf(MindType type)
    {
        Seq<AbstractValue>? All(Seq<MindType> types)
        {
            var values = types.Select(PrototypeOf).ToArray();
            return values.Any(v => v is null) ? null : values.Select(v => v!).ToSeq();
        }
        switch (type.Resolved)
        {
            case DataType { Element.Resolved: ElementType element, Shape.Resolved: ShapeType shape } when shape.Lengths.All(l => l is { IsConstant: true }):
                return new Leaf(new Value(new TensorType(element.DType, new(shape.Lengths.Map(l => l!)))), shape.Rank == 0 ? ClrOf(element.DType) : typeof(Tensor));
            case TupleType tuple:
                return All(tuple.Items) is { } items ? new Product(typeof(object), items) : null;
            case RecordType record:
                return All(record.Types) is { } fields ? new Product(typeof(object), fields, record.Names) : null;
            case SumType union:
                return new UnionValue(new Value(TypeOf(union)), union);
            case ArrowType when ClrOf(type) is { } clr && TypeOf(clr) is { } closure:
                return new ClosureValue(new Value(closure), clr);
            default:
                return null;
        }
    }

    private static string Identifier(string text) => string.Concat(text.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_')).TrimEnd('_');
}
