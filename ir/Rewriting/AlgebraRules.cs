using static MindDsl.Ir.ElementwiseOps;

namespace MindDsl.Ir;

/// <summary>
/// Rules of arithmetic that hold for every float, NaN, infinities and signed zeros included, and for integers that wrap. x·0 → 0, x − x → 0,
/// x/x → 1 and new orders of sums are not among them.
/// </summary>
public static class AlgebraRules
{
    /// <summary>The rules, in the order in which they are tried.</summary>
    public static Seq<RewriteRule> All { get; } =
    [
        new("x * 1 = x", "mul", (b, a) => Is(a, 1, 1) ? Wide(b, a, 0) : null),
        new("1 * x = x", "mul", (b, a) => Is(a, 0, 1) ? Wide(b, a, 1) : null),
        new("x * -1 = -x", "mul", (b, a) => Is(a, 1, -1) ? b.Apply(Neg, Wide(b, a, 0)) : null),
        new("-1 * x = -x", "mul", (b, a) => Is(a, 0, -1) ? b.Apply(Neg, Wide(b, a, 1)) : null),
        new("-x * -y = x * y", "mul", (b, a) => Negated(b, a, 0) is { } x && Negated(b, a, 1) is { } y ? b.Apply(Mul, x, y) : null),
        new("x / 1 = x", "div", (b, a) => Is(a, 1, 1) ? Wide(b, a, 0) : null),
        new("x / c = x * (1 / c), where 1 / c is exact", "div", (b, a) => ExactReciprocal(a.Arguments[1]) is { } c ? b.Apply(Mul, a.Arguments[0], c) : null),
        new("x + -0 = x", "add", (b, a) => Is(a, 1, -0.0) || IntegerZero(a, 1) ? Wide(b, a, 0) : null),
        new("-0 + x = x", "add", (b, a) => Is(a, 0, -0.0) || IntegerZero(a, 0) ? Wide(b, a, 1) : null),
        new("x + -y = x - y", "add", (b, a) => Negated(b, a, 1) is { } y ? b.Apply(Sub, a.Arguments[0], y) : null),
        new("-x + y = y - x", "add", (b, a) => Negated(b, a, 0) is { } x ? b.Apply(Sub, a.Arguments[1], x) : null),
        new("x - 0 = x", "sub", (b, a) => Is(a, 1, 0) ? Wide(b, a, 0) : null),
        new("x - -y = x + y", "sub", (b, a) => Negated(b, a, 1) is { } y ? b.Apply(Add, a.Arguments[0], y) : null),
        new("-(-x) = x", "neg", (b, a) => Negated(b, a.Arguments[0])),
        new("pow x 0 = 1", "pow", (b, a) => Is(a, 1, 0) ? b[Literal.Of(a.Arguments[0].Tensor.DType, 1.0)].BroadcastTo(a.Arguments[0].Tensor.Shape).Atom : null),
        new("pow x 1 = x", "pow", (b, a) => Is(a, 1, 1) ? a.Arguments[0] : null),
        new("pow x 2 = x * x", "pow", (b, a) => Is(a, 1, 2) ? b.Apply(Mul, a.Arguments[0], a.Arguments[0]) : null),
        new("pow x 3 = x * x * x", "pow", (b, a) => Is(a, 1, 3) ? (b[a.Arguments[0]] * b[a.Arguments[0]] * b[a.Arguments[0]]).Atom : null),
        new("pow x -1 = 1 / x", "pow", (b, a) => Is(a, 1, -1) ? (1 / b[a.Arguments[0]]).Atom : null),
        new("select true x y = x", "select", (b, a) => a.Arguments[0] is Literal c ? Wide(b, a, c.Integer != 0 ? 1 : 2) : null),
        new("select c x x = x", "select", (b, a) => a.Arguments[1].Equals(a.Arguments[2]) ? Wide(b, a, 1) : null),
        new("convert x = x, of the same type", "convert", (b, a) => ((Convert)a.Op).To == a.Arguments[0].Tensor.DType ? a.Arguments[0] : null),
        new("true and x = x", "and", (b, a) => IsTrue(a, 0) ? Wide(b, a, 1) : IsTrue(a, 1) ? Wide(b, a, 0) : null),
        new("not (not x) = x", "not", (b, a) => b.Definition(a.Arguments[0]) is { Op.Name: "not" } inner ? inner.Arguments[0] : null),
        new("stop_gradient (stop_gradient x) = stop_gradient x", "stop_gradient",
            (b, a) => b.Definition(a.Arguments[0]) is { Op.Name: "stop_gradient" } ? a.Arguments[0] : null),
    ];

    /// <summary>The value of an element-wise operation on literals.</summary>
    public static Literal? Fold(Apply apply)
    {
        if (apply.Arguments.Count == 0) return apply.Op is SizeOf { Dim.IsConstant: true } size ? Literal.Index(size.Dim.Value) : null;
        foreach (var argument in apply.Arguments.Span) if (argument is not Literal) return null;
        if (apply.Op is not (Elementwise or Convert)) return null;
        if (apply.Op is Elementwise { Signature: Signature.Integer or Signature.Number } and { Name: "div" or "rem" } && apply.Arguments[1] is Literal { DType.IsFloat: false, Integer: 0 })
            return null;
        apply.Op.Infer(apply.Arguments.Map(a => a.Tensor));
        var law = (ElementLaw.Map)apply.Op.Law(apply.Arguments.Map(a => a.Tensor));
        return Evaluate(law.Body, apply.Arguments);
    }

    /// <summary>An operation whose operands are filled tensors, where at least one is not, on the literals instead.</summary>
    public static Apply? WithoutFilledOperands(BlockBuilder builder, Apply apply)
    {
        if (apply.Op is not Elementwise { Arity: > 1 }) return null;
        Atom[]? narrow = null;
        int wide = 0;
        for (int k = 0; k < apply.Arguments.Count; k++)
        {
            var argument = apply.Arguments[k];
            if (argument.Tensor.Rank == 0) continue;
            if (builder.Definition(argument) is { Op: Broadcast } fill && fill.Arguments[0] is Literal literal)
                (narrow ??= apply.Arguments.Span.ToArray())[k] = literal;
            else
                wide++;
        }
        return narrow is null || wide == 0 ? null : new Apply(apply.Op, Seq.Create<Atom>(narrow));
    }

    private static Literal Evaluate(Scalar body, Seq<Atom> arguments) => body switch
    {
        Scalar.Constant c => c.Value,
        Scalar.Load load => (Literal)arguments[load.Operand],
        Scalar.Compute f => ScalarMath.Evaluate(f.Intrinsic, [.. f.Operands.Map(o => Evaluate(o, arguments))]),
        Scalar.Select s => Evaluate(s.Condition, arguments).Integer != 0 ? Evaluate(s.Then, arguments) : Evaluate(s.Else, arguments),
        Scalar.Convert c when Evaluate(c.Operand, arguments) is var x => x.DType.IsFloat ? Literal.Of(c.Type, x.Number) : Literal.Of(c.Type, x.Integer),
        _ => throw new MindDslException(Diagnostics.Internal($"{body} in an element-wise operation")),
    };

    private static bool Is(Apply apply, int operand, double value) => apply.Arguments[operand] is Literal literal && literal.Is(value);

    /// <summary>1 / c of a power of two that is a normal number of every type, as is 1 / c: then a product with it is rounded as the quotient is.</summary>
    private static Literal? ExactReciprocal(Atom atom) =>
        atom is Literal { DType.IsFloat: true } c && double.IsPow2(Math.Abs(c.Number)) && Math.Abs(c.Number) is >= 1.0 / 8192 and <= 8192 ? Literal.Of(c.DType, 1 / c.Number) : null;

    private static bool IntegerZero(Apply apply, int operand) => apply.Arguments[operand] is Literal { DType.IsInteger: true, Integer: 0 };

    private static bool IsTrue(Apply apply, int operand) => apply.Arguments[operand] is Literal { DType: DType.Bool, Integer: 1 };

    private static Atom? Negated(BlockBuilder b, Apply a, int operand) => Negated(b, a.Arguments[operand]);

    private static Atom? Negated(BlockBuilder b, Atom atom) => b.Definition(atom) is { Op.Name: "neg" } negation ? negation.Arguments[0] : null;

    /// <summary>An operand in the shape of the result: it may be a literal beside wider operands.</summary>
    private static Atom Wide(BlockBuilder b, Apply apply, int operand)
    {
        var shape = apply.Op.Infer(apply.Arguments.Map(a => a.Tensor)).Shape;
        return b[apply.Arguments[operand]].BroadcastTo(shape).Atom;
    }
}
