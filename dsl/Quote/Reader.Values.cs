using System.Linq.Expressions;
using MindDsl.Ir;
using MindDsl.Structures;

namespace MindDsl.Quote;

internal sealed partial class Reader
{
    /// <summary>A value as one operand.</summary>
    private Leaf AsLeaf(AbstractValue value, Expression? node = null) => Settle(value) as Leaf
        ?? throw new MindDslException(Diagnostics.NotANumber(Describe(value), node is null ? null : ExpressionText.Of(node)));

    private Term AsTerm(AbstractValue value) => _builder[AsLeaf(value).Atom];

    /// <summary>A whole number as an index, i64.</summary>
    private Atom AsIndex(AbstractValue value) => AsTerm(value).To(DType.I64).Atom;

    private FunctionValue AsFunction(AbstractValue value, Expression? node = null) => Force(value) as FunctionValue
        ?? throw new MindDslException(Diagnostics.NotAFunction(Describe(value), node is null ? null : ExpressionText.Of(node)));

    private static string Describe(AbstractValue value) => value switch
    {
        Leaf leaf => leaf.Type.ToString(),
        Product product => Names.Of(product.Clr),
        NumberArray array => Names.Of(array.Clr),
        Captured captured => Names.Of(captured.Capture.Type),
        FunctionValue => "a function",
        CaseValue found => found.Case.Union.Name,
        UnionValue union => union.Type.ToString(),
        Sequence => "a sequence",
        ComprehensionValue => "an index comprehension",
        AxisValue => "an axis",
        Host host => host.Value is null ? "null" : Names.Of(host.Value.GetType()),
        _ => "nothing",
    };

    /// <summary>A value whose parts are operands: captured data are inputs, lazy sequences are arrays, known functions are function values of the IR.</summary>
    private AbstractValue Settle(AbstractValue value)
    {
        value = Force(value);
        return value switch
        {
            Product product => product.With(product.Members.Map(Settle)),
            CaseValue found => found.With(found.Fields.Map(Settle)),
            Sequence sequence => ToArray(sequence),
            FunctionValue function and not ClosureValue => Closure(function),
            Host { Value: null } => new Absent(typeof(object)),
            _ => value,
        };
    }

    /// <summary>The operands of a settled value, in order.</summary>
    private static List<Atom> Flatten(AbstractValue value, List<Atom>? atoms = null)
    {
        atoms ??= [];
        switch (value)
        {
            case Leaf leaf:
                atoms.Add(leaf.Atom);
                break;
            case ClosureValue closure:
                atoms.Add(closure.Closure);
                break;
            case Product product:
                foreach (var member in product.Members) Flatten(member, atoms);
                break;
            case CaseValue found:
                foreach (var field in found.Fields) Flatten(field, atoms);
                break;
            case UnionValue union:
                atoms.Add(union.Atom);
                break;
            case Absent or FunctionValue or Host or AxisValue or Passed:
                break;
            default:
                throw new MindDslException(Diagnostics.NotANumber(Describe(value), null));
        }
        return atoms;
    }

    /// <summary>A value of the same structure with other operands.</summary>
    private static AbstractValue Rebuild(AbstractValue like, IReadOnlyList<Atom> atoms)
    {
        int next = 0;
        AbstractValue Go(AbstractValue value) => value switch
        {
            Leaf leaf => new Leaf(atoms[next++], leaf.Clr, leaf.IsWeak && atoms[next - 1].Tensor.DType == leaf.Type.DType),
            ClosureValue closure => new ClosureValue(atoms[next++], closure.DelegateType),
            Product product => product.With(product.Members.Map(Go)),
            CaseValue found => found.With(found.Fields.Map(Go)),
            UnionValue union => new UnionValue(atoms[next++], union.Type),
            _ => value,
        };
        return Go(value: like);
    }

    /// <summary>New parameters in the structure of a value.</summary>
    private static AbstractValue Fresh(AbstractValue like, string? name, List<Value> parameters)
    {
        var fresh = new List<Atom>();
        foreach (var atom in Flatten(like))
        {
            var parameter = new Value(atom.Type, (atom as Value)?.Name ?? name);
            parameters.Add(parameter);
            fresh.Add(parameter);
        }
        return Rebuild(like, fresh);
    }

    /// <summary>Equal for values of one structure with leaves of the same types.</summary>
    private static string Signature(AbstractValue value)
    {
        var text = new System.Text.StringBuilder();
        void Go(AbstractValue v)
        {
            switch (v)
            {
                case Leaf leaf:
                    text.Append(leaf.Type).Append(leaf.IsWeak ? "~;" : ";");
                    break;
                case ClosureValue closure:
                    text.Append(closure.Closure.Type).Append(';');
                    break;
                case CaseValue found:
                    text.Append(found.Case.Union.Name).Append('.').Append(found.Case.Name).Append('(');
                    foreach (var field in found.Fields) Go(field);
                    text.Append(')');
                    break;
                case UnionValue union:
                    text.Append(union.Atom.Type).Append(';');
                    break;
                case Product product:
                    text.Append('(').Append(product.Clr.IsArray ? product.Members.Count : 0).Append(':');
                    foreach (var member in product.Members) Go(member);
                    text.Append(')');
                    break;
                default:
                    text.Append("-;");
                    break;
            }
        }
        Go(value);
        return text.ToString();
    }

    /// <summary>Reads what <paramref name="read"/> reads in a block of its own.</summary>
    private (BlockBuilder Builder, T Result) Nested<T>(Func<T> read)
    {
        var outer = _builder;
        _builder = outer.Nested();
        try
        {
            return (_builder, read());
        }
        finally
        {
            _builder = outer;
        }
    }

    private T In<T>(BlockBuilder builder, Func<T> write)
    {
        var outer = _builder;
        _builder = builder;
        try
        {
            return write();
        }
        finally
        {
            _builder = outer;
        }
    }

    /// <summary>Scalars or tensors of one shape along a new first axis.</summary>
    private Atom StackAtoms(Seq<Atom> atoms)
    {
        if (atoms.Count == 0) throw new MindDslException(Diagnostics.EmptyArray());
        var rows = atoms.Map(a => _builder[a] is var t ? t.Reshape(new([1, .. t.Shape.Dims])).Atom : a);
        return atoms.Count == 1 ? rows[0] : _builder.Apply(new Concat(0), rows.Span);
    }

    /// <summary>The part of a tensor at an index of the first axis.</summary>
    private Atom ElementOf(Atom tensor, Atom index) => _builder.Apply(Gather.At(tensor.Tensor.Rank, 1), tensor, index);

    /// <summary>A settled value converted where it is a .NET number beside a tensor, so that it fits the types of another value.</summary>
    private AbstractValue Adapt(AbstractValue value, AbstractValue to)
    {
        switch (value, to)
        {
            case (Leaf { IsWeak: true } weak, Leaf wanted) when weak.Type.DType != wanted.Type.DType && weak.Type.Rank == 0:
                return new Leaf(WeakTo(weak, wanted.Type.DType), Layout.NumberType(wanted.Clr) is null ? typeof(Tensor) : wanted.Clr, wanted.IsWeak);
            case (Product a, Product b) when a.Members.Count == b.Members.Count:
                return a.With(a.Members.Map((m, k) => Adapt(m, b.Members[k])));
            case (CaseValue a, CaseValue b) when a.Case == b.Case:
                return a.With(a.Fields.Map((m, k) => Adapt(m, b.Fields[k])));
            case (CaseValue, CaseValue or UnionValue):
                return AsUnion(value);
            default:
                return value;
        }
    }

    /// <summary>A .NET number in the element type of the tensor beside it; a literal as the user wrote it.</summary>
    private Atom WeakTo(Leaf leaf, DType dtype)
    {
        if (leaf.Atom is not Literal literal) return _builder[leaf.Atom].To(dtype).Atom;
        if (literal.DType == DType.F64 && dtype == DType.F64 && AsWritten(literal.Number) is { } written) return Literal.Of(dtype, written);
        if (literal.DType == DType.F32) return Literal.Of(dtype, AsWritten(literal.Number) ?? literal.Number);
        return literal.DType.IsFloat ? Prelude.Weak(_builder[Literal.Of(dtype, 0L)], literal.Number).Atom : Literal.Of(dtype, literal.Integer);
    }

    /// <summary>0.1f reaches the tree as the double 0.10000000149011612; what was meant is 0.1.</summary>
    private static double? AsWritten(double number)
    {
        float narrow = (float)number;
        if (narrow != number || !float.IsFinite(narrow)) return null;
        var invariant = System.Globalization.CultureInfo.InvariantCulture;
        return double.Parse(narrow.ToString("R", invariant), invariant);
    }
}
