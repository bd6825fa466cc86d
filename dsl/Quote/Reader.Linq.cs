using System.Linq.Expressions;
using System.Reflection;
using MindDsl.Ir;
using MindDsl.Structures;

namespace MindDsl.Quote;

internal sealed partial class Reader
{
    /// <summary>Ordinary LINQ over arrays, and what C# 14 binds to spans instead.</summary>
    private AbstractValue OnSequences(MethodInfo method, Seq<AbstractValue> operands, Expression? node)
    {
        FunctionValue F(int k) => AsFunction(operands[k]);
        if (method.Name == "Range")
        {
            var (start, count) = (AsTerm(operands[0]), AtLeastZero(AsIndex(operands[1])));
            return new Sequence(count, [], (i, _) => new Leaf((_builder[i].To(DType.I32) + start).Atom, typeof(int)));
        }
        if (method.Name == "Repeat")
            return new Sequence(AtLeastZero(AsIndex(operands[1])), [], (_, _) => operands[0]);
        var sequence = AsSequence(operands[0]);
        switch (method.Name)
        {
            case "Select":
                bool indexed = method.GetParameters()[1].ParameterType.GetGenericArguments().Length == 3;
                return Mapped(sequence, (x, i) => indexed ? Apply(F(1), x, new Leaf(_builder[i].To(DType.I32).Atom, typeof(int))) : Apply(F(1), x));
            case "Zip":
                var second = AsSequence(operands[1]);
                return operands.Count > 2
                    ? Zipped(sequence, second, (x, y) => Apply(F(2), x, y))
                    : Zipped(sequence, second, (x, y) => new Product(method.ReturnType.GetGenericArguments()[0], [x, y]));
            case "Aggregate":
                if (operands.Count == 2)
                {
                    var first = Literal.Index(0);
                    var rest = new Sequence((_builder[sequence.Length] - 1).Atom, [], (i, _) => ElementAt(sequence, (_builder[i] + 1).Atom));
                    return Folded(rest, ElementAt(sequence, first), (s, x) => Apply(F(1), s, x));
                }
                var folded = Folded(sequence, operands[1], (s, x) => Apply(F(2), s, x));
                return operands.Count > 3 ? Apply(F(3), folded) : folded;
            case "Count" when operands.Count == 1:
                return new Leaf(_builder[sequence.Length].To(DType.I32).Atom, typeof(int));
            case "Count":
                var ones = Mapped(sequence, (x, _) => new Leaf(_builder[AsCondition(Apply(F(1), x))].To(DType.I32).Atom, typeof(int)));
                return Reduced(ones, Monoid.Sum);
            case "ToArray" or "ToList" or "AsEnumerable":
                return sequence;
            case "Any" or "All" when operands.Count == 2:
                return Reduced(Mapped(sequence, (x, _) => new Leaf(AsCondition(Apply(F(1), x)), typeof(bool))), method.Name == "Any" ? Monoid.Max : Monoid.Min);
            case "Sum" or "Average" or "Min" or "Max":
                return Summary(method, operands.Count > 1 ? Mapped(sequence, (x, _) => Apply(F(1), x)) : sequence);
            case "Reverse":
                return new Sequence(sequence.Length, [], (i, _) => ElementAt(sequence, (_builder[sequence.Length] - 1 - _builder[i]).Atom));
            case "Skip":
                var skipped = _builder.Apply(ElementwiseOps.Min, AtLeastZero(AsIndex(operands[1])), sequence.Length);
                return new Sequence((_builder[sequence.Length] - _builder[skipped]).Atom, [], (i, _) => ElementAt(sequence, (_builder[i] + _builder[skipped]).Atom));
            case "Take":
                return new Sequence(_builder.Apply(ElementwiseOps.Min, AtLeastZero(AsIndex(operands[1])), sequence.Length), [], (i, _) => ElementAt(sequence, i));
            case "First":
                return ElementAt(sequence, Literal.Index(0));
            case "Last":
                return ElementAt(sequence, (_builder[sequence.Length] - 1).Atom);
            case "ElementAt":
                return ElementAt(sequence, AsIndex(operands[1]));
            case "Contains":
                var wanted = operands[1];
                return Reduced(Mapped(sequence, (x, _) => Scalar(ElementwiseOps.Eq, typeof(bool), x, wanted)), Monoid.Max);
            default:
                throw Unsupported(node, method);
        }
    }

    private AbstractValue Summary(MethodInfo method, Sequence sequence)
    {
        if (method.Name is "Min" or "Max" && sequence.Length is Literal { Integer: 0 }) throw new MindDslException(Diagnostics.EmptyArray());
        var monoid = method.Name switch { "Min" => Monoid.Min, "Max" => Monoid.Max, _ => Monoid.Sum };
        var result = Layout.NumberType(method.ReturnType);
        // Average of integers is computed in double, as LINQ does.
        if (method.Name == "Average" && result is { } type) sequence = Mapped(sequence, (x, _) => new Leaf(AsTerm(x).To(type).Atom, method.ReturnType));
        var reduced = Reduced(sequence, monoid);
        if (result is { } wanted && reduced.Type.DType != wanted) reduced = new Leaf(_builder[reduced.Atom].To(wanted).Atom, method.ReturnType);
        return method.Name == "Average"
            ? new Leaf((_builder[reduced.Atom] / _builder[sequence.Length].To(reduced.Type.DType)).Atom, method.ReturnType)
            : reduced;
    }

    private AbstractValue OnArrays(MethodInfo method, Seq<AbstractValue> operands, Expression? node)
    {
        switch (method.Name)
        {
            case "GetLength" or "GetLongLength":
                int axis = (int)AttributeOf(operands[1], typeof(int))!;
                return SizeAs(AsLeaf(operands[0]).Type.Shape[axis], method.ReturnType);
            case "get_Length" when Force(operands[0]) is Product list:
                return new Leaf(Literal.Of(DType.I32, (long)list.Members.Count), typeof(int));
            case "get_Length":
                return SizeAs(AsLeaf(operands[0]).Type.Shape.Size, method.ReturnType);
            default:
                throw Unsupported(node, method);
        }
    }
}
