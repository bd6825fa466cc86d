using System.Linq.Expressions;
using System.Reflection;
using MindDsl.Ir;
using MindDsl.Structures;

namespace MindDsl.Quote;

internal sealed partial class Reader
{
    /// <summary>A method on tensors: the function of the prelude with its name.</summary>
    private AbstractValue OnTensors(MethodInfo method, Seq<AbstractValue> operands, Expression? node)
    {
        switch (method.Name)
        {
            case "get_Item" or "get_At" when method.DeclaringType == typeof(Tensor):
                return Indexed(operands[0], operands.Slice(1, operands.Count - 1), node!);
            case "op_Implicit" when method.ReturnType == typeof(Tensor):
                var number = AsLeaf(operands[0]);
                return new Leaf(number.Atom, typeof(Tensor), isWeak: Layout.NumberType(number.Clr) is not null);
            case "op_Explicit" when Layout.NumberType(method.ReturnType) is { } to:
                return new Leaf(Single(AsLeaf(operands[0])).To(to).Atom, method.ReturnType);
            case "op_True" or "op_Implicit" when method.ReturnType == typeof(bool):
                return new Leaf(AsCondition(operands[0]), typeof(bool));
            case "op_False":
                return new Leaf(_builder.Apply(ElementwiseOps.Not, AsCondition(operands[0])), typeof(bool));
            case "op_UnaryPlus":
                return operands[0];
        }
        if (OnCreation(method, operands) is { } made) return made;
        foreach (var candidate in PreludeMethods.Candidates(method))
            if (TryApply(candidate, method, operands) is { } result) return result;
        throw Unsupported(node, method);
    }

    private Term Single(Leaf leaf) => leaf.Type.Shape.Size == Dim.Of(1)
        ? _builder[leaf.Atom].Reshape(Shape.Scalar)
        : throw new MindDslException(Diagnostics.NotASingleElement("a conversion to a number", leaf.Type));

    /// <summary>The result of a function of the prelude, or null if it does not fit what is known: a number that it needs is computed at run time.</summary>
    private AbstractValue? TryApply(PreludeMethod candidate, MethodInfo method, Seq<AbstractValue> operands)
    {
        var arguments = new object?[operands.Count];
        var strong = StrongType(candidate, operands);
        for (int i = 0; i < arguments.Length; i++)
        {
            var wanted = candidate.Parameters[i];
            if (wanted == typeof(Term?) && operands[i] is Host { Value: null })
            {
                arguments[i] = null;
            }
            else if (wanted == typeof(Term) || wanted == typeof(Term?))
            {
                var value = Force(operands[i]);
                if (value is Sequence) value = Settle(value);
                if (value is not Leaf) return null;
                arguments[i] = Operand((Leaf)value, strong);
            }
            else if (wanted == typeof(Term[]))
            {
                if (Settle(operands[i]) is not Product list) return null;
                arguments[i] = list.Members.Select(m => Operand(AsLeaf(m), strong)).ToArray();
            }
            else if (wanted == typeof(double) && candidate.HasTermsForNumbers && !IsKnown(operands[i]))
            {
                return null;
            }
            else
            {
                arguments[i] = AttributeOf(operands[i], wanted);
            }
        }
        return candidate.Invoke(arguments) switch
        {
            Term term => new Leaf(term.Atom, typeof(Tensor)),
            Term[] terms => new Product(typeof(Tensor[]), terms.Select(t => (AbstractValue)new Leaf(t.Atom, typeof(Tensor))).ToSeq()),
            var tuple when tuple is System.Runtime.CompilerServices.ITuple terms => new Product(method.ReturnType,
                Enumerable.Range(0, terms.Length).Select(k => (AbstractValue)new Leaf(((Term)terms[k]!).Atom, typeof(Tensor))).ToSeq()),
            _ => null,
        };
    }

    private static bool IsKnown(AbstractValue value) => value is Host or Leaf { Atom: Literal };

    private Term Operand(Leaf leaf, DType? strong)
    {
        bool isNumber = leaf.IsWeak || Layout.NumberType(leaf.Clr) is not null;
        if (!isNumber || strong is not { } dtype || leaf.Type.Rank != 0) return _builder[leaf.Atom];
        if (dtype.IsFloat || leaf.Atom is Literal) return _builder[WeakTo(leaf, dtype)];
        // The compiler made a double of a whole number for the operator of tensors: beside an integer tensor it is the whole number.
        return dtype.IsInteger && _builder.Definition(leaf.Atom) is { Op: Ir.Convert, Arguments: [{ Tensor.DType.IsInteger: true } whole] }
            ? _builder[whole].To(dtype)
            : _builder[leaf.Atom];
    }

    /// <summary>The element type that numbers beside the tensors take: that of the first tensor that is no condition.</summary>
    private DType? StrongType(PreludeMethod candidate, Seq<AbstractValue> operands)
    {
        DType? found = null;
        for (int i = 0; i < operands.Count; i++)
        {
            if (candidate.Parameters[i] != typeof(Term)) continue;
            if (Force(operands[i]) is not Leaf leaf || leaf.IsWeak || Layout.NumberType(leaf.Clr) is not null) continue;
            if (found is null or DType.Bool) found = leaf.Type.DType;
        }
        return found;
    }
}
