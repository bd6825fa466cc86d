using System.Linq.Expressions;
using MindDsl.Ir;
using MindDsl.Structures;

namespace MindDsl.Quote;

/// <content>Lambdas of F#.</content>
internal sealed partial class Reader
{
    private AbstractValue ReadFSharp(string name, MethodCallExpression node, LexicalScope scope)
    {
        var operands = FSharpMethods.Arguments(node).Select(a => Read(a, scope)).ToSeq();
        At(node, scope);
        AbstractValue Both(FunctionValue f, AbstractValue x, AbstractValue y) => Apply(AsFunction(Apply(f, x)), y);
        switch (name)
        {
            case "FuncConvert.ToFSharpFunc":
                return operands[0];
            case "FSharpFunc.Invoke":
                return Apply(AsFunction(Read(node.Object!, scope)), operands);
            case "Operators.op_PipeRight":
                return Apply(AsFunction(operands[1]), operands[0]);
            case "ArrayModule.Map":
                return Mapped(AsSequence(operands[1]), (x, _) => Apply(AsFunction(operands[0]), x));
            case "ArrayModule.Map2":
                return Zipped(AsSequence(operands[1]), AsSequence(operands[2]), (x, y) => Both(AsFunction(operands[0]), x, y));
            case "ArrayModule.Sum":
                return Reduced(AsSequence(operands[0]), Monoid.Sum);
            case "ArrayModule.Fold":
                return Folded(AsSequence(operands[2]), operands[1], (s, x) => Both(AsFunction(operands[0]), s, x));
            default:
                string own = name.Split('.')[1] switch { "op_Exponentiation" or "PowInteger" => "Pow", var same => same };
                var first = AsTerm(operands[0]);
                var terms = operands.Map(o => AsTerm(o).To(first.DType));
                var result = Layout.NumberType(node.Type)!.Value;
                return new Leaf(ScalarMethods.Named(own, terms.Count)(terms.Span.ToArray()).To(result).Atom, node.Type);
        }
    }
}
