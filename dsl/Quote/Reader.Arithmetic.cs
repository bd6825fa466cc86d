using System.Linq.Expressions;
using MindDsl.Ir;
using MindDsl.Structures;
using Ops = MindDsl.Ir.ElementwiseOps;

namespace MindDsl.Quote;

internal sealed partial class Reader
{
    private AbstractValue ReadUnary(UnaryExpression node, LexicalScope scope)
    {
        if (node.Method is { Name: "op_Implicit" } span && QuoteCheck.IsSpan(span.ReturnType)) return Read(node.Operand, scope);
        var operand = Read(node.Operand, scope);
        At(node, scope);
        if (node.Method is { } method && !QuoteCheck.IsConversion(node)) return ApplyMethod(method, [operand], node);
        switch (node.NodeType)
        {
            case ExpressionType.Convert or ExpressionType.ConvertChecked:
                return ReadConversion(operand, node);
            case ExpressionType.Negate or ExpressionType.NegateChecked:
                return Scalar(Ops.Neg, node.Type, operand);
            case ExpressionType.UnaryPlus:
                return operand;
            case ExpressionType.Not or ExpressionType.OnesComplement:
                return Scalar(Ops.Not, node.Type, operand);
            case ExpressionType.IsTrue:
                return operand;
            case ExpressionType.ArrayLength:
                var array = Force(operand);
                return array is Product list
                    ? new Leaf(Literal.Of(DType.I32, (long)list.Members.Count), typeof(int))
                    : SizeAs(AsLeaf(array).Type.Shape[0], typeof(int));
            default:
                throw Unsupported(node);
        }
    }

    private AbstractValue ReadConversion(AbstractValue operand, UnaryExpression node)
    {
        if (node.Type == typeof(object) || node.Type.IsAssignableFrom(node.Operand.Type)) return operand;
        if (Layout.NumberType(node.Type) is { } to && Layout.NumberType(node.Operand.Type) is not null)
            return new Leaf(AsTerm(operand).To(to).Atom, node.Type);
        if (node.Type.IsEnum || node.Operand.Type.IsEnum || Nullable.GetUnderlyingType(node.Type) is not null) return operand;
        return typeof(Delegate).IsAssignableFrom(node.Type) ? operand : throw Unsupported(node);
    }

    private AbstractValue ReadBinary(BinaryExpression node, LexicalScope scope)
    {
        if (node.NodeType is ExpressionType.AndAlso or ExpressionType.OrElse) return ReadLazyLogic(node, scope);
        var left = Read(node.Left, scope);
        var right = Read(node.Right, scope);
        At(node, scope);
        if (node.NodeType == ExpressionType.ArrayIndex) return Indexed(left, [right], node);
        if (node.Method is { } method)
            return method.Name == "op_BitwiseOr" && typeof(Delegate).IsAssignableFrom(node.Right.Type)
                ? Apply(AsFunction(right, node.Right), left)
                : ApplyMethod(method, [left, right], node);
        if (OpOf(node.NodeType) is { } op)
        {
            bool isShift = op == Ops.ShiftLeft || op == Ops.ShiftRight;
            bool swap = node.NodeType is ExpressionType.GreaterThan or ExpressionType.GreaterThanOrEqual;
            if (isShift) right = ShiftCount(left, right);
            return swap ? Scalar(op, node.Type, right, left) : Scalar(op, node.Type, left, right);
        }
        throw Unsupported(node);
    }

    private static Elementwise? OpOf(ExpressionType type) => type switch
    {
        ExpressionType.Add or ExpressionType.AddChecked => Ops.Add,
        ExpressionType.Subtract or ExpressionType.SubtractChecked => Ops.Sub,
        ExpressionType.Multiply or ExpressionType.MultiplyChecked => Ops.Mul,
        ExpressionType.Divide => Ops.Div,
        ExpressionType.Modulo => Ops.Rem,
        ExpressionType.And => Ops.And,
        ExpressionType.Or => Ops.Or,
        ExpressionType.ExclusiveOr => Ops.Xor,
        ExpressionType.LeftShift => Ops.ShiftLeft,
        ExpressionType.RightShift => Ops.ShiftRight,
        ExpressionType.Equal => Ops.Eq,
        ExpressionType.NotEqual => Ops.Ne,
        ExpressionType.LessThan or ExpressionType.GreaterThan => Ops.Lt,
        ExpressionType.LessThanOrEqual or ExpressionType.GreaterThanOrEqual => Ops.Le,
        ExpressionType.Power => Ops.Pow,
        _ => null,
    };

    /// <summary>An operation on .NET numbers of one type.</summary>
    private Leaf Scalar(Op op, Type type, params ReadOnlySpan<AbstractValue> operands)
    {
        var atoms = new Atom[operands.Length];
        for (int i = 0; i < atoms.Length; i++) atoms[i] = AsLeaf(operands[i]).Atom;
        return new Leaf(_builder.Apply(op, atoms), type);
    }

    /// <summary>C# takes the count of a shift modulo the number of bits.</summary>
    private Leaf ShiftCount(AbstractValue value, AbstractValue count)
    {
        var dtype = AsLeaf(value).Type.DType;
        long mask = dtype == DType.I64 ? 63 : 31;
        return new Leaf(_builder.Apply(Ops.And, AsTerm(count).To(dtype).Atom, Literal.Of(dtype, mask)), typeof(int));
    }

    /// <summary><c>a &amp;&amp; b</c> reads b only where it is needed.</summary>
    private AbstractValue ReadLazyLogic(BinaryExpression node, LexicalScope scope)
    {
        bool isAnd = node.NodeType == ExpressionType.AndAlso;
        var left = AsCondition(Read(node.Left, scope));
        At(node, scope);
        AbstractValue Right() => new Leaf(AsCondition(Read(node.Right, scope)), node.Type);
        AbstractValue Known() => new Leaf(Literal.Of(!isAnd), node.Type);
        return isAnd ? Conditional(left, Right, Known) : Conditional(left, Known, Right);
    }

    /// <summary>An element or a part of an array, a list or a tensor.</summary>
    private AbstractValue Indexed(AbstractValue array, Seq<AbstractValue> places, Expression node)
    {
        array = Force(array);
        if (array is Sequence) array = Settle(array);
        if (array is Product { Clr.IsArray: true } list)
        {
            var place = AsIndex(places[0]);
            if (place is not Literal known) return ElementAt(AsSequence(list), place);
            return known.Integer >= 0 && known.Integer < list.Members.Count
                ? list.Members[(int)known.Integer]
                : throw new MindDslException(Diagnostics.IndexOutOfRange(known.Integer, 0, list.Members.Count));
        }
        var leaf = AsLeaf(array);
        var operands = new Atom[places.Count + 1];
        operands[0] = leaf.Atom;
        for (int i = 0; i < places.Count; i++)
        {
            operands[i + 1] = AsIndex(places[i]);
            if (operands[i + 1] is Literal place && i < leaf.Type.Rank && leaf.Type.Shape[i].IsConstant
                && (place.Integer < 0 || place.Integer >= leaf.Type.Shape[i].Value))
                throw new MindDslException(Diagnostics.IndexOutOfRange(place.Integer, i, leaf.Type.Shape[i].Value));
        }
        if (places.Count > leaf.Type.Rank) throw new MindDslException(Diagnostics.AxisOutOfRange("an index", places.Count - 1, leaf.Type));
        return new Leaf(_builder.Apply(Gather.At(leaf.Type.Rank, places.Count), operands), node.Type);
    }
}
