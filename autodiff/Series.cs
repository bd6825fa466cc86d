using MindDsl.Ir;

namespace MindDsl.Autodiff;

/// <summary>A truncated power series whose coefficients are written when they are asked for; a coefficient that is null is zero.</summary>
/// <param name="first">The coefficient of order 0.</param>
/// <param name="type">The type of the coefficients.</param>
/// <param name="next">Coefficients of higher order from those before; null if there are none.</param>
internal sealed class Series(Atom? first, TensorType type, Func<int, Atom?>? next = null)
{
    private readonly List<Atom?> _known = [first];

    /// <summary>True if all coefficients of higher order are zero.</summary>
    public bool IsConstant => next is null;

    /// <summary>The type of the coefficients.</summary>
    public TensorType Type => type;

    /// <summary>The coefficient of an order.</summary>
    public Atom? this[int order]
    {
        get
        {
            if (order > 0 && next is null) return null;
            while (_known.Count <= order) _known.Add(next!(_known.Count));
            return _known[order];
        }
    }
}

/// <summary>
/// The series of primitive operations in one block. Sums of products have the product rule, a quotient its recurrence; any other operation is known by its derivative:
/// from y′ = Σ ∂f/∂xₖ · xₖ′ follow the coefficients of y one after another, where the derivative is the formula in the operation's declaration, evaluated on series
/// (Griewank and Walther, Evaluating Derivatives, chapter 13). So an operation needs no rule of its own.
/// </summary>
internal sealed class SeriesArithmetic(BlockBuilder builder)
{
    private readonly Dictionary<(Op, Seq<Series>), Series> _known = [];

    /// <summary>The series of the result of an operation.</summary>
    public Series Apply(Op op, Seq<Series> operands)
    {
        if (_known.TryGetValue((op, operands), out var known)) return known;
        var first = builder.Apply(op, operands.Map(Written).Span);
        return _known[(op, operands)] = From(op, operands, first);
    }

    /// <summary>The series of the result of an operation whose coefficient of order 0 was written before.</summary>
    public Series From(Op op, Seq<Series> operands, Atom first)
    {
        if (operands.All(x => x.IsConstant) || op is Elementwise { Slopes.Length: 0 }) return new(first, first.Tensor);
        if (op is Contract || ReferenceEquals(op, ElementwiseOps.Mul)) return new(first, first.Tensor, order => Product(op, operands, order));
        if (ReferenceEquals(op, ElementwiseOps.Div)) return Quotient(operands[0], operands[1], first);
        return ByDerivative(op, operands, first);
    }

    private Atom Written(Series series) => series[0] ?? builder[Literal.Of(series.Type.DType, 0.0)].BroadcastTo(series.Type.Shape).Atom;

    private Atom? Product(Op op, Seq<Series> operands, int order)
    {
        Term? sum = null;
        for (int i = 0; i <= order; i++)
            if (operands[0][i] is { } x && operands[1][order - i] is { } y) sum = Plus(sum, builder[builder.Apply(op, x, y)]);
        return sum?.Atom;
    }

    private Series Quotient(Series x, Series z, Atom first)
    {
        Series? y = null;
        return y = new(first, first.Tensor, order =>
        {
            Term? rest = x[order] is { } numerator ? builder[numerator] : null;
            for (int i = 1; i <= order; i++)
            {
                if (z[i] is not { } factor || y![order - i] is not { } before) continue;
                var product = builder[factor] * builder[before];
                rest = rest is { } so ? so - product : -product;
            }
            return rest is { } found ? (found / builder[Written(z)]).Atom : null;
        });
    }

    private Series ByDerivative(Op op, Seq<Series> operands, Atom first)
    {
        Series? y = null;
        Series[]? derivatives = null;
        List<Formula>? formulas = null;
        return y = new(first, first.Tensor, order =>
        {
            formulas ??= Formula.Of(op, operands, first);
            if (formulas.All(f => f.IsLinear))
            {
                Term? part = null;
                foreach (var formula in formulas)
                    if (operands[formula.Operand][order] is { } coefficient) part = Plus(part, builder[formula.Apply(builder, coefficient)]);
                return part?.Atom;
            }
            derivatives ??= [.. formulas.Select(f => f.Evaluate(this, operands, y!))];
            Term? sum = null;
            foreach (var derivative in derivatives) if (derivative[order - 1] is { } part) sum = Plus(sum, builder[part]);
            return sum is { } found ? (order == 1 ? found : found.Widely(w => w / order)).Atom : null;
        });
    }

    /// <summary>The derivative of a series, coefficient by coefficient.</summary>
    private Series Derivative(Series x) => new(x[1], x.Type, order => x[order + 1] is { } c ? builder[c].Widely(w => w * (order + 1.0)).Atom : null);

    private static Term Plus(Term? sum, Term part) => sum is { } found ? found.Plus(part) : part;

    /// <summary>The part of an operation's derivative that comes from one operand, as a formula: its values stand for the operands, the result and the tangent.</summary>
    private sealed class Formula(int operand, Block block, Seq<Value?> operands, Value result, Value tangent)
    {
        public int Operand => operand;

        /// <summary>True if the derivative depends on the tangent only, so that the operation maps coefficient to coefficient.</summary>
        public bool IsLinear { get; } = !Reads(block, [.. operands.OfType<Value>(), result]);

        /// <summary>The formulas of all operands that vary.</summary>
        public static List<Formula> Of(Op op, Seq<Series> operands, Atom first)
        {
            var formulas = new List<Formula>();
            for (int k = 0; k < operands.Count; k++)
            {
                if (operands[k].IsConstant || !operands[k].Type.IsDifferentiable) continue;
                var template = new BlockBuilder();
                var varying = operands.Map(x => x.IsConstant ? null : new Value(x.Type));
                var (result, tangent) = (new Value(first.Type), new Value(operands[k].Type));
                var atoms = operands.Map((x, i) => varying[i] ?? x[0]!);
                if (op.Push(new Rule(template, atoms, result), k, template[tangent]) is not { } term) continue;
                formulas.Add(new(k, RemoveDead.Clean(template.Build([], [term.Atom])), varying, result, tangent));
            }
            return formulas;
        }

        /// <summary>The formula of one coefficient.</summary>
        public Atom Apply(BlockBuilder builder, Atom coefficient)
        {
            var copy = new BlockCopy();
            copy.Substitute(tangent, coefficient);
            return copy.Lets(builder, block)[0];
        }

        /// <summary>The formula of series.</summary>
        public Series Evaluate(SeriesArithmetic arithmetic, Seq<Series> series, Series y)
        {
            var values = new Dictionary<Value, Series> { [result] = y, [tangent] = arithmetic.Derivative(series[operand]) };
            for (int k = 0; k < operands.Count; k++) if (operands[k] is { } value) values[value] = series[k];
            Series Of(Atom atom) => atom is Value value && values.TryGetValue(value, out var found) ? found : new(atom, atom.Tensor);
            foreach (var let in block.Lets)
                values[let.Targets[0]] = arithmetic.Apply(((Apply)let.Expr).Op, ((Apply)let.Expr).Arguments.Map(Of));
            return Of(block.Results[0]);
        }

        private static bool Reads(Block block, HashSet<Value> values) => Scope.FreeValues(block).Any(values.Contains);
    }
}
